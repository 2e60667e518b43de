"""Which pages there are: found by following links from the first, as a person would."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

from vedette.console.screens import table
from vedette.console.table import View

PAGES: Final[tuple[View, ...]] = tuple(view for view in table().views if view.template is not None)


def addresses(get: Callable[[str], str], each: int = 2) -> dict[str, list[str]]:
    """Name of a view to at most `each` addresses of its page, as the links of pages have them.
    `get` gives the HTML of an address."""
    patterns = [(view.name, _pattern(view.path)) for view in PAGES]
    found: dict[str, list[str]] = {"now": ["/"]}
    waiting, seen = ["/"], {"/"}
    while waiting:
        for link in re.findall(r'\shref="(/[^"#]*)', get(waiting.pop(0))):
            path = html.unescape(link)
            if path in seen:
                continue
            seen.add(path)
            for name, pattern in patterns:
                if pattern.fullmatch(path.partition("?")[0]):
                    known = found.setdefault(name, [])
                    if len(known) < each:
                        known.append(path)
                        waiting.append(path)
                    break
    return found


def _pattern(path: str) -> re.Pattern[str]:
    literal = re.split(r"\{[^}]+\}", path)
    return re.compile("[^/?#]+".join(re.escape(part) for part in literal))
