"""MS-OVBA: decompression on the specification's examples, modules and what starts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lure.attachment.builders.macros import compress, streams
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.documents.vba import Module, decompress, modules

# MS-OVBA 3.2.1 to 3.2.3.
_NONE = "0119B000616263646566676800696A6B6C6D6E6F70007172737475762E"
_NORMAL = (
    "012FB000236161616263646582660070616768696A013808616B6C00306D6E6F7006710270041072737475761077"
    "78797A003C"
)
_MOST = "0103B002614500"


@pytest.mark.parametrize(
    ("packed", "text"),
    [
        (_NONE, b"abcdefghijklmnopqrstuv."),
        (_NORMAL, b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"),
        (_MOST, b"a" * 73),
    ],
)
def test_examples_of_the_specification(packed: str, text: bytes) -> None:
    assert decompress(bytes.fromhex(packed)) == text


@given(st.binary(min_size=1, max_size=9000))
def test_literals_come_back(data: bytes) -> None:
    assert decompress(compress(data)) == data


@given(st.binary(max_size=300))
def test_damaged_gives_what_it_can(data: bytes) -> None:
    assert len(decompress(b"\1" + data)) <= 4096 * (len(data) // 3 + 1) * 2


def test_no_container() -> None:
    with pytest.raises(Unreadable):
        decompress(b"\0abc")


def test_modules_by_the_directory_and_without_it() -> None:
    project = streams({"Module1": "Sub A()\nEnd Sub\n"}, "")
    lower = {name.lower(): data for name, data in project.items()}
    expected = 'Attribute VB_Name = "Module1"\nSub A()\nEnd Sub\n'
    assert modules(lower) == [Module("Module1", expected)]
    assert modules({**lower, "dir": b"\0"}) == [Module("module1", expected)]
