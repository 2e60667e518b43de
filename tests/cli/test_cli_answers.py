"""`vedette actions`, `incidents`, `exceptions` on a folder where no watch runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner, Result

from incident.incident_shapes import NOON, finding_of
from vedette.cli import actions, exceptions, incidents
from vedette.incident.book import IncidentBook
from vedette.incident.kinds import DAY, load_linking
from vedette.ledger.ledger import KEY, NAME, Ledger
from vedette.ledger.reading import entries
from vedette.model.action import Action
from vedette.model.action import State as ActionState
from vedette.model.errors import ConfigError
from vedette.model.finding import Entity
from vedette.response.recording import Entry
from vedette.response.register import Register
from vedette.store.state import Commit, State

SHELL = finding_of(1, NOON, ("host", "ws-1"), techniques=("T1505.003",))
LATER = 4_102_444_800_000_000


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "vedette.yml"
    path.write_text(
        "data_dir: data\nsources: [{kind: file, name: a, format: access, paths: [a.log]}]\n"
    )
    data = tmp_path / "data"
    data.mkdir()
    with State(data) as state:
        book = state.read(lambda connection: IncidentBook(connection, load_linking()))
        new = state.commit(Commit(findings=[SHELL]))
        with state.transaction() as connection:
            book.fold(connection, new, NOON + DAY)
    return path


def decided(config: Path, state: ActionState) -> str:
    data = config.parent / "data"
    client = Entity("address", "203.0.113.9")
    action = Action("a1" * 16, "refuse-address", client, (), SHELL.id[:16], "", NOON, LATER,
                    state=state)  # fmt: skip
    with Ledger(data / NAME, data / KEY, lambda: NOON) as ledger:
        register = Register(data, ledger)
        register.write(Entry(action, NOON, "vedette"))
        register.close()
    return action.id


def ran(command: Group, config: Path, name: str, *rest: str) -> Result:
    return CliRunner().invoke(command, [name, "-c", str(config), *rest])


def test_what_could_not_be_done_is_no_success(config: Path) -> None:
    action = decided(config, "proposed")
    result = ran(actions.command, config, "approve", action)
    assert "failed (nothing here carries out refuse-address" in result.stdout
    assert result.exit_code == 3


def test_why_everything_is_taken_back_is_recorded(config: Path) -> None:
    result = ran(actions.command, config, "undo", "--all", "-m", "a drill")
    assert (result.exit_code, result.stderr) == (0, "nothing stood\n")
    said = [each.what for each in entries(config.parent / "data" / NAME) if each.kind == "undo-all"]
    assert said == [{"why": "a drill"}]


def test_a_note_says_something(config: Path) -> None:
    name = ran(incidents.command, config, "list", "-o", "json").stdout.split('"')[3]
    empty = ran(incidents.command, config, "note", name, " ")
    assert isinstance(empty.exception, ConfigError)
    assert ran(incidents.command, config, "note", name, "seen").exit_code == 0


def test_an_exception_is_spelled_as_findings_are(config: Path) -> None:
    given = ("--owner", "ann", "--reason", "laboratory", "--expires", "+3650d")
    ran(exceptions.command, config, "add", "--entity", "host=WS-?", *given)
    assert "any rule and host=ws-?" in ran(exceptions.command, config, "list").stdout
    unknown = ran(exceptions.command, config, "add", "--entity", "hots=ws-1", *given)
    assert unknown.exit_code == 0
    assert "hots: findings name no such thing" in unknown.stderr
