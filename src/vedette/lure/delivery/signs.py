"""Signs that the links of a message give. No link is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from vedette.lure.delivery.boards import foreign_board
from vedette.lure.delivery.lists import DeliveryLists, Kind
from vedette.lure.delivery.shown import shown_host
from vedette.lure.delivery.target import Target, file_shown, is_archive, target_of
from vedette.lure.identity.domains import domain_of
from vedette.lure.language.folding import fold
from vedette.lure.message import Link, Message
from vedette.lure.sign import Sign, SignEvidence

EVIDENCE: Final = 3
MAX_TEXT: Final = 65_536
"""Characters of a text that are searched for words of a task."""

_OF_KIND: Final[dict[Kind, str]] = {
    "file host": "link_file_host",
    "shortener": "link_shortener",
    "messenger": "link_messenger",
}
_TRUE_TO_ITSELF: Final = frozenset({"board", "click", "repository", "shortener"})
"""Kinds of services whose links may show another address without contradicting themselves: they
count clicks or say themselves that they lead on."""

Detail = tuple[tuple[str, str], ...]


def delivery_signs(message: Message, lists: DeliveryLists) -> tuple[Sign, ...]:
    """What the links lead to and how they hide it; each sign once, with up to EVIDENCE links.
    Linear in the links and texts. Never raises."""
    found: dict[str, tuple[dict[SignEvidence, None], Detail]] = {}
    own = domain_of(message.sender.domain).organisation if message.sender else ""
    asked: bool | None = None
    for place in _places(message.links):
        for link in place:
            target = target_of(link.url)
            services = dict(lists.services(target))
            for name, detail in _plain(target, services, lists, own):
                _add(found, name, link, detail)
            if not target.file and (file := file_shown(link.text)):
                name = f"link_to_{'archive' if is_archive(file) else 'program'}"
                _add(found, name, link, (("file", file), ("url", f"{target.host}/…/{file}")))
            if "repository" in services:
                asked = _asks_for_work(message, lists) if asked is None else asked
                if asked:
                    _add(found, "run_repository", link, (("host", target.host),))
        for link, detail in _differing(place, lists, own):
            _add(found, "link_text_differs", link, detail)
    return tuple(
        Sign(name, tuple(found[name][0])[:EVIDENCE], found[name][1]) for name in sorted(found)
    )


def _plain(
    target: Target, services: dict[Kind, str], lists: DeliveryLists, own: str
) -> Iterator[tuple[str, Detail]]:
    """What a link says by itself."""
    for kind, service in services.items():
        if kind in _OF_KIND:
            yield _OF_KIND[kind], (("service", service), ("host", target.host))
    if target.scheme in lists.schemes:
        yield "link_messenger", (("service", lists.schemes[target.scheme]),)
    if target.address:
        yield "link_bare_address", (("host", target.host),)
    if target.file:
        name = "link_to_archive" if is_archive(target.file) else "link_to_program"
        yield name, (("file", target.file), ("url", f"{target.host}/…/{target.file}"))
    if target.organisation and target.organisation != own and not services:
        board = foreign_board(target, lists)
        if board:
            yield "link_foreign_board", (("host", target.host), ("board", board))


def _differing(place: list[Link], lists: DeliveryLists, own: str) -> Iterator[tuple[Link, Detail]]:
    """The link of a place that shows one address and leads to another; `place` holds a link and,
    where it says so itself, what it leads on to."""
    shown = shown_host(place[0].text)
    if not shown or "://" not in place[0].url:
        return
    seen = domain_of(shown)
    if not seen.organisation:
        return
    for link in place:
        target = target_of(link.url)
        kinds = {kind for kind, _ in lists.services(target)}
        same = target.organisation == seen.organisation
        if same or target.label == seen.label or kinds & _TRUE_TO_ITSELF or not target.host:
            return
        if target.organisation == own:
            return
    link = place[-1]
    yield link, (("shown", shown), ("real", target_of(link.url).host))


def _asks_for_work(message: Message, lists: DeliveryLists) -> bool:
    texts = (fold(text.text[:MAX_TEXT]).text for text in message.texts)
    return any(request in text for text in texts for request in lists.requests)


def _places(links: Iterable[Link]) -> Iterator[list[Link]]:
    """Links that follow each other with the same visible text at the same place belong together:
    the one that is there and the one that it leads on to."""
    place: list[Link] = []
    for link in links:
        if place and _where(place[-1]) != _where(link):
            yield place
            place = []
        place.append(link)
    if place:
        yield place


def _where(link: Link) -> tuple[str, int, int, str]:
    return link.part, link.start, link.end, link.text


def _add(
    found: dict[str, tuple[dict[SignEvidence, None], Detail]], name: str, link: Link, detail: Detail
) -> None:
    text = link.text if link.end > link.start else link.url
    evidence = SignEvidence(link.part, link.start, link.end, text)
    found.setdefault(name, ({}, detail))[0][evidence] = None
