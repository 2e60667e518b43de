"""Messages held in a real Postfix and delivered when the action ends; nothing else is let go."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from lure.milter_running import PRIVACY, milter
from response.actuators.mail.mail_actions import action, mail, now
from servers.postfix import Postfix, free_port, postfix
from vedette.engine.lures import read
from vedette.lure.fingerprint import fingerprint
from vedette.lure.live.door import Door
from vedette.model.errors import ActuatorError
from vedette.response.actuators.mail.holding import HoldMessage
from vedette.response.actuators.mail.notes import Notes
from vedette.response.actuators.mail.postfix import PostfixQueue
from vedette.response.actuators.mail.refusing import RefuseMail
from vedette.store.refusals import Refusals

DEFERRING = "defer_transports = virtual"


def holder(folder: Path, mx: Postfix | None) -> HoldMessage:
    return HoldMessage(
        Refusals(folder, now),
        Notes(folder),
        now,
        read=lambda raw: read(raw, "queue", None, ()),
        pseudonym=PRIVACY.pseudonym,
        queue=PostfixQueue(mx.root / "etc") if mx else None,
        own=["firm.example"],
    )


def deferred(mx: Postfix, number: int) -> None:
    """Wait until so many messages lie in the deferred queue."""
    until = time.monotonic() + 15
    queue = PostfixQueue(mx.root / "etc")
    while sum(each.queue == "deferred" for each in queue.listed()) < number:
        assert time.monotonic() < until, mx.log()
        time.sleep(0.05)


def queues(mx: Postfix) -> list[str]:
    return sorted(each.queue for each in PostfixQueue(mx.root / "etc").listed())


def test_mail_of_a_persona_waits_at_the_milter_and_goes_on_after(tmp_path: Path) -> None:
    port = free_port()
    door = Door(Refusals(tmp_path, now), PRIVACY, answer="reject", elapsed=lambda: now() * 1.0)
    with (
        milter(port, "quarantine", door=door, reads=read, budget=20.0) as running,
        postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx,
    ):
        actuator = holder(tmp_path, mx)
        wanted = action("hold-message", ("person", PRIVACY.pseudonym("hr@jobs.example")))
        actuator.apply(wanted)
        assert actuator.verify(wanted).state == "applied"
        forged = mail("held", number=1).replace(
            b"Subject", b"X-Vedette-Refused: hold; actions=x\r\nSubject"
        )
        mx.send(forged, "hr@jobs.example")
        mx.send(mail("LURE held for its verdict too", number=2), "hr@jobs.example")
        mx.send(mail("LURE of another", "ben@b.example", number=3), "ben@b.example")
        mx.send(mail("plain", "cid@c.example", number=4), "cid@c.example")
        assert len(mx.delivered(1)) == 1, (running.problems, mx.log())
        assert mx.held() == 3
        assert list(actuator.standing()) == [wanted.id]

        # another action refuses the same sender's domain: what it too has stopped stays
        other = action("refuse-domain", ("domain", "jobs.example"), id="b" * 32)
        refuser = RefuseMail(Refusals(tmp_path, now), now)
        again = holder(tmp_path, mx)  # after a crash
        assert again.verify(wanted).state == "applied"
        again.undo(wanted)
        assert again.verify(wanted).state == "absent"
        assert not list(again.standing())
        delivered = mx.delivered(2)
        assert len(delivered) == 2
        assert sum(b"Subject: held\n" in raw for raw in delivered) == 1
        assert mx.held() == 2
        refuser.apply(other)
        again.undo(wanted)
        assert mx.held() == 2
        running.wait(lambda: len(running.findings) == 3)


def test_one_message_is_held_in_the_queue_and_released(tmp_path: Path) -> None:
    with postfix(DEFERRING) as mx:
        evil = mail("evil", number=1)
        for raw in (evil, mail("good", number=1), mail("evil", number=2)):
            mx.send(raw, "hr@jobs.example")
        deferred(mx, 3)
        actuator = holder(tmp_path, mx)
        wanted = action("hold-message", ("message", fingerprint(evil)))
        for _ in range(2):
            actuator.apply(wanted)
            assert actuator.verify(wanted).state == "applied"
            assert queues(mx) == ["deferred", "deferred", "hold"]
        (held,) = (e for e in PostfixQueue(mx.root / "etc").listed() if e.queue == "hold")
        assert b"Subject: evil" in (PostfixQueue(mx.root / "etc").content(held.id) or b"")

        by_hand = ["/usr/sbin/postsuper", "-c", str(mx.root / "etc"), "-H", held.id]
        subprocess.run(by_hand, check=True, timeout=30)
        assert "let go by another" in actuator.verify(wanted).detail
        actuator.apply(wanted)
        assert queues(mx) == ["deferred", "deferred", "hold"]

        again = holder(tmp_path, mx)
        assert list(again.standing()) == [wanted.id]
        again.undo(wanted)
        again.undo(wanted)
        assert again.verify(wanted).state == "absent"
        (delivered,) = mx.delivered(1)
        assert fingerprint(delivered) == wanted.target.value
        assert queues(mx) == ["deferred"] * 2
        assert not list(again.standing())


def test_what_a_person_has_put_on_hold_stays(tmp_path: Path) -> None:
    with postfix(DEFERRING) as mx:
        for number in (1, 2):
            mx.send(mail("evil", body=f"copy {number}", number=number), "hr@jobs.example")
        deferred(mx, 2)
        queue = PostfixQueue(mx.root / "etc")
        queue.hold([queue.listed()[0].id])
        actuator = holder(tmp_path, mx)
        first = action("hold-message", ("person", "hr@jobs.example"))
        second = msgspec.structs.replace(first, id="b" * 32)
        actuator.apply(first)
        assert queues(mx) == ["hold", "hold"]
        actuator.apply(second)
        actuator.undo(first)
        assert queues(mx) == ["hold", "hold"]  # the second action holds it too
        actuator.undo(second)
        assert len(mx.delivered(1)) == 1
        assert queues(mx) == ["hold"]


def test_a_crash_between_note_and_hold_leaves_nothing_behind(tmp_path: Path) -> None:
    with postfix(DEFERRING) as mx:
        mx.send(mail("evil"), "hr@jobs.example")
        deferred(mx, 1)
        queue = PostfixQueue(mx.root / "etc")
        wanted = action("hold-message", ("person", "hr@jobs.example"))
        Notes(tmp_path).write(wanted.id, [queue.listed()[0].id])
        actuator = holder(tmp_path, mx)
        assert actuator.verify(wanted).state == "applied"  # something may wait
        actuator.undo(wanted)
        assert actuator.verify(wanted).state == "absent"
        assert queues(mx) == ["deferred"]
        assert not Notes(tmp_path).actions()


def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path) -> None:
    alone = holder(tmp_path, None)
    for target, says in (
        (("message", "<1@jobs.example>"), "take it from the entity `message`"),
        (("mailbox", "ann@firm.example"), "only at message, person, domain, url, hash"),
        (("domain", "firm.example"), "never refused"),
    ):
        with pytest.raises(ActuatorError, match=says):
            alone.plan(action("hold-message", target))
    with pytest.raises(ActuatorError, match="no id that a file"):
        alone.plan(action("hold-message", ("person", "a@b.example"), id="../a"))
    wanted = action("hold-message", ("person", "a@b.example"))
    alone.apply(wanted)  # no Postfix here: whoever stands at a door holds it
    assert alone.verify(wanted).state == "applied"
    alone.undo(wanted)
    assert alone.verify(wanted).state == "absent"
    with postfix(DEFERRING) as mx:
        wrong = Postfix(mx.root / "gone", mx.port)
        with pytest.raises(ActuatorError, match=r"postqueue: .*check that Postfix runs"):
            holder(tmp_path, wrong).apply(wanted)
        (tmp_path / "held-mail").write_text("in the way")
        mx.send(mail("x", "a@b.example"), "a@b.example")
        deferred(mx, 1)
        with pytest.raises(ActuatorError, match="check the data folder"):
            holder(tmp_path, mx).apply(wanted)
        assert queues(mx) == ["deferred"]
