"""What a person was sent, whichever way it came: the one shape that all lure checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from vedette.model.problem import Problem

MessageKind = Literal["mail", "text", "profile", "notification"]
"""`mail`: an e-mail. `text`: a pasted chat message or mail body. `profile`: a saved or pasted page
about a person. `notification`: a network's mail about a message or an invitation it holds."""


class Header(msgspec.Struct, frozen=True):
    """One header field. `name` is lower case; `value` is unfolded and RFC 2047-decoded."""

    name: str
    value: str


class Address(msgspec.Struct, frozen=True):
    """One mailbox. `address` is lower case (`local@domain`; "" where there is none), `name` the
    decoded display name as written."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the last @, without a trailing dot; "" where there is none."""
        return self.address.rpartition("@")[2].rstrip(".") if "@" in self.address else ""


class Text(msgspec.Struct, frozen=True):
    """Readable text and where it stood. `part` is a MIME section number ("1.2"), "subject",
    "pasted", "profile", or an attachment's path ("2/offer.docx"). Evidence spans count the
    characters of `text`. `html` tells text that was rendered from HTML."""

    part: str
    text: str
    html: bool = False


class Link(msgspec.Struct, frozen=True):
    """A link. `text` is what the reader sees, `url` where it leads; `start` and `end` are the
    place of what is seen in the Text of `part` (equal where it is not in the text)."""

    part: str
    url: str
    text: str
    start: int
    end: int


class Attachment(msgspec.Struct, frozen=True):
    """A part that is no body text: its decoded bytes, `name` as the sender gave it ("" without)
    and the declared content type (lower case)."""

    part: str
    name: str
    content_type: str
    data: bytes
    inline: bool = False


class Profile(msgspec.Struct, frozen=True):
    """What a saved profile page or a notification says about a person; None: it does not say."""

    name: str = ""
    headline: str = ""
    employer: str = ""
    location: str = ""
    about: str = ""
    sections: tuple[tuple[str, int], ...] = ()
    """Section ("experience", "education", "skills", "recommendations", "activity", ...) and its
    number of entries."""
    connections: int | None = None
    followers: int | None = None
    verified_employer: bool | None = None
    joined: int | None = None
    """When the account was made: microseconds since the epoch, UTC."""


class Message(msgspec.Struct, frozen=True):
    """A message as it was read. What was left out or could not be read stands in `problems`.

    `id` is the SHA-256 of the raw bytes in hexadecimal digits; `date` is the Date header's time in
    microseconds since the epoch, UTC (None where there is none that can be read). `headers` are in
    the order of the message, first line first. `raw` is what signatures are verified on.
    """

    id: str
    kind: MessageKind
    place: str
    """Where it came from: a file, `file:message number`, "-", a mailbox and UID."""
    headers: tuple[Header, ...] = ()
    sender: Address | None = None
    envelope_from: Address | None = None
    reply_to: tuple[Address, ...] = ()
    recipients: tuple[Address, ...] = ()
    subject: str = ""
    date: int | None = None
    texts: tuple[Text, ...] = ()
    """The subject first (part "subject") where there is one, then bodies in order. Of
    multipart/alternative both the plain and the rendered HTML text are here; checks that count
    use the one with `html` false where both exist."""
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    profile: Profile | None = None
    nested: tuple[Message, ...] = ()
    """Messages attached to this one (message/rfc822, .eml, .msg), read the same way."""
    problems: tuple[Problem, ...] = ()
    raw: bytes = b""

    def all_problems(self) -> Iterator[Problem]:
        """Its problems, then those of the messages in it, from the outside to the inside."""
        yield from self.problems
        for inner in self.nested:
            yield from inner.all_problems()

    def header(self, name: str) -> str:
        """The first header of that (lower-case) name; "" where there is none."""
        for header in self.headers:
            if header.name == name:
                return header.value
        return ""

    def headers_named(self, name: str) -> tuple[str, ...]:
        """All headers of that (lower-case) name, first line first."""
        return tuple([header.value for header in self.headers if header.name == name])
