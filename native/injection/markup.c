#include "markup.h"

#include <string.h>

#include "bytes.h"

static enum Piece piece(Markup *markup, enum Piece kind, size_t begin, size_t end)
{
    markup->begin = begin;
    markup->end = end;
    return kind;
}

/* The last piece: all from `begin` on. */
static enum Piece rest(Markup *markup, enum Piece kind, size_t begin)
{
    markup->state = END;
    return piece(markup, kind, begin, markup->text.size);
}

static size_t first_of(const Markup *markup, size_t at, uint8_t set)
{
    while (at < markup->text.size && !(BYTES[markup->text.bytes[at]] & set))
        at++;
    return at;
}

/* Up to `close`, behind which text goes on. */
static enum Piece until(Markup *markup, const char *close, enum Piece kind, size_t begin)
{
    size_t size = strlen(close), end = markup->text.size;
    size_t at = place_of_all(&markup->text, begin, end, close, size);
    if (at == end)
        return rest(markup, kind, begin);
    markup->at = at + size;
    markup->state = DATA;
    return piece(markup, kind, begin, at);
}

static enum Piece leave_tag(Markup *markup)
{
    markup->at++;
    markup->state = DATA;
    return piece(markup, OTHER, markup->at - 1, markup->at);
}

static enum Piece close_tag(Markup *markup)
{
    markup->closing = 0;
    return leave_tag(markup);
}

static enum Piece tag_name(Markup *markup)
{
    size_t begin = markup->at, end = first_of(markup, begin, ENDS_TAG);
    if (end == markup->text.size)
        return rest(markup, TAG, begin);
    if (markup->text.bytes[end] != '>') {
        markup->at = end + 1;
        markup->state = BEFORE_NAME;
        return piece(markup, TAG, begin, end);
    }
    if (markup->closing) {
        markup->closing = 0;
        markup->at = end + 1;
        markup->state = DATA;
        return piece(markup, OTHER, begin, end);
    }
    markup->at = end;
    markup->state = TAG_CLOSE;
    return piece(markup, TAG, begin, end);
}

static enum Piece comment(Markup *markup, size_t begin)
{
    size_t at = place_of(&markup->text, begin, '-');
    while (at < markup->text.size) {
        size_t end = at + 1;
        while (end < markup->text.size && !markup->text.bytes[end])
            end++;
        uint8_t mark = byte_at(&markup->text, end);
        if ((mark == '-' || mark == '!') && byte_at(&markup->text, end + 1) == '>') {
            markup->at = end + 2;
            markup->state = DATA;
            return piece(markup, COMMENT, begin, at);
        }
        at = end < markup->text.size ? place_of(&markup->text, end, '-') : markup->text.size;
    }
    return rest(markup, COMMENT, begin);
}

static enum Piece declaration(Markup *markup)
{
    static const char doctype[] = "DOCTYPE";
    size_t at = markup->at, same = 0;
    while (same < 7 && upper(byte_at(&markup->text, at + same)) == (uint8_t)doctype[same])
        same++;
    if (same == 7)
        return until(markup, ">", DOCTYPE, at);
    if (stands_at(&markup->text, at, "[CDATA["))
        return until(markup, "]]>", OTHER, at + 7);
    if (stands_at(&markup->text, at, "--"))
        return comment(markup, at + 2);
    return until(markup, ">", COMMENT, at);
}

static enum Piece data(Markup *markup);

static enum Piece tag_open(Markup *markup)
{
    if (markup->at >= markup->text.size)
        return NONE;
    uint8_t byte = markup->text.bytes[markup->at];
    if (is_letter(byte) || !byte)
        return tag_name(markup);
    if (byte == '!' || byte == '?' || byte == '%') {
        markup->at++;
        return byte == '!' ? declaration(markup)
                           : until(markup, byte == '?' ? ">" : "%>", COMMENT, markup->at);
    }
    if (byte != '/') {
        markup->state = DATA;
        return piece(markup, OTHER, markup->at - 1, markup->at);
    }
    markup->at++;
    markup->closing = 1;
    if (markup->at >= markup->text.size)
        return NONE;
    byte = markup->text.bytes[markup->at];
    if (byte == '>')
        return data(markup);
    if (is_letter(byte))
        return tag_name(markup);
    markup->closing = 0;
    return until(markup, ">", COMMENT, markup->at);
}

static enum Piece data(Markup *markup)
{
    size_t begin = markup->at, end = place_of(&markup->text, begin, '<');
    if (end == markup->text.size)
        return NONE;
    markup->at = end + 1;
    markup->state = TAG_OPEN;
    return piece(markup, OTHER, begin, end);
}

static int skip_blanks(Markup *markup)
{
    while (markup->at < markup->text.size && BYTES[markup->text.bytes[markup->at]] & BLANK)
        markup->at++;
    return markup->at < markup->text.size;
}

static enum Piece name(Markup *markup)
{
    size_t begin = markup->at, end = first_of(markup, begin + 1, ENDS_NAME);
    if (end >= markup->text.size)
        return rest(markup, NAME, begin);
    uint8_t byte = markup->text.bytes[end];
    markup->at = byte == '>' ? end : end + 1;
    markup->state = byte == '>'   ? TAG_CLOSE
                    : byte == '=' ? BEFORE_VALUE
                    : byte == '/' ? BEFORE_NAME
                                  : AFTER_NAME;
    return piece(markup, NAME, begin, end);
}

static enum Piece before_name(Markup *markup)
{
    for (;;) {
        if (!skip_blanks(markup))
            return NONE;
        uint8_t byte = markup->text.bytes[markup->at];
        if (byte == '>')
            return leave_tag(markup);
        if (byte != '/')
            return name(markup);
        markup->at++;
    }
}

static enum Piece quoted(Markup *markup)
{
    /* At the very beginning the opening quote stands before the text. */
    size_t begin = markup->at ? markup->at + 1 : 0;
    size_t end = place_of(&markup->text, begin, markup->quote);
    if (end == markup->text.size)
        return rest(markup, VALUE, begin);
    markup->at = end + 1;
    markup->state = AFTER_QUOTED;
    return piece(markup, VALUE, begin, end);
}

static enum Piece before_value(Markup *markup)
{
    if (!skip_blanks(markup))
        return NONE;
    size_t begin = markup->at;
    uint8_t byte = markup->text.bytes[begin];
    if (byte == '"' || byte == '\'' || byte == '`') {
        markup->quote = byte;
        return quoted(markup);
    }
    size_t end = first_of(markup, begin, ENDS_VALUE);
    if (end == markup->text.size)
        return rest(markup, VALUE, begin);
    byte = markup->text.bytes[end];
    markup->at = byte == '>' ? end : end + 1;
    markup->state = byte == '>' ? TAG_CLOSE : BEFORE_NAME;
    return piece(markup, VALUE, begin, end);
}

static enum Piece after_name(Markup *markup)
{
    if (!skip_blanks(markup))
        return NONE;
    uint8_t byte = markup->text.bytes[markup->at];
    if (byte == '>')
        return close_tag(markup);
    if (byte != '=')
        return before_name(markup);
    markup->at++;
    return before_value(markup);
}

enum Piece markup_next(Markup *markup)
{
    if (markup->at >= markup->text.size)
        return NONE;
    switch (markup->state) {
    case DATA:
        return data(markup);
    case TAG_OPEN:
        return tag_open(markup);
    case TAG_CLOSE:
        return close_tag(markup);
    case BEFORE_NAME:
    case AFTER_QUOTED:
        return before_name(markup);
    case AFTER_NAME:
        return after_name(markup);
    case BEFORE_VALUE:
        return before_value(markup);
    case QUOTED:
        return quoted(markup);
    case END:
        break;
    }
    return NONE;
}
