"""Each operator's fast path says what ten plain lines say."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from vedette.seclang.operators.addresses import Addresses
from vedette.seclang.operators.identities import cpf, luhn
from vedette.seclang.operators.match import Match
from vedette.seclang.operators.numbers import narrow, wide
from vedette.seclang.operators.phrases import Phrases
from vedette.seclang.operators.texts import contains_word
from vedette.seclang.operators.validation import ByteRange, UrlEncoding, Utf8Encoding

SMALL = st.lists(st.sampled_from([b"a", b"B", b"ab", b"\xff", b"%", b" ", b"4"]), max_size=12)
VALUES = st.binary(max_size=40) | SMALL.map(b"".join)


def _number(text: bytes) -> int:
    found = re.match(rb"[ \t\n\v\f\r]*([+-]?[0-9]+)", text)
    return int(found[1]) if found else 0


@given(VALUES | st.from_regex(rb"\A[ \t]*[+-]?[0-9]{0,24}x?\Z"))
@example(b"9223372036854775808")
@example(b"-9223372036854775809")
@example(b"2147483648")
@example(b"0" * 30 + b"7")
def test_numbers(text: bytes) -> None:
    number = _number(text)
    assert narrow(text) == (number if -(2**31) <= number < 2**31 else 0)
    assert wide(text) == max(-(2**63), min(number, 2**63 - 1))


@given(st.lists(st.binary(min_size=1, max_size=4) | SMALL.map(b"".join), max_size=6), VALUES)
def test_phrases(phrases: list[bytes], value: bytes) -> None:
    match = Phrases(phrases).holds(value)
    known = {phrase.lower() for phrase in phrases if phrase}
    folded = value.lower()
    ends = [end for end in range(1, len(value) + 1) if any(map(folded[:end].endswith, known))]
    if not ends:
        assert match is None
        return
    beginnings = {phrase[:size] for phrase in known for size in range(1, len(phrase) + 1)}
    longest = max((text for text in beginnings if folded[: ends[0]].endswith(text)), key=len)
    assert match is not None
    assert match.end == ends[0]
    assert match.groups[0] is not None
    assert match.groups[0].lower() == longest
    assert folded[match.start : match.end] == longest


@given(st.sets(st.integers(0, 255)), VALUES)
def test_bytes_in_ranges(allowed: set[int], value: bytes) -> None:
    text = ",".join(map(str, sorted(allowed))) or "0"
    allowed = allowed or {0}
    at = next((n for n, byte in enumerate(value) if byte not in allowed), None)
    expected = None if at is None else Match((), at, at + 1)
    assert ByteRange(text).holds(value) == expected


@given(VALUES)
def test_percents(value: bytes) -> None:
    hexadecimal = b"0123456789abcdefABCDEF"
    at = next(
        (
            n
            for n, byte in enumerate(value)
            if byte == 37
            and (
                n + 2 >= len(value)
                or value[n + 1] not in hexadecimal
                or value[n + 2] not in hexadecimal
            )
        ),
        None,
    )
    assert UrlEncoding().holds(value) == (None if at is None else Match((), at, len(value)))


@given(st.text(max_size=20).map(str.encode) | st.binary(max_size=20))
@example(b"\xf4\xbf\xbf\xbf")
def test_utf8(value: bytes) -> None:
    at = 0
    while at < len(value):
        size = _character(value[at : at + 4])
        if not size:
            break
        at += size
    expected = None if at == len(value) else Match((), at, len(value))
    assert Utf8Encoding().holds(value) == expected


def _character(text: bytes) -> int:
    """Its size, 0 for none."""
    first = text[0]
    size = 1 if first < 0x80 else 2 if first >> 5 == 6 else 3 if first >> 4 == 14 else 4
    if size == 4 and (first >> 3 != 30 or first >= 0xF5):
        return 0
    if len(text) < size or any(byte >> 6 != 2 for byte in text[1:size]):
        return 0
    code = first & (0x7F >> size if size > 1 else 0x7F)
    for byte in text[1:size]:
        code = code << 6 | byte & 0x3F
    return 0 if code < (0, 0, 0x80, 0x800, 0x10000)[size] or code >> 11 == 27 else size


@given(SMALL.map(b"".join), SMALL.map(b"".join))
def test_words(value: bytes, word: bytes) -> None:
    found = re.search(rb"(?<![A-Za-z])" + re.escape(word) + rb"(?![A-Za-z])", value)
    expected = (found.start(), found.end()) if found else None
    assert contains_word(value, word) == (expected if word else (0, 0))


@given(st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4))
def test_networks(network: object, bits: int, address: object) -> None:
    import ipaddress

    inside = ipaddress.ip_address(str(address)) in ipaddress.ip_network(f"{network}/{bits}", False)
    test = Addresses([f"{network}/{bits}"])
    assert (test.holds(str(address).encode()) is not None) is inside


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_one_check_digit_of_ten_is_right(digits: list[int]) -> None:
    assert sum(luhn([*digits, last]) for last in range(10)) == 1


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(lambda n: len(set(n)) > 2))
def test_one_pair_of_check_digits_of_a_hundred_is_right(digits: list[int]) -> None:
    assert sum(cpf([*digits, first, last]) for first in range(10) for last in range(10)) == 1
