"""Try it: what comes in is a stranger's, and nothing of it stays."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest

import corpora
from console.firm import BASE, NOW, Firm, firm
from vedette.console.screens.tryit.examples import LINE, MESSAGE, REQUEST
from vedette.console.table import API
from vedette.store import reading


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden")) as made:
        made.person("admin")
        yield made


@pytest.mark.parametrize("kind", ["message", "request", "line"])
def test_each_form_has_an_example(halden: Firm, kind: str) -> None:
    page = halden.browser("viewer").get(f"/try?kind={kind}&example=true")
    assert page.status_code == 200
    assert "What Vedette" not in page.text
    assert {"message": "fast track", "request": "UNION", "line": "WINWORD"}[kind] in page.text


def test_a_lure_is_seen_for_what_it_is_and_not_kept(halden: Firm) -> None:
    browser = halden.browser("viewer")
    page = browser.post("/try/message", {"text": MESSAGE})
    assert page.status_code == 200
    assert "Why: what each sign adds" in page.text
    token = halden.access.tokens.make(halden.person("viewer").who, "t", ["read"], NOW + 10**12).text
    body = {"file": base64.b64encode(MESSAGE.encode()).decode()}

    told = browser.send(
        "POST", f"{API}/try/message", {"authorization": f"Bearer {token}"},
        content=json.dumps(body).encode(),
    ).json()  # fmt: skip
    assert told["verdict"] in ("lure", "suspicious")
    assert told["features"]
    assert halden.state.read(reading.count_findings) == 0
    assert not list((halden.config.data_dir).rglob("*.parquet"))


def test_a_file_is_taken_as_browsers_send_it(halden: Firm) -> None:
    browser = halden.browser("viewer")
    headers = {"sec-fetch-site": "same-origin", "origin": BASE}
    files = {"file": ('"><script>alert(1)</script>.eml', MESSAGE.encode(), "message/rfc822")}
    page = browser.send("POST", "/try/message", headers, data={"csrf": browser.csrf}, files=files)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "Laura" not in page.text or "Why" in page.text


def test_neither_and_both_are_refused(halden: Firm) -> None:
    browser = halden.browser("viewer")
    assert browser.post("/try/message", {"text": " "}).status_code == 422
    assert browser.post("/try/line", {"text": "   "}).status_code in (400, 422)
    assert browser.post("/try/request", {"text": "not a request"}).status_code in (422, 503)


def test_a_line_is_read_mapped_and_judged(halden: Firm) -> None:
    page = halden.browser("viewer").post("/try/line", {"text": LINE})
    assert page.status_code == 200
    assert "rule fires" in page.text or "rules fire" in page.text
    assert "windows" in page.text
    asked = halden.browser("viewer").post("/try/line", {"text": LINE, "rule": "no such rule"})
    assert asked.status_code == 422


def test_markup_in_what_is_tried_is_shown_as_text(halden: Firm) -> None:
    evil = LINE.replace("FIRM", "</textarea><img src=x onerror=alert(1)>")
    page = halden.browser("viewer").post("/try/line", {"text": evil})
    assert "<img src=x" not in page.text


def test_a_request_without_rules_says_where_to_get_them(
    halden: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VEDETTE_CRS", "/nonexistent")
    page = halden.browser("viewer").post("/try/request", {"text": REQUEST})
    assert page.status_code == 409
    assert "git clone" in page.text


def test_a_request_is_judged_by_the_rule_set(halden: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_CRS", str(corpora.crs()))
    page = halden.browser("viewer").post("/try/request", {"text": REQUEST})
    assert page.status_code == 200
    assert "blocked" in page.text
    assert "9421" in page.text  # SQL injection
