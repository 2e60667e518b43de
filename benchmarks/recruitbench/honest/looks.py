"""Layouts: one letter as plain text or as HTML in the manner of a mail program or a service."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from benchmarks.recruitbench.honest.grammar import Block, Letter
from benchmarks.recruitbench.honest.vocabulary import RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class Page:
    """What surrounds the letter: quoting lines, a logo's Content-ID, a counting pixel's address."""

    language: str
    org: str
    heading: str
    older: tuple[str, ...] = ()
    logo: str = ""
    pixel: str = ""


Paint = Callable[[Letter, Page], str]


def plain_text(letter: Letter, page: Page, width: int) -> str:
    """Plain text; `width` 0 leaves paragraphs on one line."""
    lines = _plain_blocks(letter.blocks, width)
    if letter.older_kind == "reply":
        lines += ["", page.older[0]]
        lines += [f"> {line}".rstrip() for line in _plain_blocks(letter.older, max(width - 2, 0))]
    elif letter.older_kind == "forward":
        lines += ["", *page.older, ""]
        lines += _plain_blocks(letter.older, width)
    return "\n".join(lines).strip() + "\n"


def _plain_blocks(blocks: tuple[Block, ...], width: int) -> list[str]:
    lines: list[str] = []
    previous = ""
    for block in blocks:
        tight = block.kind == previous and block.kind in ("bullet", "signature")
        if lines and not tight:
            lines.append("")
        if block.kind == "button":
            lines += [f"{block.text}:", block.link]
        elif block.kind == "bullet":
            lines += _wrapped(f"- {block.text}", width)
        elif block.kind == "heading":
            lines += [block.text, "-" * min(len(block.text), 40)]
        else:
            if block.kind == "signature" and not tight:
                lines.append("-- ")
            lines += _wrapped(block.text, width)
        previous = block.kind
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    if not width:
        return [text]
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


@dataclass(frozen=True, slots=True)
class Style:
    """How one HTML habit writes each kind of block; `%s` takes the text, `%l` a link."""

    paragraph: str
    heading: str
    bullet: str
    button: str
    signature: str
    small: str
    before: str
    after: str
    quote: str = '<blockquote style="border-left:1px solid #ccc;padding-left:1ex">%s</blockquote>'


def paint(style: Style, letter: Letter, page: Page) -> str:
    """The letter as an HTML document."""
    body = _blocks(style, letter.blocks)
    if letter.older_kind:
        head = "<br>\n".join(escape(line, quote=False) for line in page.older)
        inner = _blocks(style, letter.older)
        quoted = style.quote % inner if letter.older_kind == "reply" else inner
        body += f"<div><br>{head}</div>\n{quoted}"
    if page.logo:
        body = f'<p><img src="cid:{page.logo}" alt="{escape(page.org)}" width="120"></p>\n{body}'
    if page.pixel:
        body += f'<img src="{escape(page.pixel)}" width="1" height="1" alt="">'
    rtl = ' dir="rtl"' if page.language in RIGHT_TO_LEFT else ""
    before = style.before.replace("%h", escape(page.heading)).replace("%o", escape(page.org))
    opening = f'<html lang="{page.language}"{rtl}>\n{before}\n<div{rtl}>'
    return f"{opening}{body}</div>\n{style.after}</html>\n"


def _blocks(style: Style, blocks: tuple[Block, ...]) -> str:
    out: list[str] = []
    for block in blocks:
        pattern = str(getattr(style, block.kind))
        text = escape(block.text, quote=False)
        if block.kind != "button":
            text = _linked(text)
        piece = pattern.replace("%l", escape(block.link)).replace("%s", text)
        out.append(piece)
    html = "\n".join(out)
    return html.replace("</ul>\n<ul>", "").replace("</ul>\n<ul ", "\n<ul ") + "\n"


def _linked(text: str) -> str:
    pieces = []
    for piece in text.split(" "):
        if piece.startswith("https://"):
            bare = piece.rstrip(".,)")
            piece = f'<a href="{bare}">{bare}</a>{piece[len(bare) :]}'
        pieces.append(piece)
    return " ".join(pieces)
