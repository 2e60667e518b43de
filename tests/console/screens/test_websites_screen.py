"""Websites: what is shown of them, what people decide about them, and its record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.firm import NOW, Firm, firm
from console.screens.shop import CONFIG, asked, reported, shop
from incident.incident_shapes import finding_of
from vedette.console.screens.websites.doing import Patching, Setting, patch, set_mode
from vedette.console.screens.websites.reports import Reports
from vedette.console.seat import Seat
from vedette.console.table import API
from vedette.engine.shielding.process import Made, Order
from vedette.engine.shielding.process import made as made_report
from vedette.engine.shielding.shield import shield_of
from vedette.engine.thwarting.asking import Answer, Asked
from vedette.model.errors import UnreadableError


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with shop(tmp_path_factory.mktemp("halden")) as made:
        reported(made)
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Firm]:
    """A firm to decide in; its report is made in this process."""
    with shop(tmp_path) as made:
        made.place.kept.of(Reports, Here)
        yield made


class Here(Reports):
    """Makes reports in this process: a child takes seconds to begin."""

    def _made(self, order: Order) -> Made:
        return made_report(order)


def decided(made: Firm) -> dict[str, Any]:
    path = made.config.data_dir / "shield/web/decided.json"
    told: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return told


def ledger(made: Firm) -> list[dict[str, Any]]:
    return list(asked(made, "/ledger?kind=shield")["entries"])


def test_without_a_website_the_page_says_how_to_begin(tmp_path: Path) -> None:
    with firm(tmp_path) as made:
        for path in ("", "/report", "/proposals", "/in-force"):
            page = made.browser("viewer").get(f"/websites{path}")
            assert page.status_code == 200
            assert "shield-protect.md" in page.text
            assert asked(made, f"/websites{path}")["shields"] == []
        told = made.browser("responder").post(
            "/websites/mode", {"site": "shop", "path": "/", "mode": "enforce"}
        )
        assert told.status_code == 404
        assert not (made.config.data_dir / "shield").exists()


def test_the_state_of_each_path(halden: Firm) -> None:
    told = asked(halden, "/websites")
    assert (told["shields"], told["shield"], told["listens"]) == (["web"], "web", "127.0.0.1:8080")
    (site,) = told["sites"]
    assert (site["name"], site["upstream"]) == ("shop", "http://127.0.0.1:8000")
    places = {each["path"]: each for each in site["places"]}
    assert places["/"]["mode"] == "shadow"
    assert (places["/admin"]["mode"], places["/admin"]["paranoia"]) == ("enforce", 2)
    assert [places[path]["requests"] for path in ("/", "/admin")] == [400, 3]
    assert [places[path]["would_block"] for path in ("/", "/admin")] == [19, 0]
    assert places["/admin"]["blocked"] == 1
    figures = told["figures"]
    assert (figures["requests"], figures["would_block"], figures["blocked"]) == (403, 19, 1)
    over = told["over_time"]
    assert sum(over["requests"]) == 403
    assert sum(over["refused"]) == 2  # one by a rule, one by an action
    assert sum(over["would_block"]) == 19
    page = halden.browser("viewer").get("/websites").text
    assert "has not run yet" in page
    assert '"course-data"' in page
    assert "/websites/mode" not in page
    assert "Enforce at /" in halden.browser("responder").get("/websites").text


def test_the_report_says_what_would_have_been_refused(halden: Firm) -> None:
    told = asked(halden, "/websites/report")
    row = told["rows"][0]
    assert (row["site"], row["path"], row["parameter"]) == ("shop", "/search", "ARGS:q")
    assert (row["rule"], row["requests"], row["clients"]) == (942100, 18, 9)
    assert row["values"] == ["union <b>&\\u202e"]
    page = halden.browser("viewer").get("/websites/report").text
    assert "<b>&\u202e" not in page
    assert "&lt;b&gt;&amp;\\u202e" in page
    assert asked(halden, "/websites/report?path=/admin/x")["all_rows"] == 1
    assert asked(halden, "/websites/report?path=/nowhere")["all_rows"] == 0
    assert asked(halden, "/websites/report?rule=1")["rows"] == []
    assert asked(halden, "/websites/report?site=shop&left=true")["all_rows"] == 3


def test_the_report_pages(halden: Firm) -> None:
    seen, cursor = [], ""
    for _ in range(5):
        told = asked(halden, f"/websites/report?limit=1&cursor={cursor}")
        seen += [each["path"] for each in told["rows"]]
        cursor = told["next"]
        if not cursor:
            break
    assert seen == [each["path"] for each in asked(halden, "/websites/report")["rows"]]
    assert len(seen) == 3
    browser = halden.browser("viewer")
    assert browser.get(f"{API}/websites/report?cursor=nonsense").status_code == 400
    assert browser.get(f"{API}/websites/report?limit=201").status_code == 422
    assert browser.get("/websites?shield=other").status_code == 404


def test_proposals_tell_their_price(halden: Firm) -> None:
    told = asked(halden, "/websites/proposals")
    assert told["untested"]
    (one,) = told["proposals"]
    assert one["says"] == "shop/search ARGS:q: rule 942100"
    assert (one["requests"], one["parties"], one["freed"]) == (18, 9, 18)
    assert (one["rules"], one["remaining"], one["attacks"]) == ([942100], 3, 0)
    assert "no recorded attack" in one["gives_up"]
    page = halden.browser("viewer").get("/websites/proposals").text
    assert "A responder may apply them" in page
    assert "Apply the chosen" not in page
    assert "Apply the chosen" in halden.browser("responder").get("/websites/proposals").text


def test_an_exclusion_is_applied_on_record_and_taken_back(own: Firm) -> None:
    told = reported(own)
    report = told["making"]["report"]
    fields: dict[str, Any] = {"report": report, "numbers": ["1"], "why": "people search for SQL"}
    assert own.browser("analyst").post("/websites/apply", fields).status_code == 403
    assert decided(own) == {}
    responder = own.browser("responder")
    done = responder.post("/websites/apply", fields)
    assert (done.status_code, done.headers["location"]) == (303, "/websites/in-force?shield=web")
    (exclusion,) = decided(own)["exclusions"]
    assert (exclusion["path"], exclusion["by"], exclusion["applied"]) == (
        "/search", "responder", NOW
    )  # fmt: skip
    (entry,) = ledger(own)
    assert entry["who"] == "responder"
    assert entry["what"] == {
        "shield": "web",
        "why": "people search for SQL",
        "decisions": [
            {"what": "apply", "site": "shop", "path": "/search", "number": 1,
             "says": "shop/search ARGS:q: rule 942100"}
        ],
    }  # fmt: skip
    assert asked(own, "/websites/proposals")["proposals"][0]["in_force"] == 1
    (standing,) = asked(own, "/websites/in-force")["standing"]
    assert (standing["kind"], standing["why"]) == ("exclusion", "people search for SQL")
    again = responder.send(
        "POST", f"{API}/websites/apply", {"x-csrf-token": responder.csrf, "origin": BASE},
        content=json.dumps({"report": report, "numbers": [1]}).encode(),
    )  # fmt: skip
    assert again.json()["said"].endswith("(was so)")
    assert len(ledger(own)) == 1
    assert responder.post("/websites/revert", {"numbers": ["7"]}).status_code == 422
    assert responder.post("/websites/revert", {"numbers": ["1"]}).status_code == 303
    assert decided(own)["exclusions"] == []
    assert ledger(own)[0]["what"]["decisions"][0]["what"] == "revert"
    assert "None: the rules hold" in own.browser("viewer").get("/websites/in-force").text


BASE = "http://127.0.0.1:8360"


def test_numbers_of_an_older_report_are_not_applied(own: Firm) -> None:
    former = reported(own)["making"]["report"]
    assert own.browser("viewer").post("/websites/look", {"since": "-7d"}).status_code == 303
    newer = reported(own, former)["making"]
    assert newer["since"] == "-7d"
    responder = own.browser("responder")
    fields: dict[str, Any] = {"report": former, "numbers": ["1"]}
    assert responder.post("/websites/apply", fields).status_code == 409
    wrong: dict[str, Any] = {"report": newer["report"], "numbers": ["2"]}
    assert responder.post("/websites/apply", wrong).status_code == 404
    assert decided(own) == {}
    assert ledger(own) == []


def test_a_path_is_enforced_and_let_go(own: Firm) -> None:
    responder = own.browser("responder")
    fields: dict[str, Any] = {"site": "shop", "path": "/login/", "mode": "enforce", "why": "quiet"}
    for role in ("viewer", "analyst"):
        assert own.browser(role).post("/websites/mode", fields).status_code == 403
    assert responder.post("/websites/mode", fields).status_code == 303
    (site,) = asked(own, "/websites")["sites"]
    place = next(each for each in site["places"] if each["path"] == "/login")
    assert (place["mode"], place["by"], place["at"], place["why"]) == (
        "enforce", "responder", NOW, "quiet"
    )  # fmt: skip
    assert responder.post("/websites/mode", fields | {"mode": "shadow"}).status_code == 303
    assert [each["mode"] for each in decided(own)["enforced"]] == ["shadow"]
    assert [each["what"]["decisions"][0]["what"] for each in ledger(own)] == ["shadow", "enforce"]
    for wrong in ({"site": "forum"}, {"path": "/a?b"}, {"path": "/\u202e"}, {"mode": "off"}):
        assert responder.post("/websites/mode", fields | wrong).status_code == 422
    page = own.browser("viewer").get("/websites").text
    assert "shadow shop/login" in page


def test_a_virtual_patch(own: Firm) -> None:
    responder = own.browser("responder")
    fields: dict[str, Any] = {
        "site": "shop", "path": "/view", "parameter": "ARGS:id", "only": "[0-9]{1,9}",
        "why": "a hole",
    }  # fmt: skip
    assert own.browser("viewer").post("/websites/patch", fields).status_code == 403
    assert responder.post("/websites/patch", fields | {"only": "("}).status_code == 422
    assert responder.post("/websites/patch", fields | {"only": ""}).status_code == 422
    assert ledger(own) == []
    assert responder.post("/websites/patch", fields).status_code == 303
    (one,) = asked(own, "/websites/in-force")["standing"]
    assert (one["kind"], one["only"], one["by"]) == ("patch", "[0-9]{1,9}", "responder")
    assert "must be" in own.browser("viewer").get("/websites/in-force").text
    assert ledger(own)[0]["what"]["decisions"][0]["says"].endswith("only [0-9]{1,9}")


class FullDisk:
    """A desk whose ledger can't be written."""

    def ask(self, who: str, asked: Asked) -> Answer:
        raise UnreadableError("the ledger's disk is full")

    def record(self, kind: str, who: str, what: Mapping[str, Any]) -> int:
        raise UnreadableError("the ledger's disk is full")


def test_what_is_not_recorded_is_not_decided(own: Firm) -> None:
    place = replace(own.place, desk=FullDisk())
    seat = Seat(place, own.person("responder").who)
    with pytest.raises(UnreadableError, match="disk is full"):
        set_mode(seat, Setting("shop", "/", "enforce"))
    with pytest.raises(UnreadableError, match="disk is full"):
        patch(seat, Patching("shop", "/", "ARGS:id", only="x"))
    assert decided(own) == {}


def test_what_can_not_be_kept_is_said_in_the_ledger(own: Firm) -> None:
    folder = own.config.data_dir / "shield/web"
    folder.mkdir(parents=True)
    (folder / "decided.json.new").mkdir()  # in the way of the file
    told = own.browser("responder").post(
        "/websites/mode", {"site": "shop", "path": "/", "mode": "enforce"}
    )
    assert told.status_code == 503
    assert decided(own) == {}
    assert ["failed" in each["what"] for each in ledger(own)] == [True, False]


def test_clients_refused_by_actions_are_listed(own: Firm) -> None:
    told = asked(own, "/websites")
    assert (told["refused"], told["all_refused"]) == ([], 0)
    assert "Nobody is refused" in own.browser("viewer").get("/websites").text
    attacker = ("address", "203.0.113.66")
    own.found(finding_of(n, NOW + n, attacker, techniques=("T1190",)) for n in range(3))
    own.answered()
    waiting = asked(own, "/actions?tab=waiting&kind=refuse-client")["actions"]
    agreed = own.browser("responder").post(f"/actions/{waiting[0]['id']}/approve", {})
    assert agreed.status_code == 303
    told = asked(own, "/websites")
    (refused,) = told["refused"]
    assert (refused["kind"], refused["target"], told["all_refused"]) == (
        "refuse-client", "203.0.113.66", 1
    )  # fmt: skip
    page = own.browser("viewer").get("/websites").text
    assert f"/actions/{waiting[0]['id']}" in page


def test_a_failed_report_says_why(tmp_path: Path) -> None:
    with shop(tmp_path, CONFIG.replace("rules: crs", "rules: nowhere")) as made:
        made.place.kept.of(Reports, Here)
        asked(made, "/websites")
        reports = made.place.kept.of(Reports, Here)
        assert reports._thread is not None
        reports._thread.join()
        making = asked(made, "/websites")["making"]
        assert making["state"] == "failed"
        assert "holds no rules" in making["fault"]
        page = made.browser("viewer").get("/websites/report").text
        assert "holds no rules" in page
        assert ">Again<" in page


def test_a_second_report_waits(tmp_path: Path) -> None:
    with shop(tmp_path) as made:
        reports = Reports()
        shield = shield_of(made.config, None)
        assert reports.look(shield, "-1d", NOW)
        assert not reports.look(shield, "-1d", NOW)
        reports.close()
        assert reports.told(shield).state == "failed"
        assert not reports.look(shield, "-1d", NOW)


def test_no_page_has_inline_style_or_script(halden: Firm) -> None:
    for path in ("", "/report", "/proposals", "/in-force"):
        page = halden.browser("responder").get(f"/websites{path}").text
        assert not re.search(r"\sstyle=|\son\w+=|<script>(?!$)", page)
        assert page.count("<h1") == 1
