"""Word and Excel files (ECMA-376); a workbook may carry a VBA project."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchmarks.recruitbench.honest.enclosures.archive import zip_of

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_APPLICATION = "application/vnd.openxmlformats-officedocument"
_PROJECT = (
    '<Relationship Id="rId2" Type="http://schemas.microsoft.com/office/2006/relationships/'
    'vbaProject" Target="vbaProject.bin"/>'
)


def docx(
    title: str,
    paragraphs: list[str],
    author: str,
    link: str = "",
    template: str = "",
    picture: bytes = b"",
) -> bytes:
    """A document; `link` becomes a hyperlink, `template` the target of its attached template."""
    body = f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{_run(title)}</w:p>'
    body += "".join(f"<w:p>{_run(text)}</w:p>" for text in paragraphs)
    relations = [
        ("rId1", "styles", "styles.xml", False),
        ("rId2", "settings", "settings.xml", False),
    ]
    if link:
        relations.append(("rId3", "hyperlink", link, True))
        body += f'<w:p><w:hyperlink r:id="rId3">{_run(link)}</w:hyperlink></w:p>'
    if picture:
        relations.append(("rId4", "image", "media/image1.png", False))
    attached = '<w:attachedTemplate r:id="rId1"/>' if template else ""
    members = [
        (
            "[Content_Types].xml",
            _types(
                [
                    ("/word/document.xml", f"{_APPLICATION}.wordprocessingml.document.main+xml"),
                    ("/word/styles.xml", f"{_APPLICATION}.wordprocessingml.styles+xml"),
                    ("/word/settings.xml", f"{_APPLICATION}.wordprocessingml.settings+xml"),
                    (
                        "/docProps/core.xml",
                        "application/vnd.openxmlformats-package.core-properties+xml",
                    ),
                ]
            ),
        ),
        ("_rels/.rels", _package("word/document.xml")),
        (
            "word/document.xml",
            f'{_HEAD}<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{body}'
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
        ),
        ("word/_rels/document.xml.rels", _relations(relations)),
        (
            "word/styles.xml",
            f'{_HEAD}<w:styles xmlns:w="{_WORD}"><w:style w:type="paragraph" w:default="1" '
            'w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" '
            'w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/></w:style>'
            "</w:styles>",
        ),
        (
            "word/settings.xml",
            f'{_HEAD}<w:settings xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:zoom w:percent="100"/>'
            f"{attached}</w:settings>",
        ),
    ]
    if template:
        members.append(
            (
                "word/_rels/settings.xml.rels",
                _relations([("rId1", "attachedTemplate", template, True)]),
            )
        )
    members.append(("docProps/core.xml", _core(title, author)))
    files = [(name, text.encode()) for name, text in members]
    if picture:
        files.append(("word/media/image1.png", picture))
    return zip_of(files)


def xlsx(sheet: str, rows: list[list[str]], author: str, macros: bytes = b"") -> bytes:
    """A workbook with one sheet of text cells; with `macros` (a VBA project) it is an xlsm."""
    book = f"{_APPLICATION}.spreadsheetml.sheet.main+xml"
    parts = [("/xl/worksheets/sheet1.xml", f"{_APPLICATION}.spreadsheetml.worksheet+xml")]
    relations = [("rId1", "worksheet", "worksheets/sheet1.xml", False)]
    listed = _relations(relations)
    if macros:
        book = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        parts.append(("/xl/vbaProject.bin", "application/vnd.ms-office.vbaProject"))
        listed = listed.replace("</Relationships>", f"{_PROJECT}</Relationships>")
    cells = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for column, text in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    members = [
        (
            "[Content_Types].xml",
            _types(
                [
                    ("/xl/workbook.xml", book),
                    *parts,
                    (
                        "/docProps/core.xml",
                        "application/vnd.openxmlformats-package.core-properties+xml",
                    ),
                ]
            ),
        ),
        ("_rels/.rels", _package("xl/workbook.xml")),
        (
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet[:28])}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        ),
        ("xl/_rels/workbook.xml.rels", listed),
        (
            "xl/worksheets/sheet1.xml",
            f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>',
        ),
        ("docProps/core.xml", _core(sheet, author)),
    ]
    files = [(name, text.encode()) for name, text in members]
    if macros:
        files.append(("xl/vbaProject.bin", macros))
    return zip_of(files)


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _types(overrides: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{listed}</Types>'
    )


def _package(main: str) -> str:
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{main}"/>'
        f'<Relationship Id="rId2" Type="{core}" Target="docProps/core.xml"/></Relationships>'
    )


def _relations(items: list[tuple[str, str, str, bool]]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if outside else "/>")
        for name, kind, target, outside in items
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _core(title: str, author: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        "</cp:coreProperties>"
    )
