/* Many literals in one text. Knows of bytes alone; what they mean is said in vedette/scan. */
#ifndef VEDETTE_SCAN_FINDER_H
#define VEDETTE_SCAN_FINDER_H

#include <stddef.h>
#include <stdint.h>

/* What a literal's place says of the pattern it belongs to. From CLAUSE on: the literal meets
   clause (role - CLAUSE) of a pattern that stays to be confirmed once all its clauses are met. */
enum { EQUALS, PREFIX, SUFFIX, CONTAINS, CLAUSE };
#define CLAUSES 8

/* A literal at a place of a kind: anywhere, or where its role wants it. `uses` are its roles and
   patterns. */
typedef struct {
    uint32_t gram;       /* by which it is found */
    uint32_t at, size;   /* in the texts */
    uint32_t first, end; /* in the uses */
    uint32_t found_in;   /* the search that last found it */
    uint16_t lead;       /* bytes before the gram */
    uint8_t where;       /* EQUALS, PREFIX, SUFFIX, or CONTAINS for anywhere */
} Needle;

/* Needles by their gram of so many bytes. A bit of the filter is set for each gram. */
typedef struct {
    uint32_t count, filter_bits, bucket_bits;
    uint64_t *filter;
    uint32_t *first;  /* of a bucket, in the needles */
    Needle *needles;
} Table;

typedef struct {
    uint8_t *texts;
    uint8_t *roles;    /* of a use */
    uint32_t *numbers; /* of the pattern that a use is of */
    uint32_t patterns;
    Table tables[4];  /* grams of 1 to 4 bytes */
    uint32_t *seen;   /* of a pattern: the search that last found it */
    uint32_t *met_in; /* of a pattern: the search that `met` is of */
    uint8_t *met, *need;
    uint32_t search;
    uint32_t *sure, *pending; /* what the last search found */
    uint32_t sures, pendings;
} Finder;

/* Takes all arrays over, also where it fails: `count` literals of `sizes` bytes, behind each other
   in `texts`, with their roles and numbers. Equal literals that follow each other are looked for
   once. `patterns` is more than any number. Gives 0, or -1 where memory is short. */
int finder_build(Finder *finder, uint8_t *texts, const uint32_t *sizes, uint8_t *roles,
                 uint32_t *numbers, uint32_t count, uint32_t patterns);

/* Fills `sure` and `pending`, each pattern once, ascending. */
void finder_run(Finder *finder, const uint8_t *text, size_t size);

void finder_free(Finder *finder);

#endif
