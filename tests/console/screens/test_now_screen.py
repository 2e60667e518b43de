"""The first page, through the whole application."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from console.firm import NOW, Firm, firm
from console.screens.incident_firm import HOUR, attack, finding, hostile, low, speak
from vedette.console.screens import parts_of
from vedette.console.screens.now.activity import BUCKET, BUCKETS, Counted
from vedette.console.table import API


@pytest.fixture
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden")) as made:
        yield made


def now(firm: Firm) -> Any:
    told = firm.browser("analyst").get(f"{API}/now")
    assert told.status_code == 200, told.text
    return told.json()


def test_a_quiet_firm_is_quiet(halden: Firm) -> None:
    page = halden.browser("viewer").get("/")
    assert page.status_code == 200
    assert "All quiet" in page.text
    assert now(halden)["needs"] == []


def test_what_needs_somebody(halden: Firm) -> None:
    halden.found([*attack(), hostile(), low()])
    speak(halden)
    halden.answered()
    told = now(halden)
    words = [need["words"] for need in told["needs"]]
    assert any("wait for approval" in each for each in words)
    assert "source mail is silent" in words
    assert told["matters"]["open"] == 2
    assert told["doings"]["all_waiting"] == told["doings"]["counts"]["proposed"] > 0
    states = {each["name"]: each["state"] for each in told["sources"]}
    assert states == {"mail": "silent", "windows": "running"}
    page = halden.browser("responder").get("/").text
    assert f"{len(words)} things need you" in page
    assert "/approve" in page
    assert "/approve" not in halden.browser("analyst").get("/").text


def test_what_changed_since_the_last_visit_until_it_is_seen(halden: Firm) -> None:
    browser = halden.browser("analyst")
    assert now(halden)["since"]["all_opened"] == 0
    halden.found([*attack(), low()])
    since = now(halden)["since"]
    assert (since["all_opened"], since["moment"]) == (1, NOW)
    assert since["opened"][0]["findings"] == 8
    # The clock of the tests stands: what was seen at the same moment is told of once more.
    assert browser.post("/now/seen", {}).status_code == 303
    assert browser.opened is not None
    person = halden.access.people.get(browser.opened.who.person.id)
    assert person.preferences.last_visit == NOW


def test_counts_by_time_are_those_of_the_store(halden: Firm) -> None:
    speak(halden)
    halden.found(attack())
    counted = Counted()
    first = halden.state.read(lambda connection: counted.read(connection, NOW))
    assert len(first.times) == BUCKETS
    assert first.times[-1] == NOW // BUCKET * BUCKET
    assert first.all_findings == 7  # the lure is older than a day
    assert first.findings["critical"][-1 - (NOW // BUCKET - (NOW - 12 * HOUR) // BUCKET)] == 1
    assert 800 < first.all_events < 1_400
    halden.found([finding(60, HOUR, "One more", ("host", "x"), level="low")])
    again = halden.state.read(lambda connection: counted.read(connection, NOW))
    fresh = halden.state.read(lambda connection: Counted().read(connection, NOW))
    assert again == fresh
    assert again.all_findings == 8


def test_shared_parts_are_sent_when_they_change(halden: Firm) -> None:
    changed = parts_of(halden.place, halden.application.web.pages)
    first = {json.loads(data)["part"]: json.loads(data)["html"] for _, data in changed()}
    assert set(first) == {"headline", "incidents", "sources"}
    assert changed() == []
    halden.found([*attack(), hostile()])
    later = {json.loads(data)["part"]: json.loads(data)["html"] for _, data in changed()}
    assert "recruiter" in later["incidents"]
    assert "<script>alert" not in later["incidents"]
    assert "csrf" not in later["incidents"]
    speak(halden)
    spoken = [json.loads(data)["part"] for _, data in changed()]
    assert spoken == ["headline", "sources"]
