"""ASCII85 in one go equals ASCII85 digit by digit."""

from __future__ import annotations

import base64
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.attachment.documents.pdf_filters import decoded


def _digit_by_digit(raw: bytes, most: int) -> bytes:
    digits = re.sub(rb"[^!-uz]", b"", raw.lstrip().removeprefix(b"<~").partition(b"~")[0])
    out = bytearray()
    group: list[int] = []
    for digit in digits[: most * 2]:
        if digit == ord("z") and not group:
            out += bytes(4)
            continue
        group.append(min(digit - 33, 84))
        if len(group) == 5:
            out += _four(group)
            group = []
    if len(group) > 1:
        out += _four(group + [84] * (5 - len(group)))[: len(group) - 1]
    return bytes(out[:most])


def _four(group: list[int]) -> bytes:
    number = 0
    for digit in group:
        number = number * 85 + digit
    return (number & 0xFFFFFFFF).to_bytes(4, "big")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([bytes((code,)) for code in b'!zuxy~ \n"5Gs8W<>']), max_size=30),
    st.sampled_from([0, 1, 3, 4, 8, 1000]),
)
def test_ascii85_is_digit_by_digit(pieces: list[bytes], most: int) -> None:
    raw = b"".join(pieces)
    assert decoded(raw, ["ASCII85Decode"], most) == _digit_by_digit(raw, most)


@given(st.binary(max_size=200))
def test_ascii85_gives_back_what_was_written(data: bytes) -> None:
    written = base64.a85encode(data, wrapcol=40, adobe=True)
    assert decoded(written, ["A85"], 1000) == data
