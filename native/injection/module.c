#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "html.h"
#include "sql.h"

typedef struct {
    PyObject_HEAD
    Table words;
    Prints prints;
    Html html;
} JudgeObject;

static PyObject *judge_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    const char *lines[5];
    Py_ssize_t sizes[5];
    if (kwargs && PyDict_Size(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "no keyword arguments are taken");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "y#y#y#y#y#:Judge", &lines[0], &sizes[0], &lines[1], &sizes[1],
                          &lines[2], &sizes[2], &lines[3], &sizes[3], &lines[4], &sizes[4]))
        return NULL;
    JudgeObject *self = (JudgeObject *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (!self)
        return NULL;
    Table *tables[] = {&self->words, &self->html.tags, &self->html.attributes, &self->html.events};
    int built = prints_build(&self->prints, lines[4], (size_t)sizes[4]);
    for (size_t i = 0; i < 4 && built == 0; i++)
        built = table_build(tables[i], lines[i], (size_t)sizes[i]);
    if (built == 0)
        return (PyObject *)self;
    Py_DECREF(self);
    if (built == -1)
        return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, "not lines of words");
    return NULL;
}

static void judge_dealloc(PyObject *object)
{
    JudgeObject *self = (JudgeObject *)object;
    PyTypeObject *type = Py_TYPE(object);
    table_free(&self->words);
    prints_free(&self->prints);
    table_free(&self->html.tags);
    table_free(&self->html.attributes);
    table_free(&self->html.events);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *judge_sqli(PyObject *object, PyObject *value)
{
    JudgeObject *self = (JudgeObject *)object;
    char *bytes, fingerprint[MOST_FOLDED];
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(value, &bytes, &size) < 0)
        return NULL;
    int kinds = sqli(&self->words, &self->prints, (const uint8_t *)bytes, (size_t)size,
                     fingerprint);
    if (kinds)
        return PyUnicode_FromStringAndSize(fingerprint, kinds);
    Py_RETURN_NONE;
}

static PyObject *judge_xss(PyObject *object, PyObject *value)
{
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(value, &bytes, &size) < 0)
        return NULL;
    const Html *html = &((JudgeObject *)object)->html;
    return PyBool_FromLong(xss(html, (const uint8_t *)bytes, (size_t)size));
}

static PyMethodDef judge_methods[] = {
    {"sqli", judge_sqli, METH_O,
     "The fingerprint of an injection into SQL; None for another value."},
    {"xss", judge_xss, METH_O, "Whether a value is an injection into HTML."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot judge_slots[] = {
    {Py_tp_doc, "Judge(words, tags, attributes, events, fingerprints): each in lines."},
    {Py_tp_new, judge_new},
    {Py_tp_dealloc, judge_dealloc},
    {Py_tp_methods, judge_methods},
    {0, NULL},
};

static PyType_Spec judge_spec = {
    "vedette.seclang.injection._native.Judge", sizeof(JudgeObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, judge_slots,
};

static int add_types(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &judge_spec, NULL);
    int added = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
    Py_XDECREF(type);
    return added;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "_native", "Judgement of vedette.seclang.injection, in C.", 0, NULL,
    module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&module_def);
}
