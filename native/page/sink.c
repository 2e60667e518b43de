#define PY_SSIZE_T_CLEAN
#include "sink.h"

#include <stdlib.h>
#include <string.h>

static const char *const GAPS[] = {"", " ", "\n", "\n\n"};

/* One character of an escaped text: where it ends, what it is, and whether that is white space. */
typedef struct {
    const char *next;
    char plain;    /* what an escape stands for; 0: the bytes themselves, or a no-break space */
    char white;    /* as str.split and str.strip know it */
    char html;     /* space, tab, line ends, form feed, no-break space */
} Letter;

static int is_wide_space(const unsigned char *c, size_t left)
{
    if (c[0] == 0xC2)
        return left > 1 && (c[1] == 0x85 || c[1] == 0xA0);
    if (left < 3)
        return 0;
    if (c[0] == 0xE1)
        return c[1] == 0x9A && c[2] == 0x80; /* U+1680 */
    if (c[0] == 0xE3)
        return c[1] == 0x80 && c[2] == 0x80; /* U+3000 */
    if (c[0] != 0xE2)
        return 0;
    if (c[1] == 0x80) /* U+2000 to U+200A, U+2028, U+2029, U+202F */
        return c[2] <= 0x8A || c[2] == 0xA8 || c[2] == 0xA9 || c[2] == 0xAF;
    return c[1] == 0x81 && c[2] == 0x9F; /* U+205F */
}

static int letter_at(const char *at, const char *end, Letter *letter)
{
    unsigned char c = (unsigned char)*at;
    size_t left = (size_t)(end - at);
    letter->plain = letter->white = letter->html = 0;
    letter->next = at + 1;
    if (c > 0x20 && c < 0x80 && c != '&')
        return 1;
    if (c <= 0x20) {
        letter->html = c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
        letter->white = letter->html || c == 11 || (c >= 28 && c <= 31);
        return 1;
    }
    if (c >= 0x80) {
        size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        letter->next = at + (size < left ? size : left);
        letter->white = (char)is_wide_space((const unsigned char *)at, left);
        letter->html = c == 0xC2 && left > 1 && (unsigned char)at[1] == 0xA0;
        return 1;
    }
    static const struct {
        const char *text;
        unsigned char size;
        char plain;
    } escapes[] = {{"&amp;", 5, '&'}, {"&nbsp;", 6, 0}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'},
                   {"&quot;", 6, '"'}};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (left >= escapes[i].size && memcmp(at, escapes[i].text, escapes[i].size) == 0) {
            letter->next = at + escapes[i].size;
            letter->plain = escapes[i].plain;
            letter->white = letter->html = !escapes[i].plain;
            return 1;
        }
    return 0;
}

static int make_room(Sink *sink, size_t more)
{
    if (sink->size + more <= sink->room)
        return 1;
    size_t room = (sink->size + more) * 2 + 256;
    char *bytes = realloc(sink->bytes, room);
    if (!bytes)
        return 0;
    sink->bytes = bytes;
    sink->room = room;
    return 1;
}

/* Copies one letter; gives what follows it. There is room. */
static char *copy(char *to, const char *at, const Letter *letter)
{
    if (letter->plain) {
        *to = letter->plain;
        return to + 1;
    }
    if (*at == '&') {
        memcpy(to, "\xC2\xA0", 2);
        return to + 2;
    }
    while (at < letter->next)
        *to++ = *at++;
    return to;
}

int put_text(Sink *sink, Span text, int pre, int *margin, Py_ssize_t *begin)
{
    const char *at = text.at, *end = text.at + text.size;
    if (!text.size)
        return 0;
    /* no letter is longer than its escape */
    if (!make_room(sink, text.size + 2))
        return -2;
    char *start = sink->bytes + sink->size, *to = start;
    Py_ssize_t chars = 0;
    int leads = 0, trails = 0, words = 0, apart = 0;
    int gap = *margin;
    /* the gap is not known before the first letter was seen: two bytes are left for it */
    char *first = to += 2;
    if (pre)
        while (at < end && *at == '\n') {
            leads = trails = 1;
            at++;
        }
    for (int any = leads; at < end; any = 1) {
        Letter letter;
        if (!letter_at(at, end, &letter))
            return -1;
        trails = letter.html;
        if (!any)
            leads = letter.html;
        if (letter.white && !pre) {
            apart = words;
        } else {
            if (apart) {
                *to++ = ' ';
                chars++;
                apart = 0;
            }
            words |= !letter.white;
            to = copy(to, at, &letter);
            chars++;
        }
        at = letter.next;
    }
    if (!words) {
        if (!gap)
            *margin = SPACE;
        return 0;
    }
    if (pre)
        while (to[-1] == '\n') {
            to--;
            chars--;
        }
    if (!gap && leads)
        gap = SPACE;
    size_t wide = sink->begun ? strlen(GAPS[gap]) : 0;
    memcpy(start, GAPS[gap], wide);
    memmove(start + wide, first, (size_t)(to - first));
    *begin = sink->chars + (Py_ssize_t)wide;
    sink->size += wide + (size_t)(to - first);
    sink->chars += (Py_ssize_t)wide + chars;
    sink->begun = 1;
    *margin = trails ? SPACE : NO_GAP;
    return 1;
}

PyObject *unescaped(Span text, int whole)
{
    const char *at = text.at, *end = text.at + text.size;
    Letter letter;
    if (!text.size)
        return PyUnicode_FromStringAndSize("", 0);
    if (whole && !memchr(at, '&', text.size))
        return PyUnicode_DecodeUTF8(at, (Py_ssize_t)text.size, NULL);
    char few[512], *bytes = text.size <= sizeof few ? few : malloc(text.size), *to = bytes;
    if (!bytes)
        return PyErr_NoMemory();
    char *last = bytes; /* after what is no white space */
    int sound = 1;
    for (; at < end && (sound = letter_at(at, end, &letter)); at = letter.next) {
        if (to == bytes && letter.white && !whole)
            continue;
        to = copy(to, at, &letter);
        if (!letter.white || whole)
            last = to;
    }
    PyObject *made = sound ? PyUnicode_DecodeUTF8(bytes, last - bytes, NULL) : NULL;
    if (bytes != few)
        free(bytes);
    return made;
}

PyObject *sink_text(const Sink *sink)
{
    return PyUnicode_DecodeUTF8(sink->bytes ? sink->bytes : "", (Py_ssize_t)sink->size, NULL);
}
