"""The lists of services that links are held against, as data (`content/lures/*.yml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec

from vedette.lure.delivery.target import Target
from vedette.lure.language.folding import fold
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import load_data
from vedette.scan.memo import Memo

T = TypeVar("T")

LONG: Final = 8
"""Letters of a board's name that no other word holds by chance."""

Kind = Literal["file host", "shortener", "messenger", "board", "repository", "click"]


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service. A host stands for all below it; what follows its first slash are the first parts
    of the path. `schemes` are link schemes of its own, `names` words that are nobody else's."""

    name: str
    hosts: tuple[str, ...]
    schemes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class _FileHosts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    filehosts: tuple[Service, ...]


class _Shorteners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    shorteners: tuple[Service, ...]


class _Messengers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    messengers: tuple[Service, ...]


class _Boards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jobboards: tuple[Service, ...]
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class _Repositories(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    repositories: tuple[Service, ...]
    requests: tuple[tuple[str, ...], ...] = ()


class _Clicks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clicks: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class DeliveryLists:
    """All lists. `hosts`: by host, each service's kind, name and beginning of the path."""

    hosts: Mapping[str, tuple[tuple[Kind, str, str], ...]]
    schemes: Mapping[str, str]
    """Link scheme: name of the messenger."""
    board_names: Mapping[str, str]
    """A word that is a board's own: the board's name."""
    board_words: frozenset[str]
    board_places: frozenset[str]
    requests: tuple[str, ...]
    """Folded words of a task."""
    long_names: tuple[tuple[str, str], ...] = ()
    """Of `board_names`, those that are nobody else's even inside a longer word."""
    foreign: Memo[str, str] = field(default_factory=Memo, compare=False, repr=False)
    """By host: the board that it pretends to be."""

    def services(self, target: Target) -> Iterator[tuple[Kind, str]]:
        """Kind and name of each service that the link leads to."""
        host = target.host
        while host:
            for kind, name, path in self.hosts.get(host, ()):
                if path == "/" or f"{target.path}/".startswith(f"{path}/"):
                    yield kind, name
            host = host.partition(".")[2]


def load_delivery(folder: Path) -> DeliveryLists:
    """Read the lists from a folder. Raises ConfigError with every fault of every file,
    UnreadableError."""
    faults: list[str] = []
    files = _read(folder / "filehosts.yml", _FileHosts, faults)
    shorteners = _read(folder / "shorteners.yml", _Shorteners, faults)
    messengers = _read(folder / "messengers.yml", _Messengers, faults)
    boards = _read(folder / "jobboards.yml", _Boards, faults)
    repositories = _read(folder / "repositories.yml", _Repositories, faults)
    clicks = _read(folder / "clicks.yml", _Clicks, faults)
    if not (files and shorteners and messengers and boards and repositories and clicks):
        raise ConfigError(faults)
    hosts: dict[str, list[tuple[Kind, str, str]]] = {}
    given: tuple[tuple[Kind, tuple[Service, ...]], ...] = (
        ("file host", files.filehosts),
        ("shortener", shorteners.shorteners),
        ("messenger", messengers.messengers),
        ("board", boards.jobboards),
        ("repository", repositories.repositories),
        ("click", clicks.clicks),
    )
    for kind, services in given:
        for service in services:
            for entry in service.hosts:
                host, _, path = entry.partition("/")
                hosts.setdefault(host, []).append((kind, service.name, f"/{path}"))
    names = {name: one.name for one in boards.jobboards for name in one.names}
    return DeliveryLists(
        {host: tuple(entries) for host, entries in hosts.items()},
        {scheme: one.name for one in messengers.messengers for scheme in one.schemes},
        names,
        frozenset(boards.words),
        frozenset(boards.places),
        tuple(fold(words).text for line in repositories.requests for words in line),
        tuple((name, board) for name, board in names.items() if len(name) >= LONG),
    )


def _read(path: Path, kind: type[T], faults: list[str]) -> T | None:
    try:
        return load_data(path, kind)
    except ConfigError as error:
        faults += error.faults
        return None
