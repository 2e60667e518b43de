#include "utf8.h"

#include <string.h>

#include "hash.h"

bool utf8_check(const uint8_t *text, size_t size, bool *disguised)
{
    const uint64_t high = 0x8080808080808080u;
    size_t at = 0;
    while (at < size) {
        if (size - at >= 8 && !(load64(text + at) & high)) {
            at += 8;
            continue;
        }
        uint8_t lead = text[at];
        if (lead < 0x80) {
            at++;
            continue;
        }
        int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || size - at <= (size_t)more)
            return false;
        uint32_t code = lead & (0x3fu >> more);
        for (int next = 1; next <= more; next++) {
            if ((text[at + (size_t)next] & 0xc0) != 0x80)
                return false;
            code = code << 6 | (text[at + (size_t)next] & 0x3fu);
        }
        static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            return false;
        *disguised |= utf8_folded(code) != 0;
        at += (size_t)more + 1;
    }
    return true;
}

static int digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

bool utf8_escape(const uint8_t *at, uint32_t *code)
{
    *code = 0;
    for (int next = 2; next < 6; next++) {
        int value = digit(at[next]);
        if (value < 0)
            return false;
        *code = *code << 4 | (uint32_t)value;
    }
    return true;
}

size_t utf8_undisguise(const uint8_t *text, size_t size, uint8_t *into)
{
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        uint32_t code;
        uint8_t plain = 0;
        size_t taken = 1;
        if (text[at] == '\\' && size - at >= 2) {
            taken = 2;
            if (text[at + 1] == 'u' && size - at >= 6 && utf8_escape(text + at, &code)
                && (plain = utf8_folded(code)))
                taken = 6;
        } else if (text[at] == 0xc5 && size - at >= 2 && text[at + 1] == 0xbf) {
            plain = 's';
            taken = 2;
        } else if (text[at] == 0xe2 && size - at >= 3 && text[at + 1] == 0x84
                   && text[at + 2] == 0xaa) {
            plain = 'k';
            taken = 3;
        }
        if (plain) {
            into[used++] = plain;
        } else {
            memcpy(into + used, text + at, taken);
            used += taken;
        }
        at += taken;
    }
    return used;
}
