"""What keeps `vedette serve` from starting or storing: what it says, and that no harm is done."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from service import CONFIG, Service, service


def refused(serving: Service) -> str:
    """What it says as it refuses to start."""
    done = serving.run("serve")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_second_one_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with service(tmp_path) as serving:
        serving.events(2)
        serving.start()
        serving.until(lambda: serving.found() == 2)
        assert serving.process is not None
        said = refused(serving)
        assert f"another vedette watch (pid {serving.process.pid}) uses this data" in said
        serving.events(2)
        serving.until(lambda: serving.found() == 4)
        assert serving.end() == 0


def test_an_address_that_is_taken(tmp_path: Path) -> None:
    with service(tmp_path) as serving, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        where = f"127.0.0.1:{other.getsockname()[1]}"
        serving.config.write_text(CONFIG.replace("127.0.0.1:0", where))
        said = f"console.listen {where}: Address already in use; choose another address"
        assert said in refused(serving)


def test_certificates_that_cannot_be_used(tmp_path: Path) -> None:
    with service(tmp_path) as serving:
        tls = '"127.0.0.1:0", tls: {certificate: tls.pem, key: tls.key}}'
        serving.config.write_text(CONFIG.replace('"127.0.0.1:0"}', tls))
        assert "tls.pem" in refused(serving)
        for name in ("tls.pem", "tls.key"):
            (tmp_path / name).write_text("no certificate")
        said = refused(serving)
        assert "tls.pem" in said
        assert "give a PEM certificate and its key" in said


def test_a_data_folder_that_cannot_be_used(tmp_path: Path) -> None:
    with service(tmp_path) as serving:
        serving.data.write_text("a file")
        assert "name another data_dir" in refused(serving)


def own_disks() -> bool:
    """Whether a process can have a small disk of its own here."""
    made = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"]
    return (
        shutil.which("unshare") is not None
        and subprocess.run(made, capture_output=True, check=False).returncode == 0
    )


def ready(serving: Service) -> int:
    try:
        with urllib.request.urlopen(serving.base + "/readyz", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.skipif(not own_disks(), reason="no disk of its own: unshare -rm is not allowed")
def test_a_full_disk_holds_events_back_and_loses_none(tmp_path: Path) -> None:
    sink = "sinks: [{name: out, kind: file, path: findings.ndjson}]\n"
    with service(tmp_path, CONFIG + sink) as serving:

        def found() -> int:
            lines = (tmp_path / "findings.ndjson").read_text().splitlines()
            return len(
                {one["id"] for one in map(json.loads, lines) if one["rule"]["title"] == "One"}
            )

        serving.data.mkdir(mode=0o700)
        mount = 'mount -t tmpfs -o size=8m,mode=700 none data && exec "$@"'
        serving.events(5)
        serving.start(before=["unshare", "-rm", "sh", "-c", mount, "sh"])
        assert serving.process is not None
        disk = Path(f"/proc/{serving.process.pid}/cwd/data")
        serving.until(lambda: (tmp_path / "findings.ndjson").exists() and found() == 5)
        assert ready(serving) == 200
        with (disk / "filler").open("wb") as filler:
            fill(filler.fileno())
        serving.events(200)
        serving.until(lambda: ready(serving) == 503)
        assert "free disk space; events wait meanwhile" in serving.said
        (disk / "filler").unlink()
        serving.until(lambda: found() == 205)
        serving.until(lambda: ready(serving) == 200)
        assert "succeeded again" in serving.said
        assert serving.end() == 0
        assert "Traceback" not in serving.said


def fill(descriptor: int) -> None:
    """Write until there is no room."""
    size = 1 << 20
    while size:
        try:
            os.write(descriptor, bytes(size))
        except OSError:
            size //= 2
