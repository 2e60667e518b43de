"""The console by keyboard alone."""

from __future__ import annotations

import re
from typing import Final

import pytest

from console.browser.chromium import WIDE, Watched
from console.wandering import PAGES
from vedette.console.access.roles import Role
from vedette.console.table import View

MOST: Final = 400
"""Steps of a walk, after which it is a trap."""
_ABLE: Final = """
() => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  window.able = [...document.querySelectorAll(kinds)].filter((each) =>
    each.type !== "hidden" && !each.disabled && each.tabIndex >= 0
    && each.checkVisibility({ visibilityProperty: true })
    && (each.type !== "radio" || each.checked
        || !document.querySelector(`input[name="${CSS.escape(each.name)}"]:checked`)));
  window.met = new Set();
  document.activeElement?.blur?.();
  return window.able.length;
}
"""
_WHERE: Final = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return { at: -1, wrong: "" };
  const style = getComputedStyle(at);
  const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
    || style.boxShadow !== "none"
    || [...at.querySelectorAll("rect")].some(
      (each) => getComputedStyle(each).strokeWidth === "3px");
  const box = at.getBoundingClientRect();
  const within = box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth;
  const name = at.outerHTML.slice(0, 120);
  window.met.add(at);
  return { at: window.able.indexOf(at),
           wrong: !shown ? "no sign of the focus: " + name
                  : !within ? "focus out of sight: " + name : "" };
}
"""
_MISSED: Final = """
() => window.able.filter((each) => each.isConnected && !window.met.has(each))
  .map((each) => each.outerHTML.slice(0, 160))
"""


@pytest.mark.parametrize("view", PAGES, ids=lambda view: view.name)
def test_walk(view: View, paths: dict[str, list[str]], seats: dict[Role, Watched]) -> None:
    """Tab comes to everything that can be used, shows where it is, and comes out again."""
    seat = seats["admin"]
    seat.page.set_viewport_size(WIDE)
    assert seat.go(paths[view.name][0]) == 200
    count = seat.page.evaluate(_ABLE)
    assert count > 0
    wrong: list[str] = []
    first = -2
    for _ in range(min(MOST, 2 * count + 10)):
        seat.page.keyboard.press("Tab")
        where = seat.page.evaluate(_WHERE)
        if where["wrong"]:
            wrong.append(where["wrong"])
        if where["at"] == first or (where["at"] == -1 and first >= 0):
            break
        if first == -2 and where["at"] >= 0:
            first = where["at"]
    else:
        wrong.append("the walk does not end")
    wrong += [f"not reached: {each}" for each in seat.page.evaluate(_MISSED)]
    assert "\n".join(sorted(set(wrong))) == ""


def test_the_first_step_leads_past_the_menu(seats: dict[Role, Watched]) -> None:
    page = seats["viewer"].page
    seats["viewer"].go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_z_shows_times_of_three_zones(seats: dict[Role, Watched]) -> None:
    """UTC, the site's (Oslo), the browser's, and it stays so on the next page."""
    page = seats["viewer"].page
    seats["viewer"].go("/incidents")
    moment = page.locator("main time").first
    exact = moment.get_attribute("datetime")
    assert exact is not None
    hour = int(exact[11:13])
    button = page.locator("#zone")
    seen = []
    for name in ("UTC", "Europe/Oslo", "browser"):
        assert button.inner_text() == name
        shown = re.search(r"(\d\d):\d\d", moment.inner_text())
        assert shown is not None
        seen.append(int(shown[1]))
        page.keyboard.press("z")
    assert seen[:2] == [hour, (hour + 2) % 24]  # September
    assert button.inner_text() == "UTC"
    page.keyboard.press("z")
    seats["viewer"].go("/actions")
    assert page.locator("#zone").inner_text() == "Europe/Oslo"
    page.evaluate("sessionStorage.clear()")


def test_keys_lead_to_screens_and_through_lists(seats: dict[Role, Watched]) -> None:
    page = seats["viewer"].page
    seats["viewer"].go("/")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/incidents")
    page.wait_for_load_state("load")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-entries] [data-entry]").first.get_attribute("href")
    assert page.evaluate("document.activeElement.getAttribute('href')") == first
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('[data-filter]')")
    page.keyboard.type("gz?")
    assert page.locator("[data-filter]").input_value().endswith("gz?")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    assert seats["viewer"].faults() == []
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()


def test_with_a_modifier_keys_are_the_browser_s(seats: dict[Role, Watched]) -> None:
    page = seats["viewer"].page
    seats["viewer"].go("/incidents")
    page.keyboard.press("Control+z")
    assert page.locator("#zone").inner_text() == "UTC"
