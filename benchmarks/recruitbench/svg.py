"""Small pictures for the documentation: axes, points with bounds, bars; plain SVG 1.1."""

from __future__ import annotations

from html import escape
from pathlib import Path

INK, FAINT = "#24292f", "#d0d7de"
COLOURS = ("#0969da", "#bf8700", "#8250df")
LEFT, TOP, SIDE = 56, 40, 320


class Picture:
    """A unit square of axes (0 to 1 both ways, the lower left corner is 0, 0) with a title."""

    def __init__(self, title: str, across: str, up: str, width: int = SIDE) -> None:
        self._width = width
        self._title = title
        self._parts: list[str] = []
        for tenth in range(0, 11, 2):
            y = self._y(tenth / 10)
            self._line(LEFT, y, LEFT + width, y, FAINT)
            self._text(LEFT - 6, y + 4, f"{tenth / 10:g}", "end")
        self._text(LEFT, 20, title, "start", 14)
        self._text(LEFT + width / 2, TOP + SIDE + 38, across, "middle")
        self._parts.append(
            f'<text x="14" y="{TOP + SIDE / 2}" text-anchor="middle" font-size="12" '
            f'transform="rotate(-90 14 {TOP + SIDE / 2})">{escape(up)}</text>'
        )

    def ticks(self) -> None:
        """Numbers under the lower axis."""
        for tenth in range(0, 11, 2):
            self._text(self._x(tenth / 10), TOP + SIDE + 18, f"{tenth / 10:g}", "middle")

    def diagonal(self) -> None:
        """The line on which both axes agree."""
        self._line(self._x(0), self._y(0), self._x(1), self._y(1), INK, "4 3")

    def point(self, x: float, y: float, low: float, high: float, colour: str) -> None:
        """A point with its bounds."""
        self._line(self._x(x), self._y(low), self._x(x), self._y(high), colour)
        self._parts.append(
            f'<circle cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="4" fill="{colour}"/>'
        )

    def bar(self, x: float, wide: float, high: float, colour: str) -> None:
        """A bar that stands on the lower axis, `wide` of the axis."""
        top = self._y(high)
        self._parts.append(
            f'<rect x="{self._x(x):.1f}" y="{top:.1f}" width="{wide * self._width:.1f}" '
            f'height="{TOP + SIDE - top:.1f}" fill="{colour}" fill-opacity="0.55"/>'
        )

    def label(self, x: float, text: str) -> None:
        """Words under the lower axis."""
        self._text(self._x(x), TOP + SIDE + 18, text, "middle")

    def note(self, row: int, text: str, colour: str = INK) -> None:
        """A line of the legend, right of the axes."""
        self._parts.append(
            f'<text x="{LEFT + self._width + 16}" y="{TOP + 14 + 18 * row}" font-size="12" '
            f'fill="{colour}">{escape(text)}</text>'
        )

    def write(self, path: Path) -> None:
        """Write the file; its folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        width, height = LEFT + self._width + 230, TOP + SIDE + 50
        body = "\n".join(self._parts)
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" fill="{INK}" role="img" '
            f'aria-label="{escape(self._title)}">\n'
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{body}\n</svg>\n',
            encoding="utf-8",
        )

    def _x(self, part: float) -> float:
        return LEFT + part * self._width

    def _y(self, part: float) -> float:
        return TOP + SIDE - part * SIDE

    def _line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = ""
    ) -> None:
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}"{dashed}/>'
        )

    def _text(self, x: float, y: float, text: str, anchor: str, size: int = 12) -> None:
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
            f"{escape(text)}</text>"
        )
