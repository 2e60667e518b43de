"""From the name of a configured source to the names its events are stored under."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from vedette.engine.assemble import stored_names
from vedette.engine.config import load_config

CONFIG = """\
sources:
  - {kind: file, name: web, paths: ["/var/log/nginx/*access*.log", "/srv/[ab].log", /srv/in]}
  - {kind: syslog, name: switches, listen: "127.0.0.1:5514"}
  - {kind: http, name: agents, listen: "127.0.0.1:8514", tokens: ["env:T"]}
"""


@pytest.mark.parametrize(
    ("name", "stored", "belongs"),
    [
        ("web", "file:/var/log/nginx/site-access.log#1f", True),
        ("web", "file:/srv/a.log#1f", True),
        ("web", "file:/srv/in/x.json#1f", True),
        ("web", "file:/srv/inside.json#1f", False),
        ("web", "file:/home/web/x.log#1f", False),
        ("switches", "syslog:switches", True),
        ("switches", "syslog:switches-2", False),
        ("agents", "http:agents", True),
        ("nginx", "file:/var/log/nginx/site-access.log#1f", True),
        ("file:*/a.log*", "file:/srv/a.log#1f", True),
    ],
)
def test_names(tmp_path: Path, name: str, stored: str, belongs: bool) -> None:
    (tmp_path / "v.yml").write_text(CONFIG)
    patterns = stored_names(load_config(tmp_path / "v.yml", {}), name)
    assert any(fnmatch.fnmatchcase(stored, pattern) for pattern in patterns) is belongs
