"""What people are told, cut to what a channel may carry."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from vedette.model.visible import visible
from vedette.response.actuators.people.tlp import Tlp, may_carry, strictest

LONGEST: Final = 2_000
"""Characters of a part."""
_CUT: Final = "…"

_MARKS: Final = str.maketrans({"<": "‹", ">": "›", "`": "'", "*": "∗", "|": "¦"})
_DOT: Final = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")


class Part(msgspec.Struct, frozen=True):
    """Something to say, and with whom it may be shared."""

    tlp: Tlp
    text: str


class Message(msgspec.Struct, frozen=True):
    """A message about something of `level` (`model.finding.LEVELS`). `title` may be told to
    everybody whom any part may be told. `waits` is said over channels that may carry none."""

    level: str
    title: str
    parts: tuple[Part, ...]
    waits: str


class Shown(msgspec.Struct, frozen=True):
    """What goes over one channel. `withheld`: nothing of the parts did."""

    title: str
    body: str
    withheld: bool


def shown(message: Message, highest: Tlp, console: str = "") -> Shown:
    """The message as far as a channel may carry it. `console` is where the rest can be read."""
    kept = [part for part in message.parts if may_carry(highest, part.tlp)]
    where = f"Open the console: {console}" if console else "Open the console."
    if not kept and message.parts:
        label = "TLP:CLEAR"
        body = f"{label}\n\n{message.waits}\nIts details may not be sent here. {where}"
        return Shown(f"[{label}] Vedette: {message.waits}", body, True)
    label = f"TLP:{strictest(tuple(part.tlp for part in kept))}"
    texts = [harmless(part.text) for part in kept]
    left = len(message.parts) - len(kept)
    if left:
        texts.append("There is more, which may not be sent here.")
    body = "\n\n".join([label, *texts, where])
    return Shown(f"[{label}] Vedette: {harmless(message.title, 120)}", body, False)


def harmless(text: str, longest: int = LONGEST) -> str:
    """A text in which no reader finds a link, a mention or a layout: attackers choose names."""
    lines = [visible(line) for line in text.splitlines()]
    plain = "\n".join(line for line in lines if line)
    plain = plain.translate(_MARKS).replace("://", "[://]").replace("@", "[@]")
    plain = _DOT.sub("[.]", plain)
    return plain if len(plain) <= longest else plain[: longest - 1] + _CUT
