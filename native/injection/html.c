#include "html.h"

#include <string.h>

#include "bytes.h"
#include "markup.h"

#define LARGEST_REFERENCE 0x1000FF

static int begins(const uint8_t *text, size_t size, const char *capitals)
{
    size_t at = 0;
    while (capitals[at] && at < size && upper(text[at]) == (uint8_t)capitals[at])
        at++;
    return !capitals[at];
}

/* The kind of a name, of which NULs are no part. */
static char kind_without_nulls(const Table *table, const uint8_t *text, size_t size)
{
    uint8_t plain[LONGEST_WORD + 1];
    size_t count = 0;
    if (!memchr(text, 0, size))
        return table_kind(table, text, size);
    for (size_t i = 0; i < size && count <= LONGEST_WORD; i++)
        if (text[i])
            plain[count++] = text[i];
    return table_kind(table, plain, count);
}

static int is_banned_tag(const Html *html, const uint8_t *text, size_t size)
{
    if (size < 3)
        return 0;
    return begins(text, size, "SVG") || begins(text, size, "XSL") ||
           kind_without_nulls(&html->tags, text, size);
}

static char attribute(const Html *html, const uint8_t *text, size_t size)
{
    if (size < 2)
        return 0;
    if (size >= 5) {
        size_t longest = size - 2 < html->events.longest ? size - 2 : html->events.longest;
        if (begins(text, size, "ON"))
            for (size_t i = 1; i <= longest; i++)
                if (table_kind(&html->events, text + 2, i))
                    return 'b';
        if (begins(text, size, "XMLNS") || begins(text, size, "XLINK"))
            return 'b';
    }
    return kind_without_nulls(&html->attributes, text, size);
}

/* The character at `at`, which it moves behind. */
static uint32_t character(const uint8_t *value, size_t *at, size_t end)
{
    size_t place = *at + 2, begin;
    uint32_t number = 0;
    uint8_t byte = value[(*at)++];
    if (byte != '&' || place >= end || value[place - 1] != '#')
        return byte;
    int hex = upper(value[place]) == 'X';
    begin = place += (size_t)hex;
    for (; place < end && (hex ? is_hex(value[place]) : is_digit(value[place])); place++) {
        uint8_t digit = upper(value[place]);
        number = number * (hex ? 16 : 10) + (uint32_t)(digit - (is_digit(digit) ? '0' : 'A' - 10));
        if (number > LARGEST_REFERENCE)
            return byte;
    }
    if (place == begin)
        return byte;
    *at = place + (place < end && value[place] == ';');
    return number;
}

/* Whether an address, with character references, begins with a scheme that runs a script. */
static int is_script_address(const uint8_t *value, size_t at, size_t end)
{
    uint8_t seen[sizeof "VIEW-SOURCE"];
    size_t count = 0;
    while (at < end && (value[at] <= ' ' || value[at] >= 0x7F))
        at++;
    while (at < end && count < sizeof seen - 1) {
        uint32_t found = character(value, &at, end);
        if ((found <= ' ' && !count) || found == 0 || found == '\n')
            continue;
        seen[count++] = found >= 'a' && found <= 'z' ? (uint8_t)(found - 32) : (uint8_t)found;
    }
    return begins(seen, count, "DATA") || begins(seen, count, "VIEW-SOURCE") ||
           begins(seen, count, "JAVA") || begins(seen, count, "VBSCRIPT");
}

/* Comments that Internet Explorer carries out. */
static int is_live_comment(const uint8_t *text, size_t size)
{
    if (memchr(text, '`', size))
        return 1;
    if (size > 3 && (begins(text, size, "[IF") || begins(text, size, "XML")))
        return 1;
    return begins(text, size, "IMPORT") || begins(text, size, "ENTITY");
}

static int is_attack(const Html *html, Markup *markup)
{
    char harm = 0;
    enum Piece piece;
    while ((piece = markup_next(markup)) != NONE) {
        const uint8_t *text = markup->text.bytes + markup->begin;
        size_t size = markup->end - markup->begin;
        if (piece == VALUE) {
            if (harm == 'b' || harm == 's')
                return 1;
            if (harm == 'u' && is_script_address(markup->text.bytes, markup->begin, markup->end))
                return 1;
            if (harm == 'i' && attribute(html, text, size))
                return 1;
        }
        harm = piece == NAME ? attribute(html, text, size) : 0;
        if (piece == DOCTYPE || (piece == TAG && is_banned_tag(html, text, size)) ||
            (piece == COMMENT && is_live_comment(text, size)))
            return 1;
    }
    return 0;
}

int xss(const Html *html, const uint8_t *value, size_t size)
{
    static const uint8_t quotes[] = {'\'', '"', '`'};
    Markup markup = {.text = {value, size}, .state = DATA};
    /* Only "<" begins an element, and only "=" gives an attribute its value. */
    if (!memchr(value, '<', size) && !memchr(value, '=', size))
        return 0;
    if (is_attack(html, &markup))
        return 1;
    markup = (Markup){.text = {value, size}, .state = BEFORE_NAME};
    if (is_attack(html, &markup))
        return 1;
    for (size_t i = 0; i < sizeof quotes; i++) {
        /* Without its quote all is one value. */
        if (!memchr(value, quotes[i], size))
            continue;
        markup = (Markup){.text = {value, size}, .state = QUOTED, .quote = quotes[i]};
        if (is_attack(html, &markup))
            return 1;
    }
    return 0;
}
