"""What a page says about a person to machines: JSON-LD (schema.org Person), Open Graph, title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

MAX_SCRIPTS: Final = 20
MAX_SCRIPT: Final = 1 << 20
MAX_NODES: Final = 2_000

_TITLE: Final = re.compile(r"^\s*(?:\(\d+\+?\)\s*)?(.+?)\s*(?:\s[|\u2013\u2014-]\s.*)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Structured:
    """Empty where the page does not say it."""

    name: str = ""
    headline: str = ""
    employer: str = ""
    location: str = ""
    about: str = ""


def structured_data(html: bytes) -> Structured:
    """Read a page (UTF-8). Never raises."""
    from vedette.lure.reading.html_depth import too_deep
    from vedette.lure.reading.limits import DEFAULT

    if too_deep(html, DEFAULT.html_steps):
        return Structured()
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    person = _person(tree)
    if person is not None:
        return Structured(
            _string(person.get("name")),
            _string(person.get("jobTitle")),
            _named(person.get("worksFor")),
            _place(person.get("address")),
            _string(person.get("description")),
        )
    heading = tree.css_first("h1")
    name = _string(heading.text()) if heading is not None else ""
    if not name or len(name) > 100:
        title = tree.css_first("title")
        match = _TITLE.match(title.text()) if title is not None else None
        name = match[1].strip() if match else ""
    return Structured(name if len(name) <= 100 else "")


def _person(tree: Any) -> dict[str, Any] | None:
    import orjson

    for script in tree.css('script[type="application/ld+json"]')[:MAX_SCRIPTS]:
        try:
            value = orjson.loads(script.text()[:MAX_SCRIPT])
        except orjson.JSONDecodeError:
            continue  # the page says the same in words
        found = _find(value)
        if found is not None:
            return found
    return None


def _find(value: Any) -> dict[str, Any] | None:
    """The first object of type Person."""
    waiting = [value]
    for _ in range(MAX_NODES):
        if not waiting:
            return None
        value = waiting.pop(0)
        if isinstance(value, dict):
            kind = value.get("@type")
            if kind == "Person" or (isinstance(kind, list) and "Person" in kind):
                return value
            waiting += [inner for inner in value.values() if isinstance(inner, (dict, list))]
        elif isinstance(value, list):
            waiting += value
    return None


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _named(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    return _string(value.get("name")) if isinstance(value, dict) else _string(value)


def _place(value: Any) -> str:
    if isinstance(value, dict):
        parts = [value.get(k) for k in ("addressLocality", "addressRegion", "addressCountry")]
        return ", ".join(part for part in map(_string, parts) if part)
    return _string(value)
