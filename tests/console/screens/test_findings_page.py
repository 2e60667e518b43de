"""The list of findings: filters, pages that give each once, and sending to incidents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.firm import NOW, Firm, firm
from console.ruled import DAY, ENCODED, HOUR, at_work, hit
from vedette.console.screens.search import findings as listing

MANY = 300


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("firm")
    with firm(folder) as made:
        at_work(made, folder)
        made.found(
            hit(
                n,
                NOW - (n // 7) * HOUR,
                ("host", f"ws-{n % 10}"),
                ("account", "Müller" if n % 50 == 0 else "ada"),
                level="critical" if n % 100 == 0 else "low",
                rule=ENCODED if n % 2 else "other",
                value=f"powershell -enc {n} \\\\share\\x",
            )
            for n in range(MANY)
        )
        yield made


def found(halden: Firm, query: str = "") -> list[str]:
    """All pages."""
    ids: list[str] = []
    cursor = ""
    while True:
        answer = halden.browser("viewer").get(f"/api/v1/findings?{query}&cursor={cursor}".replace(
            "?&", "?"))  # fmt: skip
        assert answer.status_code == 200, answer.text
        ids += [row["id"] for row in answer.json()["findings"]]
        cursor = answer.json()["next"]
        if not cursor:
            return ids


def numbers(ids: list[str]) -> set[int]:
    by_id = {hit(n, rule=ENCODED if n % 2 else "other").id: n for n in range(MANY)}
    assert len(ids) == len(set(ids))
    return {by_id[one] for one in ids}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=97", lambda n: True),
        (f"rule={ENCODED}", lambda n: n % 2 == 1),
        ("level=critical", lambda n: n % 100 == 0),
        ("rule=other&level=critical", lambda n: n % 100 == 0),
        ("since=-5h", lambda n: n // 7 <= 5),
        ("until=-5h", lambda n: n // 7 > 5),
        ("entity=host:ws-3", lambda n: n % 10 == 3),
        ("entity=host:ws", lambda n: False),
        ("text=m%C3%BCLLER", lambda n: n % 50 == 0),
        ("text=WS-4+POWERSHELL", lambda n: n % 10 == 4),
        ("text=enc%20%5C%5Cshare%5Cx", lambda n: True),
        ("incident=hidden", lambda n: False),
    ],
)
def test_filters_and_pages(halden: Firm, query: str, expected: object) -> None:
    wanted = {n for n in range(MANY) if expected(n)}  # type: ignore[operator]  # one of those above
    assert numbers(found(halden, query)) == wanted


def test_looks_only_so_long(halden: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PATIENCE", -1.0)
    monkeypatch.setattr(listing, "LOOKS", 16)
    page = halden.browser("viewer").get("/findings?text=xyzzy").text
    assert "Looked back to" in page
    answer = halden.browser("viewer").get("/api/v1/findings?text=xyzzy").json()
    assert answer["looked_to"] is not None
    assert found(halden, "text=xyzzy") == []
    assert numbers(found(halden, "text=ws-4")) == {n for n in range(MANY) if n % 10 == 4}


def test_faulty_queries(halden: Firm) -> None:
    for query in ("entity=host", "since=soon", "cursor=AAAA", "level=x", "limit=1000"):
        assert halden.browser("viewer").get(f"/api/v1/findings?{query}").status_code in (400, 422)


def test_sent_together_and_taken_out(tmp_path: Path) -> None:
    with firm(tmp_path) as made:
        at_work(made, tmp_path)
        ones = [hit(n, NOW - n * DAY, ("host", f"ws-{n}")) for n in range(1, 4)]
        low = hit(9, NOW, ("host", "ws-9"), level="informational")
        made.found([*ones, low])
        analyst = made.browser("analyst")

        def homes() -> dict[str, str]:
            rows = analyst.get("/api/v1/findings").json()["findings"]
            return {row["id"]: row["incident"] for row in rows}

        assert len({homes()[one.id] for one in ones}) == 3
        chosen: list[str] = [ones[0].id, ones[1].id]
        sent = analyst.post("/findings/send", {"finding": chosen, "what": "together",
                                               "back": "/findings"})  # fmt: skip
        assert sent.status_code == 303, sent.text
        after = homes()
        assert after[ones[0].id] == after[ones[1].id] != after[ones[2].id]
        answer = analyst.post(
            "/findings/send",
            {"finding": [ones[2].id], "what": "into", "incident": after[ones[0].id]},
        )
        assert answer.status_code == 303
        assert len({homes()[one.id] for one in ones}) == 1
        out = analyst.post("/findings/send", {"finding": [ones[1].id], "what": "out"})
        assert out.status_code == 303
        assert homes()[ones[1].id] not in {homes()[ones[0].id], homes()[ones[2].id]}
        for fields in (
            {"finding": [ones[0].id], "what": "into"},
            {"finding": ["nothing"], "what": "out"},
            {"finding": [ones[0].id], "what": "together"},
            {"what": "out"},
        ):
            assert analyst.post("/findings/send", dict(fields)).status_code in (409, 422)  # type: ignore[arg-type]  # texts and lists
        viewer = made.browser("viewer")
        assert viewer.post("/findings/send", {"finding": [ones[0].id], "what": "out"}
                           ).status_code == 403  # fmt: skip
        assert 'name="finding"' not in viewer.get("/findings").text
        assert 'name="finding"' in analyst.get("/findings").text
