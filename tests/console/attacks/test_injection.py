"""Whatever an attacker writes stays text: on every page, and in every answer to a strange address.

The browser's own view of the same firm is in browser/test_browser_injection.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
import pytest

from console.attacks.hostile import LINK, MARK, PAYLOAD, SHORT, infest, injected
from console.firm import Firm, firm
from console.ruled import ENCODED
from console.screens import shop
from console.wandering import PAGES, addresses
from shield.small_pack import write_pack
from vedette.console.parameters import path_parameters
from vedette.console.screens import table
from vedette.console.table import API, View
from vedette.console.web import PROBLEM

FILES: Final = tuple(view for view in table().views if view.produce is not None)
RULES: Final = Path(__file__).resolve().parents[3] / "demo" / "rules"
_NAME: Final = re.compile(r'attachment; filename="[A-Za-z0-9._-]+"')


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("halden")
    write_pack(folder / "crs")
    with firm(folder, shop.CONFIG) as made:
        made.person("admin")
        infest(made, folder)
        yield made


@pytest.fixture(scope="module")
def told(halden: Firm) -> dict[str, str]:
    """Every page that links lead to, by its address."""
    browser = halden.browser("admin")
    pages: dict[str, str] = {}

    def get(path: str) -> str:
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.text)
        pages[path] = answer.text
        return answer.text

    addresses(get)
    (ended,) = re.findall(r'href="(/actions/\w{32})"', get("/actions?tab=ended"))[:1]
    get(ended)
    return pages


def test_what_would_be_an_element_is_seen() -> None:
    """The check itself can fail."""
    assert len(injected(f"<p>{PAYLOAD}</p>")) >= 5
    assert injected(f'<p title="{PAYLOAD}">x</p>') != []
    assert injected(f'<script type="application/json">"{PAYLOAD}"</script>') != []
    assert injected(f'<a href="{LINK}">x</a>') != []
    assert injected('<p>a</p><a href="/x">b</a>') == []


def test_stored_texts_stay_texts(told: dict[str, str]) -> None:
    found = {path: wrong for path, page in told.items() if (wrong := injected(page))}
    assert found == {}


def test_the_texts_are_shown(told: dict[str, str]) -> None:
    """Else the test above says nothing: most screens show what an attacker wrote."""
    shown = {path.partition("?")[0].split("/")[1] for path, page in told.items() if MARK in page}
    assert shown >= {
        "", "incidents", "findings", "rules", "search", "actions", "ledger", "settings",
    }  # fmt: skip


@pytest.mark.parametrize("view", PAGES, ids=lambda view: view.name)
def test_reflected_texts_stay_texts(halden: Firm, view: View) -> None:
    """Each parameter alone, and all at once; in the path; unknown ones; cursors."""
    browser = halden.browser("admin")
    inside = path_parameters(view.path)
    fields = [each.encode_name for each in msgspec.structs.fields(view.query)]
    asked = [{name: text} for name in fields if name not in inside for text in (PAYLOAD, SHORT)]
    asked += [dict.fromkeys(fields, PAYLOAD), {PAYLOAD: PAYLOAD}, {"cursor": SHORT}]
    places = {re.sub(r"\{[^}]+\}", quote(text, safe=""), view.path) for text in ("0" * 16, SHORT)}
    for place in places:
        for query in asked:
            answer = browser.get(f"{place}?{urlencode(query)}")
            assert answer.status_code < 500, (place, query, answer.text)
            assert injected(answer.text) == [], (place, query)


def test_strange_addresses_stay_texts(halden: Firm) -> None:
    text = quote(PAYLOAD, safe="")
    for role in (None, "viewer"):
        browser = halden.browser(role)
        for path in (f"/{text}", f"/sign-in?next={text}", f"/join/{text}", f"/static/{text}",
                     f"/sign-in/return?error={text}&state={text}&code={text}",
                     f"/sign-in/provider?next={text}", f"{API}/{text}"):  # fmt: skip
            answer = browser.get(path)
            assert answer.status_code < 500, path
            assert answer.headers["x-content-type-options"] == "nosniff"
            if answer.headers.get("content-type") != PROBLEM:
                assert injected(answer.text) == [], path


def test_a_failed_sign_in_stays_text(halden: Firm) -> None:
    answer = halden.browser(None).post(
        "/sign-in", {"name": PAYLOAD, "password": PAYLOAD, "next": PAYLOAD, "csrf": []}
    )
    assert answer.status_code == 401
    assert injected(answer.text) == []


TRIED: Final[dict[str, str]] = {
    "message": f"From: {SHORT} <a@b.example>\nTo: x@halden.example\nSubject: {PAYLOAD}\n"
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    f"--b\nContent-Type: text/html\n\n<a href='{LINK}'>{PAYLOAD}</a> http://evil.example/{SHORT}\n"
    "--b\nContent-Type: application/zip\n"
    f'Content-Disposition: attachment; filename="{SHORT.replace(chr(34), "")}.exe"\n\nMZ\n--b--\n',
    "request": f"GET /{quote(SHORT)}?q={quote(PAYLOAD)}&{SHORT.replace(' ', '+')}=1 HTTP/1.1\n"
    f"Host: {SHORT}\nX-{SHORT.replace(' ', '')}: 1\nCookie: a={PAYLOAD}\n\n",
    "line": json.dumps({PAYLOAD: PAYLOAD, "EventID": 1, "CommandLine": f"p -enc {PAYLOAD}",
                        "Channel": "Microsoft-Windows-Sysmon/Operational"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", TRIED)
def test_what_is_tried_stays_text(halden: Firm, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEDETTE_CRS", str(RULES))
    fields: dict[str, str | list[str]] = {"text": TRIED[kind]}
    if kind == "line":
        fields["rule"] = ENCODED
    answer = halden.browser("viewer").post(f"/try/{kind}", fields)
    assert answer.status_code == 200, answer.text
    assert MARK in answer.text
    assert injected(answer.text) == []


def test_what_is_unmasked_stays_text(halden: Firm) -> None:
    analyst = halden.browser("analyst")
    (one, *_) = analyst.get(f"{API}/lures?verdict=lure").json()["lines"]
    answer = analyst.post(f"/lures/{one['id']}/unmask", {"reason": PAYLOAD})
    assert answer.status_code == 200
    assert MARK in answer.text
    assert injected(answer.text) == []


def test_names_that_people_give_stay_texts(halden: Firm) -> None:
    """Names of accounts are refused; everything else that is said back is escaped."""
    browser = halden.browser("admin")
    for path, fields in (
        ("/settings/me/tokens", {"name": SHORT, "scopes": "read", "days": "1"}),
        ("/search/saved", {"name": SHORT, "query": f"q={PAYLOAD}"}),
        ("/settings/me/preferences", {"time": SHORT, "colours": SHORT}),
        ("/rules/exceptions", {"rule": SHORT, "entity": f"host:{SHORT}", "reason": PAYLOAD}),
        ("/ledger/verify", {SHORT: PAYLOAD}),
    ):
        answer = browser.post(path, dict(fields))
        assert answer.status_code < 500, (path, answer.text)
        assert injected(answer.text) == [], path
        if answer.status_code == 303:  # what is said once is on the next page
            assert re.fullmatch(r"/[!-~]*", answer.headers["location"])
            assert injected(browser.get("/settings/about").text) == [], path


@pytest.mark.parametrize("view", FILES, ids=lambda view: view.name)
def test_names_of_files_break_no_header(halden: Firm, view: View) -> None:
    browser = halden.browser("admin")
    for text in ('x"\r\nSet-Cookie: a=b', "..%2f..%2fetc", "é\u202e.exe", '";filename*=x'):
        place = re.sub(r"\{[^}]+\}", quote(text, safe="%"), view.path)
        for before in ("", API):
            answer = browser.get(before + place)
            assert 400 <= answer.status_code < 500, answer.text
            assert "set-cookie" not in answer.headers


def test_files_have_plain_names(halden: Firm, told: dict[str, str]) -> None:
    browser = halden.browser("admin")
    seen = set()
    for page in told.values():
        for path in re.findall(r'href="(/[^"]*(?:/export\.\w+|/proof|/raw)[^"]*)"', page):
            answer = browser.get(path.replace("&amp;", "&"))
            assert answer.status_code == 200, path
            assert _NAME.fullmatch(answer.headers["content-disposition"]), path
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert not answer.headers["content-type"].startswith(("text/html", "image/svg")), path
            seen.add(path.rpartition("/")[2].partition("?")[0])
    assert seen == {"export.md", "export.json", "proof", "raw"}


def test_the_api_says_json_whatever_is_in_it(halden: Firm) -> None:
    browser = halden.browser("admin")
    for view in table().views:
        if view.api and not view.produce and not path_parameters(view.path):
            answer: Any = browser.get(API + view.path, accept="text/html")
            assert answer.headers["content-type"] in (
                "application/json",
                "application/problem+json",
            )
