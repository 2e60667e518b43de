"""Installing a rule set: fetch, check the hash, unpack, load, and only then switch to it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vedette.model.errors import VedetteError
from vedette.model.instant import rfc3339
from vedette.rulesets.download import fetch, latest_release
from vedette.rulesets.installed import (
    TEMPORARY,
    Version,
    installed,
    locked,
    read_record,
    switch,
)
from vedette.rulesets.known import Known
from vedette.rulesets.package import digest_of, members_of, write_members
from vedette.sigma.ir import RuleSet
from vedette.sigma.load import load_rules

MAX_INVALID: Final = 0.05
"""Share of a set's documents that may be invalid; more means a damaged or foreign set."""

LATEST: Final = "latest"
_RELEASE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")

__all__ = ["Request", "UntrustedError", "install", "installed"]


class UntrustedError(VedetteError, ValueError):
    """A set that is not taken: its hash is unknown or another, or too much of it is invalid."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to install. `local` is a zip or folder instead of a download; `url` stands for the
    set's own (with {release} and {package}); `ca` is a PEM file for a mirror's certificate."""

    name: str
    release: str = ""
    package: str = ""
    local: Path | None = None
    url: str = ""
    sha256: str = ""
    trust_first: bool = False
    force: bool = False
    ca: Path | None = None


def install(
    data_dir: Path,
    known: Known,
    request: Request,
    now: int,
    *,
    loaded: Callable[[RuleSet], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Version:
    """Install what is requested and make it current; earlier versions stay for `rollback`.

    `now` is in microseconds since the epoch. `loaded` is given the set once it was read, before
    it is switched to. Raises UntrustedError, PackageError, DownloadError.
    """
    if request.sha256 and not _SHA256.match(request.sha256):
        raise UntrustedError(f"{request.sha256}: is no SHA-256; write 64 hex digits")
    package = request.package or known.default.package
    if package not in known.packages:
        names = ", ".join(known.packages)
        raise UntrustedError(f"{package}: no such package; choose one of {names}")
    with locked(data_dir, request.name) as home:
        work = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=home))
        try:
            found = _obtained(known, request, package, work, on_progress)
            members = members_of(found.path)
            sha256 = digest_of(found.path, members)
            trust = _trust(data_dir, known, request, found, package, sha256)
            folder = work / "rules"
            folder.mkdir(mode=0o755)
            write_members(members, folder, known.notice)
            rules = load_rules([folder])
            if loaded is not None:
                loaded(rules)
            verdicts = Counter(str(verdict.state) for verdict in rules.verdicts)
            if not request.force:
                _judge(request.name, verdicts)
            release = found.release or f"local-{sha256[:8]}"
            version = Version(
                version=release,
                folder=f"{release}-{sha256[:12]}",
                sha256=sha256,
                origin=found.origin,
                package=package if found.release and not request.local else "",
                trust=trust,
                installed=rfc3339(now),
                verdicts=dict(verdicts),
            )
            switch(data_dir, request.name, folder, version)
            return version
        finally:
            shutil.rmtree(work, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Obtained:
    path: Path
    origin: str
    release: str


def _obtained(
    known: Known,
    request: Request,
    package: str,
    work: Path,
    on_progress: Callable[[int, int], None] | None,
) -> _Obtained:
    release = request.release
    if release and not _RELEASE.match(release):
        raise UntrustedError(f"{release}: is no release's name; write one such as r2026-07-01")
    if request.local is not None:
        origin = str(request.local.absolute())
        return _Obtained(request.local, origin, "" if release == LATEST else release)
    if release == LATEST:
        release = latest_release(known.latest, request.ca)
        if not _RELEASE.match(release):
            raise UntrustedError(f"{known.latest}: names the release {release!r}; name one")
    release = release or known.default.release
    url = request.url or known.url
    url = url.replace("{release}", release).replace("{package}", known.packages[package])
    target = work / "package.zip"
    fetch(url, target, ca=request.ca, on_progress=on_progress)
    return _Obtained(target, url, release)


def _trust(
    data_dir: Path, known: Known, request: Request, found: _Obtained, package: str, sha256: str
) -> str:
    """Why this hash is believed. Raises UntrustedError where it is not."""
    if request.sha256:
        return _agreed(found, request.sha256, sha256, "given")
    if request.local is not None:
        return "local"
    pinned = known.sha256.get(found.release, {}).get(package)
    if pinned:
        return _agreed(found, pinned, sha256, "pinned")
    for version in read_record(data_dir, request.name).history:
        if (version.version, version.package) == (found.release, package):
            return _agreed(found, version.sha256, sha256, version.trust)
    if not request.trust_first:
        raise UntrustedError(
            f"{found.origin}: its hash {sha256} is not known; compare it with another source and "
            "give it with --sha256, or accept and record it with --trust-on-first-use"
        )
    if urlsplit(found.origin).scheme != "https":
        raise UntrustedError(f"{found.origin}: is not encrypted; give the hash with --sha256")
    return "first use"


def _agreed(found: _Obtained, wanted: str, sha256: str, trust: str) -> str:
    if wanted.lower() != sha256:
        raise UntrustedError(
            f"{found.origin}: has the hash {sha256} instead of {wanted}; it was changed on its "
            "way or since, don't use it"
        )
    return trust


def _judge(name: str, verdicts: Counter[str]) -> None:
    total, invalid = verdicts.total(), verdicts["invalid"]
    if not verdicts["compiled"]:
        raise UntrustedError(f"{name}: no rule in it compiles; is it a Sigma rule set?")
    if invalid > MAX_INVALID * total:
        raise UntrustedError(
            f"{name}: {invalid} of {total} documents are invalid; the set looks damaged, "
            "--force installs it all the same"
        )
