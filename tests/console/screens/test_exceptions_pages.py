"""Exceptions: looked at before they are made, made and ended through the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.firm import NOW, Firm, firm
from console.ruled import DAY, ENCODED, HOSTILE, HOUR, at_work, hit
from vedette.ledger.ledger import NAME as LEDGER
from vedette.ledger.reading import entries

NEW = f"/rules/exceptions/new?rule={ENCODED}&entity=host:build-*"


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("firm")
    with firm(folder) as made:
        at_work(made, folder)
        made.found(
            [
                hit(1, NOW - HOUR, ("host", "build-1")),
                hit(2, NOW - 2 * HOUR, ("host", "build-2")),
                hit(3, NOW - 3 * HOUR, ("host", "ws-1")),
                hit(4, NOW - 31 * DAY, ("host", "build-3")),
            ]
        )
        yield made


def form(**fields: str) -> dict[str, str | list[str]]:
    return {
        "rule": ENCODED, "entity": "host:build-*", "expires": "+7d", "reason": "our own builds",
        **fields,
    }  # fmt: skip


def test_preview_tells_what_it_would_have_hidden(halden: Firm) -> None:
    analyst = halden.browser("analyst")
    page = analyst.get(NEW)
    assert page.status_code == 200
    assert "would have hidden <strong>2</strong>" in page.text
    told = analyst.get("/api/v1" + NEW).json()
    assert (told["preview"]["hidden"], told["preview"]["looked_at"]) == (2, 3)
    assert [row["where"] for row in told["alike"]] == ["build-1", "build-2"]
    assert not halden.browser("viewer").get("/api/v1/rules/exceptions").json()["exceptions"]


def test_made_listed_and_ended(halden: Firm) -> None:
    analyst = halden.browser("analyst")
    made = analyst.post("/rules/exceptions", form())
    assert (made.status_code, made.headers["location"]) == (303, "/rules/exceptions")
    halden.found([hit(5, NOW, ("host", "build-9")), hit(6, NOW, ("host", "ws-9"))])
    (one,) = analyst.get("/api/v1/rules/exceptions").json()["exceptions"]
    assert one["owner"] == "analyst"
    assert one["conditions"] == [{"kind": "host", "pattern": "build-*"}]
    assert one["hidden"] == 1
    assert one["expires"] == NOW + 7 * DAY
    assert "our own builds" in analyst.get("/rules/exceptions").text
    hidden = analyst.get("/api/v1/findings?incident=hidden").json()["findings"]
    assert [row["where"] for row in hidden] == ["build-9"]
    assert analyst.get(f"/api/v1/rules/{ENCODED}").json()["rule"]["hidden"] == 1
    ended = analyst.post(f"/rules/exceptions/{one['id']}/end", {"back": f"/rules/{ENCODED}"})
    assert ended.headers["location"] == f"/rules/{ENCODED}"
    assert not analyst.get("/api/v1/rules/exceptions").json()["exceptions"]
    told = [(each.kind, each.who) for each in entries(halden.place.data / LEDGER)]
    assert told[-2:] == [("exception", "analyst")] * 2
    again = analyst.post(f"/rules/exceptions/{one['id']}/end", {})
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": ""}, 422),
        ({"expires": "soon"}, 422),
        ({"expires": "-1d"}, 422),
        ({"rule": "", "entity": ""}, 422),
        ({"rule": "", "entity": "host:*"}, 422),
        ({"entity": "build-1"}, 422),
        ({"owner": "x" * 101}, 422),
        ({"more": "1"}, 400),
    ],
)
def test_what_can_not_be_made(halden: Firm, fields: dict[str, str], status: int) -> None:
    analyst = halden.browser("analyst")
    assert analyst.post("/rules/exceptions", form(**fields)).status_code == status
    assert not analyst.get("/api/v1/rules/exceptions").json()["exceptions"]


def test_faults_are_told_beside_the_form(halden: Firm) -> None:
    page = halden.browser("analyst").get("/rules/exceptions/new?entity=host:*&expires=soon")
    assert page.status_code == 200
    assert "fits every host" in page.text
    assert "not understood" in page.text


def test_viewers_look_only(halden: Firm) -> None:
    viewer = halden.browser("viewer")
    assert viewer.get(NEW).status_code == 403
    assert viewer.post("/rules/exceptions", form()).status_code == 403
    page = viewer.get("/rules/exceptions").text
    assert "New exception" not in page
    assert halden.browser("analyst").post(
        "/rules/exceptions", form(csrf="wrong")
    ).status_code == 403  # fmt: skip


def test_hostile_words_stay_words(halden: Firm) -> None:
    analyst = halden.browser("analyst")
    halden.found([hit(7, NOW, ("host", HOSTILE), title=HOSTILE, value=HOSTILE)])
    made = analyst.post("/rules/exceptions", form(reason=HOSTILE, owner=HOSTILE[:90], rule="",
                                                  entity=f"host:{HOSTILE}"))  # fmt: skip
    assert made.status_code == 303, made.text
    for path in ("/rules/exceptions", f"/rules/exceptions/new?entity=host:{'%3Cscript%3E'}",
                 "/findings", f"/rules/{ENCODED}"):  # fmt: skip
        page = analyst.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "\u202e" not in page.text
