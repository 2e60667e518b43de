"""Answers to people who report: theirs alone, helpful, never to machines or strangers."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

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
    load_words,
)
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError

WORDS = load_words(bundled("lures"))
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
    assert set(WORDS) == {"en", "de", "fr", "es", "he", "ar", "ko", "pl"}
    for words in WORDS.values():
        texts = words.texts
        for verdict in ("lure", "suspicious", "slight", "ordinary", "unrelated", "unread"):
            assert getattr(texts, verdict).format(contact="X")
        assert "{contact}" in texts.lure


@pytest.mark.parametrize("language", sorted(WORDS))
def test_an_answer_is_a_mail_that_machines_leave_alone(language: str) -> None:
    mail = compose(examined("LURE"), WORDS[language], DESK, 0.0)
    assert mail is not None
    assert mail["To"] == samples.VICTIM
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<report-1@firm.example>"
    read = email.message_from_bytes(bytes(mail), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    text = str(read.get_content())
    assert "Mia Weber, 555" in text
    english = "it speaks for Boeing and comes from a free mail address"
    assert (english in text) is (language == "en")
    assert "Boeing" in text
    reasons = text.partition(f"{WORDS[language].texts.why}:\n")[2].splitlines()
    assert len(reasons) == 2
    assert all(reason.startswith("- ") for reason in reasons)
    assert samples.LURE_SUBJECT not in bytes(mail).decode()


def test_what_is_said_follows_the_verdict() -> None:
    words = WORDS["en"]
    english = words.texts
    for word, start in (
        ("LURE", english.lure),
        ("JOB", english.ordinary),
        ("x", english.unrelated),
    ):
        assert start.format(contact="X") in answer_text(examined(word), words, "X")
    nothing = by_words(report())
    assert holds_nothing(nothing)
    assert english.unread in answer_text(nothing, words, "X", unread=True)
    assert not holds_nothing(examined("x"))


@pytest.mark.parametrize("language", sorted(WORDS))
@pytest.mark.parametrize("verdict", ["ordinary", "unrelated"])
def test_who_is_told_of_a_contradiction_is_not_told_that_there_is_none(
    language: str, verdict: Literal["ordinary", "unrelated"]
) -> None:
    found = examined("LURE")
    slight = msgspec.structs.replace(found.assessment, verdict=verdict)
    words = WORDS[language]
    text = answer_text(msgspec.structs.replace(found, assessment=slight), words, "X")
    assert text.split("\n\n")[1] == words.texts.slight.format(
        contact="\u2068X\u2069" if language in ("he", "ar") else "X"
    )
    assert f"{words.texts.why}:" in text


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
    assert (compose(examined("LURE", message), WORDS["en"], DESK, 0.0) is None) is not fine


def test_a_hostile_message_id_can_not_write_headers() -> None:
    message = report()
    headers = tuple(
        msgspec.structs.replace(h, value="<a@b>\nBcc: all@firm.example")
        if h.name == "message-id"
        else h
        for h in message.headers
    )
    hostile = msgspec.structs.replace(message, headers=headers)
    mail = compose(examined("LURE", hostile), WORDS["en"], DESK, 0.0)
    assert mail is not None
    assert mail["Bcc"] is None
    assert mail["In-Reply-To"] is None


def test_faults_in_the_texts_are_told(tmp_path: Path) -> None:
    path = tmp_path / "answers.yml"
    path.write_text("answers:\n- {language: de, subject: x}\n")
    with pytest.raises(ConfigError):
        load_answers(path)
