"""Rule files as text, and what they say as the bytes that requests are compared with.

Rule files are UTF-8. Bytes that are not are kept as lone surrogates (PEP 383), so that every
pattern reaches the operators byte for byte.
"""

from __future__ import annotations


def readable(content: bytes) -> str:
    """A rule file's content, or a part of one, as text."""
    return content.decode("utf-8", "surrogateescape")


def raw(text: str) -> bytes:
    """The bytes that `text` had in the rule file."""
    return text.encode("utf-8", "surrogateescape")
