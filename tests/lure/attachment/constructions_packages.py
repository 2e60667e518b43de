"""Constructions in packages: slides, embedded objects, controls, OpenDocument."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders.compounds import compound
from lure.attachment.builders.objects import STUB, equation, native, ole_link
from lure.attachment.builders.packages import (
    docx,
    odt,
    pptx,
    rels,
    xlsx,
)
from lure.attachment.construction import Construction, row


def _object(streams: dict[str, bytes], name: str = "word/embeddings/oleObject1.bin") -> bytes:
    return docx(parts={name: compound(streams)})


def _slide(link: str, action: str) -> bytes:
    slide = f'<a:{link} r:id="rId1" action="{action}"/><a:t>Our offices</a:t>'
    target = (
        "file:///C:\\Windows\\System32\\cmd.exe"
        if "program" in action
        else "https://careers.example"
    )
    return pptx(slide, {"ppt/slides/_rels/slide1.xml.rels": rels(("hyperlink", target))})


def _control(identity: str) -> bytes:
    return docx(parts={"word/activeX/activeX1.xml": f'<ax:ocx ax:classid="{{{identity}}}"/>'})


def _basic(event: str) -> bytes:
    listener = (
        f'<script:event-listener script:event-name="{event}" xlink:href="vnd.sun.star.script:x"/>'
    )
    module = "<script:module>Sub Main\nEnd Sub</script:module>"
    return odt(listener, {"Basic/Standard/Module1.xml": module})


def _open_object(target: str, tag: str = "draw:object-ole") -> bytes:
    return odt(f'<{tag} xlink:href="{target}"/>')


_PLAIN_OBJECT = partial(docx, parts={"word/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx()})

ROWS: tuple[Construction, ...] = (
    row(
        "slide acts under the mouse",
        "company.pptx",
        partial(_slide, "hlinkMouseOver", "ppaction://hlinkfile"),
        "external_link",
        partial(_slide, "hlinkClick", "ppaction://hlinkshowjump"),
    ),
    row(
        "picture outside in slides is ordinary",
        "company.pptx",
        partial(
            pptx,
            parts={
                "ppt/slides/_rels/slide1.xml.rels": rels(("oleObject", "https://docs.example/o"))
            },
        ),
        "external_link",
        partial(
            pptx,
            parts={
                "ppt/slides/_rels/slide1.xml.rels": rels(("image", "https://careers.example/o.png"))
            },
        ),
    ),
    row(
        "packaged program",
        "offer.docx",
        partial(_object, {"\x01Ole10Native": native("viewer.exe", STUB)}),
        "ole_embedded_program",
        partial(_object, {"\x01Ole10Native": native("team.txt", b"names of the team\n")}),
    ),
    row(
        "packaged script",
        "offer.docx",
        partial(_object, {"\x01Ole10Native": native("open.vbs", b"MsgBox 1\n")}),
        "ole_embedded_program",
        _PLAIN_OBJECT,
    ),
    row(
        "packaged shortcut by name",
        "offer.docx",
        partial(_object, {"\x01Ole10Native": native("details.pdf.lnk", b"x" * 40)}),
        "ole_embedded_program",
        _PLAIN_OBJECT,
    ),
    row(
        "packaged program in a workbook",
        "salary.xlsx",
        partial(
            xlsx,
            {"xl/embeddings/oleObject1.bin": compound({"\x01Ole10Native": native("a.scr", STUB)})},
        ),
        "ole_embedded_program",
        partial(xlsx, {"xl/embeddings/Microsoft_Word_Document1.docx": docx()}),
    ),
    row(
        "object linked to a site",
        "offer.docx",
        partial(_object, {"\x01Ole": ole_link("https://docs.example/x.hta")}),
        "external_link",
        partial(_object, {"\x01Ole": ole_link("C:\\books\\b.xlsx")}),
    ),
    row(
        "equation with a long font",
        "offer.docx",
        partial(_object, {"Equation Native": equation(b"A" * 44)}),
        "rtf_object",
        partial(_object, {"Equation Native": equation(b"Times New Roman")}),
    ),
    row(
        "Flash control",
        "offer.docx",
        partial(_control, "D27CDB6E-AE6D-11CF-96B8-444553540000"),
        "rtf_object",
        partial(_control, "8BD21D40-EC42-11CE-9E0D-00AA006002F3"),
    ),
    row(
        "browser control",
        "offer.docx",
        partial(_control, "8856F961-340A-11D0-A96B-00C04FD705A2"),
        "rtf_object",
        partial(_control, "8BD21D10-EC42-11CE-9E0D-00AA006002F3"),
    ),
    row(
        "web page as a chunk with a file in it",
        "offer.docx",
        partial(
            docx,
            parts={
                "word/afchunk.htm": b'<html><body onload="go()"><object data="https://docs.example/x"></object></body></html>',
                "word/_rels/document.xml.rels": rels(("aFChunk", "https://docs.example/x.htm")),
            },
        ),
        "external_link",
        partial(docx, parts={"word/afchunk.htm": b"<html><body><p>About us</p></body></html>"}),
    ),
    row(
        "program under a picture's name",
        "offer.docx",
        partial(docx, parts={"word/media/image1.png": STUB}),
        "file_magic_mismatch",
        partial(docx, parts={"word/media/image1.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 32}),
    ),
    row(
        "OpenDocument macro on opening",
        "offer.odt",
        partial(_basic, "dom:load"),
        "vba_macro vba_autostart",
        partial(odt, "<text:p>Offer</text:p>"),
    ),
    row(
        "OpenDocument object outside",
        "offer.odt",
        partial(_open_object, "https://docs.example/x.bin"),
        "external_link",
        partial(_open_object, "./Object 1"),
    ),
    row(
        "OpenDocument section outside",
        "offer.odt",
        partial(_open_object, "https://docs.example/x.odt", "text:section-source"),
        "external_link",
        partial(_open_object, "https://careers.example", "text:a"),
    ),
    row(
        "OpenDocument DDE",
        "offer.odt",
        partial(
            odt, '<office:dde-source office:dde-application="cmd" office:dde-topic="/c echo"/>'
        ),
        "dde_link",
        partial(
            odt, '<office:dde-source office:dde-application="soffice" office:dde-topic="a.ods"/>'
        ),
    ),
    row(
        "OpenDocument with a program",
        "offer.odt",
        partial(odt, parts={"Pictures/view.exe": STUB}),
        "ole_embedded_program",
        partial(odt, parts={"Pictures/a.png": b"\x89PNG\r\n\x1a\n"}),
    ),
    row(
        "OpenDocument with a packaged program",
        "offer.odt",
        partial(odt, parts={"Object 1": compound({"\x01Ole10Native": native("a.exe", STUB)})}),
        "ole_embedded_program",
        partial(odt, parts={"Object 1": compound({"CONTENTS": b"plain words about the job"})}),
    ),
    row(
        "OpenDocument locked",
        "offer.odt",
        partial(odt, parts={"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
        "archive_encrypted not_inspected",
        odt,
    ),
)
