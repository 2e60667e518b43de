"""Where a link leads, taken apart once."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from vedette.lure.identity.domains import domain_of

REMEMBERED: Final = 16_384
MAX_URL: Final = 8_192
"""Characters of a link that are read; browsers take no longer ones from a mail."""

PROGRAMS: Final = frozenset(
    (
        *("exe", "msi", "msix", "appx", "appinstaller", "scr", "pif", "bat", "cmd", "ps1", "vbs"),
        *("vbe", "jse", "wsf", "hta", "jar", "lnk", "cpl", "reg", "xll", "chm", "msc"),
        *("dmg", "pkg", "apk", "deb", "rpm", "appimage", "run", "command", "url", "library-ms"),
        *("iso", "img", "vhd", "vhdx", "udf", "bin"),
        *("dotm", "dotx", "docm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "one", "onepkg"),
    )
)
"""Endings of programs, disk images and office files that load or run something."""

ARCHIVES: Final = frozenset(
    ("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "ace", "arj", "lzh")
)
_FILES: Final = PROGRAMS | ARCHIVES

_PLAIN: Final = re.compile(
    r"(https?)://([a-z0-9.-]+)(/[!\"$->@-~]*)?(?:\?([!\"$-~]*))?(?:#[!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
"""A link without a name, a port or anything unusual, which needs no more than this to be read."""
_NAME: Final = re.compile(r"([^/\\?&=;\"']{0,200}\.([a-z0-9-]{1,10}))(?=[&;\"']|\Z)", re.I)
_PROGRAM: Final = re.compile(
    rf"\.(?:{'|'.join(sorted(map(re.escape, _FILES)))})(?=[&;\"']|\Z)", re.I
)
"""Found wherever _NAME finds a program, and told at once where it does not."""
MAX_SHOWN: Final = 200
_SHOWN: Final = re.compile(
    rf"\w\.(?:{'|'.join(sorted(map(re.escape, _FILES - {'url', 'run'})))})\Z", re.I
)
_INTEGER: Final = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,10}")


class Target(msgspec.Struct, frozen=True):
    """`host` and `scheme` in lower case, `path` decoded; `address` tells a bare IP address;
    `file` is the program, image or archive that the link names ("" without)."""

    scheme: str
    host: str
    organisation: str
    label: str
    path: str
    address: bool = False
    file: str = ""


@lru_cache(REMEMBERED)
def target_of(url: str) -> Target:
    """Take a link apart; one that can't be read has no host. Never raises."""
    url = url.strip()[:MAX_URL]
    plain = _PLAIN.fullmatch(url)
    if plain is not None:
        scheme, host, path, query = plain.groups("")
        scheme, host = scheme.lower(), host.lower()
    else:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:  # brackets that hold no address, a bad port
            return Target("", "", "", "", "")
        scheme, path, query = parts.scheme, parts.path, parts.query
    host = host.rstrip(".")
    if not host:
        return Target(scheme, "", "", "", path)
    domain = domain_of(host)
    path = unquote(path)
    return Target(
        scheme,
        domain.host,
        domain.organisation,
        domain.label,
        path or "/",
        _is_address(host),
        _file(path, unquote(query)),
    )


def is_archive(file: str) -> bool:
    """Whether a file's name is that of an archive, which may hold anything."""
    return file.rpartition(".")[2].lower() in ARCHIVES


def file_shown(text: str) -> str:
    """The name of a program or archive that a link's visible text ends with; "" without."""
    last = text[-MAX_SHOWN:].rstrip(" .)]\u200f\u200e").rpartition("/")[2]
    return last.split()[-1] if _SHOWN.search(last) else ""


def _is_address(host: str) -> bool:
    """IPv4 in any spelling a browser takes (dotted, one number, hexadecimal), IPv6."""
    if ":" not in host and not host.rpartition(".")[2][:1].isdigit():
        return False  # whatever is one ends in a number
    if _INTEGER.fullmatch(host):
        return True
    digits = host.replace(".", "").isdigit()
    if digits and host.count(".") < 4:
        return True
    if digits or ":" in host:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return True
    parts = host.split(".")
    return len(parts) <= 4 and all(_INTEGER.fullmatch(part) for part in parts)


def _file(path: str, query: str) -> str:
    """The name of a program in the path's last part, else in a value of the query."""
    last = path.rstrip("/").rpartition("/")[2]
    ending = last.rpartition(".")[2].lower()
    if "." in last and ending in _FILES:
        return last
    if _PROGRAM.search(query) is None:
        return ""
    for found in _NAME.finditer(query):
        if found.group(2).lower() in _FILES:
            return found.group(1)
    return ""
