"""The pages of rules: what is at work, what came of it, ATT&CK."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.firm import NOW, Firm, firm
from console.ruled import BROKEN, DAY, ENCODED, HOUR, MANY, WEB, at_work, hit
from vedette.engine.thwarting.asking import Judge


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Rules of all states, some findings, a verdict."""
    folder = tmp_path_factory.mktemp("firm")
    with firm(folder) as made:
        at_work(made, folder)
        ages = [HOUR, 2 * HOUR, 2 * DAY, 9 * DAY, 40 * DAY]
        made.found(hit(n, NOW - age, ("host", f"ws-{n}")) for n, age in enumerate(ages))
        made.found([hit(9, NOW - HOUR, ("host", "web"), rule="vedette.own", title="Of its own")])
        incident = str(
            made.state.read(
                lambda reader: reader.execute(
                    "SELECT root FROM incidents ORDER BY last DESC, id"
                ).fetchone()[0]
            )
        )
        made.desk.ask("ada", Judge(incident, "true", ""))
        until = time.monotonic() + 60
        while not made.browser("viewer").get("/api/v1/rules").json()["tried"]:
            assert time.monotonic() < until, "samples were not tried"
            time.sleep(0.05)
        yield made
        made.place.kept.close()


def rules(halden: Firm, query: str = "") -> list[str]:
    answer = halden.browser("viewer").get(f"/api/v1/rules?{query}")
    assert answer.status_code == 200, answer.text
    return [rule["id"] for rule in answer.json()["rules"]]


def rule(halden: Firm, name: str) -> dict[str, object]:
    found: dict[str, object] = halden.browser("viewer").get(f"/api/v1/rules/{name}").json()
    return found


def test_every_rule_with_its_state(halden: Firm) -> None:
    answer = halden.browser("viewer").get("/api/v1/rules").json()
    assert answer["states"] == {
        "compiled": 3, "needs value": 1, "invalid": 1, "built in": 1,
    }  # fmt: skip
    assert answer["total"] == answer["matching"] == 6
    states = {each["id"]: each["state"] for each in answer["rules"]}
    assert states[BROKEN] == "invalid"
    assert states["vedette.own"] == "built in"


def test_counts_samples_and_verdicts(halden: Firm) -> None:
    found = rule(halden, ENCODED)
    shown = found["rule"]
    assert isinstance(shown, dict)
    assert shown["hits"] == {"day": 2, "week": 3, "month": 4, "last": NOW - HOUR}
    assert shown["samples"] == {"state": "failing", "count": 2, "failed": 1}
    assert shown["techniques"] == ["T1059.001"]
    assert found["failures"] == ["wrong on purpose: expected a finding, got no finding"]
    assert sum(found["daily"]) == 4  # type: ignore[call-overload]  # a list of numbers
    assert found["serves"] == [{"key": MANY, "title": "Many encoded commands"}]
    assert rule(halden, MANY)["stands_on"][0]["key"] == ENCODED  # type: ignore[index]  # a list


def test_precision_follows_verdicts(halden: Firm) -> None:
    judged = [one for one in (ENCODED, "vedette.own") if rule(halden, one)["rule"]["judged"]]  # type: ignore[index]  # an object
    assert len(judged) == 1
    shown = rule(halden, judged[0])["rule"]
    assert isinstance(shown, dict)
    assert shown["false_share"] == 0
    precision = shown["precision"]
    assert precision["low"] < precision["mean"] < precision["high"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=invalid", {BROKEN}),
        ("state=built+in", {"vedette.own"}),
        ("level=critical", {MANY}),
        ("text=WEBSITE+shell", {WEB}),
        ("technique=T1059", {ENCODED, MANY}),
        ("technique=t1059.001", {ENCODED}),
        ("tactic=persistence", {WEB}),
        ("logsource=webserver", {WEB}),
        ("hits=week", {ENCODED, "vedette.own"}),
        ("samples=failing", {ENCODED}),
        ("text=xyzzy", set()),
    ],
)
def test_filters(halden: Firm, query: str, expected: set[str]) -> None:
    assert set(rules(halden, query)) == expected


@pytest.mark.parametrize("sort", ["hits", "title", "level", "precision"])
def test_pages_give_each_rule_once(halden: Firm, sort: str) -> None:
    whole = rules(halden, f"sort={sort}")
    seen: list[str] = []
    cursor = ""
    while True:
        path = f"/api/v1/rules?sort={sort}&limit=2&cursor={cursor}"
        answer = halden.browser("viewer").get(path).json()
        seen += [each["id"] for each in answer["rules"]]
        cursor = answer["next"]
        if not cursor:
            break
    assert seen == whole
    assert len(set(seen)) == 6


def test_what_is_wrong_with_a_query(halden: Firm) -> None:
    viewer = halden.browser("viewer")
    for query in ("cursor=***", "limit=0", "limit=201", "level=awful", "technique=x", "no=1"):
        answer = viewer.get(f"/api/v1/rules?{query}")
        assert answer.status_code in (400, 422), query
        assert answer.headers["content-type"] == "application/problem+json"
    assert viewer.get("/rules/nothing-such").status_code == 404
    assert halden.browser(None).get("/api/v1/rules").status_code == 401


def test_pages_show_hostile_text_as_text(halden: Firm) -> None:
    viewer = halden.browser("viewer")
    for path in (
        "/rules",
        f"/rules/{ENCODED}",
        "/rules/vedette.own",
        f"/rules/{BROKEN}",
        "/rules?text=%3Cscript%3Ealert(9)%3C/script%3E",
        "/rules/attack?show=all",
    ):
        page = viewer.get(path)
        assert page.status_code == 200, page.text
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert " style=" not in page.text
        assert "\u202e" not in page.text


def test_matrix(halden: Firm) -> None:
    viewer = halden.browser("viewer")
    matrix = viewer.get("/api/v1/rules/attack").json()
    assert matrix["unknown"] == ["T9999"]
    assert matrix["covered"] == 2
    assert matrix["tested"] == 0
    execution = next(each for each in matrix["columns"] if each["tactic"] == "execution")
    assert [(each["id"], each["rules"]) for each in execution["techniques"]] == [("T1059", 2)]
    assert [part["id"] for part in execution["techniques"][0]["parts"]] == ["T1059.001"]
    alone = viewer.get("/api/v1/rules/attack?tactic=execution&show=all").json()["columns"]
    assert len(alone) == 1
    assert len(alone[0]["techniques"]) == alone[0]["total"] > 10


def test_events_that_come_are_told(tmp_path: Path) -> None:
    from vedette.model.batch import Batch, JsonLines

    with firm(tmp_path) as made:
        detection = at_work(made, tmp_path)
        viewer = made.browser("viewer")
        assert viewer.get(f"/api/v1/rules/{ENCODED}").json()["rule"]["data"] == "none"
        line = b'{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}'
        detection.inspect(Batch("win", "windows", JsonLines([line])))
        assert viewer.get(f"/api/v1/rules/{ENCODED}").json()["rule"]["data"] == "speaking"
        assert viewer.get(f"/api/v1/rules/{MANY}").json()["rule"]["data"] == "speaking"
        assert viewer.get(f"/api/v1/rules/{WEB}").json()["rule"]["data"] == "none"
        at_work(made, tmp_path)  # loaded again: what came before is not forgotten
        assert viewer.get(f"/api/v1/rules/{ENCODED}").json()["rule"]["data"] == "speaking"
        made.place.kept.close()


def test_refused_reload_is_told(tmp_path: Path) -> None:
    with firm(tmp_path) as made:
        viewer = made.browser("viewer")
        assert viewer.get("/rules").status_code == 200  # before the first are loaded
        at_work(made, tmp_path)
        made.place.rules.refuse(NOW, "rules.yml:3:1: <b>no</b>")
        page = viewer.get("/rules").text
        assert "Changed rules are not at work" in page
        assert "&lt;b&gt;no&lt;/b&gt;" in page
        at_work(made, tmp_path)
        assert "Changed rules are not at work" not in viewer.get("/rules").text
        made.place.kept.close()
