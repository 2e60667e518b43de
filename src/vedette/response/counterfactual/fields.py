"""Where stored events show what an action would touch: `content/response/touched.yml`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import load_data

KINDS: Final = (
    "from",
    "to",
    "client",
    "sender",
    "persona",
    "domain",
    "url",
    "hash",
    "account",
    "host",
    "pid",
    "image",
    "message",
    "trait",
)
"""What the file's `shows` may name."""

PRINCIPALS: Final = ("mailbox", "account", "address", "host")


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a website's request lies in an event; `uri` holds path and query in one."""

    uri: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    host: tuple[str, ...] = ()


class Must(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events with one of these texts in each of these fields ought to show one of `kinds`."""

    kinds: tuple[str, ...]
    when: dict[str, tuple[str, ...]]


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events of one format; see the head of touched.yml. Those of which every field in
    `left_out` holds one of its texts show nothing; where every field in `claimed` does, the event
    says who somebody claimed to be, and no account is its principal."""

    shows: dict[str, tuple[str, ...]]
    principals: dict[str, tuple[str, ...]]
    typed: tuple[str, ...] = ()
    request: Request | None = None
    parameters: tuple[str, ...] = ()
    must: tuple[Must, ...] = ()
    left_out: dict[str, tuple[str, ...]] = {}
    claimed: dict[str, tuple[str, ...]] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nobody: tuple[str, ...]
    formats: dict[str, Layout]


class Fields(msgspec.Struct, frozen=True):
    """All formats. `digest` changes with the content: an index made with another one is stale."""

    nobody: frozenset[str]
    formats: dict[str, Layout]
    digest: str


def load_fields(path: Path | None = None) -> Fields:
    """The bundled file, or one of the firm's own in its place. Raises ConfigError with every fault
    as `file: what; what to do`, UnreadableError."""
    where = path or bundled("response") / "touched.yml"
    written = load_data(where, _File)
    faults: list[str] = []
    for name, layout in written.formats.items():
        for part, given, known in (
            ("shows", layout.shows, KINDS),
            ("principals", layout.principals, PRINCIPALS),
            ("must", {kind: () for one in layout.must for kind in one.kinds}, KINDS),
        ):
            faults += [
                f"{where}: {name}: {part}: {kind!r} is not known; use one of {', '.join(known)}"
                for kind in given
                if kind not in known
            ]
        if not layout.principals:
            faults.append(f"{where}: {name}: principals: none; say whom an event belongs to")
    if faults:
        raise ConfigError(faults)
    digest = hashlib.blake2b(msgspec.json.encode(written, order="sorted"), digest_size=16)
    nobody = frozenset(name.lower() for name in written.nobody)
    return Fields(nobody, written.formats, digest.hexdigest())
