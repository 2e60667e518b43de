"""Refusing senders, domains, URLs and files: what may be refused, and a real Postfix that does."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest

from lure.milter_running import PRIVACY, milter
from response.actuators.mail.mail_actions import action, mail, now
from servers.postfix import free_port, postfix
from vedette.engine.lures import read
from vedette.lure.live.door import Answer, Door
from vedette.model.errors import ActuatorError
from vedette.response.actuators.mail.refusing import RefuseMail
from vedette.store.refusals import AT_MOST, NAME, Refusals

HASH = "ab" * 32


def test_it_stands_in_the_file_until_it_is_taken_back(tmp_path: Path) -> None:
    actuator = RefuseMail(Refusals(tmp_path, now), now)
    wanted = action("refuse-sender", ("person", "HR@Jobs.example"))
    assert "hr@jobs.example" in actuator.plan(wanted).words
    assert not (tmp_path / NAME).exists()
    assert actuator.verify(wanted).state == "absent"
    actuator.undo(wanted)
    for _ in range(2):
        actuator.apply(wanted)
        assert actuator.verify(wanted).state == "applied"
        assert list(actuator.standing()) == [wanted.id]
    after_a_crash = RefuseMail(Refusals(tmp_path, now), now)
    assert list(after_a_crash.standing()) == [wanted.id]
    after_a_crash.undo(wanted)
    after_a_crash.undo(wanted)
    assert actuator.verify(wanted).state == "absent"
    assert not list(actuator.standing())


@pytest.mark.parametrize(
    ("kind", "target", "says"),
    [
        ("refuse-sender", ("person", "Jane Roe"), "neither an address nor a pseudonym"),
        ("refuse-sender", ("person", "a@b@c.example"), "neither an address"),
        ("refuse-sender", ("person", "@jobs.example"), "neither an address"),
        ("refuse-sender", ("domain", "jobs.example"), "only at person"),
        ("refuse-domain", ("domain", "co.uk"), "many firms have names below it"),
        ("refuse-domain", ("domain", "com"), "no domain name"),
        ("refuse-domain", ("domain", "github.io"), "many firms have names below it"),
        ("refuse-domain", ("domain", "a b.example"), "no domain name"),
        ("refuse-domain", ("domain", "firm.example"), "never refused"),
        ("refuse-domain", ("domain", "mail.firm.example"), "never refused"),
        ("refuse-url", ("url", "/offer.zip"), "no whole URL"),
        ("refuse-url", ("url", "https://a.example/" + "x" * 2048), "no whole URL"),
        ("refuse-hash", ("hash", "md5:" + "ab" * 16), "no SHA-256"),
    ],
)
def test_what_names_nothing_of_the_kind_is_no_target(
    tmp_path: Path, kind: str, target: tuple[str, str], says: str
) -> None:
    actuator = RefuseMail(Refusals(tmp_path, now), now, own=["firm.example"])
    with pytest.raises(ActuatorError, match=says):
        actuator.plan(action(kind, target))
    with pytest.raises(ActuatorError, match=says):
        actuator.apply(action(kind, target))
    assert not (tmp_path / NAME).exists()


def test_scopes_and_times_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    actuator = RefuseMail(Refusals(tmp_path, now), now)
    target = ("person", "hr@jobs.example")
    with pytest.raises(ActuatorError, match="path: unknown scope of refuse-sender"):
        actuator.plan(action("refuse-sender", target, ("path", "/")))
    with pytest.raises(ActuatorError, match="its time was over"):
        actuator.apply(action("refuse-sender", target, seconds=-1))


def test_a_file_that_can_not_be_read_or_written_is_told_of(tmp_path: Path) -> None:
    actuator = RefuseMail(Refusals(tmp_path, now), now)
    wanted = action("refuse-hash", ("hash", HASH))
    actuator.apply(wanted)
    (tmp_path / NAME).write_text("no line of ours\n")
    assert actuator.verify(wanted).state == "unknown"
    for call in (actuator.apply, actuator.undo, lambda _: list(actuator.standing())):
        with pytest.raises(ActuatorError, match=f"{NAME}:1: no refusal"):
            call(wanted)
    gone = RefuseMail(Refusals(tmp_path / "gone", now), now)
    with pytest.raises(ActuatorError, match="nothing changed"):
        gone.apply(wanted)
    assert AT_MOST > 1000


@pytest.mark.parametrize("answer", ["quarantine", "reject"])
def test_mail_of_a_refused_sender_is_stopped_until_undone_or_over(
    tmp_path: Path, answer: Answer
) -> None:
    writer = RefuseMail(Refusals(tmp_path, now), now)
    port = free_port()
    door = Door(Refusals(tmp_path, now), PRIVACY, answer=answer, elapsed=lambda: now() * 1.0)
    pseudonym = PRIVACY.pseudonym("hr@jobs.example")  # what findings on lures name
    with (
        milter(port, "shadow", door=door, reads=read) as running,
        postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx,
    ):
        wanted = action("refuse-sender", ("person", pseudonym))
        writer.apply(wanted)
        if answer == "reject":
            with pytest.raises(smtplib.SMTPException, match=r"5\.7\.1"):
                mx.send(mail("refused"), "hr@jobs.example")
            with pytest.raises(smtplib.SMTPException, match=r"5\.7\.1"):
                mx.send(mail("From alone"), "other@jobs.example")
        else:
            mx.send(mail("refused"), "hr@jobs.example")
            mx.send(mail("From alone"), "other@jobs.example")
            assert mx.held() == 2
        mx.send(mail("another", "ben@jobs.example"), "ben@jobs.example")
        assert len(mx.delivered(1)) == 1
        running.wait(lambda: len(running.findings) == 2)
        assert {each.rule.title for each in running.findings} == {"Mail refused by an action"}
        finding = running.findings[0]
        assert wanted.id in finding.message
        kinds = {"message", "mailbox", "person"}
        if answer == "reject":  # then it lies nowhere to be found
            kinds.remove("message")
        assert {each.kind for each in finding.entities} == kinds
        records = [b.rows.record(i) for b in running.batches for i in range(len(b.rows))]
        assert [r["action"] for r in records if r["verdict"] == "refused"] == [answer] * 2
        assert all(r["queue"] for r in records if r["verdict"] == "refused")
        assert "hr@" not in repr(records)

        writer.undo(wanted)
        mx.send(mail("after undo"), "hr@jobs.example")
        assert len(mx.delivered(2)) == 2

        short = action("refuse-domain", ("domain", "jobs.example"), id="b" * 32, seconds=3)
        writer.apply(short)
        if answer == "reject":
            with pytest.raises(smtplib.SMTPException, match=r"5\.7\.1"):
                mx.send(mail("again"), "hr@jobs.example")
        else:
            mx.send(mail("again"), "hr@jobs.example")
            assert mx.held() == 3
        running.wait(lambda: now() > short.expires)
        mx.send(mail("after its time"), "hr@jobs.example")
        delivered = mx.delivered(3)
        assert len(delivered) == 3
        assert not any(b"X-Vedette-Refused" in raw for raw in delivered)
        assert not running.problems


def test_what_can_not_be_examined_is_refused_all_the_same(tmp_path: Path) -> None:
    writer = RefuseMail(Refusals(tmp_path, now), now)
    writer.apply(action("refuse-sender", ("person", "hr@jobs.example")))
    door = Door(Refusals(tmp_path, now), PRIVACY)
    port = free_port()
    with (
        milter(port, "shadow", door=door, reads=read) as running,
        postfix(f"smtpd_milters = inet:127.0.0.1:{port}") as mx,
    ):
        mx.send(mail("BROKEN"), "hr@jobs.example")
        assert mx.held() == 1
        mx.send(mail("BROKEN", "ben@jobs.example"), "ben@jobs.example")
        assert len(mx.delivered(1)) == 1
        running.wait(lambda: len(running.findings) == 2)
        assert {each.rule.title for each in running.findings} == {
            "Mail refused by an action",
            "Mail passed without being examined",
        }
