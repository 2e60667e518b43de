"""Constructions in containers, in names, and of files side by side, each with its honest twin."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from functools import partial

from lure.attachment.builders import archives as a
from lure.attachment.builders import virtual_disks as d
from lure.attachment.builders import volumes as v
from lure.attachment.builders.executables import elf, pe
from lure.attachment.construction import Construction, row

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
NOTE = b"Salary bands and the interview plan, as discussed.\n"
README = b"Open the viewer.\r\nServer: 192.0.2.7\r\nPassword: Spring2026!\r\n"
NOISE = bytes((index * 151 + 7) % 256 for index in range(4000))
PROGRAM = pe()
LIBRARY = pe(dll=True)
WORD = "Spring2026!"

Packer = Callable[[Mapping[str, bytes]], bytes]


def _disk(wrap: Callable[[bytes], bytes], files: Mapping[str, bytes]) -> bytes:
    return wrap(v.fat(files))


def _stream(pack: Callable[[bytes], bytes], files: Mapping[str, bytes]) -> bytes:
    return pack(a.tarred(files))


def _mail(files: Mapping[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "hr@jobs.example", "Offer"
    message.set_content("Please see the file.")
    for name, data in files.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return a.zipped({"offer.eml": bytes(message)})


ARCHIVES: dict[str, tuple[str, Packer]] = {
    "zip": ("offer.zip", a.zipped),
    "zip, stored": ("offer.zip", partial(a.zipped, method=zipfile.ZIP_STORED)),
    "zip, bzip2": ("offer.zip", partial(a.zipped, method=zipfile.ZIP_BZIP2)),
    "zip, LZMA": ("offer.zip", partial(a.zipped, method=zipfile.ZIP_LZMA)),
    "tar": ("offer.tar", a.tarred),
    "tar.gz": ("offer.tar.gz", partial(_stream, gzip.compress)),
    "tar.bz2": ("offer.tar.bz2", partial(_stream, bz2.compress)),
    "tar.xz": ("offer.tar.xz", partial(_stream, lzma.compress)),
    "7z": ("offer.7z", a.sevenzip),
    "RAR 4": ("offer.rar", a.rar4),
    "RAR 5": ("offer.rar", a.rar5),
    "message in a zip": ("offer.zip", _mail),
}

IMAGES: dict[str, tuple[str, Packer]] = {
    "ISO 9660": ("offer.iso", partial(v.iso, joliet=False)),
    "ISO 9660 with Joliet": ("offer.iso", v.iso),
    "UDF": ("offer.iso", v.udf),
    "FAT12": ("offer.img", v.fat),
    "FAT16": ("offer.img", partial(v.fat, bits=16)),
    "FAT32": ("offer.img", partial(v.fat, bits=32)),
    "NTFS": ("offer.img", v.ntfs),
    "partition": ("offer.img", partial(_disk, d.mbr)),
    "logical partition": ("offer.img", partial(_disk, partial(d.mbr, logical=True))),
    "GUID partition": ("offer.img", partial(_disk, d.gpt)),
    "fixed VHD": ("offer.vhd", partial(_disk, d.vhd_fixed)),
    "dynamic VHD": ("offer.vhd", partial(_disk, d.vhd_dynamic)),
    "VHDX": ("offer.vhdx", partial(_disk, d.vhdx)),
}

ENCRYPTED: dict[str, tuple[str, Callable[[Mapping[str, bytes], str], bytes]]] = {
    "old cipher": ("offer.zip", a.zipped_old),
    "AES": ("offer.zip", a.zipped_aes),
    "7z": ("offer.7z", lambda files, word: a.sevenzip(files, password=word)),
    "7z, names hidden": (
        "offer.7z",
        lambda files, word: a.sevenzip(files, password=word, names_hidden=True),
    ),
    "RAR 5": ("offer.rar", lambda files, word: a.rar5(files, password=word)),
    "RAR 5, names hidden": (
        "offer.rar",
        lambda files, word: a.rar5(files, password=word, names_hidden=True),
    ),
}

_LURE = {"Offer.exe": PROGRAM, "Readme.txt": README}
_HONEST = {"Offer.pdf": PDF, "Readme.txt": NOTE}
_SHOWN_AS_PDF = "Offer\u202efdp.exe"


def _placed() -> Iterator[Construction]:
    for name, (file, pack) in ARCHIVES.items():
        signs = "program_in_container readme_with_password"
        yield row(f"program in {name}", file, partial(pack, _LURE), signs, partial(pack, _HONEST))
    for name, (file, pack) in IMAGES.items():
        signs = "program_in_container image_with_program readme_with_password"
        if name == "ISO 9660":
            signs = "program_in_container image_with_program"  # its names are cut to 8.3
        yield row(f"program in {name}", file, partial(pack, _LURE), signs, partial(pack, _HONEST))
    for name, (file, lock) in ENCRYPTED.items():
        yield row(
            f"program behind a password, {name}",
            file,
            partial(lock, _LURE, WORD),
            "archive_encrypted archive_password_in_thread program_in_container",
            partial(lock, _HONEST, WORD),
            ordinary="archive_encrypted archive_password_in_thread",
            words=("the", WORD),
        )
        yield row(
            f"closed, {name}",
            file,
            partial(lock, _LURE, WORD),
            "archive_encrypted not_inspected",
            partial(lock, _HONEST, WORD),
            ordinary="archive_encrypted not_inspected",
            words=("the", "wrong"),
        )


def _nested() -> Iterator[Construction]:
    for outer_name, (file, outer) in {**ARCHIVES, **IMAGES}.items():
        if outer_name in ("message in a zip", "ISO 9660", "zip, stored", "zip, LZMA"):
            continue
        yield row(
            f"image in {outer_name}",
            file,
            partial(lambda outer, files: outer({"Offer.iso": v.iso(files)}), outer, _LURE),
            "nested_container image_with_program program_in_container",
            partial(lambda outer, files: outer({"Offer.zip": a.zipped(files)}), outer, _HONEST),
            ordinary="nested_container",
        )


def _side_by_side() -> Iterator[Construction]:
    bundle = {"SecurePDF.exe": PROGRAM, "libview.dll": LIBRARY, "Offer.pdf": NOISE}
    manual = {"SecurePDF.exe": PROGRAM, "libview.dll": LIBRARY, "Offer.pdf": PDF}
    pair = {"Setup.exe": PROGRAM, "version.dll": LIBRARY}
    honest = {"Setup.exe": PROGRAM, "vcruntime140.dll": LIBRARY}
    for name in ("zip", "7z", "RAR 5", "ISO 9660 with Joliet", "UDF", "dynamic VHD"):
        file, pack = {**ARCHIVES, **IMAGES}[name]
        program = "program_in_container image_with_program"
        yield row(
            f"viewer with its document in {name}",
            file,
            partial(pack, bundle),
            "viewer_bundle file_magic_mismatch",
            partial(pack, manual),
            ordinary=program,
        )
        yield row(
            f"program with a system's library in {name}",
            file,
            partial(pack, pair),
            "sideload_pair",
            partial(pack, honest),
            ordinary=program,
        )
    folder = {"a/Setup.exe": PROGRAM, "a/WINHTTP.dll": LIBRARY}
    elsewhere = {"a/Setup.exe": PROGRAM, "b/winhttp.dll": LIBRARY}
    yield row(
        "the same in a folder",
        "tool.zip",
        partial(a.zipped, folder),
        "sideload_pair",
        partial(a.zipped, elsewhere),
        ordinary="program_in_container",
    )


def _crooked() -> Iterator[Construction]:
    two = [
        (b"offer.pdf", b"offer.exe", PROGRAM, 0, len(PROGRAM)),
        (b"note.txt", b"note.txt", NOTE, 0, len(NOTE)),
    ]
    straight = [
        (b"offer.pdf", b"offer.pdf", PDF, 0, len(PDF)),
        (b"note.txt", b"note.txt", NOTE, 0, len(NOTE)),
    ]
    plain = partial(a.zip_of_parts, straight)
    doubled = [*straight, (b"offer.pdf", b"offer.pdf", PROGRAM, 0, len(PROGRAM))]
    rows: dict[str, tuple[Callable[[], bytes], str]] = {
        "two names for one member": (
            partial(a.zip_of_parts, two),
            "container_ambiguous program_in_container",
        ),
        "two members of one name": (
            partial(a.zip_of_parts, doubled),
            "container_ambiguous program_in_container file_magic_mismatch",
        ),
        "archive in front of the archive": (
            lambda: a.zipped({"offer.exe": PROGRAM}) + a.zipped({"note.txt": NOTE}),
            "container_ambiguous program_in_container",
        ),
        "no directory": (
            lambda: a.zipped(_LURE).partition(b"PK\x01\x02")[0],
            "container_damaged program_in_container",
        ),
        "wrong count": (
            partial(a.zip_of_parts, straight, count=7),
            "container_damaged",
        ),
        "name that climbs": (
            partial(a.zipped, {"../../Startup/offer.pdf": PDF}),
            "container_ambiguous",
        ),
        "absolute name": (partial(a.zipped, {"C:\\Users\\offer.pdf": PDF}), "container_ambiguous"),
        "members that share data": (
            partial(a.zip_overlapping, 250, 1 << 20),
            "container_bomb",
        ),
        "zeros without end": (
            partial(a.zipped, {"offer.bin": bytes(40 << 20)}),
            "container_bomb not_inspected",
        ),
        "archives without end": (partial(a.zip_nested, 3, 8, 1000), "container_bomb"),
    }
    for name, (build, signs) in rows.items():
        yield row(f"zip: {name}", "offer.zip", build, signs, plain)
    yield row(
        "tar: link that leads out",
        "offer.tar",
        partial(a.tarred, {"offer.pdf": PDF}, links={"x": "../../etc/passwd"}),
        "container_ambiguous",
        partial(a.tarred, {"offer.pdf": PDF}, links={"x": "offer.pdf"}),
    )
    yield row(
        "gzip: zeros without end",
        "offer.gz",
        lambda: gzip.compress(bytes(40 << 20)),
        "container_bomb",
        lambda: gzip.compress(bytes(1 << 20)),
    )
    yield row(
        "xz: zeros without end",
        "offer.xz",
        lambda: lzma.compress(bytes(40 << 20)),
        "container_bomb",
        lambda: lzma.compress(bytes(1 << 20)),
    )
    yield row(
        "RAR 4: names hidden",
        "offer.rar",
        partial(a.rar4, _LURE, names_hidden=True),
        "archive_encrypted not_inspected",
        partial(a.rar4, _HONEST),
    )
    yield row(
        "RAR 4: closed",
        "offer.rar",
        partial(a.rar4, _LURE, encrypted=True),
        "archive_encrypted not_inspected program_in_container",
        partial(a.rar4, _HONEST),
    )
    yield row(
        "image with hidden library",
        "offer.iso",
        partial(
            v.iso, {"Offer.exe": PROGRAM, "winmm.dll": LIBRARY}, hidden=frozenset({"winmm.dll"})
        ),
        "sideload_pair image_with_program",
        partial(v.iso, {"Offer.pdf": PDF, "photo.png": PNG}),
    )
    yield row(
        "disk with differences alone",
        "offer.vhdx",
        lambda: d.vhdx(v.fat(_LURE), parent=True),
        "not_inspected",
        lambda: d.vhdx(v.fat(_HONEST)),
    )


def _named() -> Iterator[Construction]:
    """Names of attachments: (file, bytes, signs, twin's name, twin's bytes)."""
    attached = "program_attached"
    cases: tuple[tuple[str, bytes, str, str, bytes], ...] = (
        ("Offer.pdf.exe", PROGRAM, "file_double_extension", "Offer.v2.pdf", PDF),
        ("Offer.docx.scr", PROGRAM, "file_double_extension", "Offer.final.docx.pdf", PDF),
        ("Offer.pdf .exe", PROGRAM, "file_double_extension", "Offer 3.5 .pdf", PDF),
        ("photo.jpg.iso", v.iso(_LURE), "file_double_extension", "photo.1.png", PNG),
        (
            "Offer.pdf.html",
            b"<html><body>Hello</body></html>",
            "file_double_extension",
            "Offer.en.html",
            b"<html><body>Hello</body></html>",
        ),
        ("CV_pdf.scr", PROGRAM, "file_double_extension", "CV_pdf.pdf", PDF),
        ("Offer\u2024pdf", elf(), "file_confusable_dot", "Offer v1.0.pdf", PDF),
        (
            "Offer\uff0epdf",
            elf(),
            "file_confusable_dot",
            "\u5831\u544a\u66f8\u3002\u6700\u65b0.pdf",
            PDF,
        ),
        ("Offer\u3002pdf", elf(), "file_confusable_dot", "col\u00b7legi.pdf", PDF),
        (
            "Offer\ufe52docx",
            elf(),
            "file_confusable_dot",
            "\u4f1a\u793e\u30fb\u6848\u5185.pdf",
            PDF,
        ),
        (_SHOWN_AS_PDF, PROGRAM, "file_direction_override", "\u05d4\u05e6\u05e2\u05d4.pdf", PDF),
        (
            "Offer\u2066\u202dfdp.exe",
            PROGRAM,
            "file_direction_override",
            "\u200f\u0639\u0631\u0636.pdf",
            PDF,
        ),
        ("Offer" + " " * 60 + ".exe", PROGRAM, "file_name_padded", "My  Offer  2026.pdf", PDF),
        (
            "Offer.pdf" + "\u00a0" * 40 + ".exe",
            PROGRAM,
            "file_name_padded file_double_extension",
            "Mon\u00a0offre.pdf",
            PDF,
        ),
        (
            "Offer\u2800\u2800\u2800.exe",
            PROGRAM,
            "file_name_padded",
            "\uc81c\uc548 \uc11c.pdf",
            PDF,
        ),
        ("Offer" + "_" * 50 + ".exe", PROGRAM, "file_name_padded", "Offer_____draft.pdf", PDF),
        ("Offer.pdf", PROGRAM, "file_magic_mismatch", "J.R. Smith CV.pdf", PDF),
        ("Offer.pdf", NOISE, "file_magic_mismatch", "Offer.dat", NOISE),
        ("Offer.docx", PROGRAM, "file_magic_mismatch", "Offer.doc", b"{\\rtf1 An offer}"),
        ("photo.jpg", a.zipped(_LURE), "file_magic_mismatch", "photo.jpg", PNG),
        (
            "Offer.pdf",
            b"<html><body>Hello</body></html>",
            "file_magic_mismatch",
            "table.xls",
            b"<html><body><table></table></body></html>",
        ),
        ("notes.txt", PROGRAM, "file_magic_mismatch", "notes.txt", NOTE),
        ("Offer.zip", PROGRAM, "file_magic_mismatch", "Offer.zip", a.zipped(_HONEST)),
        ("Offer.pdf", v.iso(_LURE), "file_magic_mismatch", "Offer.iso", v.iso(_HONEST)),
        ("Offer.exe", PROGRAM, attached, "name.tar.gz", gzip.compress(a.tarred(_HONEST))),
    )
    for number, (file, data, signs, twin_file, twin) in enumerate(cases, 1):
        yield row(
            f"name {number}: {signs}",
            file,
            partial(bytes, data),
            signs,
            partial(bytes, twin),
            twin_file=twin_file,
        )
    inside = (
        ("Offer.pdf.exe", "file_double_extension"),
        (_SHOWN_AS_PDF, "file_direction_override"),
        ("Offer\u2024pdf", "file_confusable_dot"),
        ("Offer.pdf" + " " * 40 + ".exe", "file_name_padded"),
        ("Offer.pdf", "file_magic_mismatch"),
    )
    for file, sign in inside:
        for name in ("zip", "7z", "RAR 5", "tar", "ISO 9660 with Joliet", "UDF", "NTFS", "FAT16"):
            outer, pack = {**ARCHIVES, **IMAGES}[name]
            yield row(
                f"{sign} in {name}",
                outer,
                partial(pack, {file: PROGRAM}),
                f"{sign} program_in_container",
                partial(pack, {"Offer.v2.pdf": PDF}),
            )


def _scripts() -> Iterator[Construction]:
    script = b'Set shell = CreateObject("Scripting.Dictionary")\r\n'
    project = {"package.json": b'{"name": "test"}', "index.js": b"console.log(1)\n"}
    for name in ("zip", "RAR 5", "tar.gz", "ISO 9660 with Joliet"):
        file, pack = {**ARCHIVES, **IMAGES}[name]
        for extension in ("vbs", "js", "bat", "hta"):
            body = b"<html><hta:application></html>" if extension == "hta" else script
            yield row(
                f"script .{extension} in {name}",
                file,
                partial(pack, {f"Offer.{extension}": body}),
                "script_in_container",
                partial(pack, project if name != "ISO 9660 with Joliet" else _HONEST),
            )


CONSTRUCTIONS: tuple[Construction, ...] = (
    *_placed(),
    *_nested(),
    *_side_by_side(),
    *_crooked(),
    *_named(),
    *_scripts(),
)
"""All constructions of containers and names."""
