"""Field mappings: which events a logsource means, and where a Sigma field lies in them.

A mapping is a YAML file per event format, so that whoever asks "why did my rule not fire" can
read and change the answer. See docs/reference/mappings.md for the keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from vedette.model.errors import ConfigError
from vedette.model.logsource import Logsource
from vedette.model.path import split_path

MAX_BYTES: Final = 1 << 20

ANYTHING: Final = "*"
"""Among the texts of a route's `when`: every value that is there."""


class Route(msgspec.Struct, frozen=True):
    """Events that a logsource means: those whose discriminator fields equal `when`.

    `when` maps a Sigma field to the accepted texts (folded; any of them; `*` accepts every value
    that is there). A field that holds a list is accepted for one of its elements. `fields` maps
    Sigma fields to native paths for these events alone, tried in order; it wins over the mapping's.
    """

    logsource: Logsource
    when: dict[str, tuple[str, ...]] = {}
    fields: dict[str, tuple[str, ...]] = {}


class Mapping(msgspec.Struct, frozen=True):
    """How the events of one format are read.

    A native path is `a.b.c`: key a, in it key b, in it key c (a path without dots is a top-level
    key; a key that itself holds dots is written `[a.b].c`). A Sigma field without an entry is
    looked for under each of `roots`, in order; the first that is present and not null counts.
    `discriminators` are the Sigma fields that routes test. `time`, `host` are lists of native
    paths. `entities` maps an entity kind to the native paths that hold one.
    """

    format: str
    discriminators: tuple[str, ...] = ()
    roots: tuple[str, ...] = ("",)
    time: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = {}
    routes: tuple[Route, ...] = ()
    entities: dict[str, tuple[str, ...]] = {}
    path: str = ""

    def paths(self, field: str, route: Route | None) -> tuple[str, ...]:
        """The native paths of a Sigma field, in the order in which they are tried."""
        own = route.fields.get(field) if route is not None else None
        found = own or self.fields.get(field)
        if found:
            return found
        return tuple(f"{root}.{field}" if root else field for root in self.roots)

    def anywhere(self, field: str) -> frozenset[str]:
        """Every native path at which a Sigma field may lie, whatever the route."""
        own = {path for route in self.routes for path in route.fields.get(field, ())}
        return frozenset((*own, *self.paths(field, None)))


def value_at(record: Any, path: str) -> Any:
    """The value at a native path, None where there is none. A list on the way gives the list of
    what lies under its elements."""
    return _walk(record, split_path(path))


def _walk(value: Any, keys: tuple[str, ...]) -> Any:
    for index, key in enumerate(keys):
        if isinstance(value, list):
            found = [_walk(item, keys[index:]) for item in value]
            return [item for item in found if item is not None] or None
        if not isinstance(value, dict):
            return None
        value = value.get(key)
        if value is None:
            return None
    return value


def load_mappings(paths: Iterable[Path]) -> dict[str, Mapping]:
    """Read mapping files; a later file replaces an earlier one of the same format.

    Raises ConfigError with every fault of every file.
    """
    mappings: dict[str, Mapping] = {}
    faults: list[str] = []
    for path in paths:
        try:
            raw = path.read_bytes()
            if len(raw) > MAX_BYTES:
                raise ValueError(f"larger than {MAX_BYTES} bytes")
            loaded = yaml.load(raw, yaml.CSafeLoader)
            mapping = _mapping(loaded, str(path))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
            faults.append(f"{where}: {error.problem}; write valid YAML")
        except (ValueError, TypeError, msgspec.ValidationError, OSError) as error:
            faults.append(f"{path}: {error}; see the mapping reference for the accepted keys")
        else:
            mappings[mapping.format] = mapping
    if faults:
        raise ConfigError(faults)
    return mappings


class _RouteFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    logsource: Logsource
    when: dict[str, Any] = {}
    fields: dict[str, Any] = {}


class _MappingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    discriminators: list[str] = []
    roots: list[str] = msgspec.field(default_factory=lambda: [""])
    time: list[str] = []
    fields: dict[str, Any] = {}
    routes: list[_RouteFile] = []
    entities: dict[str, Any] = {}


def _mapping(loaded: Any, path: str) -> Mapping:
    file = msgspec.convert(loaded, _MappingFile)
    routes: list[Route] = []
    for route in file.routes:
        unknown = set(route.when) - set(file.discriminators)
        if unknown:
            raise ValueError(f"route {route.logsource}: {sorted(unknown)} not in discriminators")
        when = {name: _texts(value, fold=True) for name, value in route.when.items()}
        fields = {name: _texts(value) for name, value in route.fields.items()}
        routes.append(Route(route.logsource, when, fields))
    return Mapping(
        format=file.format,
        discriminators=tuple(file.discriminators),
        roots=tuple(file.roots),
        time=tuple(file.time),
        fields={name: _texts(value) for name, value in file.fields.items()},
        routes=tuple(routes),
        entities={kind: _texts(value) for kind, value in file.entities.items()},
        path=path,
    )


def _texts(value: Any, fold: bool = False) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    texts = tuple(str(item) for item in values)
    return tuple(text.lower() for text in texts) if fold else texts
