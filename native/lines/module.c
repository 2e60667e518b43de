/* vedette.sigma.plan._lines: judges unparsed JSON lines from what it was taught. See _lines.pyi. */
#include "reader.h"

#include <stdlib.h>

/* Add the paths, each a tuple of keys, and give the nodes they lead to. */
static int add_paths(Reader *reader, PyObject *paths, Choice *choice)
{
    if (!PyTuple_Check(paths)) {
        PyErr_SetString(PyExc_TypeError, "paths are a tuple");
        return -1;
    }
    *choice = (Choice){(uint32_t)reader->kinds.nodes_count, (uint32_t)PyTuple_Size(paths)};
    for (Py_ssize_t at = 0; at < PyTuple_Size(paths); at++) {
        PyObject *keys = PyTuple_GetItem(paths, at);
        if (!keys || !PyTuple_Check(keys) || !PyTuple_Size(keys)) {
            PyErr_SetString(PyExc_TypeError, "a path is a tuple of keys, at least one");
            return -1;
        }
        uint32_t node = 0;
        for (Py_ssize_t key = 0; key < PyTuple_Size(keys); key++) {
            char *text;
            Py_ssize_t size;
            if (PyBytes_AsStringAndSize(PyTuple_GetItem(keys, key), &text, &size) < 0)
                return -1;
            size_t before = reader->paths.count;
            if (!paths_add(&reader->paths, node, (uint8_t *)text, (size_t)size, &node)) {
                PyErr_NoMemory();
                return -1;
            }
            reader->grown |= reader->paths.count != before;
        }
        if (!kinds_add_node(&reader->kinds, node)) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

/* A set of needles from a tuple of bytes; NULL with an exception set where there is none. */
static Needles *make_needles(PyObject *literals)
{
    Py_ssize_t count = PyTuple_Check(literals) ? PyTuple_Size(literals) : -1;
    if (count < 0) {
        PyErr_SetString(PyExc_TypeError, "literals are a tuple");
        return NULL;
    }
    Literal *list = calloc((size_t)count + 1, sizeof *list);
    if (!list) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t at = 0; at < count; at++) {
        char *text;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(literals, at), &text, &size) < 0) {
            free(list);
            return NULL;
        }
        if (!size) {
            PyErr_SetString(PyExc_ValueError, "a literal is empty");
            free(list);
            return NULL;
        }
        list[at] = (Literal){(uint8_t *)text, (size_t)size};
    }
    Needles *made = needles_make(list, (size_t)count);
    free(list);
    if (!made)
        PyErr_NoMemory();
    return made;
}

static int set_up(Reader *reader, PyObject *discriminators, PyObject *literals)
{
    if (!paths_init(&reader->paths, &reader->seed)) {
        PyErr_NoMemory();
        return -1;
    }
    size_t count = (size_t)PyTuple_Size(discriminators);
    reader->discriminators.choices = calloc(count + 1, sizeof *reader->discriminators.choices);
    if (!reader->discriminators.choices) {
        PyErr_NoMemory();
        return -1;
    }
    reader->discriminators.count = count;
    for (size_t at = 0; at < count; at++) {
        PyObject *paths = PyTuple_GetItem(discriminators, (Py_ssize_t)at);
        if (add_paths(reader, paths, &reader->discriminators.choices[at]) < 0)
            return -1;
    }
    reader->needles = make_needles(literals);
    return reader->needles ? 0 : -1;
}

static PyObject *reader_new(PyTypeObject *type, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"discriminators", "literals", "seed", "entries", "chars", NULL};
    PyObject *discriminators, *literals;
    const char *seed;
    Py_ssize_t seed_size, entries, chars;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "O!O!y#nn:Reader", names, &PyTuple_Type,
                                     &discriminators, &PyTuple_Type, &literals, &seed, &seed_size,
                                     &entries, &chars))
        return NULL;
    if (seed_size != sizeof(Seed) || entries < 1 || chars < 1) {
        PyErr_SetString(PyExc_ValueError, "the seed has 24 bytes, limits are at least 1");
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Reader *reader = (Reader *)allocate(type, 0);
    if (!reader)
        return NULL;
    memcpy(&reader->seed, seed, sizeof reader->seed);
    memo_init(&reader->kind_of, (size_t)entries, (size_t)chars);
    memo_init(&reader->class_of, (size_t)entries, (size_t)chars);
    memo_init(&reader->outcome_of, (size_t)entries, (size_t)chars);
    if (set_up(reader, discriminators, literals) < 0) {
        Py_DECREF(reader);
        return NULL;
    }
    return (PyObject *)reader;
}

static void reader_dealloc(PyObject *self)
{
    Reader *reader = (Reader *)self;
    PyTypeObject *type = Py_TYPE(self);
    paths_free(&reader->paths);
    quotes_free(&reader->quotes);
    kinds_free(&reader->kinds);
    free(reader->discriminators.choices);
    needles_free(reader->needles);
    memo_free(&reader->kind_of);
    memo_free(&reader->class_of);
    memo_free(&reader->outcome_of);
    free(reader->scratch);
    free(reader->classes);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/* Add a kind's slots, each (what, paths, other paths). */
static int add_slots(Reader *reader, PyObject *slots, Kind *kind)
{
    kind->slots_at = (uint32_t)reader->kinds.slots_count;
    kind->slots = (uint32_t)PyTuple_Size(slots);
    for (Py_ssize_t at = 0; at < PyTuple_Size(slots); at++) {
        int what;
        PyObject *paths, *other;
        Slot slot = {0};
        PyObject *given = PyTuple_GetItem(slots, at);
        if (!PyTuple_Check(given)) {
            PyErr_SetString(PyExc_TypeError, "a slot is a tuple");
            return -1;
        }
        if (!PyArg_ParseTuple(given, "iOO:slot", &what, &paths, &other))
            return -1;
        if (what < FIELD || what > KEYWORDS) {
            PyErr_SetString(PyExc_ValueError, "no such slot");
            return -1;
        }
        slot.what = (SlotWhat)what;
        if (add_paths(reader, paths, &slot.value) < 0 || add_paths(reader, other, &slot.other) < 0)
            return -1;
        if (!kinds_add_slot(&reader->kinds, &slot)) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

static PyObject *reader_add_kind(PyObject *self, PyObject *arguments)
{
    Reader *reader = (Reader *)self;
    PyObject *slots, *own;
    int searched, asked;
    if (!PyArg_ParseTuple(arguments, "O!O!pp:add_kind", &PyTuple_Type, &slots, &PyTuple_Type, &own,
                          &searched, &asked))
        return NULL;
    Kind kind = {.searched = searched, .asked = asked};
    if (add_slots(reader, slots, &kind) < 0)
        return NULL;
    if (PyTuple_Size(own) && !(kind.own = make_needles(own)))
        return NULL;
    if (!kinds_add(&reader->kinds, &kind)) {
        needles_free(kind.own);
        return PyErr_NoMemory();
    }
    return PyLong_FromSize_t(reader->kinds.count - 1);
}

/* Append (index, kind, outcome); -1, 0 for a line that is left to the caller. */
static int report(PyObject *found, Py_ssize_t index, Judged judged, uint32_t kind,
                  uint32_t outcome)
{
    PyObject *entry = judged == LINE_FIRES
                          ? Py_BuildValue("(nLI)", index, (long long)kind, (unsigned)outcome)
                          : Py_BuildValue("(nii)", index, -1, 0);
    int failed = entry ? PyList_Append(found, entry) : -1;
    Py_XDECREF(entry);
    return failed;
}

static int judge_lines(Reader *reader, const Teachers *teachers, PyObject *lines, PyObject *found)
{
    for (Py_ssize_t index = 0; index < PyList_Size(lines); index++) {
        PyObject *line = PyList_GetItem(lines, index);
        char *text;
        Py_ssize_t size;
        if (!line || PyBytes_AsStringAndSize(line, &text, &size) < 0)
            return -1;
        Py_INCREF(line); /* a teacher may change the list */
        uint32_t kind = 0, outcome = 0;
        Judged judged =
            judge_line(reader, teachers, (uint8_t *)text, (size_t)size, index, &kind, &outcome);
        Py_DECREF(line);
        if (judged == LINE_FAILED)
            return -1;
        if (judged != LINE_SILENT && report(found, index, judged, kind, outcome) < 0)
            return -1;
    }
    return 0;
}

static PyObject *reader_judge(PyObject *self, PyObject *arguments)
{
    Reader *reader = (Reader *)self;
    PyObject *lines;
    Teachers teachers;
    if (!PyArg_ParseTuple(arguments, "O!OOO:judge", &PyList_Type, &lines, &teachers.kind,
                          &teachers.value, &teachers.outcome))
        return NULL;
    if (reader->busy) {
        PyErr_SetString(PyExc_RuntimeError, "this reader is at work already");
        return NULL;
    }
    PyObject *found = PyList_New(0);
    if (!found)
        return NULL;
    reader->busy = true;
    int failed = judge_lines(reader, &teachers, lines, found);
    reader->busy = false;
    if (failed)
        Py_CLEAR(found);
    return found;
}

static PyObject *reader_remembered(PyObject *self, PyObject *unused)
{
    (void)unused;
    const Reader *reader = (const Reader *)self;
    return Py_BuildValue("(nnn)", (Py_ssize_t)reader->kind_of.used,
                         (Py_ssize_t)reader->class_of.used, (Py_ssize_t)reader->outcome_of.used);
}

static PyMethodDef reader_methods[] = {
    {"add_kind", reader_add_kind, METH_VARARGS, NULL},
    {"judge", reader_judge, METH_VARARGS, NULL},
    {"remembered", reader_remembered, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot reader_slots[] = {
    {Py_tp_doc, "Judges unparsed JSON lines from what it was taught."},
    {Py_tp_new, (void *)reader_new},
    {Py_tp_dealloc, (void *)reader_dealloc},
    {Py_tp_methods, reader_methods},
    {0, NULL},
};

static PyType_Spec reader_spec = {
    .name = "vedette.sigma.plan._lines.Reader",
    .basicsize = sizeof(Reader),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = reader_slots,
};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &reader_spec, NULL);
    int failed = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
    Py_XDECREF(type);
    return failed;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)fill},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_lines",
    .m_doc = "The native reader of JSON lines.",
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__lines(void)
{
    return PyModuleDef_Init(&definition);
}
