"""HTML, SVG and web archives as attachments: files built in the browser, forms, redirects.

A page in a mail needs no script to be read. What gives smuggling away is the pair of a file in
letters (base64, numbers, percent signs) and the means to hand it to the reader as a download.
Source: ATT&CK T1027.006.
"""

from __future__ import annotations

import html
import re

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import smuggled
from vedette.lure.attachment.documents.markup import attributes, tags, utf8
from vedette.lure.attachment.documents.targets import target
from vedette.lure.attachment.linear import linear

TEXT = 64 * 1024
"""Characters of visible text read."""
LARGEST = 8 << 20
"""Bytes read of one page."""

_ACTIVE = linear(rb"<script|javascript:|base64,|[\s/\"']on[a-z]{3,24}\s*=")
"""Without any of these a page can neither build a file nor hold one."""
_HANDS_OVER = linear(
    rb"createobjecturl|mssaveoropenblob|mssaveblob|new\s+blob\b|new\s+file\s*\(|\bwebkiturl\b|"
    rb"filesystemfilehandle|showsavefilepicker|filesaver|\bsaveas\s*\(|\.download\s*=|"
    rb"setattribute\s*\(\s*[\"']download|[\"']download[\"']\s*\]|\sdownload\s*[=>]"
)
_UNPACKS = linear(
    rb"\batob\b|frombase64|uint8array|charcodeat|fromcharcode|decodeuricomponent|unescape\s*\(|"
    rb"parseint\s*\([^)]{1,60},\s*16|arraybuffer|b64_?to|base64"
)
_CLICKS = linear(rb"\.click\s*\(|dispatchevent|onload\s*=|mssave|window\.onload|addeventlistener")
_PASSWORD = linear(rb"<input\b[^>]{0,500}type\s*=\s*[\"']?password")
_SCHEME = linear(
    rb"\b(?:search-ms|ms-msdt|ms-word|ms-excel|ms-powerpoint|ms-appinstaller|ms-search)\s*:"
    rb"[^\"'<>]{3,500}"
)
_REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"'>\s]{3,2000})", re.I)
_LINK = re.compile(
    rb"<(?:a|area|form|iframe|frame|embed|object|base)\s[^<>]{0,2000}?"
    rb"\b(?:href|src|action|data)\s*=\s*[\"']?([^\"'<>\s]{3,2000})",
    re.I,
)
_CUT = re.compile(rb"<(script|style|template)\b|<!--", re.I)
_TAG = re.compile(rb"<[^<>]{0,4000}>")


def inspect(data: bytes, context: Context) -> None:
    """Say the signs of a page, hand back the files it builds, and give its links and text.

    Raises:
        LimitReached: the message's budget is used up.
    """
    page = utf8(data[:LARGEST])
    if len(data) > LARGEST:
        context.unseen(f"only its first {LARGEST >> 20} MB were read")
    if _ACTIVE.search(page):
        _smuggling(page, context)
    if handler := _SCHEME.search(page):
        text = handler.group().decode("utf-8", "replace")
        context.sign("external_link", text, *handler.span(), type="protocol handler")
    for _, tag, _ in tags(page, "(?i:meta)"):
        said = {name.lower(): value for name, value in attributes(tag).items()}
        if said.get("http-equiv", "").lower() == "refresh":
            for found_url in _REFRESH.findall(said.get("content", ""))[:1]:
                context.url(found_url)
    for found in _LINK.finditer(page):
        url = _plain(found[1])
        if target(url).remote:
            context.url(url)
    if _PASSWORD.search(page):
        context.facts["form"] = "password"
    if context.kind != "svg" or b"<foreignObject" in page:
        text = _visible(page)
        if text:
            context.text(text[:TEXT])


def _smuggling(page: bytes, context: Context) -> None:
    found = smuggled.files(page, context)
    for name, content, start in found:
        child = context.member(name, content)
        if child.kind == "html":
            continue
        context.sign(
            "html_smuggling",
            page[start : start + 80].decode("ascii", "replace"),
            start,
            start + 80,
            kind=child.kind,
            how="a file in letters",
        )
    if found:
        return
    hands, unpacks = _HANDS_OVER.search(page), _UNPACKS.search(page)
    if hands and unpacks and _CLICKS.search(page) and smuggled.packed_letters(page):
        shown = page[hands.start() : hands.end() + 60].decode("utf-8", "replace")
        context.sign(
            "html_smuggling",
            shown,
            *hands.span(),
            kind="unknown",
            how="a file put together by script",
        )
        context.unseen("a file that the page's script puts together was not reconstructed")


def _visible(page: bytes) -> str:
    text = _plain(_TAG.sub(b" ", _without_code(page)[: 4 * TEXT]))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _without_code(page: bytes) -> bytes:
    """The page without scripts, styles and comments; what is never closed hides the rest."""
    lower = page.lower()
    pieces: list[bytes] = []
    place = 0
    while found := _CUT.search(page, place):
        pieces.append(page[place : found.start()])
        end = b"-->" if found[1] is None else b"</" + found[1].lower()
        place = lower.find(end, found.end())
        if place < 0:
            return b" ".join(pieces)
        if found[1] is None:
            place += len(end)
    pieces.append(page[place:])
    return b" ".join(pieces)


def _plain(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", "replace"))
