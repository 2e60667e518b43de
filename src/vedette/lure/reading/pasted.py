"""A message that a person pasted: a chat, the body of a mail, or a mail with its headers."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from vedette.lure.message import Header, Message, Text
from vedette.lure.reading.bodies import Bodies
from vedette.lure.reading.header_block import Block, first_block, unquoted
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.mail import read_mail
from vedette.lure.reading.trouble import Trouble

PART: Final = "pasted"

_SOURCE: Final = re.compile(
    r"(?im)^(?:received|message-id|mime-version|return-path|dkim-signature|content-type):[ \t]*\S"
)
_FIELD: Final = re.compile(r"[!-9;-~]{1,76}:[ \t]?\S|(?:>?From )")
_MARKUP: Final = re.compile(
    r"\s*<(?:!doctype html|html|head|body|div|p|table|span|section|main|article|meta|!--)\b",
    re.IGNORECASE,
)


def read_text(text: str, place: str, limits: Limits = DEFAULT) -> Message:
    """Read a pasted message (kind "text"; "mail" where it is a mail's whole source). Never raises.

    Headers above it, in eight languages, become sender, recipients, subject and date, and are
    left out of the Text "pasted". HTML is rendered.
    """
    if is_source(text):
        return read_mail(text.encode("utf-8", "replace"), place, limits)
    raw = text.encode("utf-8", "replace")
    text = raw.decode("utf-8")  # without halves of characters, which a shell may have put in
    trouble = Trouble(place, limits.problems)
    bodies = Bodies(limits, trouble)
    block: Block | None = None
    if is_markup(text):
        bodies.html(PART, raw, "utf-8")
    else:
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        block = first_block(text)
        if block is not None and text[: block.start].strip():
            block = None  # something was said before: it is a quotation, not this message
        body = text if block is None else text[block.body :]
        bodies.plain(PART, unquoted(body) if block is not None and block.quoted else body)
    return made_message(hashlib.sha256(raw).hexdigest(), place, block, bodies, trouble, limits, raw)


def made_message(
    identity: str,
    place: str,
    block: Block | None,
    bodies: Bodies,
    trouble: Trouble,
    limits: Limits,
    raw: bytes,
) -> Message:
    """A message of kind "text" of what was read; `block` gives its headers."""
    headers: list[Header] = []
    subject = ""
    if block is not None:
        headers = [Header(name, value) for name, value in block.fields.items()]
        subject = block.fields.get("subject", "")
    texts = ((Text("subject", subject),) if subject else ()) + tuple(bodies.texts)
    if len(bodies.links) > limits.links:
        trouble.add("", f"more than {limits.links} links, the rest is left out")
    return Message(
        identity,
        "text",
        place,
        tuple(headers),
        block.sender if block else None,
        None,
        block.reply_to if block else (),
        block.recipients if block else (),
        subject,
        block.date if block else None,
        texts,
        tuple(bodies.links[: limits.links]),
        problems=trouble.problems(),
        raw=raw,
    )


def is_source(text: str) -> bool:
    """True if the text is a mail's source: fields from its first line on, some of transport."""
    text = text.lstrip("\ufeff\r\n")
    if _FIELD.match(text) is None:
        return False
    head = re.split(r"\r?\n\r?\n", text[:65536], maxsplit=1)[0]
    return len(_SOURCE.findall(head)) >= 2


def is_markup(text: str) -> bool:
    """True if the text is HTML."""
    return _MARKUP.match(text[:4096].removeprefix("\ufeff")) is not None
