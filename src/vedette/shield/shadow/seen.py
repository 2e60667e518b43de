"""Stored records of requests, as far as the shadow needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from vedette.model.instant import instant_of
from vedette.shield.clients import network_key
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.exclusion.targets import ENDING, ending_of
from vedette.shield.shadow.shapes import fits
from vedette.shield.shadow.values import is_of

SCORES: Final = {0: 5, 1: 5, 2: 5, 3: 4, 4: 3, 5: 2}
"""What a match of a severity adds to the score, as the Core Rule Set has it."""
THRESHOLD: Final = 5
"""Where a record does not tell it."""
EVERYWHERE: Final = ("REQUEST_HEADERS:", "REQUEST_COOKIES:")
"""Parameters that a browser sends with every request of a site, whatever the path."""


class SeenHit(msgspec.Struct, frozen=True):
    """A rule that found fault with a parameter. `value` is masked."""

    rule: int
    parameter: str
    severity: int | None
    tags: tuple[str, ...]
    msg: str
    value: str

    @property
    def score(self) -> int:
        return SCORES.get(self.severity, 0) if self.severity is not None else 0


class Seen(msgspec.Struct, frozen=True):
    """One request in which rules found something. `network` is who counts as one party; `stops`:
    it was or would have been blocked, by `rule`."""

    time: int
    site: str
    template: str
    client: str
    network: str
    stops: bool
    blocked: bool
    rule: int | None
    score: int
    threshold: int
    before: int
    hits: tuple[SeenHit, ...]

    def without(self, exclusions: Sequence[Exclusion]) -> Seen:
        """The same request as it would be judged with these exclusions. Where hits are left, it
        stays stopped if they reach the threshold, or if the rule that stops is one of them. Of
        values in which nothing was found, nothing is known: they count as of any shape."""
        holding = [each for each in exclusions if self._is_like(each)]
        left = tuple(
            hit
            for hit in self.hits
            if not any(covers(each, self.site, self.template, hit) for each in holding)
        )
        if len(left) == len(self.hits):
            return self
        score = sum({hit.rule: hit.score for hit in left}.values())
        direct = self.rule in {hit.rule for hit in self.hits}
        stops = self.stops and (
            self.rule in {hit.rule for hit in left} if direct else score >= self.threshold
        )
        return msgspec.structs.replace(self, hits=left, score=score, stops=stops)

    def _is_like(self, each: Exclusion) -> bool:
        """Whether all values of the target that are known are of the exclusion's shape."""
        return each.site == self.site and (
            not each.only
            or all(
                is_of(each.only, hit.value)
                for hit in self.hits
                if aims_at(each.target, hit.parameter)
            )
        )


def covers(each: Exclusion, site: str, template: str, hit: SeenHit) -> bool:
    """Whether an exclusion keeps this hit from happening, where the values are of its shape."""
    if each.site != site or (each.path and not fits(each.path, template)):
        return False
    if not each.holds_for(hit.rule, hit.tags):
        return False
    return not each.target or aims_at(each.target, hit.parameter)


def aims_at(target: str, parameter: str) -> bool:
    """Whether a target is the parameter, the collection it is in, or how its name ends."""
    if f":{ENDING}" in target:
        return target == ending_of(parameter)
    if target == parameter:
        return True
    return ":" not in target and parameter.startswith(f"{target}:")


def place_of(seen: Seen, hit: SeenHit) -> str:
    """The path that an exclusion of this hit names; "" for what comes with every request."""
    return "" if hit.parameter.startswith(EVERYWHERE) else seen.template


def seen_of(record: Mapping[str, Any]) -> Seen | None:
    """From a record; None where it is none of a request, or damaged."""
    try:
        if record["kind"] != "request":
            return None
        client = str(record["client"])
        return Seen(
            time=instant_of(record["time"]) or 0,
            site=str(record["site"]),
            template=str(record["template"]),
            client=client,
            network=network_key(client),
            stops=record["action"] in ("blocked", "would_block"),
            blocked=record["action"] == "blocked",
            rule=record.get("rule"),
            score=int(record.get("score", 0)),
            threshold=int(record.get("threshold", THRESHOLD)),
            before=int(record.get("before", 0)),
            hits=tuple(_hits(record["hits"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _hits(given: Iterable[Mapping[str, Any]]) -> Iterable[SeenHit]:
    for hit in given:
        severity = hit.get("severity")
        yield SeenHit(
            int(hit["rule"]),
            str(hit["parameter"]),
            severity if isinstance(severity, int) else None,
            tuple(map(str, hit["tags"])),
            str(hit["msg"]),
            str(hit["value"]),
        )
