"""Incidents in the state database: kept, carried on after a crash, changed by people."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from incident.incident_shapes import HOUR, NOON, finding_of, naive_incidents, partition
from vedette.incident import acts
from vedette.incident.book import Change, IncidentBook
from vedette.incident.exceptions import ExceptionRule, check, preview
from vedette.incident.explain import explain
from vedette.incident.keeping import load
from vedette.incident.kinds import DAY, load_linking
from vedette.incident.reading import (
    UnknownIncidentError,
    findings_of,
    incident_of,
    list_incidents,
    members,
    read_incident,
    records_of,
)
from vedette.incident.verdicts import verdict_counts
from vedette.model.errors import ConfigError
from vedette.model.finding import Entity, Finding
from vedette.store.state import Commit, State

LINKING = load_linking()
NOW = NOON + 100 * DAY


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path) as opened:
        yield opened


def connection_of(state: State) -> sqlite3.Connection:
    return state.read(lambda connection: connection)


def take(state: State, book: IncidentBook, findings: list[Finding]) -> list[Change]:
    new = state.commit(Commit(findings=findings))
    with state.transaction() as connection:
        return book.fold(connection, new, NOW)


def groups(state: State) -> set[frozenset[str]]:
    connection = connection_of(state)
    return partition(
        (finding, incident.summary.id)
        for incident in list_incidents(connection, ("open", "closed"))
        for finding in members(connection, incident.summary.id)
    )


def campaign() -> list[Finding]:
    """A mail, the file it brought and what the file did a fortnight later; and another host."""
    return [
        finding_of(1, NOON, ("domain", "jobs.example"), ("mailbox", "a@firm.example"), rule="lure"),
        finding_of(2, NOON + 60, ("domain", "jobs.example"), ("hash", "sha256:1"), rule="file"),
        finding_of(3, NOON + 14 * DAY, ("hash", "sha256:1"), ("host", "ws-1"), rule="run"),
        finding_of(4, NOON + 14 * DAY + HOUR, ("host", "ws-1"), rule="stay"),
        finding_of(5, NOON + 14 * DAY + HOUR, ("host", "ws-2"), rule="stay"),
    ]


def test_a_lure_and_what_it_does_weeks_later_are_one_incident(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    take(state, book, findings)
    connection = connection_of(state)
    first, other = sorted(list_incidents(connection), key=lambda each: each.summary.first)
    assert list(findings_of(connection, first.summary.id)) == findings[:4]
    assert other.summary.count == 1
    explained = explain(connection, LINKING, first.summary.id[:6])
    assert [tie.link.entity.kind for tie in explained.ties] == ["domain", "hash", "host"]
    for tie in explained.ties:
        assert tie.link.strength >= tie.threshold == LINKING.threshold
        assert 2**tie.link.bits == pytest.approx(tie.shared / tie.chance)
    assert "both name the hash sha256:1" in explained.ties[1].words()
    assert "14.0 days apart" in explained.ties[1].words()


def test_a_flood_is_one_line_and_every_finding_can_be_counted(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    flood = [finding_of(number, NOON + number, ("host", "ws-1")) for number in range(10_000)]
    changes = take(state, book, flood)
    (incident,) = list_incidents(connection_of(state))
    (line,) = incident.summary.lines
    assert changes == [Change(incident.summary.id, "opened")]
    assert (line.count, len(line.samples), line.places) == (10_000, 5, {"host ws-1": NOON})
    assert set(members(connection_of(state), incident.summary.id)) == {each.id for each in flood}


def test_reopening_the_book_after_each_commit_changes_nothing(tmp_path: Path) -> None:
    for seed in range(15):
        chance = random.Random(seed)
        findings = [
            finding_of(
                number,
                NOON + chance.randrange(20 * DAY),
                *{(kind, f"{kind}{int(chance.expovariate(0.4))}") for kind in ("host", "hash")},
            )
            for number in range(60)
        ]
        findings.sort(key=lambda each: each.time + chance.randrange(LINKING.lateness))
        folder = tmp_path / str(seed)
        folder.mkdir()
        for start in range(0, len(findings), 10):
            with State(folder) as state:
                book = IncidentBook(connection_of(state), LINKING)
                take(state, book, findings[start : start + 10])
        with State(folder) as state:
            assert groups(state) == naive_incidents(LINKING, findings), seed


def test_what_comes_too_late_is_linked_and_said(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    far = finding_of(9, NOON + 90 * DAY, ("host", "elsewhere"))
    take(state, book, [findings[1], findings[3], far])
    before = {each.summary.id for each in list_incidents(connection_of(state))}
    take(state, book, [findings[2], findings[0]])
    connection = connection_of(state)
    (late,) = connection.execute("SELECT count(*) FROM incident_late").fetchone()
    assert late == 2
    name = incident_of(connection, findings[0].id)
    assert list(findings_of(connection, name)) == findings[:4]
    assert {read_incident(connection, each).summary.id for each in before} <= {
        name,
        incident_of(connection, far.id),
    }


def test_a_wrong_clock_does_not_make_everything_late(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    wrong = finding_of(0, NOON + 10_000 * DAY, ("host", "ws-1"))
    take(state, book, [wrong])
    with state.transaction() as connection:
        folder = book.begin(connection)
        assert folder.newest == NOW
        book.settle(connection, folder, NOW)


def test_a_rolled_back_transaction_leaves_nothing_in_memory(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    state.commit(Commit(findings=findings))
    with pytest.raises(RuntimeError), state.transaction() as connection:
        book.fold(connection, findings[:2], NOW)
        raise RuntimeError
    with state.transaction() as connection:
        book.fold(connection, findings, NOW)
    assert groups(state) == naive_incidents(LINKING, findings)
    assert sum(each.summary.count for each in list_incidents(connection_of(state))) == 5


def test_people_split_merge_and_mute(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    take(state, book, findings)
    connection = connection_of(state)
    home = incident_of(connection, findings[0].id)
    with state.transaction():
        acts.merge(book, connection, home, incident_of(connection, findings[4].id), "ana", NOW)
    assert groups(state) == {frozenset(each.id for each in findings)}
    with state.transaction():
        acts.move_out(book, connection, [findings[1].id], "ana", NOW)
    expected = [{findings[0].id, findings[4].id}, {findings[1].id}]
    expected.append({findings[2].id, findings[3].id})
    assert groups(state) == {frozenset(each) for each in expected}
    with state.transaction():
        acts.mute(book, connection, Entity("host", "ws-1"), "ana", NOW)
    expected[2:] = [{findings[2].id}, {findings[3].id}]
    assert groups(state) == {frozenset(each) for each in expected}
    take(state, book, [finding_of(6, NOON + 14 * DAY + HOUR + 1, ("host", "ws-1"))])
    assert len(groups(state)) == 5
    whats = [each.what for each in records_of(connection, home)]
    assert whats == ["opened", "opened", "merged"]
    with pytest.raises(UnknownIncidentError):
        read_incident(connection, "ffff0000")


def test_closed_incidents_come_back_with_a_new_finding(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    take(state, book, findings[:3])
    connection = connection_of(state)
    home = incident_of(connection, findings[0].id)
    with state.transaction():
        acts.close(connection, home, "ana", "done", NOW)
        acts.judge(connection, home, "false", "ana", "", NOW)
        acts.judge(connection, home, "true", "ana", "", NOW)
    assert read_incident(connection, home).state == "closed"
    assert verdict_counts(connection)["lure"] == (1, 0, 0)
    assert take(state, book, findings[3:4]) == [Change(home, "reopened")]
    whats = [each.what for each in records_of(connection, home)]
    assert whats == ["opened", "closed", "verdict", "verdict", "reopened"]


def test_exceptions_hide_and_keep(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    take(state, book, findings[:2])
    connection = connection_of(state)
    rule = ExceptionRule("", (("host", "WS-?".lower()),), "ana", "laboratory", NOW, NOW + DAY)
    state.commit(Commit(findings=findings[2:]))
    seen = preview(connection, rule, NOON + 20 * DAY)
    assert seen.words(30) == "would have hidden 3 findings of the last 30 days (3 high)"
    with state.transaction():
        name = acts.add_exception(book, connection, rule)
        assert book.fold(connection, findings[2:], NOW) == []
    (hidden,) = connection.execute("SELECT count(*) FROM incident_hidden").fetchone()
    assert hidden == 3
    with state.transaction():
        acts.remove_exception(book, connection, name, NOW)
    assert groups(state) == naive_incidents(LINKING, findings)
    for wrong in (
        msgspec.structs.replace(rule, entities=()),
        msgspec.structs.replace(rule, owner=" "),
        msgspec.structs.replace(rule, entities=(("host", "*"),)),
        msgspec.structs.replace(rule, expires=0),
    ):
        with pytest.raises(ConfigError), state.transaction():
            acts.add_exception(book, connection, wrong)
    assert not msgspec.structs.replace(rule, expires=NOON).hides(findings[3])
    written = msgspec.structs.replace(rule, entities=(("host", "WS-?"), ("message", "A")))
    assert check(written).entities == (("host", "ws-?"), ("message", "A"))


def test_killed_at_any_moment_it_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    chance = random.Random(5)
    findings = [
        finding_of(
            number,
            NOON + number * HOUR // 4,
            *{(kind, f"{kind}{int(chance.expovariate(0.2))}") for kind in ("host", "hash")},
        )
        for number in range(600)
    ]
    kills = 0
    deadline = time.monotonic() + 60
    while True:
        assert time.monotonic() < deadline
        child = os.fork()
        if child == 0:
            work(tmp_path, findings)
            os._exit(0)
        time.sleep(chance.uniform(0.01, 0.12))
        if kills < 8:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            break
        kills += 1
    assert kills
    with State(tmp_path) as state:
        assert groups(state) == naive_incidents(LINKING, findings)
        shown = list_incidents(connection_of(state))
        assert sum(each.summary.count for each in shown) == len(findings)


def work(folder: Path, findings: list[Finding]) -> None:
    """Store and fold, in one transaction each, what is not there yet."""
    with State(folder) as state:
        connection = connection_of(state)
        book = IncidentBook(connection, LINKING)
        for start in range(0, len(findings), 3):
            with state.transaction():
                new = []
                for finding in findings[start : start + 3]:
                    added = connection.execute(
                        "INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, 0, ?)",
                        (
                            finding.id,
                            finding.time,
                            finding.rule.id,
                            finding.rule.level,
                            msgspec.json.encode(finding),
                        ),
                    )
                    new += [finding] if added.rowcount else []
                book.fold(connection, new, NOW)


def test_what_did_not_fit_into_memory_is_found_in_the_store(state: State) -> None:
    book = IncidentBook(connection_of(state), LINKING)
    findings = campaign()
    take(state, book, findings[:2])
    with state.transaction() as connection:
        folder = book.begin(connection)
        assert folder.shed(0) > 0
        assert folder.threads == {}
        book.settle(connection, folder, NOW)
        book.fold(connection, findings[2:], NOW)
    assert groups(state) == naive_incidents(LINKING, findings)
    with state.transaction() as connection:
        assert load(connection, LINKING).next_number > 3
