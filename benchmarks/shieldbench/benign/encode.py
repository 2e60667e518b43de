"""How browsers and programs write fields, links and JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

Fields = Iterable[tuple[str, str]]


def form(fields: Fields, charset: str = "utf-8") -> bytes:
    """application/x-www-form-urlencoded as a browser sends it (WHATWG URL, section 5.2): line
    breaks are CR LF, `*-._` and alphanumerics stay."""
    return "&".join(
        f"{_field(name, charset)}={_field(value.replace(chr(10), chr(13) + chr(10)), charset)}"
        for name, value in fields
    ).encode("ascii")


def query(fields: Fields) -> str:
    """A query as URLSearchParams or a GET form writes it."""
    return "&".join(f"{_field(name)}={_field(value)}" for name, value in fields)


def _field(text: str, charset: str = "utf-8") -> str:
    if text.isascii() and text.isalnum():
        return text
    return quote_plus(text, safe="*-._", encoding=charset, errors="xmlcharrefreplace").replace(
        "~", "%7E"
    )


def component(text: str) -> str:
    """encodeURIComponent: `!'()*-._~` stay, so an apostrophe goes out raw."""
    return quote(text, safe="!'()*-._~")


def typed(text: str) -> str:
    """What the address bar makes of a query typed or linked by hand (WHATWG URL, the special-query
    percent-encode set): only blanks, quotes, angle brackets, # and non-ASCII are encoded."""
    return quote(text, safe="!$%&()*+,-./:;=?@[\\]^_`{|}~")


def segment(text: str) -> str:
    """A path segment as browsers encode a file name in a link."""
    return quote(text, safe="!$&'()*+,-.:;=@[]_~|")


def json_js(value: object) -> bytes:
    """JSON.stringify: no blanks, everything but ASCII stays."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_py(value: object) -> bytes:
    """json.dumps: blanks after separators, non-ASCII escaped."""
    return json.dumps(value).encode()


def json_go(value: object) -> bytes:
    """encoding/json of Go: as JavaScript, but `<`, `>` and `&` escaped, as for HTML."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode()


def json_pretty(value: object) -> bytes:
    """Indented by two, as people paste and tools print it."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def b64(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """URL-safe base64 without padding, as in JSON Web Tokens (RFC 7515)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
