#include "finder.h"

#include <stdlib.h>
#include <string.h>

/* A needle is found by one gram in it. The grams are chosen so that few needles share one: a text
   made of what needles share costs a few comparisons for each of its bytes, not thousands. */

#define MOST_LEADS 48 /* places of a needle that are considered for its gram */
#define LEAST_BITS 6

static inline uint32_t load(const uint8_t *at, int width)
{
    uint32_t gram = at[0];
    if (width > 1)
        gram |= (uint32_t)at[1] << 8;
    if (width > 2)
        gram |= (uint32_t)at[2] << 16;
    if (width > 3)
        gram |= (uint32_t)at[3] << 24;
    return gram;
}

static inline uint32_t mix(uint32_t gram)
{
    return gram * 2654435761u;
}

static inline uint32_t top(uint32_t mixed, uint32_t bits)
{
    return mixed >> (32 - bits);
}

static uint32_t bits_for(uint32_t count)
{
    uint32_t bits = LEAST_BITS;
    while (bits < 24 && (1u << bits) < count)
        bits++;
    return bits;
}

static int width_of(const Needle *needle)
{
    return needle->size < 4 ? (int)needle->size : 4;
}

static int table_alloc(Table *table, uint32_t count)
{
    table->count = count;
    table->bucket_bits = bits_for(count);
    table->filter_bits = bits_for(count) + 4; /* so that one gram in sixteen passes by chance */
    if (table->filter_bits > 19)
        table->filter_bits = 19; /* 64 KiB: stays in the processor's nearest memory but one */
    table->filter = calloc((size_t)1 << (table->filter_bits - 6), sizeof(uint64_t));
    table->first = calloc(((size_t)1 << table->bucket_bits) + 1, sizeof(uint32_t));
    table->needles = malloc((size_t)count * sizeof(Needle));
    return table->filter && table->first && table->needles ? 0 : -1;
}

/* The place in the needle whose bucket has the fewest needles yet. */
static uint16_t choose(const Table *table, const uint8_t *text, uint32_t size, int width)
{
    uint32_t places = size - (uint32_t)width + 1, best = 0, fewest = UINT32_MAX;
    if (places > MOST_LEADS)
        places = MOST_LEADS;
    for (uint32_t place = 0; place < places; place++) {
        uint32_t bucket = top(mix(load(text + place, width)), table->bucket_bits);
        if (table->first[bucket + 1] < fewest) {
            fewest = table->first[bucket + 1];
            best = place;
        }
    }
    return (uint16_t)best;
}

/* Puts the needles of one width into their table, by bucket. */
static int table_build(Finder *finder, Needle *needles, uint32_t all, int width)
{
    Table *table = &finder->tables[width - 1];
    uint32_t count = 0;
    for (uint32_t i = 0; i < all; i++)
        count += width_of(&needles[i]) == width;
    if (count == 0)
        return 0;
    if (table_alloc(table, count) < 0)
        return -1;
    for (uint32_t i = 0; i < all; i++) {
        Needle *needle = &needles[i];
        if (width_of(needle) != width)
            continue;
        const uint8_t *text = finder->texts + needle->at;
        needle->lead = choose(table, text, needle->size, width);
        needle->gram = load(text + needle->lead, width);
        uint32_t bit = top(mix(needle->gram), table->filter_bits);
        table->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
        table->first[top(mix(needle->gram), table->bucket_bits) + 1]++;
    }
    uint32_t buckets = 1u << table->bucket_bits;
    for (uint32_t bucket = 0; bucket < buckets; bucket++)
        table->first[bucket + 1] += table->first[bucket];
    for (uint32_t i = all; i-- > 0;) /* fills each bucket from its end */
        if (width_of(&needles[i]) == width)
            table->needles[--table->first[top(mix(needles[i].gram), table->bucket_bits) + 1]] =
                needles[i];
    /* every bucket's end has become its beginning: shift by one */
    memmove(table->first, table->first + 1, buckets * sizeof(uint32_t));
    table->first[buckets] = count;
    return 0;
}

static uint8_t where_of(uint8_t role)
{
    return role < CONTAINS ? role : CONTAINS;
}

/* Makes one needle of equal literals that follow each other; gives their number. */
static uint32_t join(const Finder *finder, const uint32_t *sizes, uint32_t uses, Needle *needles)
{
    Needle *last = NULL;
    uint32_t at = 0, count = 0;
    for (uint32_t use = 0; use < uses; use++) {
        uint8_t where = where_of(finder->roles[use]);
        if (last && last->where == where && last->size == sizes[use] &&
            memcmp(finder->texts + last->at, finder->texts + at, sizes[use]) == 0) {
            last->end++;
        } else {
            last = &needles[count++];
            *last = (Needle){.at = at, .size = sizes[use], .first = use, .end = use + 1,
                             .where = where};
        }
        at += sizes[use];
    }
    return count;
}

int finder_build(Finder *finder, uint8_t *texts, const uint32_t *sizes, uint8_t *roles,
                 uint32_t *numbers, uint32_t count, uint32_t patterns)
{
    size_t room = patterns ? patterns : 1;
    memset(finder, 0, sizeof *finder);
    finder->texts = texts;
    finder->roles = roles;
    finder->numbers = numbers;
    finder->patterns = patterns;
    finder->seen = calloc(room, sizeof(uint32_t));
    finder->met_in = calloc(room, sizeof(uint32_t));
    finder->met = calloc(room, 1);
    finder->need = calloc(room, 1);
    finder->sure = malloc(room * sizeof(uint32_t));
    finder->pending = malloc(room * sizeof(uint32_t));
    if (!finder->seen || !finder->met_in || !finder->met || !finder->need ||
        !finder->sure || !finder->pending)
        return -1;
    for (uint32_t use = 0; use < count; use++)
        if (roles[use] >= CLAUSE)
            finder->need[numbers[use]] |= (uint8_t)(1u << (roles[use] - CLAUSE));
    Needle *needles = malloc(((size_t)count + 1) * sizeof(Needle));
    if (!needles)
        return -1;
    uint32_t joined = join(finder, sizes, count, needles);
    int built = 0;
    for (int width = 1; width <= 4 && built == 0; width++)
        built = table_build(finder, needles, joined, width);
    free(needles);
    return built;
}

void finder_free(Finder *finder)
{
    for (int width = 0; width < 4; width++) {
        free(finder->tables[width].filter);
        free(finder->tables[width].first);
        free(finder->tables[width].needles);
    }
    free(finder->texts);
    free(finder->roles);
    free(finder->numbers);
    free(finder->seen);
    free(finder->met_in);
    free(finder->met);
    free(finder->need);
    free(finder->sure);
    free(finder->pending);
    memset(finder, 0, sizeof *finder);
}

static void take_use(Finder *finder, uint8_t role, uint32_t number)
{
    if (finder->seen[number] == finder->search)
        return;
    if (role < CLAUSE) {
        finder->seen[number] = finder->search;
        finder->sure[finder->sures++] = number;
        return;
    }
    if (finder->met_in[number] != finder->search) {
        finder->met_in[number] = finder->search;
        finder->met[number] = 0;
    }
    finder->met[number] |= (uint8_t)(1u << (role - CLAUSE));
    if (finder->met[number] == finder->need[number]) {
        finder->seen[number] = finder->search;
        finder->pending[finder->pendings++] = number;
    }
}

static void take(Finder *finder, Needle *needle)
{
    needle->found_in = finder->search;
    for (uint32_t use = needle->first; use < needle->end; use++)
        take_use(finder, finder->roles[use], finder->numbers[use]);
}

static inline int differ(const uint8_t *one, const uint8_t *other)
{
    uint64_t a, b;
    memcpy(&a, one, sizeof a);
    memcpy(&b, other, sizeof b);
    return a != b;
}

static inline void look(Finder *finder, const Table *table, uint32_t gram, uint32_t mixed,
                        const uint8_t *text, size_t size, size_t at)
{
    uint32_t bucket = top(mixed, table->bucket_bits);
    uint32_t end = table->first[bucket + 1];
    for (uint32_t i = table->first[bucket]; i < end; i++) {
        Needle *needle = &table->needles[i];
        if (needle->gram != gram || needle->found_in == finder->search || needle->lead > at)
            continue;
        size_t start = at - needle->lead;
        if (needle->size > size - start)
            continue;
        if (needle->where < CONTAINS &&
            ((needle->where != SUFFIX && start != 0) ||
             (needle->where != PREFIX && start + needle->size != size)))
            continue;
        const uint8_t *own = finder->texts + needle->at;
        if (needle->size >= 8 && differ(text + start, own)) /* sooner than a call */
            continue;
        if (memcmp(text + start, own, needle->size) == 0)
            take(finder, needle);
    }
}

#define SCAN(width)                                                                    \
    static void scan##width(Finder *finder, const uint8_t *text, size_t size)          \
    {                                                                                  \
        const Table *table = &finder->tables[(width) - 1];                             \
        if (table->count == 0)                                                         \
            return;                                                                    \
        for (size_t at = 0; at + (width) <= size; at++) {                              \
            uint32_t gram = load(text + at, width), mixed = mix(gram);                 \
            uint32_t bit = top(mixed, table->filter_bits);                             \
            if (table->filter[bit >> 6] >> (bit & 63) & 1)                             \
                look(finder, table, gram, mixed, text, size, at);                      \
        }                                                                              \
    }
SCAN(1)
SCAN(2)
SCAN(3)
SCAN(4)

static int ascending(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

void finder_run(Finder *finder, const uint8_t *text, size_t size)
{
    if (++finder->search == 0) { /* after 2^32 searches the marks mean nothing any more */
        memset(finder->seen, 0, finder->patterns * sizeof(uint32_t));
        memset(finder->met_in, 0, finder->patterns * sizeof(uint32_t));
        for (int width = 0; width < 4; width++)
            for (uint32_t i = 0; i < finder->tables[width].count; i++)
                finder->tables[width].needles[i].found_in = 0;
        finder->search = 1;
    }
    finder->sures = finder->pendings = 0;
    scan1(finder, text, size);
    scan2(finder, text, size);
    scan3(finder, text, size);
    scan4(finder, text, size);
    if (finder->sures > 1)
        qsort(finder->sure, finder->sures, sizeof(uint32_t), ascending);
    if (finder->pendings > 1)
        qsort(finder->pending, finder->pendings, sizeof(uint32_t), ascending);
}
