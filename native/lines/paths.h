/* The keys that lead to the values that rules read: a tree, whose node 0 is the event itself. */
#ifndef VEDETTE_PATHS_H
#define VEDETTE_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

#define NO_NODE UINT32_MAX

typedef enum { ABSENT, SCALAR, LIST, OBJECT } Shape;

typedef struct {
    uint32_t parent;
    uint32_t key_at, key_size; /* in `keys` */
    bool inner;                /* other nodes lie below */
    /* What the line with this number has here. */
    uint8_t shape; /* Shape; null counts as absent */
    uint32_t line;
    uint32_t at, size; /* of the value's text in the line */
} Node;

typedef struct {
    uint32_t mark;
    uint32_t node;
} Place;

typedef struct {
    const Seed *seed;
    Node *nodes;
    size_t count, room;
    Place *places; /* open addressing by parent and key; a power of two of them */
    size_t places_room;
    uint8_t *keys;
    size_t keys_used, keys_room;
} Paths;

/* Each gives false where memory is short or there are too many nodes. */
bool paths_init(Paths *paths, const Seed *seed);
bool paths_add(Paths *paths, uint32_t parent, const uint8_t *key, size_t size, uint32_t *node);
void paths_free(Paths *paths);

static inline uint64_t key_hash(const Seed *seed, uint32_t parent, const uint8_t *key, size_t size)
{
    uint64_t head, tail = 0;
    if (size >= 8) {
        head = load64(key);
        tail = load64(key + size - 8);
    } else if (size >= 4) {
        head = load32(key);
        tail = load32(key + size - 4);
    } else {
        head = size ? (uint64_t)key[0] << 16 | (uint64_t)key[size / 2] << 8 | key[size - 1] : 0;
    }
    return fold_product(head ^ seed->a, (tail + ((uint64_t)parent << 32 | size)) ^ seed->b);
}

/* The node below `parent` with this key, NO_NODE where there is none. */
static inline uint32_t paths_find(const Paths *paths, uint32_t parent, const uint8_t *key,
                                  size_t size)
{
    uint64_t hash = key_hash(paths->seed, parent, key, size);
    size_t mask = paths->places_room - 1;
    for (size_t at = hash & mask; paths->places[at].node != NO_NODE; at = (at + 1) & mask) {
        if (paths->places[at].mark != (uint32_t)(hash >> 32))
            continue;
        const Node *node = &paths->nodes[paths->places[at].node];
        if (node->parent == parent && node->key_size == size
            && (!size || memcmp(paths->keys + node->key_at, key, size) == 0))
            return paths->places[at].node;
    }
    return NO_NODE;
}

#endif
