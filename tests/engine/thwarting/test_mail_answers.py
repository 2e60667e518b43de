"""A watch that answers a campaign at the firm's mail, as a firm runs it: held, refused, retracted,
and all of it taken back, while ordinary mail flows."""

from __future__ import annotations

from pathlib import Path

from engine.thwarting.mail_firm import (
    DOMAIN,
    FILE,
    LINK,
    PERSONA,
    STRANGER,
    Flow,
    letter,
    mail_firm,
)
from lure import samples


def test_a_campaign_is_stopped_and_everything_is_taken_back(tmp_path: Path) -> None:
    with mail_firm(tmp_path) as firm:
        firm.start()
        flow = Flow(firm)
        try:
            firm.answered()
            # what was delivered before it was known is out of the mailbox
            assert not firm.subjects()
            # what shares something with it is refused
            others = {
                "refuse-domain": (letter("Domain", text=f"https://www.{DOMAIN}/other"), STRANGER),
                "refuse-url": (letter("Link", text=f"See {LINK}"), STRANGER),
                "refuse-hash": (letter("File", file=("a.bin", FILE[1])), STRANGER),
                "refuse-sender": (letter("Sender", PERSONA), PERSONA),
            }
            for raw, sender in others.values():
                assert firm.refuses(raw, sender)
            assert not firm.subjects()

            for kind in ("refuse-domain", "refuse-url", "refuse-hash"):
                firm.undo(kind)
                firm.accepted(*others[kind])
            assert firm.refuses(*others["refuse-sender"])
            firm.until(lambda: firm.subjects() == {"Domain": 1, "Link": 1, "File": 1})

            # with its sender no longer refused, mail of the persona still waits
            firm.undo("refuse-sender")
            firm.accepted(*others["refuse-sender"])
            firm.until(lambda: firm.mx.held() == 1)
            firm.kill()
            firm.accepted(letter("While nobody looks"), STRANGER)
            firm.start()
            firm.until(lambda: firm.states()["hold-message"] == "applied")
            assert firm.mx.held() == 1
            firm.undo("hold-message")
            firm.until(lambda: "Sender" in firm.subjects())
            assert firm.mx.held() == 0

            firm.undo("retract-message")
            names = ("Domain", "Link", "File", "Sender", "While nobody looks")
            whole = dict.fromkeys((*names, samples.LURE_SUBJECT), 1)
            firm.until(lambda: firm.subjects() == whole)
        finally:
            flow.stop()
        flow.end()
        assert firm.end() == 0
        assert "sound" in firm.command("ledger", "verify", "-o", "json")
