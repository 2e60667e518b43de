/* The tokens of a page as Lexbor writes it out (HTML Standard, 13.3): every element closed, every
   value in double quotes, &, <, > and no-break spaces escaped. Whatever is written otherwise is
   ODD, and left to the walk in Python. */
#ifndef VEDETTE_PAGE_TOKENS_H
#define VEDETTE_PAGE_TOKENS_H

#include <stddef.h>

typedef struct {
    const char *at;
    size_t size;
} Span;

/* Attributes that say something here. */
typedef enum {
    ACTION, ALT, BACKGROUND, BGCOLOR, COLOR, CONTENT, FORMACTION, IS_HIDDEN, HREF, HTTP_EQUIV, MARK,
    SRC, STYLED, TEXTED, TYPE, VALUE, XLINK, ATTRIBUTES
} Attribute;

typedef enum { TEXT, START, END, COMMENT, DONE, ODD } Kind;

typedef struct {
    Kind kind;
    Span text; /* of TEXT, escaped; the name of a START or END */
    Span values[ATTRIBUTES]; /* of a START, escaped; NULL where the element does not have it */
    int has_any;
} Token;

/* The token at `at` (before `end`); gives what follows it. */
const char *next_token(const char *at, const char *end, Token *token);

/* Where the raw content of an element of that name ends that begins at `at`; NULL where nowhere. */
const char *raw_end(const char *at, const char *end, Span name);

#endif
