"""The skeleton: every page and operation goes through it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from console.firm import BASE, PASSWORD, Firm, firm
from vedette.console.table import API
from vedette.console.web import PROBLEM


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden")) as made:
        yield made


def test_without_a_session_a_page_leads_to_the_sign_in_and_back(halden: Firm) -> None:
    told = halden.browser(None).get("/?a=1")
    assert told.status_code == 303
    assert told.headers["location"] == "/sign-in?next=%2F%3Fa%3D1"


def test_without_a_session_the_api_says_401(halden: Firm) -> None:
    told = halden.browser(None).get(f"{API}/now")
    assert (told.status_code, told.headers["content-type"]) == (401, PROBLEM)
    assert told.headers["www-authenticate"].startswith("Bearer")
    assert told.json()["type"] == "urn:vedette:problem:sign-in"


def test_every_answer_carries_the_policy(halden: Firm) -> None:
    for path in ("/", "/sign-in", f"{API}/now", "/nowhere", "/livez"):
        headers = halden.browser("viewer").get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_static_files_are_kept_for_ever_under_their_hash(halden: Firm) -> None:
    browser = halden.browser(None)
    address = halden.application.web.statics.address("vedette.css")
    told = browser.get(address)
    assert told.status_code == 200
    assert "immutable" in told.headers["cache-control"]
    for wrong in (address.replace("vedette", "../vedette"), "/static/%2e%2e/%2e%2e/table.py"):
        assert browser.get(wrong).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9", "", "127.0.0.1.evil.example:8360"])
def test_a_name_that_is_not_ours_is_refused(halden: Firm, host: str) -> None:
    assert halden.browser("viewer").get("/", host=host).status_code == 421


def test_what_is_not_there_is_a_page_and_a_problem(halden: Firm) -> None:
    page = halden.browser("viewer").get("/no/such/page")
    assert (page.status_code, "There is no such thing here" in page.text) == (404, True)
    told = halden.browser("viewer").get(f"{API}/no/such")
    assert (told.status_code, told.json()["status"]) == (404, 404)
    assert halden.browser("viewer").send("DELETE", "/", {}).status_code == 405


def test_a_parameter_that_is_unknown_is_no_silent_default(halden: Firm) -> None:
    told = halden.browser("viewer").get(f"{API}/now?stat=open")
    assert told.status_code == 400
    assert "stat: no such parameter" in told.json()["detail"]


def test_signing_in_and_out(halden: Firm) -> None:
    halden.person("viewer")
    nobody = halden.browser(None)
    wrong = nobody.post("/sign-in", {"name": "viewer", "password": "x", "csrf": []})
    assert (wrong.status_code, "do not belong together" in wrong.text) == (401, True)
    right = nobody.post(
        "/sign-in", {"name": "viewer", "password": PASSWORD, "next": "/rules", "csrf": []}
    )
    assert (right.status_code, right.headers["location"]) == (303, "/rules")
    name = halden.application.web.callers.cookies.session
    nobody.cookies = {name: right.cookies[name]}
    assert nobody.get("/").status_code == 200
    nobody.opened = None
    out = nobody.post("/sign-out", {"csrf": []})
    assert out.headers["location"] == "/sign-in"
    assert nobody.get("/").status_code == 303


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(halden: Firm, where: str) -> None:
    halden.person("viewer")
    told = halden.browser(None).post(
        "/sign-in", {"name": "viewer", "password": PASSWORD, "next": where, "csrf": []}
    )
    assert (told.status_code, told.headers["location"]) == (303, "/")


def test_another_site_signs_nobody_in(halden: Firm) -> None:
    told = halden.browser(None).post(
        "/sign-in",
        {"name": "viewer", "password": PASSWORD, "csrf": []},
        sec_fetch_site="cross-site",
    )
    assert told.status_code == 403


def test_the_document_names_every_operation_once(halden: Firm) -> None:
    told = halden.browser(None).get("/api/openapi.json").json()
    operations = [
        entry["operationId"] for methods in told["paths"].values() for entry in methods.values()
    ]
    table = halden.application.web.table
    assert sorted(operations) == sorted(entry.name for entry in table if entry.api)
    assert told["openapi"] == "3.1.0"
    assert "$defs" not in json.dumps(told)


def test_health_says_when_events_can_not_be_stored(halden: Firm) -> None:
    browser = halden.browser(None)
    assert browser.get("/livez").status_code == 200
    assert browser.get("/readyz").status_code == 200
    halden.healthy = False
    try:
        assert browser.get("/readyz").status_code == 503
    finally:
        halden.healthy = True


def test_figures_are_for_this_machine_or_for_a_token(halden: Firm) -> None:
    browser = halden.browser(None)
    assert browser.get("/metrics").status_code == 200
    assert browser.get("/metrics", x_forwarded_for="198.51.100.7").status_code == 401
    assert BASE.startswith("http://127.0.0.1")
