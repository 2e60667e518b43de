"""Messages in archives or attached as files (.eml, .msg): their texts, links and attachments."""

from __future__ import annotations

from collections.abc import Iterator

from vedette.lure.attachment.context import Context
from vedette.lure.message import Message
from vedette.lure.reading.limits import Limits


def eml(data: bytes, context: Context) -> None:
    """An Internet message (RFC 5322). Raises LimitReached."""
    from vedette.lure.reading.mail import read_mail

    _take(read_mail(data, context.path, _limits(context)), context)


def msg(data: bytes, context: Context) -> None:
    """A message as Outlook saves it (MS-OXMSG). Raises LimitReached."""
    from vedette.lure.reading.outlook import read_msg

    _take(read_msg(data, context.path, _limits(context)), context)


def _limits(context: Context) -> Limits:
    limits = context.budget.limits
    return Limits(
        parts=10 * limits.members,
        depth=limits.depth,
        message_bytes=limits.attachment,
        links=limits.urls,
        text_chars=limits.texts,
    )


def _take(message: Message, context: Context) -> None:
    for one in _all(message):
        for text in one.texts:
            if text.text:
                context.text(text.text)
        for link in one.links:
            context.url(link.url)
        for attachment in one.attachments:
            context.member(attachment.name or f"part {attachment.part}", attachment.data)
    for problem in message.problems:
        context.unseen(problem.what)


def _all(message: Message) -> Iterator[Message]:
    yield message
    for nested in message.nested:
        yield from _all(nested)
