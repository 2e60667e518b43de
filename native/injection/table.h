#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

#define LONGEST_WORD 62

typedef struct {
    char kind;
    uint8_t size;
    uint8_t text[LONGEST_WORD];
} Word;

/* Words in capitals, each with a kind. */
typedef struct {
    Word *words;
    uint16_t *slots; /* number of the word, plus one */
    uint32_t count, mask;
    uint8_t longest;
} Table;

/* Fingerprints, of one to seven bytes each. */
typedef struct {
    uint64_t *keys;
    uint32_t mask;
} Prints;

/* `lines` are a kind and a word each, ended by a line feed. Gives 0; -1 where memory is short, -2
   where they are no such lines. What was built is to be freed whatever comes back. */
int table_build(Table *table, const char *lines, size_t size);
void table_free(Table *table);

/* The kind of a word, whatever its case; 0 where it is none. */
char table_kind(const Table *table, const uint8_t *text, size_t size);

/* As `table_build`, with a fingerprint in each line. */
int prints_build(Prints *prints, const char *lines, size_t size);
void prints_free(Prints *prints);

/* Whether a fingerprint, whatever its case, is listed. */
int prints_hold(const Prints *prints, const char *text, size_t size);

#endif
