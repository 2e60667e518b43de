"""The answer to a person who reported a message: helpful, in their language, for them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final

import msgspec

from vedette.lure.examined import Examined
from vedette.lure.features import load_features
from vedette.lure.message import Message
from vedette.lure.report.says import Language, Says, isolated, load_says
from vedette.model.errors import ConfigError
from vedette.model.yaml_data import load_list

SHOWN: Final = 5
"""Reasons that stand in an answer."""
_AUTOMATIC: Final = ("auto-submitted", "list-id", "x-auto-response-suppress", "x-loop")


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language; `content/lures/answers.yml` says what they are for."""

    language: Language
    subject: str
    thanks: str
    lure: str
    suspicious: str
    slight: str
    ordinary: str
    unrelated: str
    unread: str
    why: str


@dataclass(frozen=True, slots=True)
class Words:
    """All that can be said in one language."""

    texts: Answers
    says: Says


def load_answers(path: Path) -> Mapping[str, Answers]:
    """All languages. Raises ConfigError with every fault and its place."""
    found = load_list([path], "answers", Answers)
    texts: dict[str, Answers] = {each.language: each for each in found}
    if "en" not in texts or len(texts) < len(found):
        raise ConfigError([f"{path}: each language should be there once, English among them"])
    return texts


def load_words(content: Path) -> Mapping[str, Words]:
    """Every language of the bundled folder of lures. Raises ConfigError with every fault and its
    place, UnreadableError."""
    texts = load_answers(content / "answers.yml")
    says = load_says(content / "says", load_features(content / "features.yml"))
    if faults := [
        f"{content}: {language} stands in only one of answers.yml and says; add the other"
        for language in sorted(texts.keys() ^ says.keys())
    ]:
        raise ConfigError(faults)
    return {language: Words(texts[language], says[language]) for language in texts}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers, and how it reaches people. `domains` are those of the firm: a report from
    elsewhere is examined and gets no answer, or the desk could be used to send mail to strangers.
    `contact` names whom to call."""

    sender: str
    domains: tuple[str, ...]
    contact: str
    host: str = "127.0.0.1"
    port: int = 25
    timeout: float = 20.0

    def send(self, answer: EmailMessage) -> None:
        """Hand the answer to the firm's own mail server. Raises OSError."""
        import smtplib

        with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as smtp:
            # the empty envelope sender: no answer may ever be answered by a machine (RFC 3834)
            smtp.send_message(answer, from_addr="", to_addrs=[str(answer["To"])])


def answerable(report: Message, domains: tuple[str, ...]) -> bool:
    """Whether a person of the firm sent the report, not a machine (RFC 3834)."""
    sender = report.sender
    if sender is None or not sender.address:
        return False
    if report.header("precedence").lower() in ("bulk", "junk", "list"):
        return False
    if any(report.header(name).lower() not in ("", "no") for name in _AUTOMATIC):
        return False
    return any(
        sender.domain == domain or sender.domain.endswith(f".{domain}") for domain in domains
    )


def holds_nothing(examined: Examined) -> bool:
    """Whether a report was examined that held no message: neither forwarded nor pasted."""
    return examined.subject_of is examined.message and examined.message.kind == "mail"


def answer_text(examined: Examined, words: Words, contact: str, *, unread: bool = False) -> str:
    """What the person is told. `unread`: the message could not be found in what they sent."""
    assessment, texts = examined.assessment, words.texts
    told = [shown for shown in assessment.features if shown.contradiction][:SHOWN]
    verdict = assessment.verdict
    if unread:
        says = texts.unread
    elif told and verdict in ("ordinary", "unrelated"):
        says = texts.slight
    else:
        says = getattr(texts, verdict)
    parts = [texts.thanks, says.format(contact=isolated(contact, texts.language))]
    if told and not unread:
        reasons = dict.fromkeys(f"- {words.says.reason(shown)}" for shown in told)
        parts.append("\n".join([f"{texts.why}:", *reasons]))
    return "\n\n".join(parts) + "\n"


def compose(examined: Examined, words: Words, desk: Desk, now: float) -> EmailMessage | None:
    """The answer as a mail; None where nobody should get one. `now` is in seconds since the
    epoch."""
    report = examined.message
    if report.sender is None or not answerable(report, desk.domains):
        return None
    mail = EmailMessage()
    mail["From"] = desk.sender
    mail["To"] = report.sender.address
    mail["Subject"] = words.texts.subject
    mail["Date"] = formatdate(now)
    mail["Message-ID"] = make_msgid(domain=desk.sender.rpartition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-replied"
    reference = report.header("message-id")
    if reference and len(reference) < 900 and "\n" not in reference:
        mail["In-Reply-To"] = reference
        mail["References"] = reference
    unread = holds_nothing(examined)
    mail.set_content(answer_text(examined, words, desk.contact, unread=unread))
    return mail
