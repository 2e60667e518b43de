"""Shortcuts that are text: .url, .website, .desktop, .library-ms, .search-ms, .scf, settings.

Source: the Desktop Entry Specification 1.5; Microsoft's library and saved-search schemas.
"""

from __future__ import annotations

import re

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.markup import utf8
from vedette.lure.attachment.documents.targets import Target, target
from vedette.lure.attachment.programs.commands import SHELLS, acts

LARGEST = 256 * 1024
"""Bytes read."""

_KEY = re.compile(r"^[ \t]*([A-Za-z][\w-]*)(?:\[[\w@.]+\])?[ \t]*=[ \t]*(.{0,4000}?)[ \t]*$", re.M)
_LOCATION = re.compile(
    r"<(?:\w+:)?(url|value|include|locationprovider)\b[^<>]{0,2000}>\s*([^<]{3,2000})", re.I
)
_PATH = re.compile(r"(?:path|url|location)\s*=\s*[\"']([^\"']{3,2000})", re.I)
_DEEP_LINK = re.compile(r"<(?:\w+:)?DeepLink>([^<]{1,8000})", re.I)


def inspect(data: bytes, context: Context) -> None:
    """Say where the shortcut leads: `lnk_file` where that is a program or another machine's file,
    `lnk_runs_shell` where it is a command. A link to a web page is what such files are for."""
    text = utf8(data[:LARGEST]).decode("utf-8", "replace")
    if context.kind in ("library-ms", "search-ms"):
        _library(text, context)
    elif context.kind == "settings":
        for command in _DEEP_LINK.findall(text):
            _command(command, context)
    elif context.kind == "desktop":
        _desktop(_keys(text), context)
    else:
        _internet(_keys(text), context)


def _keys(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _KEY.findall(text):
        found.setdefault(name.lower(), value)
    return found


def _internet(keys: dict[str, str], context: Context) -> None:
    for key in ("url", "baseurl", "iconfile", "workingdirectory"):
        value = keys.get(key, "")
        place = target(value)
        if not value or (not place.remote and place.scheme in ("", "file") and not place.runs):
            continue
        if place.remote:
            context.url(value)
        if _leads_to_file(place):
            context.sign("lnk_file", value, target=value, key=key, host=place.host)
    command = keys.get("command", "")
    if SHELLS.search(command):
        _command(command, context)


def _leads_to_file(place: Target) -> bool:
    if place.scheme in ("unc", "file"):
        return place.remote or place.runs
    return place.runs or place.scheme.startswith(("search", "ms-", "javascript", "vbscript"))


def _desktop(keys: dict[str, str], context: Context) -> None:
    command = keys.get("exec", "")
    if keys.get("type", "").lower() == "link":
        context.url(keys.get("url", ""))
        return
    if command:
        context.sign("lnk_file", command, target=command, icon=keys.get("icon", ""))
        if acts(command.encode("utf-8", "replace")) or re.match(
            r"[\"']?(?:/usr/bin/|/bin/)?(?:ba|da|z)?sh\b", command
        ):
            context.sign(
                "lnk_runs_shell",
                command,
                acts=", ".join(act.name for act in acts(command.encode("utf-8", "replace"))),
            )


def _library(text: str, context: Context) -> None:
    for value in [found[1] for found in _LOCATION.findall(text)] + _PATH.findall(text):
        place = target(value.strip())
        if place.remote and place.scheme in ("unc", "http", "https", "file"):
            context.url(value.strip())
            context.sign("lnk_file", value.strip(), target=value.strip(), host=place.host)


def _command(command: str, context: Context) -> None:
    context.sign("lnk_file", command, target=command)
    if SHELLS.search(command):
        context.sign(
            "lnk_runs_shell",
            command,
            acts=", ".join(act.name for act in acts(command.encode("utf-8", "replace"))),
        )
