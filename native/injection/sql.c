#include "sql.h"

#include <string.h>

#include "bytes.h"

static int is_pair_sqli(const Text *text, const char *made, const Token *tokens, size_t count)
{
    const Token *comment = &tokens[1];
    uint8_t mark = comment->size ? comment->text[0] : 0;
    if (made[1] == 'U')
        return count != 2;
    if (mark == '#')
        return 0;
    if (made[0] == 'n' && made[1] == 'c')
        return mark == '/';
    if (made[0] == '1' && made[1] == 'c') {
        if (mark == '/' || count > 2)
            return 1;
        /* The number must be a plain one with the comment behind it: "1234-ABCD--" has not. */
        size_t at = tokens[0].size;
        uint8_t byte = byte_at(text, at), behind = byte_at(text, at + 1);
        return byte <= ' ' || byte >= 0x80 || (byte == '/' && behind == '*') ||
               (byte == '-' && behind == '-');
    }
    return !(comment->size > 2 && mark == '-');
}

/* Whether a listed fingerprint is an injection after all. */
static int is_sqli(const Text *text, const char *made, int kinds, const Token *tokens,
                   size_t count)
{
    static const char marker[] = "sp_password";
    static const char *const harmless[] = {"s&n", "n&1", "1&1", "1&v", "1&s"};
    if (kinds > 1 && made[kinds - 1] == 'c' &&
        place_of_all(text, 0, text->size, marker, sizeof marker - 1) < text->size)
        return 1;
    if (kinds == 2)
        return is_pair_sqli(text, made, tokens, count);
    if (kinds != 3)
        return 1;
    if (memcmp(made, "sos", 3) == 0 || memcmp(made, "s&s", 3) == 0)
        return !tokens[0].opened && !tokens[2].closed && tokens[0].closed == tokens[2].opened;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (memcmp(made, harmless[i], 3) == 0)
            return count != 3;
    if (tokens[1].kind != 'k')
        return 1;
    return tokens[1].size >= 5 && upper(tokens[1].text[0]) == 'I' &&
           upper(tokens[1].text[1]) == 'N' && upper(tokens[1].text[2]) == 'T' &&
           upper(tokens[1].text[3]) == 'O';
}

static int judge(Reader *reader, const Prints *prints, char made[MOST_FOLDED])
{
    Token tokens[MOST_FOLDED];
    int count = fold(reader, tokens);
    if (count > 2) {
        Token *last = &tokens[count - 1];
        /* PHP's backquote that begins a comment */
        if (last->kind == 'n' && last->opened == '`' && !last->size && !last->closed)
            last->kind = 'c';
    }
    for (int i = 0; i < count; i++) {
        made[i] = tokens[i].kind;
        if (made[i] == 'X') {
            made[0] = 'X';
            return 1;
        }
    }
    if (!prints_hold(prints, made, (size_t)count))
        return 0;
    return is_sqli(&reader->text, made, count, tokens, reader->count) ? count : 0;
}

static int judge_as(const Table *words, const Prints *prints, const uint8_t *value, size_t size,
                    char quote, int mysql, int *doubtful, char made[MOST_FOLDED])
{
    Reader reader = {
        .text = {value, size}, .words = words, .mysql = mysql, .quote = quote};
    int kinds = judge(&reader, prints, made);
    *doubtful = reader.doubtful;
    return kinds;
}

int sqli(const Table *words, const Prints *prints, const uint8_t *value, size_t size,
         char fingerprint[MOST_FOLDED])
{
    static const char quotes[] = {0, '\''};
    int doubtful, kinds;
    if (!size)
        return 0;
    for (size_t i = 0; i < sizeof quotes; i++) {
        if (quotes[i] && !memchr(value, quotes[i], size))
            continue;
        kinds = judge_as(words, prints, value, size, quotes[i], 0, &doubtful, fingerprint);
        if (!kinds && doubtful)
            kinds = judge_as(words, prints, value, size, quotes[i], 1, &doubtful, fingerprint);
        if (kinds)
            return kinds;
    }
    if (!memchr(value, '"', size))
        return 0;
    return judge_as(words, prints, value, size, '"', 1, &doubtful, fingerprint);
}
