/* Boolean conditions over numbered items: which of them hold, given the items that do. */
#ifndef VEDETTE_SCAN_CONDITIONS_H
#define VEDETTE_SCAN_CONDITIONS_H

#include <stddef.h>
#include <stdint.h>

/* A condition is a tree in prefix order: HOLDS item | NOT tree | ALL n tree... | LEAST k n tree... */
enum { HOLDS, NOT, ALL, LEAST };

typedef struct {
    int32_t *code;
    uint32_t *begin;   /* of a condition, in the code */
    uint32_t count, items;
    uint32_t *first;   /* of an item, in `anchored` */
    uint32_t *anchored; /* conditions that can hold only if one of their items does */
    uint32_t *loose;   /* the others */
    uint32_t looses;
    uint64_t *held;    /* a bit for each item */
    uint32_t *tried;   /* of a condition: the run that last took it up */
    uint32_t run;
    uint32_t *found;
    uint32_t founds;
} Conditions;

/* Checks `code` (`size` numbers, `count` trees) and takes over all arrays, also where it fails:
   0; -1 where memory is short; -2 where code or anchors are not what they should be. `pairs`
   holds `size_pairs` times an item and the condition it is an anchor of. */
int conditions_build(Conditions *conditions, int32_t *code, uint32_t size, uint32_t count,
                     uint32_t items, const uint32_t *pairs, uint32_t size_pairs);

/* One run: `begin`; `hold` for all items that hold (numbers that are no item are left out); `start`;
   `attempt` for the same items; `end`. Then `found` has the conditions that hold, ascending. */
void conditions_begin(Conditions *conditions);
void conditions_hold(Conditions *conditions, const uint32_t *items, size_t count);
void conditions_start(Conditions *conditions);
void conditions_attempt(Conditions *conditions, const uint32_t *items, size_t count);
void conditions_end(Conditions *conditions);

void conditions_free(Conditions *conditions);

#endif
