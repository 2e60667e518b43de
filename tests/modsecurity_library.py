"""ModSecurity's own functions, as the oracle: the shared library inside of the PyPI wheel
`libmodsecurity`, called directly, so that any bytes can be handed over and come back.

A test that needs it is skipped where the wheel (of the version tried) is not installed.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.metadata
from pathlib import Path

import pytest

VERSION = "3.0.15.post2"

_CLASSES = {
    "base64decode": "Base64Decode",
    "base64decodeext": "Base64DecodeExt",
    "base64encode": "Base64Encode",
    "cmdline": "CmdLine",
    "compresswhitespace": "CompressWhitespace",
    "cssdecode": "CssDecode",
    "escapeseqdecode": "EscapeSeqDecode",
    "hexdecode": "HexDecode",
    "hexencode": "HexEncode",
    "htmlentitydecode": "HtmlEntityDecode",
    "jsdecode": "JsDecode",
    "length": "Length",
    "lowercase": "LowerCase",
    "md5": "Md5",
    "none": "None",
    "normalizepath": "NormalisePath",
    "normalizepathwin": "NormalisePathWin",
    "parityeven7bit": "ParityEven7bit",
    "parityodd7bit": "ParityOdd7bit",
    "parityzero7bit": "ParityZero7bit",
    "removecomments": "RemoveComments",
    "removecommentschar": "RemoveCommentsChar",
    "removenulls": "RemoveNulls",
    "removewhitespace": "RemoveWhitespace",
    "replacecomments": "ReplaceComments",
    "replacenulls": "ReplaceNulls",
    "sha1": "Sha1",
    "sqlhexdecode": "SqlHexDecode",
    "trim": "Trim",
    "trimleft": "TrimLeft",
    "trimright": "TrimRight",
    "uppercase": "UpperCase",
    "urldecode": "UrlDecode",
    "urldecodeuni": "UrlDecodeUni",
    "urlencode": "UrlEncode",
    "utf8tounicode": "Utf8ToUnicode",
}
NAMES = tuple(_CLASSES)
"""The transformations it has, in lower case."""


class _String(ctypes.Structure):
    """std::string of the GNU C++ library."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
        ("capacity", ctypes.c_size_t),
        ("rest", ctypes.c_size_t),
    )


class Library:
    """The library, loaded once."""

    def __init__(self, path: Path) -> None:
        self._library = ctypes.CDLL(str(path))
        self._c = ctypes.CDLL(None)
        self._c.malloc.restype = ctypes.c_void_p
        self._c.malloc.argtypes = [ctypes.c_size_t]
        self._c.free.argtypes = [ctypes.c_void_p]
        self._library.msc_init.restype = ctypes.c_void_p
        self._library.msc_create_rules_set.restype = ctypes.c_void_p
        self._library.msc_new_transaction.restype = ctypes.c_void_p

    def transform(self, name: str, value: bytes, transaction: int | None = None) -> bytes:
        """`value` transformed. `name` in lower case; `transaction` from `transaction()`."""
        kind = _CLASSES[name]
        symbol = (
            f"_ZNK11modsecurity7actions15transformations{len(kind)}{kind}9transform"
            "ERNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPKNS_11TransactionE"
        )
        this = ctypes.create_string_buffer(512)
        text = _String()
        local = ctypes.addressof(text) + 2 * ctypes.sizeof(ctypes.c_size_t)
        text.data, text.length = local, len(value)
        if len(value) > 15:
            text.data = self._c.malloc(len(value) + 1)
            text.capacity = len(value)
        assert text.data is not None
        ctypes.memmove(text.data, value + b"\0", len(value) + 1)
        function = self._library[symbol]
        function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        function(ctypes.byref(this), ctypes.byref(text), transaction)
        made = ctypes.string_at(text.data, text.length)
        if text.data != local:
            self._c.free(text.data)
        return made

    def transaction(self, rules: str) -> int:
        """A transaction under `rules` (SecLang), for transformations that look at settings."""
        engine = ctypes.c_void_p(self._library.msc_init())
        loaded = ctypes.c_void_p(self._library.msc_create_rules_set())
        fault = ctypes.c_char_p()
        done = self._library.msc_rules_add(loaded, rules.encode(), ctypes.byref(fault))
        assert done >= 0, fault.value
        begun = self._library.msc_new_transaction(engine, loaded, None)
        assert isinstance(begun, int)
        return begun

    def sqli(self, value: bytes) -> str | None:
        """libinjection's fingerprint of an injection into SQL; None for anything else."""
        fingerprint = ctypes.create_string_buffer(16)
        size = ctypes.c_size_t(len(value))
        found = self._library.libinjection_sqli(value, size, fingerprint)
        return fingerprint.value.decode() if found == 1 else None

    def fingerprint(self, value: bytes, *, mysql: bool, quote: bytes) -> str:
        """The kinds of the folded tokens of `value`, read as if behind `quote`."""
        flags = {b"": 1, b"'": 2, b'"': 4}[quote] | (16 if mysql else 8)
        state = ctypes.create_string_buffer(4096)
        make = self._library.libinjection_sqli_fingerprint
        make.restype = ctypes.c_char_p
        self._library.libinjection_sqli_init(state, value, ctypes.c_size_t(len(value)), flags)
        made: bytes = make(state, flags)
        return made.decode("latin-1")

    def xss(self, value: bytes) -> bool:
        """What libinjection says about an injection into HTML."""
        return bool(self._library.libinjection_xss(value, ctypes.c_size_t(len(value))) == 1)


@functools.cache
def library() -> Library:
    """The library of the wheel; the test is skipped without it."""
    return Library(library_path())


def library_path() -> Path:
    """Where it lies, with what it needs itself loaded; the test is skipped without it."""
    try:
        found = importlib.metadata.distribution("libmodsecurity")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("needs the PyPI package libmodsecurity")
    if found.version != VERSION:
        pytest.skip(f"needs libmodsecurity {VERSION}, finds {found.version}")
    # Its `__init__` loads what the library itself needs.
    __import__("libmodsecurity")
    paths = [file for file in found.files or () if file.name.startswith("libmodsecurity-")]
    return Path(str(found.locate_file(paths[0])))
