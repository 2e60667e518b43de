"""From the configuration to the room that answers incidents."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vedette.engine.actuators import actuators_of, people_of, warn_of_idle
from vedette.engine.alarms import ACTUATOR, Alarms, alarm
from vedette.engine.alarms import LEDGER as DAMAGED
from vedette.engine.lures import mail_names
from vedette.engine.thwarting.answering import Answerer
from vedette.engine.thwarting.control import Control
from vedette.engine.thwarting.desk import Desk
from vedette.engine.thwarting.keeping import compare
from vedette.engine.thwarting.knowing import Belonging, protection
from vedette.engine.thwarting.local_process import LocalProcesses, booted
from vedette.engine.thwarting.room import Room
from vedette.engine.thwarting.talking import Talks
from vedette.engine.thwarting.weighing import Weigher
from vedette.engine.thwarting.witnessed import Witness
from vedette.incident.assets import Assets, load_assets
from vedette.incident.book import IncidentBook
from vedette.incident.kinds import load_linking
from vedette.incident.stages import load_tactics
from vedette.ledger.ledger import KEY, Ledger
from vedette.ledger.ledger import NAME as LEDGER
from vedette.model.bundled import bundled
from vedette.response.actuators.people.posting import Posting
from vedette.response.carrying import Carrier
from vedette.response.counterfactual.check import Check, Limits
from vedette.response.counterfactual.fields import load_fields
from vedette.response.counterfactual.index import Index
from vedette.response.deciding import Decider
from vedette.response.modes import Modes, Rule
from vedette.response.playbook.kinds import load_kinds
from vedette.response.playbook.playbook import Playbook
from vedette.response.playbook.reading import load_playbooks
from vedette.response.register import Register
from vedette.store.search import StorePaths

if TYPE_CHECKING:
    from vedette.engine.config.response_schema import ModeConfig
    from vedette.engine.config.schema import Config
    from vedette.store.state import State

TELL: Final = "tell"
STRICT: Final = "critical"
"""The level of findings that cover an event also for the strict check of a `Weigher`."""
TOUCHED: Final = "touched"
"""Below the data directory: the indexes of what stored events touch."""

_log = logging.getLogger(__name__)


@contextmanager
def response_room(
    config: Config, state: State, alarms: Alarms, now: Callable[[], int]
) -> Iterator[tuple[Room, Desk]]:
    """The room, not started, and the desk where people ask; both closed at the end.

    The caller holds the data directory. Raises ConfigError, UnreadableError.
    """
    response = config.response
    assets = load_assets(response.assets) if response.assets else Assets()
    playbooks = playbooks_of(config)
    modes = modes_of(config)
    book = state.read(lambda connection: IncidentBook(connection, load_linking()))
    data = config.data_dir
    was_used = (data / KEY).exists()
    ledger = Ledger(data / LEDGER, data / KEY, now)
    with contextlib.ExitStack() as closed, contextlib.ExitStack() as closing:
        closing.callback(ledger.close)
        register = Register(data, ledger)
        closing.callback(register.close)
        if wrong := compare(data / LEDGER, ledger, register, was_used):
            _log.error("%s", wrong)
            alarms.put(alarm(DAMAGED, wrong, now(), wrong))

        def failed(what: str, fix: str) -> None:
            _log.error("%s; %s", what, fix)
            hour = now() // 3_600_000_000
            alarms.put(alarm(ACTUATOR, f"{what} {hour}", now(), f"{what}; {fix}"))

        people = people_of(config, now)
        actuators = actuators_of(config, people, now, failed)
        warn_of_idle(modes, actuators)
        carrier = Carrier(actuators, register, modes, now, failed)
        index = make_index(config)
        check = make_check(config, index)
        paths = StorePaths(config.store_path, data)
        witness = Witness(paths)
        answerer = Answerer(
            data,
            load_tactics(),
            assets,
            Belonging(assets, response.domains),
            playbooks,
            Decider(carrier, modes, protection(assets), now),
            Weigher(check, now, strict=make_check(config, index, STRICT)),
            now,
            _processes(config, paths, witness),
            Talks(paths, index, witness),
        )
        tell = None
        if people is not None:
            tell = Posting(people, lambda what: _log.warning("people were not told: %s", what))
            closed.callback(tell.close)
        room = Room(data, book, ledger, register, carrier, answerer, index, alarms, now, tell)
        desk = Desk(state, book, ledger, carrier, now, room.look_at)
        closing.pop_all()
        try:
            yield room, desk
        finally:
            room.close()


@contextmanager
def answering(
    config: Config, state: State, alarms: Alarms, now: Callable[[], int]
) -> Iterator[tuple[Room, Desk]]:
    """The room at work, with its socket for commands, and the desk. Raises what those two raise."""
    with response_room(config, state, alarms, now) as (room, desk):
        room.start()
        control = Control(config.data_dir, desk)
        try:
            yield room, desk
        finally:
            control.close()


def playbooks_of(config: Config) -> list[Playbook]:
    """The playbooks of a configuration. Raises ConfigError with every fault, UnreadableError."""
    paths = playbook_paths(config)
    return list(load_playbooks(paths, load_kinds())) if paths else []


def playbook_paths(config: Config) -> list[Path]:
    """Where the playbooks of a configuration lie."""
    paths = [bundled("playbooks")] if config.response.bundled_playbooks else []
    return paths + config.response.playbooks


def modes_of(config: Config) -> Modes:
    """The mode of each kind of action."""
    from vedette.engine.config.response_schema import ModeConfig

    response = config.response
    otherwise = _rule(response.otherwise, 1)
    kinds: dict[str, Rule] = {
        kind: _rule(mode, Modes(otherwise=otherwise).of(kind).people)
        for kind, mode in response.modes.items()
    }
    if response.people.channels:  # whoever names channels wants to be told
        kinds.setdefault(TELL, _rule(ModeConfig(mode="act"), 1))
    return Modes(kinds, otherwise)


def make_index(config: Config) -> Index:
    """The indexes of what stored events touch."""
    return Index(config.store_path, config.data_dir / TOUCHED, load_fields())


def make_check(config: Config, index: Index | None = None, least: str = "medium") -> Check:
    """What asks the stored events what an action would have touched; findings below the level
    `least` cover nothing."""
    response = config.response
    return Check(
        StorePaths(config.store_path, config.data_dir),
        index or make_index(config),
        time.monotonic,
        Limits(window=response.window, history=response.history, least=least),
        mail_names(config),
    )


def _processes(config: Config, paths: StorePaths, witness: Witness) -> LocalProcesses | None:
    if not config.response.processes.enabled:
        return None
    return LocalProcesses(paths, booted(), os.sysconf("SC_CLK_TCK"), witness=witness)


def _rule(mode: ModeConfig, people: int) -> Rule:
    asked = people if mode.people is None else mode.people
    return Rule(mode.mode, asked, mode.budget, mode.lasts, mode.certainty)
