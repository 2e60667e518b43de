"""Constructions in PDF."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders import pdfs as p
from lure.attachment.builders.macros import project, starting
from lure.attachment.builders.objects import STUB
from lure.attachment.builders.packages import docx, packed
from lure.attachment.construction import Construction, row

_CII = b'<?xml version="1.0"?><rsm:CrossIndustryInvoice/>'


def _script(code: str, **given: str) -> bytes:
    return p.pdf({5: f"<< /S /JavaScript /JS ({code}) >>"}, **given)


def _script_stream(code: str) -> bytes:
    return p.pdf(
        {5: "<< /S /JavaScript /JS 6 0 R >>", 6: p.stream(code.encode())},
        catalog="/OpenAction 5 0 R",
    )


def _field_script(code: str) -> bytes:
    field = f"<< /FT /Tx /T (a) /AA << /F << /S /JavaScript /JS ({code}) >> >> >>"
    return p.pdf({5: field}, catalog="/AcroForm << /Fields [5 0 R] >>")


def _hex_script() -> bytes:
    code = b"app.launchURL('https://docs.example')".hex()
    return p.pdf({5: f"<< /S /JavaScript /JS <{code}> >>"}, catalog="/OpenAction 5 0 R")


def _chain(filters: str, data: bytes, name: str = "v.exe") -> bytes:
    body = f"<< /Type /EmbeddedFile /Filter [{filters}] /Length {len(data)} >>\nstream\n".encode()
    return p.pdf(
        {
            5: f"<< /Type /Filespec /F ({name}) /EF << /F 6 0 R >> >>",
            6: body + data + b"\nendstream",
        }
    )


def _no_table(body: str) -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /OpenAction 2 0 R >>\nendobj\n2 0 obj\n"
        + body.encode()
        + b"\nendobj\n"
    )


_URI = "/S /URI /URI ({})"

_FORM = partial(_field_script, "AFNumber_Format\\(2, 0, 0, 0, '', true\\);")

_PRINT = partial(_script, "this.print\\({bUI: true}\\);", catalog="/OpenAction 5 0 R")

_DEFAULT = partial(p.pdf)

ROWS: tuple[Construction, ...] = (
    row(
        "pdf: launch",
        "offer.pdf",
        partial(p.action, "/S /Launch /F (cmd.exe)"),
        "pdf_launch",
        partial(p.action, "/S /Launch /F (chapter2.pdf)"),
    ),
    row(
        "pdf: launch with parameters",
        "offer.pdf",
        partial(p.action, "/S /Launch /Win << /F (cmd.exe) /P (/c echo) >>"),
        "pdf_launch",
        partial(p.action, "/S /GoTo /D [3 0 R /Fit]"),
    ),
    row(
        "pdf: launch on a click",
        "offer.pdf",
        partial(p.clicked, "/S /Launch /F (\\\\\\\\files.example\\\\a.exe)"),
        "pdf_launch",
        partial(p.clicked, _URI.format("https://careers.example/jobs")),
    ),
    row(
        "pdf: launch with escaped names",
        "offer.pdf",
        partial(p.action, "/S /L#61unch /F (cmd.exe)"),
        "pdf_launch",
        _DEFAULT,
    ),
    row(
        "pdf: launch in an object stream",
        "offer.pdf",
        partial(p.packed, {7: "<< /S /Launch /F (cmd.exe) >>"}, catalog="/OpenAction 7 0 R"),
        "pdf_launch",
        partial(p.packed, {7: "<< /S /GoTo /D [3 0 R /Fit] >>"}, catalog="/OpenAction 7 0 R"),
    ),
    row(
        "pdf: launch without a table",
        "offer.pdf",
        partial(_no_table, "<< /S /Launch /F (cmd.exe) >>"),
        "pdf_launch",
        partial(_no_table, "<< /S /GoTo /D [3 0 R /Fit] >>"),
    ),
    row(
        "pdf: script on opening",
        "offer.pdf",
        partial(_script, "app.launchURL\\('https://docs.example'\\);", catalog="/OpenAction 5 0 R"),
        "pdf_javascript",
        _PRINT,
    ),
    row(
        "pdf: script in a stream",
        "offer.pdf",
        partial(_script_stream, "eval(unescape('%61'));"),
        "pdf_javascript",
        partial(_script_stream, "this.print(true);"),
    ),
    row("pdf: script in hexadecimal", "offer.pdf", _hex_script, "pdf_javascript", _FORM),
    row(
        "pdf: script with escaped name",
        "offer.pdf",
        lambda: p.pdf(
            {5: "<< /S /Java#53cript /J#53 (this.exportDataObject\\({cName: 'a'}\\)) >>"},
            catalog="/OpenAction 5 0 R",
        ),
        "pdf_javascript",
        _FORM,
    ),
    row(
        "pdf: script in the names",
        "offer.pdf",
        partial(
            _script,
            "this.exportDataObject\\({cName: 'a', nLaunch: 2}\\);",
            catalog="/Names << /JavaScript << /Names [(a) 5 0 R] >> >>",
        ),
        "pdf_javascript",
        partial(
            _script,
            "function total\\(a\\) { return a; }",
            catalog="/Names << /JavaScript << /Names [(a) 5 0 R] >> >>",
        ),
    ),
    row(
        "pdf: script on showing a page",
        "offer.pdf",
        partial(_script, "heap.spray\\(1\\);", page="/AA << /O 5 0 R >>"),
        "pdf_javascript",
        partial(_script, "this.zoom = 100;", page="/AA << /O 5 0 R >>"),
    ),
    row(
        "pdf: field's script sends data",
        "form.pdf",
        partial(_field_script, "this.submitForm\\('https://docs.example'\\);"),
        "pdf_javascript",
        _FORM,
    ),
    row(
        "pdf: link to a program",
        "offer.pdf",
        partial(p.clicked, _URI.format("https://docs.example/offer.exe")),
        "pdf_uri_program",
        partial(p.clicked, _URI.format("https://careers.example/offer")),
    ),
    row(
        "pdf: link to an archive",
        "offer.pdf",
        partial(p.clicked, _URI.format("https://docs.example/offer.zip?x=1")),
        "pdf_uri_program",
        partial(p.clicked, _URI.format("https://code.example/a.tar.gz")),
    ),
    row(
        "pdf: link to a disk image",
        "offer.pdf",
        partial(p.clicked, _URI.format("https://docs.example/offer.iso")),
        "pdf_uri_program",
        partial(p.clicked, _URI.format("https://code.example/a.py")),
    ),
    row(
        "pdf: link in octal",
        "offer.pdf",
        partial(p.clicked, "/S /URI /URI (https://docs.example/a\\056\\145xe)"),
        "pdf_uri_program",
        partial(p.clicked, _URI.format("mailto:hr@careers.example")),
    ),
    row(
        "pdf: opens a site by itself",
        "offer.pdf",
        partial(p.action, _URI.format("https://docs.example/x")),
        "external_link",
        partial(p.clicked, _URI.format("https://docs.example/x")),
    ),
    row(
        "pdf: document on a share",
        "offer.pdf",
        partial(p.action, "/S /GoToR /F (\\\\\\\\files.example\\\\x.pdf) /D [0 /Fit]"),
        "external_link",
        partial(p.clicked, "/S /GoToR /F (part2.pdf) /D [0 /Fit]"),
    ),
    row(
        "pdf: embedded document on a share",
        "offer.pdf",
        partial(p.action, "/S /GoToE /F (\\\\\\\\files.example\\\\x.pdf) /D [0 /Fit]"),
        "external_link",
        _DEFAULT,
    ),
    row(
        "pdf: form sent by itself",
        "form.pdf",
        partial(p.action, "/S /SubmitForm /F << /FS /URL /F (https://docs.example/s) >>"),
        "external_link",
        partial(p.clicked, "/S /SubmitForm /F << /FS /URL /F (https://careers.example/s) >>"),
    ),
    row(
        "pdf: embedded program",
        "offer.pdf",
        partial(p.attached, "viewer.exe", STUB),
        "pdf_embedded_program",
        partial(p.attached, "factur-x.xml", _CII),
    ),
    row(
        "pdf: embedded script",
        "offer.pdf",
        partial(p.attached, "view.js", b"var a = 1;\n"),
        "pdf_embedded_program",
        partial(p.attached, "zugferd-invoice.xml", _CII),
    ),
    row(
        "pdf: embedded macro document",
        "offer.pdf",
        lambda: p.attached(
            "offer.docm", docx(parts={"word/vbaProject.bin": project({"M": starting("AutoOpen")})})
        ),
        "pdf_embedded_file vba_autostart",
        partial(p.attached, "data.csv", b"a,b\n1,2\n"),
    ),
    row(
        "pdf: embedded archive",
        "offer.pdf",
        partial(p.attached, "offer.zip", packed({"a.txt": "x"})),
        "pdf_embedded_file",
        partial(p.attached, "part2.pdf", p.pdf()),
    ),
    row(
        "pdf: embedded program behind two filters",
        "offer.pdf",
        partial(
            _chain, "/ASCIIHexDecode /RunLengthDecode", (b"\x7f" + STUB).hex().encode() + b"80>"
        ),
        "pdf_embedded_program",
        partial(_chain, "/ASCIIHexDecode", b"plain words".hex().encode() + b">", "v.txt"),
    ),
    row(
        "pdf: locked",
        "offer.pdf",
        lambda: p.written({1: "<< /Type /Catalog >>"}, "/Encrypt 9 0 R"),
        "not_inspected",
        _DEFAULT,
    ),
    row(
        "pdf: cut off", "offer.pdf", lambda: b"%PDF-1.7\n" + b"\0" * 400, "not_inspected", _DEFAULT
    ),
)
