"""What becomes of mail that is held and refused while the data disk is full, and while the ledger
is damaged."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.thwarting.mail_firm import LINK, PERSONA, STRANGER, Flow, MailFirm, letter, mail_firm

KINDS = ("hold-message", "refuse-url")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A data folder of a few megabytes."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=False,
        capture_output=True, timeout=20,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, timeout=20)


def fill(disk: Path) -> Path:
    """Leave no room on it; the file that takes it."""
    filler = disk / "filler"
    with filler.open("ab", 0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


def held_one(firm: MailFirm) -> None:
    """A campaign is answered, and one message of its persona waits for it."""
    firm.answered()
    firm.accepted(letter("Held", PERSONA), PERSONA)
    firm.until(lambda: firm.mx.held() == 1)


@pytest.mark.thorough
def test_a_full_disk_neither_lets_go_nor_stops_mail(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data") as disk, mail_firm(tmp_path, KINDS, budget="5s") as firm:
        firm.start()
        held_one(firm)
        filler = fill(disk)
        flow = Flow(firm, 0.1)
        try:
            # what counted before counts on, and mail flows
            firm.until(lambda: len(flow.seconds) > 3)
            assert firm.refuses(letter("Link", text=f"See {LINK}"), STRANGER)
            firm.accepted(letter("Held too", PERSONA), PERSONA)
            firm.until(lambda: firm.mx.held() == 2)
            hold = firm.actions()["hold-message"]["id"]
            undone = firm.vedette("actions", "undo", hold, "-c", "vedette.yml")
            assert undone.returncode == 2
            assert "No space left on device; make room" in undone.stderr
            assert firm.mx.held() == 2
        finally:
            flow.stop()
        filler.unlink()
        flow.end()
        # everything stands and everything was seen when there is room again
        firm.until(lambda: firm.titles().count("Mail refused by an action") >= 3)
        firm.until(lambda: firm.states() == dict.fromkeys(KINDS, "applied"))
        assert firm.mx.held() == 2
        firm.undo("hold-message")
        firm.until(lambda: {"Held", "Held too"} <= firm.subjects().keys())
        assert firm.mx.held() == 0
        assert set(firm.subjects().values()) == {1}
        assert firm.end() == 0


@pytest.mark.thorough
def test_a_damaged_ledger_neither_lets_go_nor_stops_mail(tmp_path: Path) -> None:
    with mail_firm(tmp_path, KINDS) as firm:
        firm.start()
        held_one(firm)
        assert firm.end() == 0
        (segment,) = (tmp_path / "data" / "ledger").glob("*.entries")
        whole = segment.read_bytes()
        segment.write_bytes(whole.replace(b'"hold-message"', b'"held-message"', 1))
        firm.start()
        flow = Flow(firm)
        try:
            assert firm.refuses(letter("Link", text=f"See {LINK}"), STRANGER)
            firm.accepted(letter("Held too", PERSONA), PERSONA)
            firm.until(lambda: firm.mx.held() == 2)
            hold = firm.actions()["hold-message"]["id"]
            undone = firm.vedette("actions", "undo", hold, "-c", "vedette.yml")
            assert undone.returncode == 2
            assert segment.name in undone.stderr
            assert firm.mx.held() == 2
            assert "The record of actions is damaged" in firm.titles()
        finally:
            flow.stop()
        flow.end()
        assert firm.end() == 0
        # the ledger put back as it was: all goes on as if nothing had been
        segment.write_bytes(whole)
        firm.start()
        firm.undo("hold-message")
        firm.until(lambda: {"Held", "Held too"} <= firm.subjects().keys())
        assert firm.mx.held() == 0
