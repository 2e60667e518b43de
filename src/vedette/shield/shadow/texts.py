"""Arguments in which visitors write freely: there, rules err that erred on other texts before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from vedette.shield.exclusion.targets import ending_of
from vedette.shield.shadow.values import SHAPES, is_of
from vedette.shield.shadow.visitors import Evidence, Thresholds
from vedette.shield.shadow.widening import Found, Key, evidence_of, kind_of

_ARGUMENT: Final = "ARGS:"
_NEARLY_ALL: Final = 0.98
_WORDS: Final = "words"

Name = tuple[str, str]
"""A site, and how names of arguments end there."""


class _Written(NamedTuple):
    evidence: Evidence
    shape: str
    rules: frozenset[int]


def free_texts(
    found: Sequence[Found], sites: Iterable[str], limits: Thresholds
) -> list[tuple[Key, Evidence, tuple[str, ...]]]:
    """Exclusions of all arguments of a site whose names end alike, with the sites whose visitors
    speak for them: the site's own or, of what is written alike on `limits.texts` sites, others.

    Where visitors wrote more than words it is text: the rules are those that visitors set off in
    texts of the site, or of so many sites; while values are prose, unless the site's own are more.
    Where they wrote words (addresses of pages, say) it is the rules they set off in arguments of
    this name; while values are words.
    """
    named: dict[Name, list[Found]] = defaultdict(list)
    for each in found:
        if each.hit.parameter.startswith(_ARGUMENT) and kind_of(each.hit):
            ending = ending_of(each.hit.parameter)
            if ending:
                named[each.seen.site, ending].append(each)
    written: dict[Name, _Written] = {}
    for name, members in named.items():
        evidence = evidence_of(members, limits)
        if evidence.suffices(limits):
            clean = [each for each in members if each.clean]
            written[name] = _Written(evidence, _shape(clean), frozenset(_erring(clean, limits)))
    made: list[tuple[Key, Evidence, tuple[str, ...]]] = []
    common = _common(written, limits)
    endings = {ending for _, ending in written}
    for site in sorted(set(sites)):
        here = {rule for (one, _), each in written.items()
                if one == site and each.shape != _WORDS for rule in each.rules}  # fmt: skip
        for ending in sorted(endings):
            known = {one: each for (one, name), each in written.items() if name == ending}
            own = known.get(site)
            if own is None and len(known) < limits.texts:
                continue
            shapes = {each.shape for each in known.values()}
            shape = own.shape if own else _WORDS if _WORDS in shapes else "prose"
            rules = {rule for each in known.values() for rule in each.rules}
            if shape != _WORDS:
                rules = here | common
            evidence = own.evidence if own else next(iter(known.values())).evidence
            if rules:
                key = Key(site, "", ending, 0, "", SHAPES[shape], tuple(sorted(rules)))
                made.append((key, evidence, (site,) if own else tuple(sorted(known))))
    return sorted(
        made, key=lambda one: (one[0].site, one[0].site not in one[2], -one[1].requests, one[0])
    )


def _erring(members: Sequence[Found], limits: Thresholds) -> Iterator[int]:
    """The rules that so many networks set off."""
    parties: dict[int, set[str]] = defaultdict(set)
    for each in members:
        parties[each.hit.rule].add(each.seen.network)
    return (rule for rule, who in parties.items() if len(who) >= limits.parties)


def _common(written: Mapping[Name, _Written], limits: Thresholds) -> set[int]:
    """The rules that err on texts of several sites."""
    sites: dict[int, set[str]] = defaultdict(set)
    for (site, _), each in written.items():
        for rule in each.rules if each.shape != _WORDS else ():
            sites[rule].add(site)
    return {rule for rule, where in sites.items() if len(where) >= limits.texts}


def _shape(members: Sequence[Found]) -> str:
    """The narrowest that nearly all values are of. Where people write signs of programs, too, it is
    by chance which they wrote so far: any."""
    for name in (_WORDS, "prose"):
        fitting = sum(is_of(SHAPES[name], each.hit.value) for each in members)
        if fitting >= _NEARLY_ALL * len(members):
            return name
    return ""
