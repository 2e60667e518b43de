"""What a text is: markup, a mail, a shortcut, a script, or text without a form of its own."""

from __future__ import annotations

import codecs
import re

LOOK = 4096
"""Bytes looked at: marks of a text's kind stand at its beginning."""

BY_EXTENSION = {
    "js": "js",
    "mjs": "js",
    "jse": "js",
    "vbs": "vbs",
    "vbe": "vbs",
    "wsf": "wsf",
    "wsh": "wsf",
    "sct": "wsf",
    "hta": "hta",
    "ps1": "ps1",
    "psm1": "ps1",
    "psd1": "ps1",
    "bat": "bat",
    "cmd": "bat",
    "sh": "sh",
    "bash": "sh",
    "zsh": "sh",
    "command": "sh",
    "py": "py",
    "pyw": "py",
    "reg": "reg",
    "inf": "text",
    "scpt": "applescript",
    "applescript": "applescript",
    "url": "url",
    "website": "url",
    "desktop": "desktop",
    "scf": "scf",
    "library-ms": "library-ms",
    "search-ms": "search-ms",
    "settingcontent-ms": "settings",
    "eml": "eml",
    "mht": "mht",
    "mhtml": "mht",
    "html": "html",
    "htm": "html",
    "shtml": "html",
    "xhtml": "html",
    "svg": "svg",
    "csv": "csv",
    "ics": "ics",
    "vcf": "vcf",
    "json": "json",
    "xml": "xml",
}
"""Kinds of text that only the extension makes: the same letters are a script or a note."""

_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\v\f\r\x1b"})
_MAIL = re.compile(
    rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?"
    rb"(?:received|return-path|message-id|mime-version|from|delivered-to):",
    re.IGNORECASE,
)
_MAIL_FIRST = re.compile(
    rb"(?:received|return-path|message-id|mime-version|from|to|subject|date|delivered-to|"
    rb"x-[a-z0-9-]+|content-type|arc-seal|dkim-signature|reply-to|sender|"
    rb"authentication-results|thread-[a-z]+):",
    re.IGNORECASE,
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|table|form|style|div|a\s|p>)",
    re.IGNORECASE,
)
_SHEBANG = re.compile(rb"#![^\n]{0,80}?(python|node|osascript|perl|ruby|pwsh|sh)[\d.]*\b")
_SHEBANGS = {b"python": "py", b"node": "js", b"osascript": "applescript", b"pwsh": "ps1"}
_SCRIPTS: tuple[tuple[str, bytes, re.Pattern[bytes]], ...] = (
    ("bat", b"echo", re.compile(rb"\A\s*@?echo\s+off\b")),
    ("ps1", b"param", re.compile(rb"\A\s*param\s*\(")),
    ("ps1", b"$erroractionpreference", re.compile(rb"\A\s*\$erroractionpreference\b")),
    (
        "vbs",
        b"createobject",
        re.compile(rb"^\s*set\s+\w+\s*=\s*(?:wscript\.)?createobject\s*\(", re.M),
    ),
    ("vbs", b"resume", re.compile(rb"\A\s*on\s+error\s+resume\s+next\b")),
    ("js", b"activexobject", re.compile(rb"\bnew\s+activexobject\s*\(")),
    ("js", b"wscript.", re.compile(rb"\bwscript\.(?:shell|createobject)\b")),
)
"""Kind, letters that must be there at all, and the expression, on text in lower case."""


def text_kind(data: bytes, name: str = "") -> str:
    """The kind of a text; "" where `data` is none (control characters, or no known encoding)."""
    head = data[:LOOK]
    wide = _narrowed(head)
    if wide is not None:
        head = wide
    elif _controls(head) or not (head.isascii() or _reads(head)):
        return ""
    return _marked(head.lstrip(b"\xef\xbb\xbf \t\r\n")) or _by_name(name) or "text"


def _marked(head: bytes) -> str:
    """The kind that the text's own first lines tell."""
    if head.startswith(b"<"):
        return _markup(head)
    if head.startswith(b"["):
        return _section(head)
    if head.startswith(b"#!"):
        shebang = _SHEBANG.match(head)
        if shebang:
            return _SHEBANGS.get(shebang.group(1), "sh")
    if head.startswith((b"BEGIN:VCALENDAR", b"BEGIN:VCARD")):
        return "ics" if head[6:10] == b"VCAL" else "vcf"
    if head.startswith((b"-----BEGIN", b"Windows Registry Editor", b"REGEDIT4")):
        return "pem" if head.startswith(b"-") else "reg"
    if _MAIL_FIRST.match(head) and _MAIL.match(head):
        snapshot = b"multipart/related" in head and b"Snapshot-Content-Location" in head
        return "mht" if snapshot or b"From: <Saved by" in head else "eml"
    lower = head.lower()
    for kind, hint, pattern in _SCRIPTS:
        if hint in lower and pattern.search(lower):
            return kind
    return "html" if _HTML.search(head[:1024]) and b"</" in head else ""


def _controls(text: bytes) -> bool:
    return len(text.translate(None, _CONTROLS)) != len(text)


def _markup(head: bytes) -> str:
    lower = head.lower()
    for mark, kind in _MARKUPS:
        if mark in lower:
            return kind
    if lower.startswith(b"<?xml"):
        return "xml"
    return "html" if _HTML.search(head) else "xml"


_MARKUPS = (
    (b"<hta:application", "hta"),
    (b"<librarydescription", "library-ms"),
    (b"<persistedquery", "search-ms"),
    (b"<pcsettings", "settings"),
    (b"<job", "wsf"),
    (b"<package><job", "wsf"),
    (b"<scriptlet", "wsf"),
    (b"<!doctype html", "html"),
    (b"<html", "html"),
    (b"<svg", "svg"),
)
"""First match wins: what runs comes before what shows."""


def _section(head: bytes) -> str:
    """Kinds of file in the style of INI, by their first section."""
    section = head[1 : head.find(b"]")].lower()
    return {
        b"internetshortcut": "url",
        b"{000214a0-0000-0000-c000-000000000046}": "url",
        b"desktop entry": "desktop",
        b"shell": "scf",
    }.get(section, "")


def _by_name(name: str) -> str:
    return BY_EXTENSION.get(name.rpartition(".")[2].rstrip(". ").lower(), "") if "." in name else ""


def _narrowed(head: bytes) -> bytes | None:
    """UTF-16 text as bytes of one width; None where it is not UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) & ~1].decode("utf-16", "replace")
    elif len(head) >= 8 and head[1:16:2].strip(b"\x00") == b"" and b"\x00" not in head[0:16:2]:
        text = head[: len(head) & ~1].decode("utf-16-le", "replace")
    else:
        return None
    narrowed = text.encode("utf-8", "replace").lstrip(b"\xef\xbb\xbf")
    return None if _controls(narrowed) else narrowed


def _reads(head: bytes) -> bool:
    """Whether the bytes read as UTF-8 or plausibly as text of one byte a letter."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        high = sum(byte >= 0x80 for byte in head)
        controls = sum(0x80 <= byte < 0xA0 for byte in head)
        letters = sum((chr(byte).isalpha() and byte < 0x80) or byte == 32 for byte in head)
        # Western text has few letters above ASCII; Cyrillic or Hebrew text is mostly such
        # letters, with blanks between words and hardly a byte in the controls' range.
        return letters > high or (controls * 8 < high and head.count(b" ") * 20 > len(head))
    return True
