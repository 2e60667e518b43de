#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define MOST_WORDS 32000
#define LONGEST_PRINT 7

static uint32_t hash_of(const uint8_t *text, size_t size)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ upper(text[i])) * 16777619u;
    return hash ^ hash >> 15;
}

static uint32_t count_lines(const char *lines, size_t size)
{
    uint32_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += lines[i] == '\n';
    return count;
}

/* A power of two with at least twice the room, minus one. */
static uint32_t mask_for(uint32_t count)
{
    uint32_t room = 16;
    while (room < 2 * count + 2)
        room *= 2;
    return room - 1;
}

int table_build(Table *table, const char *lines, size_t size)
{
    uint32_t count = count_lines(lines, size);
    if (count > MOST_WORDS)
        return -2;
    table->mask = mask_for(count);
    table->words = calloc(count + 1, sizeof(Word));
    table->slots = calloc(table->mask + 1, sizeof(uint16_t));
    if (!table->words || !table->slots)
        return -1;
    for (const char *at = lines, *end = lines + size; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop || stop - at < 2 || stop - at - 1 > LONGEST_WORD)
            return -2;
        Word *word = &table->words[table->count++];
        word->kind = *at++;
        word->size = (uint8_t)(stop - at);
        memcpy(word->text, at, word->size);
        uint32_t slot = hash_of(word->text, word->size) & table->mask;
        while (table->slots[slot])
            slot = (slot + 1) & table->mask;
        table->slots[slot] = (uint16_t)table->count;
        if (word->size > table->longest)
            table->longest = word->size;
        at = stop + 1;
    }
    return 0;
}

void table_free(Table *table)
{
    free(table->words);
    free(table->slots);
}

char table_kind(const Table *table, const uint8_t *text, size_t size)
{
    if (size == 0 || size > table->longest)
        return 0;
    uint32_t slot = hash_of(text, size) & table->mask;
    for (; table->slots[slot]; slot = (slot + 1) & table->mask) {
        const Word *word = &table->words[table->slots[slot] - 1];
        size_t same = 0;
        if (word->size != size)
            continue;
        while (same < size && word->text[same] == upper(text[same]))
            same++;
        if (same == size)
            return word->kind;
    }
    return 0;
}

static uint64_t key_of(const char *text, size_t size)
{
    uint64_t key = 0;
    for (size_t i = 0; i < size; i++)
        key = key << 8 | upper((uint8_t)text[i]);
    return key;
}

static uint32_t slot_of(const Prints *prints, uint64_t key)
{
    uint32_t slot = (uint32_t)(key * 0x9E3779B97F4A7C15u >> 40) & prints->mask;
    while (prints->keys[slot] && prints->keys[slot] != key)
        slot = (slot + 1) & prints->mask;
    return slot;
}

int prints_build(Prints *prints, const char *lines, size_t size)
{
    uint32_t count = count_lines(lines, size);
    if (count > 1u << 20)
        return -2;
    prints->mask = mask_for(count);
    prints->keys = calloc(prints->mask + 1, sizeof(uint64_t));
    if (!prints->keys)
        return -1;
    for (const char *at = lines, *end = lines + size; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop || stop == at || stop - at > LONGEST_PRINT)
            return -2;
        uint64_t key = key_of(at, (size_t)(stop - at));
        prints->keys[slot_of(prints, key)] = key;
        at = stop + 1;
    }
    return 0;
}

void prints_free(Prints *prints)
{
    free(prints->keys);
}

int prints_hold(const Prints *prints, const char *text, size_t size)
{
    if (size == 0 || size > LONGEST_PRINT)
        return 0;
    uint64_t key = key_of(text, size);
    return key && prints->keys[slot_of(prints, key)] == key;
}
