"""Who is a visitor and who an attacker, as far as what they set off tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from vedette.shield.shadow.seen import Seen, SeenHit, place_of
from vedette.shield.shadow.shapes import with_holes

SCANNER: Final = "attack-reputation-scanner"

Pair = tuple[str, str, str]
"""Site, path ("" for what comes with every request) and parameter."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes for an exclusion to be proposed. All numbers are of networks (see
    `clients.network_key`): one party, however many addresses it has, counts once.

    - `parties`: at least so many, none of which is like an attacker, set off the rule at the
      parameter;
    - `share`: they are at least this part of all who did;
    - `engaged`: at least `parties` of them had made so many unremarkable requests before: they use
      the website. Where they did not (programs that send nothing else), `crowd` of them must have
      sent values of which at least the part `different` differ: an exploit that is tried
      everywhere is the same from everywhere, what people write is not;
    - `odd_pairs`: whoever sets off rules at so many parameters at which fewer than `parties` do,
      and these are more than half of all, tries things out;
    - `wide`: an exclusion that is wider than what was seen (all rules of a kind, paths of a shape,
      a collection whatever its names) takes so many forms of it (rules, paths, names), whichever
      network one leaves out: people who write about SQL will set off the next rule tomorrow, but
      nobody widens a hole alone;
    - `give_up`: all that is excluded from a whole website, whatever path and parameter, may let
      pass at most this part of the known attacks that the rules stop;
    - `sites`: what visitors set off on so many websites is excluded on all of them; `texts` is the
      same for arguments in which people write freely.
    """

    parties: int = 3
    share: float = 0.5
    engaged: int = 2
    crowd: int = 12
    different: float = 0.5
    odd_pairs: int = 3
    wide: int = 3
    give_up: float = 0.009
    sites: int = 3
    texts: int = 2


DEFAULT: Final = Thresholds()


def pair_of(seen: Seen, hit: SeenHit) -> Pair:
    return seen.site, place_of(seen, hit), hit.parameter


def breadth(seen: Mapping[object, set[str]]) -> int:
    """How many different things networks did, without the one network that alone did most of
    them. `seen` has the networks by thing."""
    alone: dict[str, int] = defaultdict(int)
    for networks in seen.values():
        if len(networks) == 1:
            (network,) = networks
            alone[network] += 1
    return len(seen) - max(alone.values(), default=0)


def attackers(given: Iterable[Seen], limits: Thresholds = DEFAULT) -> frozenset[str]:
    """The networks that behave like attackers: scanners by their own word, and those that set
    rules off all over the place where others do not. Where each has a path of his own (`/u/ann`)
    and sets off the same there, nobody stands out."""
    parties: dict[Pair, set[str]] = defaultdict(set)
    pairs: dict[str, set[Pair]] = defaultdict(set)
    shapes: dict[Pair, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
    scanners: set[str] = set()
    for seen in given:
        for hit in seen.hits:
            pair = pair_of(seen, hit)
            if seen.network not in parties[pair]:
                parties[pair].add(seen.network)
                pairs[seen.network].add(pair)
                for shape in with_holes(pair[1], 1):
                    shapes[pair[0], shape, pair[2]][pair[1]].add(seen.network)
            if SCANNER in hit.tags:
                scanners.add(seen.network)
    common = {pair for pair, paths in shapes.items() if breadth(paths) >= limits.wide}

    def is_odd(pair: Pair) -> bool:
        if len(parties[pair]) >= limits.parties:
            return False
        site, path, parameter = pair
        return not any((site, shape, parameter) in common for shape in with_holes(path, 1))

    odd = {
        network
        for network, own in pairs.items()
        if (count := sum(map(is_odd, own))) >= limits.odd_pairs and 2 * count > len(own)
    }
    return frozenset(scanners | odd)


class Evidence:
    """What speaks for an exclusion."""

    __slots__ = ("all", "clean", "engaged", "msg", "requests", "rules", "tags", "values")

    def __init__(self, hit: SeenHit) -> None:
        self.msg = hit.msg
        self.tags = hit.tags
        self.requests = 0
        self.rules: set[int] = set()
        self.all: set[str] = set()
        self.clean: set[str] = set()
        self.engaged: set[str] = set()
        self.values: dict[str, None] = {}

    def add(self, seen: Seen, hit: SeenHit, like_attacker: bool, limits: Thresholds) -> None:
        """One hit; `requests` are counted by who adds it."""
        self.all.add(seen.network)
        if like_attacker:
            return
        self.rules.add(hit.rule)
        self.clean.add(seen.network)
        if seen.before >= limits.engaged:
            self.engaged.add(seen.network)
        if len(self.values) < limits.crowd * 4:
            self.values[hit.value] = None

    def suffices(self, limits: Thresholds) -> bool:
        """Whether it is enough for a proposal."""
        if len(self.clean) < limits.parties or len(self.clean) < limits.share * len(self.all):
            return False
        if len(self.engaged) >= limits.parties:
            return True
        seen = min(self.requests, limits.crowd * 4)
        return len(self.clean) >= limits.crowd and len(self.values) >= limits.different * seen
