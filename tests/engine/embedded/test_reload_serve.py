"""SIGHUP: `vedette serve` takes a changed configuration, or says what is wrong and goes on."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import threading
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from service import CONFIG, Service, service

STARTED = re.compile(r"watching \d+ sources")


def hang_up(serving: Service) -> None:
    assert serving.process is not None
    serving.process.send_signal(signal.SIGHUP)


def starts(serving: Service) -> int:
    return serving.said.count("console: http") // 2  # in the log, and on the terminal


def alarms(serving: Service) -> list[str]:
    with closing(sqlite3.connect(serving.data / "state.db")) as state:
        rows = state.execute(
            "SELECT json_extract(json, '$.message') FROM findings "
            "WHERE rule_id = 'vedette.configuration'"
        )
        return [str(row[0]) for row in rows]


def alive(serving: Service) -> bool:
    with urllib.request.urlopen(serving.base + "/livez", timeout=60) as answer:
        return bool(answer.read() == b"ok\n")


def test_a_changed_configuration_is_taken_in_the_same_process(tmp_path: Path) -> None:
    with service(tmp_path) as serving:
        serving.events(3)
        serving.start()
        serving.until(lambda: serving.found() == 3)
        assert serving.process is not None
        process, base = serving.process.pid, serving.base
        more = CONFIG.replace(
            "rules:", '  - {name: more, kind: file, paths: ["more.ndjson"], poll: 50ms}\nrules:'
        )
        serving.config.write_text(more + "log: {format: text}\n")
        refused: list[BaseException] = []
        stop = threading.Event()

        def knock() -> None:
            while not stop.wait(0.05):
                try:
                    alive(serving)
                except OSError as error:
                    refused.append(error)

        knocking = threading.Thread(target=knock)
        knocking.start()
        hang_up(serving)
        serving.until(lambda: starts(serving) == 2 or "INFO console" in serving.said)
        stop.set()
        knocking.join()
        assert [error for error in refused if "refused" in str(error)] == []
        (tmp_path / "more.ndjson").write_text((tmp_path / "logs/a.ndjson").read_text())
        serving.events(1)
        serving.until(lambda: serving.found() == 7)
        assert serving.process.pid == process
        assert serving.base == base
        assert alive(serving)
        assert serving.end() == 0
        kinds = serving.run("ledger", "show", "--kind", "watch-started", "-o", "json").stdout
        assert len(kinds.splitlines()) == 2
        assert "Traceback" not in serving.log


def test_a_wrong_configuration_is_told_whole_and_the_old_one_goes_on(tmp_path: Path) -> None:
    with service(tmp_path) as serving:
        serving.start()
        serving.config.write_text(CONFIG + "sinks: [{kind: fiel}]\nsurces: []\n")
        hang_up(serving)
        serving.until(lambda: len(alarms(serving)) == 1)
        for place in ("vedette.yml:7:", "vedette.yml:8:1: "):
            assert place in serving.said
            assert place in alarms(serving)[0]
        assert "the one before goes on" in serving.said
        serving.events(2)
        serving.until(lambda: serving.found() == 2)
        assert starts(serving) == 1
        assert alive(serving)
        serving.config.write_text(CONFIG)
        hang_up(serving)
        serving.until(lambda: starts(serving) == 2)
        assert serving.end() == 0
        assert len(alarms(serving)) == 1


def test_a_configuration_that_cannot_start_gives_way_to_the_one_before(tmp_path: Path) -> None:
    with service(tmp_path) as serving, socket.socket() as other:
        serving.start()
        base = serving.base
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        serving.config.write_text(CONFIG.replace("127.0.0.1:0", f"127.0.0.1:{taken}"))
        hang_up(serving)
        serving.until(lambda: len(alarms(serving)) == 1)
        assert f"console.listen 127.0.0.1:{taken}: Address already in use" in alarms(serving)[0]
        serving.until(lambda: starts(serving) == 2)
        assert serving.base == base
        serving.events(2)
        serving.until(lambda: serving.found() == 2)
        assert alive(serving)
        assert serving.end() == 0


@pytest.mark.parametrize("signals", [(signal.SIGHUP, signal.SIGTERM)])
def test_an_end_that_comes_while_it_is_read_again_is_an_end(
    tmp_path: Path, signals: tuple[signal.Signals, ...]
) -> None:
    with service(tmp_path) as serving:
        serving.start()
        assert serving.process is not None
        for number in signals:
            os.kill(serving.process.pid, number)
        assert serving.ended() in (0, 143)  # before and while the next is being started
        assert "Traceback" not in serving.log
