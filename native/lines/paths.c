#include "paths.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_NODES = 64, FIRST_KEYS = 1024, FIRST_PLACES = 512 };
#define MOST_NODES ((size_t)1 << 20)
#define MOST_KEYS ((size_t)1 << 26)

static void place(Place *places, size_t room, uint64_t hash, uint32_t node)
{
    size_t at = hash & (room - 1);
    while (places[at].node != NO_NODE)
        at = (at + 1) & (room - 1);
    places[at] = (Place){(uint32_t)(hash >> 32), node};
}

/* At least four places for each node: most keys of a line lead nowhere and should meet a free one. */
static bool grow_places(Paths *paths)
{
    size_t room = paths->places_room ? paths->places_room : FIRST_PLACES;
    while (room < 4 * (paths->count + 1))
        room *= 2;
    if (room == paths->places_room)
        return true;
    Place *places = malloc(room * sizeof *places);
    if (!places)
        return false;
    memset(places, 0xff, room * sizeof *places);
    for (size_t number = 1; number < paths->count; number++) {
        const Node *node = &paths->nodes[number];
        uint64_t hash =
            key_hash(paths->seed, node->parent, paths->keys + node->key_at, node->key_size);
        place(places, room, hash, (uint32_t)number);
    }
    free(paths->places);
    paths->places = places;
    paths->places_room = room;
    return true;
}

static bool grow_nodes(Paths *paths)
{
    if (paths->count < paths->room)
        return true;
    size_t room = paths->room ? 2 * paths->room : FIRST_NODES;
    Node *nodes = paths->count < MOST_NODES ? realloc(paths->nodes, room * sizeof *nodes) : NULL;
    if (!nodes)
        return false;
    paths->nodes = nodes;
    paths->room = room;
    return true;
}

static bool grow_keys(Paths *paths, size_t size)
{
    if (size > MOST_KEYS - paths->keys_used)
        return false;
    size_t room = paths->keys_room ? paths->keys_room : FIRST_KEYS;
    while (room < paths->keys_used + size)
        room *= 2;
    if (room == paths->keys_room)
        return true;
    uint8_t *keys = realloc(paths->keys, room);
    if (!keys)
        return false;
    paths->keys = keys;
    paths->keys_room = room;
    return true;
}

bool paths_init(Paths *paths, const Seed *seed)
{
    memset(paths, 0, sizeof *paths);
    paths->seed = seed;
    if (!grow_nodes(paths) || !grow_places(paths))
        return false;
    paths->nodes[0] = (Node){.parent = NO_NODE, .inner = true};
    paths->count = 1;
    return true;
}

bool paths_add(Paths *paths, uint32_t parent, const uint8_t *key, size_t size, uint32_t *node)
{
    uint32_t known = paths_find(paths, parent, key, size);
    if (known != NO_NODE) {
        *node = known;
        return true;
    }
    if (!grow_nodes(paths) || !grow_places(paths) || !grow_keys(paths, size))
        return false;
    uint32_t number = (uint32_t)paths->count++;
    paths->nodes[number] =
        (Node){.parent = parent, .key_at = (uint32_t)paths->keys_used, .key_size = (uint32_t)size};
    if (size)
        memcpy(paths->keys + paths->keys_used, key, size);
    paths->keys_used += size;
    paths->nodes[parent].inner = true;
    place(paths->places, paths->places_room, key_hash(paths->seed, parent, key, size), number);
    *node = number;
    return true;
}

void paths_free(Paths *paths)
{
    free(paths->nodes);
    free(paths->places);
    free(paths->keys);
    memset(paths, 0, sizeof *paths);
}
