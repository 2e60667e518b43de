/* Where the strings of a JSON line begin and end. */
#ifndef VEDETTE_QUOTES_H
#define VEDETTE_QUOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t *at; /* the quotes that no backslash escapes, ascending; two more hold the line's size */
    size_t count, room;
    uint64_t *slashes; /* for each 64 bytes, the backslashes that begin an escape */
    size_t slashes_room;
    bool disguised; /* a character that may be ASCII in lower case is written otherwise */
} Quotes;

void quotes_free(Quotes *quotes);

/* Find the quotes of a line of `size` bytes; the byte behind them must be readable and must be
 * white space or 0. False where the line is for somebody else to read: it has a control
 * character, an escape that JSON does not know or half a surrogate pair, or is no UTF-8, or memory
 * is short. */
bool quotes_find(Quotes *quotes, const uint8_t *line, size_t size);

/* Whether an escape lies between two offsets. */
static inline bool quotes_escaped(const Quotes *quotes, uint32_t start, uint32_t stop)
{
    for (; start < stop; start = (start | 63) + 1) {
        uint64_t mask = quotes->slashes[start >> 6] >> (start & 63);
        uint32_t rest = stop - start;
        if (rest < 64)
            mask &= ((uint64_t)1 << rest) - 1;
        if (mask)
            return true;
    }
    return false;
}

#endif
