"""Where a message lies that an action took out of a mailbox: a place whose name says which action
took it and from which folder, so that it can be put back by whoever finds it."""

from __future__ import annotations

import base64
import re
from typing import Final

FOLDER: Final = "Quarantine"
"""The IMAP folder below which those places are made."""
MAILDIR: Final = "vedette-quarantine"
"""The same in a Maildir. Without a dot in front, mail servers take it for no folder of theirs."""
LONGEST: Final = 200
"""Characters of a place's name: file systems take 255 bytes, with what servers put in front."""

_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


def place_of(action: str, origin: str) -> str:
    """The name of the place for what `action` takes out of the folder `origin`. Raises ValueError
    where no name can hold it."""
    if not _ID.fullmatch(action):
        raise ValueError(f"{action[:100]!a}: no id that the name of a folder can hold")
    coded = base64.urlsafe_b64encode(origin.encode("utf-8", "surrogateescape"))
    name = f"{action}={coded.decode().rstrip('=')}"
    if len(name) > LONGEST:
        raise ValueError(f"{origin[:100]!a}: the folder's name is too long to be noted")
    return name


def told_by(name: str) -> tuple[str, str] | None:
    """The action and the folder that a place's name tells of; None for any other name."""
    action, equals, coded = name.partition("=")
    if not equals or not coded or not _ID.fullmatch(action):
        return None
    try:
        padded = coded + "=" * (-len(coded) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return action, data.decode("utf-8", "surrogateescape")
