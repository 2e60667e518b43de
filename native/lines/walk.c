#include "walk.h"

enum {
    DEPTH = 64,
    /* Longer numbers may be more than a double or 64 bits hold, and parsers differ in them. */
    DIGITS = 19,
    EXPONENT_DIGITS = 2,
};

typedef struct {
    uint32_t node;  /* whose value this container is, or NO_NODE */
    uint32_t level; /* the node whose keys the enclosing object holds, or NO_NODE */
    uint32_t start;
    bool list;
} Open;

static inline const uint8_t *blanks(const uint8_t *at)
{
    while (*at == ' ')
        at++;
    return at;
}

static inline const uint8_t *digits(const uint8_t *at, int most)
{
    const uint8_t *start = at;
    while (*at >= '0' && *at <= '9')
        at++;
    return at > start && at - start <= most ? at : NULL;
}

/* The digits of the least number that 64 bits hold. */
static const char LEAST[] = "9223372036854775808";

/* The end of the number at `at`, which is not the first byte; NULL where there is none or it is
 * not a plain one. */
static const uint8_t *number_end(const uint8_t *at)
{
    if (*at == '-')
        at++;
    const uint8_t *start = at;
    at = digits(at, DIGITS);
    if (!at || (*start == '0' && at - start > 1))
        return NULL;
    if (start[-1] == '-' && at - start == DIGITS && memcmp(start, LEAST, DIGITS) > 0)
        return NULL;
    if (*at == '.' && !(at = digits(at + 1, DIGITS)))
        return NULL;
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-')
            at++;
        at = digits(at, EXPONENT_DIGITS);
    }
    return at;
}

static inline bool word(const uint8_t *at, const char *text)
{
    for (; *text; at++, text++)
        if (*at != (uint8_t)*text)
            return false;
    return true;
}

static inline void found(Paths *paths, uint32_t node, Shape shape, uint32_t start, uint32_t stop)
{
    if (node != NO_NODE) {
        Node *here = &paths->nodes[node];
        here->shape = (uint8_t)shape;
        here->at = start;
        here->size = stop - start;
    }
}

/* Begin an object or list that is the value of `node`. */
static inline uint32_t entered(Paths *paths, uint32_t node, bool list, bool *listed)
{
    if (node == NO_NODE || !paths->nodes[node].inner)
        return NO_NODE;
    *listed |= list;
    return list ? NO_NODE : node;
}

Walked walk(Paths *paths, Quotes *quotes, const uint8_t *line, size_t size, uint32_t number,
            bool *listed)
{
    Open open[DEPTH];
    *listed = false;
    if (!quotes_find(quotes, line, size) || *line != '{')
        return WALK_UNSURE;
    const uint32_t *quote = quotes->at, end = (uint32_t)size;
    const uint8_t *at = line, *next;
    uint32_t level = 0, node = 0, start, stop;
    int depth = 0;
    open[0] = (Open){NO_NODE, NO_NODE, 0, false};

object:
    at = blanks(at + 1);
    if (*at == '}') {
        if (depth == 0)
            return at + 1 == line + size ? WALK_NOTHING : WALK_UNSURE;
        goto close;
    }
key:
    start = quote[0] + 1;
    stop = quote[1];
    if (*at != '"' || stop >= end)
        return WALK_UNSURE;
    quote += 2;
    node = NO_NODE;
    if (level != NO_NODE) {
        if (quotes_escaped(quotes, start, stop))
            return WALK_UNSURE;
        node = paths_find(paths, level, line + start, stop - start);
        if (node != NO_NODE) {
            Node *here = &paths->nodes[node];
            if (here->line == number) /* which of two values counts is not decided here */
                return WALK_UNSURE;
            here->line = number;
        }
    }
    at = blanks(line + stop + 1);
    if (*at != ':')
        return WALK_UNSURE;
    at = blanks(at + 1);
value:
    start = (uint32_t)(at - line);
    switch (*at) {
    case '"':
        if (quote[1] >= end)
            return WALK_UNSURE;
        at = line + quote[1] + 1;
        quote += 2;
        break;
    case '{':
    case '[':
        if (++depth == DEPTH)
            return WALK_UNSURE;
        open[depth] = (Open){node, level, start, *at == '['};
        level = entered(paths, node, *at == '[', listed);
        if (*at == '{')
            goto object;
        node = NO_NODE;
        at = blanks(at + 1);
        if (*at == ']')
            goto close;
        goto value;
    case 'n':
        if (!word(at, "null"))
            return WALK_UNSURE;
        at += 4;
        found(paths, node, ABSENT, start, start);
        goto after;
    case 't':
        if (!word(at, "true"))
            return WALK_UNSURE;
        at += 4;
        break;
    case 'f':
        if (!word(at, "false"))
            return WALK_UNSURE;
        at += 5;
        break;
    default:
        next = number_end(at);
        if (!next)
            return WALK_UNSURE;
        at = next;
    }
    found(paths, node, SCALAR, start, (uint32_t)(at - line));
after:
    at = blanks(at);
    if (*at == ',') {
        at = blanks(at + 1);
        if (!open[depth].list)
            goto key;
        node = NO_NODE;
        goto value;
    }
    if (*at != (open[depth].list ? ']' : '}'))
        return WALK_UNSURE;
close:
    at++;
    if (depth == 0)
        return at == line + size ? WALK_READ : WALK_UNSURE;
    found(paths, open[depth].node, open[depth].list ? LIST : OBJECT, open[depth].start,
          (uint32_t)(at - line));
    level = open[depth].level;
    depth--;
    goto after;
}
