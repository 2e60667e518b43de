"""Objects in OLE storages: packaged files, links to elsewhere, the old equation editor.

Source: MS-OLEDS 2.3.3 (OLEStream), 2.3.6 (native data); the package's layout as Windows writes it.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents.targets import PROGRAMS, target
from vedette.lure.attachment.kinds import PROGRAMS as RUNNING
from vedette.lure.attachment.kinds import SCRIPTS, SHORTCUTS

NAME = 1024
"""Bytes of a name in a package; Windows allows 260 characters."""

_WIDE_URL = re.compile(
    rb"(?:[hH]\0[tT]\0[tT]\0[pP]\0|\\\0\\\0|[sS]\0[cC]\0[rR]\0[iI]\0[pP]\0[tT]\0:\0)(?:[!-~]\0){3,1000}"
)
_NARROW_URL = re.compile(rb"(?:https?://|\\\\|script:)[!-~]{3,1000}", re.I)


class Packaged(NamedTuple):
    """A file that the packager put into a document."""

    label: str
    path: str
    data: bytes


def packaged(native: bytes) -> Packaged:
    """The file in an Ole10Native stream.

    Raises:
        Unreadable: it is no package (other servers keep other things in that stream).
    """
    try:
        size, flags = struct.unpack_from("<IH", native, 0)
        if flags != 2 or size < 12:
            raise Unreadable("no package in the native data")
        label, place = _name(native, 6)
        path, place = _name(native, place)
        kind, _ = struct.unpack_from("<HH", native, place)
        if kind not in (3, 1):
            raise Unreadable("a packaged link")
        (length,) = struct.unpack_from("<I", native, place + 4)
        place += 8 + min(length, NAME)
        (count,) = struct.unpack_from("<I", native, place)
    except struct.error as error:
        raise Unreadable("damaged: a packaged file is cut short") from error
    return Packaged(label, path, native[place + 4 : place + 4 + count])


def carried(native: bytes, where: str, context: Context) -> None:
    """Hand back the file of an Ole10Native stream; say `ole_embedded_program` where it runs."""
    try:
        file = packaged(native)
    except Unreadable as error:
        if native[4:6] == b"\2\0":
            context.unseen(str(error))
        elif len(native) > 4:
            embedded(f"{where}.bin", native[4:], where, context)
        return
    name = re.split(r"[\\/]", file.label or file.path)[-1] or "packaged"
    embedded(name, file.data, where, context)


def embedded(name: str, data: bytes, where: str, context: Context) -> None:
    """Hand back an embedded file and say `ole_embedded_program` where it runs or leads to one."""
    child = context.member(name, data)
    extension = name.rpartition(".")[2].strip().lower()
    if child.kind in RUNNING | SCRIPTS | SHORTCUTS or extension in PROGRAMS:
        context.sign("ole_embedded_program", name, kind=child.kind, part=where)


def linked(stream: bytes, where: str, context: Context) -> None:
    """Say `external_link` of an OLE stream (`\\x01Ole`) whose object lies on another machine."""
    if len(stream) < 8 or not stream[4] & 1:
        return
    for found in _WIDE_URL.finditer(stream):
        if _link(found.group().decode("utf-16-le"), found, where, context):
            return
    for found in _NARROW_URL.finditer(stream):
        if _link(found.group().decode("ascii"), found, where, context):
            return


def _link(url: str, found: re.Match[bytes], where: str, context: Context) -> bool:
    place = target(url)
    if not place.remote and place.scheme != "script":
        return False
    context.url(url)
    context.sign("external_link", url, *found.span(), type="OLE link", host=place.host, part=where)
    return True


def equation(native: bytes, where: str, context: Context) -> None:
    """Say `rtf_object` where a font's name in an equation is longer than its editor's buffer.

    Source: MTEF 3, the FONT record; the editor copies the name into 40 bytes (CVE-2017-11882,
    CVE-2018-0802).
    """
    start = native.find(b"\x03\x01\x01\x03", 0, 64)
    if start < 0:
        return
    # FONT: tag 8, typeface, style, name with a zero at its end. Honest names are 31 at most.
    found = re.search(rb"\x08[\x00-\xff][\x00-\xff]([^\x00]{40,})", native[start + 5 : start + 600])
    if found:
        context.sign(
            "rtf_object",
            "FONT record",
            start,
            start + 5,
            length=str(len(found[1])),
            part=where,
        )


def _name(data: bytes, place: int) -> tuple[str, int]:
    end = data.find(b"\0", place, place + NAME)
    if end < 0:
        raise Unreadable("damaged: a packaged file's name has no end")
    return data[place:end].decode("cp1252", "replace"), end + 1
