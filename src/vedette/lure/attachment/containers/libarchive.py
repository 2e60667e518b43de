"""Archives that the system's libarchive unpacks: RAR, CAB, LHA, 7z, cpio, ar, xar and others.

Its C functions are called directly; nothing is written anywhere. Source: archive_read(3),
archive_entry(3) of libarchive 3.
"""

from __future__ import annotations

import ctypes
from collections.abc import Container, Iterator
from functools import cache
from typing import Any

from vedette.lure.attachment.containers.content import CHUNK, take
from vedette.lure.attachment.containers.paths import leads_out
from vedette.lure.attachment.context import Context, Unreadable

MISSING = "could not be inspected: libarchive is missing (Debian: libarchive13)"

_END, _OK, _WARN = 1, 0, -20
_REGULAR, _LINK, _FOLDER, _KIND = 0o100000, 0o120000, 0o040000, 0o170000
_FORMATS = ("rar", "rar5", "7zip", "cab", "lha", "cpio", "ar", "xar", "zip", "iso9660")
_FILTERS = ("compress", "lzip", "lzma", "xz", "gzip", "bzip2", "uu", "lz4", "zstd")


@cache
def library() -> ctypes.CDLL | None:
    """libarchive with the types of what is called here; None where it is not installed."""
    for name in ("libarchive.so.13", "libarchive.so"):
        try:
            found = ctypes.CDLL(name)
        except OSError:
            continue
        pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        found.archive_read_new.restype = pointer
        found.archive_read_open_memory.argtypes = (pointer, text, ctypes.c_size_t)
        found.archive_read_next_header.argtypes = (pointer, ctypes.POINTER(pointer))
        found.archive_read_data.argtypes = (pointer, pointer, ctypes.c_size_t)
        found.archive_read_data.restype = ctypes.c_ssize_t
        found.archive_read_free.argtypes = (pointer,)
        found.archive_error_string.argtypes = (pointer,)
        found.archive_error_string.restype = text
        found.archive_entry_pathname_utf8.argtypes = (pointer,)
        found.archive_entry_pathname_utf8.restype = text
        found.archive_entry_pathname.argtypes = (pointer,)
        found.archive_entry_pathname.restype = text
        found.archive_entry_size.argtypes = (pointer,)
        found.archive_entry_size.restype = ctypes.c_int64
        found.archive_entry_filetype.argtypes = (pointer,)
        found.archive_entry_filetype.restype = ctypes.c_uint
        found.archive_entry_is_encrypted.argtypes = (pointer,)
        for function in _support(found, raw=True):
            function.argtypes = (pointer,)
            function.restype = number
        return found
    return None


def _support(found: ctypes.CDLL, *, raw: bool) -> Iterator[Any]:
    """The functions that switch formats and filters on; filters that start programs stay off."""
    names = [f"archive_read_support_filter_{name}" for name in _FILTERS]
    names += [f"archive_read_support_format_{name}" for name in _FORMATS]
    names += ["archive_read_support_format_raw"] if raw else []
    for name in names:
        function = getattr(found, name, None)
        if function is not None:
            yield function


def inspect(data: bytes, context: Context) -> None:
    """Every regular file of an archive. Raises Unreadable, LimitReached."""
    take_all(data, context, raw=False)


def stream(data: bytes, context: Context) -> None:
    """A compressed stream of one file that the standard library does not read."""
    take_all(data, context, raw=True)


def take_all(
    data: bytes,
    context: Context,
    *,
    raw: bool = False,
    encrypted: str = "",
    closed_too: bool = True,
    only: Container[str] | None = None,
) -> None:
    """See `inspect`.

    `raw` takes a stream without an archive in it for one file, too. `encrypted` is how what comes
    out was before. Without `closed_too`, encrypted members are passed over. `only` names the
    members that are wanted.
    """
    found = library()
    if found is None:
        raise Unreadable(MISSING)
    archive = found.archive_read_new()
    if not archive:
        raise MemoryError
    try:
        for support in _support(found, raw=raw):
            support(archive)
        if found.archive_read_open_memory(archive, data, len(data)) not in (_OK, _WARN):
            raise Unreadable(_damage(found, archive))
        for name, size, locked in _entries(found, archive, context):
            if only is not None and name not in only:
                continue
            if locked and closed_too:
                _closed(context, name, size)
            elif not locked:
                chunks = _chunks(found, archive)
                take(context, name, chunks, packed=len(data), declared=size, encrypted=encrypted)

    finally:
        found.archive_read_free(archive)


def _entries(found: ctypes.CDLL, archive: int, context: Context) -> Iterator[tuple[str, int, bool]]:
    """Name and size of every regular file, and whether it is encrypted."""
    entry = ctypes.c_void_p()
    while True:
        context.budget.time()
        result = found.archive_read_next_header(archive, ctypes.byref(entry))
        if result == _END:
            return
        if result not in (_OK, _WARN):
            raise Unreadable(_damage(found, archive))
        name = _name(found, entry)
        kind = found.archive_entry_filetype(entry) & _KIND
        if kind == _FOLDER:
            continue
        if leads_out(name):
            context.sign("container_ambiguous", name, why="a name that leads out of the folder")
        if kind in (_REGULAR, 0):
            size = max(0, found.archive_entry_size(entry))
            yield name, size, found.archive_entry_is_encrypted(entry) > 0
        else:
            why = "a member that is a symbolic link" if kind == _LINK else "a device or a pipe"
            context.sign("container_ambiguous", name, why=why)


def _closed(context: Context, name: str, size: int) -> None:
    """A member whose content is encrypted and stays so."""
    context.sign("archive_encrypted")
    context.encrypted = context.encrypted or "closed"
    context.listed(name, size, "encrypted: no reader for the encryption of this format", "closed")


def _chunks(found: ctypes.CDLL, archive: int) -> Iterator[bytes]:
    buffer = ctypes.create_string_buffer(CHUNK)
    while True:
        size = found.archive_read_data(archive, buffer, CHUNK)
        if size == 0:
            return
        if size < 0:
            raise Unreadable(_damage(found, archive))
        yield buffer.raw[:size]


def _name(found: ctypes.CDLL, entry: ctypes.c_void_p) -> str:
    raw: bytes | None = found.archive_entry_pathname_utf8(entry)
    if raw is None:
        # not a name in the locale's encoding: the bytes as they are
        raw = found.archive_entry_pathname(entry)
    return (raw or b"data").decode("utf-8", "surrogateescape")


def _damage(found: ctypes.CDLL, archive: int) -> str:
    said: bytes | None = found.archive_error_string(archive)
    text = (said or b"the archive can't be read").decode("utf-8", "replace")
    return f"damaged: {text}"
