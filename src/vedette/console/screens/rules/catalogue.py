"""Every rule of the running configuration, as it was loaded: made once for each load."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from vedette.engine.assemble import rule_paths
from vedette.model.logsource import Logsource
from vedette.sigma import ir
from vedette.sigma.cache import load_cached
from vedette.sigma.detector import techniques_of

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.engine.rules_at_work import AtWork, RulesAtWork

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
TAKEN: Final = frozenset({"attack", "exceptions"})
"""Names below /rules that are no rule's."""


@dataclass(frozen=True, slots=True)
class Known:
    """A rule of the files. `key` is its name in addresses: its id where that can be one. `rule` is
    None where the document could not be read; `runs` says whether it judges or serves a rule that
    does; `speaks` whether it makes findings of its own."""

    key: str
    verdict: ir.Verdict
    rule: ir.Rule | ir.Correlation | None
    runs: bool
    speaks: bool
    techniques: tuple[str, ...]
    logsources: tuple[Logsource, ...]
    serves: tuple[str, ...]
    """Keys of the correlations that stand on it."""
    text: str
    """What a search looks in, folded."""

    @property
    def level(self) -> str:
        return "" if self.rule is None else self.rule.level


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rules of one load, by key; `key_of` by rule id."""

    since: int
    known: Mapping[str, Known]
    key_of: Mapping[str, str]


NOTHING: Final = Catalogue(0, {}, {})


class Catalogues:
    """The catalogue of what is at work now. Any thread may call."""

    def __init__(self, config: Config, rules: RulesAtWork) -> None:
        self._config = config
        self._rules = rules
        self._lock = Lock()
        self._made: tuple[AtWork, Catalogue] | None = None

    def now(self) -> Catalogue:
        """What is at work; empty before the first rules are loaded."""
        at_work = self._rules.now
        if at_work is None:
            return NOTHING
        with self._lock:
            if self._made is None or self._made[0] is not at_work:
                self._made = (at_work, catalogue(at_work, self._config))
            return self._made[1]


def key_of(rule_id: str, place: str = "") -> str:
    """A rule's name in addresses. `place` tells apart documents that have no id."""
    if _PLAIN.match(rule_id) and rule_id not in TAKEN:
        return rule_id
    digest = hashlib.blake2b(f"{rule_id}\0{place}".encode(errors="replace"), digest_size=8)
    return f"at-{digest.hexdigest()}"


def catalogue(at_work: AtWork, config: Config) -> Catalogue:
    """The rules of a load; those that the configuration leaves out are read again."""
    running = _by_id(at_work.rules)
    rules = dict(running)
    if any(one.state == "compiled" and one.id not in running for one in at_work.rules.verdicts):
        everything = load_cached(
            rule_paths(config.rules, config.data_dir),
            config.rules.expand,
            config.data_dir / "cache",
        )
        rules = {**_by_id(everything), **running}
    serves: dict[str, list[str]] = {}
    for correlation in at_work.rules.correlations:
        for name in correlation.rules:
            serves.setdefault(name, []).append(key_of(correlation.id))
    known: dict[str, Known] = {}
    keys: dict[str, str] = {}
    for verdict in at_work.rules.verdicts:
        key = key_of(verdict.id, f"{verdict.path}:{verdict.line}")
        if key in known:
            key = key_of("", f"{verdict.path}:{verdict.line}")
        rule = rules.get(verdict.id)
        if rule is not None and (rule.path, rule.line) != (verdict.path, verdict.line):
            rule = None if verdict.state != "compiled" else rule
        speaks = rule is not None and verdict.id in running and running[verdict.id].generate
        known[key] = Known(
            key,
            verdict,
            rule,
            rule is not None and verdict.id in running,
            speaks,
            () if rule is None else techniques_of(rule.tags),
            () if rule is None else tuple(_logsources(rule, rules)),
            tuple(serves.get(verdict.id, ())),
            _text(verdict, rule),
        )
        keys.setdefault(verdict.id, key)
    return Catalogue(at_work.since, known, keys)


def _by_id(rules: ir.RuleSet) -> dict[str, ir.Rule | ir.Correlation]:
    found: dict[str, ir.Rule | ir.Correlation] = {rule.id: rule for rule in rules.rules}
    found.update((one.id, one) for one in rules.correlations)
    return found


def _logsources(
    rule: ir.Rule | ir.Correlation, rules: Mapping[str, ir.Rule | ir.Correlation]
) -> Iterable[Logsource]:
    """Those of a rule; of a correlation those of all that it stands on."""
    found: dict[Logsource, None] = {}
    waiting, seen = [rule], {rule.id}
    while waiting:
        one = waiting.pop()
        if isinstance(one, ir.Rule):
            found[one.logsource] = None
            continue
        for name in one.rules:
            below = rules.get(name)
            if below is not None and name not in seen:
                seen.add(name)
                waiting.append(below)
    return found


def _text(verdict: ir.Verdict, rule: ir.Rule | ir.Correlation | None) -> str:
    parts = [verdict.title, verdict.id, verdict.path, verdict.why]
    if rule is not None:
        parts += [rule.description, rule.author, *rule.tags]
    return "\n".join(parts).casefold()
