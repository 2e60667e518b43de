"""One walk over a parsed HTML page in document order: its text in pieces, and its links."""

from __future__ import annotations

import re
from typing import Any, Final

from vedette.lure.reading.mood import FIRST, Mood, under
from vedette.lure.reading.sheets import MAX_SHEET, hiding_selectors
from vedette.lure.reading.style import HIDDEN, LINK, Effect, effect_of, effect_with

SPACE, LINE, BLANK = 1, 2, 3
GAPS: Final = ("", " ", "\n", "\n\n")

_WHITE: Final = frozenset(" \t\n\r\f\xa0")
_GAP: Final = 3
_ROW: Final = 4
"""What is followed by another of its kind or ended with what it stands in."""
_SPECIAL: Final = 8
_UNSEEN: Final = 16
TRAITS: Final[dict[str, int]] = {
    tag: trait
    for trait, tags in (
        (SPACE, "td th select"),
        (SPACE | _SPECIAL, "button input textarea"),
        (
            LINE,
            "address article aside blockquote center details dialog dir div dl fieldset figcaption "
            "figure footer frameset header hgroup main menu nav section summary table",
        ),
        (LINE | _SPECIAL, "form"),
        (LINE | _ROW, "tr li dd dt option optgroup legend caption"),
        (BLANK, "p h1 h2 h3 h4 h5 h6 hr ol ul listing"),
        (BLANK | _SPECIAL, "pre"),
        (_SPECIAL, "a area img br base meta frame"),
        (_SPECIAL, "style script title iframe noembed noframes"),
        (_UNSEEN, "object audio video canvas datalist"),
    )
    for tag in tags.split()
}
_OLD_STYLE: Final = frozenset(("bgcolor", "background", "hidden", "color", "text", "href"))
_CODE: Final = frozenset(("style", "script", "title", "iframe", "noembed", "noframes"))
_REFRESH: Final = re.compile(
    r"\s{0,20}[\d.]{0,20}\s{0,20}[;,]\s{0,20}(?:url\s{0,20}=\s{0,20})?['\"]?([^'\"]+)",
    re.IGNORECASE,
)


class Sink:
    """A text in pieces: a gap and a text in turn. `margin` is the gap that comes next."""

    __slots__ = ("margin", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.margin = 0


class Anchor:
    """A link. Its text goes from piece `first` to piece `last` of `sink` (last < 0: no text)."""

    __slots__ = ("first", "images", "last", "sink", "url")

    def __init__(self, url: str, sink: Sink) -> None:
        self.url = url
        self.sink = sink
        self.first = len(sink.pieces)
        self.last = -1
        self.images: list[str] = []

    def extend(self, sink: Sink) -> None:
        """The last piece of the sink belongs to the link."""
        last = len(sink.pieces) - 1
        if self.last < 0:
            self.sink = sink
            self.first = last
        if self.sink is sink:
            self.last = last


class Page:
    """The walk and what it found."""

    def __init__(self, tree: Any) -> None:
        self.seen = Sink()
        self.unseen = Sink()
        self.anchors: list[Anchor] = []
        self.base = ""
        self._tree = tree
        self._hidden: set[int] = set()
        self._anchor: Anchor | None = None

    def walk(self) -> None:
        """Visit every node once."""
        # An element's end is known by the first node after it. Tuples: identity of the element,
        # of the node after it, the gap that its end asks for, was it a link, the mood before it.
        stack: list[tuple[int, int, int, bool, Mood | None]] = []
        after = -1
        skipped = 0
        mood = FIRST
        pre = False
        seen, unseen = self.seen, self.unseen
        sink = seen
        pieces, margin = sink.pieces, 0
        anchor: Anchor | None = None
        hidden_ids = self._hidden
        for node in self._tree.root.traverse(include_text=True):
            identity = node.mem_id
            while identity == after:
                _, _, breaks, linked, before = stack.pop()
                after = stack[-1][1] if stack else -1
                if breaks > margin:
                    margin = breaks
                if linked:
                    anchor = None
                if before is not None:
                    mood = before
                    pre = mood.pre
                    if sink is unseen and not mood.unseen:
                        # as if nothing had been there: "Bo<hidden>x</hidden>eing"
                        sink.margin = LINE
                        sink = seen
                        pieces, margin = sink.pieces, sink.margin
            if node.is_empty_text_node:  # a third of all nodes, known sooner than its name
                if not margin and identity != skipped:
                    margin = SPACE
                continue
            tag = node.tag
            if tag == "-text":
                if identity == skipped:
                    continue
                text = node.text_content
                words = text.split()
                if not words:
                    margin = margin or SPACE
                    continue
                if not margin and text[0] in _WHITE:
                    margin = SPACE
                pieces += (GAPS[margin], text.strip("\n") if pre else " ".join(words))
                margin = SPACE if text[-1] in _WHITE else 0
                if anchor is not None:
                    anchor.extend(sink)
                continue
            if tag == "-comment":
                continue
            given = node.attributes
            trait = TRAITS.get(tag, 0)
            effect: Effect | None = None
            if given:
                style = given.get("style")
                if style:
                    effect = effect_of(style)
                if not _OLD_STYLE.isdisjoint(given):
                    effect = _old_style(tag, given, style or "", effect)
            elif not (trait or hidden_ids):
                continue
            if hidden_ids and identity in hidden_ids and not (effect and effect.shown):
                effect = HIDDEN
            breaks = trait & _GAP
            if breaks > margin and (effect is None or not effect.hidden):
                margin = breaks
            inside = mood
            linked = False
            if trait >= _SPECIAL:
                if trait & _SPECIAL:
                    if tag == "br":
                        margin = BLANK if margin >= LINE else LINE
                        continue
                    if tag == "img" and anchor is None:
                        continue
                    if tag in _CODE:
                        child = node.first_child
                        if child is not None and child.tag == "-text":
                            skipped = child.mem_id
                            if tag == "style":
                                mood = self._sheet(child.text_content, mood)
                        if tag != "iframe":
                            continue
                    sink.margin = margin
                    self._anchor = anchor
                    linked = self._special(tag, given, sink)
                    anchor = self._anchor
                    margin = sink.margin
                    if tag in ("pre", "textarea"):
                        inside = mood.preformatted()
                    if linked and effect is None:
                        effect = LINK
                else:
                    effect = HIDDEN
            if effect is not None:
                inside = under(inside, effect)
            if inside is mood:
                if not linked and (breaks < LINE or trait & _ROW):
                    continue  # nothing ends with it
                before = None
            else:
                before = mood
            if node.first_child is None:
                if linked:
                    anchor = None
                continue
            if effect is not None and effect.hidden:
                breaks = 0
            following = node.next
            following = _after(node, stack) if following is None else following.mem_id
            if before is None and not linked and following == after and breaks <= stack[-1][2]:
                continue  # the end of the element around it does as much
            after = following
            stack.append((identity, after, breaks, linked, before))
            if before is not None:
                mood = inside
                pre = mood.pre
                if mood.unseen:
                    if sink is seen:
                        sink.margin = margin
                        sink = unseen
                        pieces, margin = sink.pieces, max(sink.margin, LINE)
                elif sink is unseen:
                    sink.margin = margin
                    sink = seen
                    pieces, margin = sink.pieces, max(sink.margin, breaks)

    def _special(self, tag: str, given: dict[str, str | None], sink: Sink) -> bool:
        """Elements with a meaning of their own; True for one that makes a link of its text."""
        if tag == "a" or tag == "area":
            url = (given.get("href") or given.get("xlink:href") or "").strip()
            if not url or url.startswith("#"):
                return False
            self._anchor = self._link(url, sink)
            return True
        if tag == "img":
            if self._anchor is not None and (alt := (given.get("alt") or "").strip()):
                self._anchor.images.append(alt)
        elif tag == "base":
            self.base = self.base or (given.get("href") or "").strip()
        elif tag == "meta":
            if (given.get("http-equiv") or "").strip().lower() == "refresh":
                target = refreshed(given.get("content") or "")
                if target is not None:
                    self._link(target, sink)
        elif tag in ("form", "button"):
            url = (given.get("action" if tag == "form" else "formaction") or "").strip()
            if url:
                self._link(url, sink)
        elif tag in ("iframe", "frame"):
            if url := (given.get("src") or "").strip():
                self._link(url, sink)
        elif tag == "input" and (given.get("type") or "").lower() in ("submit", "button", "reset"):
            label = " ".join((given.get("value") or "").split())
            if label:
                sink.pieces += (GAPS[sink.margin or SPACE], label)
                sink.margin = SPACE
        return False

    def _link(self, url: str, sink: Sink) -> Anchor:
        anchor = Anchor(url, sink)
        self.anchors.append(anchor)
        return anchor

    def _sheet(self, sheet: str, mood: Mood) -> Mood:
        """Take in what a style sheet hides, and that it paints."""
        for selector in hiding_selectors(sheet):
            self._hidden.update(node.mem_id for node in self._tree.css(selector))
        return painted(sheet, mood)


def painted(sheet: str, mood: Mood) -> Mood:
    """The mood after a style sheet: one that paints leaves no background known."""
    if "background" in sheet[:MAX_SHEET] and mood.background is not None:
        return mood.unpainted()
    return mood


def refreshed(content: str) -> str | None:
    """Where a page leads on to whose meta element says so; None where that can't be read."""
    match = _REFRESH.match(content)
    return match[1].strip() if match else None


def _old_style(
    tag: str, given: dict[str, str | None], style: str, effect: Effect | None
) -> Effect | None:
    """What attributes of old add to the effect of the style."""
    if "hidden" in given:
        return HIDDEN
    background = given.get("bgcolor") or ""
    image = bool(given.get("background"))
    colour = ""
    if tag == "font":
        colour = given.get("color") or ""
    elif tag == "body":
        colour = given.get("text") or ""
    link = tag == "a" and effect is not None and effect.colour is None and "href" in given
    if background or colour or image or link:
        return effect_with(style, colour, background, image, link)
    return effect


def _after(node: Any, stack: list[tuple[int, int, int, bool, Mood | None]]) -> int:
    """The identity of the first node after this one's inside, in document order; 0 at the end."""
    outer = stack[-1][0] if stack else 0
    while True:
        node = node.parent
        if node is None:
            return 0
        if node.mem_id == outer:
            return stack[-1][1]
        following = node.next
        if following is not None:
            return int(following.mem_id)
