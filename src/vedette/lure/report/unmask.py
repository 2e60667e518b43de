"""Looking behind a pseudonym: possible where there is a reason, and never without a trace."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from vedette.lure.privacy import Privacy
from vedette.model.errors import UnreadableError, VedetteError
from vedette.model.instant import rfc3339

LOG: Final = "unmasked.ndjson"
"""Below the data directory: one line for each time somebody looked."""
SHORTEST_REASON: Final = 5


class UnmaskError(VedetteError, ValueError):
    """There is nothing to unmask, or no reason was given."""


def unmask(
    record: Mapping[str, Any], privacy: Privacy, log: Path, *, who: str, reason: str, now: int
) -> dict[str, str]:
    """Subject, sender and recipients of a stored lure. The act is on the disk before anything is
    given out. Raises UnmaskError, UnreadableError (the log can't be written)."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise UnmaskError("a reason must be given, in words that others understand; use --reason")
    message, sealed = record.get("message"), record.get("sealed")
    if not isinstance(message, str) or not isinstance(sealed, str):
        raise UnmaskError("this event holds nothing that is masked; name the finding of a lure")
    try:
        content = privacy.open(sealed, message)
    except ValueError as error:
        raise UnmaskError(str(error)) from error
    entry = {"time": rfc3339(now), "who": who, "message": message, "reason": reason}
    _append(log, orjson.dumps(entry) + b"\n")
    return content


def _append(log: Path, line: bytes) -> None:
    try:
        file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line)
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise UnreadableError(
            f"{log}: {error.strerror}; nothing is unmasked without a record of it"
        ) from error
