"""Tar archives of every dialect that the standard library reads."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import IO

from vedette.lure.attachment.containers.content import CHUNK, take
from vedette.lure.attachment.containers.paths import leads_out
from vedette.lure.attachment.context import Context, LimitReached, Unreadable

_DAMAGE = (tarfile.TarError, ValueError, OverflowError, EOFError, OSError, IndexError, TypeError)
"""What tarfile raises on headers that were made to break it."""


def inspect(data: bytes, context: Context) -> None:
    """Every regular file of a tar archive; links and devices by name."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            seen: set[str] = set()
            for member in _members(archive, context):
                _member(archive, member, seen, context)
    except _DAMAGE as error:
        if isinstance(error, LimitReached | Unreadable):
            raise
        raise Unreadable(f"damaged: {error}") from error


def _members(archive: tarfile.TarFile, context: Context) -> Iterator[tarfile.TarInfo]:
    while True:
        context.budget.time()
        member = archive.next()
        if member is None:
            return
        yield member


def _member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, seen: set[str], context: Context
) -> None:
    name = member.name
    if leads_out(name):
        context.sign("container_ambiguous", name, why="a name that leads out of the folder")
    if member.issym() or member.islnk():
        target = member.linkname
        if leads_out(target):
            why = f"a link that leads out of the folder: {target}"
            context.sign("container_ambiguous", name, why=why)
        return
    if member.isdir():
        return
    if not member.isreg():
        context.listed(name, 0, "not inspected: a device or a pipe")
        return
    if name in seen:
        context.sign("container_ambiguous", name, why="two members of one name")
    seen.add(name)
    content = archive.extractfile(member)
    assert content is not None  # a regular file has content
    # A sparse member's holes cost nothing in the archive.
    sparse: list[tuple[int, int]] | None = getattr(member, "sparse", None)
    packed = sum(size for _, size in sparse) if sparse else member.size
    take(context, name, _chunks(content, member.size), packed=packed, declared=member.size)


def _chunks(content: IO[bytes], size: int) -> Iterator[bytes]:
    got = 0
    while got < size:
        try:
            chunk = content.read(min(CHUNK, size - got))
        except _DAMAGE as error:
            raise Unreadable(f"damaged: {error}") from error
        if not chunk:
            raise Unreadable("damaged: it ends early")
        got += len(chunk)
        yield chunk
