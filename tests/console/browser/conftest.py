"""One console and one browser for all that look at pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, get_args

import pytest

from console.browser.chromium import Watched, chromium, opened
from console.serving import Served, fill, served
from console.wandering import addresses
from vedette.console.access.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module, not of the run: as long as it lives, this thread has an event loop at work."""
    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A firm in which much has happened; only to be looked at."""
    folder = tmp_path_factory.mktemp("halden")
    with served(folder) as made:
        for role in get_args(Role):
            made.firm.person(role)
        fill(made.firm, folder)
        yield made


@pytest.fixture(scope="session")
def paths(halden: Served) -> dict[str, list[str]]:
    """Name of a view to addresses of its page."""
    with halden.client("admin") as client:
        return addresses(lambda path: client.get(path).text)


@pytest.fixture(scope="module")
def seats(browser: Browser, halden: Served) -> Iterator[dict[Role, Watched]]:
    """A page for each role, used again and again."""
    with ExitStack() as closing:
        yield {
            role: closing.enter_context(opened(browser, halden, role)) for role in get_args(Role)
        }
