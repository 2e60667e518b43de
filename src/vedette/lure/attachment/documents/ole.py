"""Old Office documents, installers and any other compound file: macros, objects, links.

Source: MS-CFB, MS-DOC, MS-XLS, MS-PPT, MS-OFFCRYPTO 2.3 (encrypted packages).
"""

from __future__ import annotations

import struct

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents import (
    office_lock,
    ole_objects,
    slides_binary,
    vba,
    word_binary,
    workbook_binary,
)
from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.documents.ooxml import CONTROLS

PROJECTS = 16
"""VBA projects read of one file."""
DEFAULT = "VelvetSweatshop"
"""The password that Excel tries by itself: a workbook locked with it opens without a question."""
_HELD = frozenset(("package", "contents", "embeddedodf"))
"""Streams in which servers keep a whole file."""


def inspect(data: bytes, context: Context) -> None:
    """Say what the file does when it is opened, and hand back what it carries.

    Raises:
        Unreadable: the compound file can't be read.
        LimitReached: the message's budget is used up.
    """
    try:
        compound = Compound(data, context.budget, context.unseen)
        inspect_compound(compound, context)
    except (struct.error, IndexError) as error:
        raise Unreadable(f"damaged: {error}") from error


def inspect_compound(compound: Compound, context: Context) -> None:
    """The same for a compound file that is already open."""
    if "EncryptedPackage" in compound:
        _package(compound, context)
    projects(compound, context)
    objects(compound, context)
    if "WordDocument" in compound:
        word_binary.inspect(compound, context)
    if "Workbook" in compound or "Book" in compound:
        workbook_binary.inspect(compound, context)
    if "PowerPoint Document" in compound:
        slides_binary.inspect(compound, context)


def _package(compound: Compound, context: Context) -> None:
    """Open a locked package with a word of the thread, or say that it stays closed."""
    context.sign("archive_encrypted", context.name, kind="document")
    info, package = compound.read("EncryptionInfo"), compound.read("EncryptedPackage")
    word = ""
    try:
        clear, word = office_lock.unlock(info, package, (DEFAULT, *context.words), context.budget)
    except Unreadable as error:
        context.unseen(str(error))
    if word:
        context.encrypted = "opened"
        if word != DEFAULT:
            context.sign("archive_password_in_thread", word)
        context.member("package", clear)
        return
    context.encrypted = "closed"
    context.unseen("encrypted: the document opens with a password only")


def projects(compound: Compound, context: Context) -> None:
    """Read the VBA projects of a compound file."""
    folders = [path[:-3] for path in compound.entries if path.endswith("vba/dir") or path == "dir"]
    for folder in folders[:PROJECTS]:
        streams = {
            path[len(folder) :]: compound.read(path)
            for path in list(compound.entries)
            if path.startswith(folder) and "/" not in path[len(folder) :]
        }
        vba.judge(vba.modules(streams), folder.strip("/"), context)


def objects(compound: Compound, context: Context) -> None:
    """Hand back embedded files and say where objects link to."""
    classes = [("", compound.root_clsid)]
    for path, entry in list(compound.entries.items()):
        context.budget.time()
        name = path.rpartition("/")[2]
        if entry.clsid:
            classes.append((entry.path, entry.clsid))
        if name == "\x01ole10native":
            ole_objects.carried(compound.read(path), entry.path, context)
        elif name == "\x01ole":
            ole_objects.linked(compound.read(path), entry.path, context)
        elif name == "equation native":
            ole_objects.equation(compound.read(path, 4096), entry.path, context)
        elif name in _HELD and (content := compound.read(path)):
            ole_objects.embedded(entry.path.replace("/", "_"), content, entry.path, context)
    for where, identity in classes:
        if identity in CONTROLS and CONTROLS[identity] != "equation editor":
            context.sign("rtf_object", CONTROLS[identity], part=where, clsid=identity)
