"""Scripts: what they reach for, and code in a source tree that is there to run unseen.

A script that merely is one is told by its place (see `attachment.placement`). Here the text
speaks: the finding needs two things at once, fetching or unpacking and running.
"""

from __future__ import annotations

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.linear import linear
from vedette.lure.attachment.programs import disguise
from vedette.lure.attachment.programs.commands import acts, line_at
from vedette.lure.attachment.programs.source_trees import source

LARGEST = 512 * 1024
"""Bytes of a script that are read; what is bigger is data or a bundle."""
HIDDEN_BEHIND = 200
"""Blanks in a line behind which code is out of an editor's sight."""

_LOADER = linear(
    rb"(?:\b(?:eval|exec|execfile|compile|function|iex|invoke-expression)\b|\.constructor\s*\()"
    rb"[^;\n]{0,120}?(?:\batob|b64decode|frombase64string|base64|fromcharcode|zlib\.decompress|"
    rb"marshal\.loads|\bres(?:ponse)?\.(?:data|text|body)|downloadstring|urlopen|requests\.get|"
    rb"\biwr\b|\bcurl\b|unhexlify|bytes\.fromhex)"
)
_PIPED = linear(
    rb"\b(?:curl|wget|iwr|irm|invoke-webrequest)\b[^\n;]{0,300}?\|\s*(?:sudo\s+)?"
    rb"(?:bash|sh|zsh|python[23]?|node|iex|invoke-expression)\b"
)
_PADDED = linear(rb"[ \t]{%d}[ \t]*[^\s/#*]" % HIDDEN_BEHIND)
_SOURCES = frozenset(("js", "py", "sh"))


def inspect(data: bytes, context: Context) -> None:
    """Note what the script does, and say `run_repository` of code that fetches or unpacks more
    code and runs it, or that is pushed out of sight."""
    text = text_of(data)[:LARGEST]
    if found := acts(text):
        context.facts["acts"] = ", ".join(act.name for act in found)
    disguise.judge(context)
    if context.kind not in _SOURCES:
        return
    if context.depth:
        source(text[: 256 * 1024].decode("utf-8", "replace"), context)
    for why, pattern in (
        ("runs what it unpacks or fetches", _LOADER),
        ("fetches and runs", _PIPED),
    ):
        if match := pattern.search(text):
            shown = line_at(text, match.start())
            context.sign("run_repository", shown, *match.span(), why=why)
            return
    if (match := _PADDED.search(text)) and acts(text[match.end() - 1 : match.end() + 4000]):
        at = match.end() - 1
        shown = text[at : at + 160].decode("utf-8", "replace")
        context.sign("run_repository", shown, at, at + 160, why="code behind a line of blanks")


def text_of(data: bytes) -> bytes:
    """A script's text in UTF-8, whichever width its letters have."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    if len(data) > 8 and data[1:8:2] == b"\0\0\0\0":
        return data.decode("utf-16-le", "replace").encode("utf-8", "replace")
    return data
