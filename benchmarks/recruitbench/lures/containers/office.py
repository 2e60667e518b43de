"""Word and Excel documents (ECMA-376) with real text; templates lie under reserved names."""

from __future__ import annotations

from html import escape
from typing import Final

from benchmarks.recruitbench.lures.containers.macros import macro_project
from benchmarks.recruitbench.lures.containers.zips import zip_file

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"


def word_document(
    title: str, text: str, author: str, *, template: str = "", picture: str = "", frame: str = ""
) -> bytes:
    """A .docx of paragraphs. `template` is the URL of an attached template, `picture` of a linked
    picture, `frame` of an external OLE link; each only where given."""
    lines = [title, *[line for line in text.split("\n") if line.strip()]]
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines
    )
    inner = [("settings", "settings.xml", False)]
    if picture:
        inner.append(("image", picture, True))
    if frame:
        inner.append(("oleObject", frame, True))
    settings = '<w:attachedTemplate r:id="rId1"/>' if template else '<w:zoom w:percent="100"/>'
    spaces = f'xmlns:w="{_WORD}" xmlns:r="{_RELATIONS}"'
    files = {
        "[Content_Types].xml": _types(
            {
                "/word/document.xml": f"{_OFFICE}.wordprocessingml.document.main+xml",
                "/word/settings.xml": f"{_OFFICE}.wordprocessingml.settings+xml",
                "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
            }
        ),
        "_rels/.rels": _root_relations("word/document.xml"),
        "word/document.xml": (
            f"{_XML}<w:document {spaces}><w:body>{body}<w:sectPr/></w:body></w:document>"
        ),
        "word/_rels/document.xml.rels": _relations(inner),
        "word/settings.xml": f"{_XML}<w:settings {spaces}>{settings}</w:settings>",
        "docProps/core.xml": _core(title, author),
    }
    if template:
        files["word/_rels/settings.xml.rels"] = _relations([("attachedTemplate", template, True)])
    return zip_file({name: text.encode() for name, text in files.items()})


def workbook(title: str, rows: list[list[str]], author: str, *, macros: bool) -> bytes:
    """An .xlsx of one sheet, or an .xlsm whose only macro shows a word."""
    main = (
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        if macros
        else f"{_OFFICE}.spreadsheetml.sheet.main+xml"
    )
    kinds = {
        "/xl/workbook.xml": main,
        "/xl/worksheets/sheet1.xml": f"{_OFFICE}.spreadsheetml.worksheet+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    relations = [("worksheet", "worksheets/sheet1.xml", False)]
    if macros:
        kinds["/xl/vbaProject.bin"] = "application/vnd.ms-office.vbaProject"
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for row in [[title], *rows]
    )
    rels = _relations(relations)
    if macros:
        rels = rels.replace(
            "</Relationships>",
            '<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
            ' Target="vbaProject.bin"/></Relationships>',
        )
    files = {
        "[Content_Types].xml": _types(kinds).encode(),
        "_rels/.rels": _root_relations("xl/workbook.xml").encode(),
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": rels.encode(),
        "xl/worksheets/sheet1.xml": (
            f'{_XML}<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>'
        ).encode(),
        "docProps/core.xml": _core(title, author).encode(),
    }
    if macros:
        files["xl/vbaProject.bin"] = macro_project()
    return zip_file(files)


def _types(parts: dict[str, str]) -> str:
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _root_relations(document: str) -> str:
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="{document}"/>'
        f'<Relationship Id="rId2" Type="{core}" Target="docProps/core.xml"/></Relationships>'
    )


def _relations(entries: list[tuple[str, str, bool]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{escape(target)}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if outside else ''}/>"
        for n, (kind, target, outside) in enumerate(entries, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _core(title: str, author: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator></cp:coreProperties>"
    )
