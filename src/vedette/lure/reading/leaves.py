"""What becomes of each part of a message: text, attachment, or a message of its own."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.message import Attachment, Link, Message, Text
from vedette.lure.reading.bodies import Bodies
from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.fields import looks_like_header
from vedette.lure.reading.flowed import unflowed
from vedette.lure.reading.limits import Limits
from vedette.lure.reading.parts import Part
from vedette.lure.reading.transfer import decode_transfer, uuencoded
from vedette.lure.reading.trouble import Trouble

MAX_UUENCODED: Final = 100

_HTML: Final = frozenset(("text/html", "text/x-amp-html"))
_TEXTS: Final = _HTML | {"text/plain", "text/enriched"}
_MESSAGES: Final = frozenset(("message/rfc822", "message/global", "message/news"))
_TNEF: Final = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_SIGNED: Final = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_PARAMETER: Final = re.compile(r"<param>[^<]{0,1000}</param>", re.IGNORECASE)
_COMMAND: Final = re.compile(r"</?[A-Za-z0-9-]{1,60}>")
_LINE_ENDS: Final = re.compile(r"\n(\n*)")


class Leaves:
    """Takes the parts of one message in order."""

    def __init__(
        self, raw: bytes, place: str, limits: Limits, trouble: Trouble, depth: int
    ) -> None:
        self.raw = raw
        self.place = place
        self.limits = limits
        self.trouble = trouble
        self.bodies = Bodies(limits, trouble)
        self.attachments: list[Attachment] = []
        self.nested: list[Message] = []
        self._depth = depth
        self._count = 0

    def take(self, part: Part, count: int) -> int:
        """Read one part; `count` parts have been read by now, and by then."""
        self._count = count
        kind = part.content_type
        data, fault = decode_transfer(
            self.raw[part.start : part.stop], part.field("content-transfer-encoding")
        )
        if fault:
            self.trouble.add(part.number, fault)
        name = part.file_name.lower()
        if kind in _TEXTS and part.disposition != "attachment":
            self._text(part, data)
            if name:
                self._attach(part, data, inline=True)
        elif kind in _MESSAGES:
            self._message(part, data)
        elif kind in _TNEF or name == "winmail.dat":
            self._tnef(part, data)
        elif kind in _SIGNED:
            self._signed(part, data)
        elif name.endswith((".eml", ".msg")):
            self._message_file(part, data)
        elif data or name:
            if kind == "text/calendar":
                self._invitation(part, data)
            self._attach(part, data, inline=part.disposition == "inline" or part.related)
        return self._count

    def _text(self, part: Part, data: bytes) -> None:
        charset = part.parameters.get("charset", "")
        if part.content_type in _HTML:
            self.bodies.html(part.number, data, charset)
            return
        text, fault = decoded(data, charset)
        if fault:
            self.trouble.add(part.number, fault)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, part.parameters.get("delsp", "").lower() == "yes")
        elif part.content_type == "text/enriched":
            text = _without_commands(text)
        if "begin" in text:
            text = self._without_files(part, text)
        self.bodies.plain(part.number, text)

    def _attach(self, part: Part, data: bytes, *, inline: bool) -> None:
        self.attachments.append(
            Attachment(part.number, part.file_name, part.content_type, data, inline)
        )

    def _too_deep(self, part: Part, data: bytes) -> bool:
        if self._depth + 1 < self.limits.depth:
            return False
        self.trouble.add(
            part.number, f"more than {self._depth + 1} messages inside one another, not read"
        )
        self._attach(part, data, inline=False)
        return True

    def _message(self, part: Part, data: bytes) -> None:
        from vedette.lure.reading.mail import read_counted

        if self._too_deep(part, data):
            return
        place = f"{self.place}#{part.number}"
        message, self._count = read_counted(data, place, self.limits, self._depth + 1, self._count)
        self.nested.append(message)

    def _message_file(self, part: Part, data: bytes) -> None:
        """A file whose name says that it is a message: read as one where it looks like one."""
        from vedette.lure.reading.outlook import is_msg, read_msg

        if is_msg(data):
            if not self._too_deep(part, data):
                place = f"{self.place}#{part.number}"
                self.nested.append(read_msg(data, place, self.limits, self._depth + 1))
        elif part.file_name.lower().endswith(".eml") and looks_like_header(data[:4096]):
            self._message(part, data)
        else:
            self._attach(part, data, inline=False)

    def _tnef(self, part: Part, data: bytes) -> None:
        from vedette.lure.reading.tnef import read_tnef

        before = len(self.bodies.texts)
        found = read_tnef(data, part.number, self.bodies, self.trouble, self.limits)
        if not found and len(self.bodies.texts) == before:
            self._attach(part, data, inline=False)
        self.attachments += found

    def _signed(self, part: Part, data: bytes) -> None:
        from vedette.lure.reading.mail import read_counted
        from vedette.lure.reading.smime import signed_content

        content = signed_content(data)
        if content is None:
            self.trouble.add(part.number, "encrypted or damaged S/MIME, its content is not read")
            self._attach(part, data, inline=False)
            return
        if self._too_deep(part, data):
            return
        inner, self._count = read_counted(
            content, self.place, self.limits, self._depth + 1, self._count
        )
        prefix = f"{part.number}."
        self.bodies.texts += [
            Text(prefix + text.part, text.text, text.html) for text in inner.texts
        ]
        self.bodies.links += [
            Link(prefix + link.part, link.url, link.text, link.start, link.end)
            for link in inner.links
        ]
        self.attachments += [
            Attachment(prefix + file.part, file.name, file.content_type, file.data, file.inline)
            for file in inner.attachments
        ]
        self.nested += inner.nested
        for problem in inner.problems:
            self.trouble.add(part.number, problem.what, problem.fix)

    def _invitation(self, part: Part, data: bytes) -> None:
        from vedette.lure.reading.calendar import invitation

        text = invitation(decoded(data, part.parameters.get("charset", "utf-8"))[0])
        if text:
            self.bodies.plain(part.number, text)

    def _without_files(self, part: Part, text: str) -> str:
        """The plain text without the uuencoded files in it, which become attachments."""
        data = text.encode("utf-8", "replace")
        kept: list[bytes] = []
        at = number = 0
        while number < MAX_UUENCODED and (found := uuencoded(data, at)) is not None:
            name, content, start, stop = found
            if content:
                number += 1
                kept.append(data[at:start])
                self.attachments.append(
                    Attachment(
                        f"{part.number}.uu{number}", name, "application/octet-stream", content
                    )
                )
            else:
                kept.append(data[at:stop])
            at = stop
        if not number:
            return text
        kept.append(data[at:])
        return b"".join(kept).decode("utf-8", "replace")


def _without_commands(text: str) -> str:
    """text/enriched (RFC 1896) as plain text: single line ends are spaces, commands go."""
    text = _COMMAND.sub("", _PARAMETER.sub("", text)).replace("<<", "<")
    return _LINE_ENDS.sub(lambda match: match[1] or " ", text)
