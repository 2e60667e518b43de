"""Settings, people, tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from console.firm import CONFIG, PASSWORD, Firm, firm
from vedette.console.table import API

MORE = """\
sinks: [{kind: file, name: out, path: data/out.ndjson}]
"""


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden"), CONFIG + MORE) as made:
        made.person("admin")
        yield made


def entries(halden: Firm, kind: str) -> str:
    return halden.browser("admin").get(f"{API}/ledger?kind={kind}&limit=200").text


def test_everybody_sees_what_runs(halden: Firm) -> None:
    told = halden.browser("viewer").get(f"{API}/settings").json()
    assert [sink["name"] for sink in told["sinks"]] == ["out"]
    assert told["storage"]["free"] > 0
    assert "Storage" in halden.browser("viewer").get("/settings").text


@pytest.mark.parametrize("path", ["/settings/people", "/settings/configuration"])
def test_only_admins_see_people_and_configuration(halden: Firm, path: str) -> None:
    assert halden.browser("responder").get(path).status_code == 403
    assert halden.browser("responder").get(API + path).status_code == 403
    assert halden.browser("admin").get(path).status_code == 200


def test_the_configuration_says_what_is_wrong_with_its_file_now(halden: Firm) -> None:
    browser = halden.browser("admin")
    path = halden.place.config_path
    assert path is not None
    before = path.read_text()
    try:
        path.write_text(before + "nonsense: 1\n")
        told = browser.get(f"{API}/settings/configuration").json()
        assert len(told["faults"]) == 1
        assert "nonsense" in told["faults"][0]
        assert "keeps the old one" in browser.get("/settings/configuration").text
    finally:
        path.write_text(before)
    assert browser.get(f"{API}/settings/configuration").json()["faults"] == []


def test_an_invitation_is_shown_once_and_opens_an_account(halden: Firm) -> None:
    browser = halden.browser("admin")
    page = browser.post("/settings/people/invite", {"role": "analyst"})
    assert page.status_code == 200
    (link,) = re.findall(r"http://127\.0\.0\.1:8360(/join/\S+?)<", page.text)
    assert link not in browser.get("/settings/people").text
    nobody = halden.browser(None)
    assert "invited as <strong>analyst" in nobody.get(link).text
    fields: dict[str, str | list[str]] = {
        "name": "kim", "password": PASSWORD, "again": PASSWORD + "!", "csrf": []
    }  # fmt: skip
    assert "passwords differ" in nobody.post(link, fields).text
    assert nobody.post(link, fields | {"again": PASSWORD}).status_code == 303
    assert nobody.post(link, fields | {"again": PASSWORD}).status_code == 404
    assert '"what":"invite"' in entries(halden, "access")


def test_a_role_is_changed_and_the_last_admin_stays(halden: Firm) -> None:
    browser = halden.browser("admin")
    halden.person("viewer", "lee")
    people = browser.get(f"{API}/settings/people").json()["people"]
    ids = {each["name"]: each["id"] for each in people}
    assert (
        browser.post(f"/settings/people/{ids['lee']}/role", {"role": "analyst"}).status_code == 303
    )
    assert halden.browser("viewer", "lee").get("/").status_code == 303  # signed out by it
    assert (
        browser.post(f"/settings/people/{ids['admin']}/role", {"role": "viewer"}).status_code == 409
    )
    assert browser.post(f"/settings/people/{ids['admin']}/delete", {}).status_code == 409
    assert browser.post(f"/settings/people/{ids['lee']}/delete", {}).status_code == 303
    assert (
        browser.post(f"/settings/people/{ids['lee']}/role", {"role": "viewer"}).status_code == 404
    )


def test_a_token_is_shown_once_and_works_as_far_as_its_scopes(halden: Firm) -> None:
    browser = halden.browser("responder")
    page = browser.post("/settings/me/tokens", {"name": "nightly", "scopes": ["read"], "days": "9"})
    (token,) = re.findall(r"vdt_\w+", page.text)
    assert token not in browser.get("/settings/me").text
    nobody = halden.browser(None)
    bearer = f"Bearer {token}"
    assert nobody.get(f"{API}/settings", authorization=bearer).status_code == 200
    assert nobody.get("/settings", authorization=bearer).status_code == 303
    refused = nobody.send(
        "POST", f"{API}/actions/undo-everything", {"authorization": bearer}, content=b"{}"
    )
    assert refused.status_code == 403
    (one,) = browser.get(f"{API}/settings/me").json()["tokens"]
    assert browser.post(f"/settings/tokens/{one['id']}/revoke", {}).status_code == 303
    assert nobody.get(f"{API}/settings", authorization=bearer).status_code == 401


def test_one_s_own_pages(halden: Firm) -> None:
    browser = halden.browser("analyst")
    assert (
        browser.post("/settings/me/preferences", {"time": "site", "colours": "dark"}).status_code
        == 303
    )
    assert 'data-time="site"' in browser.get("/").text
    assert 'data-colours="dark"' in browser.get("/").text
    assert browser.post("/settings/me/preferences", {"time": "moon"}).status_code == 422


def test_a_new_password_ends_the_other_sessions(halden: Firm) -> None:
    old = halden.browser("viewer", "sam")
    fields: dict[str, str | list[str]] = {"old": "wrong", "new": PASSWORD + " 2"}
    assert old.post("/settings/me/password", fields).status_code == 403
    changed = old.post("/settings/me/password", fields | {"old": PASSWORD})
    assert changed.status_code == 303
    assert old.get("/").status_code == 303
    old.cookies = dict(changed.cookies)
    assert "The password is changed" in old.get("/settings/me").text


def test_what_a_sink_refused_is_sent_again_by_admins(halden: Firm) -> None:
    assert halden.browser("responder").post("/settings/sinks/out/retry", {}).status_code == 403
    assert halden.browser("admin").post("/settings/sinks/none/retry", {}).status_code == 404
    assert halden.browser("admin").post("/settings/sinks/out/retry", {}).status_code == 303
    assert "sink-retried" in entries(halden, "sink-retried")


def test_about_names_the_files_of_others(halden: Firm) -> None:
    page = halden.browser("viewer").get("/settings/about").text
    assert "htmx.min.js" in page
    assert "0BSD" in page
