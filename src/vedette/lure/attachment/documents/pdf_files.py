"""Files embedded in a PDF. Source: ISO 32000-2, 7.11.3 and 7.11.4."""

from __future__ import annotations

from vedette.lure.attachment import kinds
from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.pdf_file import Body, PdfFile
from vedette.lure.attachment.documents.pdf_objects import Object, Reference, text_of
from vedette.lure.attachment.documents.targets import PROGRAMS

FILES = 100
"""Files handed back of one document."""

_ORDINARY = kinds.PICTURES | kinds.MEDIA | {"text", "csv", "json", "xml", "pdf", "font", "empty"}
"""What invoices, measurements and portfolios carry."""


def carried(file: PdfFile, holders: list[Body], context: Context) -> None:
    """Hand back embedded files; say the sign of those that are no plain data."""
    names: dict[int, str] = {}
    for body in holders:
        for found in _specifications(file.value(body)):
            held = file.resolve(found.get("EF"))
            if isinstance(held, dict):
                name = text_of(file.resolve(found.get("UF"))) or text_of(
                    file.resolve(found.get("F"))
                )
                for reference in held.values():
                    if isinstance(reference, Reference):
                        names.setdefault(reference.number, name)
    for body in holders:
        if b"/EmbeddedFile" in body.text and body.end:
            names.setdefault(body.number, f"file{body.number}")
    if len(names) > FILES:
        context.unseen(f"over {FILES} embedded files; the rest were not read")
    for number, name in list(names.items())[:FILES]:
        holder = file.body(Reference(number, 0))
        if holder is None or not holder.end:
            continue
        content = file.stream(holder)
        if not content:
            continue
        child = context.member(name or f"file{number}", content)
        _judge(child.kind, name, number, context)


def _judge(kind: str, name: str, number: int, context: Context) -> None:
    extension = name.rpartition(".")[2].lower()
    runs = kind in kinds.PROGRAMS | kinds.SCRIPTS | kinds.SHORTCUTS | kinds.DISKS
    if runs or extension in PROGRAMS:
        context.sign("pdf_embedded_program", name, kind=kind, object=str(number))
    elif kind not in _ORDINARY:
        context.sign("pdf_embedded_file", name, kind=kind, object=str(number))


def _specifications(value: Object) -> list[dict[str, Object]]:
    """Dictionaries with an EF in `value`, at any depth."""
    found: list[dict[str, Object]] = []
    waiting: list[Object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "EF" in item:
                found.append(item)
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return found
