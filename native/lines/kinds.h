/* The kinds of events and what is read from each: the layout of vedette.sigma.plan.spec. */
#ifndef VEDETTE_KINDS_H
#define VEDETTE_KINDS_H

#include "needles.h"
#include "paths.h"

/* Nodes in the order in which their values are tried: a stretch of Kinds.nodes. */
typedef struct {
    uint32_t at, count;
} Choice;

typedef enum { FIELD, PAIR, KEYWORDS } SlotWhat;

typedef struct {
    SlotWhat what;
    Choice value, other; /* `other` in pairs alone */
} Slot;

typedef struct {
    uint32_t slots_at, slots; /* a stretch of Kinds.slots */
    bool searched;            /* for the format's keywords */
    bool asked;               /* every line is somebody else's */
    Needles *own;             /* keywords of this kind alone; NULL: none */
} Kind;

typedef struct {
    Kind *kinds;
    size_t count, room;
    Slot *slots;
    size_t slots_count, slots_room;
    uint32_t *nodes;
    size_t nodes_count, nodes_room;
    size_t most_slots; /* of any kind */
} Kinds;

/* Each gives false where memory is short. */
bool kinds_add_node(Kinds *kinds, uint32_t node);
bool kinds_add_slot(Kinds *kinds, const Slot *slot);
bool kinds_add(Kinds *kinds, const Kind *kind);
void kinds_free(Kinds *kinds);

#endif
