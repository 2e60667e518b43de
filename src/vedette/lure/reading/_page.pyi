from collections.abc import Callable, Mapping
from typing import final

from vedette.lure.reading.mood import Mood
from vedette.lure.reading.style import Effect

@final
class Walker:
    def __new__(
        cls,
        traits: Mapping[str, int],
        effect_of: Callable[[str], Effect | None],
        effect_with: Callable[[str, str, str, bool, bool], Effect | None],
        under: Callable[[Mood, Effect], Mood],
        sheet: Callable[[str, Mood], Mood],
        refresh: Callable[[str], str | None],
        hidden: Effect,
        link: Effect,
        first: Mood,
        /,
    ) -> Walker: ...
    def walk(
        self, html: str, /
    ) -> tuple[str, str, str, list[tuple[str, int, int, int, tuple[str, ...]]]] | None: ...
