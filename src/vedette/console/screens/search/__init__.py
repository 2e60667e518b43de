"""Search in the stored events, and the list of findings."""

from __future__ import annotations

from typing import Final

from vedette.console.screens.search.event import (
    EventPage,
    OneEvent,
    fetched,
    raw_of,
    read_event,
)
from vedette.console.screens.search.events import (
    EventQuery,
    Events,
    PageQuery,
    SearchPage,
    Who,
    read_events,
    read_page,
    read_who,
)
from vedette.console.screens.search.findings import (
    Chosen,
    FindingPage,
    FindingQuery,
    read_findings,
    send,
)
from vedette.console.screens.search.saving import Forget, Save, Saved, forget, read_saved, save
from vedette.console.table import Act, Done, Nothing, View

_EVENT: Final = "/search/events/{key}"

VIEWS: Final[tuple[View, ...]] = (
    View(
        "search", "/search", "viewer", "Search the stored events", PageQuery, SearchPage,
        read_page, template="search.html", api=False, title="Search", slow=True,
    ),
    View(
        "search.events", "/search/events", "viewer", "Search the stored events", EventQuery,
        Events, read_events, slow=True,
    ),
    View(
        "search.who", "/search/who", "viewer", "Matching events by host and source", EventQuery,
        Who, read_who, template="search_who.html", title="Who else", slow=True,
    ),
    View(
        "search.saved", "/search/saved", "viewer", "Searches that you have saved", Nothing, Saved,
        read_saved,
    ),
    View(
        "search.event", _EVENT, "viewer", "One stored event", OneEvent, EventPage, read_event,
        template="search_event.html", title="Event", slow=True,
    ),
    View(
        "search.raw", _EVENT + "/raw", "viewer", "The bytes of a stored event", OneEvent, bytes,
        fetched, produce=raw_of, slow=True,
    ),
    View(
        "search.findings", "/findings", "viewer", "Findings, the newest first", FindingQuery,
        FindingPage, read_findings, template="search_findings.html", title="Findings",
    ),
)  # fmt: skip


def _next(done: Done) -> str:
    return done.next


def _said(done: Done) -> str:
    return done.said


ACTS: Final[tuple[Act, ...]] = (
    Act(
        "search.save", "/search/saved", "analyst", "Save a search", Save, Done, save,
        "write:incidents", then=_next, said=_said,
    ),
    Act(
        "search.forget", "/search/saved/forget", "analyst", "Forget a saved search", Forget, Done,
        forget, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "search.send", "/findings/send", "analyst", "Send findings to an incident", Chosen, Done,
        send, "write:incidents", then=_next, said=_said,
    ),
)  # fmt: skip
