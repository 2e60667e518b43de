"""A picture of horizontal bars in groups, with their values beside them; plain SVG 1.1."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path
from typing import Final

from benchmarks.recruitbench.svg import COLOURS, FAINT, INK

_LEFT: Final = 210
_WIDTH: Final = 420
_TOP: Final = 64
_HIGH: Final = 16


class Bars:
    """Bars begin at zero, or, where the scale is logarithmic, at the power of ten below the
    smallest value (values are above zero then)."""

    def __init__(self, title: str, unit: str, *, logarithmic: bool = False) -> None:
        self._title = title
        self._unit = unit
        self._logarithmic = logarithmic
        self._groups: dict[str, dict[str, float]] = {}

    def add(self, group: str, series: str, value: float) -> None:
        """One bar."""
        self._groups.setdefault(group, {})[series] = value

    def write(self, path: Path) -> None:
        """Write the file; its folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        parts: list[str] = [_text(20, 24, self._title, 14)]
        series = list(dict.fromkeys(name for group in self._groups.values() for name in group))
        across = 20
        for index, name in enumerate(series):
            colour = COLOURS[index % len(COLOURS)]
            parts.append(_rect(across, 36, 12, 12, colour))
            parts.append(_text(across + 18, 46, name))
            across += 40 + 8 * len(name)
        parts.append(_text(across, 46, f"({self._unit})"))
        y = _TOP
        for label, bars in self._groups.items():
            parts.append(_text(20, y + _HIGH * len(bars) / 2 + 4, label))
            for name, value in bars.items():
                wide = max(1.0, self._part(value) * _WIDTH)
                colour = COLOURS[series.index(name) % len(COLOURS)]
                parts.append(_rect(_LEFT, y, wide, _HIGH - 3, colour))
                parts.append(_text(_LEFT + wide + 6, y + _HIGH - 5, f"{_rounded(value)}"))
                y += _HIGH
            y += 12
        parts.append(
            f'<line x1="{_LEFT}" y1="{_TOP - 4}" x2="{_LEFT}" y2="{y - 8}" stroke="{FAINT}"/>'
        )
        body = "\n".join(parts)
        width = _LEFT + _WIDTH + 90
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" '
            f'height="{y}" font-family="sans-serif" fill="{INK}" role="img" '
            f'aria-label="{escape(self._title)}">\n'
            f'<rect width="{width}" height="{y}" fill="#ffffff"/>\n{body}\n</svg>\n',
            encoding="utf-8",
        )

    def _part(self, value: float) -> float:
        values = [each for bars in self._groups.values() for each in bars.values()]
        if not self._logarithmic:
            return value / (max(values) or 1.0)
        low = math.floor(math.log10(min(values)))
        high = math.log10(max(values))
        return (math.log10(value) - low) / max(high - low, 1e-9)


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _rect(x: float, y: float, wide: float, high: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}" '
        'fill-opacity="0.75"/>'
    )


def _text(x: float, y: float, text: str, size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}">{escape(text)}</text>'
