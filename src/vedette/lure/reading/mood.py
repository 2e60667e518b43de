"""How text looks at a place of a page, by what the elements around it change."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from vedette.lure.reading.style import BLACK, WHITE, Colour, Effect, alike


class Mood:
    """How text looks at a place of a page. `unseen`: nobody can read it there."""

    __slots__ = ("background", "colour", "hidden", "pre", "tiny", "unseen")

    def __init__(
        self,
        hidden: bool = False,
        tiny: bool = False,
        colour: Colour = BLACK,
        background: Colour | None = WHITE,
        pre: bool = False,
    ) -> None:
        self.hidden = hidden
        self.tiny = tiny
        self.colour = colour
        self.background = background
        self.pre = pre
        self.unseen = hidden or tiny or (background is not None and alike(colour, background))

    def preformatted(self) -> Mood:
        """The same, with white space kept; another one even where it was kept already."""
        return Mood(self.hidden, self.tiny, self.colour, self.background, True)

    def unpainted(self) -> Mood:
        """The same on a background that is not known."""
        return _mood(self.hidden, self.tiny, self.colour, None, self.pre)


_mood: Final = lru_cache(maxsize=4096)(Mood)
FIRST: Final = _mood()
"""How text looks before anything is said."""


@lru_cache(maxsize=16_384)
def under(mood: Mood, effect: Effect) -> Mood:
    """The mood inside an element of this effect; itself where nothing changes."""
    hidden = mood.hidden or effect.hidden
    tiny = mood.tiny if effect.tiny is None else effect.tiny
    colour = effect.colour or mood.colour
    background = None if effect.painted else effect.background or mood.background
    if (hidden, tiny, colour, background) == (
        mood.hidden,
        mood.tiny,
        mood.colour,
        mood.background,
    ):
        return mood
    return _mood(hidden, tiny, colour, background, mood.pre)
