"""Holds the product's detector against the oracle, rule for rule and event for event."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

import corpora
from oracle import NeedsValue, Oracle, OracleRule, read_rule
from vedette.model.batch import Batch, DictRows, JsonLines, Rows
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.ir import RuleSet
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import load_mappings

THOROUGH = os.environ.get("VEDETTE_THOROUGH", "") not in ("", "0")
"""Set to judge every event; else a fixed sample, because the oracle is slow."""

WINDOWS = Logsource(product="windows")


@dataclass(frozen=True)
class Judges:
    """Position i is the same rule for both. `unread` are the ids that need values."""

    rules: RuleSet
    detector: SigmaDetector
    oracle: Oracle
    unread: frozenset[str]

    def fast(self, rows: Rows, format: str, logsource: Logsource) -> tuple[list[set[int]], int]:
        """The rules that fire on each row by the compiled plan, and how many rows it refused."""
        fired: list[set[int]] = [set() for _ in range(len(rows))]
        problems: list[Problem] = []
        batch = Batch("test", format, rows, logsource)
        for index, _, found in self.detector.hits(batch, problems):
            fired[index] = {position for position, _ in found}
        return fired, len(problems)

    def differences(
        self, records: Sequence[dict[str, Any]], format: str, logsource: Logsource
    ) -> list[str]:
        """Where the compiled plan, on dictionaries and on JSON lines, is not of the oracle's
        mind. Empty is what we want."""
        lines = JsonLines(
            [orjson.dumps(record, option=orjson.OPT_NON_STR_KEYS) for record in records]
        )
        by_dict, _ = self.fast(rows_of(records), format, logsource)
        by_line, _ = self.fast(lines, format, logsource)
        found: list[str] = []
        for record, *fast in zip(records, by_dict, by_line, strict=True):
            naive = self.oracle.fired(format, record, logsource)
            for name, fired in zip(("dictionaries", "lines"), fast, strict=True):
                found.extend(
                    f"{name}: {self.rules.rules[position].path} "
                    f"{'fires' if position in fired else 'does not fire'} on {record}"
                    for position in fired ^ naive
                )
        return found


def judges_of(folders: Sequence[Path]) -> Judges:
    """Judges of all rules under the folders."""
    mappings = load_mappings(sorted((corpora.REPOSITORY / "content" / "mappings").glob("*.yml")))
    loaded = load_rules(folders)
    naive: dict[str, OracleRule] = {}
    unread: set[str] = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*.yml")):
        for document in yaml.load_all(path.read_bytes(), yaml.CSafeLoader):
            try:
                rule = read_rule(document)
            except NeedsValue:
                unread.add(str(document["id"]))
            else:
                naive[rule.id] = rule
    return Judges(
        loaded,
        SigmaDetector(loaded.rules, mappings),
        Oracle([naive[rule.id] for rule in loaded.rules], mappings),
        frozenset(unread),
    )


def rows_of(records: Sequence[dict[str, Any]]) -> DictRows:
    """Records as rows."""
    raws = [orjson.dumps(record, default=str, option=orjson.OPT_NON_STR_KEYS) for record in records]
    return DictRows(records, raws, [f"record {index}" for index in range(len(records))])
