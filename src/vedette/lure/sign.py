"""Signs: single observations about a message, each with the span that shows it."""

from __future__ import annotations

import msgspec


class SignEvidence(msgspec.Struct, frozen=True):
    """`text` stands at characters `start` to `end` of `part` (a MIME section number, "subject",
    "header:from", "pasted", "profile", "attachment:offer.zip/offer.pdf.exe"; for attachments
    `start` and `end` are bytes where known, else both 0)."""

    part: str
    start: int
    end: int
    text: str


class Sign(msgspec.Struct, frozen=True):
    """One observation. `name` is that of a feature in the reviewed list of features, which gives
    it a weight, a sentence and an ATT&CK technique. `detail` fills the sentence's blanks."""

    name: str
    evidence: tuple[SignEvidence, ...] = ()
    detail: tuple[tuple[str, str], ...] = ()
