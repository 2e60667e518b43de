"""A real HAProxy on loopback, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers.postfix import wait_for_port

_GLOBAL = """\
global
    maxconn 200
    nbthread 1
defaults
    timeout connect 2s
    timeout client 20s
    timeout server 20s
"""


@contextmanager
def haproxy(root: Path, configuration: str, port: int) -> Iterator[None]:
    """Start one that listens at `port`; skips where there is none."""
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    if not Path(program).exists():
        pytest.skip("needs HAProxy: apt-get install haproxy")
    path = root / "haproxy.cfg"
    path.write_text(_GLOBAL + configuration)
    tested = subprocess.run(
        [program, "-c", "-f", str(path)], capture_output=True, timeout=60, check=False
    )
    if tested.returncode:
        said = (tested.stdout + tested.stderr).decode()
        pytest.fail(f"HAProxy refuses its configuration: {said}")
    log = root / "haproxy.log"
    with (
        log.open("wb") as out,
        subprocess.Popen([program, "-db", "-f", str(path)], stdout=out, stderr=out) as process,
    ):
        try:
            wait_for_port(port)
            yield
        finally:
            process.terminate()
