"""Signs in a file's name, and in the name held against what the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vedette.lure.attachment import kinds

Claim = tuple[str, str, dict[str, str]]
"""A sign's name, the text that shows it, the detail."""

_FAMILIES: dict[str, str] = {
    **dict.fromkeys(("pdf", "ps", "eps", "xps", "oxps", "djvu"), "document"),
    **dict.fromkeys(("doc", "docx", "docm", "dot", "dotx", "dotm", "rtf", "odt", "ott"), "office"),
    **dict.fromkeys(("xls", "xlsx", "xlsm", "xlsb", "xlt", "xltx", "xltm", "ods"), "office"),
    **dict.fromkeys(("ppt", "pptx", "pptm", "pps", "ppsx", "pot", "potx", "odp"), "office"),
    **dict.fromkeys(("vsd", "vsdx", "pub", "one", "hwp", "hwpx", "pages"), "office"),
    **dict.fromkeys(("jpg", "jpeg", "jpe", "png", "gif", "bmp", "tif", "tiff", "webp"), "picture"),
    **dict.fromkeys(("ico", "heic", "avif", "psd", "emf", "wmf"), "picture"),
    **dict.fromkeys(("mp3", "mp4", "m4a", "mov", "avi", "wav", "ogg", "flac", "webm"), "media"),
    **dict.fromkeys(("txt", "csv", "tsv", "log", "md", "nfo", "ini", "json", "yml"), "text"),
    **dict.fromkeys(("ics", "vcf"), "text"),
    **dict.fromkeys(("zip", "rar", "7z", "cab", "tar", "gz", "tgz", "bz2", "xz"), "archive"),
    **dict.fromkeys(("tbz2", "txz", "zst", "lzh", "lha", "arj", "ace", "z", "zipx"), "archive"),
    **dict.fromkeys(("iso", "img", "vhd", "vhdx", "udf", "dmg", "vmdk", "wim"), "disk"),
    **dict.fromkeys(("exe", "dll", "scr", "com", "pif", "cpl", "sys", "ocx", "xll"), "program"),
    **dict.fromkeys(("msi", "msp", "mst", "msix", "appx", "jar", "apk", "chm", "app"), "program"),
    **dict.fromkeys(("elf", "appimage", "deb", "rpm", "pkg", "gadget", "jnlp"), "program"),
    **dict.fromkeys(("js", "jse", "vbs", "vbe", "wsf", "wsh", "hta", "ps1", "psm1"), "script"),
    **dict.fromkeys(("bat", "cmd", "sh", "py", "pyw", "sct", "reg", "command"), "script"),
    **dict.fromkeys(("lnk", "url", "website", "desktop", "scf", "library-ms"), "shortcut"),
    **dict.fromkeys(("search-ms", "settingcontent-ms", "appref-ms"), "shortcut"),
    **dict.fromkeys(("htm", "html", "shtml", "xhtml", "mht", "mhtml", "svg"), "web"),
    **dict.fromkeys(("eml", "msg"), "message"),
}
"""What a name's extension promises the person who reads it."""

ACTIVE = frozenset({"program", "script", "shortcut", "disk"})
"""Families that act when they are opened."""

PASSIVE = frozenset({"document", "office", "picture", "media"})
"""Families that a person opens without a second thought."""

_DECOYS = PASSIVE | {"text"}

_NEVER_SHOWN = frozenset({"lnk", "url", "pif", "scf", "website", "library-ms", "search-ms"})
"""Extensions that Windows never shows, whatever the settings."""

_KIND_FAMILIES: dict[str, str] = {
    **dict.fromkeys(kinds.PROGRAMS, "program"),
    **dict.fromkeys(kinds.SCRIPTS, "script"),
    **dict.fromkeys(kinds.SHORTCUTS, "shortcut"),
    **dict.fromkeys(kinds.ARCHIVES, "archive"),
    **dict.fromkeys(kinds.DISKS, "disk"),
    **dict.fromkeys(kinds.PICTURES, "picture"),
    **dict.fromkeys(kinds.MEDIA, "media"),
    **dict.fromkeys(kinds.DOCUMENTS, "office"),
    **dict.fromkeys(("pdf", "ps", "xps"), "document"),
    **dict.fromkeys(("text", "csv", "json", "ics", "vcf", "pem"), "text"),
    **dict.fromkeys(("html", "svg", "mht", "xml"), "web"),
    **dict.fromkeys(("eml", "msg"), "message"),
}

_TOLERATED: dict[str, frozenset[str]] = {
    # Programs have long written tables and letters as HTML, XML or text under Office's names,
    # and an Office document that is a ZIP without the usual parts is another program's.
    "office": frozenset({"document", "text", "web", "message", "archive", "picture"}),
    "document": frozenset(),
    # A picture under another picture's name is everyday; one that is a ZIP or a PDF is not.
    "picture": frozenset({"media"}),
    "media": frozenset({"picture", "archive"}),
    "text": frozenset({"web", "script", "message", "office", "unknown"}),
    # A document is a ZIP, and an image is what some archivers call their ZIP.
    "archive": frozenset({"office", "document", "disk"}),
    "web": frozenset({"text", "message", "script"}),
    "message": frozenset({"text", "web", "office"}),
}
"""Families that may lie under a name of the family without being worth a word."""

_NOTHING_SAID = frozenset({"unread", "empty", "font", "sqlite", "plist"})

_DOTS = (
    "\u2024\uff0e\u3002\uff61\ufe52\ua4f8\u0701\u0702\u06d4\ua60e\u0660\u2027\u00b7\u30fb\U00010a50"
)
"""Letters that are read as a full stop."""
_CONFUSABLE_DOT = re.compile(f"[{_DOTS}]\\s*([A-Za-z0-9-]{{2,16}})(?![A-Za-z])")
_OVERRIDES = re.compile("[\u202d\u202e]")
_EMBEDDINGS = re.compile("[\u202a\u202b\u2066-\u2069]")
_BLANK = "\\s\u00ad\u115f\u1160\u180e\u200b-\u200d\u2060\u2800\u3164\uffa0\ufeff"
_PADDED = re.compile(
    f"[{_BLANK}]{{8,}}|[\u115f\u1160\u2800\u3164\uffa0]{{2,}}|_{{30,}}|(?:\\.\\s*){{9,}}"
)
_TOKENS = re.compile(f"[{_BLANK}_]*\\.[{_BLANK}]*")


def extension(name: str) -> str:
    """The lower-case extension that Windows would act on ("" where there is none): the last path
    component's, without the dots and blanks at its end that Windows drops."""
    tail = re.split(r"[/\\]", name)[-1].rstrip(" .\t\r\n\x00")
    stem, dot, found = tail.rpartition(".")
    return found.strip().lower() if dot and stem and len(found) <= 20 else ""


def family_of_name(name: str) -> str:
    """What the name promises: "document", "program", ...; "" where it promises nothing."""
    return _FAMILIES.get(extension(name), "")


def family_of_kind(kind: str) -> str:
    """The same for what bytes are; "unknown" where they are nothing known."""
    return _KIND_FAMILIES.get(kind, "unknown")


def claims(name: str, kind: str) -> Iterator[Claim]:
    """Signs that the name alone, or the name against the kind, gives for one file. The kind
    "unread" says that the bytes are not known."""
    if not name:
        return
    last = extension(name)
    promised = _FAMILIES.get(last, "")
    found = family_of_kind(kind)
    mismatch = _mismatch(promised, found, kind)
    if mismatch:
        yield "file_magic_mismatch", name, {"claimed": last, "found": kind}
    acts = promised in ACTIVE or found in ACTIVE
    if acts or promised == "web":
        decoy = _decoy(name, last)
        if decoy:
            yield "file_double_extension", name, {"shown": decoy, "true": last}
    if not name.isascii():
        yield from _unusual_letters(name, last, acts)
    if last or acts:
        padding = _PADDED.search(name.strip())
        if padding:
            detail = {"blanks": str(padding.end() - padding.start()), "true": last or kind}
            yield "file_name_padded", name, detail


def _mismatch(promised: str, found: str, kind: str) -> bool:
    if not promised or promised == found or kind in _NOTHING_SAID:
        return False
    if promised in ACTIVE:
        # What claims to act warns by itself; a disk's image may be cut into any pieces.
        return False
    if found == "unknown":
        # Bytes without form under a document's name: the payload of a prepared viewer.
        return promised in ("document", "office", "picture")
    if found in ACTIVE and not (promised in ("text", "web", "archive") and found == "script"):
        return not (promised == "archive" and found == "disk")
    return found not in _TOLERATED.get(promised, frozenset())


def _decoy(name: str, last: str) -> str:
    """The harmless extension in front of the true one; "" where there is none."""
    tail = re.split(r"[/\\]", name)[-1].rstrip(" .\t")
    tokens = [token.strip().lower() for token in _TOKENS.split(tail)]
    # "pdf.js" is a library's name: a decoy stands between a stem and the true extension.
    for token in reversed(tokens[1:-1]):
        if token:
            return token if _FAMILIES.get(token) in _DECOYS and last != "svg" else ""
    if last in _NEVER_SHOWN or last == "scr":
        glued = re.search(r"[ _\-(\[]([a-z]{3,4})[)\]]?$", tokens[0]) if tokens else None
        if glued and _FAMILIES.get(glued.group(1)) in PASSIVE:
            return glued.group(1)
    return ""


def _unusual_letters(name: str, last: str, acts: bool) -> Iterator[Claim]:
    override = _OVERRIDES.search(name)
    if override or (acts and _EMBEDDINGS.search(name)):
        yield "file_direction_override", name, {"shown": shown(name), "true": last}
    dot = _CONFUSABLE_DOT.search(name)
    if dot and dot.group(1).lower() in _FAMILIES:
        detail = {"code_point": f"U+{ord(dot.group()[0]):04X}", "shown": dot.group(1).lower()}
        yield "file_confusable_dot", name, detail


def shown(name: str) -> str:
    """Roughly how a name with a direction override is displayed: what follows the override runs
    backwards to the end of its scope. (UAX #9 for names without right-to-left letters.)"""
    before, mark, rest = name.partition("\u202e")
    if not mark:
        return _EMBEDDINGS.sub("", _OVERRIDES.sub("", name))
    inner, pop, after = rest.partition("\u202c")
    return before + shown(inner)[::-1] + (shown(after) if pop else "")
