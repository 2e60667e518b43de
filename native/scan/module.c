#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "conditions.h"
#include "finder.h"
#include "items.h"

#define MOST_PATTERNS (1u << 22)

typedef struct {
    PyObject_HEAD
    Finder finder;
    PyObject **numbers; /* of patterns, once given out: they are given out by the million */
} FinderObject;

typedef struct {
    PyObject_HEAD
    Conditions conditions;
} ConditionsObject;

typedef struct {
    PyObject_HEAD
    Items items;
} ItemsObject;

static PyObject *made_room(PyTypeObject *type)
{
    return ((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
}

static void give_back(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static int no_keywords(PyObject *kwargs)
{
    if (!kwargs || PyDict_Size(kwargs) == 0)
        return 1;
    PyErr_SetString(PyExc_TypeError, "no keyword arguments are taken");
    return 0;
}

/* A tuple of numbers; `known` keeps those that were made before (NULL: none are kept). */
static PyObject *numbers_tuple(const uint32_t *numbers, uint32_t count, PyObject **known)
{
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    if (!tuple)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        PyObject *number = known ? known[numbers[i]] : NULL;
        if (!number) {
            number = PyLong_FromUnsignedLong(numbers[i]);
            if (!number) {
                Py_DECREF(tuple);
                return NULL;
            }
            if (known)
                known[numbers[i]] = number;
        }
        if (known)
            Py_INCREF(number);
        PyTuple_SetItem(tuple, (Py_ssize_t)i, number); /* takes the number over */
    }
    return tuple;
}

/* Checks literals as vedette/scan/prepared.py writes them. Gives more than any pattern's number, or
   -1 with an exception set. */
static int64_t checked(const uint32_t *sizes, const uint8_t *roles, const uint32_t *numbers,
                       size_t count, size_t total)
{
    uint64_t at = 0;
    uint32_t patterns = 0;
    int sound = 1;
    for (size_t i = 0; i < count && sound; i++) {
        at += sizes[i];
        sound = sizes[i] > 0 && at <= total && numbers[i] < MOST_PATTERNS &&
                roles[i] < CLAUSE + CLAUSES;
        if (sound && patterns <= numbers[i])
            patterns = numbers[i] + 1;
    }
    if (sound && at == total)
        return patterns;
    PyErr_SetString(PyExc_ValueError, "not literals");
    return -1;
}

/* A copy of some bytes; NULL with an exception set where memory is short. */
static void *copied(const char *bytes, Py_ssize_t size)
{
    void *copy = malloc((size_t)size + 1);
    if (copy)
        memcpy(copy, bytes, (size_t)size);
    else
        PyErr_NoMemory();
    return copy;
}

static PyObject *finder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    const char *texts, *sizes, *roles, *numbers;
    Py_ssize_t total, sizes_size, count, numbers_size;
    if (!no_keywords(kwargs) ||
        !PyArg_ParseTuple(args, "y#y#y#y#:Finder", &texts, &total, &sizes, &sizes_size, &roles,
                          &count, &numbers, &numbers_size))
        return NULL;
    if (count > 1 << 28 || total > UINT32_MAX || sizes_size != 4 * count ||
        numbers_size != 4 * count) {
        PyErr_SetString(PyExc_ValueError, "not literals");
        return NULL;
    }
    FinderObject *self = (FinderObject *)made_room(type);
    uint8_t *own_texts = copied(texts, total), *own_roles = copied(roles, count);
    uint32_t *own_sizes = copied(sizes, sizes_size), *own_numbers = copied(numbers, numbers_size);
    int64_t patterns = -1;
    if (self && own_texts && own_roles && own_sizes && own_numbers)
        patterns = checked(own_sizes, own_roles, own_numbers, (size_t)count, (size_t)total);
    if (patterns < 0) {
        free(own_texts);
        free(own_roles);
        free(own_numbers);
    } else if (finder_build(&self->finder, own_texts, own_sizes, own_roles, own_numbers,
                            (uint32_t)count, (uint32_t)patterns) < 0) {
        PyErr_NoMemory();
    } else if (!(self->numbers = calloc((size_t)patterns + 1, sizeof(PyObject *)))) {
        PyErr_NoMemory();
    }
    free(own_sizes);
    if (!PyErr_Occurred())
        return (PyObject *)self;
    Py_XDECREF((PyObject *)self);
    return NULL;
}

static void finder_dealloc(PyObject *object)
{
    FinderObject *self = (FinderObject *)object;
    for (uint32_t i = 0; self->numbers && i < self->finder.patterns; i++)
        Py_XDECREF(self->numbers[i]);
    free(self->numbers);
    finder_free(&self->finder);
    give_back(object);
}

static PyObject *finder_find(PyObject *object, PyObject *text)
{
    Finder *finder = &((FinderObject *)object)->finder;
    PyObject **known = ((FinderObject *)object)->numbers;
    Py_ssize_t size;
    const char *bytes;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a text is wanted");
        return NULL;
    }
    if (!(bytes = PyUnicode_AsUTF8AndSize(text, &size)))
        return NULL;
    finder_run(finder, (const uint8_t *)bytes, (size_t)size);
    PyObject *sure = numbers_tuple(finder->sure, finder->sures, known);
    PyObject *pending = sure ? numbers_tuple(finder->pending, finder->pendings, known) : NULL;
    if (!pending) {
        Py_XDECREF(sure);
        return NULL;
    }
    PyObject *both = PyTuple_Pack(2, sure, pending);
    Py_DECREF(sure);
    Py_DECREF(pending);
    return both;
}

static PyObject *conditions_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    const char *code, *pairs;
    Py_ssize_t code_size, pairs_size;
    unsigned int count, items;
    if (!no_keywords(kwargs) ||
        !PyArg_ParseTuple(args, "y#IIy#:Conditions", &code, &code_size, &count, &items, &pairs,
                          &pairs_size))
        return NULL;
    if (code_size > 1 << 28 || pairs_size > 1 << 28 || code_size % 4 || pairs_size % 8 ||
        count > 1 << 28 || items > 1 << 28) {
        PyErr_SetString(PyExc_ValueError, "too many conditions, or odd ones");
        return NULL;
    }
    ConditionsObject *self = (ConditionsObject *)made_room(type);
    int32_t *own = malloc((size_t)code_size + 1);
    uint32_t *own_pairs = malloc((size_t)pairs_size + 1);
    if (!self || !own || !own_pairs) {
        Py_XDECREF((PyObject *)self);
        free(own);
        free(own_pairs);
        return PyErr_NoMemory();
    }
    memcpy(own, code, (size_t)code_size);
    memcpy(own_pairs, pairs, (size_t)pairs_size);
    int built = conditions_build(&self->conditions, own, (uint32_t)(code_size / 4), count, items,
                                 own_pairs, (uint32_t)(pairs_size / 8));
    free(own_pairs);
    if (built == 0)
        return (PyObject *)self;
    Py_DECREF(self);
    if (built == -1)
        return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, "not conditions");
    return NULL;
}

static void conditions_dealloc(PyObject *object)
{
    conditions_free(&((ConditionsObject *)object)->conditions);
    give_back(object);
}

static const uint32_t *part_at(PyObject *parts, Py_ssize_t index, size_t *count)
{
    PyObject *part = PyList_GetItem(parts, index);
    if (!PyBytes_Check(part)) {
        PyErr_SetString(PyExc_TypeError, "a part is bytes");
        return NULL;
    }
    *count = (size_t)PyBytes_Size(part) / sizeof(uint32_t);
    return (const uint32_t *)(const void *)PyBytes_AsString(part);
}

static PyObject *conditions_fires(PyObject *object, PyObject *parts)
{
    Conditions *conditions = &((ConditionsObject *)object)->conditions;
    const uint32_t *items;
    size_t count = 0;
    if (!PyList_Check(parts)) {
        PyErr_SetString(PyExc_TypeError, "a list of parts is wanted");
        return NULL;
    }
    conditions_begin(conditions);
    for (Py_ssize_t i = 0; i < PyList_Size(parts); i++) {
        if (!(items = part_at(parts, i, &count)))
            return NULL;
        conditions_hold(conditions, items, count);
    }
    conditions_start(conditions);
    for (Py_ssize_t i = 0; i < PyList_Size(parts); i++) {
        if (!(items = part_at(parts, i, &count)))
            return NULL;
        conditions_attempt(conditions, items, count);
    }
    conditions_end(conditions);
    return numbers_tuple(conditions->found, conditions->founds, NULL);
}

/* Items(items, patterns, pairs): native 32-bit numbers. Items that need nothing come first; an item
   that needs more than one is named once by each of its patterns. */
static PyObject *items_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    const char *given, *pairs;
    Py_ssize_t size, pairs_size;
    unsigned int patterns;
    if (!no_keywords(kwargs) ||
        !PyArg_ParseTuple(args, "y#Iy#:Items", &given, &size, &patterns, &pairs, &pairs_size))
        return NULL;
    if (size > 1 << 28 || pairs_size > 1 << 28 || size % (Py_ssize_t)sizeof(Item) ||
        pairs_size % 8 || patterns > 1 << 28) {
        PyErr_SetString(PyExc_ValueError, "too many items, or odd ones");
        return NULL;
    }
    ItemsObject *self = (ItemsObject *)made_room(type);
    Item *own = malloc((size_t)size + 1);
    uint32_t *own_pairs = malloc((size_t)pairs_size + 1);
    if (!self || !own || !own_pairs) {
        Py_XDECREF((PyObject *)self);
        free(own);
        free(own_pairs);
        return PyErr_NoMemory();
    }
    memcpy(own, given, (size_t)size);
    memcpy(own_pairs, pairs, (size_t)pairs_size);
    int built = items_build(&self->items, own, (uint32_t)((size_t)size / sizeof(Item)), patterns,
                            own_pairs, (uint32_t)(pairs_size / 8));
    free(own_pairs);
    if (built == 0)
        return (PyObject *)self;
    Py_DECREF(self);
    if (built == -1)
        return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, "not items");
    return NULL;
}

static void items_dealloc(PyObject *object)
{
    items_free(&((ItemsObject *)object)->items);
    give_back(object);
}

static PyObject *items_held(PyObject *object, PyObject *hits)
{
    Items *items = &((ItemsObject *)object)->items;
    if (!PyTuple_Check(hits)) {
        PyErr_SetString(PyExc_TypeError, "a tuple of hits is wanted");
        return NULL;
    }
    items_start(items);
    for (Py_ssize_t i = 0; i < PyTuple_Size(hits); i++) {
        unsigned long hit = PyLong_AsUnsignedLong(PyTuple_GetItem(hits, i));
        if (hit == (unsigned long)-1 && PyErr_Occurred())
            return NULL;
        if (hit < items->patterns)
            items_hit(items, (uint32_t)hit);
    }
    return PyBytes_FromStringAndSize((const char *)items->held,
                                     (Py_ssize_t)(items->helds * sizeof(uint32_t)));
}

static PyMethodDef finder_methods[] = {
    {"find", finder_find, METH_O,
     "The numbers of the patterns that a text matches, and of those to be confirmed."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot finder_slots[] = {
    {Py_tp_doc, "Finder(texts, roles, numbers): many literals in one text."},
    {Py_tp_new, finder_new},
    {Py_tp_dealloc, finder_dealloc},
    {Py_tp_methods, finder_methods},
    {0, NULL},
};

static PyType_Spec finder_spec = {
    "vedette.scan._native.Finder", sizeof(FinderObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, finder_slots,
};

static PyMethodDef conditions_methods[] = {
    {"fires", conditions_fires, METH_O,
     "The conditions that hold where the items of all parts hold (native 32-bit numbers)."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot conditions_slots[] = {
    {Py_tp_doc, "Conditions(code, count, items, anchors): boolean conditions over items."},
    {Py_tp_new, conditions_new},
    {Py_tp_dealloc, conditions_dealloc},
    {Py_tp_methods, conditions_methods},
    {0, NULL},
};

static PyType_Spec conditions_spec = {
    "vedette.scan._native.Conditions", sizeof(ConditionsObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, conditions_slots,
};

static PyMethodDef items_methods[] = {
    {"held", items_held, METH_O, "The items that hold where these patterns hit, each named once."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot items_slots[] = {
    {Py_tp_doc, "Items(items, patterns, pairs): from the patterns that hit to items that hold."},
    {Py_tp_new, items_new},
    {Py_tp_dealloc, items_dealloc},
    {Py_tp_methods, items_methods},
    {0, NULL},
};

static PyType_Spec items_spec = {
    "vedette.scan._native.Items", sizeof(ItemsObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, items_slots,
};

static int add_types(PyObject *module)
{
    PyType_Spec *specs[] = {&finder_spec, &conditions_spec, &items_spec};
    for (size_t i = 0; i < 3; i++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[i], NULL);
        if (!type || PyModule_AddType(module, (PyTypeObject *)type) < 0) {
            Py_XDECREF(type);
            return -1;
        }
        Py_DECREF(type);
    }
    return 0;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "_native", "Searches of vedette.scan, in C.", 0, NULL, module_slots,
    NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&module_def);
}
