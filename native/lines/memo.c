#include "memo.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ENTRIES = 1024, FIRST_BYTES = 65536 };

void memo_init(Memo *memo, size_t most, size_t bytes_most)
{
    memset(memo, 0, sizeof *memo);
    memo->most = most;
    memo->bytes_most = bytes_most < UINT32_MAX ? bytes_most : UINT32_MAX;
}

void memo_free(Memo *memo)
{
    free(memo->entries);
    free(memo->bytes);
    memo->entries = NULL;
    memo->bytes = NULL;
}

const MemoEntry *memo_find(const Memo *memo, uint64_t hash, uint32_t tag, const uint8_t *key,
                           size_t size)
{
    if (!memo->room)
        return NULL;
    size_t mask = memo->room - 1;
    for (size_t at = hash & mask; memo->entries[at].hash; at = (at + 1) & mask) {
        const MemoEntry *entry = &memo->entries[at];
        if (entry->hash == hash && entry->tag == tag && entry->size == size
            && (!size || memcmp(memo->bytes + entry->at, key, size) == 0))
            return entry;
    }
    return NULL;
}

static void place(MemoEntry *entries, size_t room, const MemoEntry *entry)
{
    size_t at = entry->hash & (room - 1);
    while (entries[at].hash)
        at = (at + 1) & (room - 1);
    entries[at] = *entry;
}

/* Room for one more entry, at most half of all places taken. */
static bool grow_entries(Memo *memo)
{
    if (2 * (memo->used + 1) <= memo->room)
        return true;
    size_t room = memo->room ? 2 * memo->room : FIRST_ENTRIES;
    MemoEntry *entries = calloc(room, sizeof *entries);
    if (!entries)
        return false;
    for (size_t at = 0; at < memo->room; at++)
        if (memo->entries[at].hash)
            place(entries, room, &memo->entries[at]);
    free(memo->entries);
    memo->entries = entries;
    memo->room = room;
    return true;
}

static bool grow_bytes(Memo *memo, size_t size)
{
    size_t needed = memo->bytes_used + size, room = memo->bytes_room;
    if (needed <= room)
        return true;
    if (!room)
        room = FIRST_BYTES;
    while (room < needed)
        room *= 2;
    uint8_t *bytes = realloc(memo->bytes, room);
    if (!bytes)
        return false;
    memo->bytes = bytes;
    memo->bytes_room = room;
    return true;
}

void memo_put(Memo *memo, uint64_t hash, uint32_t tag, const uint8_t *key, size_t size,
              uint32_t value)
{
    if (size > memo->bytes_most)
        return;
    if (memo->used >= memo->most || memo->bytes_used + size > memo->bytes_most) {
        memset(memo->entries, 0, memo->room * sizeof *memo->entries);
        memo->used = memo->bytes_used = 0;
    }
    if (!grow_entries(memo) || !grow_bytes(memo, size))
        return;
    if (size)
        memcpy(memo->bytes + memo->bytes_used, key, size);
    MemoEntry entry = {hash, (uint32_t)memo->bytes_used, (uint32_t)size, tag, value};
    place(memo->entries, memo->room, &entry);
    memo->bytes_used += size;
    memo->used++;
}
