#define PY_SSIZE_T_CLEAN
#include "walk.h"

#include <stdlib.h>
#include <string.h>

/* An attribute's value without white space around it; "" where there is none. */
static PyObject *stripped(const Walk *walk, Attribute which)
{
    return unescaped(walk->token.values[which], 0);
}

/* Whether a value, white space around it apart, is a word of Latin letters in any case. */
static int says(const Walk *walk, Attribute which, const char *word, int strip)
{
    PyObject *value = unescaped(walk->token.values[which], !strip);
    Py_ssize_t size = 0;
    const char *text = value ? PyUnicode_AsUTF8AndSize(value, &size) : NULL;
    int same = text && (size_t)size == strlen(word);
    for (Py_ssize_t i = 0; same && i < size; i++)
        same = (text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 32 : text[i]) == word[i];
    Py_XDECREF(value);
    PyErr_Clear();
    return same;
}

/* Takes over `url`, a str that may be NULL with or without an exception. 1 where it is a link. */
static int link_to(Walk *walk, PyObject *url, int always)
{
    if (!url)
        return PyErr_Occurred() ? -1 : 0;
    if (!always && !PyUnicode_GetLength(url)) {
        Py_DECREF(url);
        return 0;
    }
    if (walk->found == walk->most_found) {
        size_t most = walk->most_found * 2 + 32;
        Anchor *anchors = realloc(walk->anchors, most * sizeof *anchors);
        if (!anchors) {
            Py_DECREF(url);
            PyErr_NoMemory();
            return -1;
        }
        walk->anchors = anchors;
        walk->most_found = most;
    }
    Py_ssize_t at = walk->sinks[walk->sink].chars;
    walk->anchors[walk->found++] = (Anchor){url, NULL, walk->sink, 0, at, at};
    return 1;
}

static int anchor(Walk *walk)
{
    PyObject *url = stripped(walk, walk->token.values[HREF].size ? HREF : XLINK);
    if (url) {
        PyObject *hash = PyUnicode_FromString("#");
        Py_ssize_t here = hash ? PyUnicode_Tailmatch(url, hash, 0, PY_SSIZE_T_MAX, -1) : -1;
        Py_XDECREF(hash);
        if (here) {
            Py_DECREF(url);
            return here < 0 ? -1 : 0;
        }
    }
    int linked = link_to(walk, url, 0);
    if (linked > 0)
        walk->anchor = (long)walk->found - 1;
    return linked;
}

static int image(Walk *walk)
{
    PyObject *alt = stripped(walk, ALT);
    if (!alt)
        return PyErr_Occurred() ? -1 : 0;
    Anchor *around = &walk->anchors[walk->anchor];
    int failed = 0;
    if (PyUnicode_GetLength(alt)) {
        if (!around->images)
            around->images = PyList_New(0);
        failed = !around->images || PyList_Append(around->images, alt) < 0;
    }
    Py_DECREF(alt);
    return failed ? -1 : 0;
}

static int refresh(Walk *walk)
{
    if (!says(walk, HTTP_EQUIV, "refresh", 1))
        return 0;
    PyObject *said = unescaped(walk->token.values[CONTENT], 1);
    if (!said)
        return PyErr_Occurred() ? -1 : 0;
    PyObject *url = PyObject_CallFunctionObjArgs(walk->asked[REFRESH], said, NULL);
    Py_DECREF(said);
    if (url == Py_None) {
        Py_DECREF(url);
        return 0;
    }
    return link_to(walk, url, 1) < 0 ? -1 : 0;
}

/* A button's label is text of its own. */
static int label(Walk *walk)
{
    if (!says(walk, TYPE, "submit", 0) && !says(walk, TYPE, "button", 0) &&
        !says(walk, TYPE, "reset", 0))
        return 0;
    int margin = walk->margin ? walk->margin : SPACE;
    Py_ssize_t begin;
    int put = put_text(&walk->sinks[walk->sink], walk->token.values[VALUE], 0, &margin, &begin);
    if (put > 0)
        walk->margin = SPACE;
    if (put < -1)
        PyErr_NoMemory();
    return put < -1 ? -1 : 0;
}

int special(Walk *walk, Element element)
{
    int linked = 0;
    switch (element) {
    case A: case AREA:
        return anchor(walk);
    case IMG:
        return walk->anchor >= 0 ? image(walk) : 0;
    case BASE:
        if (!walk->base) {
            walk->base = stripped(walk, HREF);
            if (walk->base && !PyUnicode_GetLength(walk->base)) {
                Py_DECREF(walk->base);
                walk->base = NULL;
            }
        }
        return PyErr_Occurred() ? -1 : 0;
    case META:
        return refresh(walk);
    case FORM:
        linked = link_to(walk, stripped(walk, ACTION), 0);
        break;
    case BUTTON:
        linked = link_to(walk, stripped(walk, FORMACTION), 0);
        break;
    case IFRAME: case FRAME:
        linked = link_to(walk, stripped(walk, SRC), 0);
        break;
    case INPUT:
        return label(walk);
    default:
        break;
    }
    return linked < 0 ? -1 : 0;
}
