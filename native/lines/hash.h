/* A keyed hash of byte strings. The key is random in each process, so that nobody who writes the
 * logs can choose values that collide. */
#ifndef VEDETTE_HASH_H
#define VEDETTE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t a, b, c;
} Seed;

static inline uint64_t load64(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint32_t load32(const uint8_t *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Both halves of the product, folded: every bit of either factor reaches every bit of the result. */
static inline uint64_t fold_product(uint64_t one, uint64_t two)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)one * two;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t high = (one >> 32) * (two >> 32), low = (uint64_t)(uint32_t)one * (uint32_t)two;
    uint64_t cross = (one >> 32) * (uint32_t)two, other = (uint64_t)(uint32_t)one * (two >> 32);
    uint64_t middle = cross + (low >> 32) + (uint32_t)other;
    return ((middle << 32) | (uint32_t)low) ^ (high + (middle >> 32) + (other >> 32));
#endif
}

/* The hash of `size` bytes for the purpose `tag`; never 0. */
static inline uint64_t hash_bytes(const Seed *seed, const uint8_t *at, size_t size, uint64_t tag)
{
    uint64_t one = seed->a ^ tag, two = seed->b ^ size, head = 0, tail = 0;
    size_t left = size;
    for (; left >= 32; at += 32, left -= 32) {
        one = fold_product(load64(at) ^ seed->b, load64(at + 8) ^ one);
        two = fold_product(load64(at + 16) ^ seed->c, load64(at + 24) ^ two);
    }
    if (left >= 16) {
        one = fold_product(load64(at) ^ seed->b, load64(at + 8) ^ one);
        at += 16;
        left -= 16;
    }
    if (left >= 8) {
        head = load64(at);
        tail = load64(at + left - 8);
    } else if (left >= 4) {
        head = load32(at);
        tail = load32(at + left - 4);
    } else if (left) {
        head = (uint64_t)at[0] << 16 | (uint64_t)at[left / 2] << 8 | at[left - 1];
    }
    uint64_t both = fold_product(head ^ seed->c ^ one, tail ^ two);
    both = fold_product(both ^ seed->a, seed->c ^ size);
    return both ? both : 1;
}

#endif
