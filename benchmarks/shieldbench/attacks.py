"""Attack requests out of the rule set's own tests, as they are and moved to where exclusions are.

The tests send their attacks to an empty website, where exclusions learned elsewhere say nothing.
So they are also sent to the sites' own pages, and their values are put into the very parameters
that an exclusion is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote_from_bytes

import crs  # lies with the tests
from benchmarks.shieldbench.kinds import HEADERS
from benchmarks.shieldbench.material import Material
from vedette.seclang.ir import Program, Rule
from vedette.seclang.request import Request, Response
from vedette.seclang.run.transaction import Engine
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.exclusion.targets import ENDING

_TAG: Final = "paranoia-level/"
_FILLS: Final = {
    "{number}": "4711",
    "{uuid}": "6f1d2a52-0f3a-4f0e-9d0e-3d5f5f6f0a01",
    "{hex}": "0123456789abcdef",
    "{date}": "2026-03-02",
    "{secret}": "abcdefgh",
    "{address}": "ann@firm.example",
    "{text}": "text",
    "{any}": "any",
    "{rest}": "rest",
}
_LONGEST: Final = 4_000
"""Bytes of a value that is put into a query."""


class Attack(NamedTuple):
    """A request with what the website would answer; `name` is that of the test."""

    name: str
    request: Request
    body: bytes
    response: Response
    answered: bytes

    def blocked(self, engine: Engine) -> bool:
        """Whether it does not come through."""
        return engine.inspect(*self[1:]).intervention is not None


def attacks(used: Material, program: Program, level: int) -> list[Attack]:
    """The requests of tests that expect a rule of this level, or of one below, to speak."""
    known = rules_up_to(program, level)
    found = []
    for number, case in enumerate(crs.cases(used.checkout)):
        for stage in case.stages:
            if known.intersection(stage.log.get("expect_ids", ())):
                request, body = crs.request_of(stage.raw, number)
                found.append(Attack(case.name, request, body, *crs.reflected(request, body)))
    return found[:: max(1, round(1 / used.part))]


def rules_up_to(program: Program, level: int) -> set[int]:
    """The rules that look for something at this level of paranoia."""
    wanted = {f"{_TAG}{each}" for each in range(1, level + 1)}
    return {
        entry.id
        for entry in program.entries
        if isinstance(entry, Rule)
        and entry.severity is not None
        and wanted.intersection(entry.tags)
    }


def moved(given: Iterable[Attack], exclusions: Sequence[Exclusion]) -> Iterator[Attack]:
    """The same queries and bodies sent to pages that exclusions are about, each to the next. What
    is excluded on a whole site is so at its first page."""
    places = list(dict.fromkeys((each.hosts, each.path or "/") for each in exclusions))
    for number, attack in enumerate(given if places else ()):
        hosts, path = places[number % len(places)]
        query = attack.request.target.partition(b"?")
        target = filled(path).encode() + query[1] + query[2]
        request = Request(
            attack.request.method,
            target,
            attack.request.protocol,
            _named(attack.request, hosts),
            unique_id=attack.request.unique_id,
            received=attack.request.received,
        )
        yield attack._replace(request=request)


def everywhere(
    given: Sequence[Attack], exclusions: Sequence[Exclusion]
) -> Iterator[tuple[tuple[str, ...], list[Attack]]]:
    """All of the attacks, sent to the first page of each site, with the site's names."""
    for hosts in dict.fromkeys(each.hosts for each in exclusions):
        first = Exclusion(number=1, site="", hosts=hosts)
        yield hosts, list(moved(given, [first]))


def planted(
    given: Iterable[Attack], engine: Engine, exclusions: Sequence[Exclusion]
) -> Iterator[Attack]:
    """Values that are blocked as the argument of an empty site, each put into the next parameter
    of a query or form that an exclusion is about: of any name, where names don't matter. `engine`
    is one without exclusions."""
    places = list(
        dict.fromkeys(
            (each.hosts, each.path, each.target.partition(":")[2].removeprefix(ENDING) or "q")
            for each in exclusions
            if each.target.partition(":")[0] == "ARGS"
            and "*" not in each.target.replace(ENDING, "")
        )
    )
    for number, (attack, value) in enumerate(_values(given, engine) if places else ()):
        hosts, path, name = places[number % len(places)]
        yield _asking(attack, value, filled(path) or "/", name, hosts)


def _values(given: Iterable[Attack], engine: Engine) -> list[tuple[Attack, bytes]]:
    found = []
    for attack in given:
        transaction = engine.transaction(attack.request)
        transaction.request_headers()
        transaction.request_body(attack.body)
        value = max((value for _, value in transaction.state.lists["ARGS"]), key=len, default=b"")
        if value and len(value) <= _LONGEST:
            found.append((attack, value))
    return [each for each in found if _asking(*each, "/", "q", ()).blocked(engine)]


def _asking(attack: Attack, value: bytes, path: str, name: str, hosts: tuple[str, ...]) -> Attack:
    query = f"{quote_from_bytes(name.encode(), safe='')}={quote_from_bytes(value, safe='')}"
    request = Request(b"GET", f"{path}?{query}".encode(), headers=HEADERS)
    request = Request(b"GET", request.target, headers=_named(request, hosts))
    return Attack(attack.name, request, b"", Response(200), b"")


def _named(request: Request, hosts: tuple[str, ...]) -> tuple[tuple[bytes, bytes], ...]:
    if not hosts:
        return request.headers
    return tuple(
        (name, hosts[0].encode()) if name.lower() == b"host" else (name, value)
        for name, value in request.headers
    )


def filled(path: str) -> str:
    """A path of this template."""
    for hole, said in _FILLS.items():
        path = path.replace(hole, said)
    return path
