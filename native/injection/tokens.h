#ifndef TOKENS_H
#define TOKENS_H

#include <stddef.h>
#include <stdint.h>

#include "table.h"
#include "text.h"

#define LONGEST_TOKEN 31

/* As vedette/seclang/injection/tokens.py says. `opened` and `closed` are 0 without a quote. */
typedef struct {
    char kind, opened, closed;
    uint8_t size;
    uint8_t text[LONGEST_TOKEN + 1];
} Token;

typedef struct {
    Text text;
    size_t at;
    const Table *words;
    int mysql;
    char quote;    /* taken to stand before the text; 0 for none */
    int started;
    int doubtful;  /* there was a comment that MySQL and ANSI SQL read differently */
    size_t count;  /* of the tokens read */
} Reader;

/* The next token; gives 0 at the end. */
int reader_next(Reader *reader, Token *token);

/* Whether the text of a token is `text`, in capitals, whatever its case. */
int token_is(const Token *token, const char *text);

#endif
