/* The reader of one format's lines: what it has learnt, and what it needs while it reads. */
#ifndef VEDETTE_READER_H
#define VEDETTE_READER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kinds.h"
#include "memo.h"
#include "utf8.h"
#include "walk.h"

typedef struct {
    Choice *choices; /* of Kinds.nodes */
    size_t count;
} Discriminators;

typedef struct {
    PyObject_HEAD
    Seed seed;
    Paths paths;
    Quotes quotes;
    Kinds kinds;
    Discriminators discriminators;
    Needles *needles; /* the format's keywords */
    Memo kind_of;     /* from the discriminators' texts to a kind */
    Memo class_of;    /* tagged by slot, from a value's text to its hit class */
    Memo outcome_of;  /* tagged by kind, from the slots' classes to what fires */
    uint8_t *scratch;
    size_t scratch_room;
    uint32_t *classes;
    size_t classes_room;
    uint32_t number; /* of the line */
    bool grown;      /* paths were added since the line was walked */
    bool busy;
} Reader;

/* Whom to ask for what is not remembered. Each answers with a number, or a negative one where
 * only the whole line can tell. */
typedef struct {
    PyObject *kind;    /* (texts of the discriminators, None where absent) */
    PyObject *value;   /* (slot, text, text of a pair's other value or None) */
    PyObject *outcome; /* (kind, classes, index of the line) */
} Teachers;

typedef enum {
    LINE_SILENT, /* nothing fires */
    LINE_FIRES,
    LINE_ASKED, /* only somebody else can judge it */
    LINE_FAILED /* a Python exception is set */
} Judged;

/* Judge the line of `size` bytes, behind which there is a 0. */
Judged judge_line(Reader *reader, const Teachers *teachers, const uint8_t *line, size_t size,
                  Py_ssize_t index, uint32_t *kind, uint32_t *outcome);

#endif
