"""rspamd as Debian delivers it, on loopback, with nothing that leaves the machine."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.recruitbench.envelope import envelope
from benchmarks.recruitbench.peer import Score, UnavailableError
from benchmarks.recruitbench.processes import cpu

CONFIG = Path("/etc/rspamd/rspamd.conf")
START = 120.0
"""Seconds that starting may take: it compiles its expressions first."""
AT_ONCE = 4
"""Messages under way, so that it never waits for us."""
ASKING = 60.0
"""Seconds for one message."""
ADD_HEADER = 6.0
"""Debian's score for `add header`, where rspamd marks a message as spam."""


class Rspamd:
    """One scanning process. Debian's configuration stands; what a local administrator changed
    does not count, and DNS is the stub."""

    name = "rspamd"
    warming = 40

    def __init__(self, folder: Path, dns: int) -> None:
        """Start it in `folder`, which must not exist yet. Raises UnavailableError."""
        program = shutil.which("rspamd")
        if program is None or not CONFIG.is_file():
            raise UnavailableError("rspamd is not installed: sudo apt-get install rspamd")
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        self.version = said.stdout.strip().rpartition(" ")[2]
        self._port = _free_port()
        self._log = folder / "log" / "rspamd.log"
        _configure(folder, self._port, dns)
        places = (
            ("LOCAL_CONFDIR", folder),
            ("DBDIR", folder / "db"),
            ("RUNDIR", folder / "run"),
            ("LOGDIR", folder / "log"),
        )
        self._process = subprocess.Popen(
            [
                program,
                "--no-fork",
                "--insecure",  # lets root run it; without effect for others
                "--config",
                str(CONFIG),
                *(f"--var={name}={place}" for name, place in places),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._scanner = self._ready()
        except BaseException:
            self.close()
            raise

    def scores(self, paths: Sequence[Path]) -> list[Score]:
        """See Peer."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(self._score, paths))

    def cpu(self) -> float:
        """Of the scanning process alone."""
        return cpu(self._scanner)

    def close(self) -> None:
        """See Peer."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def _score(self, path: Path) -> Score:
        raw = path.read_bytes()
        found = envelope(raw)
        given = {
            "From": found.sender,
            "Rcpt": found.recipient,
            "Helo": found.helo,
            "Hostname": found.host,
            "IP": found.ip,
        }
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ASKING)
        try:
            line.request("POST", "/checkv2", raw, {k: v for k, v in given.items() if v})
            answer = json.loads(line.getresponse().read())
            value = float(answer["score"])
            return Score(value, value >= ADD_HEADER)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            raise UnavailableError(f"rspamd did not answer for {path.name}: {error!r}") from error
        finally:
            line.close()

    def _ready(self) -> int:
        """Wait until the scanning process has its compiled expressions; its id."""
        until = time.monotonic() + START
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise UnavailableError(f"rspamd ended with code {self._process.returncode}")
            said = self._log.read_text("utf-8", "replace") if self._log.exists() else ""
            for line in said.splitlines():
                number = line.partition("#")[2].partition("(normal)")
                if number[1] and "hyperscan database" in line and "loaded" in line:
                    return int(number[0])
            time.sleep(0.5)
        raise UnavailableError(f"rspamd was not ready within {START:g} s")


def _configure(folder: Path, port: int, dns: int) -> None:
    local = folder / "local.d"
    for made in (local, folder / "db", folder / "run", folder / "log"):
        made.mkdir(parents=True)
    (local / "options.inc").write_text(f'dns {{ nameserver = ["127.0.0.1:{dns}"]; }}\n')
    (local / "worker-normal.inc").write_text(f'bind_socket = "127.0.0.1:{port}";\ncount = 1;\n')
    for unused in ("controller", "proxy"):
        (local / f"worker-{unused}.inc").write_text("enabled = false;\n")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
