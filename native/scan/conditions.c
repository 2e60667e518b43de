#include "conditions.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH 200 /* of a tree; the loader of rules stops long before */

/* The place after the tree at `at`, or 0 where it is none. */
static uint32_t checked(const int32_t *code, uint32_t size, uint32_t at, uint32_t items, int depth)
{
    if (depth > DEPTH || at + 1 >= size)
        return 0;
    int32_t parts = 1;
    switch (code[at]) {
    case HOLDS:
        return code[at + 1] >= 0 && (uint32_t)code[at + 1] < items ? at + 2 : 0;
    case NOT:
        at += 1;
        break;
    case ALL:
        parts = code[at + 1];
        at += 2;
        break;
    case LEAST:
        if (at + 2 >= size)
            return 0;
        parts = code[at + 2];
        at += 3;
        break;
    default:
        return 0;
    }
    while (parts-- > 0)
        if ((at = checked(code, size, at, items, depth + 1)) == 0)
            return 0;
    return at;
}

int conditions_build(Conditions *conditions, int32_t *code, uint32_t size, uint32_t count,
                     uint32_t items, const uint32_t *pairs, uint32_t size_pairs)
{
    memset(conditions, 0, sizeof *conditions);
    conditions->code = code;
    conditions->count = count;
    conditions->items = items;
    conditions->begin = malloc(((size_t)count + 1) * sizeof(uint32_t));
    conditions->first = calloc((size_t)items + 2, sizeof(uint32_t));
    conditions->anchored = malloc(((size_t)size_pairs + 1) * sizeof(uint32_t));
    conditions->loose = malloc(((size_t)count + 1) * sizeof(uint32_t));
    conditions->held = calloc((size_t)items / 64 + 1, sizeof(uint64_t));
    conditions->tried = calloc((size_t)count + 1, sizeof(uint32_t));
    conditions->found = malloc(((size_t)count + 1) * sizeof(uint32_t));
    if (!conditions->begin || !conditions->first || !conditions->anchored || !conditions->loose ||
        !conditions->held || !conditions->tried || !conditions->found)
        return -1;
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        conditions->begin[i] = at;
        if ((at = checked(code, size, at, items, 0)) == 0)
            return -2;
    }
    if (at != size)
        return -2;
    uint32_t *first = conditions->first;
    for (uint32_t i = 0; i < size_pairs; i++) {
        if (pairs[2 * i] >= items || pairs[2 * i + 1] >= count)
            return -2;
        first[pairs[2 * i] + 2]++;
        conditions->tried[pairs[2 * i + 1]] = 1;
    }
    for (uint32_t item = 2; item < items + 2; item++)
        first[item] += first[item - 1];
    for (uint32_t i = 0; i < size_pairs; i++)
        conditions->anchored[first[pairs[2 * i] + 1]++] = pairs[2 * i + 1];
    for (uint32_t i = 0; i < count; i++)
        if (!conditions->tried[i])
            conditions->loose[conditions->looses++] = i;
    memset(conditions->tried, 0, ((size_t)count + 1) * sizeof(uint32_t));
    return 0;
}

void conditions_free(Conditions *conditions)
{
    free(conditions->code);
    free(conditions->begin);
    free(conditions->first);
    free(conditions->anchored);
    free(conditions->loose);
    free(conditions->held);
    free(conditions->tried);
    free(conditions->found);
    memset(conditions, 0, sizeof *conditions);
}

static inline int holds(const Conditions *conditions, int32_t item)
{
    return conditions->held[item >> 6] >> (item & 63) & 1;
}

/* What the tree at `*at` comes to; `*at` moves behind it. All of a tree is walked: they are small,
   and nobody knows where a part ends without walking it. */
static int truth(const Conditions *conditions, const int32_t **at)
{
    const int32_t *code = *at;
    int32_t need, parts, met = 0;
    switch (code[0]) {
    case HOLDS:
        *at = code + 2;
        return holds(conditions, code[1]);
    case NOT:
        *at = code + 1;
        return !truth(conditions, at);
    case ALL:
        need = parts = code[1];
        *at = code + 2;
        break;
    default:
        need = code[1];
        parts = code[2];
        *at = code + 3;
    }
    while (parts-- > 0)
        met += truth(conditions, at);
    return met >= need;
}

void conditions_begin(Conditions *conditions)
{
    memset(conditions->held, 0, (conditions->items / 64 + 1) * sizeof(uint64_t));
}

void conditions_hold(Conditions *conditions, const uint32_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] < conditions->items)
            conditions->held[items[i] >> 6] |= (uint64_t)1 << (items[i] & 63);
}

static void attempt(Conditions *conditions, uint32_t index)
{
    if (conditions->tried[index] == conditions->run)
        return;
    conditions->tried[index] = conditions->run;
    const int32_t *at = conditions->code + conditions->begin[index];
    if (truth(conditions, &at))
        conditions->found[conditions->founds++] = index;
}

void conditions_start(Conditions *conditions)
{
    if (++conditions->run == 0) { /* after 2^32 runs the marks mean nothing any more */
        memset(conditions->tried, 0, ((size_t)conditions->count + 1) * sizeof(uint32_t));
        conditions->run = 1;
    }
    conditions->founds = 0;
    for (uint32_t i = 0; i < conditions->looses; i++)
        attempt(conditions, conditions->loose[i]);
}

void conditions_attempt(Conditions *conditions, const uint32_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i] >= conditions->items)
            continue;
        uint32_t end = conditions->first[items[i] + 1];
        for (uint32_t at = conditions->first[items[i]]; at < end; at++)
            attempt(conditions, conditions->anchored[at]);
    }
}

static int ascending(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

void conditions_end(Conditions *conditions)
{
    if (conditions->founds > 1)
        qsort(conditions->found, conditions->founds, sizeof(uint32_t), ascending);
}
