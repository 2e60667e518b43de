"""Exclusions that are proposed: what honest visitors bring about, and what attackers can't."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield.small_pack import policy
from vedette.shield.clients import network_key
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.exclusion.targets import path_expression
from vedette.shield.policy.pack import load_pack
from vedette.shield.replay.template import path_template
from vedette.shield.shadow.overview import Traffic, overview
from vedette.shield.shadow.proposals import Proposal, propose
from vedette.shield.shadow.seen import Seen, SeenHit
from vedette.shield.shadow.shapes import below, fits, with_holes
from vedette.shield.shadow.told import given_up, spared, what
from vedette.shield.shadow.visitors import attackers, breadth

# of the shared address space (RFC 6598): no private addresses, of which each counts by itself
HONEST = [f"100.{65 + n}.{n}.7" for n in range(9)]


def hit(parameter: str = "ARGS:q", rule: int = 942100, kind: str = "attack-sqli") -> SeenHit:
    return SeenHit(rule, parameter, 2, (kind,), f"rule {rule}", f"value of {parameter}")


def seen(
    client: str, *hits: SeenHit, path: str = "/search", before: int = 9, stops: bool = True
) -> Seen:
    return Seen(
        time=1, site="shop", template=path, client=client, network=network_key(client),
        stops=stops, blocked=False, rule=949110, score=5 * len(hits), threshold=5, before=before,
        hits=hits or (hit(),),
    )  # fmt: skip


def said(given: Iterable[Seen]) -> set[tuple[str, str, int, str]]:
    """What is proposed, in short."""
    return {_short(each) for each in propose(list(given))}


def _short(each: Proposal) -> tuple[str, str, int, str]:
    one = each.exclusion
    return one.path, one.target, one.rule, one.tag


def test_what_several_visitors_set_off_is_proposed() -> None:
    given = [seen(client) for client in HONEST[:3]]
    assert said(given) == {("/search", "ARGS:q", 942100, "")}
    assert said(given[:2]) == set()


def test_the_price_is_told(tmp_path: Path) -> None:
    scanner = hit("REQUEST_HEADERS:user-agent", 913100, "attack-reputation-scanner")
    given = [seen(client) for client in HONEST[:4]]
    given += [seen("100.64.9.9"), seen("100.64.9.9", scanner)]
    program = load_pack(policy(tmp_path), 1)
    (one,) = propose(
        given, programs={"shop": program}, levels={"shop": 1}, hosts={"shop": ("shop.example",)}
    )
    assert (one.requests, one.parties, one.engaged, one.freed) == (4, 4, 4, 4)
    assert (one.price.rules, one.price.attacks, one.price.attackers) == ((942100,), 1, 1)
    assert one.price.remaining == 3  # 942200, 941100, 930100; 942500 is of level 2
    assert one.exclusion.hosts == ("shop.example",)
    assert one.examples == ("value of ARGS:q",)
    assert what(one.exclusion) == "shop/search ARGS:q: rule 942100"
    assert spared(one) == "4 requests of 4 networks; alone 4"
    assert given_up(one) == (
        "942100; 3 others still look; 1 recorded requests of 1 networks like attackers would have"
        " passed"
    )


def test_what_is_applied_is_not_proposed_again() -> None:
    given = [seen(client) for client in HONEST]
    applied = [each.exclusion for each in propose(given)]
    assert propose(given, applied=applied) == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["100.64.9.7"] * 40,
        [f"100.64.9.{n}" for n in range(40)],
        [f"5f00:0:1:2::{n:x}" for n in range(40)],
        [f"5f00:0:1:{n:x}::1" for n in range(40)],
    ],
    ids=["address", "/24", "/64", "/48"],
)
def test_one_network_gets_nothing_proposed(addresses: list[str]) -> None:
    rules = [942100, 942200, 942300, 942400]
    given = [seen(a, hit(rule=rules[n % 4])) for n, a in enumerate(addresses)]
    given += [seen(a, path=f"/u/{n}/x") for n, a in enumerate(addresses)]
    assert said(given) == set()


def test_an_attacker_among_honest_visitors_gains_nothing() -> None:
    honest = [seen(client) for client in HONEST]
    attacks = [
        seen("100.64.9.9", hit("ARGS:q", rule, kind), path=path)
        for path in ("/search", "/login", "/admin")
        for rule, kind in ((942200, "attack-sqli"), (932100, "attack-rce"), (930100, "attack-lfi"))
    ]
    assert said(honest + attacks) == said(honest) == {("/search", "ARGS:q", 942100, "")}
    program = [each.price for each in propose(honest + attacks)]
    assert program[0].attacks == 0  # not one of these would have passed by it


def test_an_attacker_can_not_veto_either() -> None:
    honest = [seen(client) for client in HONEST[:3]]
    flood = [seen(f"100.64.9.{n}", path="/search") for n in range(200)]
    assert said(honest + flood) == said(honest)


def test_a_flood_of_parameter_names_opens_nothing() -> None:
    flood = [seen("100.64.9.9", hit(f"ARGS:p{n}")) for n in range(500)]
    flood += [seen("100.64.9.9", hit(f"REQUEST_COOKIES:p{n}")) for n in range(500)]
    assert said(flood) == set()
    few = [seen(client, hit("ARGS:p1")) for client in HONEST[:2]]
    assert said(flood + few) == set()


def test_the_same_exploit_from_everywhere_is_no_habit() -> None:
    many = [f"100.{66 + n % 2}.{n}.7" for n in range(60)]
    exploit = [seen(client, before=0) for client in many]
    assert said(exploit) == set()
    texts = [
        seen(client, SeenHit(942100, "ARGS:q", 2, ("attack-sqli",), "m", f"text {n}"), before=0)
        for n, client in enumerate(many)
    ]
    assert said(texts) == {("/search", "ARGS:q", 942100, "")}
    assert said(texts[:11]) == set()


def test_scanners_count_for_nothing() -> None:
    tag = "attack-reputation-scanner"
    given = [seen(client, hit(), hit("REQUEST_HEADERS:user-agent", 913100, tag))
             for client in HONEST]  # fmt: skip
    assert attackers(given) == {network_key(client) for client in HONEST}
    assert said(given) == set()


def test_many_rules_of_a_kind_become_one_exclusion() -> None:
    rules = [942100, 942200, 942300, 942400, 942500]
    given = [seen(client, *(hit(rule=rule) for rule in rules)) for client in HONEST]
    assert said(given) == {("/search", "ARGS:q", 0, "attack-sqli")}
    rare = [seen(client, hit(rule=942000 + n)) for n, client in enumerate(HONEST)]
    assert said(rare) == {("/search", "ARGS:q", 0, "attack-sqli")}


def test_what_people_write_is_of_several_kinds() -> None:
    kinds = ["attack-sqli", "attack-xss", "attack-rce", "attack-lfi"]
    given = [
        seen(client, hit("ARGS:text", 900000 + 2 * n + m // 4, kinds[(n + m) % 4]))
        for n, client in enumerate(HONEST[:4])
        for m in range(2)
    ]
    found = said(given)
    assert found == {("/search", "ARGS:text", 0, kind) for kind in kinds}
    alone = [seen("100.64.9.9", hit("ARGS:text", 955555, "attack-protocol"))]
    assert said(given + alone) == found


def test_paths_of_one_shape() -> None:
    own = [seen(client, path=f"/dav/{n}x/box") for n, client in enumerate(HONEST)]
    assert attackers(own) == frozenset()
    assert said(own) == {("/dav/{any}/box", "ARGS:q", 942100, "")}
    deep = [seen(c, path=f"/dav/{n}x/{'y/' * n}") for n, c in enumerate(HONEST[:6])]
    assert said(deep) == {("/dav/{rest}", "ARGS:q", 942100, "")}
    # one network may not widen what two others use
    two = [seen(client, path=f"/dav/{n}x/box") for n, client in enumerate(HONEST[:2])]
    alone = [seen("100.64.9.9", path=f"/dav/a{n}x/box") for n in range(50)]
    assert said(two + alone) == set()


def test_collections_of_changing_names() -> None:
    given = [
        seen(client, hit(f"MULTIPART_PART_HEADERS:f{n}", 922130, "attack-protocol"))
        for n, client in enumerate(HONEST)
    ]
    assert said(given) == {("/search", "MULTIPART_PART_HEADERS", 922130, "")}
    (one,) = propose(given)
    assert all(not each.without([one.exclusion]).stops for each in given)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(["/a/{number}", "/a/x/y", "/a/z/y", "/", "/b"]),
            st.sampled_from(["ARGS:a", "ARGS:b", "XML:/*", "REQUEST_COOKIES:c", "(none)"]),
            st.sampled_from([(942100, "attack-sqli"), (942200, "attack-sqli"), (932100, "x")]),
        ),
        max_size=80,
    )
)
def test_one_network_less_never_leaves_a_proposal_of_two(
    told: list[tuple[int, str, str, tuple[int, str]]],
) -> None:
    """Whatever comes: every proposal has its parties, frees what it says, and can be written."""
    given = [seen(f"100.66.{n}.1", hit(name, *rule), path=path) for n, path, name, rule in told]
    for one in propose(given):
        covered = [
            each for each in given if len(each.without([one.exclusion]).hits) < len(each.hits)
        ]
        assert len({each.network for each in covered} - attackers(given)) >= 2
        assert one.freed == sum(
            not each.without([one.exclusion]).stops
            for each in given
            if each.network not in attackers(given)
        )
        assert not seclang_of([one.exclusion], (), IN_FORCE).left_out


@given(st.lists(st.sampled_from(["a", "b.c", "..", ".", "", "{number}", "…x", "Z"]), max_size=6))
def test_shapes_fit_what_they_were_made_of(segments: list[str]) -> None:
    template = "/" + "/".join(segments)
    dotted = any(each in (".", "..") for each in segments)
    for shape in (*with_holes(template, 1), *with_holes(template, 2), *below(template)):
        assert fits(shape, template) or dotted


@pytest.mark.parametrize(
    "path",
    ["/u/ann/box", "/u/../box", "/u/./box", "/u/a\\..\\b/box", "/u/...x/box", "/u/a/b/box",
     "/u/box", "/u/%2e%2e/box", "/u//box", "/u/", "/u", "/v/a/box", "/u/a/../../admin"],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["/u/{any}/box", "/u/{rest}"])
def test_rules_and_the_shadow_read_shapes_alike(shape: str, path: str) -> None:
    import re

    by_rule = re.search(path_expression(shape).replace(r"\z", r"\Z"), path) is not None
    by_shadow = fits(shape, path_template(path.encode()))
    assert not by_rule or by_shadow or "%" in path
    assert not (by_rule and (".." in path.split("/") or "\\" in path))


def test_breadth_is_without_the_one_who_did_most_alone() -> None:
    assert breadth({}) == 0
    assert breadth({1: {"a"}, 2: {"a"}, 3: {"a", "b"}, 4: {"b"}}) == 2


def test_the_overview_counts() -> None:
    traffic = Traffic()
    traffic.add({"site": "shop", "template": "/search", "requests": 40, "clients": "AwU="})
    given = [seen(client) for client in HONEST[:3]]
    given += [seen("100.64.9.9", hit("ARGS:x"), path="/x"), seen("100.64.9.9", stops=False)]
    exclusion = Exclusion(number=1, site="shop", path="/search", target="ARGS:q", rule=942100)
    found = overview(given, traffic, [exclusion])
    assert (found.requests, found.would_block, found.blocked, found.still) == (40, 4, 0, 1)
    assert (found.clients, found.like_attackers) == (4, 0)
    first = found.rows[0]
    assert (first.path, first.requests, first.clients, first.excluded) == ("/search", 3, 3, True)
    assert not found.rows[1].excluded
    assert (found.paths[0].requests, found.paths[0].clients) == (40, 4)
