"""Text that is not UTF-8: found by its mark or its zeros, read as UTF-8."""

from __future__ import annotations

import codecs

from vedette.model.errors import UnreadableError
from vedette.model.value import clean
from vedette.sources.stream import ByteStream

UTF8_MARK = codecs.BOM_UTF8


def encoding_of(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` where these first bytes are that, by mark or evidently (every
    other byte of the first is zero, as in English text); `utf-8-sig` for marked UTF-8; None
    for anything else."""
    if head.startswith(UTF8_MARK):
        return "utf-8-sig"
    if head.startswith(codecs.BOM_UTF16_LE) and not head.startswith(codecs.BOM_UTF32_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = head[:1024]
    if len(sample) >= 8:
        even, odd = sample[0::2], sample[1::2]
        if odd.count(0) > 0.9 * len(odd) and even.count(0) < 0.1 * len(even):
            return "utf-16-le"
        if even.count(0) > 0.9 * len(even) and odd.count(0) < 0.1 * len(odd):
            return "utf-16-be"
    return None


class WithoutMark:
    """A stream less its first three bytes, the UTF-8 mark."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._left = len(UTF8_MARK)

    def read(self, size: int, /) -> bytes:
        while self._left:
            mark = self._stream.read(self._left)
            if not mark:
                return b""
            self._left -= len(mark)
        return self._stream.read(size)


class Transcoded:
    """A UTF-16 stream read as UTF-8, without its mark.

    Lone surrogates become U+FFFD. What is no UTF-16 at all (an odd last byte) becomes U+FFFD
    too, and `read` raises UnreadableError once everything has been given out.
    """

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._fresh = True
        self._done = False
        self._fault: str = ""

    def read(self, size: int, /) -> bytes:
        while not self._done:
            # one UTF-16 unit is at most three bytes of UTF-8
            data = self._stream.read(max(size // 2, 2))
            self._done = not data
            text = self._decode(data)
            if self._fresh and text:
                self._fresh, text = False, text.removeprefix("\ufeff")
            if text:
                return clean(text).encode()
        if self._fault:
            fault, self._fault = self._fault, ""
            raise UnreadableError(fault)
        return b""

    def _decode(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            self._fault = f"damaged {self._encoding} text ({error.reason})"
            pending, _ = self._decoder.getstate()
            self._decoder.reset()
            return (pending + data).decode(self._encoding, "replace")
