"""Everything undone at once, with the real actuators, while one channel to people hangs."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from response.actuators.webhook.bridge import SECRET, serving
from response.folder_actuator import LineLedger
from vedette.model.action import Action, action_id
from vedette.model.finding import Entity
from vedette.response.actuators.people.channel import Channel, ChannelSettings
from vedette.response.actuators.people.journal import Journal
from vedette.response.actuators.people.people import People
from vedette.response.actuators.people.telling import TellActuator
from vedette.response.actuators.shield.refusing import ShieldActuator
from vedette.response.actuators.webhook.commanding import WebhookActuator
from vedette.response.actuators.webhook.receiver import Receiver
from vedette.response.carrying import Carrier
from vedette.response.modes import MINUTE, Modes, Rule
from vedette.response.register import Register
from vedette.store.refusals import NAME, Refusals

CLIENTS, HOSTS, PEOPLE = 150, 20, 10


class Hanging(BaseHTTPRequestHandler):
    """Takes what comes while `open` is set, then never answers in time."""

    open = threading.Event()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if not self.open.is_set():
            time.sleep(3)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


def _action(kind: str, target: Entity, now: int) -> Action:
    made = action_id(kind, target, (), "i")
    return Action(made, kind, target, (), "i", f"for {target.value}", now, now + 60 * MINUTE)


def test_all_is_undone_in_seconds(tmp_path: Path) -> None:
    def now() -> int:
        return time.time_ns() // 1_000

    chat = ThreadingHTTPServer(("127.0.0.1", 0), Hanging)
    chat.daemon_threads = True
    thread = threading.Thread(target=chat.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    Hanging.open.set()
    with serving() as bridge:
        settings = ChannelSettings(
            name="ops",
            url=f"json://127.0.0.1:{chat.server_address[1]}/",
            tlp="RED",
            seconds=1.0,
            per_hour=1_000,
        )
        people = People([Channel(settings)], Journal(tmp_path), now)
        ledger = LineLedger(tmp_path / "ledger")
        register = Register(tmp_path, ledger)
        alarms: list[str] = []
        carrier = Carrier(
            [
                ShieldActuator(Refusals(tmp_path, now), tmp_path, now),
                WebhookActuator(Receiver("edr", bridge.url(), SECRET, allow_private=True)),
                TellActuator(people, now),
            ],
            register,
            Modes(otherwise=Rule(mode="act")),
            now,
            lambda what, fix: alarms.append(what),
        )
        try:
            moment = now()
            things = [
                *(("refuse-client", "address", f"192.0.2.{i}") for i in range(CLIENTS)),
                *(("isolate-host", "host", f"h{i}") for i in range(HOSTS)),
                *(("tell", "person", f"role {i}") for i in range(PEOPLE)),
            ]
            wanted = [_action(kind, Entity(what, who), moment) for kind, what, who in things]
            for each in wanted:
                carrier.decide(each, "intended")
            assert len(register.in_states(["applied"])) == len(wanted)
            assert len((tmp_path / NAME).read_text().splitlines()) == CLIENTS
            assert alarms == []
            Hanging.open.clear()
            began = time.monotonic()
            carrier.undo_all("ann")
            assert time.monotonic() - began < 10  # the promise, not a measurement
            assert (tmp_path / NAME).read_text() == ""
            assert bridge.stands == {}
            assert len(register.in_states(["undone"])) == CLIENTS + HOSTS
            assert len(register.in_states(["ending"])) == PEOPLE  # and is tried again
            assert len(alarms) >= PEOPLE
        finally:
            register.close()
            chat.shutdown()
            chat.server_close()
            thread.join()
