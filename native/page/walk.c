#define PY_SSIZE_T_CLEAN
#include "walk.h"

#include <stdlib.h>
#include <string.h>

/* Whether an attribute of an effect or a mood is true; -1 with an exception set. */
static int is_true(const Walk *walk, PyObject *object, Property name)
{
    PyObject *value = PyObject_GetAttr(object, walk->properties[name]);
    int truth = value ? PyObject_IsTrue(value) : -1;
    Py_XDECREF(value);
    return truth;
}

static int is_none(const Walk *walk, PyObject *object, Property name)
{
    PyObject *value = PyObject_GetAttr(object, walk->properties[name]);
    int none = value ? value == Py_None : -1;
    Py_XDECREF(value);
    return none;
}

/* What the attributes that HTML had before styles add to the effect of the style. Takes over
   `effect`; NULL with an exception, or without one where a value is odd. */
static PyObject *old_style(Walk *walk, Element element, PyObject *style, PyObject *effect)
{
    const Span *values = walk->token.values;
    Span paint = values[BGCOLOR], colour = {NULL, 0};
    if (element == FONT)
        colour = values[COLOR];
    else if (element == BODY)
        colour = values[TEXTED];
    int image = values[BACKGROUND].size > 0;
    int link = element == A && values[HREF].at && effect != Py_None ? is_none(walk, effect, COLOUR) : 0;
    if (link < 0)
        goto failed;
    if (!paint.size && !colour.size && !image && !link)
        return effect;
    PyObject *ink = unescaped(colour, 1);
    PyObject *ground = ink ? unescaped(paint, 1) : NULL;
    PyObject *made = NULL;
    if (ground)
        made = PyObject_CallFunctionObjArgs(walk->asked[EFFECT_WITH], style, ink, ground,
                                            image ? Py_True : Py_False, link ? Py_True : Py_False,
                                            NULL);
    Py_XDECREF(ink);
    Py_XDECREF(ground);
    Py_DECREF(effect);
    return made;
failed:
    Py_DECREF(effect);
    return NULL;
}

/* The effect of the element's attributes, None without one. NULL as above. */
static PyObject *effect_of(Walk *walk, Element element)
{
    const Span *values = walk->token.values, mark = values[MARK];
    PyObject *effect = Py_None;
    Py_INCREF(effect);
    if (!walk->token.has_any)
        return effect;
    PyObject *style = unescaped(values[STYLED], 1);
    if (!style) {
        Py_DECREF(effect);
        return NULL;
    }
    if (values[STYLED].size) {
        Py_DECREF(effect);
        effect = PyObject_CallFunctionObjArgs(walk->asked[EFFECT_OF], style, NULL);
    }
    if (effect && values[IS_HIDDEN].at) {
        Py_DECREF(effect);
        effect = walk->asked[HIDDEN];
        Py_INCREF(effect);
    } else if (effect) {
        effect = old_style(walk, element, style, effect);
    }
    Py_DECREF(style);
    if (effect && mark.at && strtol(mark.at, NULL, 10) <= walk->sheets) {
        int shown = effect != Py_None ? is_true(walk, effect, SHOWS) : 0;
        if (shown <= 0) {
            Py_DECREF(effect);
            effect = shown < 0 ? NULL : walk->asked[HIDDEN];
            Py_XINCREF(effect);
        }
    }
    return effect;
}

/* Takes over the mood. */
static int set_mood(Walk *walk, PyObject *mood)
{
    Py_DECREF(walk->mood);
    walk->mood = mood;
    walk->pre = is_true(walk, mood, KEEPS);
    return walk->pre >= 0;
}

static void change_sink(Walk *walk, int sink)
{
    walk->sinks[walk->sink].margin = walk->margin;
    walk->sink = sink;
    walk->margin = walk->sinks[sink].margin;
}

static int close_element(Walk *walk)
{
    if (!walk->depth || walk->open[walk->depth - 1].size != walk->token.text.size ||
        memcmp(walk->open[walk->depth - 1].begin, walk->token.text.at, walk->token.text.size) != 0)
        return 0;
    Open *closed = &walk->open[--walk->depth];
    if (!closed->marks)
        return 1;
    if (closed->breaks > walk->margin)
        walk->margin = closed->breaks;
    if (closed->linked)
        walk->anchor = -1;
    if (!closed->before)
        return 1;
    if (!set_mood(walk, closed->before))
        return -1;
    int unseen = walk->sink ? is_true(walk, walk->mood, IS_UNSEEN) : 1;
    if (unseen < 0)
        return -1;
    if (!unseen) {
        /* as if nothing had been there: "Bo<hidden>x</hidden>eing" */
        change_sink(walk, 0);
        walk->sinks[1].margin = LINE;
    }
    return 1;
}

static Open *opened(Walk *walk)
{
    if (walk->depth == walk->most_open) {
        size_t most = walk->most_open * 2 + 64;
        Open *open = realloc(walk->open, most * sizeof *open);
        if (!open) {
            PyErr_NoMemory();
            return NULL;
        }
        walk->open = open;
        walk->most_open = most;
    }
    Open *one = &walk->open[walk->depth++];
    *one = (Open){walk->token.text.at, walk->token.text.size, 0, 0, 0, NULL};
    return one;
}

/* Enter a mood (taken over), and the sink that belongs to it. */
static int enter(Walk *walk, PyObject *mood, int breaks)
{
    if (!set_mood(walk, mood))
        return -1;
    int unseen = is_true(walk, mood, IS_UNSEEN);
    if (unseen < 0)
        return -1;
    if (unseen && !walk->sink) {
        change_sink(walk, 1);
        if (walk->margin < LINE)
            walk->margin = LINE;
    } else if (!unseen && walk->sink) {
        change_sink(walk, 0);
        if (walk->margin < breaks)
            walk->margin = breaks;
    }
    return 1;
}

/* The text of a style element: it may leave no background known. */
static int sheet(Walk *walk, const char *at, size_t size)
{
    PyObject *text = PyUnicode_DecodeUTF8(at, (Py_ssize_t)size, NULL);
    PyObject *mood = NULL;
    if (text)
        mood = PyObject_CallFunctionObjArgs(walk->asked[SHEET], text, walk->mood, NULL);
    Py_XDECREF(text);
    if (!mood)
        return 0;
    Py_DECREF(walk->mood);
    walk->mood = mood;
    return 1;
}

/* What an element of effect `effect` (borrowed) changes; `*at` is what follows its tag. */
static int inside(Walk *walk, const Known *known, PyObject *effect, const char **at,
                  const char *end)
{
    int empty = known->element >= VOID || (end - *at > 1 && (*at)[0] == '<' && (*at)[1] == '/');
    int hidden = effect != Py_None ? is_true(walk, effect, HIDES) : 0;
    int breaks = known->trait & GAP, linked = 0;
    PyObject *mood = walk->mood, *changed = NULL;
    if (hidden < 0)
        return -1;
    if (breaks > walk->margin && !hidden)
        walk->margin = breaks;
    if (known->trait & SPECIAL) {
        if (known->element == BR) {
            walk->margin = walk->margin >= LINE ? BLANK : LINE;
            return 1;
        }
        if (known->element == IMG && walk->anchor < 0)
            return 1;
        if (known->element == STYLE || known->element == CODE || known->element == IFRAME) {
            const char *content = *at;
            if (!known->raw)
                *at = memchr(content, '<', (size_t)(end - content));
            else
                *at = raw_end(content, end, known->name);
            if (!*at)
                return 0;
            empty = *at == content; /* what is raw may begin with "</" */
            if (known->element == STYLE) {
                walk->sheets++;
                if (!empty && !sheet(walk, content, (size_t)(*at - content)))
                    return -1;
            }
            if (known->element != IFRAME)
                return opened(walk) ? 1 : -1;
            mood = walk->mood;
        }
        if ((linked = special(walk, known->element)) < 0)
            return -1;
        if (known->element == PRE || known->element == TEXTAREA) {
            changed = PyObject_CallMethod(mood, "preformatted", NULL);
            if (!changed)
                return -1;
        }
        if (linked && effect == Py_None)
            effect = walk->asked[LINKED];
    } else if (known->trait & UNSEEN) {
        effect = walk->asked[HIDDEN];
        hidden = 1;
    }
    if (effect != Py_None) {
        PyObject *under = PyObject_CallFunctionObjArgs(walk->asked[UNDER],
                                                       changed ? changed : mood, effect, NULL);
        Py_XDECREF(changed);
        if (!(changed = under))
            return -1;
    }
    if (changed == mood) {
        Py_DECREF(changed);
        changed = NULL;
    }
    Open *one = known->element < VOID ? opened(walk) : NULL;
    int ends = changed || linked || (breaks >= LINE && !(known->trait & ROW));
    if (PyErr_Occurred() || !ends || empty) {
        if (ends && linked)
            walk->anchor = -1;
        Py_XDECREF(changed);
        return PyErr_Occurred() ? -1 : 1;
    }
    one->marks = 1;
    one->breaks = hidden ? 0 : breaks;
    one->linked = linked;
    if (!changed)
        return 1;
    one->before = mood;
    Py_INCREF(mood);
    return enter(walk, changed, one->breaks);
}

static int open_element(Walk *walk, const char **at, const char *end)
{
    const Known *known = names_find(walk->names, walk->token.text);
    if (known->element == FOREIGN)
        return 0;
    if (!walk->token.has_any && !known->trait) {
        if (known->element < VOID)
            return opened(walk) ? 1 : -1;
        return 1;
    }
    PyObject *effect = effect_of(walk, known->element);
    if (!effect)
        return PyErr_Occurred() ? -1 : 0;
    int done = inside(walk, known, effect, at, end);
    Py_DECREF(effect);
    return done;
}

static int text(Walk *walk)
{
    Sink *sink = &walk->sinks[walk->sink];
    Py_ssize_t begin;
    int put = put_text(sink, walk->token.text, walk->pre, &walk->margin, &begin);
    if (put < 0) {
        if (put < -1)
            PyErr_NoMemory();
        return put < -1 ? -1 : 0;
    }
    if (!put || walk->anchor < 0)
        return 1;
    Anchor *around = &walk->anchors[walk->anchor];
    if (!around->has_text) {
        around->has_text = 1;
        around->unseen = walk->sink;
        around->start = begin;
    }
    if (around->unseen == walk->sink)
        around->end = sink->chars;
    return 1;
}

int walk_page(Walk *walk, const char *at, const char *end)
{
    int sound = 1;
    while (sound > 0) {
        at = next_token(at, end, &walk->token);
        switch (walk->token.kind) {
        case DONE:
            return walk->depth == 0;
        case TEXT:
            sound = text(walk);
            break;
        case START:
            sound = open_element(walk, &at, end);
            break;
        case END:
            sound = close_element(walk);
            break;
        case COMMENT:
            break;
        default:
            return 0;
        }
    }
    return sound;
}
