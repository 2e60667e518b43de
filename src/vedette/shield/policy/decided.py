"""What people decided by commands while a shield runs: exclusions, patches, enforced paths."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.errors import UnreadableError
from vedette.shield.exclusion.settings import Exclusion, Patch
from vedette.shield.policy.settings import Mode, Place, Policy, Site

FILE: Final = "decided.json"
PREVIOUS: Final = "decided.previous.json"
"""What stood in the file before the last change."""
MOST_CHANGES: Final = 1_000
_LOCK: Final = ".lock"


class Enforced(msgspec.Struct, frozen=True, kw_only=True):
    """The mode at a path of a site, in place of the configuration's."""

    site: str
    path: str
    mode: Mode
    by: str = ""
    at: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided what, when and why. `at` is in microseconds since the epoch."""

    at: int
    by: str
    what: str
    why: str = ""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `last` is the highest number ever given to an exclusion or a patch: none is given
    twice. `changes` are the last ones, the newest at the end."""

    exclusions: tuple[Exclusion, ...] = ()
    patches: tuple[Patch, ...] = ()
    enforced: tuple[Enforced, ...] = ()
    last: int = 0
    changes: tuple[Change, ...] = ()

    def noted(self, change: Change) -> Decided:
        """The same with one more change."""
        return msgspec.structs.replace(self, changes=(*self.changes, change)[-MOST_CHANGES:])

    def laid_on(self, policy: Policy) -> Policy:
        """The policy with these decisions."""
        sites = {site.name: site for site in policy.sites}
        for each in self.enforced:
            site = sites.get(each.site)
            if site is not None:
                sites[each.site] = _with_mode(site, each)
        known = set(sites)
        return msgspec.structs.replace(
            policy,
            sites=tuple(sites.values()),
            exclusions=policy.exclusions
            + tuple(each for each in self.exclusions if each.site in known),
            patches=policy.patches + tuple(each for each in self.patches if each.site in known),
        )


def _with_mode(site: Site, said: Enforced) -> Site:
    """At this path and below: places further down that the configuration has keep what it says."""
    path = said.path.rstrip("/") or "/"
    places = list(site.places)
    for index, place in enumerate(places):
        if (place.path.rstrip("/") or "/") == path:
            places[index] = msgspec.structs.replace(place, mode=said.mode)
            break
    else:
        above = max(
            (place for place in places if _holds(place, path)), key=lambda each: len(each.path)
        )
        places.append(msgspec.structs.replace(above, path=path, mode=said.mode))
    return msgspec.structs.replace(site, places=tuple(places))


def _holds(place: Place, path: str) -> bool:
    base = place.path.rstrip("/")
    return path == base or path.startswith(f"{base}/")


def read_decided(folder: Path) -> Decided:
    """The decisions so far; none where there are none. Raises UnreadableError."""
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Decided)
    except FileNotFoundError:
        return Decided()
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableError(
            f"{path}: can't be read ({error}); restore it from a backup or remove it"
        ) from error


@contextmanager
def deciding(folder: Path) -> Iterator[list[Decided]]:
    """The decisions in a list of one; what stands there at the end is written, whole or not at
    all. Others who decide at the same time wait. Raises UnreadableError, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = read_decided(folder)
        held = [before]
        yield held
        if held[0] != before:
            _write(folder / FILE, msgspec.json.format(msgspec.json.encode(held[0]), indent=1))


def _write(path: Path, content: bytes) -> None:
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        kept = path.with_name(PREVIOUS + ".new")
        kept.unlink(missing_ok=True)
        os.link(path, kept)
        kept.replace(path.with_name(PREVIOUS))
    new.replace(path)
