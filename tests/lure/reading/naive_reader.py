"""A slow reader on top of the standard library's modern policy: the oracle of the fast one.

It speaks only of what the library itself finds nothing wrong with: a field or a part with a
defect is None.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any, NamedTuple

from vedette.lure.message import Message
from vedette.lure.reading.charsets import codec_of


class Said(NamedTuple):
    """What both readers must agree on; None: the slow one is not sure."""

    sender: str | None
    recipients: tuple[str, ...] | None
    subject: str | None
    date: int | None
    texts: tuple[str, ...] | None
    html: int | None
    files: tuple[tuple[str, str, bytes], ...] | None
    nested: int | None

    def disagreements(self, other: Said) -> dict[str, tuple[object, object]]:
        """The fields in which the other says something else, where this one says anything."""
        return {
            name: (mine, others)
            for name, mine, others in zip(self._fields, self, other, strict=True)
            if mine is not None and mine != others
        }


def fast(message: Message) -> Said:
    """The fast reader's answer in the same shape."""
    bodies = [text for text in message.texts if text.part != "subject"]
    return Said(
        message.sender.address if message.sender else "",
        tuple(sorted(one.address for one in message.recipients)),
        message.subject,
        message.date,
        tuple(text.text for text in bodies if not text.html),
        sum(text.html and not text.part.endswith(".hidden") for text in bodies),
        tuple((file.name, file.content_type, file.data) for file in message.attachments),
        len(message.nested),
    )


def naive(raw: bytes) -> Said | None:
    """The slow reader's answer; None where the library gives up with an exception."""
    try:
        mail: Any = message_from_bytes(raw, policy=policy.default)
        return _said(mail)
    except Exception:
        return None  # the library's modern policy raises on much of what is sent


def _said(mail: Any) -> Said:
    texts: list[str] = []
    files: list[tuple[str, str, bytes]] = []
    html = nested = 0
    sure = True
    for part in _leaves(mail):
        kind = part.get_content_type()
        shown = part.get_content_disposition() != "attachment"
        sure = sure and not part.defects and not _odd(part)
        data = part.get_payload(decode=True)
        if kind == "message/rfc822":
            nested += 1
        elif kind == "text/plain" and shown:
            texts.append(_text(part))
        elif kind == "text/html" and shown:
            html += 1
        elif data or part.get_filename():
            files.append((part.get_filename() or "", kind, data or b""))
        if kind in ("text/plain", "text/html") and shown and part.get_filename():
            files.append((part.get_filename(), kind, data))
    sender, recipients = _people(mail, ("from",)), _people(mail, ("to", "cc", "bcc"))
    subject, date = mail["subject"], mail["date"]
    return Said(
        sender[0] if sender else None,  # without a From the fast one takes the Sender
        None if recipients is None else tuple(sorted(recipients)),
        # bytes that are no ASCII: the fast one guesses their charset
        None
        if subject is not None and (subject.defects or "\ufffd" in subject)
        else str(subject or "").strip(),
        None
        if date is None or date.defects or date.datetime is None
        else round(date.datetime.timestamp() * 1e6),
        tuple(texts) if sure else None,
        html if sure else None,
        tuple(files) if sure else None,
        nested if sure else None,
    )


def _leaves(mail: Any) -> Iterator[Any]:
    if mail.get_content_maintype() != "multipart":
        yield mail
    elif isinstance(mail.get_payload(), list):
        if mail.defects:
            yield mail
        for part in mail.get_payload():
            yield from _leaves(part)
    else:
        yield mail


def _odd(part: Any) -> bool:
    """What the fast reader does more with than the library: soft line breaks, uuencoded files,
    TNEF, S/MIME, invitations, messages in files, commands of text/enriched, types and names that
    the library reads by the letter of the standard."""
    kind, name = part.get_content_type(), (part.get_filename() or "").lower()
    typed = part.get("content-type")
    return bool(
        part.get_content_maintype() == "multipart"
        or kind in ("application/ms-tnef", "text/calendar", "text/enriched", "text/x-amp-html")
        or kind.endswith("pkcs7-mime")
        or name.endswith((".eml", ".msg", "winmail.dat"))
        or str(part.get_param("format", "")).lower() == "flowed"
        or (typed is not None and typed.defects)
        or (
            kind == "text/plain"
            and (codec_of(part.get_content_charset("us-ascii")) is None or _guessed(part))
        )
    )


def _guessed(part: Any) -> bool:
    """True where the bytes do not fit their charset, so that one has to guess."""
    data = part.get_payload(decode=True) or b""
    if b"begin " in data:
        return True
    label = part.get_content_charset()
    if label is None:
        return not data.isascii()
    try:
        data.decode(codec_of(label) or "ascii")
    except UnicodeDecodeError:
        return True
    return False


def _text(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    text: str = data.decode(codec_of(part.get_content_charset("us-ascii")) or "ascii", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _people(mail: Any, names: tuple[str, ...]) -> tuple[str, ...] | None:
    found: list[str] = []
    for name in names:
        for field in mail.get_all(name, []):
            if field.defects or any(not one.domain for one in field.addresses):
                return None
            found += [f"{one.username}@{one.domain}".lower() for one in field.addresses]
    return tuple(found)
