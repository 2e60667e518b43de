"""The registry's files: read strictly, faults of all of them with their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from vedette.lure.identity.claims.words import ClaimWords
from vedette.lure.identity.entries import HOST, Agency, Employer, Network, TrackingSystem, template
from vedette.lure.identity.registry import Registry
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import convert, read_list
from vedette.model.yaml_tree import Mark

T = TypeVar("T")

MAX_FILES: Final = 1_000


def load_registry(folders: Sequence[Path]) -> Registry:
    """Read the registry from folders that hold any of `employers.yml`, `employers/*.yml`,
    `agencies.yml`, `networks.yml`, `tenants.yml`, `freemail.yml`, `nearby.yml` and `claims.yml`
    (each also as a folder of files). An entry of a later folder replaces that of the same key (for
    agencies and networks: name) in an earlier one.

    Raises ConfigError with every fault of every file and its place, UnreadableError.
    """
    faults: list[str] = []
    read = _Reader(folders, faults)
    employers = read.all("employers", Employer, lambda entry: entry.key)
    systems = read.all("tenants", TrackingSystem, lambda entry: entry.key, key="systems")
    agencies = read.all("agencies", Agency, lambda entry: entry.name)
    networks = read.all("networks", Network, lambda entry: entry.name)
    freemail = read.all("freemail", str, str)
    nearby = read.all("nearby", str, str)
    languages = read.all("claims", ClaimWords, lambda entry: entry.language, key="languages")
    _check_employers(employers, {system.key for system, _ in systems}, faults)
    for system, mark in systems:
        faults.extend(_templates(system, mark))
    for host, mark in freemail:
        if not re.match(HOST, host):
            faults.append(f"{mark}: '{host}' is no domain; write one such as example.org")
    if faults:
        raise ConfigError(faults)
    return Registry(
        _only(employers), _only(agencies), _only(networks), _only(systems),
        _only(freemail), _only(nearby), _only(languages),
    )  # fmt: skip


class _Placed(NamedTuple):
    folder: int
    mark: Mark


class _Reader:
    def __init__(self, folders: Sequence[Path], faults: list[str]) -> None:
        self._folders = folders
        self._faults = faults

    def all(
        self, name: str, kind: type[T], name_of: Callable[[T], str], key: str = ""
    ) -> list[tuple[T, Mark]]:
        """All entries of a kind; the last of those with the same name."""
        found: dict[str, tuple[T, _Placed]] = {}
        for number, folder in enumerate(self._folders):
            for path in _files(folder, name):
                for node in read_list(path, key or name, self._faults):
                    entry = convert(node, kind, self._faults)
                    if entry is not None:
                        self._put(found, name_of(entry), entry, _Placed(number, node.mark))
        return [(entry, placed.mark) for entry, placed in found.values()]

    def _put(
        self, found: dict[str, tuple[T, _Placed]], name: str, entry: T, placed: _Placed
    ) -> None:
        known = found.get(name)
        if known is not None and known[1].folder == placed.folder:
            first = known[1].mark
            self._faults.append(
                f"{placed.mark}: '{name}' stands twice (first at {first}); keep one"
            )
        found[name] = (entry, placed)


def _files(folder: Path, name: str) -> list[Path]:
    found = [folder / f"{name}.yml", *sorted((folder / name).glob("*.yml"))]
    return [path for path in found if path.is_file()][:MAX_FILES]


def _only(entries: Iterable[tuple[T, Mark]]) -> list[T]:
    return [entry for entry, _ in entries]


def _check_employers(
    employers: list[tuple[Employer, Mark]], systems: set[str], faults: list[str]
) -> None:
    """What no schema says: names and domains belong to one employer, references lead somewhere."""
    names: dict[str, Employer] = {}
    hosts: dict[str, Employer] = {}
    for entry, mark in employers:
        faults.extend(
            f"{mark}: ambiguous: '{name}' is none of the names; add it to aliases"
            for name in entry.ambiguous
            if name not in entry.names
        )
        faults.extend(
            f"{mark}: tenants: '{tenant}' names no system; add it to systems in tenants.yml"
            for tenant in entry.tenants
            if tenant.partition(":")[0] not in systems
        )
        if entry.titles and not entry.own:
            faults.append(f"{mark}: titles: are read for the firm itself only; add own: true")
        for name in entry.names:
            other = names.setdefault(name.casefold(), entry)
            if other is not entry:
                faults.append(f"{mark}: '{name}' is a name of {other.key} too; keep one")
        for host in entry.hosts:
            other = hosts.setdefault(host.lower(), entry)
            if other is not entry:
                faults.append(f"{mark}: {host} is a domain of {other.key} too; keep one")


def _templates(system: TrackingSystem, mark: Mark) -> Iterable[str]:
    for text in (*system.mail, *system.links):
        if text.count("{tenant}") > 1 or template(text).groups > 1:
            yield f"{mark}: '{text}' has more than one {{tenant}}; keep one"
    for text in system.mail:
        if text.count("@") != 1:
            yield f"{mark}: mail: '{text}' is no address; write one with an @"
