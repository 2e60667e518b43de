#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Text;

/* The byte at a place; 0 behind the end. */
static inline uint8_t byte_at(const Text *text, size_t at)
{
    return at < text->size ? text->bytes[at] : 0;
}

static inline int stands_at(const Text *text, size_t at, const char *what)
{
    size_t size = strlen(what);
    return at + size <= text->size && memcmp(text->bytes + at, what, size) == 0;
}

/* Where a byte stands from `at` on; the end where it does not. */
static inline size_t place_of(const Text *text, size_t at, uint8_t byte)
{
    const uint8_t *found =
        at < text->size ? memchr(text->bytes + at, byte, text->size - at) : NULL;
    return found ? (size_t)(found - text->bytes) : text->size;
}

/* Where bytes stand from `at` on, wholly before `end`; `end` where they do not. */
static inline size_t place_of_all(const Text *text, size_t at, size_t end, const void *bytes,
                                  size_t size)
{
    for (; at + size <= end; at++) {
        const uint8_t *found =
            memchr(text->bytes + at, *(const uint8_t *)bytes, end - size + 1 - at);
        if (!found)
            break;
        at = (size_t)(found - text->bytes);
        if (memcmp(found, bytes, size) == 0)
            return at;
    }
    return end;
}

#endif
