"""Word, Excel, PowerPoint and Visio packages: what opens, loads, runs and lies inside.

Parts are read by name and most are never unpacked: a plain document costs its relationships and
its text. Source: ECMA-376 parts 1 and 2; MS-XLSB 2.1.7 for binary workbooks.
"""

from __future__ import annotations

import re

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import fields, outside
from vedette.lure.attachment.documents.markup import any_text, attributes, tags, utf8, word_text
from vedette.lure.attachment.documents.package import Package
from vedette.lure.attachment.documents.relationships import LARGEST, external
from vedette.lure.attachment.documents.targets import words

TEXT = 64 * 1024
"""Characters of text read for the checks of language."""
PART = 4 << 20
"""Bytes read of one XML part: a 300-page thesis has about two million."""
SLIDES = 60
"""Slides and sheets read for text and actions."""

_XML = (".xml", ".rels", ".vml")
_INERT = tuple(
    words(
        ".jpeg .jpg .png .gif .emf .wmf .bmp .tif .tiff .svg .wdp .ico .fntdata .odttf .ttf .jfif "
        ".webp .psmdcp .xaml .mp4 .mp3 .wav .m4a .mov .eot .thmx"
    )
)
_STYLES = ("styles", "fonttable", "numbering", "settings", "websettings", "theme")
"""Parts of a Word package that hold no fields."""
_DATA = re.compile(
    r"printersettings\d*\.bin$|\.(?:key|dat|xsd)$|^xl/(?!embeddings/|vbaproject|.*ole).*\.bin$"
)
"""Parts in forms of their own that neither run nor hold files."""
CONTROLS = {
    "d27cdb6e-ae6d-11cf-96b8-444553540000": "Shockwave Flash",
    "8856f961-340a-11d0-a96b-00c04fd705a2": "web browser",
    "25336920-03f9-11cf-8fd0-00aa00686f13": "HTML document",
    "ae24fdae-03c6-11d1-8b76-0080c744f389": "scriptlet",
    "06290bd3-48aa-11d2-8432-006008c3fbfc": "script moniker",
    "22d6f312-b0f6-11d0-94ab-0080c74c7e95": "media player",
    "0002ce02-0000-0000-c000-000000000046": "equation editor",
}
"""Controls that show or run what they fetch; forms' buttons and boxes are not among them."""


def inspect(data: bytes, context: Context) -> None:
    """Say what the package does when it is opened, and hand back what it carries.

    Raises:
        Unreadable: no part can be read.
        LimitReached: the message's budget is used up.
    """
    package = Package(data, context)
    clickable: set[str] = set()
    for name in package.having(".rels"):
        raw = package.read(name, LARGEST)
        found, fault = external(raw)
        if fault:
            context.unseen(f"{package.names[name]}: {fault}")
        for relationship in found:
            outside.judge(relationship, name, context)
            if relationship.kind == "hyperlink":
                clickable.add(name)
    _word(package, context)
    _sheets(package, context)
    _slides(package, clickable, context)
    _controls(package, context)
    _carried(package, context)


def _word(package: Package, context: Context) -> None:
    for name in package.having(".xml"):
        if not name.startswith("word/") or "/" in name[5:] or name[5:].startswith(_STYLES):
            continue
        xml = utf8(package.read(name, PART))
        for instruction in fields.instructions(xml):
            fields.judge(instruction, name, context)
        if name[5:].startswith(("document", "footnotes")) and (text := word_text(xml, TEXT)):
            context.text(text[:TEXT])


def _sheets(package: Package, context: Context) -> None:
    if "xl/workbook.xml" not in package and "xl/workbook.bin" not in package:
        return
    macros = [name for name in package.having(".xml", ".bin") if "/macrosheets/" in name]
    book = utf8(package.read("xl/workbook.xml", PART)) or package.read("xl/workbook.bin", PART)
    if macros:
        context.sign("vba_macro", macros[0], language="Excel 4.0", modules=str(len(macros)))
        lower = book.lower()
        for name in ("auto_open", "auto_close", "auto_activate"):
            if name.encode() in lower or name.encode("utf-16-le") in lower:
                context.sign("vba_autostart", name, trigger=name, language="Excel 4.0")
    for name in package.having(".xml"):
        if name.startswith("xl/externallinks/"):
            for _, tag, _ in tags(utf8(package.read(name, PART)), "ddeLink"):
                said = attributes(tag)
                service, topic = said.get("ddeService", ""), said.get("ddeTopic", "")
                shown = f"{service}|{topic}"
                fields.dde(service, topic, shown, name, context, automatic=True)
        elif name == "xl/connections.xml":
            _connections(package.read(name, PART), name, context)
    if text := any_text(utf8(package.read("xl/sharedstrings.xml", PART)), TEXT):
        context.text(text[:TEXT])


def _connections(xml: bytes, part: str, context: Context) -> None:
    """Data connections that fetch by themselves: web queries refreshed on opening, commands."""
    text = utf8(xml)
    refreshed = b'refreshOnLoad="1"' in text
    for _, tag, _ in tags(text, "webPr", "dbPr"):
        said = attributes(tag)
        url = said.get("url", "")
        if url and refreshed:
            context.url(url)
            context.sign("external_link", url, type="web query", part=part)


def _slides(package: Package, clickable: set[str], context: Context) -> None:
    slides = [
        name
        for name in package.having(".xml")
        if name.startswith(("ppt/slides/slide", "visio/pages/page"))
    ]
    texts: list[str] = []
    size = 0
    for name in slides[:SLIDES]:
        folder, _, file = name.rpartition("/")
        acts = f"{folder}/_rels/{file}.rels" in clickable
        if size > TEXT and not acts:
            continue
        xml = utf8(package.read(name, PART))
        text = any_text(xml, TEXT)
        size += len(text)
        texts.append(text)
        if b"ppaction://program" in xml or (acts and b"hlinkMouseOver" in xml):
            for kind, tag, start in tags(xml, "hlinkClick", "hlinkMouseOver", "hlinkHover"):
                action = attributes(tag).get("action", "")
                if "program" in action or kind != "hlinkClick":
                    context.sign(
                        "external_link",
                        action or kind,
                        start,
                        start + len(tag),
                        type=kind,
                        part=name,
                    )
    if size:
        context.text("\n".join(texts)[:TEXT])


def _controls(package: Package, context: Context) -> None:
    for name in package.having(".xml"):
        if "/activex/" in name:
            for _, tag, _ in tags(utf8(package.read(name, PART)), "ocx"):
                identity = attributes(tag).get("classid", "").strip("{}").lower()
                if identity in CONTROLS:
                    context.sign("rtf_object", CONTROLS[identity], part=name, clsid=identity)
        elif name.startswith("customui/"):
            for _, tag, _ in tags(utf8(package.read(name, PART)), "customUI"):
                loaded = attributes(tag).get("onLoad", "")
                if loaded and package.having("vbaproject.bin"):
                    context.sign("vba_autostart", loaded, trigger="customUI onLoad", part=name)


def _carried(package: Package, context: Context) -> None:
    """Hand back what lies inside: projects, embedded objects, and parts that are no part."""
    for name in list(package.names):
        if name.endswith(_XML):
            continue
        if name.endswith(_INERT):
            # Only the first bytes are unpacked, to see that a picture is one.
            head = package.read(name, 8)
            if not head.startswith((b"MZ", b"\x7fELF", b"PK\3\4", b"\xd0\xcf\x11\xe0", b"{\\rt")):
                continue
        elif _DATA.search(name):
            continue
        content = package.read(name)
        if content:
            context.member(package.names[name], content)
