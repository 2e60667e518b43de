"""What happens is seen without loading the page again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from console.browser.chromium import Watched, opened, watch
from console.ruled import hit
from console.serving import Served, served
from incident.incident_shapes import finding_of
from vedette.console.live.hub import WAITING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A firm in which nothing has happened yet."""
    with served(tmp_path_factory.mktemp("own")) as made:
        made.firm.person("responder")
        yield made


@pytest.fixture
def seat(browser: Browser, own: Served) -> Iterator[Watched]:
    with opened(browser, own, "responder") as made:
        yield made


def marked(seat: Watched, path: str) -> None:
    """Load a page and wait for its stream; leave a mark that another load would wipe away."""
    assert seat.go(path) == 200
    seat.page.locator("#live-state[data-state=live]").wait_for()
    seat.page.evaluate("window.here = true")


def same(seat: Watched) -> bool:
    """Whether the page is still the one that was loaded, and has not complained."""
    return bool(seat.page.evaluate("window.here === true")) and seat.complaints() == []


def test_a_new_incident_comes_by_itself(seat: Watched, own: Served) -> None:
    marked(seat, "/")
    assert "No incident is open" in seat.page.locator("[data-part=incidents]").inner_text()
    own.firm.found([hit(1, own.firm.place.now(), ("host", "ws-001"), level="critical")])
    seat.page.locator("[data-part=incidents] a").first.wait_for()
    assert same(seat)
    assert seat.faults() == []


def test_the_queue_and_the_actions_follow(seat: Watched, own: Served) -> None:
    marked(seat, "/incidents")
    before = seat.page.locator("[data-entries] [data-entry]").count()
    attacker, now = ("address", "203.0.113.9"), own.firm.place.now()
    own.firm.found(finding_of(n, now + n, attacker, techniques=("T1190",)) for n in range(3))
    seat.page.wait_for_function(
        "before => document.querySelectorAll('[data-entries] [data-entry]').length > before",
        arg=before,
    )
    assert same(seat)
    marked(seat, "/actions")
    own.firm.answered()
    seat.page.locator("main").get_by_text("203.0.113.9").first.wait_for()
    assert same(seat)


def test_what_one_writes_is_not_taken_away(seat: Watched, own: Served) -> None:
    """A part is not replaced under the hands of whoever is in it."""
    own.firm.found([hit(20, own.firm.place.now(), ("host", "ws-020"), level="critical")])
    marked(seat, "/")
    entry = seat.page.locator("[data-part=incidents] a").first
    entry.wait_for()
    entry.focus()
    path = entry.get_attribute("href")
    own.firm.found([hit(21, own.firm.place.now(), ("host", "ws-021"), level="critical")])
    seat.page.wait_for_timeout(1500)
    assert seat.page.evaluate("document.activeElement.getAttribute('href')") == path
    assert same(seat)


def test_nothing_between_the_page_and_its_stream_is_lost(seat: Watched, own: Served) -> None:
    """What happens after a page was made and before it listens is told as well."""
    seat.page.route("**/static/**/vedette.js", lambda route: held.append(route))
    held: list[Route] = []
    seat.page.goto(own.base + "/", wait_until="commit")
    seat.page.locator("[data-part=incidents]").wait_for()
    own.firm.found([hit(40, own.firm.place.now(), ("host", "ws-040"), level="critical")])
    seat.page.wait_for_timeout(500)
    assert seat.page.get_by_text("ws-040").count() == 0
    held[0].continue_()
    seat.page.locator("[data-part=incidents]").get_by_text("ws-040").first.wait_for()


def test_a_stream_that_ended_is_joined_again(seat: Watched, own: Served) -> None:
    """Too much at once ends a stream; the page then fetches what it shows, and listens again."""
    marked(seat, "/")
    seat.page.evaluate("document.querySelector('[data-part=headline]').replaceChildren('stale')")
    hub = own.application.hub
    hub.say([("n", "")] * (WAITING + 1))
    seat.page.locator("[data-part=headline] .words").wait_for()
    until = time.monotonic() + 60
    while not hub.listeners():
        assert time.monotonic() < until
        seat.page.wait_for_timeout(100)
    own.firm.found([hit(30, own.firm.place.now(), ("host", "ws-030"), level="critical")])
    seat.page.locator("[data-part=incidents]").get_by_text("ws-030").first.wait_for()
    assert same(seat)


def test_many_pages_of_a_browser_share_one_stream(seat: Watched, own: Served) -> None:
    """Browsers open six connections to a server; the seventh page would wait for ever."""
    pages = [watch(seat.page.context.new_page(), own.base) for _ in range(8)]
    for each in pages:
        marked(each, "/")
    assert own.application.hub.listeners() == 1
    own.firm.found([hit(50, own.firm.place.now(), ("host", "ws-050"), level="critical")])
    for each in pages:
        each.page.locator("[data-part=incidents]").get_by_text("ws-050").first.wait_for()
    pages[0].page.close()  # it held the stream
    own.firm.found([hit(51, own.firm.place.now(), ("host", "ws-051"), level="critical")])
    for each in pages[1:]:
        each.page.locator("[data-part=incidents]").get_by_text("ws-051").first.wait_for()
        assert same(each)
        each.page.close()


def test_the_end_of_the_session_is_said(seat: Watched, own: Served) -> None:
    marked(seat, "/")
    own.application.hub.say([("signed-out", "")])
    seat.page.locator("#live-state").get_by_text("signed out").wait_for()
