"""Forms: application/x-www-form-urlencoded."""

from __future__ import annotations

from vedette.seclang.body.parsed import Body, Limits
from vedette.seclang.uri.arguments import parse_arguments
from vedette.seclang.uri.percent import broken_percent


def read_form(body: bytes, limits: Limits, separator: bytes = b"&") -> Body:
    """The arguments of a form.

    More than `limits.arguments` are an error (REQBODY_ERROR): ModSecurity 3 leaves them out
    without a word, which hides them from every rule.
    """
    arguments, more = parse_arguments(body, separator, limits.arguments)
    flags = {}
    if broken_percent(body):
        flags["URLENCODED_ERROR"] = 1
    error = ""
    unread = b""
    if more:
        unread = body.split(separator, limits.arguments)[-1]
        flags["REQBODY_ERROR"] = 1
        error = f"Form error: more than {limits.arguments} arguments"
    return Body(
        "URLENCODED",
        tuple(arguments),
        flags=flags,
        error=error,
        unread=unread,
        size_without_files=len(body),
    )
