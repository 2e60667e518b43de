#define PY_SSIZE_T_CLEAN
#include "names.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    Element element;
    int raw;
} ELEMENTS[] = {
    {"a", A, 0}, {"button", BUTTON, 0}, {"font", FONT, 0}, {"body", BODY, 0}, {"form", FORM, 0},
    {"pre", PRE, 0}, {"textarea", TEXTAREA, 0},
    {"style", STYLE, 1}, {"script", CODE, 1}, {"title", CODE, 0}, {"iframe", IFRAME, 1},
    {"noembed", CODE, 1}, {"noframes", CODE, 1},
    {"svg", FOREIGN, 0}, {"math", FOREIGN, 0}, {"template", FOREIGN, 0}, {"noscript", FOREIGN, 0},
    {"xmp", FOREIGN, 0}, {"plaintext", FOREIGN, 0},
    {"area", AREA, 0}, {"base", BASE, 0}, {"br", BR, 0}, {"frame", FRAME, 0}, {"img", IMG, 0},
    {"input", INPUT, 0}, {"meta", META, 0},
    {"basefont", VOID, 0}, {"bgsound", VOID, 0}, {"col", VOID, 0}, {"embed", VOID, 0},
    {"hr", VOID, 0}, {"keygen", VOID, 0}, {"link", VOID, 0}, {"param", VOID, 0},
    {"source", VOID, 0}, {"track", VOID, 0}, {"wbr", VOID, 0},
};

static const Known UNKNOWN = {{"", 0}, 0, OTHER, 0};

static Known *slot_of(Names *names, Span name)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.size; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
    for (uint32_t i = hash;; i++) {
        Known *slot = &names->slots[i % NAMES];
        if (!slot->name.at ||
            (slot->name.size == name.size && memcmp(slot->name.at, name.at, name.size) == 0))
            return slot;
    }
}

/* The slot of a name, which is taken in if it is new. */
static Known *entered(Names *names, const char *name, size_t size)
{
    Known *slot = slot_of(names, (Span){name, size});
    if (slot->name.at)
        return slot;
    char *own = names->used < NAMES / 2 ? malloc(size + 1) : NULL;
    if (!own)
        return NULL;
    memcpy(own, name, size);
    slot->name = (Span){own, size};
    names->used++;
    return slot;
}

int names_fill(Names *names, PyObject *traits)
{
    PyObject *key, *value;
    Py_ssize_t at = 0, size;
    Known *slot;
    for (size_t i = 0; i < sizeof ELEMENTS / sizeof *ELEMENTS; i++) {
        if (!(slot = entered(names, ELEMENTS[i].name, strlen(ELEMENTS[i].name))))
            goto full;
        slot->element = ELEMENTS[i].element;
        slot->raw = ELEMENTS[i].raw;
    }
    while (PyDict_Next(traits, &at, &key, &value)) {
        const char *name = PyUnicode_AsUTF8AndSize(key, &size);
        long trait = name ? PyLong_AsLong(value) : -1;
        if (trait == -1 && PyErr_Occurred())
            return 0;
        if (!(slot = entered(names, name, (size_t)size)))
            goto full;
        slot->trait = (int)trait;
    }
    return 1;
full:
    PyErr_SetString(PyExc_ValueError, "too many names of elements");
    return 0;
}

void names_clear(Names *names)
{
    for (size_t i = 0; i < NAMES; i++)
        free((char *)names->slots[i].name.at);
}

const Known *names_find(const Names *names, Span name)
{
    const Known *slot = slot_of((Names *)names, name);
    return slot->name.at ? slot : &UNKNOWN;
}
