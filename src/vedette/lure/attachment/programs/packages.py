"""Installers and program packages: MSI, MSIX, JAR, APK, compiled help.

Source: the formats' own signature parts: the MSI stream \\x05DigitalSignature, AppxSignature.p7x,
META-INF/*.RSA.
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.documents.package import Package
from vedette.lure.attachment.programs import disguise
from vedette.lure.attachment.programs.commands import acts, line_at

MANIFEST = 64 * 1024
"""Bytes read of a manifest."""
_TITLE, _SUBJECT, _AUTHOR = 2, 3, 4


def inspect_msi(data: bytes, context: Context) -> None:
    """Note an installer's subject, author and whether it is signed.

    Raises:
        Unreadable: the compound file can't be read.
    """
    compound = Compound(data, context.budget, context.unseen)
    context.facts["signed"] = "yes" if "\x05DigitalSignature" in compound else "no"
    summary = compound.read("\x05SummaryInformation", MANIFEST)
    try:
        said = _properties(summary)
    except struct.error:
        said = {}
    if said.get(_SUBJECT):
        context.facts["product"] = said[_SUBJECT]
    if said.get(_AUTHOR):
        context.facts["company"] = said[_AUTHOR]
    disguise.judge(context)


def inspect_zip_program(data: bytes, context: Context) -> None:
    """Note whether a JAR, APK or MSIX is signed, and hand its native programs back.

    Raises:
        Unreadable: no part can be read.
    """
    package = Package(data, context)
    signatures = package.having("appxsignature.p7x", ".rsa", ".dsa", ".ec")
    context.facts["signed"] = "yes" if signatures else "no"
    manifest = package.read("META-INF/MANIFEST.MF", MANIFEST).decode("utf-8", "replace")
    if main := re.search(r"^Main-Class:\s*(\S{1,200})", manifest, re.M):
        context.facts["main"] = main[1]
    disguise.judge(context)


def inspect_chm(data: bytes, context: Context) -> None:
    """Say that compiled help holds a command, where its text is not compressed.

    Raises:
        Unreadable: it is no compiled help.
    """
    if data[:4] != b"ITSF":
        raise Unreadable("damaged: no header of compiled help")
    lower = data.lower()
    if b"hhctrl" in lower or b"shortcut" in lower:
        found = [act for act in acts(data) if act.name != "hidden"]
        if found:
            shown = line_at(data, found[0].start)
            context.sign("lnk_runs_shell", shown, started_by="compiled help", acts=found[0].name)
    disguise.judge(context)


def _properties(raw: bytes) -> dict[int, str]:
    """Text properties of a property set stream (MS-OLEPS 2.20, 2.21)."""
    if len(raw) < 48:
        return {}
    (start,) = struct.unpack_from("<I", raw, 44)
    _, count = struct.unpack_from("<2I", raw, start)
    found: dict[int, str] = {}
    for index in range(min(count, 64)):
        identity, offset = struct.unpack_from("<2I", raw, start + 8 + index * 8)
        kind, size = struct.unpack_from("<2I", raw, start + offset)
        if kind == 0x1E:
            text = raw[start + offset + 8 : start + offset + 8 + min(size, 512)]
            found[identity] = text.partition(b"\0")[0].decode("cp1252", "replace")
    return found
