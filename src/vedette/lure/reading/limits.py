"""How much one message may ask of its reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one message. What goes over a bound is a Problem; the rest is still read.

    `parts`: MIME parts, those of nested messages counted in. `depth`: multiparts and messages
    inside one another. `header_bytes` and `fields`: of one header block. `message_bytes`: of one
    whole message; more is not read at all. `links`: of one message. `html_bytes`: of one HTML
    part; `html_steps`: tags of an HTML part times how deep they nest, which is what parsing by
    the HTML standard costs at worst (30 million take about 0.1 s). `text_chars`: of one text.
    `problems`: told of one message.
    """

    parts: int = 10_000
    depth: int = 20
    header_bytes: int = 256 << 10
    fields: int = 5_000
    message_bytes: int = 100 << 20
    links: int = 1_000
    html_bytes: int = 4 << 20
    html_steps: int = 30_000_000
    text_chars: int = 8 << 20
    problems: int = 100


DEFAULT: Final = Limits()
