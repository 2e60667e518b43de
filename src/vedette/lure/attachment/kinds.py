"""What a file is, by its bytes: `kind_of`, and which kinds belong together.

Sources: the formats' own specifications for the marks named in `_HEADS`; ECMA-376 and ODF 1.3
part 3 for packages; ECMA-119 section 8 and ECMA-167 part 2 for volumes.
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment.text_kinds import text_kind

PROGRAMS = frozenset(
    {"pe", "elf", "macho", "msi", "jar", "class", "apk", "dex", "msix", "chm", "deb", "rpm", "dos"}
)
"""Kinds that run as they are."""

SCRIPTS = frozenset({"hta", "js", "vbs", "wsf", "ps1", "bat", "sh", "py", "reg", "applescript"})
"""Text that an interpreter found on the target runs."""

SHORTCUTS = frozenset({"lnk", "url", "desktop", "library-ms", "search-ms", "scf", "settings"})
"""Files that lead elsewhere when they are opened."""

DISKS = frozenset({"iso", "udf", "img", "vhd", "vhdx", "dmg", "vmdk", "qcow2", "wim", "squashfs"})
"""Images of disks and volumes; what lies in them carries no mark of the web."""

ARCHIVES = frozenset(
    {"zip", "rar", "7z", "cab", "lha", "arj", "ace", "tar", "gz", "bz2", "xz", "lzma", "zst", "z"}
    | {"lz4", "ar", "cpio", "tnef", "xar"}
)

CONTAINERS = ARCHIVES | DISKS
"""Kinds whose purpose is to hold other files."""

PICTURES = frozenset(
    {"png", "jpg", "gif", "bmp", "tif", "webp", "ico", "heic", "avif", "psd", "emf"}
)

MEDIA = frozenset({"mp3", "mp4", "avi", "wav", "ogg", "flac", "webm", "asf"})

DOCUMENTS = frozenset(
    {"pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "ole", "rtf", "odt", "ods", "odp", "epub"}
    | {"ps", "onenote", "xps", "visio"}
)

ODD_ENDS = 70_000
"""Bytes looked at behind the first megabyte of a ZIP for its directory."""

_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK00PK\x03\x04", "zip"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"MZ", "pe"),
    (b"ZM", "dos"),
    (b"\x7fELF", "elf"),
    (b"\xfe\xed\xfa\xce", "macho"),
    (b"\xfe\xed\xfa\xcf", "macho"),
    (b"\xce\xfa\xed\xfe", "macho"),
    (b"\xcf\xfa\xed\xfe", "macho"),
    (b"\xca\xfe\xba\xbe", "fat"),
    (b"\xca\xfe\xba\xbf", "macho"),
    (b"dex\n", "dex"),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", "lnk"),
    (b"{\\rt", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"MSCF", "cab"),
    (b"ITSF", "chm"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x1f\x9d", "z"),
    (b"\x60\xea", "arj"),
    (b"!<arch>\n", "ar"),
    (b"070701", "cpio"),
    (b"070707", "cpio"),
    (b"xar!", "xar"),
    (b"\xed\xab\xee\xdb", "rpm"),
    (b"MSWIM\x00\x00\x00", "wim"),
    (b"hsqs", "squashfs"),
    (b"vhdxfile", "vhdx"),
    (b"conectix", "vhd"),
    (b"KDMV", "vmdk"),
    (b"QFI\xfb", "qcow2"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "onenote"),
    (b"BM", "bmp"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"8BPS", "psd"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"\x01\x00\x00\x00", "emf"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"RIFF", "riff"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"\x30\x26\xb2\x75", "asf"),
    (b"%!PS", "ps"),
    (b"\xc5\xd0\xd3\xc6", "ps"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"\x00\x01\x00\x00\x00", "font"),
    (b"OTTO", "font"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"!BDN", "pst"),
    (b"FWS", "swf"),
    (b"CWS", "swf"),
    (b"\x00asm", "wasm"),
    (b"bplist00", "plist"),
)
_BY_FIRST: dict[int, tuple[tuple[bytes, str], ...]] = {
    first: tuple((head, kind) for head, kind in _HEADS if head[0] == first)
    for first in {head[0] for head, _ in _HEADS}
}

_PACKAGE = re.compile(
    rb"(word/document|xl/workbook|ppt/presentation|visio/document|FixedDocumentSequence|"
    rb"META-INF/MANIFEST\.MF|AndroidManifest\.xml|AppxManifest\.xml)"
)
_PACKAGE_KIND = {
    b"word/document": "docx",
    b"xl/workbook": "xlsx",
    b"ppt/presentation": "pptx",
    b"visio/document": "visio",
    b"FixedDocumentSequence": "xps",
    b"META-INF/MANIFEST.MF": "jar",
    b"AndroidManifest.xml": "apk",
    b"AppxManifest.xml": "msix",
}
_OPENDOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/epub+zip": "epub",
}
_LOADED = (".exe", ".dll", ".scr", ".com", ".pif", ".cpl")
_VOLUME = 32768
"""Byte at which the volume recognition of ISO 9660 and UDF begins."""


def kind_of(data: bytes, name: str = "") -> str:
    """What the bytes are: a short lower-case name ("pe", "docx", "iso", ...), "text" for text
    without a form of its own, "unknown" otherwise. Never raises.

    `name` decides only between kinds of plain text, where the extension alone makes the
    interpreter; it never overrules bytes.
    """
    if not data:
        return "empty"
    for head, kind in _BY_FIRST.get(data[0], ()):
        if data.startswith(head):
            refined = _REFINE[kind](data) if kind in _REFINE else kind
            if refined:
                return refined
    if data.startswith(b"MZ") and name.lower().endswith(_LOADED):
        return "dos"
    return _unheaded(data) or text_kind(data, name) or "unknown"


def is_inert(data: bytes) -> bool:
    """Whether there is nothing to open: no bytes at all, or a picture of a kind that `kind_of`
    tells by its first bytes and that no inspector reads."""
    return not data or data.startswith(_INERT)


_INERT = tuple(head for head, kind in _HEADS if kind in ("png", "jpg", "gif"))


def _unheaded(data: bytes) -> str:
    """Kinds whose mark is not in the first bytes."""
    if len(data) > _VOLUME + 2048:
        volume = _volume_kind(data)
        if volume:
            return volume
    if data[257:262] == b"ustar" or _old_tar(data):
        return "tar"
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return {b"heic": "heic", b"mif1": "heic", b"avif": "avif"}.get(brand, "mp4")
    if data[2:5] == b"-lh" and data[6:7] == b"-":
        return "lha"
    if data[7:14] == b"**ACE**":
        return "ace"
    if data[-512:-504] == b"conectix":
        return "vhd"
    if data[-512:-508] == b"koly":
        return "dmg"
    if data[:13] == b"]\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff":
        return "lzma"
    if len(data) >= 1024 and data[510:512] == b"\x55\xaa" and _disk(data):
        return "img"
    # Readers find a document's mark anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1).
    if b"%PDF-" in data[:1024]:
        return "pdf"
    return ""


def _volume_kind(data: bytes) -> str:
    """ISO 9660 where a reader would find it, UDF where only that is there."""
    kind = ""
    # Descriptors follow each other in sectors of 2,048 bytes; a bridge has both kinds.
    for at in range(_VOLUME, min(len(data) - 6, _VOLUME + 64 * 2048), 2048):
        mark = data[at + 1 : at + 6]
        if mark == b"CD001":
            return "iso"
        if mark in (b"NSR02", b"NSR03"):
            kind = "udf"
        elif mark not in (b"BEA01", b"TEA01", b"BOOT2", b"CDW02"):
            break
    return kind


def _disk(data: bytes) -> bool:
    """Whether a boot sector's fields make sense: a volume, or a table of partitions."""
    if data[3:11] in (b"NTFS    ", b"EXFAT   ") or data[512:520] == b"EFI PART":
        return True
    if data[0] in (0xEB, 0xE9) and struct.unpack_from("<H", data, 11)[0] in (512, 1024, 2048, 4096):
        return True
    entries = [data[at : at + 16] for at in range(446, 510, 16)]
    used = [entry for entry in entries if entry[4]]
    return bool(used) and all(entry[0] in (0, 0x80) for entry in entries)


def _old_tar(data: bytes) -> bool:
    """Whether the first header's checksum is right: a tar from before POSIX has no mark."""
    if len(data) < 512 or not data[0]:
        return False
    field = data[148:156].strip(b" \x00")
    if not field.isdigit() or len(field) > 7 or b"8" in field or b"9" in field:
        return False
    return int(field, 8) == sum(data[:148]) + 8 * 32 + sum(data[156:512])


def _zip_kind(data: bytes) -> str:
    """The package in a ZIP, by names in its first megabyte and in its directory."""
    if data[30:38] == b"mimetype":
        start = 38 + int.from_bytes(data[28:30], "little")
        stored = data[start : start + 60]
        for mark, kind in _OPENDOCUMENT.items():
            if stored.startswith(mark):
                return kind
    # The directory holds every name; looking there first spares a search of the whole file.
    directory = data.rfind(b"PK\x05\x06", max(0, len(data) - ODD_ENDS))
    start = 0
    if directory >= 0 and len(data) >= directory + 20:
        start = struct.unpack_from("<I", data, directory + 16)[0]
    region = data[start : start + (1 << 20)] if 0 < start < len(data) else data[: 1 << 20]
    found = {match.group() for match in _PACKAGE.finditer(region)}
    if b"[Content_Types].xml" in region:
        for mark in (b"word/document", b"xl/workbook", b"ppt/presentation", b"visio/document"):
            if mark in found:
                return _PACKAGE_KIND[mark]
        if b"FixedDocumentSequence" in found:
            return "xps"
    for mark in (b"AndroidManifest.xml", b"AppxManifest.xml", b"META-INF/MANIFEST.MF"):
        if mark in found:
            return _PACKAGE_KIND[mark]
    return "zip"


def _ole_kind(data: bytes) -> str:
    """The document in an OLE compound file, by the names of its streams."""
    # Directory entries are UTF-16LE; the first megabytes hold them in what Office writes.
    region = data if len(data) <= 1 << 22 else data[: 1 << 21] + data[-(1 << 21) :]
    for name, kind in _OLE_STREAMS:
        if name in region:
            return kind
    return "ole"


_OLE_STREAMS: tuple[tuple[bytes, str], ...] = (
    *(
        (name.encode("utf-16-le") + b"\x00\x00", kind)
        for name, kind in (
            ("WordDocument", "doc"),
            ("Workbook", "xls"),
            ("Book", "xls"),
            ("PowerPoint Document", "ppt"),
            ("__properties_version1.0", "msg"),
            ("VisioDocument", "visio"),
            ("EncryptedPackage", "ole"),
        )
    ),
    (b"\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", "msi"),
)
"""Streams by which documents are known, and the class of installers ({000C1084-...})."""


def _pe_kind(data: bytes) -> str:
    """A program for Windows, or for DOS where no PE header is; text may begin with MZ too."""
    offset = struct.unpack_from("<I", data, 60)[0] if len(data) >= 64 else len(data)
    if data[offset : offset + 4] == b"PE\x00\x00":
        return "pe"
    # Cut short, a loader would refuse it; a person may still be shown it.
    return "" if text_kind(data) else "dos"


def _fat_kind(data: bytes) -> str:
    """Java's class files and Mach-O for several processors share a mark."""
    # The number behind it is a count of processors here, a version of 45 or more there.
    return "class" if int.from_bytes(data[4:8], "big") >= 43 else "macho"


def _riff_kind(data: bytes) -> str:
    return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(data[8:12], "")


def _emf_kind(data: bytes) -> str:
    return "emf" if data[40:44] == b" EMF" else ""


def _bmp_kind(data: bytes) -> str:
    return "bmp" if len(data) >= 18 and data[6:10] == b"\x00\x00\x00\x00" else ""


def _vhd_kind(data: bytes) -> str:
    return "vhd" if len(data) >= 512 else ""


def _ar_kind(data: bytes) -> str:
    return "deb" if data[8:21] == b"debian-binary" else "ar"


def _arj_kind(data: bytes) -> str:
    size = int.from_bytes(data[2:4], "little")
    return "arj" if 30 <= size <= 2600 else ""


def _text_mark(data: bytes) -> str:
    """Marks of three letters are nothing where the rest reads as text."""
    return "" if text_kind(data) else "swf"


_REFINE = {
    "zip": _zip_kind,
    "ole": _ole_kind,
    "pe": _pe_kind,
    "fat": _fat_kind,
    "riff": _riff_kind,
    "emf": _emf_kind,
    "bmp": _bmp_kind,
    "vhd": _vhd_kind,
    "ar": _ar_kind,
    "arj": _arj_kind,
    "swf": _text_mark,
}
