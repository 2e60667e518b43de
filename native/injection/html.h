#ifndef HTML_H
#define HTML_H

#include "table.h"

/* What vedette/seclang/injection/words.py calls Html. Kinds of names: t an element that is taken
   for an attack; attributes: b always, s with any value, u with the address of a script, i with the
   name of such an attribute. `events` are what follows "on". */
typedef struct {
    Table tags, attributes, events;
} Html;

/* As `judged` of vedette/seclang/injection/html.py: whether a value is an injection into HTML. */
int xss(const Html *html, const uint8_t *value, size_t size);

#endif
