#include "quotes.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "hash.h"
#include "utf8.h"

enum { BLOCK = 64 };

/* What may follow a backslash: 1 stands for itself, 2 begins four hexadecimal digits. */
static const uint8_t ESCAPES[256] = {
    ['"'] = 1, ['\\'] = 1, ['/'] = 1, ['b'] = 1, ['f'] = 1,
    ['n'] = 1, ['r'] = 1,  ['t'] = 1, ['u'] = 2,
};

#ifdef __SSE2__

typedef struct {
    __m128i controls, all;
} Seen;

static inline void block_masks(const uint8_t *at, uint64_t *quotes, uint64_t *slashes, Seen *seen)
{
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1f);
    *quotes = *slashes = 0;
    for (int part = 0; part < 4; part++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * part));
        uint32_t found = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote));
        *quotes |= (uint64_t)found << (16 * part);
        found = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, slash));
        *slashes |= (uint64_t)found << (16 * part);
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        seen->controls = _mm_or_si128(seen->controls, control);
        seen->all = _mm_or_si128(seen->all, bytes);
    }
}

static inline bool seen_control(const Seen *seen)
{
    return _mm_movemask_epi8(seen->controls) != 0;
}

static inline bool seen_high(const Seen *seen)
{
    return _mm_movemask_epi8(seen->all) != 0;
}

#else

#define EACH ((uint64_t)0x0101010101010101)
#define HIGH (EACH << 7)

typedef struct {
    uint64_t controls, all;
} Seen;

/* The high bit of each byte of the word that is this one. */
static inline uint64_t equal_bytes(uint64_t word, uint64_t byte)
{
    uint64_t other = word ^ EACH * byte;
    return ~(((other & ~HIGH) + ~HIGH) | other) & HIGH;
}

/* The high bits of the word's bytes, side by side: no two of the products below share a bit. */
static inline uint64_t side_by_side(uint64_t high)
{
    return (high >> 7) * 0x0102040810204080 >> 56;
}

static inline void block_masks(const uint8_t *at, uint64_t *quotes, uint64_t *slashes, Seen *seen)
{
    *quotes = *slashes = 0;
    for (int part = 0; part < BLOCK; part += 8) {
        uint64_t word = load64(at + part);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        *quotes |= side_by_side(equal_bytes(word, '"')) << part;
        *slashes |= side_by_side(equal_bytes(word, '\\')) << part;
        seen->controls |= equal_bytes(word & EACH * 0xe0, 0);
        seen->all |= word;
    }
}

static inline bool seen_control(const Seen *seen)
{
    return seen->controls != 0;
}

static inline bool seen_high(const Seen *seen)
{
    return (seen->all & HIGH) != 0;
}

#endif

void quotes_free(Quotes *quotes)
{
    free(quotes->at);
    free(quotes->slashes);
    memset(quotes, 0, sizeof *quotes);
}

static bool reserve(Quotes *quotes, size_t size)
{
    if (size + 2 > quotes->room) {
        size_t room = size + size / 2 + 1024;
        uint32_t *at = realloc(quotes->at, room * sizeof *at);
        if (!at)
            return false;
        quotes->at = at;
        quotes->room = room;
    }
    size_t blocks = size / BLOCK + 2;
    if (blocks > quotes->slashes_room) {
        size_t room = blocks + blocks / 2 + 32;
        uint64_t *slashes = realloc(quotes->slashes, room * sizeof *slashes);
        if (!slashes)
            return false;
        quotes->slashes = slashes;
        quotes->slashes_room = room;
    }
    return true;
}

/* An escape of the form \uXXXX at `at`. `*low` is where the second half of a pair is due. */
static bool unicode_escape(Quotes *quotes, const uint8_t *line, size_t at, size_t *low)
{
    uint32_t code;
    if (!utf8_escape(line + at, &code))
        return false;
    if (code >= 0xd800 && code <= 0xdfff) {
        if (code >= 0xdc00)
            return at == *low;
        uint32_t second;
        *low = at + 6;
        return line[at + 6] == '\\' && line[at + 7] == 'u' && utf8_escape(line + at + 6, &second)
               && second >= 0xdc00 && second <= 0xdfff;
    }
    quotes->disguised |= utf8_folded(code) != 0;
    return true;
}

bool quotes_find(Quotes *quotes, const uint8_t *line, size_t size)
{
    quotes->disguised = false;
    quotes->count = 0;
    if (!reserve(quotes, size))
        return false;
    Seen seen;
    memset(&seen, 0, sizeof seen);
    uint32_t *out = quotes->at;
    uint64_t carry = 0;
    size_t low = 0; /* no escape stands at the very beginning of an object */
    for (size_t start = 0; start < size; start += BLOCK) {
        const uint8_t *at = line + start;
        uint8_t rest[BLOCK];
        if (size - start < BLOCK) {
            memset(rest, ' ', BLOCK);
            memcpy(rest, at, size - start);
            at = rest;
        }
        uint64_t found, slashes, first = 0;
        block_masks(at, &found, &slashes, &seen);
        slashes &= ~carry;
        found &= ~carry;
        carry = 0;
        while (slashes) {
            int bit = __builtin_ctzll(slashes);
            size_t place = start + (size_t)bit;
            uint8_t how = ESCAPES[line[place + 1]];
            if (how != 1 && (how == 0 || !unicode_escape(quotes, line, place, &low)))
                return false;
            uint64_t escape = (uint64_t)1 << bit;
            first |= escape;
            carry = bit == BLOCK - 1;
            slashes &= ~(escape | escape << 1);
            found &= ~(escape << 1);
        }
        quotes->slashes[start / BLOCK] = first;
        for (; found; found &= found - 1)
            *out++ = (uint32_t)start + (uint32_t)__builtin_ctzll(found);
    }
    quotes->count = (size_t)(out - quotes->at);
    out[0] = out[1] = (uint32_t)size;
    if (seen_control(&seen))
        return false;
    return !seen_high(&seen) || utf8_check(line, size, &quotes->disguised);
}
