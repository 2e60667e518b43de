"""Looking behind a pseudonym: possible where there is a reason, and never without a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from vedette.lure.privacy import Privacy
from vedette.model.errors import VedetteError

SHORTEST_REASON: Final = 5


class UnmaskError(VedetteError, ValueError):
    """There is nothing to unmask, or no reason was given."""


def unmask(
    record: Mapping[str, Any], privacy: Privacy, reason: str, write: Callable[[str], None]
) -> dict[str, str]:
    """Subject, sender and recipients of a stored lure. `write` is given the reason and has it on
    record, durably, when it returns: nothing is given out before. Raises UnmaskError, and what
    `write` raises."""
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
    write(reason)
    return content
