/* Whether a text holds one of a set of ASCII literals in any case, at a few bytes a nanosecond.
 *
 * Every few bytes a window of up to four bytes is looked up in a bitmap; the distance is such that
 * no literal fits between two windows. Only where the bitmap knows a window are literals
 * compared. */
#ifndef VEDETTE_NEEDLES_H
#define VEDETTE_NEEDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NEEDLE_BITS = 15 };

typedef struct {
    uint32_t window; /* as `window_at` gives it */
    uint32_t offset; /* of the window in the literal */
    uint32_t at, size; /* of the literal in `text` */
    uint32_t next;   /* in the chain of the same hash; 0 ends it */
} Needle;

typedef struct {
    size_t width, step; /* of windows; step 0: nothing to look for */
    Needle *needles;    /* the first is unused */
    size_t count;
    uint8_t *text;
    uint8_t bitmap[(1 << NEEDLE_BITS) / 8];
    uint32_t first[1 << 10];
} Needles;

/* A literal: `size` (at least 1) bytes of ASCII in lower case. */
typedef struct {
    const uint8_t *at;
    size_t size;
} Literal;

/* The set of `count` literals; NULL where memory is short. */
Needles *needles_make(const Literal *literals, size_t count);
void needles_free(Needles *needles);

/* Whether one of the literals stands in the text. */
bool needles_found(const Needles *needles, const uint8_t *text, size_t size);

#endif
