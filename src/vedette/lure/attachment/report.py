"""What the inspection of one attachment found; crosses from the child process as MessagePack."""

from __future__ import annotations

import msgspec

from vedette.lure.sign import Sign


class Member(msgspec.Struct, frozen=True):
    """A file: the attachment itself or something inside it.

    `path` is the attachment's name, then the names of members, joined by "/" as they are written
    in the containers (control and direction characters kept); `depth` is 0 for the attachment.
    `kind` is what the bytes are ("zip", "pe", "pdf", "docx", ...; "unknown"), whatever the name
    says. `size` is in bytes, unpacked; `sha256` is "" where the content was not read.
    `encrypted`: "" no, "opened" a word of the thread opened it, "closed" none did.
    """

    path: str
    depth: int
    kind: str
    size: int
    sha256: str = ""
    encrypted: str = ""
    note: str = ""
    """What could not be inspected and why; "" where all was."""


class Report(msgspec.Struct, frozen=True):
    """Everything about one attachment. `complete` is False where a limit, damage or encryption
    left something unseen; `unseen` then says what and why. `texts` are readable texts found
    (document bodies, readme files; path, text), `urls` links and template targets (path, url)."""

    members: tuple[Member, ...] = ()
    signs: tuple[Sign, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    complete: bool = True
    unseen: tuple[str, ...] = ()
