"""What a watch holds at the mail server, when it is killed while it lets go, and when its time is
over."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from engine.thwarting.mail_firm import (
    DOMAIN,
    FILE,
    LINK,
    PERSONA,
    STRANGER,
    VICTIM,
    Flow,
    MailFirm,
    letter,
    lure,
    mail_firm,
)
from lure import samples

ROUNDS = 4


def _new_hold(firm: MailFirm, known: set[str]) -> str:
    """The hold that was not there before."""
    found: list[str] = []

    def stands() -> bool:
        held = [one["id"] for one in firm.all_actions() if one["state"] == "applied"]
        found[:] = set(held) - known
        return bool(found)

    firm.until(stands)
    (hold,) = found
    known.add(hold)
    return hold


def _let_go(firm: MailFirm, hold: str, name: str) -> None:
    """What the start has brought to an end is over; else it is ended now."""
    firm.until(lambda: firm.state(hold) in ("applied", "undone"))
    if firm.state(hold) == "applied":
        firm.command("actions", "undo", hold)
    firm.until(lambda: name in firm.subjects())
    assert firm.mx.held() == 0


@pytest.mark.thorough
def test_killed_while_it_lets_go_nothing_is_lost_or_comes_twice(tmp_path: Path) -> None:
    random = Random(5)
    known: set[str] = set()
    with mail_firm(tmp_path, ("hold-message",)) as firm:
        firm.start()
        flow = Flow(firm)
        try:
            for number in range(ROUNDS):
                persona = f"jane{number}@{DOMAIN}"
                firm.mx.send(lure(persona), persona, VICTIM)
                hold, name = _new_hold(firm, known), f"Held {number}"
                firm.accepted(letter(name, persona), persona)
                firm.until(lambda: firm.mx.held() == 1)
                undoing = subprocess.Popen(
                    [sys.executable, "-m", "vedette.cli", "actions", "undo", hold,
                     "-c", "vedette.yml"],
                    cwd=firm.folder, env=firm.environment(), stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )  # fmt: skip
                time.sleep(random.uniform(0.3, 3.5))
                firm.kill()
                undoing.wait(60)  # it may have gone on by itself: then there is no watch to ask
                assert firm.mx.held() + firm.subjects()[name] <= 1
                firm.start()
                _let_go(firm, hold, name)
        finally:
            flow.stop()
        flow.end()
        assert set(firm.subjects().values()) == {1, ROUNDS}  # each "Held" once, and the lures
        assert firm.end() == 0


@pytest.mark.thorough
def test_what_is_held_retracted_and_refused_is_so_until_its_time_is_over(tmp_path: Path) -> None:
    kinds = ("hold-message", "refuse-url", "refuse-hash", "retract-message")
    with mail_firm(tmp_path, kinds, lasts="1m") as firm:
        firm.start()
        flow = Flow(firm)
        try:
            firm.answered()
            firm.accepted(letter("Held", PERSONA), PERSONA)
            firm.until(lambda: firm.mx.held() == 1)
            refused = [
                (letter("Link", text=f"See {LINK}"), STRANGER),
                (letter("File", file=("a.bin", FILE[1])), STRANGER),
            ]
            for raw, sender in refused:
                assert firm.refuses(raw, sender)
            firm.until(lambda: firm.states() == dict.fromkeys(kinds, "expired"))
            firm.until(lambda: "Held" in firm.subjects())
            assert firm.mx.held() == 0
            for raw, sender in refused:
                firm.accepted(raw, sender)
            want = {"Link", "File", "Held", samples.LURE_SUBJECT}
            firm.until(lambda: firm.subjects() == dict.fromkeys(want, 1))
        finally:
            flow.stop()
        flow.end()
        assert firm.end() == 0


@pytest.mark.thorough
def test_senders_and_domains_are_refused_until_their_time_is_over(tmp_path: Path) -> None:
    kinds = ("refuse-sender", "refuse-domain")
    with mail_firm(tmp_path, kinds, lasts="1m") as firm:
        firm.start()
        firm.answered()
        refused = [
            (letter("Sender", PERSONA), PERSONA),
            (letter("Domain", text=f"https://www.{DOMAIN}/other"), STRANGER),
        ]
        for raw, sender in refused:
            assert firm.refuses(raw, sender)
        # over also while nobody is there to end it: each reader knows the time by itself
        firm.kill()
        firm.start()
        firm.until(lambda: firm.states() == dict.fromkeys(kinds, "expired"))
        for raw, sender in refused:
            firm.accepted(raw, sender)
        want = {"Sender", "Domain", samples.LURE_SUBJECT}
        firm.until(lambda: firm.subjects() == dict.fromkeys(want, 1))
        assert firm.end() == 0
