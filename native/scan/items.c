#include "items.h"

#include <stdlib.h>
#include <string.h>

int items_build(Items *items, Item *own, uint32_t count, uint32_t patterns, const uint32_t *pairs,
                uint32_t size_pairs)
{
    memset(items, 0, sizeof *items);
    items->items = own;
    items->count = count;
    items->patterns = patterns;
    items->first = calloc((size_t)patterns + 2, sizeof(uint32_t));
    items->asking = malloc(((size_t)size_pairs + 1) * sizeof(uint32_t));
    items->met_in = calloc((size_t)count + 1, sizeof(uint32_t));
    items->met = malloc(((size_t)count + 1) * sizeof(uint32_t));
    items->held = malloc(((size_t)count + 1) * sizeof(uint32_t));
    if (!items->first || !items->asking || !items->met_in || !items->met || !items->held)
        return -1;
    for (uint32_t i = 0; i < size_pairs; i++) {
        if (pairs[2 * i] >= patterns || pairs[2 * i + 1] >= count)
            return -2;
        items->first[pairs[2 * i] + 2]++;
    }
    for (uint32_t pattern = 2; pattern < patterns + 2; pattern++)
        items->first[pattern] += items->first[pattern - 1];
    for (uint32_t i = 0; i < size_pairs; i++)
        items->asking[items->first[pairs[2 * i] + 1]++] = pairs[2 * i + 1];
    return 0;
}

void items_free(Items *items)
{
    free(items->items);
    free(items->first);
    free(items->asking);
    free(items->met_in);
    free(items->met);
    free(items->held);
    memset(items, 0, sizeof *items);
}

void items_start(Items *items)
{
    if (++items->run == 0) { /* after 2^32 runs the marks mean nothing any more */
        memset(items->met_in, 0, ((size_t)items->count + 1) * sizeof(uint32_t));
        items->run = 1;
    }
    items->helds = 0;
    for (uint32_t i = 0; i < items->count && items->items[i].need == 0; i++)
        items->held[items->helds++] = items->items[i].number; /* they come first */
}

void items_hit(Items *items, uint32_t pattern)
{
    if (pattern >= items->patterns)
        return;
    for (uint32_t at = items->first[pattern]; at < items->first[pattern + 1]; at++) {
        uint32_t place = items->asking[at];
        if (items->met_in[place] != items->run) {
            items->met_in[place] = items->run;
            items->met[place] = 0;
        }
        if (++items->met[place] == items->items[place].need)
            items->held[items->helds++] = items->items[place].number;
    }
}
