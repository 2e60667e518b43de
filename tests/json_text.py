"""Lines of JSON as writers spell it, and as it comes out damaged."""

from __future__ import annotations

from hypothesis import strategies as st

# Pieces of JSON text. Those that parsers agree on ...
CHARACTERS = st.sampled_from(
    [
        *("evil", "EVIL", "e", "1", "x", "wat", " ", "é", "\U0001f600", "[", "{", "}", ",", ":"),
        *("mimikatz kiwi", "MIMIKATZ \u212aiwi", "long \u017fecret word", "mimi\\u006batz kiwi"),
        *("mimikatz \\u212Aiwi", "\\u0077at", "\\n", "\\\\", '\\"', "\\/", "\\u0000", "\\u00e9"),
        *("\\ud83d\\ude00", "\\\\u0077at", "y" * 70),
    ]
)
STRINGS = st.one_of(
    st.sampled_from(['"evil"', '"0"', '"1"', '"x"', '""']),
    st.lists(CHARACTERS, max_size=3).map(lambda parts: '"' + "".join(parts) + '"'),
)
NUMBERS = st.sampled_from(
    [
        *("0", "-0", "1", "1.0", "-1.50", "7", "1e5", "1E+2", "1e-2", "9223372036854775807"),
        *("-9223372036854775808", "-9223372036854775809", "18446744073709551615"),
        *("18446744073709551616", "0.1234567890123456789"),
    ]
)
SCALARS = st.one_of(STRINGS, STRINGS, NUMBERS, st.sampled_from(["null", "null", "true", "false"]))
KEYS = st.sampled_from(
    ['"a"', '"a"', '"b"', '"b"', '"id"', '"id"', '"kind"', '"sys"', '"deep"', '"deep"', '"é"']
)
ODD_KEYS = st.sampled_from(['"\\u0061"', '"a\\"\\\\b"', '""', '"sy\\u0073"', '"other"'])


def objects(keys: st.SearchStrategy[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Objects, which may say a key twice."""
    pairs = st.lists(st.tuples(keys, values).map(":".join), max_size=4)
    return pairs.map(lambda pairs: "{" + ",".join(pairs) + "}")


def lists(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, max_size=3).map(lambda values: "[" + ",".join(values) + "]")


def events(keys: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    values = st.recursive(
        SCALARS,
        lambda inner: st.one_of(inner, lists(inner), objects(keys, inner)),
        max_leaves=4,
    )
    inner = st.one_of(values, objects(keys, values))
    pairs = st.lists(
        st.one_of(
            st.tuples(keys, SCALARS),
            st.tuples(st.sampled_from(['"deep"', '"sys"']), objects(keys, SCALARS)),
            st.tuples(keys, inner),
        ).map(":".join),
        max_size=6,
    )
    return pairs.map(lambda pairs: "{" + ",".join(pairs) + "}")


LINES = st.one_of(
    events(KEYS).map(str.encode),
    events(KEYS).map(str.encode),
    events(st.one_of(KEYS, ODD_KEYS)).map(str.encode),
    events(KEYS).map(lambda event: f" {event.replace(':', ' : ').replace(',', ' ,  ')} ".encode()),
    events(KEYS).map(lambda event: event.encode() + b"\r"),
)

# ... and what goes wrong.
DAMAGE = st.sampled_from(
    [
        *(b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x84", b"\xc5\xbf"),
        *(b"\x00", b"\x1f", b"\n", b"\x0b", b"\\", b'"', b"\\u12", b"\\ud800", b"\\udc00", b"\\q"),
        *(b"{", b"}", b"[", b"]", b",", b":", b"-", b"0", b".", b"e", b"nul", b"NaN", b"1e999"),
        *(b'"a":', b'"id":"1",', b'"', b"\xef\xbb\xbf", b"9" * 30, b"[" * 70, b"]" * 70),
        *(b"\t", b"\r"),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    line = draw(LINES)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(line)))
        until = at + draw(st.integers(0, 3))
        line = line[:at] + draw(st.one_of(st.just(b""), DAMAGE)) + line[until:]
    return line
