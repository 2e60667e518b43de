#ifndef SQL_H
#define SQL_H

#include "fold.h"

/* As `judged` of vedette/seclang/injection/sql.py: the size of the fingerprint of an injection into
   SQL, and itself; 0 for what is none. */
int sqli(const Table *words, const Prints *prints, const uint8_t *value, size_t size,
         char fingerprint[MOST_FOLDED]);

#endif
