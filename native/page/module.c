#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>

#include "walk.h"

typedef struct {
    PyObject_HEAD
    Names names;
    PyObject *asked[ASKED];
    PyObject *properties[PROPERTIES];
} WalkerObject;

static const char *const PROPERTY_NAMES[PROPERTIES] = {
    [COLOUR] = "colour", [HIDES] = "hidden", [IS_UNSEEN] = "unseen", [KEEPS] = "pre",
    [SHOWS] = "shown",
};

static PyObject *walker_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *traits, *asked[ASKED];
    if (kwargs && PyDict_Size(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "no keyword arguments are taken");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "O!OOOOOOOO:Walker", &PyDict_Type, &traits, &asked[EFFECT_OF],
                          &asked[EFFECT_WITH], &asked[UNDER], &asked[SHEET], &asked[REFRESH],
                          &asked[HIDDEN], &asked[LINKED], &asked[FIRST]))
        return NULL;
    WalkerObject *self = (WalkerObject *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (!self)
        return NULL;
    for (int i = 0; i < ASKED; i++) {
        Py_INCREF(asked[i]);
        self->asked[i] = asked[i];
    }
    int named = 1;
    for (int i = 0; i < PROPERTIES; i++)
        named &= (self->properties[i] = PyUnicode_InternFromString(PROPERTY_NAMES[i])) != NULL;
    if (!named || !names_fill(&self->names, traits)) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void walker_dealloc(PyObject *object)
{
    WalkerObject *self = (WalkerObject *)object;
    PyTypeObject *type = Py_TYPE(object);
    for (int i = 0; i < ASKED; i++)
        Py_XDECREF(self->asked[i]);
    for (int i = 0; i < PROPERTIES; i++)
        Py_XDECREF(self->properties[i]);
    names_clear(&self->names);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* (url, whether it is unseen, start, end, texts of images) for each link. */
static PyObject *links_of(const Walk *walk)
{
    PyObject *links = PyList_New((Py_ssize_t)walk->found);
    for (size_t i = 0; links && i < walk->found; i++) {
        const Anchor *one = &walk->anchors[i];
        PyObject *images = one->images ? PyList_AsTuple(one->images) : PyTuple_New(0);
        PyObject *link = images ? Py_BuildValue("(OinnN)", one->url, one->unseen, one->start,
                                                one->end, images)
                                : NULL;
        if (!link)
            Py_CLEAR(links);
        else
            PyList_SetItem(links, (Py_ssize_t)i, link); /* takes it over */
    }
    return links;
}

static PyObject *result_of(const Walk *walk)
{
    PyObject *seen = sink_text(&walk->sinks[0]), *unseen = sink_text(&walk->sinks[1]);
    PyObject *links = links_of(walk), *made = NULL;
    PyObject *base = walk->base ? walk->base : PyUnicode_FromString("");
    if (seen && unseen && links && base)
        made = PyTuple_Pack(4, seen, unseen, base, links);
    Py_XDECREF(seen);
    Py_XDECREF(unseen);
    Py_XDECREF(links);
    if (!walk->base)
        Py_XDECREF(base);
    return made;
}

static void clear(Walk *walk)
{
    for (size_t i = 0; i < walk->depth; i++)
        Py_XDECREF(walk->open[i].before);
    for (size_t i = 0; i < walk->found; i++) {
        Py_XDECREF(walk->anchors[i].url);
        Py_XDECREF(walk->anchors[i].images);
    }
    free(walk->open);
    free(walk->anchors);
    free(walk->sinks[0].bytes);
    free(walk->sinks[1].bytes);
    Py_XDECREF(walk->mood);
    Py_XDECREF(walk->base);
}

static PyObject *walker_walk(PyObject *object, PyObject *html)
{
    WalkerObject *self = (WalkerObject *)object;
    Py_ssize_t size;
    if (!PyUnicode_Check(html)) {
        PyErr_SetString(PyExc_TypeError, "a str is wanted");
        return NULL;
    }
    const char *bytes = PyUnicode_AsUTF8AndSize(html, &size);
    if (!bytes) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeError))
            return NULL;
        PyErr_Clear(); /* half a character */
        Py_RETURN_NONE;
    }
    Walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return PyErr_NoMemory();
    walk->names = &self->names;
    walk->asked = self->asked;
    walk->properties = self->properties;
    walk->anchor = -1;
    walk->mood = self->asked[FIRST];
    Py_INCREF(walk->mood);
    int sound = walk_page(walk, bytes, bytes + size);
    PyObject *made = NULL;
    if (sound > 0)
        made = result_of(walk);
    else if (!sound && !PyErr_Occurred()) {
        made = Py_None;
        Py_INCREF(made);
    }
    clear(walk);
    free(walk);
    return made;
}

static PyMethodDef walker_methods[] = {
    {"walk", walker_walk, METH_O,
     "The text that is seen, what is not, the base and the links of a page; None for an odd one."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot walker_slots[] = {
    {Py_tp_doc, "Walker(traits, effect_of, effect_with, under, sheet, refresh, hidden, link, "
                "first)"},
    {Py_tp_new, walker_new},
    {Py_tp_dealloc, walker_dealloc},
    {Py_tp_methods, walker_methods},
    {0, NULL},
};

static PyType_Spec walker_spec = {
    "vedette.lure.reading._page.Walker", sizeof(WalkerObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, walker_slots,
};

static int add_types(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &walker_spec, NULL);
    int failed = !type || PyModule_AddType(module, (PyTypeObject *)type) < 0;
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "_page", "The walk over a page, in C.", 0, NULL, module_slots,
    NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__page(void)
{
    return PyModuleDef_Init(&module_def);
}
