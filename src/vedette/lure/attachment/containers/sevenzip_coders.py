"""The methods of 7z that the standard library can undo, and its encryption.

Sources: 7zFormat.txt and Methods.txt of the LZMA SDK; the key derivation as in 7-Zip's 7zAes.
"""

from __future__ import annotations

import bz2
import hashlib
import lzma
import struct
from collections.abc import Iterator

from vedette.lure.attachment.containers.content import Decompressor, decompressed
from vedette.lure.attachment.containers.deflate import inflated
from vedette.lure.attachment.containers.sevenzip_header import Coder
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

AES = b"\x06\xf1\x07\x01"
_COPY, _DELTA, _LZMA, _LZMA2 = b"\x00", b"\x03", b"\x03\x01\x01", b"\x21"
_DEFLATE, _BZIP2, _ZSTD = b"\x04\x01\x08", b"\x04\x02\x02", b"\x04\xf7\x11\x01"
_BRANCHES = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x07": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x08": lzma.FILTER_ARMTHUMB,
}
_DICTIONARY = 128 << 20
_CYCLES = 20
"""Rounds of the key derivation as a power of two; 7-Zip uses 19."""
_BLOCK = 1 << 16


class NoReader(Unreadable):
    """A method that is not read here."""


def decoded(coder: Coder, data: bytes, size: int, key: bytes, budget: Budget) -> bytes:
    """What one coder makes of its input; `size` bytes. Raises Unreadable, LimitReached."""
    if coder.method == AES:
        return _decrypted(coder, data, key)[:size]
    if coder.method == _COPY:
        return data[:size]
    if coder.method in _BRANCHES or coder.method == _DELTA:
        return _filtered(coder, data)[:size]
    parts: list[bytes] = []
    left = size
    for chunk in _chunks(coder, data, size):
        budget.time()
        parts.append(chunk[:left])
        left -= len(chunk)
        if left <= 0:
            break
    if left > 0:
        raise Unreadable("damaged: a stream ends early")
    return b"".join(parts)


def _chunks(coder: Coder, data: bytes, size: int) -> Iterator[bytes]:
    properties = coder.properties
    if coder.method == _LZMA and len(properties) == 5:
        _bounded(int.from_bytes(properties[1:5], "little"))
        # The header of the old format tells the decoder where the content ends.
        head = properties + struct.pack("<Q", size)
        return decompressed(lzma.LZMADecompressor(lzma.FORMAT_ALONE), head + data)
    if coder.method == _LZMA2 and len(properties) == 1 and properties[0] <= 40:
        bits = properties[0]
        dictionary = 0xFFFFFFFF if bits == 40 else (2 | bits & 1) << bits // 2 + 11
        _bounded(dictionary)
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": dictionary}]
        stream = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
        return decompressed(stream, data)
    if coder.method == _DEFLATE:
        return inflated(data)
    if coder.method == _BZIP2:
        return decompressed(bz2.BZ2Decompressor(), data)
    if coder.method == _ZSTD:
        from vedette.lure.attachment.containers.streams import zstandard

        found: Decompressor = zstandard()
        return decompressed(found, data)
    raise NoReader(f"not inspected: packed by a method without a reader ({coder.method.hex()})")


def _bounded(dictionary: int) -> None:
    if dictionary > _DICTIONARY:
        raise Unreadable(f"not inspected: a dictionary of {dictionary >> 20} MB")


def _filtered(coder: Coder, data: bytes) -> bytes:
    """Branch and delta filters. liblzma offers them only in front of a decoder, so the data are
    dressed as LZMA2 that is not compressed."""
    dressed = bytearray()
    for at in range(0, len(data), _BLOCK):
        piece = data[at : at + _BLOCK]
        dressed += struct.pack(">BH", 2 if at else 1, len(piece) - 1) + piece
    dressed.append(0)
    if coder.method == _DELTA:
        distance = coder.properties[0] + 1 if coder.properties else 1
        first = {"id": lzma.FILTER_DELTA, "dist": distance}
    else:
        first = {"id": _BRANCHES[coder.method]}
    filters = [first, {"id": lzma.FILTER_LZMA2, "dict_size": _BLOCK}]
    stream = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    return b"".join(decompressed(stream, bytes(dressed)))


def key_of(word: str, coder: Coder, budget: Budget) -> bytes:
    """The key that a password makes. Raises Unreadable, LimitReached."""
    cycles, salt, _ = _described(coder)
    secret = salt + word.encode("utf-16-le", "surrogatepass")
    if cycles == 0x3F:
        return secret[:32].ljust(32, b"\x00")
    if cycles > _CYCLES:
        raise Unreadable(f"not inspected: a key of 2^{cycles} rounds")
    # One buffer holds the secret and a counter many times; from block to block only the upper
    # bytes of the counters change.
    rounds = 1 << cycles
    count = min(rounds, _BLOCK)
    step = len(secret) + 8
    buffer = bytearray((secret + bytes(8)) * count)
    low = len(secret)
    buffer[low::step] = bytes(index & 0xFF for index in range(count))
    buffer[low + 1 :: step] = bytes(index >> 8 for index in range(count))
    digest = hashlib.sha256()
    for block in range(rounds // count):
        budget.time()
        buffer[low + 2 :: step] = bytes([block]) * count
        digest.update(buffer)
    return digest.digest()


def _described(coder: Coder) -> tuple[int, bytes, bytes]:
    raw = coder.properties
    if not raw:
        raise Unreadable("damaged: the encryption is not described")
    first, second = raw[0], raw[1] if len(raw) > 1 else 0
    salt_size = (first >> 7) + (second >> 4)
    start = (first >> 6 & 1) + (second & 15)
    salt = raw[2 : 2 + salt_size]
    return first & 0x3F, salt, raw[2 + salt_size : 2 + salt_size + start]


def _decrypted(coder: Coder, data: bytes, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if not key:
        raise Unreadable("encrypted")
    _, _, vector = _described(coder)
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector.ljust(16, b"\x00")))
    decryptor = cipher.decryptor()
    return decryptor.update(data[: len(data) & ~15])
