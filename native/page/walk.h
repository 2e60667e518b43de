/* The walk of vedette/lure/reading/page.py over a page that Lexbor wrote out. */
#ifndef VEDETTE_PAGE_WALK_H
#define VEDETTE_PAGE_WALK_H

#include <Python.h>

#include "names.h"
#include "sink.h"

/* What is asked of Python: effects of styles, moods under them, style sheets, redirections. */
enum { EFFECT_OF, EFFECT_WITH, UNDER, SHEET, REFRESH, HIDDEN, LINKED, FIRST, ASKED };

/* Attributes of effects and moods. */
typedef enum { COLOUR, HIDES, IS_UNSEEN, KEEPS, SHOWS, PROPERTIES } Property;

typedef struct {
    const char *begin; /* the name of an open element */
    size_t size;
    int marks;         /* whether anything ends with it: */
    int breaks;        /* the gap that its end asks for, */
    int linked;        /* whether it was a link, */
    PyObject *before;  /* the mood before it (NULL: it changed nothing) */
} Open;

typedef struct {
    PyObject *url, *images;
    int unseen, has_text;
    Py_ssize_t start, end;
} Anchor;

typedef struct {
    const Names *names;
    PyObject *const *asked, *const *properties;
    Sink sinks[2]; /* what is seen, what is not */
    int sink, margin, pre;
    PyObject *mood, *base;
    Open *open;
    size_t depth, most_open;
    Anchor *anchors;
    size_t found, most_found;
    long anchor; /* the link that is open; -1: none */
    long sheets; /* style elements that were passed */
    Token token;
} Walk;

/* 1 where the page was walked, 0 where it is odd, -1 with an exception set. */
int walk_page(Walk *walk, const char *at, const char *end);

/* Elements with a meaning of their own; 1 where it makes a link of its text, 0 where not, -1 with
   an exception set. */
int special(Walk *walk, Element element);

#endif
