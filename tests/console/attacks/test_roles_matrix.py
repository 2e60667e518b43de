"""Every route, by everybody: who may, may; who may not, is told so, and nothing is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, get_args

import httpx
import pytest

from console.firm import NOW, Firm, firm
from vedette.console.access.roles import SCOPES, Role, Scope, at_least
from vedette.console.screens import table
from vedette.console.table import API, Act, View

ROLES: Final[tuple[Role, ...]] = get_args(Role)
ENTRIES: Final = list(table())
CLOSED: Final = (401, 403)


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden")) as made:
        made.person("admin")
        yield made


def place(entry: View | Act) -> str:
    """A path of this route: what it names is not there."""
    return re.sub(r"\{[^}]+\}", "0123456789abcdef", entry.path)


def is_page(entry: View | Act) -> bool:
    if isinstance(entry, Act):
        return entry.page
    return entry.template is not None or entry.produce is not None


def asked_of_page(halden: Firm, entry: View | Act, role: Role | None) -> httpx.Response:
    browser = halden.browser(role)
    if isinstance(entry, View):
        return browser.get(place(entry))
    return browser.post(place(entry), {})


def asked_of_api(halden: Firm, entry: View | Act, headers: dict[str, str]) -> httpx.Response:
    browser = halden.browser(None)
    if isinstance(entry, View):
        return browser.send("GET", API + place(entry), headers)
    return browser.send("POST", API + place(entry), headers, content=b"{}")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_pages_by_role(halden: Firm, entry: View | Act) -> None:
    if not is_page(entry):
        pytest.skip("no page")
    for role in ROLES:
        told = asked_of_page(halden, entry, role)
        assert told.status_code < 500, (role, told.text)
        assert (told.status_code in CLOSED) is (not at_least(role, entry.role)), (role, told.text)
    told = asked_of_page(halden, entry, None)
    if isinstance(entry, View):
        assert (told.status_code, told.headers["location"][:8]) == (303, "/sign-in")
    else:
        assert told.status_code == 401


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_operations_by_scope(halden: Firm, entry: View | Act) -> None:
    if not entry.api:
        pytest.skip("no operation")
    assert asked_of_api(halden, entry, {}).status_code == 401
    assert asked_of_api(halden, entry, {"authorization": "Bearer vdt_x"}).status_code == 401
    for role in ROLES:
        for scope in SCOPES:
            token = _token(halden, role, scope)
            if token is None:
                continue
            told = asked_of_api(halden, entry, {"authorization": f"Bearer {token}"})
            allowed = at_least(role, entry.role) and scope == entry.scope
            assert told.status_code < 500, (role, scope, told.text)
            assert (told.status_code in CLOSED) is not allowed, (role, scope, told.text)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_acts_take_the_session_s_own_token(halden: Firm, entry: View | Act) -> None:
    if isinstance(entry, View):
        pytest.skip("changes nothing")
    browser, other = halden.browser("admin"), halden.browser("responder")
    for csrf in ("", "x" * 43, other.csrf):
        if entry.page:
            assert browser.post(place(entry), {"csrf": csrf}).status_code == 403
        if entry.api:
            headers = {"x-csrf-token": csrf, "origin": "http://127.0.0.1:8360"}
            told = browser.send("POST", API + place(entry), headers, content=b"{}")
            assert told.status_code == 403
    for site in ("cross-site", "same-site", "none"):
        if entry.page:
            assert browser.post(place(entry), {}, sec_fetch_site=site).status_code == 403
        if entry.api:
            headers = {"x-csrf-token": browser.csrf, "sec-fetch-site": site}
            told = browser.send("POST", API + place(entry), headers, content=b"{}")
            assert told.status_code == 403
    if entry.page:
        evil = browser.post(place(entry), {}, origin="http://evil.example")
        assert evil.status_code == 403


_TOKENS: dict[tuple[int, str, str], str] = {}


def _token(halden: Firm, role: Role, scope: Scope) -> str | None:
    """A token of somebody of this role with this scope alone; None where they may not have it."""
    if not at_least(role, SCOPES[scope]):
        return None
    key = (id(halden), role, scope)
    if key not in _TOKENS:
        who = halden.person(role).who
        expires = NOW + 86_400_000_000
        _TOKENS[key] = halden.access.tokens.make(who, scope, [scope], expires).text
    return _TOKENS[key]
