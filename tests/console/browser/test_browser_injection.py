"""A firm full of an attacker's texts, in a real browser whose policy is switched off, so that
nothing but the escaping keeps them from running."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from console.attacks.hostile import LINK, MARK, PAYLOAD, findings, infest
from console.browser.chromium import Watched, opened
from console.serving import Served, served
from console.wandering import PAGES, addresses
from vedette.console.table import View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_RAN: Final = f"""
() => {{
  const found = [...document.querySelectorAll("[{MARK}]")].map((each) => each.outerHTML);
  if (window.pwned !== undefined) found.push("ran: " + window.pwned);
  for (const each of document.querySelectorAll("*")) {{
    if (each.getAttributeNames().some((name) => name.startsWith("on"))) found.push(each.outerHTML);
  }}
  for (const each of document.links) {{
    if (!/^https?:$/.test(each.protocol)) found.push(each.href);
  }}
  for (const each of document.forms) {{
    if (new URL(each.action).origin !== location.origin) found.push(each.action);
  }}
  return found.map((each) => each.slice(0, 200));
}}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with served(folder) as made:
        infest(made.firm, folder)
        yield made


@pytest.fixture(scope="module")
def places(hostile: Served) -> dict[str, list[str]]:
    with hostile.client("admin") as client:
        return addresses(lambda path: client.get(path).text)


@pytest.fixture(scope="module")
def bare(browser: Browser, hostile: Served) -> Iterator[Watched]:
    """A page without the protection of the Content-Security-Policy."""
    with opened(browser, hostile, "admin", bypass_csp=True) as seat:
        seat.page.on("dialog", lambda dialog: dialog.dismiss())
        yield seat


def ran(seat: Watched) -> list[str]:
    found: list[str] = seat.page.evaluate(_RAN)
    return found


def test_what_runs_is_seen(bare: Watched) -> None:
    """The check itself can fail, and the policy is off."""
    bare.go("/settings/about")
    assert ran(bare) == []
    bare.page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)",
        f'<p title="{PAYLOAD}">{PAYLOAD}</p><a href="{LINK}">x</a>',
    )
    bare.page.wait_for_function("window.pwned !== undefined")
    assert len(ran(bare)) >= 5


@pytest.mark.parametrize("view", PAGES, ids=lambda view: view.name)
def test_nothing_runs(view: View, bare: Watched, places: dict[str, list[str]]) -> None:
    for path in places.get(view.name, []):
        assert bare.go(path) == 200
        for fold in bare.page.locator("main summary").all():
            if fold.is_visible():
                fold.click()
        assert ran(bare) == [], path
        assert bare.page.url == bare.base + path or "%" in bare.page.url
        assert bare.complaints() == []


def test_what_comes_live_does_not_run(bare: Watched, hostile: Served) -> None:
    assert bare.go("/") == 200
    bare.page.locator("#live-state[data-state=live]").wait_for()
    bare.page.evaluate("document.querySelector('[data-part=incidents]').replaceChildren()")
    new = findings()[:3]
    hostile.firm.found(msgspec.structs.replace(each, id=f"{n:032x}") for n, each in enumerate(new))
    bare.page.locator("[data-part=incidents] a").first.wait_for()
    bare.page.wait_for_timeout(300)
    assert ran(bare) == []
    assert bare.complaints() == []
