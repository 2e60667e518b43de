"""Failed logins reach the ledger, and can't flood it."""

from __future__ import annotations

from pathlib import Path

from console.access.access_shapes import HOME, MINUTE, PASSWORD, house
from vedette.console.access.person import Client, Denied


def test_failures_are_told_once_a_minute_for_each_network(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        it.clock.pass_by(MINUTE)
        it.access.tick()
        for n in range(20):
            it.access.login("ada", f"guess {n}", Client("203.0.113.9"))
        it.access.login("Tr0ub4dor&3xyz", "ada", Client("203.0.113.9"))  # in the wrong field
        it.access.login("ada", "guess", Client("2001:db8:1:2::3"))
        assert it.book.said("failed-logins") == []
        it.clock.pass_by(MINUTE)
        it.access.tick()
        told = {audit.done.about: audit.done.details for audit in it.book.said("failed-logins")}
        assert told == {
            "203.0.113.9": {"wrong": 6, "slow": 15, "names": ["ada"], "unknown_names": 1},
            "2001:db8:1::/48": {"wrong": 1, "names": ["ada"], "unknown_names": 0},
        }
        it.clock.pass_by(MINUTE)
        it.access.tick()
        assert len(it.book.said("failed-logins")) == 2


def test_a_flood_from_everywhere_is_summed_up(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        before = len(it.book.audits)
        for n in range(3000):
            assert it.access.login("ada", "guess", Client(f"10.{n // 250}.{n % 250}.1")) == Denied(
                "wrong"
            )
            it.clock.pass_by(MINUTE // 1000)
        it.access.tick()
        told = it.book.audits[before:]
        assert len(told) <= 3 * 21
        counted = sum(int(str(audit.done.details["wrong"])) for audit in told)
    counted += sum(
        int(str(audit.done.details["wrong"])) for audit in it.book.audits[before + len(told) :]
    )
    assert counted == 3000  # closing told of the rest


def test_a_ledger_that_refuses_holds_nobody_up(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        it.book.broken = True
        it.clock.pass_by(MINUTE)
        assert it.access.login("ada", "guess", HOME) == Denied("wrong")
        it.access.tick()
        assert it.access.login("ada", PASSWORD, HOME) is not None
