/* From the patterns that hit a value to the items that hold. */
#ifndef VEDETTE_SCAN_ITEMS_H
#define VEDETTE_SCAN_ITEMS_H

#include <stddef.h>
#include <stdint.h>

/* An item holds if `need` of its patterns hit (0: whatever hits). */
typedef struct {
    uint32_t number, need;
} Item;

typedef struct {
    Item *items;
    uint32_t count, patterns;
    uint32_t *first; /* of a pattern, in `asking` */
    uint32_t *asking; /* items that name it */
    uint32_t *met_in, *met; /* of an item: the run that `met` is of, patterns that hit in it */
    uint32_t run;
    uint32_t *held;
    uint32_t helds;
} Items;

/* Takes `items` over, also where it fails. `pairs` holds `size_pairs` times a pattern and the place
   of an item that names it. 0; -1 where memory is short; -2 where a number is out of range. */
int items_build(Items *items, Item *own, uint32_t count, uint32_t patterns, const uint32_t *pairs,
                uint32_t size_pairs);

/* Empties `held` but for the items that need nothing; then `items_hit` for each hit, each once. */
void items_start(Items *items);
void items_hit(Items *items, uint32_t pattern);

void items_free(Items *items);

#endif
