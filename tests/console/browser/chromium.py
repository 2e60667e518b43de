"""Debian's chromium, by Playwright, and what is watched in every page."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from console.serving import Served
from vedette.console.access.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

PROGRAM: Final = "chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
AXE: Final = Path(__file__).resolve().parents[2] / "_data" / "console" / "axe.min.js"
SCREENSHOTS: Final = Path(__file__).resolve().parents[3] / "build" / "screenshots"
TIMEOUT: Final = 90_000
"""Milliseconds: machines that run this are busy."""
SETTLING: Final = 20
"""Tenths of a second."""

_VIOLATIONS: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + ": " + event.blockedURI + " " + event.sample);
});
"""
_AXE: Final = """
async (rules) => {
  const options = { resultTypes: ["violations"] };
  if (rules.length) options.runOnly = { type: "rule", values: rules };
  const found = await axe.run(document, options);
  return found.violations
    .filter((each) => each.impact === "serious" || each.impact === "critical")
    .map((each) => each.id + ": " + each.help + ": "
      + each.nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + " "
        + (node.any[0]?.message || "")).join(" | "));
}
"""


@dataclass
class Watched:
    """A page and everything that it complained about."""

    page: Page
    base: str
    said: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Load a page; gives its status. What was said before is forgotten."""
        self.said.clear()
        answer = self.page.goto(self.base + path, wait_until="load")
        assert answer is not None, path
        return answer.status

    def complaints(self) -> list[str]:
        """Errors in the console and violations of the policy since the page was loaded."""
        violations: list[str] = self.page.evaluate("window.violations || []")
        return self.said + violations

    def faults(self, *rules: str) -> list[str]:
        """What axe-core finds serious or critical, by these rules or by all."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found: list[str] = self.page.evaluate(_AXE, list(rules))
        return found

    def overflow(self) -> list[str]:
        """What reaches beyond the page's right edge, so that it would scroll sideways. Pictures
        that follow the page's width get a moment to do so."""
        for _ in range(SETTLING):
            found: list[str] = self.page.evaluate(_OVERFLOW)
            if not found:
                break
            self.page.wait_for_timeout(100)
        return found

    def picture(self, name: str) -> None:
        """Keep what is seen of the page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


_OVERFLOW: Final = """
() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [];
  for (const each of document.body.querySelectorAll("*")) {
    const box = each.getBoundingClientRect();
    if (box.width && box.right > root.clientWidth + 0.5) {
      out.push(each.tagName + "." + each.className + " " + Math.round(box.right));
    }
  }
  return [root.scrollWidth + " px", ...out.slice(0, 6)];
}
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; the test is skipped where there is none."""
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip(f"needs {PROGRAM} (Debian: apt-get install {PROGRAM})")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, served: Served, role: Role | None, name: str = "", **more: Any
) -> Iterator[Watched]:
    """A page in which somebody of this role is signed in, or nobody. `more` is for the context."""
    context: BrowserContext = browser.new_context(viewport=WIDE, color_scheme="light", **more)
    context.set_default_timeout(TIMEOUT)
    context.add_init_script(_VIOLATIONS)
    if role is not None:
        token = served.firm.person(role, name).token
        context.add_cookies([{"name": served.cookie, "value": token, "url": served.base}])
    try:
        yield watch(context.new_page(), served.base)
    finally:
        context.close()


def watch(page: Page, base: str) -> Watched:
    """Listen to what a page complains about."""
    watched = Watched(page, base)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            watched.said.append(f"{message.text} ({json.dumps(message.location)})")

    page.on("console", heard)
    page.on("pageerror", lambda error: watched.said.append(f"uncaught: {error}"))
    page.on("crash", lambda _: watched.said.append("the page crashed"))
    return watched
