"""An examined message as the event that is stored, with nothing in it that shames a person.

Of mail that is no lure, only that it passed is kept in clear: no subject, no difference between a
job offer and any other mail. Whom it was for and what it shows are kept under the firm's key, so
that whom a refusal would touch can be counted before it is made. Of a lure, the mailbox is a
pseudonym, and subject and sender are sealed: evidence that stands in them is left out of the clear,
and they are masked wherever else they are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final, Literal

import msgspec

from vedette.lure.attachment.report import Member, Report
from vedette.lure.examined import Examined
from vedette.lure.fingerprint import fingerprint
from vedette.lure.masking import MASKED, Mask, mask_of
from vedette.lure.message import Message
from vedette.lure.privacy import Privacy
from vedette.lure.refusable import asked
from vedette.lure.scoring.verdict import Shown
from vedette.lure.sign import SignEvidence
from vedette.model.finding import Entity
from vedette.model.instant import rfc3339
from vedette.store.refusals import Refusal

Way = Literal["mail", "report"]
"""How it came: in passing, or because a person reported it."""

ALARMING: Final = ("lure", "suspicious")
_PRIVATE_PART: Final = re.compile(r"(?:^|/)(?:subject|header:|envelope:)")
_FILE_PART: Final = "attachment:"
MOST_TRAITS: Final = 256
"""Kept of one message."""
MOST_UNREAD: Final = 20
"""Of what could not be read in a message, so much is told."""


def record_of(
    examined: Examined,
    privacy: Privacy,
    *,
    arrival: int,
    way: Way,
    action: str,
    refused: Sequence[Refusal] = (),
) -> dict[str, Any]:
    """The event. `arrival` is in microseconds since the epoch; `action` says what was done with
    the message: "none", "header", "quarantine", "reject", "move". `refused` are the refusals that
    fit: a message that is no lure is then told of as refused, with what is needed to find it."""
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
    record["traits"] = traits_of(message, examined.reports, privacy)
    if assessment.verdict not in ALARMING:
        if refused:
            return record | refusal_of(message, privacy, refused, action)
        # Who asked about a message is nobody's business: of a report, no mailbox is kept.
        known = _mailboxes(examined.message, privacy) if way == "mail" else []
        return record | {"mailboxes": known}
    people = examined.message.recipients if way == "mail" else ()
    if way == "report" and examined.message.sender is not None:
        people = (examined.message.sender,)
    sender = message.sender
    mask = _mask(examined, privacy)
    record |= {
        "probability": round(assessment.probability, 4),
        "sentence": " ".join(
            [mask.text(assessment.sentence), *([_told(refused)] if refused else [])]
        ),
        "features": [_feature(shown, mask) for shown in assessment.features],
        "techniques": list(assessment.techniques),
        "mailboxes": sorted({privacy.pseudonym(p.address) for p in people if p.address}),
        "entities": [
            *_itself(message, action),
            *(_entity(entity, mask) for entity in examined.entities if entity.kind != "person"),
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
    if refused:
        record["refused"] = _refused(refused)
    return record


def traits_of(message: Message, reports: Sequence[Report], privacy: Privacy) -> list[str]:
    """What a message shows, each under the key: senders by their pseudonyms, domains, URLs and
    hashes as refusals have them. Sorted, at most MOST_TRAITS."""
    pseudonym = privacy.pseudonym
    shown = asked(message, reports, ("sender", "domain", "url", "hash"), pseudonym)
    kept = {
        privacy.trait(kind, value)
        for kind, value in islice(shown, 4 * MOST_TRAITS)
        if kind != "sender" or "@" not in value
    }
    return sorted(kept)[:MOST_TRAITS]


def _mailboxes(message: Message, privacy: Privacy) -> list[str]:
    return sorted({privacy.pseudonym(p.address) for p in message.recipients if p.address})


def refusal_of(
    message: Message, privacy: Privacy, refused: Sequence[Refusal], action: str
) -> dict[str, Any]:
    """What the event says of a message because it was refused: by which actions, whose it is (as
    pseudonyms and sealed), and what it shares with them."""
    sender = message.sender or message.envelope_from
    people = message.recipients
    record: dict[str, Any] = {
        "verdict": "refused",
        "sentence": _told(refused),
        "refused": _refused(refused),
        "mailboxes": sorted({privacy.pseudonym(p.address) for p in people if p.address}),
        "entities": [*_itself(message, action), *_shared(refused)],
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


def refused_record(
    message: Message,
    privacy: Privacy,
    refused: Sequence[Refusal],
    *,
    arrival: int,
    way: Way,
    action: str,
    why: str,
) -> dict[str, Any]:
    """The event of a message that is refused and could not be examined (`why`)."""
    return {
        "kind": "message",
        "way": way,
        "time": rfc3339(arrival),
        "message": message.id,
        "action": action,
        "unread": [why.encode("utf-8", "replace").decode()],
    } | refusal_of(message, privacy, refused, action)


def _refused(refused: Sequence[Refusal]) -> list[dict[str, str]]:
    return [{"action": each.id, "kind": each.kind} for each in refused]


def _told(refused: Sequence[Refusal]) -> str:
    told = ", ".join(f"its {each.kind} by action {each.id}" for each in refused)
    return f"The message is refused: {told}."


def _shared(refused: Sequence[Refusal]) -> Iterable[dict[str, str]]:
    """Entities as the finding spelled them that the action was decided for."""
    for each in refused:
        if each.kind in ("domain", "hash"):
            yield {"kind": each.kind, "value": each.value}
        elif each.kind == "url":
            yield {"kind": "url", "value": dict(each.scope).get("url", each.value)}


def _itself(message: Message, action: str) -> Iterable[dict[str, str]]:
    """The message as an entity, for actions that are aimed at it: none where it was turned away,
    so that nobody looks for it in mailboxes."""
    if (
        action != "reject"
        and message.kind in ("mail", "notification")
        and (named := fingerprint(message.raw))
    ):
        yield {"kind": "message", "value": named}


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
    given, outer = [examined.message, examined.subject_of], examined.message.sender
    # of a report, also who reported it
    reporter = [outer] if examined.subject_of is not examined.message and outer else []
    return mask_of(given, privacy.pseudonym, reporter)


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
