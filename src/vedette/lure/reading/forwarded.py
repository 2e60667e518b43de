"""The message inside a message that somebody forwarded to have it looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from vedette.lure.message import Header, Link, Message, Text
from vedette.lure.reading.header_block import Block, first_block, unquoted
from vedette.lure.reading.links import add_link, urls_in


@dataclass(slots=True)
class _Found:
    text: Text
    block: Block


def forwarded(message: Message) -> Message | None:
    """The message that was forwarded: attached to this one (message/rfc822, .eml, .msg), or
    written into its text as Outlook, Gmail, Apple Mail, Thunderbird and Roundcube do, in eight
    languages. None where nothing was forwarded.

    A message found in the text has the attachments of the one around it, no `raw`, and what the
    headers in the text say, which nothing proves.
    """
    found = [
        _Found(text, block)
        for text in message.texts
        if text.part != "subject" and not text.part.endswith(".hidden")
        if (block := first_block(text.text)) is not None
    ]
    if message.nested and not any(one.block.marked for one in found):
        return message.nested[0]
    return _inline(message, found) if found else None


def _inline(message: Message, found: list[_Found]) -> Message:
    first = found[0].block
    # the headers of a plain text and of its HTML twin may be cut differently: take what either says
    fields = dict(first.fields)
    for one in found[1:]:
        for name, value in one.block.fields.items():
            fields.setdefault(name, value)
    block = Block(first.start, first.body, first.marked, first.quoted, fields)
    texts: list[Text] = []
    links: list[Link] = []
    for one in found:
        body = one.text.text[one.block.body :]
        if one.block.quoted:
            body = unquoted(body)
            for start, end, url in urls_in(body):
                add_link(links, Link(one.text.part, url, body[start:end], start, end))
        else:
            links += _moved(message.links, one)
        texts.append(Text(one.text.part, body, one.text.html))
    taken = {one.text.part for one in found}
    for text in message.texts:
        if text.part.endswith(".hidden") and text.part.removesuffix(".hidden") in taken:
            texts.append(text)
            links += [link for link in message.links if link.part == text.part]
    subject = fields.get("subject", "")
    if subject:
        texts.insert(0, Text("subject", subject))
    return Message(
        hashlib.sha256(f"{message.id}#forwarded".encode()).hexdigest(),
        "mail",
        f"{message.place}#forwarded",
        tuple(Header(name, value) for name, value in fields.items()),
        block.sender,
        None,
        block.reply_to,
        block.recipients,
        subject,
        block.date,
        tuple(texts),
        tuple(links),
        message.attachments,
        None,
        message.nested,
        message.problems,
    )


def _moved(links: tuple[Link, ...], found: _Found) -> list[Link]:
    """The links of that text after its headers, counted from where its body begins."""
    body = found.block.body
    return [
        Link(link.part, link.url, link.text, link.start - body, link.end - body)
        for link in links
        if link.part == found.text.part and link.start >= body
    ]
