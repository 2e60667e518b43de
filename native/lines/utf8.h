/* Characters: their UTF-8, their JSON escapes, and which of them fold to ASCII. */
#ifndef VEDETTE_UTF8_H
#define VEDETTE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the bytes are UTF-8 as RFC 3629 has it. Sets `*disguised` where one of the characters
 * beyond ASCII folds to an ASCII one. */
bool utf8_check(const uint8_t *text, size_t size, bool *disguised);

/* The code of the escape \uXXXX at `at` (which holds the backslash); reads no further than the
 * first byte that is no hexadecimal digit. */
bool utf8_escape(const uint8_t *at, uint32_t *code);

/* The ASCII character in lower case that rules take this one for, 0 where there is none. */
static inline uint8_t utf8_folded(uint32_t code)
{
    if (code >= 0x20 && code < 0x80)
        return (uint8_t)(code >= 'A' && code <= 'Z' ? code | 0x20 : code);
    return code == 0x17f ? 's' : code == 0x212a ? 'k' : 0; /* long s, Kelvin sign */
}

/* Copy JSON text with every character that utf8_folded knows as that ASCII character, in place of
 * its escape or its UTF-8. `into` has room for `size` bytes; gives how many were used. */
size_t utf8_undisguise(const uint8_t *text, size_t size, uint8_t *into);

#endif
