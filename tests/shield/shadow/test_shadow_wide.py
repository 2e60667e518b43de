"""Exclusions for whole websites and for values of a shape: what known attacks allow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpora
from shield.small_pack import policy
from vedette.seclang.request import Request
from vedette.seclang.run.transaction import Engine
from vedette.shield.clients import network_key
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.policy.pack import load_pack
from vedette.shield.shadow.proposals import Proposal, propose
from vedette.shield.shadow.samples import Sample, SampleHit, judged, passing
from vedette.shield.shadow.seen import Seen, SeenHit
from vedette.shield.shadow.suite import attacks_of
from vedette.shield.shadow.told import given_up, what
from vedette.shield.shadow.values import SHAPES, is_of, matches, name_of, one_of

HONEST = [f"100.{65 + n}.{n}.7" for n in range(9)]
EVERY = frozenset(SHAPES)
ANY = frozenset({""})


def hit(parameter: str, value: str = "it's fine", rule: int = 942100) -> SeenHit:
    return SeenHit(rule, parameter, 2, ("attack-sqli",), f"rule {rule}", value)


def seen(client: str, *hits: SeenHit, path: str = "/search", site: str = "shop") -> Seen:
    return Seen(
        time=1, site=site, template=path, client=client, network=network_key(client), stops=True,
        blocked=False, rule=949110, score=5, threshold=5, before=9, hits=hits,
    )  # fmt: skip


def sample(rule: int, parameter: str = "ARGS:x", shapes: frozenset[str] = ANY) -> Sample:
    found = SampleHit(rule, 5, ("attack-sqli",), frozenset({parameter}))
    return Sample((found,), False, 949110, {parameter: shapes}, "GET")


MANY = [sample(1, "REQUEST_URI") for _ in range(400)]


def wide(proposals: list[Proposal]) -> set[tuple[str, str, int, tuple[int, ...], str]]:
    return {
        (one.exclusion.site, one.exclusion.target, one.exclusion.rule, one.exclusion.rules,
         name_of(one.exclusion.only))
        for one in proposals if not one.exclusion.path
    }  # fmt: skip


def several(value: str = "it's fine") -> list[Seen]:
    """A rule at a different argument of a different page each."""
    return [
        seen(client, hit(f"ARGS:a{n}", value), path=f"/{n}x/y/{n}z")
        for n, client in enumerate(HONEST)
    ]


def test_nothing_for_a_whole_site_without_known_attacks() -> None:
    assert wide(propose(several())) == set()
    assert wide(propose(several(), samples={"shop": []})) == set()


def test_a_rule_that_errs_everywhere_and_that_no_attack_needs() -> None:
    proposals = propose(several(), samples={"shop": MANY})
    assert wide(proposals) == {("shop", "ARGS", 942100, (), "")}
    (one,) = proposals
    assert (one.price.passed, one.price.samples) == (0, 0)


def test_the_shape_is_what_known_attacks_allow() -> None:
    needed = [sample(942100) for _ in range(50)]
    proposals = propose(several(), samples={"shop": MANY + needed})
    assert wide(proposals) == {("shop", "ARGS", 942100, (), "text")}
    assert (proposals[0].price.passed, proposals[0].price.samples) == (0, 50)
    assert "all values are text" in what(proposals[0].exclusion)
    assert "of 50 known attacks on such a parameter 0 would pass it" in given_up(proposals[0])
    prose = [sample(942100, shapes=EVERY) for _ in range(50)]
    assert wide(propose(several(), samples={"shop": MANY + prose})) == set()


def test_all_together_stay_within_the_limit() -> None:
    """Ten rules, each of which stops two attacks alone: 0.9 % of 420 are three."""
    rules = range(942000, 942010)
    given = [
        seen(client, hit(f"ARGS:a{n}", "a|b", rule), path=f"/{n}x/y/{n}z")
        for n, client in enumerate(HONEST)
        for rule in rules
    ]
    known = MANY + [sample(rule) for rule in rules for _ in range(2)]
    proposals = [one.exclusion for one in propose(given, samples={"shop": known})]
    everywhere = [one for one in proposals if not one.path]
    lost = sum(not each.stops_without(everywhere) for each in known)
    assert 0 < lost <= 3


def test_methods_are_named() -> None:
    def asked(client: str, method: str) -> Seen:
        found = SeenHit(911100, "REQUEST_METHOD", 2, ("attack-generic",), "m", method)
        return seen(client, found, path=f"/{client}/x/{client}z")

    given = [asked(client, "PROPFIND") for client in HONEST]
    given += [asked("100.64.9.9", "TRACE")]
    found = wide(propose(given, samples={"shop": MANY}))
    assert found == {("shop", "REQUEST_METHOD", 911100, (), "PROPFIND")}


def test_what_is_written_on_several_sites_is_so_on_others() -> None:
    given = [
        seen(client, hit(f"ARGS:json.f{n}.note", "it's (fine)"), path=f"/{n}x/y", site=site)
        for site in ("a", "b")
        for n, client in enumerate(HONEST)
    ]
    known = [sample(942100, "ARGS:x") for _ in range(400)]
    found = wide(propose(given, samples=dict.fromkeys("abc", known)))
    assert {one for one in found if "**" in one[1]} == {
        (site, "ARGS:**note", 0, (942100,), "prose") for site in "abc"
    }
    only_a = wide(propose([each for each in given if each.site == "a"],
                          samples=dict.fromkeys("abc", known)))  # fmt: skip
    assert {one[0] for one in only_a} == {"a"}


def test_one_network_widens_nothing() -> None:
    given = [
        seen("100.64.9.9", hit(f"ARGS:a{n}"), path=f"/{n}x/y/{n}z", site=site)
        for n in range(60)
        for site in "abc"
    ]
    assert propose(given, samples=dict.fromkeys("abcd", MANY)) == []


def test_a_shape_holds_for_all_values_of_the_target() -> None:
    only = SHAPES["prose"]
    each = Exclusion(number=1, site="shop", target="ARGS", rule=942100, only=only)
    assert not seen("100.64.9.9", hit("ARGS:a")).without([each]).stops
    both = seen("100.64.9.9", hit("ARGS:a"), hit("ARGS:b", "a|b"))
    assert both.without([each]) is both
    assert not seen("100.64.9.9", hit("ARGS:a", "x" * 159 + "…")).without([each]).stops
    assert not seen("100.64.9.9", hit("ARGS:a", "(masked) a␊b")).without([each]).stops


SHAPE_CASES = [
    ("", "words"),
    ("two words, and 3: https://a.example/b-c/d?e=f&g=h+i", "words"),
    ("Ünï - ﷽", "words"),
    ("it's", "prose"),
    ("one\ntwo (three)!", "prose"),
    ("a & b", "text"),
    ("a=b", "text"),
    ("1; 2", "text"),
    ("a | b", ""),
    ("<b>", ""),
    ("$x", ""),
    ("`id`", ""),
    ("a\x00", ""),
    ("..\\x", ""),
]


@pytest.mark.parametrize(("value", "narrowest"), SHAPE_CASES)
def test_shapes_of_values(value: str, narrowest: str) -> None:
    names = list(SHAPES)
    expected = names[names.index(narrowest) :]
    assert [name for name in names if matches(SHAPES[name], value)] == expected


@given(st.text(st.sampled_from("ab?&=_-.%;' /<"), max_size=40))
def test_each_shape_is_wider_and_engines_agree(value: str) -> None:
    import re2

    held = [matches(only, value) for only in SHAPES.values()]
    assert held == sorted(held)
    for only in filter(None, SHAPES.values()):
        found = re2.compile(f"\\A(?:{only})\\z").search(value)
        assert (found is not None) == (re.fullmatch(only, value) is not None) == is_of(only, value)


def test_a_hostile_value_takes_no_time() -> None:
    for text in ("?a" * 40_000 + "<", "?a=" * 40_000 + "<", "?" + "a" * 90_000 + "<"):
        assert not any(matches(only, text) for only in SHAPES.values() if only)


def test_values_one_by_one() -> None:
    assert one_of(["PUT", "DELETE", "PUT"]) == "(?:DELETE|PUT)"
    assert name_of(one_of(["a+b/c.d"])) == "a+b/c.d"
    assert re.fullmatch(one_of(["a+b/c.d"]), "a+b/c.d")
    assert one_of([]) == one_of(["a|b"]) == one_of(map(str, range(13))) == ""


def test_attacks_are_judged(tmp_path: Path) -> None:
    engine = Engine(load_pack(policy(tmp_path), 1))
    targets = [b"/?q=fine", b"/?q=1+union+select+2"]
    found = judged(engine, [(Request(b"GET", target), b"") for target in targets])
    for each in found:
        assert each.method == "GET" and each.stops_without(())
        rules = {one.rule for one in each.hits}
        gone = [Exclusion(number=1, site="s", target="ARGS:q", rules=tuple(rules))]
        away = [Exclusion(number=1, site="s", target="ARGS:other", rules=tuple(rules))]
        assert each.stops_without(away) and not each.stops_without(away, placed=True)
        assert not each.stops_without(gone)
        assert passing([each], away[0]) == (1, 1)


def test_the_tests_of_the_rule_set_are_attacks() -> None:
    found = list(attacks_of(corpora.crs()))
    assert len(found) > 3_000
    assert sum(bool(body) for _, body in found) > 500


def test_tests_that_are_none_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "regression" / "tests" / "x"
    folder.mkdir(parents=True)
    (folder / "1.yaml").write_text("tests: [{stages: [{input: {uri: /a}, output: {}}]}]")
    (folder / "2.yaml").write_text("{")
    (folder / "3.yaml").write_text("tests: 3")
    (folder / "4.yaml").write_text(
        "tests: [{stages: [{input: {uri: '/?a=b', data: 'c=<d>', method: POST},"
        " output: {log: {expect_ids: [1]}}}]}]"
    )
    ((request, body),) = attacks_of(tmp_path)
    assert (request.target, request.method, body) == (b"/?a=b", b"POST", b"c=%3Cd%3E")
    assert list(attacks_of(tmp_path / "nowhere")) == []
