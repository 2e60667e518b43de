/* One pass over a JSON line: is it an object, and where are the values that rules read? */
#ifndef VEDETTE_WALK_H
#define VEDETTE_WALK_H

#include "paths.h"
#include "quotes.h"

typedef enum {
    WALK_READ,    /* an object; the nodes' `line` says what it has */
    WALK_NOTHING, /* an object without fields */
    WALK_UNSURE   /* damaged or unusual: somebody else must read it */
} Walked;

/* Walk a line of `size` bytes (the byte behind them as in quotes.h), the first and last of which
 * are no white space. What is read is JSON to every parser and means the same to each. `number`
 * must be another one for each line. `*listed` is set where a list stands on the way to a value. */
Walked walk(Paths *paths, Quotes *quotes, const uint8_t *line, size_t size, uint32_t number,
            bool *listed);

#endif
