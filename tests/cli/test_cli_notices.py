"""`vedette incidents list`: incidents, and notices for who asks for all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from incident.incident_shapes import NOON, finding_of
from vedette.cli.incidents import command
from vedette.incident.book import IncidentBook
from vedette.incident.kinds import DAY, load_linking
from vedette.model.finding import Finding
from vedette.store.state import Commit, State

TOOL = finding_of(1, NOON, ("host", "ws-1"), level="medium", techniques=("T1219",))
NOISE = finding_of(2, NOON, ("address", "198.51.100.9"), level="low", techniques=("T1595",))
SHELL = finding_of(3, NOON + 9, ("host", "ws-1"), rule="r2", techniques=("T1059",))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "vedette.yml"
    path.write_text(
        "data_dir: data\nsources: [{kind: file, name: a, format: access, paths: [a.log]}]\n"
    )
    return path


def seen(config: Path, *findings: Finding) -> None:
    data = config.parent / "data"
    data.mkdir(exist_ok=True)
    with State(data) as state:
        book = state.read(lambda connection: IncidentBook(connection, load_linking()))
        new = state.commit(Commit(findings=findings))
        with state.transaction() as connection:
            book.fold(connection, new, NOON + DAY)


def listed(config: Path, *options: str) -> Result:
    arguments = ["list", "-c", str(config), *options]
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_notices_are_counted_and_shown_with_all(config: Path) -> None:
    seen(config, TOOL, NOISE)
    result = listed(config)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "there are 2 notices (--all)" in result.stderr
    everything = listed(config, "--all")
    assert everything.exit_code == 1
    assert [line.endswith("[notice]") for line in everything.stdout.splitlines()] == [True, True]
    told = [json.loads(line) for line in listed(config, "--all", "-o", "json").stdout.splitlines()]
    assert {one["notice"] for one in told} == {True}


def test_what_joins_makes_an_incident_of_it(config: Path) -> None:
    seen(config, TOOL)
    seen(config, SHELL)
    result = listed(config)
    assert result.exit_code == 1
    assert "2 findings" in result.stdout
    assert "[notice]" not in result.stdout
    assert "notice" not in result.stderr
