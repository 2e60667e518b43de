"""Actions and the ledger, as people see and use them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.firm import NOW, Firm, firm
from incident.incident_shapes import finding_of
from vedette.console.table import API
from vedette.ledger.proofs import check_proof
from vedette.ledger.reading import shape

ATTACKER = ("address", "203.0.113.66")


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden")) as made:
        made.found(
            finding_of(number, NOW + number, ATTACKER, techniques=("T1190",)) for number in range(3)
        )
        made.answered()
        yield made


def waiting(halden: Firm) -> list[dict[str, object]]:
    told = halden.browser("viewer").get(f"{API}/actions?tab=waiting").json()
    found: list[dict[str, object]] = told["actions"]
    return found


def test_what_waits_is_listed_with_its_cost(halden: Firm) -> None:
    told = waiting(halden)
    assert {each["kind"] for each in told} >= {"refuse-client"}
    page = halden.browser("viewer").get("/actions").text
    assert "203.0.113.66" in page
    assert "Undo everything" not in page  # nothing stands, and a viewer may not


def test_a_viewer_may_look_and_not_act(halden: Firm) -> None:
    (one,) = [each for each in waiting(halden) if each["kind"] == "refuse-client"]
    for path in (f"/actions/{one['id']}/approve", "/actions/undo-everything"):
        assert halden.browser("viewer").post(path, {"sure": "undo everything"}).status_code == 403
        assert halden.browser("analyst").post(path, {"sure": "undo everything"}).status_code == 403
    assert "Refuse for good" not in halden.browser("viewer").get(f"/actions/{one['id']}").text
    assert "Refuse for good" in halden.browser("responder").get(f"/actions/{one['id']}").text


def test_agreeing_is_in_the_ledger_with_who_agreed(halden: Firm) -> None:
    (one,) = [each for each in waiting(halden) if each["kind"] == "refuse-client"]
    browser = halden.browser("responder")
    told = browser.post(f"/actions/{one['id']}/approve", {})
    assert (told.status_code, told.headers["location"]) == (303, f"/actions/{one['id']}")
    entries = browser.get(f"{API}/ledger?kind=action&about={one['id']}").json()["entries"]
    assert any("responder" in json.dumps(entry) for entry in entries)
    target = one["target"]
    assert entries[-1]["words"].startswith(f"waits for a person: refuse-client {target}")
    assert f"{target}" in browser.get("/ledger?kind=action").text
    assert "{&#39;" not in browser.get("/ledger").text  # words, not what a program writes


def test_refusing_takes_a_reason(halden: Firm) -> None:
    browser = halden.browser("responder")
    one = next(each for each in waiting(halden))
    assert browser.post(f"/actions/{one['id']}/refuse", {"why": ""}).status_code == 422
    assert browser.post(f"/actions/{one['id']}/refuse", {"why": "a drill"}).status_code == 303
    shown = browser.get(f"{API}/actions/{one['id']}").json()
    assert shown["state"] == "refused"
    assert "a drill" in browser.get("/actions?tab=ended").text + json.dumps(shown)


def test_what_is_no_action_is_said(halden: Firm) -> None:
    browser = halden.browser("responder")
    assert browser.get(f"{API}/actions/ffffffff").status_code == 404
    assert browser.get(f"{API}/actions/../../etc").status_code == 404
    assert browser.get(f"{API}/actions/zz").status_code == 422
    assert browser.get(f"{API}/actions?tab=none").status_code == 422
    assert browser.get(f"{API}/actions?cursor=%FF").status_code == 400


def test_everything_is_taken_back_only_by_writing_so(halden: Firm) -> None:
    browser = halden.browser("responder")
    assert browser.post("/actions/undo-everything", {"sure": "yes"}).status_code == 422
    assert browser.post("/actions/undo-everything", {"sure": "Undo everything"}).status_code == 303
    kinds = [e["kind"] for e in browser.get(f"{API}/ledger").json()["entries"]]
    assert "undo-all" in kinds


def test_simulating_asks_the_stored_events_and_does_nothing(halden: Firm) -> None:
    browser = halden.browser("viewer")
    told = browser.get(f"{API}/actions/simulate?kind=refuse-client&target=203.0.113.66").json()
    assert told["target_kind"] == "address"
    assert told["cost"]["benign_count"] == 0
    assert browser.get(f"{API}/actions/simulate?kind=shout&target=x").status_code == 422
    assert browser.get(f"{API}/actions/simulate?kind=refuse-client&target=").status_code == 422
    assert (
        "203.0.113.66"
        in browser.get("/actions/simulate?kind=refuse-client&target=203.0.113.66").text
    )


def test_the_ledger_pages_from_the_newest(halden: Firm) -> None:
    browser = halden.browser("viewer")
    numbers: list[int] = []
    cursor = ""
    while True:
        told = browser.get(f"{API}/ledger?limit=2&cursor={cursor}").json()
        numbers += [entry["index"] for entry in told["entries"]]
        cursor = told["next"]
        if not cursor:
            break
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 0
    assert len(numbers) == told["size"]


def test_an_entry_is_proven_to_whoever_has_the_key(halden: Firm) -> None:
    browser = halden.browser("viewer")
    made = browser.get("/ledger/1/proof")
    assert made.headers["content-disposition"] == 'attachment; filename="ledger-proof-1.json"'
    keys = shape(Path(halden.config.data_dir) / "ledger").keys
    proven = check_proof(made.content, keys)
    assert proven.entry is not None
    assert proven.entry.index == 1
    assert browser.get("/ledger/999999999/proof").status_code == 404
    assert "Entry 1" in browser.get("/ledger/1").text


def test_verification_runs_aside_and_is_remembered(halden: Firm) -> None:
    browser = halden.browser("viewer")
    assert browser.post("/ledger/verify", {}).status_code == 303
    end = time.monotonic() + 20
    while (told := browser.get(f"{API}/ledger").json())["checked"]["state"] != "sound":
        assert time.monotonic() < end, told["checked"]
        time.sleep(0.05)
    assert told["checked"]["entries"] == told["size"]
    assert "are as they were written" in browser.get("/ledger").text
