"""Constructions in binary Office documents."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders import binaries as b
from lure.attachment.builders.compounds import compound
from lure.attachment.builders.macros import PLAIN, project, starting, streams
from lure.attachment.builders.objects import STUB, equation, native, ole_link
from lure.attachment.builders.packages import docx
from lure.attachment.construction import Construction, row

_FIELD = "\x13 {} \x14 x \x15\r"


def _field(instruction: str) -> bytes:
    return b.doc("Position\r" + _FIELD.format(instruction))


def _macro(modules: dict[str, str]) -> bytes:
    return b.doc(more=streams(modules, "Macros/VBA/"))


def _macro_book(modules: dict[str, str]) -> bytes:
    return b.xls(b.sheet("Sheet1"), more=streams(modules, "_VBA_PROJECT_CUR/VBA/"))


def _native(label: str, data: bytes) -> bytes:
    return b.doc(more={"ObjectPool/_1/\x01Ole10Native": native(label, data)})


def _locked(flavour: str) -> bytes:
    if flavour == "package":
        return compound({"EncryptionInfo": b"\4\0\4\0\x40\0\0\0", "EncryptedPackage": b"\0" * 64})
    return b.xls(b.file_pass()) if flavour == "xls" else b.doc(encrypted=True)


_TEXT = partial(_native, "team.txt", b"names of the team\n")

ROWS: tuple[Construction, ...] = (
    row(
        "doc: remote template",
        "offer.doc",
        partial(b.doc, template="https://docs.example/x.dot"),
        "remote_template",
        partial(b.doc, template="C:\\t\\Normal.dot"),
    ),
    row(
        "doc: remote template as picture",
        "offer.doc",
        partial(b.doc, template="http://cdn.example/x.jpg"),
        "remote_template remote_template_image",
        partial(b.doc, template="Normal"),
    ),
    row(
        "doc: template on a share",
        "offer.doc",
        partial(b.doc, template="\\\\files.example\\x.dot"),
        "remote_template",
        b.doc,
    ),
    row(
        "doc: DDE field",
        "offer.doc",
        partial(_field, 'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/c echo"'),
        "dde_link",
        partial(_field, "PAGE"),
    ),
    row(
        "doc: DDE to PowerShell",
        "offer.doc",
        partial(_field, "DDE powershell -x"),
        "dde_link",
        partial(_field, "HYPERLINK https://careers.example"),
    ),
    row(
        "doc: text from outside",
        "offer.doc",
        partial(_field, 'INCLUDETEXT "https://docs.example/x.doc"'),
        "external_link",
        partial(_field, 'INCLUDEPICTURE "https://careers.example/l.png"'),
    ),
    row(
        "doc: macro on opening",
        "offer.doc",
        partial(_macro, {"ThisDocument": starting("Document_Open")}),
        "vba_macro vba_autostart",
        partial(_macro, {"ThisDocument": ""}),
    ),
    row(
        "doc: macro AutoOpen that runs",
        "offer.doc",
        partial(_macro, {"M": starting("AutoOpen", '    Shell "calc"\n')}),
        "vba_macro vba_autostart",
        partial(_macro, {"M": PLAIN}),
        ordinary="vba_macro",
    ),
    row(
        "doc: macro in a damaged project",
        "offer.doc",
        lambda: b.doc(
            more={**streams({"M": starting("AutoOpen")}, "Macros/VBA/"), "Macros/VBA/dir": b"\0bad"}
        ),
        "vba_autostart",
        partial(_macro, {"M": ""}),
    ),
    row(
        "doc: packaged program",
        "offer.doc",
        partial(_native, "setup.exe", STUB),
        "ole_embedded_program",
        _TEXT,
    ),
    row(
        "doc: packaged HTA",
        "offer.doc",
        partial(_native, "view.hta", b"<hta:application><script>1</script>"),
        "ole_embedded_program",
        _TEXT,
    ),
    row(
        "doc: packaged program with a document's label",
        "offer.doc",
        partial(_native, "details.pdf", STUB),
        "ole_embedded_program file_magic_mismatch",
        _TEXT,
    ),
    row(
        "doc: object linked to a site",
        "offer.doc",
        lambda: b.doc(more={"ObjectPool/_1/\x01Ole": ole_link("https://docs.example/x.hta")}),
        "external_link",
        lambda: b.doc(more={"ObjectPool/_1/\x01Ole": ole_link("D:\\x.xls")}),
    ),
    row(
        "doc: equation with a long font",
        "offer.doc",
        lambda: b.doc(more={"ObjectPool/_1/Equation Native": equation(b"B" * 60)}),
        "rtf_object",
        lambda: b.doc(more={"ObjectPool/_1/Equation Native": equation(b"Symbol")}),
    ),
    row(
        "doc: browser control",
        "offer.doc",
        lambda: compound(
            {"WordDocument": b"\0" * 5000, "ObjectPool/_1/\x01CompObj": b"x"},
            {"ObjectPool/_1": "8856f961-340a-11d0-a96b-00c04fd705a2"},
        ),
        "rtf_object",
        b.doc,
    ),
    row(
        "doc: locked",
        "offer.doc",
        partial(_locked, "doc"),
        "archive_encrypted not_inspected",
        b.doc,
    ),
    row(
        "xls: locked",
        "salary.xls",
        partial(_locked, "xls"),
        "archive_encrypted not_inspected",
        partial(b.xls, b.strings("Salary", "Level")),
    ),
    row(
        "docx: locked",
        "offer.docx",
        partial(_locked, "package"),
        "archive_encrypted not_inspected",
        docx,
    ),
    row(
        "xls: very hidden Excel 4.0 sheet that starts",
        "salary.xls",
        partial(b.xls, b.sheet("Sheet1"), b.macro_sheet("m"), b.built_in_name(1)),
        "vba_macro vba_autostart",
        partial(b.xls, b.sheet("Sheet1", hidden=2)),
    ),
    row(
        "xls: Excel 4.0 sheet on closing",
        "salary.xls",
        partial(b.xls, b.macro_sheet("m", 1), b.built_in_name(2)),
        "vba_autostart",
        partial(b.xls, b.sheet("Sheet1"), b.built_in_name(6)),
    ),
    row(
        "xls: DDE to a shell",
        "salary.xls",
        partial(b.xls, b.supporting("cmd\x03 /c echo")),
        "dde_link",
        partial(b.xls, b.supporting("BLP\x03M")),
    ),
    row(
        "xls: DDE with a shell's path",
        "salary.xls",
        partial(b.xls, b.supporting("MSEXCEL\x03\\..\\..\\cmd.exe /c echo")),
        "dde_link",
        partial(b.xls, b.supporting("Excel\x03[b.xls]S")),
    ),
    row(
        "xls: book outside",
        "salary.xls",
        partial(b.xls, b.supporting("\x01\x05https://docs.example/b.xls")),
        "external_link",
        partial(b.xls, b.supporting("\x01b.xls")),
    ),
    row(
        "xls: macro on opening",
        "salary.xls",
        partial(_macro_book, {"ThisWorkbook": starting("Workbook_Open")}),
        "vba_macro vba_autostart",
        partial(_macro_book, {"ThisWorkbook": ""}),
    ),
    row(
        "xls: macro Auto_Open",
        "salary.xls",
        partial(_macro_book, {"M": starting("Auto_Open")}),
        "vba_autostart",
        partial(_macro_book, {"M": PLAIN}),
        ordinary="vba_macro",
    ),
    row(
        "ppt: action runs a program",
        "company.pps",
        partial(b.ppt, b.ppt_runs_program("C:\\Windows\\System32\\cmd.exe")),
        "external_link",
        partial(b.ppt, b.ppt_text("Company overview")),
    ),
    row(
        "ppt: macro in a compressed storage",
        "company.ppt",
        lambda: b.ppt(b.ppt_object(project({"M": starting("Auto_Open")}))),
        "vba_macro vba_autostart",
        lambda: b.ppt(b.ppt_object(project({"M": ""}))),
    ),
    row(
        "ppt: packaged program",
        "company.ppt",
        lambda: b.ppt(b.ppt_object(compound({"\x01Ole10Native": native("a.exe", STUB)}))),
        "ole_embedded_program",
        lambda: b.ppt(
            b.ppt_object(compound({"\x01Ole10Native": native("a.txt", b"plain words\n")}))
        ),
    ),
)
