"""Every curl line of docs/how-to/api.md, against a `vedette serve` that runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from service import SECONDS, Service, service
from vedette.console.access.access import Access
from vedette.console.access.person import Client, Opened
from vedette.console.access.roles import SCOPES
from vedette.console.access.sessions import Limits
from vedette.console.access.settings import Settings

GUIDE: Final = (Path(__file__).resolve().parents[2] / "docs/how-to/api.md").read_text()

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One with findings, and ada, who is an admin."""
    with service(tmp_path_factory.mktemp("api")) as made:
        made.events(3)
        made.start()
        made.until(lambda: made.found() == 3)
        link = re.search(r"/join/(\S+)", made.said)
        assert link is not None
        access = Access(
            made.data, Settings(made.base, Limits(1 << 40, 1 << 40)), record=lambda audit: None,
            now=lambda: time.time_ns() // 1000,
        )  # fmt: skip
        try:
            opened = access.redeem(link[1], "ada", "a long pass phrase", Client("127.0.0.1"))
            assert isinstance(opened, Opened)
        finally:
            access.close()
        yield made
        assert made.end() == 0


def lines(word: str) -> list[str]:
    """The commands of the guide that begin so, each on one line."""
    joined = GUIDE.replace("\\\n", " ")
    return re.findall(rf"^    ({word} .*)$", joined, re.M)


def shell(made: Service, line: str, **variables: str) -> tuple[int, str, Any]:
    """Status, kind and JSON of what the line is answered."""
    text = (
        line.replace("http://127.0.0.1:8360", made.base) + r" -w '\n%{http_code} %{content_type}'"
    )
    done = subprocess.run(
        ["bash", "-c", text], capture_output=True, text=True, timeout=SECONDS, check=False,
        env={"PATH": "/usr/bin:/bin", **variables},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    body, _, last = done.stdout.rpartition("\n")
    status, kind = last.split(" ", 1)
    return int(status), kind, json.loads(body)


def test_every_example_does_what_the_guide_says(serving: Service) -> None:
    (make,) = lines("vedette")
    made = serving.run(*make.replace("-c vedette.yml", "").split()[1:])
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert token.startswith("vdt_")
    document, incidents, findings, note, wrong = lines("curl")

    status, kind, told = shell(serving, document)
    assert (status, kind, told["openapi"]) == (200, "application/json", "3.1.0")

    status, _, told = shell(serving, incidents, TOKEN=token)
    assert status == 200
    assert told["next"] == ""
    incident = told["incidents"][0]["id"]

    status, _, first = shell(serving, findings.replace("limit=20", "limit=2"), TOKEN=token)
    assert (status, len(first["findings"])) == (200, 2)
    more = findings.replace("limit=20", f"limit=2&cursor={first['next']}")
    status, _, second = shell(serving, more, TOKEN=token)
    assert (status, len(second["findings"]), second["next"]) == (200, 1, "")
    ids = {one["id"] for one in (*first["findings"], *second["findings"])}
    assert len(ids) == 3
    assert shell(serving, findings.replace("limit=", "size="), TOKEN=token)[0] in (400, 422)

    answers = [shell(serving, note, TOKEN=token, INCIDENT=incident) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 200, answers[0]
    other = note.replace("night shift", "day shift")
    assert shell(serving, other, TOKEN=token, INCIDENT=incident)[0] == 422
    status, _, told = shell(serving, incidents.replace("?limit=20", f"/{incident}"), TOKEN=token)
    assert json.dumps(told).count("seen by the night shift") == 1

    status, kind, told = shell(serving, wrong, TOKEN=token)
    assert (status, kind) == (404, "application/problem+json")
    (shown,) = re.findall(r'^    (\{"type".*?\})$', GUIDE, re.M | re.S)
    assert told == json.loads(shown)

    assert shell(serving, incidents, TOKEN="vdt_wrong")[0] == 401
    undo = note.replace("incidents/$INCIDENT/notes", "actions/ffffffff/undo")
    assert shell(serving, undo, TOKEN=token)[0] == 403  # not among the token's scopes


def test_the_scopes_of_the_guide_are_those_there_are() -> None:
    rows = re.findall(r"^\| `([a-z:]+)` \| (\w+) \|", GUIDE, re.M)
    assert dict(rows) == dict(SCOPES)


def test_paths_for_machines(serving: Service) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        assert f"`{path}`" in GUIDE
        done = subprocess.run(
            ["curl", "-s", "-w", "%{http_code}", serving.base + path],
            capture_output=True, text=True, timeout=SECONDS, check=True,
        )  # fmt: skip
        assert done.stdout.endswith("200")
    forwarded = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H",
                 "X-Forwarded-For: 198.51.100.7", serving.base + "/metrics"]  # fmt: skip
    done = subprocess.run(forwarded, capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stdout == "401"
