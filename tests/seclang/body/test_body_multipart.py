"""Multipart bodies, against ModSecurity's own library."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seclang.body.request_oracle import oracle, pairs
from vedette.seclang.body import Body, File, Limits, read_body
from vedette.seclang.body.multipart.disposition import Disposition
from vedette.seclang.body.multipart.flags import Flags

TYPE = "multipart/form-data; boundary=XX"
FLAGS = (
    "STRICT_ERROR UNMATCHED_BOUNDARY BOUNDARY_QUOTED BOUNDARY_WHITESPACE DATA_BEFORE DATA_AFTER "
    "HEADER_FOLDING LF_LINE CRLF_LF_LINES MISSING_SEMICOLON INVALID_QUOTING INVALID_PART "
    "INVALID_HEADER_FOLDING FILE_LIMIT_EXCEEDED"
)
NAMES = tuple(f"MULTIPART_{name}" for name in FLAGS.split())
LISTS = ["ARGS_POST", "ARGS_POST_NAMES", "FILES", "FILES_NAMES", "FILES_SIZES"]
LISTS += ["MULTIPART_PART_HEADERS", "MULTIPART_NAME", "MULTIPART_FILENAME", "REQBODY_ERROR_MSG"]


def part(headers: bytes, content: bytes) -> bytes:
    return b"--XX\r\n" + headers + b"\r\n\r\n" + content + b"\r\n"


def field(name: bytes, content: bytes) -> bytes:
    return part(b'Content-Disposition: form-data; name="%b"' % name, content)


END = b"--XX--\r\n"


def read(body: bytes, content_type: str = TYPE, **limits: int) -> Body:
    return read_body("MULTIPART", content_type.encode(), body, Limits(**limits))


def test_fields_and_a_file() -> None:
    upload = (
        b'Content-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain'
    )
    body = field(b"a", b"1") + field(b"b", b"two\r\nlines\n") + part(upload, b"x\r\ny\x00") + END
    assert read(body) == Body(
        "MULTIPART",
        arguments=((b"a", b"1"), (b"b", b"two\r\nlines\n")),
        files=(File(b"f", b"a.txt", b"x\r\ny\x00", 5),),
        part_headers=(
            (b"a", b'Content-Disposition: form-data; name="a"'),
            (b"b", b'Content-Disposition: form-data; name="b"'),
            (b"f", b'Content-Disposition: form-data; name="f"; filename="a.txt"'),
            (b"f", b"Content-Type: text/plain"),
        ),
        flags={"MULTIPART_UNMATCHED_BOUNDARY": 2},
        names=(b"a", b"b", b"f"),
        filenames=(b"a.txt",),
        size_without_files=len(body) - 5,
    )


@pytest.mark.parametrize(
    ("content_type", "body", "flags"),
    [
        (TYPE, b"x\r\n" + field(b"a", b"") + END, "DATA_BEFORE"),
        (TYPE, field(b"a", b"") + END + b"x", "DATA_AFTER"),
        (TYPE, (field(b"a", b"") + END).replace(b"\r\n", b"\n"), "LF_LINE"),
        (TYPE, field(b"a", b"") + b"--XX--\n", "LF_LINE CRLF_LF_LINES"),
        (TYPE, part(b"Content-Disposition: form-data;\r\n name=a", b"") + END, "HEADER_FOLDING"),
        (
            TYPE,
            part(b"Content-Disposition: form-data;\r\n\x0bname=a", b"") + END,
            "HEADER_FOLDING INVALID_HEADER_FOLDING",
        ),
        (TYPE, part(b"Content-Disposition: form-data; name='a'", b"") + END, "INVALID_QUOTING"),
        ('multipart/form-data; boundary="XX"', field(b"a", b"") + END, "BOUNDARY_QUOTED"),
        ("multipart/form-data; boundary =XX", field(b"a", b"") + END, "BOUNDARY_WHITESPACE"),
        ("multipart/form-data boundary=XX", field(b"a", b"") + END, "MISSING_SEMICOLON"),
        ("multipart/form-data; boundary=XX; charset=utf-8", field(b"a", b"") + END, ""),
    ],
    ids=[
        "before",
        "after",
        "feeds",
        "mixed-ends",
        "folding",
        "invalid-folding",
        "quoting",
        "quoted",
        "whitespace",
        "semicolon",
        "charset",
    ],
)
def test_flags_of_bodies_that_can_be_read(content_type: str, body: bytes, flags: str) -> None:
    found = read(body, content_type)
    assert found.arguments == ((b"a", b""),)
    assert found.error == ""
    expected = {f"MULTIPART_{name}": 1 for name in flags.split()}
    if flags:
        expected["MULTIPART_STRICT_ERROR"] = 1
    assert found.flags == expected | {"MULTIPART_UNMATCHED_BOUNDARY": 2}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "multipart/form-data",
        "multipart/form-data; Boundary=XX",
        "multipart/form-data; boundary=XX; boundary=YY",
        "multipart/form-data; charset=utf-8; boundary=XX",
        'multipart/form-data; boundary="XX',
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=a[b",
        "multipart/form-data; boundary=XX " + "x" * 1024,
        "multipart/mixed; boundary=XX",
    ],
    ids=[
        "none",
        "missing",
        "case",
        "twice",
        "parameter-before",
        "half-quoted",
        "empty",
        "characters",
        "length",
        "type",
    ],
)
def test_boundaries_that_parsers_read_differently(content_type: str) -> None:
    body = field(b"a", b"1") + END
    found = read(body, content_type)
    assert found.flags == {
        "MULTIPART_STRICT_ERROR": 1,
        "REQBODY_ERROR": 1,
        "REQBODY_PROCESSOR_ERROR": 1,
    }
    assert found.error
    assert found.unread == body


@pytest.mark.parametrize(
    ("body", "arguments", "unread"),
    [
        (field(b"a", b"1") + b"--XX-x\r\nrest", ((b"a", b"1\r\n--XX-x\r\nrest"),), b""),
        (field(b"a", b"1"), ((b"a", b"1\r\n"),), b""),
        (field(b"a", b"1") + b"--X", ((b"a", b"1\r\n--X"),), b""),
        (part(b"X: y", b"v") + END, (), b"X: y\r\n\r\nv\r\n" + END),
        (field(b"a", b"1") + part(b"\x00", b"v"), ((b"a", b"1"),), b"\x00\r\n\r\nv\r\n"),
        (b"no boundary", (), b"no boundary"),
        (field(b"a", b"1") + b"--XX\r\nX: " + b"y" * 5000, ((b"a", b"1"),), b"X: " + b"y" * 5000),
    ],
    ids=["broken-boundary", "cut", "cut-in-boundary", "no-disposition", "nul", "nothing", "long"],
)
def test_after_an_error(
    body: bytes, arguments: tuple[tuple[bytes, bytes], ...], unread: bytes
) -> None:
    found = read(body)
    assert found.arguments == arguments
    assert found.error.startswith("Multipart parsing error: Multipart: ")
    assert found.flags["REQBODY_ERROR"] == 1
    assert found.unread == unread


def test_a_header_twice_is_an_error_and_both_are_shown() -> None:
    twice = b'Content-Disposition: form-data; name="a"\r\ncontent-disposition: form-data; name="b"'
    found = read(part(twice, b"1") + END)
    assert found.arguments == ((b"a", b"1"),)
    assert sorted(line for _, line in found.part_headers) == sorted(twice.split(b"\r\n"))
    assert "Duplicate" in found.error
    assert found.flags["MULTIPART_STRICT_ERROR"] == 1


def test_an_inner_multipart_is_content() -> None:
    inner = b'--YY\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--YY--'
    found = read(field(b"a", inner) + END)
    assert found.arguments == ((b"a", inner),)
    assert found.flags["MULTIPART_UNMATCHED_BOUNDARY"] == 2


def test_a_cut_body_may_be_partial() -> None:
    body = field(b"a", b"1") + field(b"b", b"2")
    found = read_body("MULTIPART", TYPE.encode(), body, Limits(), partial=True)
    assert found.arguments == ((b"a", b"1"), (b"b", b"2\r\n"))
    assert found.error == ""


def test_limits() -> None:
    many = read(b"".join(field(b"%d" % n, b"") for n in range(9)) + END, parts=3)
    assert [name for name, _ in many.arguments] == [b"0", b"1", b"2"]
    assert "3 parts" in many.error
    assert many.unread.startswith(b"Content-Disposition")
    upload = part(b'Content-Disposition: form-data; name="f"; filename="g"', b"")
    assert "MULTIPART_FILE_LIMIT_EXCEEDED" in read(upload * 3 + END, files=2).flags
    assert "MULTIPART_FILE_LIMIT_EXCEEDED" not in read(upload * 2 + END, files=2).flags


PIECES = ["--XX\r\n"] * 4 + ["--XX--\r\n", "--XX--", "--XX", "--X", "--", "-", "XX", "\r\n", "\n"]
PIECES += ["\r", "a", "value\r\n", "v\nw\r\n", " fold", "\x0b", "\x00", "é", "--XX--\n", "--XX\n"]
PIECES += ['"XX', "-- XX\r\n", '--"XX\r\n', "y" * 4090, "z" * 5, ":", "--YY\r\n", "filename*=u''x"]
PIECES += ['Content-Disposition: form-data; name="a"\r\n\r\n'] * 3
PIECES += ['Content-Disposition: form-data; name="a"\r\n']
PIECES += ['Content-Disposition: form-data; name="f"; filename="g"\r\n\r\n'] * 2
PIECES += ["content-disposition: form-data; name=a'b; filename='c'\r\n\r\n", "X: y\r\n"]
TYPES = [TYPE, TYPE, 'multipart/form-data; boundary="XX"', "multipart/form-data boundary=XX"]
TYPES += ["multipart/form-data; boundary =XX", "multipart/form-data;boundary= XX"]


def compare(content_type: str, body: bytes) -> None:
    """Everything that the reader gives, but for the differences that it names."""
    found = read(body, content_type)
    answer = oracle(*LISTS, *NAMES).ask(headers=[("Content-Type", content_type)], body=body)
    failed = answer["REQBODY_ERROR_MSG"] != [b""]
    if found.error.endswith("(empty).") and not failed:
        return
    assert {name: found.flags.get(name, 0) for name in NAMES} == {
        name: int(answer[name][0] or 0) for name in NAMES
    }
    assert bool(found.error) == failed
    assert sorted(found.names) == sorted(answer["MULTIPART_NAME"])
    assert sorted(found.filenames) == sorted(answer["MULTIPART_FILENAME"])
    if failed:
        return  # ModSecurity gives nothing then
    arguments = sorted(
        (name, value.replace(b"\r\n", b"").replace(b"\n", b"")) for name, value in found.arguments
    )
    assert arguments == pairs(answer, "ARGS_POST")
    assert sorted((file.field, file.name, b"%d" % file.size) for file in found.files) == sorted(
        zip(answer["FILES_NAMES"], answer["FILES"], answer["FILES_SIZES"], strict=True)
    )
    assert sorted(line for _, line in found.part_headers) == sorted(
        answer["MULTIPART_PART_HEADERS"]
    )


@given(
    st.sampled_from(TYPES),
    st.lists(st.sampled_from(PIECES), max_size=24),
    st.booleans(),
    st.booleans(),
)
def test_as_modsecurity_reads_lines(
    content_type: str, pieces: list[str], begin: bool, end: bool
) -> None:
    text = "".join(pieces).encode()
    body = b"--XX\r\n" * begin + text + b"\r\n--XX--\r\n" * end
    headers = [
        line.partition(b":")[0].strip().lower() for line in body.split(b"\n") if b":" in line
    ]
    found = read(body, content_type)
    assume(not found.error or len(set(headers)) == len(headers))  # a header twice is an error here
    compare(content_type, body)


WORDS = ["form-data", "; ", ";", " ", "name", "=", '"a"', "'b'", "c", "filename", '"d\\"e"']
WORDS += ["filename*", "utf-8''x%41", "utf-8'en'y", "%4", "\\", '"', "'", "\t", "é", "x"]
WORDS += ['form-data; name="a"; ', 'name="a\'b"', 'filename="C:\\\\x\\y"', "; filename=g"]


@given(st.sampled_from(["", "form-data; "]), st.lists(st.sampled_from(WORDS), max_size=9))
def test_as_modsecurity_reads_dispositions(start: str, words: list[str]) -> None:
    value = start + "".join(words)
    # an open quotation mark makes ModSecurity read what happens to lie behind the header
    assume(Disposition().read(value.encode(), Flags()) != -10)
    compare(TYPE, part(b"Content-Disposition: " + value.encode(), b"value") + END)


HEADER = ["multipart/form-data", ";", " ", "boundary", "=", "XX", '"', '"XX"', "Boundary", "\t"]
HEADER += ["; charset=utf-8", "; boundary=XX", "/", "é", "XX ", "boundary=", ":", "a"]


@given(st.lists(st.sampled_from(HEADER), max_size=8))
def test_as_modsecurity_reads_boundaries(words: list[str]) -> None:
    compare("Multipart/form-data" + "".join(words), field(b"a", b"value") + END)


@pytest.mark.parametrize(
    "body",
    [
        b"--XX\r\n" * 500_000,
        b"--XX\r\n" + b"\n" * 3_000_000,
        b"--XX\r\nContent-Disposition: form-data; name=a; "
        + b"x" * 4_000
        + b"\r\n"
        + b"\n" * 2_000_000,
        b"--XX\r\nContent-Disposition: form-data\r\n" + b" a\n\n" * 700_000,
        field(b"a", b"--X\r\n" * 600_000) + END,
        field(b"a", b"z" * 5_000 + b" --XX" * 600_000) + END,
        field(b"a", b"\n" * 3_000_000) + END,
        b"\n" * 3_000_000 + field(b"a", b"") + END,
        b"--\n" * 1_000_000 + field(b"a", b"") + END,
        field(b"a", b"--\r\n--x" * 600_000) + END,
        b"".join(field(b"%d" % n, b"") for n in range(40_000)) + END,
        b"--XX\r\n" + b"a: b\r\n" * 500_000,
    ],
    ids=[
        "boundaries",
        "blank-lines",
        "invalid-again",
        "folds",
        "hyphens",
        "late-marks",
        "feeds",
        "feeds-before",
        "hyphens-before",
        "hyphens-within",
        "parts",
        "headers",
    ],
)
def test_large_and_hostile(body: bytes) -> None:
    found = read(body)
    assert found.error or found.arguments


@given(st.binary(), st.binary())
def test_any_bytes(content_type: bytes, body: bytes) -> None:
    read_body("MULTIPART", b"multipart/form-data; boundary=" + content_type, body, Limits())
    read_body("MULTIPART", TYPE.encode(), b"--XX\r\n" + body, Limits())
