#include "kinds.h"

#include <stdlib.h>
#include <string.h>

/* More than a plan can make (vedette.sigma.plan.plan.MAX_KINDS kinds); nothing here overflows. */
#define MOST ((size_t)1 << 22)

/* Room for one more element of `size` bytes. */
static bool grow(void **items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t wanted = *room ? 2 * *room : 64;
    void *grown = wanted <= MOST ? realloc(*items, wanted * size) : NULL;
    if (!grown)
        return false;
    *items = grown;
    *room = wanted;
    return true;
}

bool kinds_add_node(Kinds *kinds, uint32_t node)
{
    void *items = kinds->nodes;
    bool grown = grow(&items, kinds->nodes_count, &kinds->nodes_room, sizeof node);
    kinds->nodes = items;
    if (grown)
        kinds->nodes[kinds->nodes_count++] = node;
    return grown;
}

bool kinds_add_slot(Kinds *kinds, const Slot *slot)
{
    void *items = kinds->slots;
    bool grown = grow(&items, kinds->slots_count, &kinds->slots_room, sizeof *slot);
    kinds->slots = items;
    if (grown)
        kinds->slots[kinds->slots_count++] = *slot;
    return grown;
}

bool kinds_add(Kinds *kinds, const Kind *kind)
{
    void *items = kinds->kinds;
    bool grown = grow(&items, kinds->count, &kinds->room, sizeof *kind);
    kinds->kinds = items;
    if (!grown)
        return false;
    kinds->kinds[kinds->count++] = *kind;
    if (kind->slots > kinds->most_slots)
        kinds->most_slots = kind->slots;
    return true;
}

void kinds_free(Kinds *kinds)
{
    for (size_t at = 0; at < kinds->count; at++)
        needles_free(kinds->kinds[at].own);
    free(kinds->kinds);
    free(kinds->slots);
    free(kinds->nodes);
    memset(kinds, 0, sizeof *kinds);
}
