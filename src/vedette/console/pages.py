"""From the answer of a view to a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import jinja2
from markupsafe import Markup

from vedette import __version__
from vedette.console.access.roles import at_least as may
from vedette.console.search_line import quoted
from vedette.model.instant import rfc3339

if TYPE_CHECKING:
    from vedette.console.access.person import Who

SCREENS: Final = (
    ("now", "/", "Now"),
    ("incidents", "/incidents", "Incidents"),
    ("lures", "/lures", "Lures"),
    ("websites", "/websites", "Websites"),
    ("rules", "/rules", "Rules"),
    ("search", "/search", "Search"),
    ("tryit", "/try", "Try it"),
    ("actions", "/actions", "Actions"),
    ("settings", "/settings", "Settings"),
)
"""The screens of the menu: name, path, title."""


_ACTION: Final = re.compile(r"(?<=action )[0-9a-f]{32}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page needs besides its own answer. `flash` is what is said once, `here` the
    address of this page with its state, `now` in microseconds, `zone` the site's IANA name, `since`
    the last message of the stream that the page knows of."""

    who: Who | None
    csrf: str
    here: str
    flash: tuple[str, ...]
    now: int
    zone: str
    title: str = ""
    screen: str = ""
    preferences: Mapping[str, Any] | None = None
    since: str = ""


class Pages:
    """The templates. Safe to use from many threads."""

    def __init__(self, static: Callable[[str], str]) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("vedette.console", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(
            time=time_element,
            day=day_element,
            ago=ago,
            count=count,
            linked=linked,
            segment=segment,
            sure=sure,
            size=size,
            quoted=quoted,
        )
        self._environment.globals.update(
            static=static,
            version=__version__,
            screens=SCREENS,
            may=may,
            address=address,
            plural=plural,
        )

    def page(self, template: str, it: Any, frame: Frame) -> str:
        """The whole page."""
        return self._environment.get_template(template).render(it=it, frame=frame)

    def part(self, template: str, macro: str, *given: Any) -> str:
        """One macro of a template: a part that is sent to browsers by itself."""
        module: Any = self._environment.get_template(template).module
        return str(getattr(module, macro)(*given))


def time_element(moment: int | None, form: str = "second") -> Markup:
    """A moment (microseconds) as people read it; a script shows it in another zone if asked to.
    `form` is `second`, `minute` or `clock` (only the time of day)."""
    if moment is None:
        return Markup('<span class="none">never</span>')
    exact = rfc3339(moment)
    day, _, rest = exact.partition("T")
    clock = rest[:8] if form != "minute" else rest[:5]
    text = clock if form == "clock" else f"{day} {clock}"
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(exact, form, text)


def day_element(moment: int) -> Markup:
    """The day of a moment."""
    exact = rfc3339(moment)
    return Markup('<time datetime="{}" data-form="day">{}</time>').format(exact, exact[:10])


def ago(moment: int | None, now: int) -> str:
    """How long before `now`, in the largest unit that says enough."""
    if moment is None:
        return "never"
    seconds = (now - moment) // 1_000_000
    if seconds < 0:
        return "just now" if seconds > -5 else f"in {duration(-seconds)}"
    return f"{duration(seconds)} ago" if seconds >= 5 else "just now"


def duration(seconds: float) -> str:
    """A length of time in one unit."""
    for name, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length or (seconds >= length and name != "min"):
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} s"


def count(number: float) -> str:
    """A number with its thousands apart."""
    return f"{number:,.0f}"


def size(nbytes: float) -> str:
    """Bytes in the unit that suits."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if nbytes < 1_000 or unit == "GB":
            return f"{nbytes:.0f} {unit}" if unit == "bytes" else f"{nbytes:.1f} {unit}"
        nbytes /= 1_000
    raise AssertionError("GB ends it")


def sure(probability: float) -> str:
    """A probability as people take it: nothing is certain."""
    if probability > 0.99:
        return "over 99 %"
    return "under 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def linked(text: str) -> Markup:
    """A text in which ids of actions are links to them."""
    made, at = Markup(), 0
    for found in _ACTION.finditer(text):
        link = Markup('<a class="mono" href="/actions/{}">{}</a>').format(found[0], found[0][:8])
        made += text[at : found.start()] + link
        at = found.end()
    return made + text[at:]


def plural(number: int, one: str, many: str = "") -> str:
    """The number and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return quote(text, safe="")


def address(path: str, /, **query: Any) -> str:
    """A path with a query; what is None or "" is left out."""
    pairs = [
        (name, one)
        for name, value in query.items()
        if value not in (None, "", ())
        for one in (value if isinstance(value, tuple | list) else (value,))
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path
