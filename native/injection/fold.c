#include "fold.h"

#include <string.h>

#include "bytes.h"

enum Outcome { NOTHING, FOLDED, EVIL };

/* `kept` are the tokens kept, `count` of them; the first `left` are done with. As in libinjection a
   token that goes is taken from the end, wherever the ones stand that were folded. */
typedef struct {
    Reader *reader;
    Token *kept;
    int count, left, more, commented;
    Token comment;
} Folding;

static int among(char kind, const char *kinds)
{
    return kind && strchr(kinds, kind) != NULL;
}

static int is_unary(const Token *token)
{
    if (token->kind != 'o')
        return 0;
    if (token->size == 1)
        return among((char)token->text[0], "+-!~");
    return token_is(token, "!!") || token_is(token, "NOT");
}

static int is_arithmetic(const Token *token)
{
    return token->kind == 'o' && token->size == 1 && among((char)token->text[0], "*/-+%");
}

static enum Outcome drop(Folding *folding, int count, int left)
{
    folding->count -= count;
    folding->left = left;
    return FOLDED;
}

/* Read until there are `wanted` tokens that are not done with. */
static void read_up_to(Folding *folding, int wanted)
{
    while (folding->more && folding->count <= MOST_TOKENS &&
           folding->count - folding->left < wanted) {
        Token *token = &folding->kept[folding->count];
        if (!reader_next(folding->reader, token)) {
            folding->more = 0;
        } else if (token->kind == 'c') {
            folding->comment = *token;
            folding->commented = 1;
        } else {
            folding->commented = 0;
            folding->count++;
        }
    }
}

/* Make one of two words that are a phrase. */
static int merge(const Reader *reader, Token *first, const Token *second)
{
    uint8_t phrase[2 * LONGEST_TOKEN + 1];
    size_t size = (size_t)first->size + second->size + 1;
    if (!among(first->kind, "knoUfETt") || !among(second->kind, "knoUfETt&") ||
        size > LONGEST_TOKEN)
        return 0;
    memcpy(phrase, first->text, first->size);
    phrase[first->size] = ' ';
    memcpy(phrase + first->size + 1, second->text, second->size);
    char kind = table_kind(reader->words, phrase, size);
    if (!kind)
        return 0;
    first->kind = kind;
    first->size = (uint8_t)size;
    memcpy(first->text, phrase, size);
    return 1;
}

static int is_called(const Token *token)
{
    static const char *const names[] = {
        "USER_ID",      "USER_NAME",    "DATABASE",     "PASSWORD",
        "USER",         "CURRENT_USER", "CURRENT_DATE", "CURRENT_TIME",
        "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (token_is(token, names[i]))
            return 1;
    return 0;
}

static enum Outcome fold_pair(Folding *folding)
{
    int left = folding->left, back = left > 0 ? left - 1 : 0;
    Token *one = &folding->kept[left], *two = one + 1;
    if (one->kind == two->kind && among(one->kind, "s;"))
        return drop(folding, 1, left);
    if (among(one->kind, "o&") && (two->kind == 't' || is_unary(two)))
        return drop(folding, 1, 0);
    if (one->kind == '(' && is_unary(two))
        return drop(folding, 1, back);
    if (merge(folding->reader, one, two))
        return drop(folding, 1, back);
    if (one->kind == ';' && two->kind == 'f' && two->size >= 2 && upper(two->text[0]) == 'I' &&
        upper(two->text[1]) == 'F') {
        two->kind = 'T';
        return FOLDED;
    }
    if (among(one->kind, "nv") && two->kind == '(' && is_called(one)) {
        one->kind = 'f';
        return FOLDED;
    }
    if (one->kind == 'k' && (token_is(one, "IN") || token_is(one, "NOT IN"))) {
        one->kind = two->kind == '(' ? 'o' : 'n';
        return FOLDED;
    }
    if (one->kind == 'o' && (token_is(one, "LIKE") || token_is(one, "NOT LIKE"))) {
        if (two->kind == '(')
            one->kind = 'f';
        return NOTHING;
    }
    if (one->kind == 't' && among(two->kind, "n1t(fvs")) {
        *one = *two;
        return drop(folding, 1, 0);
    }
    if (one->kind == 'A' && two->kind == 'n') {
        if (memchr(two->text, '_', two->size)) {
            two->kind = 't';
            folding->left = 0;
        }
        return NOTHING;
    }
    if (one->kind == '\\') {
        if (is_arithmetic(two)) {
            one->kind = '1';
            return drop(folding, 0, 0);
        }
        *one = *two;
        return drop(folding, 1, 0);
    }
    if (one->kind == two->kind && among(one->kind, "()"))
        return drop(folding, 1, 0);
    if (one->kind == '{' && two->kind == 'n') {
        if (two->size)
            return drop(folding, 2, 0);
        two->kind = 'X';
        return EVIL;
    }
    return two->kind == '}' ? drop(folding, 1, 0) : NOTHING;
}

static enum Outcome fold_triple(Folding *folding)
{
    Token *one = &folding->kept[folding->left], *two = one + 1, *three = one + 2;
    char first = one->kind, second = two->kind, third = three->kind;
    if (second == 'o' && ((among(first, "1n") && among(third, "1n")) ||
                          (first == 'v' && among(third, "v1n"))))
        return drop(folding, 2, 0);
    if (first == 'o' && second != '(' && third == 'o')
        return drop(folding, 2, 0);
    if (first == '&' && third == '&')
        return drop(folding, 2, 0);
    if (second == 'o' && among(first, "n1vs") && third == 't' && token_is(two, "::"))
        return drop(folding, 2, 0);
    if (second == ',' && among(first, "n1sv") && among(third, "1nsv"))
        return drop(folding, 2, 0);
    if (among(first, "EB,k") && is_unary(two)) {
        /* The sign before a value or a call goes; "1,-1" is a list as "1,1" is. */
        if ((first != 'k' && third == '(') || (first != ',' && among(third, "1nvsf")) ||
            (first == ',' && third == 'f')) {
            *two = *three;
            return drop(folding, 1, 0);
        }
        if (first == ',' && among(third, "1nvs")) {
            *two = *three;
            return drop(folding, 3, 0);
        }
    }
    if (second == '.' && third == 'n') {
        if (first == 'n')
            return drop(folding, 2, 0);
        if (first == 'E') {
            *two = *three;
            return drop(folding, 1, 0);
        }
    }
    if (first == 'f' && second == '(' && third != ')' && token_is(one, "USER"))
        one->kind = 'n';
    return NOTHING;
}

/* Whether the first five are an expression in parentheses that folds to its first. */
static int is_closed_expression(const Token *kept)
{
    char one = kept[0].kind, two = kept[1].kind, three = kept[2].kind, four = kept[3].kind,
         five = kept[4].kind;
    if (three == '(' && five == ')')
        return (one == '1' && among(two, "o,") && four == '1') ||
               (one == 'n' && two == 'o' && among(four, "n1"));
    if (two == ')' && four == '(')
        return (one == '1' && three == ',' && five == '1') ||
               (one == 'n' && three == 'o' && five == 'n');
    return 0;
}

int fold(Reader *reader, Token kept[MOST_FOLDED])
{
    Folding folding = {.reader = reader, .kept = kept, .more = 1};
    do {
        if (!reader_next(reader, kept))
            return 0;
    } while (among(kept->kind, "c(t") || is_unary(kept));
    folding.count = 1;
    for (;;) {
        if (folding.count >= MOST_TOKENS && is_closed_expression(kept)) {
            if (folding.count > MOST_TOKENS)
                kept[1] = kept[MOST_TOKENS];
            folding.count -= MOST_TOKENS - 1;
            folding.left = 0;
        }
        if (!folding.more || folding.left >= MOST_TOKENS)
            break;
        read_up_to(&folding, 2);
        if (folding.count - folding.left < 2) {
            folding.left = folding.count;
            continue;
        }
        enum Outcome outcome = fold_pair(&folding);
        if (outcome == EVIL)
            return folding.left + 2;
        if (outcome == FOLDED)
            continue;
        read_up_to(&folding, 3);
        if (folding.count - folding.left < 3)
            folding.left = folding.count;
        else if (fold_triple(&folding) == NOTHING)
            folding.left++;
    }
    if (folding.commented && folding.count < MOST_TOKENS)
        kept[folding.count++] = folding.comment;
    return folding.count < MOST_TOKENS ? folding.count : MOST_TOKENS;
}
