"""Exclusions for a whole website: as much as known attacks don't need."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.shadow.samples import SHAPED, Sample
from vedette.shield.shadow.values import SHAPES, is_of, one_of
from vedette.shield.shadow.visitors import Evidence, Thresholds, breadth
from vedette.shield.shadow.widening import Found, Key, evidence_of

_NAMED: Final = frozenset({"REQUEST_METHOD"})
"""What has few values, which are named one by one."""
_PATHS: Final = frozenset({"REQUEST_FILENAME", "REQUEST_BASENAME"})
_WORTH_ELSEWHERE: Final = 0.1
"""What another website counts, beside a request of this."""
_WORTH_WIDER: Final = 0.01
_UNSEEN: Final = 0.5
"""Attacks that each exclusion is thought to let pass besides: not all attacks are known."""

Subject = tuple[str, int]
"""A target and a rule."""


class Wide(NamedTuple):
    """An exclusion, why, which of the hits it covers, and how many known attacks it lets pass that
    those before it do not. `sites` are those whose visitors speak for it."""

    key: Key
    evidence: Evidence
    covers: frozenset[int]
    added: int
    sites: tuple[str, ...]


class _Candidate(NamedTuple):
    only: str
    evidence: Evidence
    covers: frozenset[int]
    sites: tuple[str, ...]
    worth: Mapping[str, int]


def wide_ones(
    found: Sequence[Found],
    samples: Mapping[str, Sequence[Sample]],
    limits: Thresholds,
    given: Sequence[Exclusion] = (),
) -> list[Wide]:
    """For each site that has samples (attacks that its rules stop): the rules that leave an
    argument, a file's name or the method alone on the whole site, while values are of a shape.

    Taken is what spares most for what it lets pass, until all of it together would let pass more
    than the limit, together with those that are `given`. Nothing is taken where there are no
    samples: its price is not known.
    """
    candidates = _candidates(found, limits)
    taken = []
    for site in sorted(samples):
        if samples[site]:
            budget = int(limits.give_up * len(samples[site]))
            own = [each for each in given if each.site == site and not each.path]
            taken += _of_site(site, candidates, samples[site], own, budget, limits)
    return taken


def affordable(
    wanted: Iterable[tuple[Key, Evidence, tuple[str, ...]]],
    given: Sequence[Exclusion],
    samples: Mapping[str, Sequence[Sample]],
    limits: Thresholds,
) -> list[tuple[Key, Evidence, tuple[str, ...]]]:
    """Those of `wanted`, in their order, that let pass at most half of the limit, together with
    those that are `given`; half is left for others."""
    found = []
    standing: dict[str, tuple[list[Exclusion], list[Sample]]] = {}
    for one in wanted:
        site = one[0].site
        if site not in standing:
            taken = [each for each in given if each.site == site and not each.path]
            left = [each for each in samples[site] if each.stops_without(taken)]
            standing[site] = taken, left
        taken, left = standing[site]
        made = exclusion_of(one[0])
        taken.append(made)
        after = [each for each in left if not each.is_touched(made) or each.stops_without(taken)]
        lost = len(samples[site]) - len(after)
        if len(after) == len(left) or lost <= int(limits.give_up * len(samples[site]) / 2):
            standing[site] = taken, after
            found.append(one)
        else:
            taken.pop()
    return found


def exclusion_of(key: Key) -> Exclusion:
    """What a key says, without a name of its own."""
    return Exclusion(
        number=1, site=key.site, path=key.path, target=key.target, rule=key.rule,
        rules=key.rules, tag=key.tag, only=key.only,
    )  # fmt: skip


def _candidates(found: Sequence[Found], limits: Thresholds) -> dict[Subject, list[_Candidate]]:
    groups: dict[Subject, list[int]] = defaultdict(list)
    for number, each in enumerate(found):
        target = _target(each)
        if target:
            groups[target, each.hit.rule].append(number)
    return {
        subject: made
        for subject, members in groups.items()
        if (made := list(_shaped(subject, found, members, limits)))
    }


def _target(each: Found) -> str:
    """What an exclusion for the whole site names; "" where there is none."""
    parameter = each.hit.parameter
    collection, colon, _ = parameter.partition(":")
    if collection in SHAPED and colon:
        return collection
    return parameter if parameter in _NAMED or parameter in _PATHS else ""


def _shaped(
    subject: Subject, found: Sequence[Found], members: Sequence[int], limits: Thresholds
) -> Iterable[_Candidate]:
    """From the narrowest shape to the widest that visitors speak for."""
    if subject[0] in _NAMED:
        yield from _values(found, members, limits)
        return
    for only in SHAPES.values() if subject[0] not in _PATHS else ("",):
        fitting = [number for number in members if is_of(only, found[number].hit.value)]
        if not fitting:
            continue
        one = _spoken_for(only, found, fitting, limits)
        if one.sites and (only or _is_everywhere(found, fitting, limits)):
            yield one


def _spoken_for(
    only: str, found: Sequence[Found], members: Sequence[int], limits: Thresholds
) -> _Candidate:
    by_site: dict[str, list[Found]] = defaultdict(list)
    for number in members:
        by_site[found[number].seen.site].append(found[number])
    speaking = {
        site: evidence
        for site, own in by_site.items()
        if (evidence := evidence_of(own, limits)).suffices(limits)
    }
    everything = evidence_of([found[number] for number in members], limits)
    worth = {site: each.requests for site, each in speaking.items()}
    return _Candidate(only, everything, frozenset(members), tuple(sorted(speaking)), worth)


def _values(
    found: Sequence[Found], members: Sequence[int], limits: Thresholds
) -> Iterable[_Candidate]:
    """For each site the values that are usual there, and those usual on several."""
    usual: dict[str, list[str]] = {}
    for site in sorted({found[number].seen.site for number in members}):
        own = [number for number in members if found[number].seen.site == site]
        usual[site] = _usual(found, own, limits)
    spread = Counter(value for values in usual.values() for value in values)
    common = {value for value, sites in spread.items() if sites >= limits.sites}
    for values in [common, *(common.union(own) for own in usual.values())]:
        only = one_of(values)
        fitting = [number for number in members if found[number].hit.value in values]
        if not only or not fitting:
            continue
        one = _spoken_for(only, found, fitting, limits)
        alike = tuple(site for site in one.sites if values == common.union(usual.get(site, ())))
        yield one._replace(sites=one.sites if values == common else alike)


def _usual(found: Sequence[Found], members: Sequence[int], limits: Thresholds) -> list[str]:
    """The values that so many networks of visitors sent."""
    parties: dict[str, set[str]] = defaultdict(set)
    for each in (found[number] for number in members):
        if each.clean:
            parties[each.hit.value].add(each.seen.network)
    return [value for value, who in parties.items() if len(who) >= limits.parties]


def _is_everywhere(found: Sequence[Found], members: Sequence[int], limits: Thresholds) -> bool:
    """Whether it was seen at several places: a rule that errs at one parameter errs there."""
    seen: dict[object, set[str]] = defaultdict(set)
    for each in (found[number] for number in members):
        if each.clean:
            seen[each.seen.site, each.place, each.hit.parameter].add(each.seen.network)
    return breadth(seen) >= limits.wide


def _of_site(
    site: str,
    candidates: Mapping[Subject, Sequence[_Candidate]],
    samples: Sequence[Sample],
    given: Sequence[Exclusion],
    budget: int,
    limits: Thresholds,
) -> list[Wide]:
    by_rule: dict[int, list[int]] = defaultdict(list)
    for number, sample in enumerate(samples):
        for rule in {hit.rule for hit in sample.hits}:
            by_rule[rule].append(number)
    taken: dict[Subject, tuple[_Candidate, int]] = {}
    passed = {n for n, each in enumerate(samples) if not each.stops_without(given)}

    def through(subject: Subject, one: _Candidate) -> set[int]:
        gone = [*given]
        gone += [_excluded(what, each) for what, (each, _) in taken.items() if what != subject]
        gone.append(_excluded(subject, one))
        return {
            n for n in by_rule[subject[1]]
            if n not in passed and not samples[n].stops_without(gone)
        }  # fmt: skip

    def worth(subject: Subject, one: _Candidate) -> float:
        had = taken[subject][0] if subject in taken else None
        return _worth(site, one) - (_worth(site, had) if had else 0)

    # first what the site's own visitors speak for, then what those of others do
    waiting = [
        (site not in one.sites, -2 * (worth(subject, one) + _WORTH_WIDER), subject, place)
        for subject, shapes in candidates.items()
        for place, one in enumerate(shapes)
        if one.sites and (site in one.sites or len(one.sites) >= limits.sites)
    ]
    heapq.heapify(waiting)
    while waiting:
        foreign, before, subject, place = heapq.heappop(waiting)
        one = candidates[subject][place]
        if subject in taken and place <= candidates[subject].index(taken[subject][0]):
            continue
        gain = worth(subject, one)
        lost = through(subject, one)
        unseen = _UNSEEN * (len(taken) + 1)
        # a wider shape that spares no more is taken if it costs nothing: it will be needed
        if gain < 0 or (gain == 0 and lost) or len(passed) + len(lost) + unseen > budget:
            continue
        now = -(gain + _WORTH_WIDER) / (len(lost) + 0.5)
        if waiting and (foreign, now) > waiting[0][:2] and now > before:
            heapq.heappush(waiting, (foreign, now, subject, place))
            continue
        added = len(lost) + (taken[subject][1] if subject in taken else 0)
        taken[subject] = (one, added)
        passed |= lost
    return [
        Wide(Key(site, "", target, rule, "", one.only), one.evidence, one.covers, added, one.sites)
        for (target, rule), (one, added) in taken.items()
    ]


def _excluded(subject: Subject, one: _Candidate) -> Exclusion:
    target, rule = subject
    return Exclusion(number=1, site="", target=target, rule=rule, only=one.only)


def _worth(site: str, one: _Candidate) -> float:
    """Requests that it concerns; where it is unknown on the site, the number of other sites."""
    return one.worth.get(site) or _WORTH_ELSEWHERE * len(one.worth)
