"""Known attacks, and what becomes of them with exclusions: the price of a proposal, measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from vedette.seclang.request import Request
from vedette.seclang.run.transaction import Engine
from vedette.shield.blame import parameters, reasons
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.replay.template import parameter_template
from vedette.shield.shadow.seen import SCORES, THRESHOLD, aims_at
from vedette.shield.shadow.values import SHAPES, matches, name_of

SHAPED: Final = ("ARGS", "FILES", "FILES_NAMES", "ARGS_NAMES", "MULTIPART_PART_HEADERS")
"""Collections whose values a shape may limit."""


class SampleHit(NamedTuple):
    """A rule, its tags, and the parameters in which it found something."""

    rule: int
    score: int
    tags: tuple[str, ...]
    parameters: frozenset[str]


class Sample(NamedTuple):
    """An attack that is stopped, by the rule `stop` if `direct`, else by its score. `shapes` are
    those that a parameter's values are of, `method` is the request's."""

    hits: tuple[SampleHit, ...]
    direct: bool
    stop: int
    shapes: Mapping[str, frozenset[str]]
    method: str

    def stops_without(self, gone: Iterable[Exclusion], *, placed: bool = False) -> bool:
        """Whether it is still stopped with exclusions whose path it asks for. `placed`: as if it
        lay in the very arguments that they are about, whatever their names."""
        targets = [
            (each, _collection(each.target) if placed and each.target else each.target)
            for each in gone
        ]
        held = [(each, target) for each, target in targets if self._is_like(each.only, target)]
        left = [hit for hit in self.hits if not _is_gone(hit, held)]
        if self.direct:
            return any(hit.rule == self.stop for hit in left)
        return sum(hit.score for hit in left) >= THRESHOLD

    def is_touched(self, each: Exclusion) -> bool:
        """Whether an exclusion concerns any of the hits; if not, it changes nothing."""
        return any(
            each.holds_for(hit.rule, hit.tags)
            and any(not each.target or aims_at(each.target, place) for place in hit.parameters)
            for hit in self.hits
        )

    def _is_like(self, only: str, target: str) -> bool:
        if not only:
            return True
        name = name_of(only)
        if name not in SHAPES:
            return self.method in name.split("|")
        return all(
            name in shapes for place, shapes in self.shapes.items() if aims_at(target, place)
        )


def _is_gone(hit: SampleHit, gone: Iterable[tuple[Exclusion, str]]) -> bool:
    targets = [target for each, target in gone if each.holds_for(hit.rule, hit.tags)]
    return bool(targets) and all(
        any(not target or aims_at(target, place) for target in targets) for place in hit.parameters
    )


def passing(samples: Iterable[Sample], each: Exclusion) -> tuple[int, int]:
    """How many attacks come through in a parameter that an exclusion is about, and how many there
    are that have faults in such a one."""
    collection = each.target and _collection(each.target)
    there = [
        sample
        for sample in samples
        if not collection
        or any(aims_at(collection, place) for hit in sample.hits for place in hit.parameters)
    ]
    return sum(not sample.stops_without([each], placed=True) for sample in there), len(there)


def judged(engine: Engine, attacks: Iterable[tuple[Request, bytes]]) -> list[Sample]:
    """Those of the attacks that the engine's rules stop."""
    found = []
    for request, body in attacks:
        transaction = engine.transaction(request)
        transaction.request_headers()
        transaction.request_body(body)
        lists = transaction.state.lists
        values: dict[str, list[str]] = defaultdict(list)
        for name in SHAPED:
            for key, value in lists.get(name, ()):
                parameter = parameter_template(f"{name}:{key.decode('latin-1')}")
                values[parameter].append(value.decode("latin-1"))
        outcome = transaction.finish()
        stop = outcome.intervention or outcome.would
        if stop is None:
            continue
        hits = tuple(
            SampleHit(
                match.id,
                SCORES.get(match.severity, 0) if match.severity is not None else 0,
                match.tags,
                frozenset(parameters(match)),
            )
            for match in reasons(outcome.matches, stop.rule)
        )
        direct = any(hit.rule == stop.rule for hit in hits)
        method = request.method.decode("latin-1")
        sample = Sample(hits, direct, stop.rule or 0, _shapes(values), method)
        if sample.stops_without(()):
            found.append(sample)
    return found


def _collection(target: str) -> str:
    """What a target's values are entries of; of headers and the like each is a thing of its own."""
    collection = target.partition(":")[0]
    return target if collection in ("REQUEST_HEADERS", "REQUEST_COOKIES") else collection


def _shapes(values: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {
        parameter: frozenset(
            name for name, only in SHAPES.items() if all(matches(only, each) for each in given)
        )
        for parameter, given in values.items()
    }
