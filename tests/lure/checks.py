"""What several tests of lures share: a small examiner whose verdict the test chooses."""

from __future__ import annotations

import hashlib
from functools import cache

from vedette.lure.examined import Examined
from vedette.lure.features import Features, load_features
from vedette.lure.message import Address, Message
from vedette.lure.scoring.verdict import assess
from vedette.lure.scoring.weights import prior_weights
from vedette.lure.sign import Sign, SignEvidence
from vedette.model.bundled import bundled


@cache
def features() -> Features:
    """The bundled list of features."""
    return load_features(bundled("lures") / "features.yml")


def read(
    raw: bytes, place: str, sender: Address | None, recipients: tuple[Address, ...]
) -> Message:
    """A message without looking into it."""
    return Message(
        hashlib.sha256(raw).hexdigest(),
        "mail",
        place,
        sender=sender,
        recipients=recipients,
        subject="A subject that is private",
        raw=raw,
    )


def by_words(message: Message) -> Examined:
    """A verdict for the words in the raw message: `LURE`, `ODD`, `JOB`, `BROKEN`."""
    signs: list[Sign] = []
    if b"BROKEN" in message.raw:
        raise RuntimeError("broken on purpose")
    evidence = (SignEvidence("subject", 0, 9, "A subject"), SignEvidence("1", 0, 3, "job"))
    if b"JOB" in message.raw or b"LURE" in message.raw or b"ODD" in message.raw:
        signs.append(Sign("job_theme", evidence))
    if b"LURE" in message.raw:
        signs.append(Sign("claim_freemail", evidence, (("employer", "Boeing"),)))
        signs.append(Sign("remote_template", evidence, (("file", "offer.docx"),)))
    if b"ODD" in message.raw:
        signs.append(Sign("link_to_program", evidence))
    assessment = assess(signs, features(), prior_weights(features()))
    return Examined(message, message, assessment)
