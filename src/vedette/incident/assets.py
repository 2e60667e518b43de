"""What the firm has, who owns it and how much hangs on it: a list in YAML or CSV."""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from pathlib import Path
from typing import Any, Final

import msgspec

from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.finding import Entity
from vedette.model.yaml_data import convert
from vedette.model.yaml_tree import read_yaml

MOST_BYTES: Final = 64 << 20
MOST_ASSETS: Final = 200_000
MOST_PATTERNS: Final = 5_000
LONGEST: Final = 512
COLUMNS: Final = ("hosts", "addresses", "accounts", "mailboxes", "tags")
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0", ""})
_KINDS: Final = {"host": "hosts", "account": "accounts", "mailbox": "mailboxes", "tag": "tags"}


class Asset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing of the firm. Hosts, accounts, mailboxes and tags may hold `*` and `?`; addresses
    may be ranges (192.0.2.0/24). `protected`: never acted on automatically, as is all of a
    `plant`."""

    name: str
    owner: str = ""
    criticality: int = 2
    protected: bool = False
    plant: bool = False
    hosts: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def untouchable(self) -> bool:
        return self.protected or self.plant


class _File(msgspec.Struct, forbid_unknown_fields=True):
    assets: tuple[Asset, ...]


class Assets:
    """Looks up what an entity belongs to."""

    def __init__(self, assets: Sequence[Asset] = ()) -> None:
        """Raises ConfigError with every fault."""
        self.all = tuple(assets)
        self._exact: dict[tuple[str, str], list[Asset]] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Asset]]] = {}
        self._ranges: dict[tuple[int, int], dict[int, list[Asset]]] = {}
        faults: list[str] = []
        for asset in self.all:
            faults += _faults(asset, asset.name or "an asset")
            for kind, column in _KINDS.items():
                for given in getattr(asset, column):
                    self._add(kind, given.lower(), asset)
            for given in asset.addresses:
                try:
                    network = ipaddress.ip_network(given, strict=False)
                except ValueError:
                    continue  # said by _faults
                sizes = self._ranges.setdefault((network.version, network.prefixlen), {})
                sizes.setdefault(int(network.network_address), []).append(asset)
        if sum(map(len, self._patterns.values())) > MOST_PATTERNS:
            faults.append(f"assets: more than {MOST_PATTERNS} patterns; use names or ranges")
        if faults:
            raise ConfigError(faults)

    def of(self, entity: Entity) -> tuple[Asset, ...]:
        """The assets an entity belongs to, the most critical first."""
        value = entity.value.lower()
        found = list(self._exact.get((entity.kind, value), ()))
        if entity.kind == "host":  # lists often hold the short name
            short = value.partition(".")[0]
            if short != value:
                found += self._exact.get(("host", short), ())
        found += [
            asset for pattern, asset in self._patterns.get(entity.kind, ()) if pattern.match(value)
        ]
        if entity.kind == "address":
            found += self._at(value)
        unique = {asset.name: asset for asset in found}
        return tuple(sorted(unique.values(), key=lambda each: (-each.criticality, each.name)))

    def of_all(self, entities: Iterable[Entity]) -> tuple[Asset, ...]:
        """The assets of several entities, the most critical first."""
        found = {asset.name: asset for entity in entities for asset in self.of(entity)}
        return tuple(sorted(found.values(), key=lambda each: (-each.criticality, each.name)))

    def protected(self, entity: Entity) -> bool:
        """Whether nothing may be done to an entity without a person."""
        return any(asset.untouchable for asset in self.of(entity))

    def _add(self, kind: str, given: str, asset: Asset) -> None:
        if "*" in given or "?" in given:
            pattern = re.compile(translate(given.replace("[", "[[]")))
            self._patterns.setdefault(kind, []).append((pattern, asset))
        else:
            self._exact.setdefault((kind, given), []).append(asset)

    def _at(self, value: str) -> list[Asset]:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return []
        found: list[Asset] = []
        for (version, size), networks in self._ranges.items():
            if version == address.version:
                rest = address.max_prefixlen - size
                found += networks.get(int(address) >> rest << rest, ())
        return found


def load_assets(path: Path) -> Assets:
    """The list in a YAML (`assets:` and entries) or CSV file (a head line; several values in one
    cell are parted by spaces or semicolons). Raises ConfigError with every fault as
    `file:line:column: what is wrong; what to do`, UnreadableError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}; check the path") from error
    if len(data) > MOST_BYTES:
        raise ConfigError([f"{path}: is larger than {MOST_BYTES} bytes; check the path"])
    faults: list[str] = []
    made = (_from_csv if path.suffix.lower() == ".csv" else _from_yaml)(data, str(path), faults)
    if len(made) > MOST_ASSETS:
        faults.append(f"{path}: more than {MOST_ASSETS} assets; name ranges and patterns instead")
    if faults:
        raise ConfigError(faults)
    return Assets(made)


def _from_yaml(data: bytes, file: str, faults: list[str]) -> list[Asset]:
    node = read_yaml(data, file, faults)
    if node is None:
        if not faults:
            faults.append(f"{file}: is empty; it should hold the key 'assets'")
        return []
    if not isinstance(node.value, dict) or set(node.value) != {"assets"}:
        faults.append(f"{node.mark}: should be a map with the one key 'assets'; change it")
        return []
    entries = node.value["assets"]
    if not isinstance(entries.value, list):
        faults.append(f"{entries.mark}: assets: is no list; begin each entry with '- '")
        return []
    made = []
    for entry in entries.value:
        asset = convert(entry, Asset, faults)
        if asset is not None:
            faults += _faults(asset, str(entry.mark))
            made.append(asset)
    return made


def _from_csv(data: bytes, file: str, faults: list[str]) -> list[Asset]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(f"{file}:{line}:1: is not UTF-8; save it in that encoding")
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    made: list[Asset] = []
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        known = {"name", "owner", "criticality", "protected", "plant", *COLUMNS}
        for column, name in enumerate(head, 1):
            if name not in known:
                faults.append(
                    f"{file}:1:{column}: {name!r} is no column; use {', '.join(sorted(known))}"
                )
        if "name" not in head:
            faults.append(f"{file}:1:1: there is no column 'name'; add it")
        if faults:
            return []
        for row in reader:
            if row and len(made) <= MOST_ASSETS:
                made += _row(head, row, f"{file}:{reader.line_num}", faults)
    except csv.Error as error:
        faults.append(f"{file}:{reader.line_num}:1: is not CSV ({error}); check the quotes")
    return made


def _row(head: list[str], row: list[str], where: str, faults: list[str]) -> list[Asset]:
    if len(row) != len(head):
        faults.append(f"{where}:1: has {len(row)} cells, the head has {len(head)}; check commas")
        return []
    given: dict[str, Any] = {}
    for column, (name, text) in enumerate(zip(head, (cell.strip() for cell in row), strict=True)):
        place = f"{where}:{column + 1}"
        if name in COLUMNS:
            given[name] = tuple(text.replace(";", " ").split())
        elif name in ("protected", "plant"):
            if text.lower() not in _YES | _NO:
                faults.append(f"{place}: {name}: {text[:40]!r}; write true or false")
            given[name] = text.lower() in _YES
        elif name == "criticality":
            if text and not (text.isascii() and text.isdigit() and len(text) == 1):
                faults.append(f"{place}: criticality: {text[:40]!r}; write 1 to 5")
            elif text:
                given[name] = int(text)
        else:
            given[name] = text
    asset = Asset(**given)
    faults += _faults(asset, f"{where}:1")
    return [asset]


def _faults(asset: Asset, where: str) -> list[str]:
    faults = []
    if not asset.name.strip():
        faults.append(f"{where}: has no name; give it one")
    if not 1 <= asset.criticality <= 5:
        faults.append(f"{where}: criticality: {asset.criticality}; write 1 to 5")
    for given in asset.addresses:
        try:
            ipaddress.ip_network(given, strict=False)
        except ValueError:
            faults.append(f"{where}: addresses: {given[:60]!r} is no address or range; correct it")
    for column in _KINDS.values():
        faults += [
            f"{where}: {column}: {given[:40]!r}: needs 1 to {LONGEST} characters that are "
            "not all wildcards; correct it"
            for given in getattr(asset, column)
            if not 0 < len(given) <= LONGEST or not given.strip("*?")
        ]
    if not any(getattr(asset, column) for column in COLUMNS):
        faults.append(f"{where}: names no host, address, account, mailbox or tag; add one")
    return faults
