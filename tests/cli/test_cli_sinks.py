"""`vedette sinks` on a state that a watch left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finding_shapes import finding
from vedette.cli import command
from vedette.model.errors import UnreadableError
from vedette.store import outbox
from vedette.store.state import Commit, State

CONFIG = """\
data_dir: data
sinks:
  - {name: desk, kind: webhook, url: "https://desk.example/hook"}
  - {name: out, kind: file, path: out.ndjson}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "vedette.yml").write_text(CONFIG)
    (tmp_path / "data").mkdir()
    with State(tmp_path / "data") as state:
        state.commit(Commit(findings=[finding(1), finding(2)], sinks=["desk", "out"]))
        with state.transaction() as connection:
            letters = outbox.due(connection, "desk", 1, 1)
            outbox.failed(connection, letters, "answered 400 \x1b[31m", None)
    return tmp_path / "vedette.yml"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["sinks", *map(str, arguments)])


def test_dead_letters_are_shown_with_what_was_said(config: Path) -> None:
    result = _run("status", "-c", config)
    assert result.exit_code == 1
    first = finding(1)
    assert result.stdout.splitlines() == [
        "desk: 1 waiting, 1 dead",
        f"    {first.id}  {first.rule.title}: answered 400 ␛[31m",
        "out: 2 waiting, 0 dead",
    ]
    rows = [json.loads(x) for x in _run("status", "-c", config, "-o", "json").stdout.splitlines()]
    assert [(row["sink"], row["waiting"], row["dead"]) for row in rows] == [
        ("desk", 1, 1),
        ("out", 2, 0),
    ]
    assert rows[0]["dead_letters"][0]["finding"] == first.id


def test_dead_letters_are_sent_again_also_under_a_running_watch(config: Path) -> None:
    with State(config.parent / "data") as watch:
        result = _run("retry", "-c", config, "desk")
        assert result.exit_code == 0
        assert "desk: 1 findings will be sent again" in result.stderr
        assert watch.read(outbox.waiting) == {"desk": (2, 0), "out": (2, 0)}
    assert _run("status", "-c", config).exit_code == 0


def test_a_sink_that_is_not_there(config: Path) -> None:
    result = _run("retry", "-c", config, "dsk")
    assert result.exit_code == 2
    assert "the configuration has desk, out" in result.stderr


def test_no_state_is_made_by_asking(tmp_path: Path) -> None:
    (tmp_path / "vedette.yml").write_text(CONFIG)
    for words in (("status",), ("retry", "desk")):
        result = _run(words[0], "-c", tmp_path / "vedette.yml", *words[1:])
        assert isinstance(result.exception, UnreadableError)
    assert not (tmp_path / "data").exists()
