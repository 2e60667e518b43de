"""From what visitors set off to exclusions: as narrow as what was seen allows, no narrower."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from vedette.shield.exclusion.targets import ENDING
from vedette.shield.shadow.seen import Seen, SeenHit, place_of
from vedette.shield.shadow.shapes import below, with_holes
from vedette.shield.shadow.visitors import Evidence, Thresholds, breadth

_KIND: Final = "attack-"
_UNFIT: Final = frozenset({"attack-generic", "attack-disclosure"})
"""Kinds too mixed to be left alone together."""


class Found(NamedTuple):
    """One hit of a request that was or would have been stopped; `clean`: of nobody who is like an
    attacker."""

    seen: Seen
    hit: SeenHit
    place: str
    clean: bool


class Key(NamedTuple):
    """What an exclusion says."""

    site: str
    path: str
    target: str
    rule: int
    tag: str
    only: str = ""
    rules: tuple[int, ...] = ()


Keys = Callable[[Found], Iterable[Key]]
Item = Callable[[Found], object]


class Step(NamedTuple):
    """A way to exclude: what each hit would take, and in what respects that is wider than the hit:
    each must have been seen in several forms. `text`: what speaks for it is
    all that was found in the parameter, if the rules that found it are of several kinds: people
    write what they like there. `better`: it is taken in place of narrower ones that would do."""

    keys: Keys
    wide: tuple[Item, ...]
    text: bool = False
    better: bool = False


def chosen(
    found: Sequence[Found], limits: Thresholds, covered: frozenset[int] = frozenset()
) -> list[tuple[Key, Evidence, frozenset[int]]]:
    """What to exclude, why, and which of `found` it covers.

    Steps go from the narrowest way to the widest; a wider one is taken only for what no narrower
    one covered, of at least two networks, or where it is the better way. What it covers besides is
    not excluded twice. `covered` is excluded already.
    """
    left = set(range(len(found))) - covered
    taken: list[tuple[Key, Evidence, frozenset[int]]] = []
    texts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, each in enumerate(found):
        texts[each.seen.site, each.place, each.hit.parameter].append(number)
    for step in STEPS:
        groups: dict[Key, list[int]] = defaultdict(list)
        for number, each in enumerate(found):
            for key in step.keys(each):
                groups[key].append(number)
        worth = sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
        for key, members in worth:
            asking = {found[n].seen.network for n in members if n in left and found[n].clean}
            if not step.better and len(asking) < (2 if step.wide else 1):
                continue
            speaking = texts[key.site, key.path, key.target] if step.text else members
            evidence = evidence_of([found[n] for n in speaking], limits)
            if not evidence.suffices(limits):
                continue
            if not _is_wide(step, found, speaking, limits):
                continue
            if step.text:
                evidence = evidence_of([found[n] for n in members], limits)
            taken.append((key, evidence, frozenset(members)))
            left.difference_update(members)
    return [
        one
        for place, one in enumerate(taken)
        if not any(one[2] <= other[2] for other in taken[place + 1 :])
    ]


def evidence_of(members: Sequence[Found], limits: Thresholds) -> Evidence:
    """What all of them say together."""
    evidence = Evidence(members[0].hit)
    requests: set[int] = set()
    for each in members:
        evidence.add(each.seen, each.hit, not each.clean, limits)
        if each.clean:
            requests.add(id(each.seen))
    evidence.requests = len(requests)
    return evidence


def _is_wide(
    step: Step, found: Sequence[Found], members: Sequence[int], limits: Thresholds
) -> bool:
    for item in step.wide:
        seen: dict[object, set[str]] = defaultdict(set)
        for number in members:
            if found[number].clean:
                seen[item(found[number])].add(found[number].seen.network)
        if breadth(seen) < limits.wide:
            return False
    return True


def kind_of(hit: SeenHit) -> str:
    """The tag that says what kind of attack a rule is about; "" where none does."""
    return next((t for t in hit.tags if t.startswith(_KIND) and t not in _UNFIT), "")


def _exactly(each: Found) -> Iterator[str]:
    yield each.place


def _one_hole(each: Found) -> Iterator[str]:
    return with_holes(each.place, 1)


def _two_holes(each: Found) -> Iterator[str]:
    return with_holes(each.place, 2)


def _below(each: Found) -> Iterator[str]:
    return below(each.place)


def _rule(paths: Callable[[Found], Iterator[str]]) -> Keys:
    """The rule leaves the parameter alone."""

    def keys(each: Found) -> Iterator[Key]:
        name = each.hit.parameter
        target = "" if name.startswith("(") else name
        for path in paths(each):
            yield Key(each.seen.site, path, target, each.hit.rule, "")

    return keys


def _kind(paths: Callable[[Found], Iterator[str]]) -> Keys:
    """All rules of a kind leave it alone."""

    def keys(each: Found) -> Iterator[Key]:
        kind, name = kind_of(each.hit), each.hit.parameter
        if kind and not name.startswith("("):
            for path in paths(each):
                yield Key(each.seen.site, path, name, 0, kind)

    return keys


def _collection(paths: Callable[[Found], Iterator[str]]) -> Keys:
    """The rule leaves a whole collection alone, whatever the names in it."""

    def keys(each: Found) -> Iterator[Key]:
        collection, colon, _ = each.hit.parameter.partition(":")
        if colon and each.place:
            for path in paths(each):
                yield Key(each.seen.site, path, collection, each.hit.rule, "")

    return keys


def _of_rule(each: Found) -> object:
    return each.hit.rule


def _of_path(each: Found) -> object:
    return each.place


def _of_name(each: Found) -> object:
    return each.hit.parameter


def _of_kind(each: Found) -> object:
    return kind_of(each.hit)


STEPS: Final = (
    Step(_rule(_exactly), ()),
    Step(_kind(_exactly), (_of_rule,), better=True),
    Step(_kind(_exactly), (_of_kind,), text=True),
    Step(_rule(_one_hole), (_of_path,)),
    Step(_kind(_one_hole), (_of_path, _of_rule)),
    Step(_collection(_exactly), (_of_name,)),
    Step(_collection(_one_hole), (_of_path, _of_name)),
    Step(_rule(_two_holes), (_of_path,)),
    Step(_rule(_below), (_of_path,)),
    Step(_kind(_below), (_of_path, _of_rule)),
)


def found_in(given: Iterable[Seen], bad: frozenset[str]) -> list[Found]:
    """The hits of requests that were or would have been stopped, but for those in parameters that
    are really called what stands for many: anybody may send such a name."""
    return [
        Found(seen, hit, place_of(seen, hit), seen.network not in bad)
        for seen in given
        if seen.stops
        for hit in seen.hits
        if f":{ENDING}" not in hit.parameter
    ]
