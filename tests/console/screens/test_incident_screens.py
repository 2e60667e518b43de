"""The screens of incidents, through the whole application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from console.firm import Firm, firm
from console.screens.incident_firm import HOSTILE, attack, finding, hostile, low, many, speak
from vedette.console.cursor import cursor_of
from vedette.console.table import API
from vedette.console.web import PROBLEM
from vedette.incident.reading import present_name


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """A firm under attack, to look at."""
    with firm(tmp_path_factory.mktemp("halden")) as made:
        made.found([*attack(), hostile(), low()])
        speak(made)
        made.answered()
        yield made


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """A firm of one's own, to do things with."""
    with firm(tmp_path_factory.mktemp("own")) as made:
        made.found([*attack(), hostile()])
        yield made


def api(firm: Firm, path: str, role: Any = "viewer") -> Any:
    told = firm.browser(role).get(API + path)
    assert told.status_code == 200, told.text
    return told.json()


def names(firm: Firm, query: str = "") -> list[str]:
    return [each["id"] for each in api(firm, f"/incidents{query}")["incidents"]]


def test_the_queue_shows_the_most_urgent_first_with_one_sentence(halden: Firm) -> None:
    queue = api(halden, "/incidents")
    first, second = queue["incidents"]
    assert first["score"] > second["score"]
    assert first["sentence"].startswith("Began with “A message that looks like a recruiter's lure”")
    assert "8 findings" in first["sentence"]
    tactics = [stage["tactic"] for stage in first["stages"]]
    assert tactics[:2] == ["initial-access", "execution"]
    assert queue["actions"][first["id"]]["waiting"] > 0
    assert (queue["total"], queue["hidden_low"], queue["next"]) == (2, 1, "")
    page = halden.browser("viewer").get("/incidents").text
    assert "recruiter&#39;s lure" in page
    assert 'name="incidents"' not in page  # nothing to choose for those who only look


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2), ("?low=1", 3), ("?state=closed", 0), ("?state=all", 2), ("?tactic=persistence", 1),
        ("?text=OFFER_viewer", 1), ("?text=offer+zebra", 0), ("?text=203.0.113.77", 1),
        ("?since=-2h", 1), ("?since=2026-09-01", 2), ("?verdict=none", 2), ("?verdict=true", 0),
        ("?asset=nothing", 0), ("?sort=oldest", 2), ("?sort=largest", 2),
    ],
)  # fmt: skip
def test_filters(halden: Firm, query: str, count: int) -> None:
    assert len(names(halden, query)) == count
    assert halden.browser("analyst").get(f"/incidents{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?since=yesterday", 422), ("?cursor=AAAA", 400), ("?cursor=%00", 400), ("?limit=0", 422),
        ("?limit=201", 422), ("?state=merged", 422), ("?unknown=1", 400),
        ("?text=" + "x" * 201, 422),
    ],
)  # fmt: skip
def test_what_is_no_filter_is_said(halden: Firm, query: str, status: int) -> None:
    told = halden.browser("viewer").get(f"{API}/incidents{query}")
    assert (told.status_code, told.headers["content-type"]) == (status, PROBLEM)
    assert halden.browser("viewer").get(f"/incidents{query}").status_code == status


def test_pages_follow_each_other_without_gap_or_repetition(own: Firm) -> None:
    own.found(many(30, 60))
    for sort in ("priority", "newest", "oldest", "largest"):
        whole = names(own, f"?sort={sort}&limit=200&low=1")
        paged: list[str] = []
        cursor = ""
        for _ in range(20):
            queue = api(own, f"/incidents?sort={sort}&limit=9&low=1&cursor={cursor}")
            paged += [each["id"] for each in queue["incidents"]]
            cursor = queue["next"]
            if not cursor:
                break
        assert paged == whole
        assert len(set(paged)) == len(paged) > 25
    cursor = api(own, "/incidents?limit=3&sort=newest&low=1")["next"]
    told = own.browser("viewer").get(f"{API}/incidents?limit=3&sort=largest&cursor={cursor}")
    assert told.status_code == 400  # a cursor of another order


def test_the_story_tells_each_step_with_its_evidence(halden: Firm) -> None:
    name = names(halden)[0]
    story = api(halden, f"/incidents/{name}")
    times = [step["first"] for step in story["steps"]]
    assert times == sorted(times)
    assert len(times) == 8
    shell = next(step for step in story["steps"] if step["title"] == "Encoded PowerShell")
    seen = shell["samples"][0]["seen"][0]
    assert seen["value"][slice(*seen["spans"][0])] == "enc "
    assert story["done"].startswith("Vedette asks whether to ")
    assert {deed["state"] for deed in story["deeds"]} == {"proposed"}
    assert any("No person has judged it" in words for words in story["unknown"])
    assert any("mail is silent" in words for words in story["unknown"])
    nodes = {(node["kind"], node["value"]) for node in story["graph"]["nodes"]}
    assert ("address", "203.0.113.77") in nodes
    page = halden.browser("viewer").get(f"/incidents/{name}").text
    assert "<mark>enc </mark>" in page
    assert page.count("<h1") == 1


def test_what_a_role_may_not_do_is_not_offered(halden: Firm) -> None:
    name = names(halden)[0]
    shown = {
        role: halden.browser(role).get(f"/incidents/{name}").text
        for role in ("viewer", "analyst", "responder")
    }
    assert "/verdict" not in shown["viewer"]
    assert "/verdict" in shown["analyst"]
    assert "/approve" not in shown["analyst"]
    assert "/approve" in shown["responder"]


def test_all_views_of_an_incident_answer(halden: Firm) -> None:
    browser = halden.browser("viewer")
    name = names(halden)[0]
    for part in ("", "/findings", "/why", "/report"):
        assert browser.get(f"/incidents/{name}{part}").status_code == 200
        assert browser.get(f"{API}/incidents/{name}{part}").status_code == 200
    # The beginning of a name is enough.
    assert api(halden, f"/incidents/{name[:6]}")["brief"]["id"] == name
    assert browser.get("/incidents/0000000000000000").status_code == 404
    assert browser.get(f"{API}/incidents/0000000000000000/why").status_code == 404
    assert browser.get(f"/incidents/{'x' * 65}").status_code == 422


def test_why_it_is_one_incident_has_numbers(halden: Firm) -> None:
    why = api(halden, f"/incidents/{names(halden)[0]}/why")
    assert len(why["bonds"]) + len(why["by_hand"]) == 7
    for bond in why["bonds"]:
        assert bond["bits"] >= bond["strength"] >= bond["threshold"]
        assert bond["times"] > 16


def test_findings_of_an_incident_by_page_and_by_rule(halden: Firm) -> None:
    name = names(halden)[0]
    whole = api(halden, f"/incidents/{name}/findings")
    assert len(whole["findings"]) == 8
    first = api(halden, f"/incidents/{name}/findings?limit=5")
    rest = api(halden, f"/incidents/{name}/findings?limit=5&cursor={first['next']}")
    assert [*first["findings"], *rest["findings"]] == whole["findings"]
    for key in ((2**64 - 1, "x"), ("x", 1), (1,)):
        path = f"{API}/incidents/{name}/findings?cursor={cursor_of(*key)}"
        assert halden.browser("viewer").get(path).status_code == 400
    rule = whole["findings"][3]["rule"]
    one = api(halden, f"/incidents/{name}/findings?rule={rule}")
    assert [each["rule"] for each in one["findings"]] == [rule]


def test_a_finding_and_its_event_as_it_was_stored(halden: Firm) -> None:
    one = attack()[3]
    shown = api(halden, f"/findings/{one.id}")
    assert shown["incident"]["id"] == names(halden)[0]
    assert shown["line"]["title"] == "Encoded PowerShell"
    events = api(halden, f"/findings/{one.id}/events")
    assert (len(events["events"]), events["missing"]) == (1, 0)
    assert "powershell -nop" in events["events"][0]["text"]
    assert ["EventID", "4688"] in events["events"][0]["fields"]
    page = halden.browser("analyst").get(f"/findings/{one.id}").text
    assert "/rules/exceptions/new?rule=encoded-powershell" in page
    assert halden.browser("viewer").get(f"/findings/{one.id}/events").status_code == 200
    assert halden.browser("viewer").get("/findings/none").status_code == 404
    # An event that is not stored (any more) is no fault.
    old = attack()[0]
    assert api(halden, f"/findings/{old.id}/events")["missing"] == 1


def test_texts_of_attackers_are_text(halden: Firm) -> None:
    browser = halden.browser("responder")
    name = names(halden, "?text=alert")[0]
    pages = ["/", "/incidents", f"/incidents/{name}", f"/incidents/{name}/findings"]
    pages += [f"/incidents/{name}/why", f"/incidents/{name}/report"]
    pages += [f"/findings/{hostile().id}", f"/findings/{hostile().id}/events"]
    for path in pages:
        text = browser.get(path).text
        assert "alert(1)" in text, path
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert not {"\u202e", "\x1b"} & set(text), path
        assert not re.search(r"\sstyle=|\son\w+=[\"']", text), path
    written = browser.get(f"/incidents/{name}/export.md").text
    assert "<script>" not in written
    assert "\\<script\\>" in written
    assert not {"\u202e", "\x1b"} & set(written)


def test_exports_are_whole_files(halden: Firm) -> None:
    browser = halden.browser("viewer")
    name = names(halden)[0]
    markdown = browser.get(f"/incidents/{name}/export.md")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert f'filename="incident-{name}.md"' in markdown.headers["content-disposition"]
    for part in ("Stages", "What was seen", "What was done", "Ledger entries", "What is not known"):
        assert f"\n## {part}\n" in markdown.text
    told = browser.get(f"/incidents/{name}/export.json").json()
    assert told["story"]["brief"]["id"] == name
    assert told["ledger"], "its actions are in the ledger"
    assert told["ledger_trouble"] == ""


def test_several_at_once(own: Firm) -> None:
    analyst = own.browser("analyst")
    both = names(own)
    told = analyst.post(
        "/incidents",
        {"incidents": both, "what": "benign", "words": "a drill", "back": "/incidents?state=all"},
    )
    assert (told.status_code, told.headers["location"]) == (303, "/incidents?state=all")
    assert "2 incidents judged: allowed." in analyst.get("/incidents").text
    assert {each["verdict"] for each in api(own, "/incidents")["incidents"]} == {"benign"}
    told = analyst.post("/incidents", {"incidents": [both[0], "0" * 16], "what": "close"})
    assert told.status_code == 303
    assert "1 incident closed. Not done for 1" in analyst.get("/incidents").text
    assert names(own) == [both[1]]
    analyst.post("/incidents", {"incidents": both, "what": "merge", "words": "the same people"})
    merged = api(own, "/incidents?state=all")["incidents"]
    assert [each["findings"] for each in merged] == [9]
    former = next(name for name in both if name != merged[0]["id"])
    story = api(own, f"/incidents/{former}")
    assert (story["asked"], story["brief"]["id"]) == (former, merged[0]["id"])
    assert "became a part of this one" in analyst.get(f"/incidents/{former}").text
    assert {record["what"] for record in story["records"]} >= {
        "merged",
        "verdict",
        "note",
        "closed",
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "close"}, {"incidents": ["a" * 65], "what": "close"},
        {"incidents": ["abcd"], "what": "explode"}, {"incidents": ["abcd"], "what": "note"},
        {"incidents": ["abcd"], "what": "merge"},
        {"incidents": ["abcd"], "what": "close", "words": "x" * 2001},
    ],
)  # fmt: skip
def test_what_can_not_be_done_to_several_is_said(halden: Firm, fields: dict[str, Any]) -> None:
    assert halden.browser("analyst").post("/incidents", fields).status_code == 422


def test_judging_noting_closing_and_opening(own: Firm) -> None:
    analyst = own.browser("analyst")
    name = names(own)[0]
    told = analyst.post(f"/incidents/{name}/verdict", {"verdict": "true", "words": "it is real",
                                                       "close": "true"})  # fmt: skip
    assert (told.status_code, told.headers["location"]) == (303, f"/incidents/{name}")
    analyst.post(f"/incidents/{name}/notes", {"words": f"called; {HOSTILE}"})
    story = api(own, f"/incidents/{name}")
    assert (story["brief"]["state"], story["judgement"]["who"]) == ("closed", "analyst")
    assert [each["what"] for each in story["records"]][-3:] == ["verdict", "closed", "note"]
    assert "<img src=x" not in analyst.get(f"/incidents/{name}").text
    assert analyst.post(f"/incidents/{name}/notes", {"words": ""}).status_code == 422
    analyst.post(f"/incidents/{name}/reopen", {})
    assert api(own, f"/incidents/{name}")["brief"]["state"] == "open"
    precision = {each["title"]: each["measured"]["true"] for each in story["priority"]["grounds"]}
    assert set(precision.values()) == {1}


def test_findings_out_of_an_incident_and_into_one(own: Firm) -> None:
    analyst = own.browser("analyst")
    name, other = names(own)
    last = attack()[7].id
    wrong = analyst.post(f"/incidents/{other}/move-out", {"findings": [last]})
    assert wrong.status_code == 409
    told = analyst.post(f"/incidents/{name}/move-out", {"findings": [last]})
    assert told.status_code == 303
    assert api(own, f"/incidents/{name}")["brief"]["findings"] == 7
    own_one = api(own, f"/findings/{last}")["incident"]
    assert own_one["findings"] == 1
    # The whole of one, a part of another.
    told = analyst.post(f"/incidents/{other}/findings", {"findings": [last, attack()[6].id]})
    assert told.status_code == 303, told.text
    taken = own.state.read(lambda connection: present_name(connection, other))
    assert api(own, f"/incidents/{taken}")["brief"]["findings"] == 3
    assert api(own, f"/incidents/{name}")["brief"]["findings"] == 6
    again = analyst.post(f"/incidents/{taken}/findings", {"findings": [last]})
    assert again.status_code == 409


def test_viewers_do_nothing_and_the_api_does_it_once(own: Firm) -> None:
    name = names(own)[0]
    viewer = own.browser("viewer")
    for path in ("", f"/{name}/close", f"/{name}/verdict", f"/{name}/merge", f"/{name}/move-out"):
        assert viewer.post(f"/incidents{path}", {}).status_code == 403
    analyst = own.browser("analyst")
    headers = {"content-type": "application/json", "x-csrf-token": analyst.csrf,
               "sec-fetch-site": "same-origin", "idempotency-key": "one"}  # fmt: skip
    for _ in range(2):
        told = analyst.send(
            "POST", f"{API}/incidents/{name}/notes", headers, content=b'{"words": "once"}'
        )
        assert told.status_code == 200, told.text
    records = api(own, f"/incidents/{name}")["records"]
    assert [each["words"] for each in records].count("once") == 1


def test_priorities_follow_verdicts_and_new_findings(own: Firm) -> None:
    """The ranking is kept between requests, and yet it is what it would be anew."""
    before = api(own, "/incidents")["incidents"]
    own.found([finding(70, 0, "Encoded PowerShell", ("host", "other.halden.example"),
                       techniques=("T1059.001",))])  # fmt: skip
    grown = api(own, "/incidents")["incidents"]
    assert len(grown) == len(before) + 1
    new = next(each for each in grown if each["findings"] == 1 and "Encoded" in each["sentence"])
    own.browser("analyst").post(f"/incidents/{new['id']}/verdict", {"verdict": "false"})
    later = {each["id"]: each for each in api(own, "/incidents")["incidents"]}
    assert later[new["id"]]["certainty"] < new["certainty"]
    fresh = api(own, f"/incidents/{new['id']}")["brief"]
    assert fresh == later[new["id"]]
