"""Constructions in packages: macros and workbooks."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders.macros import PLAIN, project, starting
from lure.attachment.builders.packages import (
    docx,
    pptx,
    rels,
    xlsx,
)
from lure.attachment.construction import Construction, row


def _macro(modules: dict[str, str]) -> bytes:
    return docx(parts={"word/vbaProject.bin": project(modules)})


def _dde_book(service: str, topic: str) -> bytes:
    link = f'<externalLink><ddeLink ddeService="{service}" ddeTopic="{topic}"/></externalLink>'
    return xlsx({"xl/externalLinks/externalLink1.xml": link})


def _linked_book(target: str) -> bytes:
    return xlsx(
        {
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": rels(("externalLinkPath", target)),
        }
    )


def _macro_sheet(name: str) -> bytes:
    defined = f'<definedName name="{name}">m!$A$1</definedName>'
    names = f"<workbook><definedNames>{defined}</definedNames></workbook>"
    return xlsx({"xl/macrosheets/sheet1.xml": "<xm:macrosheet/>", "xl/workbook.xml": names})


def _slide(link: str, action: str) -> bytes:
    slide = f'<a:{link} r:id="rId1" action="{action}"/><a:t>Our offices</a:t>'
    target = (
        "file:///C:\\Windows\\System32\\cmd.exe"
        if "program" in action
        else "https://careers.example"
    )
    return pptx(slide, {"ppt/slides/_rels/slide1.xml.rels": rels(("hyperlink", target))})


def _ribbon(parts: dict[str, bytes | str]) -> bytes:
    return docx(parts={"customUI/customUI.xml": '<customUI onLoad="Started"/>', **parts})


ROWS: tuple[Construction, ...] = (
    row(
        "macro on opening",
        "offer.docm",
        partial(_macro, {"ThisDocument": starting("Document_Open")}),
        "vba_macro vba_autostart",
        partial(_macro, {"ThisDocument": ""}),
    ),
    row(
        "macro AutoOpen",
        "offer.docm",
        partial(_macro, {"Module1": starting("AutoOpen")}),
        "vba_macro vba_autostart",
        partial(_macro, {"ThisDocument": "", "Sheet1": ""}),
    ),
    row(
        "macro AutoExec",
        "offer.dotm",
        partial(_macro, {"Module1": starting("AutoExec")}),
        "vba_macro vba_autostart",
        partial(_macro, {"Module1": PLAIN}),
        ordinary="vba_macro",
    ),
    row(
        "macro on closing",
        "offer.docm",
        partial(_macro, {"ThisDocument": starting("Document_Close")}),
        "vba_autostart",
        partial(_macro, {"Module1": PLAIN}),
        ordinary="vba_macro",
    ),
    row(
        "macro of a control's layout",
        "offer.docm",
        partial(_macro, {"ThisDocument": starting("InkPicture1_Painted")}),
        "vba_autostart",
        partial(_macro, {"ThisDocument": starting("Button1_Click")}),
        ordinary="vba_macro",
    ),
    row(
        "macro in a workbook",
        "salary.xlsm",
        partial(xlsx, {"xl/vbaProject.bin": project({"ThisWorkbook": starting("Workbook_Open")})}),
        "vba_macro vba_autostart",
        partial(xlsx, {"xl/vbaProject.bin": project({"ThisWorkbook": ""})}),
    ),
    row(
        "macro on switching to a workbook",
        "salary.xlsm",
        partial(
            xlsx, {"xl/vbaProject.bin": project({"ThisWorkbook": starting("Workbook_Activate")})}
        ),
        "vba_autostart",
        partial(xlsx, {"xl/vbaProject.bin": project({"M": PLAIN})}),
        ordinary="vba_macro",
    ),
    row(
        "macro in a presentation",
        "company.pptm",
        partial(
            pptx, parts={"ppt/vbaProject.bin": project({"M": starting("OnSlideShowPageChange")})}
        ),
        "vba_macro vba_autostart",
        partial(pptx, parts={"ppt/vbaProject.bin": project({"M": ""})}),
    ),
    row(
        "macro that fetches",
        "offer.docm",
        partial(
            _macro, {"M": starting("AutoOpen", '    Set x = CreateObject("MSXML2.XMLHTTP")\n')}
        ),
        "vba_macro vba_autostart",
        partial(_macro, {"ThisDocument": ""}),
    ),
    row(
        "macro under a strange part's name",
        "offer.docm",
        partial(docx, parts={"word/settings.bin": project({"M": starting("AutoOpen")})}),
        "vba_autostart",
        partial(docx, parts={"word/printerSettings1.bin": b"\0" * 64}),
    ),
    row(
        "macro loaded by the ribbon",
        "offer.docm",
        partial(_ribbon, {"word/vbaProject.bin": project({"M": starting("Started")})}),
        "vba_macro vba_autostart",
        partial(_ribbon, {}),
    ),
    row(
        "Excel 4.0 macro sheet",
        "salary.xlsm",
        partial(_macro_sheet, "_xlnm.Auto_Open"),
        "vba_macro vba_autostart",
        partial(xlsx, {"xl/worksheets/sheet1.xml": "<worksheet/>"}),
    ),
    row(
        "Excel 4.0 macro sheet without a start",
        "salary.xlsm",
        partial(_macro_sheet, "Total"),
        "vba_macro",
        xlsx,
    ),
    row(
        "workbook DDE to a shell",
        "salary.xlsx",
        partial(_dde_book, "cmd", " /c echo"),
        "dde_link",
        partial(_dde_book, "BLP", "M"),
    ),
    row(
        "workbook DDE with a shell's path",
        "salary.xlsx",
        partial(_dde_book, "MSEXCEL", "\\..\\..\\Windows\\System32\\cmd.exe /c echo"),
        "dde_link",
        partial(_dde_book, "Excel", "[Book1.xlsx]Sheet1"),
    ),
    row(
        "workbook linked to a site",
        "salary.xlsx",
        partial(_linked_book, "https://docs.example/b.xlsx"),
        "external_link",
        partial(_linked_book, "https://firm.sharepoint.com/b.xlsx"),
    ),
    row(
        "workbook linked to an outside share",
        "salary.xlsx",
        partial(_linked_book, "\\\\files.example\\b.xlsx"),
        "external_link",
        partial(_linked_book, "\\\\finance\\b.xlsx"),
    ),
    row(
        "web query on opening",
        "salary.xlsx",
        partial(
            xlsx,
            {
                "xl/connections.xml": '<connections><connection refreshOnLoad="1"><webPr url="https://docs.example/q"/></connection></connections>'
            },
        ),
        "external_link",
        partial(
            xlsx,
            {
                "xl/connections.xml": '<connections><connection><webPr url="https://bank.example/rates"/></connection></connections>'
            },
        ),
    ),
    row(
        "slide starts a program",
        "company.pptx",
        partial(_slide, "hlinkClick", "ppaction://program"),
        "external_link",
        partial(_slide, "hlinkClick", ""),
    ),
)
