"""Bounds what one match may weigh, whatever its event holds."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from vedette.model.finding import Evidence
from vedette.model.value import clean, fold
from vedette.sigma.correlation.match import Match

TEXT: Final = 256
"""Characters of a value; of a longer one the beginning and a hash are kept, so that equal values
stay equal and different ones different."""

VALUES: Final = 16
"""Values of a field, entities, and pieces of evidence of a match."""

EVIDENCE: Final = 512
"""Characters of a piece of evidence, from a little before its span on."""


def trimmed(match: Match) -> tuple[Match, bool]:
    """The match within the bounds, and whether values had to be left out for that. What fits is
    returned as it is."""
    if (
        len(match.entities) <= VALUES
        and len(match.evidence) <= VALUES
        and all(_short(texts) for texts in match.values.values())
        and all(len(piece.value) <= EVIDENCE for piece in match.evidence)
        and all(len(entity.value) <= TEXT for entity in match.entities)
    ):
        return match, False
    cut = any(len(texts) > VALUES for texts in match.values.values())
    values = {
        name: tuple(_text(text) for text in texts[:VALUES]) for name, texts in match.values.items()
    }
    return (
        msgspec.structs.replace(
            match,
            values=values,
            entities=tuple(e for e in match.entities if len(e.value) <= TEXT)[:VALUES],
            evidence=tuple(_piece(piece) for piece in match.evidence[:VALUES]),
        ),
        cut,
    )


def _short(texts: tuple[str, ...]) -> bool:
    return len(texts) <= VALUES and all(len(t) <= TEXT and t.isascii() for t in texts)


def _text(text: str) -> str:
    text = clean(text)
    if len(text) <= TEXT:
        return text
    digest = hashlib.blake2b(fold(text).encode(), digest_size=8).hexdigest()
    return f"{text[: TEXT - 17]}\u2026{digest}"


def _piece(piece: Evidence) -> Evidence:
    if len(piece.value) <= EVIDENCE:
        return piece
    first = max(0, piece.start - EVIDENCE // 4)
    value = piece.value[first : first + EVIDENCE]
    return Evidence(
        field=piece.field,
        value=value,
        start=piece.start - first,
        end=min(piece.end - first, len(value)),
        selection=piece.selection,
    )
