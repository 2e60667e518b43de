"""Answers to people who report: theirs alone, helpful, never to machines or strangers."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest

from lure import samples
from lure.checks import by_words
from vedette.lure.examined import Examined
from vedette.lure.message import Message
from vedette.lure.reading import read_mail
from vedette.lure.report.answer import (
    Desk,
    answer_text,
    answerable,
    compose,
    holds_nothing,
    load_answers,
)
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError

ANSWERS = load_answers(bundled("lures") / "answers.yml")
DESK = Desk("report@firm.example", ("firm.example",), "Mia Weber, 555")


def report(*changes: tuple[str, str], sender: str = samples.VICTIM) -> Message:
    outer = samples.report(samples.lure(), reporter=sender)
    for name, value in changes:
        outer[name] = value
    return read_mail(bytes(outer), "reports:1")


def examined(word: str, message: Message | None = None) -> Examined:
    message = message or report()
    inner = msgspec.structs.replace(message.nested[0], raw=word.encode())
    return msgspec.structs.replace(by_words(inner), message=message)


def test_all_eight_languages_have_every_text_and_only_known_blanks() -> None:
    assert set(ANSWERS) == {"en", "de", "fr", "es", "he", "ar", "ko", "pl"}
    for texts in ANSWERS.values():
        for verdict in ("lure", "suspicious", "ordinary", "unrelated", "unread"):
            assert getattr(texts, verdict).format(contact="X")
        assert "{contact}" in texts.lure


@pytest.mark.parametrize("language", sorted(ANSWERS))
def test_an_answer_is_a_mail_that_machines_leave_alone(language: str) -> None:
    mail = compose(examined("LURE"), ANSWERS[language], DESK, 0.0)
    assert mail is not None
    assert mail["To"] == samples.VICTIM
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<report-1@firm.example>"
    read = email.message_from_bytes(bytes(mail), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    text = str(read.get_content())
    assert "Mia Weber, 555" in text
    assert "it speaks for Boeing and comes from a free mail address" in text
    assert samples.LURE_SUBJECT not in bytes(mail).decode()


def test_what_is_said_follows_the_verdict() -> None:
    english = ANSWERS["en"]
    for word, start in (
        ("LURE", english.lure),
        ("JOB", english.ordinary),
        ("x", english.unrelated),
    ):
        assert start.format(contact="X") in answer_text(examined(word), english, "X")
    nothing = by_words(report())
    assert holds_nothing(nothing)
    assert english.unread in answer_text(nothing, english, "X", unread=True)
    assert not holds_nothing(examined("x"))


@pytest.mark.parametrize(
    ("change", "fine"),
    [
        ((), True),
        (("Auto-Submitted", "no"), True),
        (("Auto-Submitted", "auto-replied"), False),
        (("Precedence", "bulk"), False),
        (("List-Id", "<all.firm.example>"), False),
        (("X-Auto-Response-Suppress", "All"), False),
    ],
)
def test_machines_are_not_answered(change: tuple[str, ...], fine: bool) -> None:
    message = report((change[0], change[1])) if change else report()
    assert answerable(message, DESK.domains) is fine


@pytest.mark.parametrize(
    ("sender", "fine"),
    [
        ("ann@lab.firm.example", True),
        ("ann@notfirm.example", False),
        ("ann@firm.example.test", False),
        ("", False),
    ],
)
def test_strangers_are_not_answered(sender: str, fine: bool) -> None:
    message = report(sender=sender or "nobody")
    assert answerable(message, DESK.domains) is fine
    assert (compose(examined("LURE", message), ANSWERS["en"], DESK, 0.0) is None) is not fine


def test_a_hostile_message_id_can_not_write_headers() -> None:
    message = report()
    headers = tuple(
        msgspec.structs.replace(h, value="<a@b>\nBcc: all@firm.example")
        if h.name == "message-id"
        else h
        for h in message.headers
    )
    hostile = msgspec.structs.replace(message, headers=headers)
    mail = compose(examined("LURE", hostile), ANSWERS["en"], DESK, 0.0)
    assert mail is not None
    assert mail["Bcc"] is None
    assert mail["In-Reply-To"] is None


def test_faults_in_the_texts_are_told(tmp_path: Path) -> None:
    path = tmp_path / "answers.yml"
    path.write_text("answers:\n- {language: de, subject: x}\n")
    with pytest.raises(ConfigError):
        load_answers(path)
