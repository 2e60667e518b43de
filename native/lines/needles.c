#include "needles.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

enum { WIDEST = 4, FIRST_MASK = (1 << 10) - 1 };

static inline uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* The window at `at`, `width` bytes: equal for texts that are equal but for their case. */
static inline uint32_t window_at(const uint8_t *at, size_t width)
{
    uint32_t window = 0;
    if (width == WIDEST)
        window = load32(at);
    else
        memcpy(&window, at, width);
    return window | 0x20202020u;
}

static inline uint32_t window_hash(uint32_t window)
{
    return window * 0x9e3779b1u >> (32 - NEEDLE_BITS);
}

/* How common a byte is in logs, roughly: windows of rare bytes are met less often. */
static unsigned commonness(uint8_t byte)
{
    static const char order[] = "eotainsrc0-ldumpf1hv2.ygx3b45678w9_ ";
    const char *place = memchr(order, byte, sizeof order - 1);
    return place ? (unsigned)(sizeof order - (size_t)(place - order)) : 0;
}

/* Where in a literal the run of `step` windows begins whose commonest window is the rarest. */
static size_t best_run(Literal literal, size_t width, size_t step)
{
    size_t best = 0;
    unsigned least = ~0u;
    for (size_t run = 0; run + step + width - 1 <= literal.size; run++) {
        unsigned worst = 0;
        for (size_t window = run; window < run + step; window++) {
            unsigned common = 1;
            for (size_t byte = window; byte < window + width; byte++)
                common *= 1 + commonness(literal.at[byte]);
            worst = common > worst ? common : worst;
        }
        if (worst < least) {
            least = worst;
            best = run;
        }
    }
    return best;
}

Needles *needles_make(const Literal *literals, size_t count)
{
    size_t shortest = SIZE_MAX, total = 0;
    for (size_t at = 0; at < count; at++) {
        shortest = literals[at].size < shortest ? literals[at].size : shortest;
        total += literals[at].size;
    }
    Needles *made = calloc(1, sizeof *made);
    if (!made || !count)
        return made;
    made->width = shortest < WIDEST ? shortest : WIDEST;
    made->step = shortest - made->width + 1;
    made->needles = calloc(count * made->step + 1, sizeof *made->needles);
    made->text = malloc(total);
    if (!made->needles || !made->text || total > UINT32_MAX) {
        needles_free(made);
        return NULL;
    }
    size_t used = 0;
    for (size_t at = 0; at < count; at++) {
        Literal literal = literals[at];
        memcpy(made->text + used, literal.at, literal.size);
        size_t run = best_run(literal, made->width, made->step);
        for (size_t offset = run; offset < run + made->step; offset++) {
            uint32_t window = window_at(literal.at + offset, made->width);
            uint32_t hash = window_hash(window), number = (uint32_t)++made->count;
            made->needles[number] = (Needle){window, (uint32_t)offset, (uint32_t)used,
                                             (uint32_t)literal.size, made->first[hash & FIRST_MASK]};
            made->first[hash & FIRST_MASK] = number;
            made->bitmap[hash >> 3] |= (uint8_t)(1u << (hash & 7));
        }
        used += literal.size;
    }
    return made;
}

void needles_free(Needles *needles)
{
    if (needles) {
        free(needles->needles);
        free(needles->text);
        free(needles);
    }
}

static bool literal_at(const Needles *needles, const uint8_t *text, size_t size, size_t at,
                       uint32_t window)
{
    for (uint32_t next = needles->first[window_hash(window) & FIRST_MASK]; next;) {
        const Needle *needle = &needles->needles[next];
        next = needle->next;
        if (needle->window != window || at < needle->offset
            || size - (at - needle->offset) < needle->size)
            continue;
        const uint8_t *here = text + at - needle->offset, *wanted = needles->text + needle->at;
        size_t same = 0;
        while (same < needle->size && lower(here[same]) == wanted[same])
            same++;
        if (same == needle->size)
            return true;
    }
    return false;
}

bool needles_found(const Needles *needles, const uint8_t *text, size_t size)
{
    size_t step = needles->step, width = needles->width;
    if (!step || size < width)
        return false;
    if (width == WIDEST) { /* the common case, with a load of constant width */
        for (size_t at = 0; at <= size - WIDEST; at += step) {
            uint32_t window = window_at(text + at, WIDEST), hash = window_hash(window);
            if (needles->bitmap[hash >> 3] >> (hash & 7) & 1
                && literal_at(needles, text, size, at, window))
                return true;
        }
        return false;
    }
    for (size_t at = 0; at <= size - width; at += step) {
        uint32_t window = window_at(text + at, width), hash = window_hash(window);
        if (needles->bitmap[hash >> 3] >> (hash & 7) & 1
            && literal_at(needles, text, size, at, window))
            return true;
    }
    return false;
}
