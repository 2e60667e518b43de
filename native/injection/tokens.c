#include "tokens.h"

#include <string.h>

#include "bytes.h"

static void put(Token *token, char kind, const uint8_t *text, size_t size)
{
    token->kind = kind;
    token->opened = token->closed = 0;
    token->size = (uint8_t)(size < LONGEST_TOKEN ? size : LONGEST_TOKEN);
    memcpy(token->text, text, token->size);
}

int token_is(const Token *token, const char *text)
{
    size_t size = strlen(text);
    if (token->size != size)
        return 0;
    for (size_t i = 0; i < size; i++)
        if (upper(token->text[i]) != (uint8_t)text[i])
            return 0;
    return 1;
}

static size_t one(Token *token, char kind, const Reader *reader, size_t at)
{
    put(token, kind, reader->text.bytes + at, 1);
    return at + 1;
}

static size_t line_comment(const Reader *reader, size_t at, Token *token)
{
    size_t end = place_of(&reader->text, at, '\n');
    put(token, 'c', reader->text.bytes + at, end - at);
    return end < reader->text.size ? end + 1 : end;
}

static size_t dash(Reader *reader, size_t at, Token *token)
{
    if (!stands_at(&reader->text, at, "--"))
        return one(token, 'o', reader, at);
    if (at + 2 == reader->text.size || BYTES[reader->text.bytes[at + 2]] & WHITE)
        return line_comment(reader, at, token);
    if (reader->mysql)
        return one(token, 'o', reader, at);
    reader->doubtful = 1;
    return line_comment(reader, at, token);
}

static size_t hash(Reader *reader, size_t at, Token *token)
{
    reader->doubtful = 1;
    return reader->mysql ? line_comment(reader, at, token) : one(token, 'o', reader, at);
}

static size_t slash(const Reader *reader, size_t at, Token *token)
{
    if (!stands_at(&reader->text, at, "/*"))
        return one(token, 'o', reader, at);
    size_t close = place_of_all(&reader->text, at + 2, reader->text.size, "*/", 2);
    size_t end = close < reader->text.size ? close + 2 : reader->text.size;
    int nested = close < reader->text.size &&
                 place_of_all(&reader->text, at + 2, close + 1, "/*", 2) < close + 1;
    int evil = nested || byte_at(&reader->text, at + 2) == '!';
    put(token, evil ? 'X' : 'c', reader->text.bytes + at, end - at);
    return end;
}

static size_t long_operator(const Reader *reader, size_t at, Token *token)
{
    if (stands_at(&reader->text, at, "<=>")) {
        put(token, 'o', reader->text.bytes + at, 3);
        return at + 3;
    }
    if (at + 1 == reader->text.size)
        return one(token, 'o', reader, at);
    char kind = table_kind(reader->words, reader->text.bytes + at, 2);
    if (kind) {
        put(token, kind, reader->text.bytes + at, 2);
        return at + 2;
    }
    return one(token, reader->text.bytes[at] == ':' ? ':' : 'o', reader, at);
}

static size_t word(const Reader *reader, size_t at, Token *token)
{
    size_t end = at;
    int parted = 0;
    for (; end < reader->text.size && !(BYTES[reader->text.bytes[end]] & ENDS_WORD); end++)
        parted |= reader->text.bytes[end] == '.' || reader->text.bytes[end] == '`';
    put(token, 'n', reader->text.bytes + at, end - at);
    for (size_t i = 0; parted && i < token->size; i++) {
        if (token->text[i] != '.' && token->text[i] != '`')
            continue;
        char kind = table_kind(reader->words, token->text, i);
        if (kind && kind != 'n') {
            put(token, kind, reader->text.bytes + at, i);
            return at + i;
        }
    }
    if (end - at <= LONGEST_TOKEN) {
        char kind = table_kind(reader->words, token->text, token->size);
        if (kind)
            token->kind = kind;
    }
    return end;
}

/* A string that `quote` ends; `skipped` bytes stand before it. */
static size_t quoted(const Reader *reader, size_t at, size_t skipped, uint8_t quote, Token *token)
{
    size_t begin = at + skipped, end = place_of(&reader->text, begin, quote);
    while (end < reader->text.size) {
        size_t slashes = 0;
        while (end - slashes > begin && reader->text.bytes[end - slashes - 1] == '\\')
            slashes++;
        if (slashes & 1)
            end = place_of(&reader->text, end + 1, quote);
        else if (byte_at(&reader->text, end + 1) == quote)
            end = place_of(&reader->text, end + 2, quote);
        else
            break;
    }
    put(token, 's', reader->text.bytes + begin, end - begin);
    token->opened = skipped ? (char)quote : 0;
    token->closed = end < reader->text.size ? (char)quote : 0;
    return end < reader->text.size ? end + 1 : end;
}

static size_t tick(const Reader *reader, size_t at, Token *token)
{
    size_t end = quoted(reader, at, 1, '`', token);
    token->kind = table_kind(reader->words, token->text, token->size) == 'f' ? 'f' : 'n';
    return end;
}

static size_t prefixed_string(const Reader *reader, size_t at, Token *token)
{
    if (byte_at(&reader->text, at + 1) == '\'' && at + 2 < reader->text.size)
        return quoted(reader, at, 2, '\'', token);
    return word(reader, at, token);
}

static size_t unicode_string(const Reader *reader, size_t at, Token *token)
{
    if (!stands_at(&reader->text, at + 1, "&'"))
        return word(reader, at, token);
    size_t end = quoted(reader, at + 2, 1, '\'', token);
    token->opened = 'u';
    if (token->closed)
        token->closed = 'u';
    return end;
}

/* Oracle's q'[...]'; `mark` is the place of its q. */
static size_t oracle_string(const Reader *reader, size_t at, size_t mark, Token *token)
{
    uint8_t first = upper(byte_at(&reader->text, mark)), quote = byte_at(&reader->text, mark + 2);
    if (first != 'Q' || byte_at(&reader->text, mark + 1) != '\'' || quote < '!' || quote > 0x7F)
        return word(reader, at, token);
    uint8_t ends[] = {quote == '(' ? ')' : quote == '[' ? ']' : quote == '{' ? '}'
                                       : quote == '<'   ? '>'
                                                        : quote,
                      '\''};
    size_t begin = mark + 3, close = place_of_all(&reader->text, begin, reader->text.size, ends, 2);
    put(token, 's', reader->text.bytes + begin, close - begin);
    token->opened = 'q';
    token->closed = close < reader->text.size ? 'q' : 0;
    return close < reader->text.size ? close + 2 : close;
}

static size_t national_string(const Reader *reader, size_t at, Token *token)
{
    if (byte_at(&reader->text, at + 1) == '\'' && at + 2 < reader->text.size)
        return quoted(reader, at, 2, '\'', token);
    return oracle_string(reader, at, at + 1, token);
}

/* x'...' and b'...'. */
static size_t literal(const Reader *reader, size_t at, Token *token, int bits)
{
    if (byte_at(&reader->text, at + 1) != '\'')
        return word(reader, at, token);
    size_t end = at + 2;
    for (; end < reader->text.size; end++) {
        uint8_t byte = reader->text.bytes[end];
        if (byte && !(bits ? byte == '0' || byte == '1' : is_hex(byte)))
            break;
    }
    if (byte_at(&reader->text, end) != '\'')
        return word(reader, at, token);
    put(token, '1', reader->text.bytes + at, end + 1 - at);
    return end + 1;
}

static size_t bracket(const Reader *reader, size_t at, Token *token)
{
    size_t end = place_of(&reader->text, at, ']');
    end += end < reader->text.size;
    put(token, 'n', reader->text.bytes + at, end - at);
    return end;
}

static size_t backslash(const Reader *reader, size_t at, Token *token)
{
    if (!stands_at(&reader->text, at, "\\N"))
        return one(token, '\\', reader, at);
    put(token, '1', reader->text.bytes + at, 2);
    return at + 2;
}

static size_t variable(const Reader *reader, size_t at, Token *token)
{
    at += stands_at(&reader->text, at, "@@") ? 2 : 1;
    uint8_t first = byte_at(&reader->text, at);
    if (first == '`' || first == '\'' || first == '"') {
        size_t end = quoted(reader, at, 1, first, token);
        token->kind = 'v';
        return end;
    }
    size_t end = at;
    while (end < reader->text.size && !(BYTES[reader->text.bytes[end]] & ENDS_VARIABLE))
        end++;
    put(token, 'v', reader->text.bytes + at, end - at);
    return end;
}

static size_t money(const Reader *reader, size_t at, Token *token)
{
    size_t end = at + 1;
    for (; end < reader->text.size; end++) {
        uint8_t byte = reader->text.bytes[end];
        if (byte && !is_digit(byte) && byte != '.' && byte != ',')
            break;
    }
    if (end == at + 2 && reader->text.bytes[at + 1] == '.')
        return word(reader, at, token);
    if (end > at + 1) {
        put(token, '1', reader->text.bytes + at, end - at);
        return end;
    }
    if (byte_at(&reader->text, end) != '$')
        for (; end < reader->text.size; end++)
            if (reader->text.bytes[end] && !is_letter(reader->text.bytes[end]))
                break;
    if (byte_at(&reader->text, end) != '$') {
        put(token, 'n', reader->text.bytes + at, 1);
        return at + 1;
    }
    /* $$ or $tag$, to be ended by the same */
    size_t begin = end + 1;
    size_t close = place_of_all(&reader->text, begin, reader->text.size, reader->text.bytes + at,
                                begin - at);
    put(token, 's', reader->text.bytes + begin, close - begin);
    token->opened = '$';
    token->closed = close < reader->text.size ? '$' : 0;
    return close < reader->text.size ? close + begin - at : close;
}

static size_t digits(const Reader *reader, size_t at)
{
    while (at < reader->text.size && is_digit(reader->text.bytes[at]))
        at++;
    return at;
}

/* Gives a token of kind 0 for "1.e", which MySQL passes over. */
static size_t number(const Reader *reader, size_t at, Token *token)
{
    uint8_t second = upper(byte_at(&reader->text, at + 1));
    if (reader->text.bytes[at] == '0' && (second == 'X' || second == 'B')) {
        size_t end = at + 2;
        for (; end < reader->text.size; end++) {
            uint8_t byte = reader->text.bytes[end];
            if (byte && !(second == 'B' ? byte == '0' || byte == '1' : is_hex(byte)))
                break;
        }
        put(token, end > at + 2 ? '1' : 'n', reader->text.bytes + at, end - at);
        return end;
    }
    size_t end = digits(reader, at);
    if (byte_at(&reader->text, end) == '.') {
        end = digits(reader, end + 1);
        if (end == at + 1)
            return one(token, '.', reader, at);
    }
    int unfinished = 0;
    if (upper(byte_at(&reader->text, end)) == 'E') {
        end++;
        end += byte_at(&reader->text, end) == '+' || byte_at(&reader->text, end) == '-';
        size_t stop = digits(reader, end);
        unfinished = stop == end;
        end = stop;
    }
    uint8_t suffix = upper(byte_at(&reader->text, end));
    if (suffix == 'D' || suffix == 'F') {
        uint8_t behind = byte_at(&reader->text, end + 1); /* 0, behind the end, is white too */
        end += BYTES[behind] & WHITE || behind == ';' || upper(behind) == 'U';
    }
    put(token, unfinished ? 0 : '1', reader->text.bytes + at, end - at);
    return end;
}

static size_t read_at(Reader *reader, size_t at, Token *token)
{
    uint8_t byte = reader->text.bytes[at];
    if (byte <= ' ' || byte == 0x7F || byte == 0xA0)
        return at + 1;
    if (is_digit(byte))
        return number(reader, at, token);
    switch (byte) {
    case '!': case '&': case '*': case ':': case '<': case '=': case '>': case '|':
        return long_operator(reader, at, token);
    case '%': case '+': case '^': case '~':
        return one(token, 'o', reader, at);
    case '\'': case '"':
        return quoted(reader, at, 1, byte, token);
    case '(': case ')': case ',': case ';': case '{': case '}':
        return one(token, (char)byte, reader, at);
    case '?': case ']':
        return one(token, '?', reader, at);
    case '.':
        return number(reader, at, token);
    case '#':
        return hash(reader, at, token);
    case '$':
        return money(reader, at, token);
    case '-':
        return dash(reader, at, token);
    case '/':
        return slash(reader, at, token);
    case '@':
        return variable(reader, at, token);
    case '[':
        return bracket(reader, at, token);
    case '\\':
        return backslash(reader, at, token);
    case '`':
        return tick(reader, at, token);
    case 'b': case 'B':
        return literal(reader, at, token, 1);
    case 'x': case 'X':
        return literal(reader, at, token, 0);
    case 'e': case 'E':
        return prefixed_string(reader, at, token);
    case 'n': case 'N':
        return national_string(reader, at, token);
    case 'q': case 'Q':
        return oracle_string(reader, at, at, token);
    case 'u': case 'U':
        return unicode_string(reader, at, token);
    default:
        return word(reader, at, token);
    }
}

int reader_next(Reader *reader, Token *token)
{
    token->kind = 0;
    if (!reader->started) {
        reader->started = 1;
        if (reader->quote && reader->text.size) {
            reader->at = quoted(reader, 0, 0, (uint8_t)reader->quote, token);
            reader->count++;
            return 1;
        }
    }
    while (reader->at < reader->text.size) {
        reader->at = read_at(reader, reader->at, token);
        if (token->kind) {
            reader->count++;
            return 1;
        }
    }
    return 0;
}
