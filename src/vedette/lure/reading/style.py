"""What CSS declarations do to whether a reader sees a text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

Colour = tuple[int, int, int]
WHITE: Final = (255, 255, 255)
BLACK: Final = (0, 0, 0)
LINK_BLUE: Final = (0, 0, 238)

MAX_STYLE: Final = 10_000
NEAR: Final = 24
"""Two colours whose channels differ by no more than this in sum can't be told apart in text."""

_MATTERS: Final = re.compile(
    r"(?:^|\s)(display|visibility|opacity|font(?:-size)?|(?:max-)?(?:height|width)|overflow"
    r"|text-indent|position|left|top|clip|color|background(?:-color|-image)?)\s*:\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_NAMES: Final = frozenset(
    (
        *("display", "visibility", "opacity", "font", "font-size", "height", "width"),
        *("max-height", "max-width", "overflow", "text-indent", "position", "left", "top"),
        *("clip", "color", "background", "background-color", "background-image"),
    )
)
"""What _MATTERS knows."""
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_LENGTH: Final = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*(px|pt|em|rem|ex|%|cm|mm|in|vw|vh|)")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+%?))?")
_NAMED: Final = {
    "white": WHITE,
    "black": BLACK,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "green": (0, 128, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "maroon": (128, 0, 0),
    "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
}


class Effect:
    """What one element changes. Compared by identity: equal styles share one.

    `hidden`: nothing inside is seen. `tiny`: text of no size unless an element inside sets one
    (None: not said). `colour` and `background`: None where not said; `painted` tells of a
    background that is an image or can't be read. `shown`: a display value that shows.
    """

    __slots__ = ("background", "colour", "hidden", "painted", "shown", "tiny")

    def __init__(
        self,
        *,
        hidden: bool = False,
        tiny: bool | None = None,
        colour: Colour | None = None,
        background: Colour | None = None,
        painted: bool = False,
        shown: bool = False,
    ) -> None:
        self.hidden = hidden
        self.tiny = tiny
        self.colour = colour
        self.background = background
        self.painted = painted
        self.shown = shown


HIDDEN: Final = Effect(hidden=True)
LINK: Final = Effect(colour=LINK_BLUE)


@lru_cache(maxsize=8192)
def effect_of(style: str) -> Effect | None:
    """The effect of the declarations of a style attribute; None: it has none of these."""
    if len(style) > MAX_STYLE:
        return None
    if "\\" in style:
        style = _ESCAPE.sub(_escaped, style).replace("\\", "")
    if "/*" in style:
        style = _COMMENT.sub("", style)
    said = tuple(filter(None, map(_declared, style.split(";"))))
    return _effect(said) if said else None


@lru_cache(maxsize=8192)
def _effect(declarations: tuple[tuple[str, str], ...]) -> Effect | None:
    """The effect of the declarations that matter; most styles differ in others only."""
    said = dict(declarations)
    hidden = not _HIDING.isdisjoint(said) and _hides(said)
    size = said.get("font-size")
    if size is None and "font" in said:
        size = next((w for w in said["font"].split() if _LENGTH.match(w)), None)
    tiny = None if size is None else bool(_least(size, 1))
    background, painted = (None, False) if _PAINTING.isdisjoint(said) else _background(said)
    ink = said.get("color")
    colour = parse_colour(ink) if ink else None
    if ink == "transparent":
        hidden = True
    shown = said.get("display", "none") != "none"
    if not (hidden or shown or painted) and tiny is None and colour is None and background is None:
        return None
    return Effect(
        hidden=hidden,
        tiny=tiny,
        colour=colour,
        background=background,
        painted=painted,
        shown=shown,
    )


_HIDING: Final = frozenset(
    ("display", "visibility", "opacity", "overflow", "text-indent", "position", "clip")
)
_PAINTING: Final = frozenset(("background", "background-color", "background-image"))


def _hides(said: dict[str, str]) -> bool:
    """Whether nothing inside is seen, by one of the properties of _HIDING."""
    overflow = said.get("overflow", "") in ("hidden", "clip")
    return (
        said.get("display") == "none"
        or said.get("visibility") in ("hidden", "collapse")
        or _least(said.get("opacity")) is True
        or (overflow and any(_least(said.get(k)) for k in _BOX))
        or (_far(said.get("text-indent")))
        or (
            said.get("position") in ("absolute", "fixed")
            and (_far(said.get("left")) or _far(said.get("top")))
        )
        or said.get("clip", "").replace(" ", "").startswith(("rect(0,0,0,0)", "rect(0000)"))
    )


@lru_cache(maxsize=16_384)
def _declared(declaration: str) -> tuple[str, str] | None:
    """Property and value in lower case; None for a property that does not matter here. Styles are
    made of few declarations in many orders."""
    name, colon, value = declaration.partition(":")
    if not colon:
        return None
    if ":" not in value and name.isascii():
        # the only word that a colon follows is the property
        words = name.split()
        name = words[-1].lower() if words else ""
        return (name, value.partition("!")[0].strip().lower()) if name in _NAMES else None
    match = _MATTERS.search(declaration)
    if match is None:
        return None
    return match[1].lower(), match[2].partition("!")[0].strip().lower()


_BOX: Final = ("max-height", "height", "max-width", "width")


def _escaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0xD800 else ""


def _least(value: str | None, most: float = 0.01) -> bool | None:
    """True if the length is practically nothing (`most` in px or pt); None: no number."""
    match = _LENGTH.match(value or "")
    if match is None:
        return None
    unit = 16.0 if match[2] in ("em", "rem") else 0.16 if match[2] == "%" else 1.0
    return abs(float(match[1])) * unit <= most


def _far(value: str | None) -> bool:
    match = _LENGTH.match(value or "")
    return match is not None and float(match[1]) <= -500


def _background(said: dict[str, str]) -> tuple[Colour | None, bool]:
    value = said.get("background-color") or said.get("background") or ""
    image = said.get("background-image", "")
    if "url(" in value or "gradient" in value or "url(" in image or "gradient" in image:
        return None, True
    if not value or value in ("none", "transparent", "inherit", "initial", "unset"):
        return None, False
    colour = parse_colour(value) or parse_colour(value.split()[0])
    return colour, colour is None


@lru_cache(maxsize=4096)
def parse_colour(value: str) -> Colour | None:
    """`#fff`, `#ffffff`, `rgb(...)`, a plain name, and the bare digits of old attributes."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    digits = value.removeprefix("#")
    if digits != value or len(digits) == 6:
        if len(digits) in (3, 4):
            digits = "".join(c + c for c in digits[:3])
        try:
            number = int(digits[:6], 16)
        except ValueError:
            return None
        return (number >> 16 & 255, number >> 8 & 255, number & 255) if len(digits) >= 6 else None
    match = _RGB.match(value)
    if match is None or match[4] in ("0", "0.0", "0%"):
        return None
    return (int(match[1]), int(match[2]), int(match[3]))


def alike(one: Colour, other: Colour) -> bool:
    """True if text of one colour can't be seen on the other."""
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) + abs(one[2] - other[2]) <= NEAR


@lru_cache(maxsize=4096)
def effect_with(style: str, colour: str, background: str, image: bool, link: bool) -> Effect | None:
    """The effect of a style together with the attributes that HTML had before styles: the colour
    of a font or body, `bgcolor`, a background image, a link's own blue. Styles win."""
    effect = effect_of(style) if style else None
    paint = parse_colour(background) if background else None
    ink = parse_colour(colour) if colour else None
    painted = image or (bool(background) and paint is None)
    if link and ink is None:
        ink = LINK_BLUE
    if effect is None:
        effect = Effect()
    return Effect(
        hidden=effect.hidden,
        tiny=effect.tiny,
        colour=effect.colour or ink,
        background=effect.background or (None if effect.painted else paint),
        painted=effect.painted or (painted and effect.background is None),
        shown=effect.shown,
    )
