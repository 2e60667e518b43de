"""Where a link or a relationship leads: this machine, a known kind of place, or somewhere else."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote


def words(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


PROGRAMS = words(
    "exe scr com pif cpl msi msix msixbundle appx appinstaller dll sys ocx lnk js jse vbs vbe wsf "
    "wsh hta bat cmd ps1 psm1 jar jnlp reg msc application gadget chm url settingcontent-ms "
    "library-ms search-ms apk app dmg pkg command run sh deb rpm appimage elf so dylib py pyw xll "
    "iqy slk vsto"
)
"""Extensions whose files run or make another program run."""
PACKED = words("zip rar 7z iso img vhd vhdx udf cab ace arj gz tgz bz2 xz tar lzh zst")
"""Extensions of archives and disk images."""
IMAGES = words("jpg jpeg png gif bmp svg webp ico tif tiff emf wmf")
"""Extensions of pictures."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,30}):")
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}([^/\\?#]*)", re.I)
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|0x[0-9a-f]{8}|\d{8,10}|\[[0-9a-f:.]+\]", re.I)
_PATHS = frozenset(("", "unc", "file"))
_NO_PATH = frozenset(("mailto", "tel", "sip", "sms", "callto", "data", "javascript"))


class Target(NamedTuple):
    """`scheme` is lower case ("unc" for `\\\\host\\share`, "" for a path), `host` "" where the
    target is on this machine, `extension` that of the path, lower case without the dot."""

    scheme: str
    host: str
    extension: str

    @property
    def remote(self) -> bool:
        """Whether opening it asks another machine."""
        return self.host != ""

    @property
    def bare_address(self) -> bool:
        """Whether the host is a number instead of a name."""
        return _ADDRESS.fullmatch(self.host) is not None

    @property
    def runs(self) -> bool:
        """Whether what comes back is a program, a script or a shortcut."""
        return self.extension in PROGRAMS

    @property
    def office_cloud(self) -> bool:
        """Whether the host is Microsoft's file service, where firms keep linked workbooks."""
        return self.host.endswith((".sharepoint.com", ".officeapps.live.com", ".svc.ms")) or (
            self.host in ("onedrive.live.com", "d.docs.live.net", "docs.live.net")
        )


def target(url: str) -> Target:
    """What `url` (a URL, a UNC name or a path, as written) leads to. Never raises."""
    text = unquote(url.strip())[:4096]
    # mhtml:http://host/page!x-usc:http://... asks the inner address.
    inner = re.sub(r"^(?:mhtml|view-source|feed|url):", "", text, flags=re.I)
    found = _SCHEME.match(inner)
    scheme = found[1].lower() if found and not re.match(r"[A-Za-z]:[\\/]", inner) else ""
    if not scheme and inner[:2] in ("\\\\", "//"):
        scheme = "unc"
    host = ""
    if authority := _AUTHORITY.match(inner):
        host = authority[1].rpartition("@")[2] if scheme != "unc" else authority[1]
        # WebDAV: \\host@SSL@8080\share.
        host = re.sub(r"(@ssl)?(@\d+)?$|:\d*$", "", host, flags=re.I).lower().rstrip(".")
        if scheme == "file" and (re.match(r"[a-z]$|[a-z][:|]", host) or host == "localhost"):
            host = ""
        if host in (".", "?"):
            host = ""
    path = re.split(r"[?#!]", inner, maxsplit=1)[0] if scheme not in _PATHS else inner
    path = path.replace("\\", "/")
    last = path.rpartition("/")[2]
    only_host = (path.count("/") == 2 and host != "") or scheme in _NO_PATH
    extension = last.rpartition(".")[2].lower() if "." in last and not only_host else ""
    return Target(scheme, host, extension if extension.replace("-", "").isalnum() else "")
