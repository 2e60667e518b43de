"""Windows shortcuts: where they lead, with which arguments, under which picture.

Source: MS-SHLLINK 2.1 (header), 2.2 (IDList), 2.3 (LinkInfo), 2.4 (StringData), 2.5 (ExtraData).
"""

from __future__ import annotations

import re
import struct

import msgspec

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents.targets import target
from vedette.lure.attachment.programs.commands import SHELLS, acts

STRING = 32_767
"""Characters of a string; Windows runs 8,191 of them and lures pad with the rest."""

_HEADER = struct.Struct("<I16sII24xIiIH10x")
_IDLIST, _INFO, _NAME, _RELATIVE, _WORKING, _ARGUMENTS, _ICON, _UNICODE = (
    1 << bit for bit in range(8)
)
_ENVIRONMENT, _ICON_ENVIRONMENT = 0xA0000001, 0xA0000007
_DOCUMENT_ICON = re.compile(
    r"\.(?:pdf|docx?|rtf|xlsx?|pptx?|txt|jpe?g|png)\b|acrord32|acrobat|winword|wordicon|"
    r"excel|powerpnt|xlicons|pptico|notepad|msedge|chrome|wordpad|foxit|sumatra|"
    r"imageres\.dll|shell32\.dll",
    re.I,
)
_PADDING = re.compile(r"[\s\u00a0\u200b-\u200f]{64,}")


class Shortcut(msgspec.Struct):
    """What a shortcut says; "" where it says nothing. `target` is the program or file."""

    target: str = ""
    name: str = ""
    relative: str = ""
    working: str = ""
    arguments: str = ""
    icon: str = ""
    shown: int = 1
    extra: int = 0
    """Bytes behind the shortcut's own end."""


def inspect(data: bytes, context: Context) -> None:
    """Say that a shortcut is here and what it starts.

    Raises:
        Unreadable: the header is damaged.
    """
    found = read(data)
    command = f"{found.target or found.relative} {_PADDING.sub(' ', found.arguments)}".strip()
    hides = "yes" if found.shown == 7 or _PADDING.search(found.arguments) else "no"
    context.sign(
        "lnk_file",
        command,
        target=found.target or found.relative,
        icon=found.icon,
        hides=hides,
    )
    runs = _shell(found)
    if runs:
        context.sign(
            "lnk_runs_shell",
            command,
            started=runs,
            acts=", ".join(act.name for act in acts(command.encode("utf-8", "replace"))),
            icon="of a document" if _DOCUMENT_ICON.search(found.icon) else found.icon,
        )
    for url in re.findall(r"https?://[^\s\"'<>|)]{3,500}", found.arguments)[:20]:
        context.url(url)
    place = target(found.target)
    if place.remote:
        context.url(found.target)
        context.sign("external_link", found.target, type="shortcut", host=place.host)
    if found.extra > 64:
        held = data[-found.extra :]
        context.member("appended", held)


def _shell(found: Shortcut) -> str:
    last = re.split(r"[\\/]", found.target or found.relative)[-1]
    started = SHELLS.fullmatch(last.strip()) or SHELLS.fullmatch(last.rpartition(".")[0].strip())
    if started:
        # Explorer and a terminal alone are what desktops are full of.
        if last.lower().startswith(("explorer", "control")) and not found.arguments.strip():
            return ""
        return started.group()
    within = SHELLS.search(found.arguments)
    return within.group() if within and acts(found.arguments.encode("utf-8", "replace")) else ""


def read(data: bytes) -> Shortcut:
    """The fields of a shortcut; a damaged one's as far as they go.

    Raises:
        Unreadable: the header is damaged.
    """
    if len(data) < _HEADER.size or data[:4] != b"\x4c\0\0\0":
        raise Unreadable("damaged: no header of a shortcut")
    _, _, flags, _, _, _, shown, _ = _HEADER.unpack_from(data, 0)
    found = Shortcut(shown=shown)
    try:
        place = _read(data, flags, found)
    except (struct.error, IndexError):
        return found
    found.extra = max(len(data) - place, 0)
    return found


def _read(data: bytes, flags: int, found: Shortcut) -> int:
    place = 76
    if flags & _IDLIST:
        (size,) = struct.unpack_from("<H", data, place)
        found.target = _items(data[place + 2 : place + 2 + size])
        place += 2 + size
    if flags & _INFO:
        (size,) = struct.unpack_from("<I", data, place)
        found.target = _info(data[place : place + size]) or found.target
        place += max(size, 4)
    for bit, field in (
        (_NAME, "name"),
        (_RELATIVE, "relative"),
        (_WORKING, "working"),
        (_ARGUMENTS, "arguments"),
        (_ICON, "icon"),
    ):
        if flags & bit:
            (count,) = struct.unpack_from("<H", data, place)
            size = count * (2 if flags & _UNICODE else 1)
            raw = data[place + 2 : place + 2 + size]
            setattr(
                found, field, raw.decode("utf-16-le" if flags & _UNICODE else "cp1252", "replace")
            )
            place += 2 + size
    for _ in range(32):
        (size,) = struct.unpack_from("<I", data, place)
        if size < 4:
            return place + 4
        (signature,) = struct.unpack_from("<I", data, place + 4)
        if signature in (_ENVIRONMENT, _ICON_ENVIRONMENT) and size >= 0x314:
            wide = data[place + 268 : place + 788].decode("utf-16-le", "replace")
            text = wide.partition("\0")[0] or _zero_ended(data, place + 8, 260)
            if signature == _ENVIRONMENT:
                found.target = found.target or text
            else:
                found.icon = found.icon or text
        place += size
    return place


def _items(raw: bytes) -> str:
    """A path put together from the shell items of an IDList (drives, files, folders, URLs)."""
    parts: list[str] = []
    place = 0
    while place + 3 <= len(raw) and len(parts) < 64:
        (size,) = struct.unpack_from("<H", raw, place)
        if size < 3:
            break
        item = raw[place : place + size]
        kind = item[2] & 0x70
        if kind == 0x20:
            parts.append(item[3:].split(b"\0")[0].decode("cp1252", "replace").rstrip("\\"))
        elif kind == 0x30:
            parts.append(_file_item(item))
        elif kind == 0x40 and len(item) > 5:
            parts.append(item[5:].split(b"\0")[0].decode("cp1252", "replace"))
        elif item[2] == 0x61:
            url = re.search(rb"(?:h\0t\0t\0p\0(?:[!-~]\0)+)|https?://[!-~]+", item)
            if url:
                parts.append(url.group().replace(b"\0", b"").decode("ascii", "replace"))
        place += size
    return "\\".join(part for part in parts if part)


def _file_item(item: bytes) -> str:
    short = item[14:].split(b"\0")[0].decode("cp1252", "replace")
    # The long name is in the extension block BEEF0004, in UTF-16.
    at = item.find(b"\x04\0\xef\xbe")
    if at >= 4:
        for found in re.finditer(
            rb"(?:[^\0]\0|[\0-\xff][\x01-\xff]){3,260}?(?=\0\0)", item[at + 14 :]
        ):
            text = found.group().decode("utf-16-le", "replace")
            if text.isprintable():
                return text
    return short


def _info(raw: bytes) -> str:
    if len(raw) < 28:
        return ""
    head, flags, _, local, network, suffix = struct.unpack_from("<6I", raw, 4)
    path = ""
    if flags & 1:
        if head >= 0x24 and len(raw) >= 36:
            (wide,) = struct.unpack_from("<I", raw, 28)
            path = raw[wide : wide + 2 * STRING].decode("utf-16-le", "replace").partition("\0")[0]
        path = path or _zero_ended(raw, local, STRING)
    elif flags & 2 and network + 20 <= len(raw):
        (name,) = struct.unpack_from("<I", raw, network + 8)
        path = _zero_ended(raw, network + name, STRING)
        path += "\\"
    rest = _zero_ended(raw, suffix, STRING) if 0 < suffix < len(raw) else ""
    return path + rest if rest and not path.endswith(rest) else path.rstrip("\\")


def _zero_ended(raw: bytes, place: int, most: int) -> str:
    return raw[place : place + most].partition(b"\0")[0].decode("cp1252", "replace")
