"""Messages that Outlook saved (.msg): MS-OXMSG on top of compound files."""

from __future__ import annotations

import hashlib
import struct
from typing import Final

from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.limits import Unreadable
from vedette.lure.message import Address, Attachment, Header, Link, Message, Text
from vedette.lure.reading.bodies import Bodies
from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.fields import split_header
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.trouble import Trouble

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES: Final = 5_000
"""Attachments or recipients of one message."""
MAX_STREAMS: Final = 200_000
"""Every property of every recipient and attachment is a stream."""

_PROPERTY: Final = struct.Struct("<IIQ")
_FILETIME_EPOCH: Final = 11_644_473_600_000_000
_MARK: Final = "__properties_version1.0".encode("utf-16-le")

# Property identifiers (MS-OXPROPS)
_SUBJECT, _BODY, _RTF, _HTML = 0x0037, 0x1000, 0x1009, 0x1013
_HEADERS, _SENT, _DELIVERED = 0x007D, 0x0039, 0x0E06
_CODEPAGE, _STRING8_CODEPAGE = 0x3FDE, 0x3FFD
_FROM: Final = ((0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F))
_RECIPIENT: Final = (0x3001, 0x39FE, 0x3003)
_DATA, _METHOD, _LONG_NAME, _SHORT_NAME, _NAME = 0x3701, 0x3705, 0x3707, 0x3704, 0x3001
_MIME, _CONTENT_ID = 0x370E, 0x3712
_EMBEDDED, _OLE = 5, 6


def is_msg(data: bytes) -> bool:
    """True if the bytes are a compound file that holds a message's properties."""
    return data.startswith(MAGIC) and _MARK in data


def read_msg(data: bytes, place: str, limits: Limits = DEFAULT, depth: int = 0) -> Message:
    """Read a .msg file. Never raises: what can't be read is in the problems."""
    identity = hashlib.sha256(data).hexdigest()
    trouble = Trouble(place, limits.problems)
    if len(data) > limits.message_bytes:
        trouble.add("", f"more than {limits.message_bytes} bytes, not read")
        return Message(identity, "mail", place, problems=trouble.problems(), raw=data)
    try:
        compound = Compound(
            data, _Room(limits.message_bytes), lambda what: trouble.add("", what), MAX_STREAMS
        )
    except Unreadable as error:
        trouble.add("", f"damaged Outlook message ({error})"[:200])
        return Message(identity, "mail", place, problems=trouble.problems(), raw=data)
    return _Storage(compound, "", 32).message(identity, place, limits, depth, trouble, data)


class _Room:
    """What the streams of one message may hold together: as much as the message itself."""

    def __init__(self, most: int) -> None:
        self._left = most

    def room(self) -> int:
        return self._left

    def take(self, size: int) -> None:
        self._left -= size


class _Storage:
    """A storage with properties: a message, a recipient or an attachment."""

    def __init__(self, compound: Compound, path: str, head: int) -> None:
        """`path` ends with "/" but for the root's, which is empty."""
        self._compound = compound
        self._path = path
        self._fixed: dict[int, int] = {}
        raw = self._stream("__properties_version1.0")
        for at in range(head, len(raw) - 15, _PROPERTY.size):
            tag, _, value = _PROPERTY.unpack_from(raw, at)
            self._fixed[tag >> 16] = value
        self.codepage = self.number(_STRING8_CODEPAGE) or self.number(_CODEPAGE) or 1252

    def message(
        self, identity: str, place: str, limits: Limits, depth: int, trouble: Trouble, raw: bytes
    ) -> Message:
        """The message that this storage holds."""
        headers, header_bytes = self._headers(limits)
        bodies = self._bodies(limits, trouble)
        attachments: list[Attachment] = []
        nested: list[Message] = []
        for number, storage in enumerate(self._children("__attach_version1.0_", 8), start=1):
            part = f"a{number}"
            method = storage.number(_METHOD)
            if method == _EMBEDDED:
                inner = f"{place}#{part}"
                if depth + 1 >= limits.depth:
                    trouble.add(part, f"more than {depth + 1} messages inside one another")
                    continue
                key = hashlib.sha256(f"{identity}#{part}".encode()).hexdigest()
                below = _Storage(self._compound, f"{storage._path}__substg1.0_3701000D/", 24)
                nested.append(
                    below.message(
                        key, inner, limits, depth + 1, Trouble(inner, limits.problems), b""
                    )
                )
                continue
            if method == _OLE and not storage.binary(_DATA):
                trouble.add(part, "an embedded object, its content is not read")
            name = storage.text(_LONG_NAME) or storage.text(_SHORT_NAME) or storage.text(_NAME)
            attachments.append(
                Attachment(
                    part,
                    name,
                    storage.text(_MIME).lower() or "application/octet-stream",
                    storage.binary(_DATA),
                    bool(storage.text(_CONTENT_ID)),
                )
            )
        subject = self.text(_SUBJECT)
        texts = ((Text("subject", subject),) if subject else ()) + tuple(bodies.texts)
        links: list[Link] = bodies.links[: limits.links]
        if len(bodies.links) > limits.links:
            trouble.add("", f"more than {limits.links} links, the rest is left out")
        said = self._said(headers, header_bytes, place, limits)
        return Message(
            identity,
            "mail",
            place,
            headers or said.headers,
            said.sender or self._sender(),
            said.envelope_from,
            said.reply_to,
            self._recipients() or said.recipients,
            subject or said.subject,
            said.date if said.date is not None else self._date(),
            texts,
            tuple(links),
            tuple(attachments),
            None,
            tuple(nested),
            trouble.problems(),
            raw,
        )

    def text(self, identifier: int) -> str:
        """A string property; "" where there is none."""
        wide = self._stream(f"__substg1.0_{identifier:04X}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(f"__substg1.0_{identifier:04X}001E")
        return decoded(narrow, _charset(self.codepage))[0].rstrip("\0") if narrow else ""

    def binary(self, identifier: int) -> bytes:
        """A binary property; b"" where there is none."""
        return self._stream(f"__substg1.0_{identifier:04X}0102")

    def number(self, identifier: int) -> int:
        """An integer property; 0 where there is none."""
        return self._fixed.get(identifier, 0) & 0xFFFFFFFF

    def _stream(self, name: str) -> bytes:
        return self._compound.read(self._path + name)

    def _children(self, prefix: str, head: int) -> list[_Storage]:
        begin = (self._path + prefix).lower()
        names = sorted(
            name
            for name, entry in self._compound.entries.items()
            if entry.is_storage and name.startswith(begin) and "/" not in name[len(begin) :]
        )
        return [_Storage(self._compound, f"{name}/", head) for name in names[:MAX_ENTRIES]]

    def _headers(self, limits: Limits) -> tuple[tuple[Header, ...], bytes]:
        raw = self.text(_HEADERS).encode("utf-8", "replace")
        if not raw:
            return (), b""
        fields, _, _ = split_header(raw, 0, len(raw), limits)
        from vedette.lure.reading.encoded_words import decode_words

        return tuple(Header(name, decode_words(value)) for name, value in fields), raw

    def _said(self, headers: tuple[Header, ...], raw: bytes, place: str, limits: Limits) -> Message:
        """What the transport headers say; where there are none, headers made of properties."""
        from vedette.lure.reading.mail import read_mail

        if headers:
            return read_mail(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", place, limits)
        made = []
        sender = self._sender()
        if sender is not None:
            made.append(Header("from", f"{sender.name} <{sender.address}>".strip()))
        if subject := self.text(_SUBJECT):
            made.append(Header("subject", subject))
        return Message("", "mail", place, tuple(made))

    def _bodies(self, limits: Limits, trouble: Trouble) -> Bodies:
        bodies = Bodies(limits, trouble)
        if plain := self.text(_BODY):
            bodies.plain("1", plain.replace("\r\n", "\n"))
        html = self.binary(_HTML) or self.text(_HTML).encode("utf-8", "replace")
        if html:
            charset = _charset(self.number(_CODEPAGE) or 65001)
            bodies.html("2", html, "utf-8" if not self.binary(_HTML) else charset)
        elif packed := self.binary(_RTF):
            from vedette.lure.reading.rtf import rtf_text, unpacked

            text, is_html = rtf_text(unpacked(packed))
            if is_html:
                bodies.html("2", text.encode("utf-8", "replace"), "utf-8")
            elif text.strip() and not plain:
                bodies.plain("2", text)
        return bodies

    def _sender(self) -> Address | None:
        for name, smtp, other in _FROM:
            address = self.text(smtp) or self.text(other)
            if self.text(name) or address:
                return _address(self.text(name), address)
        return None

    def _recipients(self) -> tuple[Address, ...]:
        found: list[Address] = []
        for storage in self._children("__recip_version1.0_", 8):
            name, smtp, other = _RECIPIENT
            found.append(_address(storage.text(name), storage.text(smtp) or storage.text(other)))
        return tuple(found)

    def _date(self) -> int | None:
        ticks = self._fixed.get(_SENT) or self._fixed.get(_DELIVERED)
        return ticks // 10 - _FILETIME_EPOCH if ticks else None


def _address(name: str, address: str) -> Address:
    """An Exchange directory name (/o=...) is no mailbox."""
    return Address(name.strip(), address.strip().lower() if "@" in address else "")


def _charset(codepage: int) -> str:
    return "utf-8" if codepage == 65001 else f"cp{codepage}"
