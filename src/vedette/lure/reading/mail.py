"""An e-mail from its bytes."""

from __future__ import annotations

import hashlib
from typing import Final

from vedette.lure.message import Address, Header, Message, Text
from vedette.lure.reading.addresses import parse_addresses
from vedette.lure.reading.dates import parse_date
from vedette.lure.reading.encoded_words import decode_words
from vedette.lure.reading.fields import Field, looks_like_header, split_header
from vedette.lure.reading.leaves import Leaves
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.parts import Part, Splitter
from vedette.lure.reading.trouble import Trouble

_ADDRESSED: Final = frozenset(("to", "cc", "bcc"))


def read_mail(raw: bytes, place: str, limits: Limits = DEFAULT) -> Message:
    """Read a message in the Internet Message Format (RFC 5322, MIME). Never raises.

    Text that is declared as an attachment is an Attachment only; text with a name that is shown
    inline is both. Attached messages are in `nested`, not in `attachments`.
    """
    return read_counted(raw, place, limits, 0, 0)[0]


def read_counted(
    raw: bytes, place: str, limits: Limits, depth: int, count: int
) -> tuple[Message, int]:
    """A message `depth` levels inside others, `count` parts after their beginning; with it the
    number of parts by now."""
    identity = hashlib.sha256(raw).hexdigest()
    trouble = Trouble(place, limits.problems)
    if len(raw) > limits.message_bytes:
        trouble.add("", f"more than {limits.message_bytes} bytes, not read")
        return Message(identity, "mail", place, problems=trouble.problems()), count
    fields, body, fault = split_header(raw, _start(raw), len(raw), limits)
    if fault:
        trouble.add("", fault)
    root = Part("", fields, min(body, len(raw)), len(raw), "text/plain")
    if not root.content_type.startswith("multipart/"):
        root.number = "1"
    leaves = Leaves(raw, place, limits, trouble, depth)
    splitter = Splitter(raw, limits, trouble, count)
    for part in splitter.leaves(root, depth):
        splitter.count = leaves.take(part, splitter.count)
    return _message(identity, fields, leaves), splitter.count


def _start(raw: bytes) -> int:
    """Where the header begins: after a byte order mark and empty lines."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    if raw[start : start + 1] in (b"\n", b"\r", b" "):
        stripped = raw[start : start + 4096].lstrip(b"\r\n \t")
        if looks_like_header(stripped):
            return min(start + 4096, len(raw)) - len(stripped)
    return start


def _message(identity: str, fields: list[Field], leaves: Leaves) -> Message:
    headers = [
        Header(name, decode_words(value) if "=?" in value else value) for name, value in fields
    ]
    said = dict(reversed(fields))  # of several, the first
    recipients: list[Address] = []
    for name, value in fields:
        if name in _ADDRESSED:
            recipients += parse_addresses(value)
    senders = parse_addresses(said.get("from", "")) or parse_addresses(said.get("sender", ""))
    envelope = None
    if "return-path" in said:
        found = parse_addresses(said["return-path"])
        envelope = found[0] if found else Address("", "")
    subject = next((one.value for one in headers if one.name == "subject"), "")
    texts, links = leaves.bodies.texts, leaves.bodies.links
    if subject:
        texts.insert(0, Text("subject", subject))
    limits, trouble = leaves.limits, leaves.trouble
    if len(links) > limits.links:
        trouble.add("", f"more than {limits.links} links, the rest is left out")
        del links[limits.links :]
    return Message(
        identity,
        "mail",
        leaves.place,
        tuple(headers),
        senders[0] if senders else None,
        envelope,
        parse_addresses(said["reply-to"]) if "reply-to" in said else (),
        tuple(recipients),
        subject,
        parse_date(said["date"]) if "date" in said else None,
        tuple(texts),
        tuple(links),
        tuple(leaves.attachments),
        None,
        tuple(leaves.nested),
        trouble.problems(),
        leaves.raw,
    )
