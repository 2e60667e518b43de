"""Which inspector opens which kind of file; each is imported when the first such file comes.

An entry is `kind: "module:function"`, the module below `vedette.lure.attachment`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from vedette.lure.attachment.context import Context

Inspect = Callable[[bytes, Context], None]

CONTAINERS: dict[str, str] = {
    "zip": "containers.zip:inspect",
    "tar": "containers.tar:inspect",
    "gz": "containers.streams:gzip",
    "bz2": "containers.streams:bzip2",
    **dict.fromkeys(("xz", "lzma"), "containers.streams:xz"),
    "zst": "containers.streams:zstd",
    **dict.fromkeys(("z", "lz4"), "containers.libarchive:stream"),
    "7z": "containers.sevenzip:inspect",
    "rar": "containers.rar:inspect",
    **dict.fromkeys(("cab", "lha", "ar", "cpio", "xar"), "containers.libarchive:inspect"),
    **dict.fromkeys(("iso", "udf"), "containers.partitions:optical"),
    "img": "containers.partitions:image",
    "vhd": "containers.vhd:inspect",
    "vhdx": "containers.vhdx:inspect",
    "eml": "containers.mail:eml",
    "msg": "containers.mail:msg",
}
DOCUMENTS: dict[str, str] = {
    **dict.fromkeys(("docx", "xlsx", "pptx", "visio", "xps"), "documents.ooxml:inspect"),
    **dict.fromkeys(("odt", "ods", "odp", "epub"), "documents.opendocument:inspect"),
    **dict.fromkeys(("doc", "xls", "ppt", "ole"), "documents.ole:inspect"),
    "rtf": "documents.rtf:inspect",
    "pdf": "documents.pdf:inspect",
    "onenote": "documents.onenote:inspect",
    "html": "documents.html:inspect",
    "svg": "documents.html:inspect",
    "mht": "documents.mht:inspect",
}
PROGRAMS: dict[str, str] = {
    "pe": "programs.pe:inspect",
    "elf": "programs.elf:inspect",
    "macho": "programs.elf:inspect_macho",
    "msi": "programs.packages:inspect_msi",
    **dict.fromkeys(("jar", "apk", "msix"), "programs.packages:inspect_zip_program"),
    "chm": "programs.packages:inspect_chm",
    "lnk": "programs.lnk:inspect",
    **dict.fromkeys(
        ("url", "desktop", "scf", "library-ms", "search-ms", "settings"),
        "programs.shortcuts:inspect",
    ),
    **dict.fromkeys(
        ("hta", "js", "vbs", "wsf", "ps1", "bat", "sh", "py", "reg", "applescript"),
        "programs.scripts:inspect",
    ),
    **dict.fromkeys(("json", "text", "xml"), "programs.projects:inspect"),
}


@cache
def inspector(kind: str) -> Inspect | None:
    """The inspector of that kind; None where the kind has nothing to open."""
    entry = CONTAINERS.get(kind) or DOCUMENTS.get(kind) or PROGRAMS.get(kind)
    if entry is None:
        return None
    module, _, function = entry.partition(":")
    found: Inspect = getattr(import_module(f"vedette.lure.attachment.{module}"), function)
    return found


def load_all() -> None:
    """Import every inspector: the child does this before its sandbox closes."""
    for entries in (CONTAINERS, DOCUMENTS, PROGRAMS):
        for kind in entries:
            inspector(kind)
