"""Every screen, by every role: accessible, quiet, narrow, dark."""

from __future__ import annotations

from typing import Final, get_args

import pytest

from console.browser.chromium import NARROW, WIDE, Watched
from console.wandering import PAGES
from vedette.console.access.roles import Role, at_least
from vedette.console.table import View

ROLES: Final[tuple[Role, ...]] = get_args(Role)
_SPACED: Final = """
() => Object.assign(document.documentElement.style,
  { letterSpacing: ".12em", wordSpacing: ".16em" })
"""
"""The text spacing that must lose nothing (WCAG 1.4.12); other fonts are wider than ours, too."""
_WRONG: Final = """
() => {
  document.querySelector("main").insertAdjacentHTML("beforeend",
    "<img src='/static/none'><input><p class=faint>faint</p><div class=wide>wide</div>");
  document.querySelector(".faint").style.color = "rgb(250, 250, 250)";
  document.querySelector(".wide").style.width = "1500px";
  document.body.append(Object.assign(document.createElement("script"), { text: "1" }));
}
"""


def test_every_screen_is_reached_by_links(paths: dict[str, list[str]]) -> None:
    assert [view.name for view in PAGES if view.name not in paths] == []


def test_what_is_wrong_is_seen(seats: dict[Role, Watched]) -> None:
    """The checks themselves can fail."""
    seat = seats["viewer"]
    seat.go("/settings/about")
    assert seat.faults() == seat.overflow() == seat.complaints() == []
    seat.page.evaluate(_WRONG)
    seat.page.wait_for_function("window.violations.length > 0")
    faults = [each.partition(":")[0] for each in seat.faults()]
    assert {"image-alt", "label", "color-contrast"} <= set(faults)
    seat.page.set_viewport_size(NARROW)
    assert seat.overflow() != []
    assert "script-src" in "".join(seat.complaints())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("view", PAGES, ids=lambda view: view.name)
def test_screen(
    view: View, role: Role, paths: dict[str, list[str]], seats: dict[Role, Watched]
) -> None:
    """No fault of axe-core that is serious, no violation, no error; no sideways scrolling at
    320 px; contrast in both colour schemes."""
    path, seat = paths[view.name][0], seats[role]
    seat.page.set_viewport_size(WIDE)
    seat.page.emulate_media(color_scheme="light")
    status = seat.go(path)
    if not at_least(role, view.role):
        assert status == 403
        assert [each for each in seat.complaints() if "403" not in each] == []
        return
    assert status == 200
    assert seat.page.locator("h1").count() == 1
    found = [f"light: {each}" for each in seat.faults()]
    if role == "admin":
        seat.picture(f"{view.name}-1280-light")
    seat.page.emulate_media(color_scheme="dark")
    found += [f"dark: {each}" for each in seat.faults("color-contrast")]
    seat.page.set_viewport_size(NARROW)
    found += [f"320 px: {each}" for each in seat.overflow() + seat.faults("target-size")]
    if role == "admin":
        seat.picture(f"{view.name}-320-dark")
        seat.page.evaluate(_SPACED)
        found += [f"320 px, letters apart: {each}" for each in seat.overflow()]
    assert "\n".join(found + seat.complaints()) == ""
