"""What an action would have touched: by example, and against the naive look at every event."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from response.counterfactual.touched_store import DAY, HOUR, NOW, Store, Ticks, action, naive
from vedette.model.finding import Entity
from vedette.response.counterfactual.check import Check, Limits
from vedette.response.counterfactual.cost import Touched, as_json, in_words
from vedette.store.search import StorePaths
from vedette.store.state import State

EVIL = "203.0.113.9"


def conn(to: str, user: str, at: int = HOUR, **more: Any) -> dict[str, Any]:
    return {
        "at": at,
        "Channel": "Sysmon",
        "Computer": "WS-01.firm.example",
        "User": user,
        "SourceIp": "10.0.0.5",
        "DestinationIp": to,
    } | more


def request(client: str, uri: str, at: int = HOUR, method: str = "GET") -> dict[str, Any]:
    stem, _, query = uri.partition("?")
    shown = {"at": at, "c-ip": client, "cs-method": method, "cs-uri": uri, "cs-uri-stem": stem}
    return shown | ({"cs-uri-query": query} if query else {})


OLD = conn("10.0.0.1", "FIRM\\old", at=3 * DAY)


def test_only_principals_that_no_finding_covers_are_benign(store: Store) -> None:
    batch = store.add(
        "windows",
        [
            OLD,
            conn(EVIL, "FIRM\\ann", at=2 * HOUR),
            conn(EVIL, "FIRM\\bob", at=HOUR),
            conn(EVIL, "FIRM\\bob", at=3 * HOUR),
            conn("198.51.100.1", "FIRM\\cyd"),
            conn(EVIL, "FIRM\\ancient", at=8 * DAY),
        ],
    )
    store.find(batch, [1])
    cost = store.check().run(action("refuse-address", Entity("address", EVIL)), NOW, examples=1)
    assert (cost.complete, cost.why_not) == (True, ())
    assert (cost.events, cost.covered, cost.benign_count) == (3, 1, 1)
    assert cost.benign == (Touched(Entity("account", "firm\\bob"), 2, NOW - HOUR),)
    assert [one.event["User"] for one in cost.examples] == ["FIRM\\bob"]
    assert not cost.within(0)
    assert cost.within(1)
    assert any("account firm\\bob: 2 events, last 2026-" in line for line in in_words(cost))
    assert as_json(cost)["benign"][0]["value"] == "firm\\bob"


def test_findings_that_are_minor_or_judged_false_cover_nothing(store: Store) -> None:
    batch = store.add("windows", [OLD, conn(EVIL, "FIRM\\ann"), conn(EVIL, "FIRM\\bob")])
    store.find(batch, [1], level="low")
    (false,) = store.find(batch, [2])
    asked = action("refuse-address", Entity("address", EVIL))
    assert store.check().run(asked, NOW).benign_count == 1
    assert store.check().run(asked, NOW, uncounted={false.id}).benign_count == 2


def test_attackers_are_no_benign_principals(store: Store) -> None:
    store.add("windows", [OLD])
    store.add("access", [request(EVIL, "/login"), request("198.51.100.7", "/")])
    asked = action("refuse-client", Entity("address", EVIL))
    assert store.check().run(asked, NOW).benign_count == 1
    cost = store.check().run(asked, NOW, attackers={Entity("address", EVIL)})
    assert (cost.events, cost.covered, cost.benign_count, cost.within(0)) == (1, 1, 0, True)


def test_direction_and_network(store: Store) -> None:
    store.add("windows", [OLD, conn(EVIL, "FIRM\\ann"), conn("203.0.113.77", "FIRM\\bob")])
    check = store.check()
    for target, scope, count in (
        (EVIL, {"direction": "in"}, 0),
        (EVIL, {"direction": "out"}, 1),
        ("203.0.113.0/24", {}, 2),
        (EVIL + "/32", {}, 1),
        ("::ffff:" + EVIL, {}, 1),
    ):
        cost = check.run(action("refuse-address", Entity("address", target), scope), NOW)
        assert (cost.benign_count, cost.complete) == (count, True), (target, scope)
    assert not check.run(action("refuse-address", Entity("address", "203.0.0.0/9")), NOW).complete


def test_a_parameter_by_path_name_and_pattern(store: Store) -> None:
    store.add("windows", [OLD])
    store.add(
        "access",
        [
            request("198.51.100.1", "/shop?id=12"),
            request("198.51.100.2", "/shop/item?id=1+union+select"),
            request("198.51.100.3", "/shopping?id=12"),
            request("198.51.100.4", "/shop?no=12"),
            request("198.51.100.5", "/shop?id=" + "9" * 600),
        ],
    )
    scope = {"path": "/shop", "parameter": "id"}
    target = Entity("url", "/shop")
    check = store.check()
    assert check.run(action("refuse-parameter", target, scope), NOW).benign_count == 3
    cost = check.run(action("refuse-parameter", target, scope | {"pattern": "(?i)union"}), NOW)
    assert [one.who.value for one in cost.benign] == ["198.51.100.2", "198.51.100.5"]
    broken = check.run(action("refuse-parameter", target, scope | {"pattern": "(?=a)"}), NOW)
    assert not broken.complete
    assert "write it for RE2" in broken.why_not[0]


def test_a_body_that_the_log_does_not_show_leaves_the_answer_open(store: Store) -> None:
    store.add("windows", [OLD])
    store.add("access", [request("198.51.100.1", "/shop", method="POST")])
    scope = {"path": "/shop", "parameter": "id"}
    cost = store.check().run(action("refuse-parameter", Entity("url", "/shop"), scope), NOW)
    assert (cost.benign_count, cost.uncertain, cost.complete) == (0, 1, False)


def test_what_an_action_turned_away_is_no_reason_against_it(store: Store) -> None:
    asked = action("refuse-client", Entity("address", "203.0.113.9"))
    visit = {"at": HOUR, "kind": "request", "client": "203.0.113.9", "path": "/", "method": "GET"}
    store.add("shield", [{**visit, "client": "203.0.113.7"}, {**visit, "kind": "turned_away"}])
    assert store.check().run(asked, NOW).benign_count == 0
    store.add("shield", [visit])
    assert store.check().run(asked, NOW).benign_count == 1


class Named:
    """Keyed names that a test can read."""

    def pseudonym(self, address: str) -> str:
        return "mb-" + address.partition("@")[0]

    def trait(self, kind: str, value: str) -> str:
        return f"{kind}!{value}"


def test_what_passed_mail_shows_is_asked_for_under_its_key(store: Store) -> None:
    sha = "ab" * 32
    traits = ["sender!mb-jane", "domain!jobs.example", "url!jobs.example/a", f"hash!sha256:{sha}"]
    passed = {"at": HOUR, "kind": "message", "verdict": "passed", "message": "2@a",
              "mailboxes": ["mb-x"], "traits": traits}  # fmt: skip
    store.add("windows", [OLD])
    store.add("lure", [passed])
    for kind, target in (
        ("refuse-sender", Entity("person", "mb-jane")),
        ("hold-message", Entity("person", "mb-jane")),
        ("refuse-sender", Entity("mailbox", "jane@jobs.example")),
        ("refuse-domain", Entity("domain", "jobs.example")),
        ("refuse-hash", Entity("hash", f"sha256:{sha}")),
        ("refuse-url", Entity("url", "https://jobs.example/a")),
    ):
        cost = store.check(names=Named()).run(action(kind, target), NOW)
        assert (kind, [one.who.value for one in cost.benign]) == (kind, ["mb-x"])
        assert not store.check().run(action(kind, target), NOW).complete
    other = action("refuse-sender", Entity("person", "mb-other"))
    cost = store.check(names=Named()).run(other, NOW)
    assert (cost.complete, cost.benign_count) == (True, 0)


def test_mail_that_was_stored_without_its_sender_leaves_the_answer_open(store: Store) -> None:
    store.add("windows", [OLD])
    asked = action("refuse-sender", Entity("mailbox", "jane@jobs.example"))
    assert "no stored event shows sender" in " ".join(store.check().run(asked, NOW).why_not)
    smtp = {
        "at": HOUR,
        "_path": "smtp",
        "mailfrom": "<Jane@Jobs.example>",
        "rcptto": ["a@f.example"],
    }
    store.add("zeek", [smtp])
    cost = store.check().run(asked, NOW)
    assert (cost.complete, cost.benign[0].who) == (True, Entity("mailbox", "a@f.example"))
    lure = {
        "at": HOUR,
        "kind": "message",
        "verdict": "lure",
        "persona": "mb-jane",
        "mailboxes": ["mb-x", "mb-y"],
        "message": "1@a",
    }
    store.add("lure", [lure])
    assert not store.check().run(asked, NOW).complete
    named = store.check(names=Named())
    cost = named.run(asked, NOW)
    assert {one.who.value for one in cost.benign} == {"a@f.example", "mb-x", "mb-y"}
    assert cost.complete
    store.add("lure", [{"at": HOUR, "kind": "message", "verdict": "passed", "message": "2@a"}])
    cost = named.run(asked, NOW)
    assert "1 events were stored without sender or persona or trait" in " ".join(cost.why_not)
    held = store.check().run(action("hold-message", Entity("document", "2@a")), NOW)
    assert [one.who for one in held.benign] == [Entity("unknown", "lure")]


def test_a_hash_in_another_algorithm_is_not_an_answer(store: Store) -> None:
    sha, md5 = "ab" * 32, "cd" * 16
    store.add("windows", [OLD, conn(EVIL, "FIRM\\ann", Hashes=f"SHA256={sha.upper()},MD5={md5}")])
    check = store.check()
    cost = check.run(action("refuse-hash", Entity("hash", f"sha256:{sha}")), NOW)
    assert (cost.complete, cost.benign_count) == (True, 1)
    cost = check.run(action("refuse-hash", Entity("hash", f"sha1:{'ef' * 20}")), NOW)
    assert "no stored event shows hash-sha1" in cost.why_not[0]


def test_domains_reach_subdomains_and_urls_hide_in_tls(store: Store) -> None:
    store.add("windows", [OLD])
    store.add(
        "zeek",
        [
            {"at": HOUR, "_path": "dns", "id": {"orig_h": "10.0.0.7"}, "query": "cdn.bad.example"},
            {
                "at": HOUR,
                "_path": "http",
                "id": {"orig_h": "10.0.0.8"},
                "host": "bad.example",
                "uri": "/a.zip",
            },
        ],
    )
    check = store.check()
    cost = check.run(action("refuse-domain", Entity("domain", "bad.example")), NOW)
    assert (cost.benign_count, cost.complete) == (2, True)
    cost = check.run(action("refuse-url", Entity("url", "http://bad.example/a.zip")), NOW)
    assert [one.who.value for one in cost.benign] == ["10.0.0.8"]
    assert (cost.uncertain, cost.complete) == (1, False)


def test_hosts_accounts_and_processes(store: Store) -> None:
    store.add(
        "windows",
        [
            OLD,
            conn("10.0.0.1", "FIRM\\ann", at=HOUR, ProcessId=44, Image="C:\\a.exe"),
            conn("10.0.0.1", "FIRM\\bob", at=2 * HOUR, ProcessId=44, Image="C:\\b.exe"),
            conn("10.0.0.1", "NT AUTHORITY\\SYSTEM", at=HOUR, ProcessId=4),
        ],
    )
    check = store.check()

    def benign(kind: str, target: Entity, **scope: str) -> set[str]:
        cost = check.run(action(kind, target, scope), NOW)
        assert cost.complete, cost.why_not
        return {one.who.value for one in cost.benign}

    host = "ws-01.firm.example"
    everyone = {"firm\\old", "firm\\ann", "firm\\bob", host}
    assert benign("isolate-host", Entity("host", "WS-01")) == everyone
    assert benign("disable-account", Entity("account", "ann@firm.example")) == {"firm\\ann"}
    assert benign("freeze-process", Entity("process", "WS-01/44")) == {"firm\\ann", "firm\\bob"}
    later = str((NOW - HOUR - 1) // 1_000_000)
    assert benign("freeze-process", Entity("process", f"WS-01/44/{later}")) == {"firm\\ann"}
    assert benign("end-process", Entity("process", "c:\\b.exe"), host=host) == {"firm\\bob"}


def test_looks_that_are_not_whole_say_so(store: Store) -> None:
    asked = action("refuse-address", Entity("address", EVIL))
    assert "too little is stored (nothing)" in " ".join(store.check().run(asked, NOW).why_not)
    store.add("windows", [conn("10.0.0.1", "FIRM\\ann", at=HOUR)])
    assert "too little is stored (only since" in " ".join(store.check().run(asked, NOW).why_not)
    store.add("windows", [OLD])
    assert store.check().run(asked, NOW).within(0)
    slow = Check(store.paths, store.index(), Ticks(step=6.0), Limits(seconds=10.0))
    assert "1 of 2 files of events were not looked at" in slow.run(asked, NOW).why_not[0]
    assert not store.check().run(action("tell", Entity("person", "x")), NOW).complete
    store.add("unheard-of", [{"at": HOUR, "x": 1}])
    assert "1 events of the format unheard-of" in " ".join(store.check().run(asked, NOW).why_not)


def test_a_damaged_segment_and_a_missing_store_say_so(store: Store, tmp_path: Path) -> None:
    store.add("windows", [OLD])
    (segment,) = store.segments()
    (tmp_path / "events" / segment.path).write_bytes(b"PAR1 damaged")
    asked = action("refuse-address", Entity("address", EVIL))
    cost = store.check().run(asked, NOW)
    assert not cost.complete
    assert "the stored events can't be read" in cost.why_not[0]
    lost = Check(
        StorePaths(tmp_path, tmp_path / "no"),
        store.index(),
        Ticks(),
    )
    assert "there is no state here" in lost.run(asked, NOW).why_not[0]


ADDRESSES = ["10.0.0.1", "10.0.0.2", EVIL, "203.0.113.10"]
USERS = ["FIRM\\ann", "FIRM\\bob", "root", "-"]
AGO = st.integers(0, 8 * 24).map(lambda hours: hours * HOUR)

WINDOWS = st.builds(conn, st.sampled_from(ADDRESSES), st.sampled_from(USERS), AGO)
ACCESS = st.builds(
    request,
    st.sampled_from(ADDRESSES),
    st.sampled_from(["/", "/a?id=1", "/a/b?id=22&q=x", "/ab?id=1&id=2", "/a?q=%31", "/a/"]),
    AGO,
    st.sampled_from(["GET", "POST"]),
)
LURE = st.builds(
    lambda at, boxes, persona: {
        "at": at,
        "kind": "message",
        "mailboxes": boxes,
        "persona": persona,
        "message": "m",
        "entities": [{"kind": "domain", "value": "a.b.example"}],
    },
    AGO,
    st.lists(st.sampled_from(["mb-1", "mb-2", "mb-3"]), max_size=3),
    st.sampled_from(["mb-8", "mb-9"]),
)
ACTIONS = st.sampled_from(
    [
        action("refuse-address", Entity("address", EVIL)),
        action("refuse-address", Entity("address", "203.0.113.0/24"), {"direction": "out"}),
        action("refuse-client", Entity("address", EVIL)),
        action("refuse-client", Entity("address", EVIL), {"path": "/a"}),
        action("refuse-parameter", Entity("url", "/"), {"parameter": "id"}),
        action("refuse-parameter", Entity("url", "/"), {"parameter": "q", "path": "/a"}),
        action("refuse-parameter", Entity("url", "/"), {"parameter": "id", "pattern": "2"}),
        action("isolate-host", Entity("host", "ws-01")),
        action("disable-account", Entity("account", "ann")),
        action("hold-message", Entity("document", "m")),
        action("refuse-domain", Entity("domain", "b.example")),
    ]
)


@settings(max_examples=20, deadline=None)
@given(
    data=st.data(),
    windows=st.lists(WINDOWS, min_size=1, max_size=12),
    access=st.lists(ACCESS, min_size=1, max_size=12),
    lure=st.lists(LURE, min_size=1, max_size=6),
)
def test_the_index_gives_what_reading_every_event_gives(
    data: st.DataObject,
    windows: list[dict[str, Any]],
    access: list[dict[str, Any]],
    lure: list[dict[str, Any]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, State(Path(folder)) as state:
        store = Store(Path(folder), state)
        covered: set[str] = set()
        for name, records in (("windows", windows), ("access", access), ("lure", lure)):
            batch = store.add(name, records)
            rows = data.draw(st.sets(st.sampled_from(range(len(records))), max_size=3))
            store.find(batch, rows)
            covered.update(batch.event_key(row) for row in rows)
        attackers = data.draw(st.sets(st.sampled_from([Entity("address", EVIL)])))
        check = store.check()
        for asked in data.draw(st.lists(ACTIONS, min_size=1, max_size=4)):
            cost = check.run(asked, NOW, attackers)
            events, by_finding, benign, maybe = naive(store, asked, covered, attackers)
            assert (cost.events, cost.covered) == (events, by_finding)
            assert {one.who: (one.events, one.last) for one in cost.benign} == benign
            assert (cost.benign_count, cost.uncertain) == (len(benign), len(maybe))


def test_examples_come_from_the_right_rows(store: Store) -> None:
    records = [conn(EVIL, f"FIRM\\u{number}", at=number * HOUR) for number in range(1, 60)]
    batch = store.add("windows", records)
    store.find(batch, range(10))
    cost = store.check().run(action("refuse-address", Entity("address", EVIL)), NOW, examples=3)
    assert cost.benign_count == 49
    assert len(cost.benign) == 20
    assert len(cost.examples) == 3
    assert all(one.event["DestinationIp"] == EVIL for one in cost.examples)
    covered = {batch.event_key(row) for row in range(10)}
    assert covered.isdisjoint(one.key for one in cost.examples)
