/* A text that is put together from pieces, as UTF-8. */
#ifndef VEDETTE_PAGE_SINK_H
#define VEDETTE_PAGE_SINK_H

#include <Python.h>

#include "tokens.h"

enum { NO_GAP, SPACE, LINE, BLANK };

typedef struct {
    char *bytes;
    size_t size, room;
    Py_ssize_t chars;
    int begun;  /* whether there is a piece: no gap comes before the first */
    int margin; /* the gap that comes next, while another sink is written to */
} Sink;

typedef struct {
    int odd;     /* it holds an escape that no serialiser writes */
    int words;   /* whether it holds more than white space */
    int leads;   /* whether it begins with white space that HTML knows, */
    int trails;  /* whether it ends with it */
} Shape;

/* Put the words of an escaped text behind the sink, one space between them (`pre`: the text as it
   is, apart from line ends around it), after the gap `*margin`, which becomes the gap that follows.
   `*begin`: the character at which the words begin. Gives 1 where there were words, 0 where there
   were none, -1 where the text is odd, -2 where memory is short. */
int put_text(Sink *sink, Span text, int pre, int *margin, Py_ssize_t *begin);

/* An escaped text as a str without white space around it (`whole`: with it); NULL with an exception
   where memory is short, NULL without one where it is odd. */
PyObject *unescaped(Span text, int whole);

PyObject *sink_text(const Sink *sink);

#endif
