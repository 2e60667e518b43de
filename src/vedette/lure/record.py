"""An examined message as the event that is stored, with nothing in it that shames a person.

Of mail that is no lure, only that it passed is kept: no mailbox, no subject, no difference between
a job offer and any other mail. Of a lure, the mailbox is a pseudonym, and subject and sender are
sealed: evidence that stands in them is left out of the clear, and they are masked wherever else
they are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final, Literal

import msgspec

from vedette.lure.attachment.report import Member
from vedette.lure.examined import Examined
from vedette.lure.masking import MASKED, Mask
from vedette.lure.message import Address, Message
from vedette.lure.privacy import Privacy
from vedette.lure.scoring.verdict import Shown
from vedette.lure.sign import SignEvidence
from vedette.model.finding import Entity
from vedette.model.instant import rfc3339

Way = Literal["mail", "report"]
"""How it came: in passing, or because a person reported it."""

ALARMING: Final = ("lure", "suspicious")
_PRIVATE_PART: Final = re.compile(r"(?:^|/)(?:subject|header:|envelope:)")
_FILE_PART: Final = "attachment:"
MOST_UNREAD: Final = 20
"""Of what could not be read in a message, so much is told."""


def record_of(
    examined: Examined, privacy: Privacy, *, arrival: int, way: Way, action: str
) -> dict[str, Any]:
    """The event. `arrival` is in microseconds since the epoch; `action` says what was done with
    the message: "none", "header", "quarantine", "reject", "move"."""
    message, assessment = examined.subject_of, examined.assessment
    record: dict[str, Any] = {
        "kind": "message",
        "way": way,
        "time": rfc3339(arrival),
        "message": message.id,
        "verdict": assessment.verdict if assessment.verdict in ALARMING else "passed",
        "action": action,
    }
    problems = list(islice(message.all_problems(), MOST_UNREAD))
    if problems:
        record["unread"] = [
            problem.what.encode("utf-8", "replace").decode() for problem in problems
        ]
    if assessment.verdict not in ALARMING:
        return record
    people = examined.message.recipients if way == "mail" else ()
    if way == "report" and examined.message.sender is not None:
        people = (examined.message.sender,)
    sender = message.sender
    mask = _mask(examined, privacy)
    record |= {
        "probability": round(assessment.probability, 4),
        "sentence": mask.text(assessment.sentence),
        "features": [_feature(shown, mask) for shown in assessment.features],
        "techniques": list(assessment.techniques),
        "mailboxes": sorted({privacy.pseudonym(p.address) for p in people if p.address}),
        "entities": [
            _entity(entity, mask) for entity in examined.entities if entity.kind != "person"
        ],
        "attachments": [
            _member(member, mask) for report in examined.reports for member in report.members
        ],
        "sealed": privacy.seal(
            {
                "subject": message.subject,
                "sender": sender.address if sender else "",
                "name": _persona(message),
                "recipients": ", ".join(p.address for p in people),
            },
            message.id,
        ),
    }
    if sender is not None and sender.address:
        record["persona"] = privacy.pseudonym(sender.address)
    return record


def alarm_record(what: str, *, arrival: int, fix: str) -> dict[str, Any]:
    """The event that says that mail passed without being examined."""
    return {
        "kind": "alarm",
        "time": rfc3339(arrival),
        "verdict": "unexamined",
        "sentence": what,
        "fix": fix,
    }


def _mask(examined: Examined, privacy: Privacy) -> Mask:
    """What must not stand in clear: of the message, of the report it came in."""
    people: list[Address] = []
    senders: list[Address] = []
    subjects: list[str] = []
    for each in _all(examined.message, examined.subject_of):
        people += each.recipients
        senders += [one for one in (each.sender, each.envelope_from) if one is not None]
        senders += each.reply_to
        subjects.append(each.subject)
    if examined.subject_of is not examined.message and examined.message.sender is not None:
        people.append(examined.message.sender)  # who reported it
    return Mask(_addresses(people), _addresses(senders), subjects, privacy.pseudonym)


def _all(*messages: Message) -> Iterable[Message]:
    for message in messages:
        yield message
        yield from _all(*message.nested)


def _addresses(given: Iterable[Address]) -> Iterable[str]:
    return dict.fromkeys(each.address for each in given)


def _persona(message: Message) -> str:
    """Who the writer says they are; of a network's notification, the person it tells of."""
    if message.profile is not None and message.profile.name:
        return message.profile.name
    return message.sender.name if message.sender else ""


def _feature(shown: Shown, mask: Mask) -> dict[str, Any]:
    return {
        "name": shown.name,
        "weight": shown.weight,
        "says": mask.text(shown.says),
        "technique": shown.technique,
        "evidence": [_evidence(evidence, mask) for evidence in shown.evidence],
    }


def _evidence(evidence: SignEvidence, mask: Mask) -> dict[str, Any]:
    around, attached, _ = evidence.part.partition(_FILE_PART)
    private = _PRIVATE_PART.search(around) is not None and not attached
    return {
        "part": mask.text(evidence.part),
        "start": evidence.start,
        "end": evidence.end,
        "text": MASKED if private else mask.text(evidence.text),
    }


def _entity(entity: Entity, mask: Mask) -> dict[str, str]:
    value = mask.text(entity.value) if entity.kind == "url" else entity.value
    return {"kind": entity.kind, "value": value}


def _member(member: Member, mask: Mask) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(member)
    return shown | {"path": mask.text(member.path), "note": mask.text(member.note)}
