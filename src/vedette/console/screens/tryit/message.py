"""Trying a message: what the examination of lures says of it, and why."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.tryit.turns import turn
from vedette.engine.lures import make_examiner
from vedette.engine.lures import read as read_mail

if TYPE_CHECKING:
    from vedette.console.place import Place
    from vedette.console.seat import Seat
    from vedette.lure.examined import Examined
    from vedette.lure.examiner import Examiner
    from vedette.lure.message import Address, Message
    from vedette.lure.sign import SignEvidence

MOST: Final = 25 << 20
"""Bytes of a message's file: what most mail servers take."""
MOST_TEXT: Final = 4 << 20
QUOTED: Final = 300
PLACE: Final = "what you tried"


class MessageBody(msgspec.Struct, frozen=True):
    """A file (.eml or .msg) or a pasted text, not both; with JSON the file is base64."""

    file: bytes = b""
    text: Annotated[str, msgspec.Meta(max_length=MOST_TEXT)] = ""
    profile: bool = False
    """The text is a copied profile page."""


class Quote(msgspec.Struct, frozen=True):
    """What showed a sign: words of a part of the message."""

    where: str
    text: str


class FeatureShown(msgspec.Struct, frozen=True):
    """One reason. `weight` is what it adds to the logarithm of the odds."""

    name: str
    says: str
    weight: float
    technique: str
    contradiction: bool
    quotes: tuple[Quote, ...]


class FileShown(msgspec.Struct, frozen=True):
    """A file in the message, or in a file of it."""

    path: str
    kind: str
    size: int
    depth: int


class MessageTried(msgspec.Struct, frozen=True):
    """What the examination says. `verdict` is ordinary, suspicious or lure; `bias` is what the
    addition of the weights begins with. Nothing of it is stored."""

    verdict: str
    probability: float
    sentence: str
    subject: str
    sender: str
    bias: float
    features: tuple[FeatureShown, ...]
    files: tuple[FileShown, ...]
    unseen: tuple[str, ...]
    problems: tuple[str, ...]


class Desk:
    """One examiner for all who try: made when first needed, used by one at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = Lock()
        self._examiner: Examiner | None = None

    def examine(self, message: Message) -> Examined:
        with self._lock:
            if self._examiner is None:
                lures = self._place.config.lures
                self._examiner = make_examiner(
                    lures.employers, trust=lures.trust, arc_sealers=lures.arc_sealers, dns=False
                )
            return self._examiner.examine(message)

    def close(self) -> None:
        with self._lock:
            if self._examiner is not None:
                self._examiner.close()
                self._examiner = None


def try_message(seat: Seat, body: MessageBody) -> MessageTried:
    """Raises RequestError where there is nothing to read."""
    message = _message(body)
    desk = seat.place.kept.of(Desk, lambda: Desk(seat.place))
    with turn(seat).one():
        return _shown(desk.examine(message))


def _message(body: MessageBody) -> Message:
    from vedette.lure.reading import read_profile, read_text

    if bool(body.file) == bool(body.text.strip()):
        raise RequestError("invalid", "give a file or a text, one of the two")
    if len(body.file) > MOST:
        raise RequestError("too-large", f"the file: at most {MOST >> 20} MiB")
    if body.file:
        return read_mail(body.file, PLACE, None, ())
    return (read_profile if body.profile else read_text)(body.text, PLACE)


def _shown(examined: Examined) -> MessageTried:
    said, message = examined.assessment, examined.subject_of
    sender = message.sender
    return MessageTried(
        said.verdict,
        said.probability,
        said.sentence,
        message.subject,
        "" if sender is None else _address(sender),
        said.bias,
        tuple(
            FeatureShown(
                each.name,
                each.says,
                each.weight,
                each.technique or "",
                each.contradiction,
                tuple(_quote(one) for one in each.evidence[:3]),
            )
            for each in sorted(said.features, key=lambda one: -abs(one.weight))
        ),
        tuple(
            FileShown(member.path, member.kind, member.size, member.depth)
            for report in examined.reports
            for member in report.members
        ),
        tuple(words for report in examined.reports for words in report.unseen),
        tuple(str(problem) for problem in message.all_problems()),
    )


def _address(sender: Address) -> str:
    return f"{sender.name} <{sender.address}>" if sender.name else sender.address


def _quote(evidence: SignEvidence) -> Quote:
    return Quote(evidence.part, evidence.text[:QUOTED])
