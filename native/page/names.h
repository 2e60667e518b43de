/* The elements that the walk knows, with their traits, as vedette/lure/reading/page.py has them. */
#ifndef VEDETTE_PAGE_NAMES_H
#define VEDETTE_PAGE_NAMES_H

#include <Python.h>

#include "tokens.h"

enum { GAP = 3, ROW = 4, SPECIAL = 8, UNSEEN = 16 };

/* Elements with a treatment of their own, and (from VOID on) those that have no end tag. */
typedef enum {
    OTHER, A, BUTTON, CODE, FONT, BODY, FORM, IFRAME, PRE, STYLE, TEXTAREA, FOREIGN,
    VOID, AREA, BASE, BR, FRAME, IMG, INPUT, META
} Element;

#define NAMES 512

typedef struct {
    Span name;
    int trait;
    Element element;
    int raw; /* its content is written as it is */
} Known;

typedef struct {
    Known slots[NAMES];
    int used;
} Names;

/* Takes in {name: trait}; 0 with an exception set where that can't be done. */
int names_fill(Names *names, PyObject *traits);
void names_clear(Names *names);
const Known *names_find(const Names *names, Span name);

#endif
