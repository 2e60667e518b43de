"""The answer in place of the website's: an incident number, and nothing about the rule."""

from __future__ import annotations

import secrets
from typing import Final

from vedette.seclang.request import Header
from vedette.shield.guarding import Block
from vedette.shield.policy.settings import Page

HEADER: Final = b"X-Vedette-Incident"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: none is taken for another
_LENGTH: Final = 10

DEFAULT_PAGE: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Request refused</title></head>
<body><h1>This request was refused</h1>
<p>It looked like an attack on this website. If you did nothing unusual, please tell the website's
owner this number: <strong>{incident}</strong></p></body></html>
"""


def new_incident() -> str:
    """A number that people can read out and nobody can guess (50 bits): `7F3KQ-9Q2MB`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def block_of(page: Page, status: int, incident: str, location: str = "") -> Block:
    """The answer, with `location` where the rules redirect."""
    headers: list[Header] = [
        (b"Content-Type", page.content_type.encode("latin-1", "replace")),
        (b"Cache-Control", b"no-store"),
        (HEADER, incident.encode()),
    ]
    if location:
        headers.append((b"Location", location.encode("utf-8", "backslashreplace")))
        chosen = status if 300 <= status < 400 else 302
    else:
        chosen = page.status or status
    if not 200 <= chosen <= 599:
        chosen = 403
    text = (page.body or DEFAULT_PAGE).replace("{incident}", incident)
    return Block(chosen, tuple(headers), text.encode(), incident)
