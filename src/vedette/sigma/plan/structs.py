"""Readers that take from a JSON line only the fields that rules name.

A reader is a msgspec struct type made for one set of paths: everything else in the line is
skipped without building it. What does not fit the expected shape (a list or a text where an
object should be) is left to the dictionary front end, which gives the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from vedette.model.path import split_path
from vedette.sigma.plan.spec import Paths

Tree = dict[str, Any]


class LineReader:
    """Decodes a line into a struct; `expressions` says how each paths tuple is read from it
    (as `e`), after the statements of `prelude`. A value at one of `scalars` is a text, an integer
    or null, or the line is refused. Raises ShapeError where the paths fit no struct."""

    def __init__(self, wanted: Iterable[Paths], scalars: Iterable[Paths] = ()) -> None:
        wanted = list(wanted)
        self._scalars = {split_path(path) for paths in scalars for path in paths}
        tree: Tree = {}
        for paths in wanted:
            for path in paths:
                _plant(tree, split_path(path))
        self.prelude: list[str] = []
        self._variables: dict[tuple[str, ...], str] = {(): "e"}
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(self._struct(tree, ())).decode
        self.names: dict[str, Any] = {}
        self.expressions = {paths: self._expression(paths) for paths in wanted}

    def _struct(self, tree: Tree, prefix: tuple[str, ...]) -> Any:
        fields: list[tuple[str, Any, Any]] = []
        rename: dict[str, str] = {}
        for number, (key, inner) in enumerate(tree.items()):
            name = f"x{number}"
            rename[name] = key
            path = (*prefix, key)
            if inner:
                variable = f"n{len(self._variables)}"
                parent = self._variables[prefix]
                guard = "" if not prefix else f" if {parent} is not None else None"
                self.prelude.append(f"{variable} = {parent}.{name}{guard}")
                self._variables[path] = variable
                fields.append((name, self._struct(inner, path) | None, None))
            else:
                self._variables[path] = f"{self._variables[prefix]}.{name}"
                if prefix:
                    parent = self._variables[prefix]
                    self._variables[path] = f"({parent}.{name} if {parent} is not None else None)"
                fields.append((name, str | int | None if path in self._scalars else Any, None))
        try:
            return msgspec.defstruct(
                "Line", fields, rename=rename, gc=False, kw_only=True, frozen=False
            )
        except ValueError as error:  # a quote or a control character in a key
            raise ShapeError(str(error)) from error

    def _expression(self, paths: Paths) -> str:
        """The first of `paths` that is not None."""
        reads = [self._variables[split_path(path)] for path in paths]
        expression = reads[-1]
        for number, read in reversed(list(enumerate(reads[:-1]))):
            name = f"a{number}"
            expression = f"({name} if ({name} := {read}) is not None else {expression})"
        return expression


class ShapeError(Exception):
    """A path ends where another goes on: the struct can't hold both."""


def _plant(tree: Tree, keys: tuple[str, ...]) -> None:
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        known = tree.get(key)
        if known is None:
            known = tree[key] = {}
            if last:
                return
        elif last != (not known):
            raise ShapeError(".".join(keys))
        tree = known
