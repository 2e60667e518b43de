#include "tokens.h"

#include <string.h>

static const char *odd(const char *at, Token *token)
{
    token->kind = ODD;
    return at;
}

static const struct {
    const char *name;
    size_t size;
} NAMES[ATTRIBUTES] = {
    [ACTION] = {"action", 6}, [ALT] = {"alt", 3}, [BACKGROUND] = {"background", 10},
    [BGCOLOR] = {"bgcolor", 7}, [COLOR] = {"color", 5}, [CONTENT] = {"content", 7},
    [FORMACTION] = {"formaction", 10}, [IS_HIDDEN] = {"hidden", 6}, [HREF] = {"href", 4},
    [HTTP_EQUIV] = {"http-equiv", 10}, [MARK] = {"/hidden", 7}, [SRC] = {"src", 3},
    [STYLED] = {"style", 5}, [TEXTED] = {"text", 4}, [TYPE] = {"type", 4}, [VALUE] = {"value", 5},
    [XLINK] = {"xlink:href", 10},
};

/* ` name="value"`, any number of times, then `>`. A name may hold quotes and `<`; `=` only as its
   first character. */
static const char *attributes(const char *at, const char *end, Token *token)
{
    memset(token->values, 0, sizeof token->values);
    token->has_any = 0;
    while (at < end && *at == ' ') {
        const char *name = ++at;
        for (; at < end && (*at != '=' || at == name); at++)
            if (*at == ' ' || *at == '>')
                return odd(at, token);
        size_t size = (size_t)(at - name);
        if (end - at < 3 || at[1] != '"')
            return odd(at, token);
        at += 2;
        const char *close = memchr(at, '"', (size_t)(end - at));
        if (!close)
            return odd(at, token);
        for (int i = 0; i < ATTRIBUTES; i++)
            if (NAMES[i].size == size && *NAMES[i].name == *name &&
                memcmp(NAMES[i].name, name, size) == 0) {
                token->values[i] = (Span){at, (size_t)(close - at)};
                token->has_any = 1;
            }
        at = close + 1;
    }
    return at < end && *at == '>' ? at + 1 : odd(at, token);
}

static const char *comment(const char *at, const char *end, Token *token)
{
    token->kind = COMMENT;
    for (at += 4; (at = memchr(at, '-', (size_t)(end - at))) != NULL; at++)
        if (end - at > 2 && at[1] == '-' && at[2] == '>')
            return at + 3;
    return odd(end, token);
}

const char *next_token(const char *at, const char *end, Token *token)
{
    if (at >= end) {
        token->kind = DONE;
        return at;
    }
    if (*at != '<') {
        const char *stop = memchr(at, '<', (size_t)(end - at));
        if (!stop)
            stop = end;
        token->kind = TEXT;
        token->text = (Span){at, (size_t)(stop - at)};
        return memchr(at, '>', token->text.size) ? odd(at, token) : stop;
    }
    if (end - at > 3 && memcmp(at, "<!--", 4) == 0)
        return comment(at, end, token);
    token->kind = START;
    if (++at < end && *at == '/') {
        token->kind = END;
        at++;
    }
    token->text.at = at;
    while (at < end && *at != ' ' && *at != '>')
        at++;
    token->text.size = (size_t)(at - token->text.at);
    char first = token->text.size ? *token->text.at : '!';
    if (first < 'a' || first > 'z')
        return odd(at, token);
    if (token->kind == START)
        return attributes(at, end, token);
    return at < end && *at == '>' ? at + 1 : odd(at, token);
}

const char *raw_end(const char *at, const char *end, Span name)
{
    for (; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++)
        if ((size_t)(end - at) > name.size + 2 && at[1] == '/' &&
            memcmp(at + 2, name.at, name.size) == 0 && at[2 + name.size] == '>')
            return at;
    return NULL;
}
