/* A bounded memory from byte strings to numbers. When it is full it forgets everything: a flood of
 * new keys makes its user slower, never larger. */
#ifndef VEDETTE_MEMO_H
#define VEDETTE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t hash; /* 0: free */
    uint32_t at, size; /* of the key in `bytes` */
    uint32_t tag;
    uint32_t value;
} MemoEntry;

typedef struct {
    MemoEntry *entries;
    size_t room, used, most; /* room is a power of two, or 0 before the first entry */
    uint8_t *bytes;
    size_t bytes_room, bytes_used, bytes_most;
} Memo;

/* An empty memory of at most `most` entries whose keys take at most `bytes_most` bytes. */
void memo_init(Memo *memo, size_t most, size_t bytes_most);
void memo_free(Memo *memo);

/* Where the key with this hash and tag is remembered; NULL if it is not. */
const MemoEntry *memo_find(const Memo *memo, uint64_t hash, uint32_t tag, const uint8_t *key,
                           size_t size);

/* Remember a key that memo_find did not find. Without memory to do so, it is just not remembered. */
void memo_put(Memo *memo, uint64_t hash, uint32_t tag, const uint8_t *key, size_t size,
              uint32_t value);

#endif
