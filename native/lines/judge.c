/* One line: its kind, its values' hit classes, and what fires for them. */
#include "reader.h"

#include <stdlib.h>

enum {
    /* Texts longer than this are not remembered (vedette.scan.memo.LONGEST). */
    LONGEST = 16384,
    /* Longer lines are rare, and would make the reader keep much memory. */
    LONGEST_LINE = 1 << 20,
};

typedef struct {
    const uint8_t *at; /* NULL: absent */
    uint32_t size;
} Span;

static bool reserve(Reader *reader, size_t size)
{
    if (size <= reader->scratch_room)
        return true;
    uint8_t *scratch = realloc(reader->scratch, size + size / 2);
    if (!scratch)
        return false;
    reader->scratch = scratch;
    reader->scratch_room = size + size / 2;
    return true;
}

/* Give each of the nodes that this line has a new meaning: absent. */
static void begin_line(Reader *reader)
{
    if (++reader->number == 0) {
        for (size_t node = 0; node < reader->paths.count; node++)
            reader->paths.nodes[node].line = 0;
        reader->number = 1;
    }
}

static bool below_list(const Reader *reader, uint32_t node)
{
    const Node *nodes = reader->paths.nodes;
    for (node = nodes[node].parent; node && node != NO_NODE; node = nodes[node].parent)
        if (nodes[node].line == reader->number && nodes[node].shape == LIST)
            return true;
    return false;
}

/* The value at the first of the nodes that has one. False where a list hides it. */
static bool choose(const Reader *reader, Choice choice, const uint8_t *line, bool listed,
                   Span *span)
{
    const uint32_t *nodes = reader->kinds.nodes + choice.at;
    for (uint32_t next = 0; next < choice.count; next++) {
        const Node *node = &reader->paths.nodes[nodes[next]];
        if (node->line == reader->number) {
            if (node->shape != ABSENT) {
                *span = (Span){line + node->at, node->size};
                return true;
            }
        } else if (listed && below_list(reader, nodes[next])) {
            return false;
        }
    }
    *span = (Span){NULL, 0};
    return true;
}

/* The number that a teacher answers with, taking over the reference to `arguments`. */
static Judged taught(PyObject *teacher, PyObject *arguments, uint32_t *number)
{
    if (!arguments)
        return LINE_FAILED;
    PyObject *answer = PyObject_CallObject(teacher, arguments);
    Py_DECREF(arguments);
    if (!answer)
        return LINE_FAILED;
    long long value = PyLong_AsLongLong(answer);
    Py_DECREF(answer);
    if (value == -1 && PyErr_Occurred())
        return LINE_FAILED;
    if (value < 0 || value > UINT32_MAX)
        return LINE_ASKED;
    *number = (uint32_t)value;
    return LINE_SILENT;
}

static PyObject *text_of(Span span)
{
    if (!span.at)
        Py_RETURN_NONE;
    return PyBytes_FromStringAndSize((const char *)span.at, (Py_ssize_t)span.size);
}

/* Append a text, told apart from every other and from an absent one. */
static size_t append(uint8_t *key, size_t used, Span span)
{
    uint32_t head = span.at ? span.size + 1 : 0;
    memcpy(key + used, &head, sizeof head);
    used += sizeof head;
    if (span.size)
        memcpy(key + used, span.at, span.size);
    return used + span.size;
}

static Judged ask_kind(Reader *reader, const Teachers *teachers, const uint8_t *line, bool listed,
                       uint32_t *kind)
{
    size_t count = reader->discriminators.count;
    PyObject *texts = PyTuple_New((Py_ssize_t)count);
    if (!texts)
        return LINE_FAILED;
    for (size_t at = 0; at < count; at++) {
        Span span;
        PyObject *text = NULL;
        if (choose(reader, reader->discriminators.choices[at], line, listed, &span))
            text = text_of(span);
        if (!text || PyTuple_SetItem(texts, (Py_ssize_t)at, text) < 0) {
            Py_DECREF(texts);
            return PyErr_Occurred() ? LINE_FAILED : LINE_ASKED;
        }
    }
    PyObject *arguments = Py_BuildValue("(N)", texts);
    Judged judged = taught(teachers->kind, arguments, kind);
    if (judged == LINE_SILENT && *kind >= reader->kinds.count) {
        PyErr_SetString(PyExc_ValueError, "no such kind");
        return LINE_FAILED;
    }
    return judged;
}

static Judged find_kind(Reader *reader, const Teachers *teachers, const uint8_t *line, bool listed,
                        uint32_t *kind)
{
    size_t count = reader->discriminators.count, used = 0;
    for (size_t at = 0; at < count; at++) {
        Span span;
        if (!choose(reader, reader->discriminators.choices[at], line, listed, &span)
            || span.size > LONGEST)
            return LINE_ASKED;
        if (!reserve(reader, used + sizeof(uint32_t) + span.size))
            return LINE_ASKED;
        used = append(reader->scratch, used, span);
    }
    uint64_t hash = hash_bytes(&reader->seed, reader->scratch, used, 0);
    const MemoEntry *known = memo_find(&reader->kind_of, hash, 0, reader->scratch, used);
    if (known) {
        *kind = known->value;
        return LINE_SILENT;
    }
    Judged judged = ask_kind(reader, teachers, line, listed, kind);
    if (judged == LINE_SILENT) /* nothing else has used the scratch meanwhile: judging is guarded */
        memo_put(&reader->kind_of, hash, 0, reader->scratch, used, *kind);
    return judged;
}

/* Whether one of the kind's keywords may stand in the line. */
static bool suspect(Reader *reader, const Kind *kind, const uint8_t *line, size_t size)
{
    if (!kind->searched && !kind->own)
        return false;
    if (reader->quotes.disguised) {
        if (!reserve(reader, size))
            return true;
        size = utf8_undisguise(line, size, reader->scratch);
        line = reader->scratch;
    }
    return (kind->searched && needles_found(reader->needles, line, size))
           || (kind->own && needles_found(kind->own, line, size));
}

static Judged class_of(Reader *reader, const Teachers *teachers, uint32_t slot, Span value,
                       Span other, uint32_t *number)
{
    const uint8_t *key = value.at;
    size_t size = value.size;
    if (other.at) {
        if (!reserve(reader, 2 * sizeof(uint32_t) + size + other.size))
            return LINE_ASKED;
        size = append(reader->scratch, append(reader->scratch, 0, value), other);
        key = reader->scratch;
    }
    bool remember = size <= LONGEST;
    uint64_t hash = 0;
    if (remember) {
        hash = hash_bytes(&reader->seed, key, size, slot);
        const MemoEntry *known = memo_find(&reader->class_of, hash, slot, key, size);
        if (known) {
            *number = known->value;
            return LINE_SILENT;
        }
    }
    PyObject *arguments = Py_BuildValue("(INN)", (unsigned)slot, text_of(value), text_of(other));
    Judged judged = taught(teachers->value, arguments, number);
    if (judged == LINE_SILENT && remember)
        memo_put(&reader->class_of, hash, slot, key, size, *number);
    return judged;
}

static Judged find_outcome(Reader *reader, const Teachers *teachers, uint32_t kind, size_t slots,
                           Py_ssize_t index, uint32_t *outcome)
{
    const uint8_t *key = (const uint8_t *)reader->classes;
    size_t size = slots * sizeof *reader->classes;
    uint64_t hash = hash_bytes(&reader->seed, key, size, kind);
    const MemoEntry *known = memo_find(&reader->outcome_of, hash, kind, key, size);
    if (known) {
        *outcome = known->value;
        return LINE_SILENT;
    }
    PyObject *classes = PyTuple_New((Py_ssize_t)slots);
    if (!classes)
        return LINE_FAILED;
    for (size_t at = 0; at < slots; at++) {
        PyObject *number = PyLong_FromUnsignedLong(reader->classes[at]);
        if (!number || PyTuple_SetItem(classes, (Py_ssize_t)at, number) < 0) {
            Py_DECREF(classes);
            return LINE_FAILED;
        }
    }
    PyObject *arguments = Py_BuildValue("(INn)", (unsigned)kind, classes, index);
    Judged judged = taught(teachers->outcome, arguments, outcome);
    if (judged == LINE_SILENT)
        memo_put(&reader->outcome_of, hash, kind, key, size, *outcome);
    return judged;
}

static bool reserve_classes(Reader *reader)
{
    size_t most = reader->kinds.most_slots;
    if (most > reader->classes_room || !reader->classes) {
        uint32_t *classes = realloc(reader->classes, (most + 1) * sizeof *classes);
        if (!classes)
            return false;
        reader->classes = classes;
        reader->classes_room = most + 1;
    }
    return true;
}

/* The classes of all slots of a kind, into `reader->classes`. */
static Judged find_classes(Reader *reader, const Teachers *teachers, const Kind *kind,
                           const uint8_t *line, bool listed)
{
    if (!reserve_classes(reader))
        return LINE_ASKED;
    for (uint32_t at = 0; at < kind->slots; at++) {
        Slot slot = reader->kinds.slots[kind->slots_at + at];
        Span value = {NULL, 0}, other = {NULL, 0};
        uint32_t number = 0;
        if (slot.what != KEYWORDS && !choose(reader, slot.value, line, listed, &value))
            return LINE_ASKED;
        if (slot.what == PAIR && !choose(reader, slot.other, line, listed, &other))
            return LINE_ASKED;
        if (value.at && (slot.what == FIELD || other.at)) {
            Judged judged =
                class_of(reader, teachers, kind->slots_at + at, value, other, &number);
            if (judged != LINE_SILENT)
                return judged;
        }
        reader->classes[at] = number;
    }
    return LINE_SILENT;
}

static inline bool blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

Judged judge_line(Reader *reader, const Teachers *teachers, const uint8_t *line, size_t size,
                  Py_ssize_t index, uint32_t *kind, uint32_t *outcome)
{
    while (size && blank(line[size - 1]))
        size--;
    while (size && blank(*line))
        line++, size--;
    if (!size)
        return LINE_SILENT;
    if (size > LONGEST_LINE)
        return LINE_ASKED;
    begin_line(reader);
    reader->grown = false;
    bool listed;
    Walked walked = walk(&reader->paths, &reader->quotes, line, size, reader->number, &listed);
    if (walked != WALK_READ)
        return walked == WALK_NOTHING ? LINE_SILENT : LINE_ASKED;
    Judged judged = find_kind(reader, teachers, line, listed, kind);
    if (judged != LINE_SILENT)
        return judged;
    if (reader->grown) { /* a kind was added: walk again for what it reads */
        begin_line(reader);
        walked = walk(&reader->paths, &reader->quotes, line, size, reader->number, &listed);
        if (walked != WALK_READ)
            return LINE_ASKED;
    }
    Kind found = reader->kinds.kinds[*kind];
    if (found.asked || suspect(reader, &found, line, size))
        return LINE_ASKED;
    judged = find_classes(reader, teachers, &found, line, listed);
    if (judged != LINE_SILENT)
        return judged;
    judged = find_outcome(reader, teachers, *kind, found.slots, index, outcome);
    return judged == LINE_SILENT && *outcome ? LINE_FIRES : judged;
}
