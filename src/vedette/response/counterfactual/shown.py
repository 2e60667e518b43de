"""What one stored event shows: keys it is found under, whom it belongs to, what it hides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

from vedette.model.batch import Record
from vedette.model.finding import Entity
from vedette.model.path import split_path
from vedette.model.value import texts_of
from vedette.response.counterfactual.fields import Fields, Layout, Request
from vedette.response.counterfactual.spelling import (
    key_of,
    keys_shown,
    paths_of,
    principal_of,
    spelled,
)
from vedette.sigma.plan.plan import first_value

MOST_TEXTS: Final = 256
"""Texts of one field, and parameters of one request; more make the event unread in part."""

LONGEST_TEXT: Final = 2048
LONGEST_VALUE: Final = 512
"""Characters of a parameter's value that patterns are tried on; a longer one counts as matched."""

REMEMBERED: Final = 200_000

BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TYPED: Final = frozenset({"domain", "url", "hash"})

HASHES: Final = frozenset({"hash-md5", "hash-sha1", "hash-sha256"})
NO_URL: Final = key_of("url", "hidden")
"""What an event is found under that shows a domain and not which URL."""

BODY: Final = key_of("method", "body")
"""What a request is found under whose method gives it a body, which access logs do not show."""

Parameter = tuple[str, str, str | None]
"""Path, name and value of a request's parameter; None for a value that is not shown whole."""


@dataclass(slots=True)
class Shown:
    """`keys`: what the event is found under (see `spelling`). `kinds` it shows. `unseen`: kinds it
    ought to show and does not. `cut`: more was in it than is looked at."""

    keys: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    parameters: set[Parameter] = field(default_factory=set)
    principals: tuple[Entity, ...] = ()
    cut: bool = False


class Reader:
    """Reads the events of all formats; remembers the keys of texts it has seen."""

    def __init__(self, fields: Fields) -> None:
        self._formats = {name: _Plan(layout) for name, layout in fields.formats.items()}
        self._nobody = fields.nobody
        self._keys: dict[tuple[str, str], tuple[int, ...]] = {}
        self._names: dict[tuple[str, str], Entity | None] = {}

    def read(self, event_format: str, record: Record) -> Shown | None:
        """What the event shows; None for a format of which nothing is known."""
        plan = self._formats.get(event_format)
        if plan is None:
            return None
        shown = Shown()
        if plan.left_out is not None and _applies(plan.left_out, record):
            return shown
        shows = plan.shows
        for name in record:
            for kind, path in shows.get(name, ()):
                for text in self._texts(record, path, shown):
                    self._add(shown, kind, text)
        for path in plan.typed:
            self._typed(shown, first_value(record, (path,)))
        if plan.request is not None:
            self._request(shown, record, plan)
        for must in plan.must:
            if shown.kinds.isdisjoint(must.kinds) and _applies(must.when, record):
                shown.unseen.update(must.kinds)
        if "hash" in shown.kinds:
            shown.unseen.update(HASHES - shown.kinds)
        if "domain" in shown.kinds and "url" not in shown.kinds:
            shown.keys.add(NO_URL)
        shown.principals = self._principals(record, plan, shown) or (
            Entity("unknown", event_format),
        )
        return shown

    def _add(self, shown: Shown, kind: str, text: str) -> None:
        asked = (kind, text)
        keys = self._keys.get(asked)
        if keys is None:
            if len(self._keys) >= REMEMBERED:
                self._keys.clear()
            keys = self._keys[asked] = keys_shown(kind, text)
        if keys:
            shown.keys.update(keys)
            shown.kinds.add(kind)
            if kind == "hash":
                found = (value.partition(":")[0] for value in spelled(kind, text))
                shown.kinds.update(f"hash-{algorithm}" for algorithm in found)

    def _texts(self, record: Record, path: tuple[str, ...], shown: Shown) -> list[str]:
        value = record.get(path[0]) if len(path) == 1 else first_value(record, (path,))
        if value is None:
            return []
        if isinstance(value, str) and len(value) <= LONGEST_TEXT and value.isascii():
            return [value]
        texts = list(texts_of(value))
        if len(texts) > MOST_TEXTS:
            shown.cut = True
        kept = [text for text in texts[:MOST_TEXTS] if len(text) <= LONGEST_TEXT]
        if len(kept) < min(len(texts), MOST_TEXTS):
            shown.cut = True
        return kept

    def _typed(self, shown: Shown, entities: Any) -> None:
        if not isinstance(entities, list):
            return
        if len(entities) > MOST_TEXTS:
            shown.cut = True
        for one in entities[:MOST_TEXTS]:
            if isinstance(one, dict):
                kind, value = one.get("kind"), one.get("value")
                if isinstance(value, str) and kind in TYPED:
                    self._add(shown, str(kind), value)

    def _request(self, shown: Shown, record: Record, plan: _Plan) -> None:
        uri, path, query, method, host = (
            next(iter(self._first(record, paths, shown)), "") for paths in plan.request or ()
        )
        if not uri and not path:
            return
        head, _, tail = uri.partition("?")
        path, query = path or head, query or tail
        path = unquote_plus(path)[:LONGEST_TEXT] or "/"
        shown.kinds.add("request")
        shown.keys.update(key_of("path", each) for each in (path, *paths_of(path)))
        if method.upper() in BODY_METHODS:
            shown.keys.add(BODY)
        if host:
            self._add(shown, "url", f"http://{host}{path}")
            self._add(shown, "url", f"http://{host}{path}?{query}")
        pairs = query.split("&") if query else []
        if len(pairs) > MOST_TEXTS:
            shown.cut = True
        for pair in pairs[:MOST_TEXTS]:
            name, _, value = pair.partition("=")
            value = unquote_plus(value)
            whole = value if len(value) <= LONGEST_VALUE else None
            shown.parameters.add((path, unquote_plus(name), whole))
        for names in plan.parameters:
            for name in self._texts(record, names, shown):
                shown.parameters.add((path, name.rpartition(":")[2], None))
        for parameter in shown.parameters:
            shown.keys.add(parameter_key(parameter))

    def _first(self, record: Record, paths: Iterable[tuple[str, ...]], shown: Shown) -> list[str]:
        for path in paths:
            texts = self._texts(record, path, shown) if path[0] in record else []
            if texts:
                return texts
        return []

    def _principals(self, record: Record, plan: _Plan, shown: Shown) -> tuple[Entity, ...]:
        claimed = plan.claimed is not None and _applies(plan.claimed, record)
        for kind, paths in plan.principals:
            if claimed and kind == "account":
                continue
            for path in paths:
                if path[0] not in record:
                    continue
                found: dict[Entity, None] = {}
                for text in self._texts(record, path, shown):
                    asked = (kind, text)
                    if asked not in self._names:
                        if len(self._names) >= REMEMBERED:
                            self._names.clear()
                        self._names[asked] = principal_of(kind, text, self._nobody)
                    name = self._names[asked]
                    if name is not None:
                        found[name] = None
                if found:
                    return tuple(sorted(found))
        return ()


def parameter_key(parameter: Parameter) -> int:
    path, name, value = parameter
    return key_of("parameter", f"{path}\0{name}\0{'' if value is None else '=' + value}")


class _Plan:
    """A layout with its paths split."""

    def __init__(self, layout: Layout) -> None:
        self.shows: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for kind, paths in layout.shows.items():
            for path in _split(paths):
                self.shows.setdefault(path[0], []).append((kind, path))
        self.principals = [(kind, _split(paths)) for kind, paths in layout.principals.items()]
        self.typed = _split(layout.typed)
        self.parameters = _split(layout.parameters)
        self.must = layout.must
        self.left_out = layout.left_out or None
        self.claimed = layout.claimed or None
        self.request = None if layout.request is None else _request_paths(layout.request)


def _request_paths(request: Request) -> list[list[tuple[str, ...]]]:
    given = (request.uri, request.path, request.query, request.method, request.host)
    return [_split(paths) for paths in given]


def _split(paths: Iterable[str]) -> list[tuple[str, ...]]:
    return [split_path(path) for path in paths]


def _applies(when: Mapping[str, tuple[str, ...]], record: Record) -> bool:
    return all(
        any(text in accepted for text in texts_of(first_value(record, (split_path(name),))))
        for name, accepted in when.items()
    )
