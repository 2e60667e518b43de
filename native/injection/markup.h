#ifndef MARKUP_H
#define MARKUP_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum State {
    DATA,
    TAG_OPEN,
    TAG_CLOSE,
    BEFORE_NAME,
    AFTER_NAME,
    BEFORE_VALUE,
    QUOTED,
    AFTER_QUOTED,
    END,
};

enum Piece { NONE, OTHER, TAG, NAME, VALUE, COMMENT, DOCTYPE };

/* As vedette/seclang/injection/markup.py says. The last piece stands from `begin` to `end`. */
typedef struct {
    Text text;
    size_t at, begin, end;
    enum State state;
    int closing;
    uint8_t quote;
} Markup;

/* The next piece; NONE at the end. */
enum Piece markup_next(Markup *markup);

#endif
