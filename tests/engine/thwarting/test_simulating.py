"""An action that was decided is asked about as it was decided."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.thwarting.test_whom_it_strikes import EVIL, MINUTE, OLD, connection
from incident.incident_shapes import finding_of
from response.counterfactual.touched_store import NOW, Store, action
from vedette.engine.config import load_config
from vedette.engine.thwarting.simulating import simulated, why_protected
from vedette.incident.book import IncidentBook
from vedette.incident.kinds import load_linking
from vedette.model.finding import Entity
from vedette.store.state import Commit, State

CONFIG = """
data_dir: .
store: {path: events}
response: {assets: assets.csv}
sources: [{kind: file, name: a, paths: [a.log]}]
"""
FOUND = finding_of(1, NOW - 6 * MINUTE, ("address", EVIL), ("host", "ws-01.firm.example"),
                   ("account", "firm\\ann"))  # fmt: skip


def test_what_the_incident_explains_is_nobodys_work(tmp_path: Path) -> None:
    (tmp_path / "vedette.yml").write_text(CONFIG)
    (tmp_path / "assets.csv").write_text("name,owner,protected,hosts\nservers,it,yes,dc-*\n")
    config = load_config(tmp_path / "vedette.yml", {})
    with State(tmp_path) as state:
        store = Store(tmp_path, state)
        store.add("windows", [OLD, connection(5 * MINUTE), connection(MINUTE)])
        state.commit(Commit(findings=[FOUND]))
        book = state.read(lambda connection: IncidentBook(connection, load_linking()))
        with state.transaction() as connected:
            (opened,) = book.fold(connected, [FOUND], NOW)
        asked = action("refuse-address", Entity("address", EVIL))
        decided = msgspec.structs.replace(asked, incident=opened.incident)
        cost = simulated(config, decided, NOW, 3)
        assert (cost.events, cost.benign_count, cost.examples) == (2, 0, ())
        for unexplained in ("", "0123456789abcdef"):
            alone = msgspec.structs.replace(asked, incident=unexplained)
            cost = simulated(config, alone, NOW, 1)
            assert (cost.benign_count, len(cost.examples)) == (1, 1)
        store.add("windows", [connection(MINUTE, "bob")])
        cost = simulated(config, decided, NOW, 9)
        assert [each.who.value for each in cost.benign] == ["firm\\bob"]
        assert [each.event["User"] for each in cost.examples] == ["FIRM\\bob"]


def test_what_is_protected_is_said(tmp_path: Path) -> None:
    (tmp_path / "vedette.yml").write_text(CONFIG)
    (tmp_path / "assets.csv").write_text("name,owner,protected,hosts\nservers,it,yes,dc-*\n")
    config = load_config(tmp_path / "vedette.yml", {})
    said = why_protected(config, action("isolate-host", Entity("host", "dc-01")))
    assert said == "servers (in the asset list as protected; owner it)"
    assert why_protected(config, action("isolate-host", Entity("host", "ws-01"))) is None
