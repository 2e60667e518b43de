"""Sigma rule files to rules: `load_rules` reads them all and says of each document what became
of it.

The language is Sigma 2.1 (rules, modifiers, correlations, filters) with the rule collections of
Sigma 1 (`action: global`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from vedette.sigma.ir import RuleSet, Verdict
from vedette.sigma.load.entries import Entry, entries
from vedette.sigma.load.files import UNREADABLE, RuleFile, rule_files
from vedette.sigma.load.places import Faults
from vedette.sigma.load.reading import Keys
from vedette.sigma.load.resolve import resolve

__all__ = ["load_rules"]

_NO_VALUES: Mapping[str, Sequence[str]] = {}

Progress = Callable[[int, int], None]
"""Called with the number of files read so far and of all files."""


def load_rules(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    expand: Mapping[str, Sequence[str]] = _NO_VALUES,
    on_progress: Progress | None = None,
) -> RuleSet:
    """Load rule files, folders (`*.yml`, `*.yaml`, at any depth), zips and SigmaHQ checkouts:
    one path or several.

    `expand` holds the values of `%name%` placeholders by name; they are Sigma strings, in which
    `*` and `?` are wildcards. The result has one verdict for each document, in file order, also
    for what can't be read; rules and correlations are those that compiled. Raises nothing for
    what the files hold.
    """
    given_paths = [paths] if isinstance(paths, str | os.PathLike) else paths
    values = {
        name: (given,) if isinstance(given, str) else tuple(str(value) for value in given)
        for name, given in expand.items()
    }
    found: list[Entry] = []
    keys: Keys = {}
    with ExitStack() as stack:
        listing = rule_files([Path(path) for path in given_paths], stack)
        total = len(listing.files)
        for number, file in enumerate(listing.files, 1):
            found.extend(_read(file, values, keys))
            if on_progress is not None:
                on_progress(number, total)
    resolve(found)
    verdicts = [entry.verdict() for entry in found]
    verdicts.extend(
        Verdict(path, 0, "", "", "invalid", f"{path}: {why}; correct the path")
        for path, why in listing.failed
    )
    compiled = [entry for entry in found if entry.state == "compiled"]
    return RuleSet(
        rules=tuple(entry.rule for entry in compiled if entry.rule is not None),
        correlations=tuple(e.correlation for e in compiled if e.correlation is not None),
        verdicts=tuple(verdicts),
    )


def _read(file: RuleFile, expand: Mapping[str, Sequence[str]], keys: Keys) -> list[Entry]:
    try:
        data = file.read()
    except UNREADABLE as error:
        faults = Faults(file.path)
        faults.at(1, 1, f"can't be read: {error}", "make the file readable")
        return [Entry(file.path, 1, faults)]
    return entries(data, file.path, file.licence, expand, keys)
