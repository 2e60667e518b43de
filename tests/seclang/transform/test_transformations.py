"""Each transformation beside a naive one that looks at byte after byte, beside ModSecurity's own,
and on vectors written down."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modsecurity_library import NAMES, library
from vedette.seclang.transform import TRANSFORMATIONS

BLANKS = frozenset(b" \t\n\v\f\r")
HEX = frozenset(b"0123456789abcdefABCDEF")
OCTAL = frozenset(b"01234567")


def hexed(digits: bytes) -> int:
    return int(digits, 16)


def all_hex(value: bytes, at: int, count: int) -> bool:
    return len(value) >= at + count and all(byte in HEX for byte in value[at : at + count])


def full_width(code: int) -> int:
    return (code & 0xFF) + 0x20 if 0xFF00 < code < 0xFF5F else code & 0xFF


def each(made: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    return lambda value: b"".join(made(byte) for byte in value)


def compress(value: bytes) -> bytes:
    out = bytearray()
    for at, byte in enumerate(value):
        if byte not in BLANKS:
            out.append(byte)
        elif at == 0 or value[at - 1] not in BLANKS:
            out += b" "
    return bytes(out)


def command_line(value: bytes) -> bytes:
    out = bytearray()
    for byte in value.lower():
        if byte in b"\"'\\^":
            continue
        if byte in b" ,;\t\r\n":
            if out[-1:] != b" ":
                out += b" "
            continue
        if byte in b"/(" and out[-1:] == b" ":
            out.pop()
        out.append(byte)
    return bytes(out)


def trim(value: bytes, left: bool = True, right: bool = True) -> bytes:
    begin, end = 0, len(value)
    while left and begin < end and value[begin] in BLANKS:
        begin += 1
    while right and begin < end and value[end - 1] in BLANKS:
        end -= 1
    return value[begin:end]


def url_decode(value: bytes, units: bool = False) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at] == 0x25 and units and value[at + 1 : at + 2] in (b"u", b"U"):
            if all_hex(value, at + 2, 4):
                out.append(full_width(hexed(value[at + 2 : at + 6])))
                at += 6
                continue
        elif value[at] == 0x25 and all_hex(value, at + 1, 2):
            out.append(hexed(value[at + 1 : at + 3]))
            at += 3
            continue
        out.append(0x20 if value[at] == 0x2B else value[at])
        at += 1
    return bytes(out)


def utf8_to_unicode(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        lead = value[at]
        count = 2 if lead >> 5 == 6 else 3 if lead >> 4 == 14 else 4 if lead >> 3 == 30 else 1
        at += 1
        if count == 1:
            if lead or at == len(value):
                out.append(lead)
            continue
        rest = value[at : at + count - 1]
        if lead >= 0xF5:
            out.append(lead)
        if len(rest) < count - 1 or any(byte >> 6 != 2 for byte in rest):
            continue
        code = lead & (0x7F >> count)
        for byte in rest:
            code = code * 64 + byte % 64
        out += f"%u{code:04x}".encode()
        out += bytes([lead]) * ((0xD800 <= code < 0xE000) + (code < (128, 2048, 65536)[count - 2]))
        at += count - 1
    return bytes(out)


def css_decode(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at] != 0x5C:
            out.append(value[at])
            at += 1
            continue
        at += 1
        count = 0
        while count < 6 and all_hex(value, at, count + 1):
            count += 1
        if count:
            digits = value[at : at + count]
            code = hexed(digits)
            out.append(full_width(code) if count >= 4 else code & 0xFF)
            at += count
            if at < len(value) and value[at] in BLANKS:
                at += 1
        elif at < len(value):
            if value[at] != 0x0A:
                out.append(value[at])
            at += 1
    return bytes(out)


NAMED = {0x61: 7, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9, 0x76: 11}


def octal(value: bytes, at: int) -> bytes:
    end = at
    while end < min(at + 3, len(value)) and value[end] in OCTAL:
        end += 1
    return value[at:end]


def escapes(value: bytes, script: bool) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at] != 0x5C or at + 1 == len(value):
            out.append(value[at])
            at += 1
            continue
        kind = value[at + 1 : at + 2]
        digits = octal(value, at + 1)
        if script and kind == b"u" and all_hex(value, at + 2, 4):
            out.append(full_width(hexed(value[at + 2 : at + 6])))
            at += 6
        elif (kind == b"x" or (kind == b"X" and not script)) and all_hex(value, at + 2, 2):
            out.append(hexed(value[at + 2 : at + 4]))
            at += 4
        elif digits:
            if script and int(digits, 8) > 255:
                digits = digits[:2]
            out.append(int(digits, 8) & 0xFF)
            at += 1 + len(digits)
        else:
            out.append(NAMED.get(kind[0], kind[0]))
            at += 2
    return bytes(out)


def html_entity_decode(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        byte = value[at]
        at += 1
        if byte != 0x26:
            out.append(byte)
            continue
        begin, base = at, 0
        if value[at : at + 1] == b"#":
            base = 16 if value[at + 1 : at + 2] in (b"x", b"X") else 10
            begin = at + base // 8
        end = begin
        while end < len(value) and chr(value[end]).isascii() and chr(value[end]).isalnum():
            if (
                base
                and chr(value[end]) not in "0123456789abcdefABCDEF"[: base if base == 10 else 22]
            ):
                break
            end += 1
        text = value[begin:end].lower()
        made = None
        if base and text:
            made = bytes([min(int(text[-4000:], base), 2**63 - 1) & 0xFF])
        elif not base:
            for name, character in zip(
                (b"quot", b"amp", b"lt", b"gt", b"nbsp"), b'"&<>\xa0', strict=True
            ):
                if text.startswith(name):
                    made = bytes([character])
        if made is None:
            out.append(byte)
        else:
            out += made
            at = end + (value[end : end + 1] == b";")
    return bytes(out)


def comments_replaced(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at : at + 2] != b"/*":
            out.append(value[at])
            at += 1
            continue
        at += 2
        while at < len(value) and value[at : at + 2] != b"*/":
            at += 1
        at += 2
        out += b" "
    return bytes(out)


def comment_marks_removed(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        for mark in (b"/*", b"*/", b"<!--", b"-->", b"--", b"#"):
            if value[at : at + len(mark)] == mark:
                at += len(mark)
                break
        else:
            out.append(value[at])
            at += 1
    return bytes(out)


def comments_removed(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    inside = False
    while at < len(value):
        if not inside:
            if value[at : at + 2] == b"/*" or value[at : at + 4] == b"<!--":
                inside = True
                at += 2 if value[at] == 0x2F else 4
                continue
            if value[at : at + 2] == b"--" or value[at] == 0x23:
                break
        elif value[at : at + 2] == b"*/" or value[at : at + 3] == b"-->":
            inside = False
            at += 2 if value[at] == 0x2A else 3
        else:
            at += 1
            continue
        out += value[at : at + 1] or b"\0"
        at += 1
    return bytes(out) + (b" " if inside else b"")


def base64_digits(value: bytes) -> list[int]:
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return [alphabet.index(byte) for byte in value if byte in alphabet]


def from_base64(digits: list[int]) -> bytes:
    bits = "".join(f"{digit:06b}" for digit in digits)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


def base64_decode(value: bytes) -> bytes:
    text = value.split(b"\0")[0]
    sound = bytearray()
    at = 0
    while at < len(text):
        end = at
        while text[end : end + 1] == b" ":
            end += 1
        if end == len(text):
            break
        if text[end : end + 1] == b"\n" or text[end : end + 2] == b"\r\n":
            at = end + (1 if text[end] == 0x0A else 2)
        elif end > at:
            return value
        else:
            sound.append(text[at])
            at += 1
    digits = bytes(sound).rstrip(b"=")
    pads = len(sound) - len(digits)
    if pads > 2 or len(sound) % 4 or len(base64_digits(digits)) != len(digits):
        return value
    return from_base64(base64_digits(digits))


def base64_decode_ext(value: bytes) -> bytes:
    for at, byte in enumerate(value):
        last_pad = byte == 0x3D and value[at + 1 : at + 2] != b"="
        if last_pad and len(base64_digits(value[:at])) % 4 == 1:
            return b""
    digits = base64_digits(value)
    return b"" if len(digits) % 4 == 1 and value[-1:] == b"9" else from_base64(digits)


def hex_decode(value: bytes) -> bytes:
    def digit(byte: int) -> int:
        return (byte & 0xDF) - 55 if byte >= 65 else byte - 48

    pairs = range(0, len(value) - 1, 2)
    return bytes((digit(value[at]) * 16 + digit(value[at + 1])) & 255 for at in pairs)


def sql_hex_decode(value: bytes) -> bytes:
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at : at + 2].lower() == b"0x" and all_hex(value, at + 2, 2):
            at += 2
            while all_hex(value, at, 2):
                out.append(hexed(value[at : at + 2]))
                at += 2
        else:
            out.append(value[at])
            at += 1
    return bytes(out)


def url_encode(byte: int) -> bytes:
    if byte == 0x2A or (chr(byte).isascii() and chr(byte).isalnum()):
        return bytes([byte])
    return b"+" if byte == 0x20 else f"%{byte:02x}".encode()


def parity(odd: bool) -> Callable[[int], bytes]:
    def made(byte: int) -> bytes:
        # ModSecurity reckons with all eight bits, and then puts the highest.
        return bytes([byte % 128 + 128 * ((bin(byte).count("1") + odd) % 2)])

    return made


def normalized(value: bytes, windows: bool) -> bytes:
    """ModSecurity's own walk, which writes over what it has read."""
    text = bytearray(value)
    if not text:
        return b""
    slashes = b"/\\" if windows else b"/"
    end = len(text) - 1
    relative, trailing = text[0] not in slashes, text[end] in slashes
    source = to = 0
    at_root = done = False
    while not done and source <= end and to <= end:
        for place in (source, min(source + 1, end)):
            if windows and text[place] == 0x5C:
                text[place] = 0x2F
        done = source == end
        dot = text[source] == 0x2E
        if (done or text[source + 1] == 0x2F) and not (text[source] == 0x2F and not done):
            up = dot and to > 0 and text[to - 1] == 0x2E
            if up and relative and (at_root or to <= 2):
                at_root = True
            elif up:
                to -= 3
                while to > 0 and text[to] != 0x2F:
                    to -= 1
                if to <= 0:
                    at_root = True
                    to = int(not relative and done)
                if done:
                    break
                source += 1
            elif dot and (to == 0 or text[to - 1] == 0x2F):
                if done:
                    break
                to -= to > 0
                source += 1
            elif to > 0 and not dot:
                at_root = False
        if text[source] == 0x2F:
            while source < end and text[source + 1] in slashes:
                source += 1
            if relative and to == 0:
                source += 1
                continue
        text[to] = text[source]
        to += 1
        source += 1
    if not trailing and to > 0 and text[to - 1] == 0x2F:
        to -= 1
    return bytes(text[:to])


NAIVE: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda value: value,
    "base64decode": base64_decode,
    "base64decodeext": base64_decode_ext,
    "base64encode": base64.standard_b64encode,
    "cmdline": command_line,
    "compresswhitespace": compress,
    "cssdecode": css_decode,
    "escapeseqdecode": lambda value: escapes(value, script=False),
    "hexdecode": hex_decode,
    "hexencode": each(lambda byte: f"{byte:02x}".encode()),
    "htmlentitydecode": html_entity_decode,
    "jsdecode": lambda value: escapes(value, script=True),
    "length": lambda value: str(len(value)).encode(),
    "lowercase": each(lambda byte: bytes([byte + 32 if 65 <= byte <= 90 else byte])),
    "md5": lambda value: hashlib.md5(value).digest(),
    "normalizepath": lambda value: normalized(value, windows=False),
    "normalizepathwin": lambda value: normalized(value, windows=True),
    "parityeven7bit": each(parity(odd=False)),
    "parityodd7bit": each(parity(odd=True)),
    "parityzero7bit": each(lambda byte: bytes([byte % 128])),
    "removecomments": comments_removed,
    "removecommentschar": comment_marks_removed,
    "removenulls": each(lambda byte: bytes([byte]) if byte else b""),
    "removewhitespace": each(lambda byte: b"" if byte in b" \t\n\v\f\r\xc2\xa0" else bytes([byte])),
    "replacecomments": comments_replaced,
    "replacenulls": each(lambda byte: bytes([byte or 32])),
    "sha1": lambda value: hashlib.sha1(value).digest(),
    "sqlhexdecode": sql_hex_decode,
    "trim": trim,
    "trimleft": lambda value: trim(value, right=False),
    "trimright": lambda value: trim(value, left=False),
    "uppercase": each(lambda byte: bytes([byte - 32 if 97 <= byte <= 122 else byte])),
    "urldecode": url_decode,
    "urldecodeuni": lambda value: url_decode(value, units=True),
    "urlencode": each(url_encode),
    "utf8tounicode": utf8_to_unicode,
}

PIECES = (
    *(b"VGVz", b"dA==", b"=", b"9", b"A", b"-", b"_", b"!", b"\r\n", b"\n", b" ", b"\0", b"\r"),
    *(b"/", b".", b"..", b"//", b"/../", b"\\", b"\\\\", b"/./", b"bc"),
    *(b"u", b"U", b"x", b"X", b"f", b"ff", b"41", b"0", b"1", b"3", b"7", b"8", b"n", b"v"),
    *(b"&", b"#", b"&#", b"&#x", b";", b"quot", b"LT", b"gt", b"nbsp", b"amp", b"copy"),
    *(b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80"),
    *(b"\xf5\x80\x80\x80", b"\xff", b"\xc2\xa0", b"\xa0", b"\xe0\x80\x80", b"\x80"),
    *(b"%", b"%u", b"%41", b"%uff41", b"+", b"%00", b"g", b"%U00e9"),
    *(b"*", b"/*", b"*/", b"<!--", b"-->", b"--", b"-", b">", b"<", b"0x41", b"999999999999999999"),
    *(b"\t", b"\v", b"\f", b",", b"(", b"^", b'"', b"'", b"B", b"a", b"?"),
)
VALUES = st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join) | st.binary(max_size=40)


@settings(max_examples=400, deadline=None)
@given(VALUES)
@example(b"")
def test_as_byte_after_byte(value: bytes) -> None:
    for name, naive in NAIVE.items():
        assert (name, TRANSFORMATIONS[name](value)) == (name, naive(value))


@settings(max_examples=400, deadline=None)
@given(VALUES)
def test_the_same_object_where_nothing_changes(value: bytes) -> None:
    for name, transformation in TRANSFORMATIONS.items():
        made = transformation(value)
        assert made is value or made != value, name


@settings(max_examples=600, deadline=None)
@given(VALUES)
@example(b"")
def test_as_libmodsecurity(value: bytes) -> None:
    oracle = library()
    for name in NAMES:
        assert (name, TRANSFORMATIONS[name](value)) == (name, oracle.transform(name, value))


def test_each_has_a_naive_one() -> None:
    assert set(NAIVE) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_as_libmodsecurity(name: str) -> None:
    oracle = library()
    for byte in range(256):
        value = b"a" + bytes([byte]) + b"1"
        assert TRANSFORMATIONS[name](value) == oracle.transform(name, value)


VECTORS = [
    ("base64decode", b"VGVzdENhc2U=", b"TestCase"),
    ("base64decode", b"VGVzdENhc2U", b"VGVzdENhc2U"),
    ("base64decode", b"VGVz\r\ndENh  \nc2U=  ", b"TestCase"),
    ("base64decodeext", b"VGV!zdENhc2U", b"TestCase"),
    ("base64encode", b"TestCase", b"VGVzdENhc2U="),
    ("cmdline", b'C^OMMAND /C "TYPE  c:\\Win.ini"', b"command/c type c:win.ini"),
    ("compresswhitespace", b"a \t\n b", b"a b"),
    ("cssdecode", b"j\\61vas\\000063ript\\\nx\\", b"javascriptx"),
    ("cssdecode", b"\\ff1c \\61  b", b"<a b"),
    ("escapeseqdecode", b"\\a\\x41\\101\\z\\", b"\aAAz\\"),
    ("hexdecode", b"546573740", b"Test"),
    ("htmlentitydecode", b"&lt;&#60&#x3C;&nbsp;&copy;", b"<<<\xa0&copy;"),
    ("jsdecode", b"\\u003c\\x3c\\74\\uff1c\\q", b"<<<<q"),
    ("length", b"abc", b"3"),
    ("normalizepath", b"/a/b/../../c/./d//e", b"/c/d/e"),
    ("normalizepath", b"../../a", b"../../a"),
    ("normalizepath", b"/../../a/..", b""),
    ("normalizepath", b"/a/b/..", b"/a"),
    ("normalizepath", b"a/b../c", b"a/c"),
    ("normalizepathwin", b"\\a\\..\\b", b"/b"),
    ("normalisepath", b"/a/./b", b"/a/b"),
    ("removecomments", b"a/*b*/c<!--d-->e--f", b"ace"),
    ("removecommentschar", b"a/*b*/<!--c-->--#", b"abc"),
    ("replacecomments", b"UNION/**/SELECT/*", b"UNION SELECT "),
    ("sqlhexdecode", b"x 0x414243 0x4", b"x ABC 0x4"),
    ("trim", b" \ta b\n", b"a b"),
    ("urldecode", b"a%20b+c%zz%4", b"a b c%zz%4"),
    ("urldecodeuni", b"%u0041%uff1c%41%u00", b"A<A%u00"),
    ("urlencode", b"a b*/\xff", b"a+b*%2f%ff"),
    ("utf8tounicode", "é€".encode(), b"%u00e9%u20ac"),
]


@pytest.mark.parametrize(("name", "value", "expected"), VECTORS)
def test_vectors(name: str, value: bytes, expected: bytes) -> None:
    assert TRANSFORMATIONS[name](value) == expected


@pytest.mark.parametrize(
    "piece",
    [
        b"\\",
        b"&#",
        b"&#9",
        b"%",
        b"%u",
        b"/*",
        b"<!--",
        b" ",
        b" /",
        b"../",
        b"./",
        b"/",
        b"0x",
        b"=",
    ],
    ids=repr,
)
def test_long_hostile_values_end(piece: bytes) -> None:
    value = piece * (60_000 // len(piece))
    for name in TRANSFORMATIONS:
        assert isinstance(TRANSFORMATIONS[name](value), bytes)


def test_digits_without_end() -> None:
    for value in (b"&#" + b"9" * 100_000, b"&#x" + b"f" * 100_000):
        assert TRANSFORMATIONS["htmlentitydecode"](value) == b"\xff"
    assert TRANSFORMATIONS["htmlentitydecode"](b"&#" + b"0" * 100_000 + b"65;") == b"A"
