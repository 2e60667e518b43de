#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>

/* What a byte ends or is: the sets of vedette/seclang/injection/tokens.py and markup.py. */
enum {
    ENDS_WORD = 1,
    ENDS_VARIABLE = 2,
    WHITE = 4,
    ENDS_TAG = 8,
    ENDS_NAME = 16,
    ENDS_VALUE = 32,
    BLANK = 64,
};

extern const uint8_t BYTES[256];

static inline uint8_t upper(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z' ? (uint8_t)(byte - 32) : byte;
}

static inline int is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline int is_letter(uint8_t byte)
{
    return upper(byte) >= 'A' && upper(byte) <= 'Z';
}

static inline int is_hex(uint8_t byte)
{
    return is_digit(byte) || (upper(byte) >= 'A' && upper(byte) <= 'F');
}

#endif
