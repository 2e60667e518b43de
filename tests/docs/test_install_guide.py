"""The wheel that docs/how-to/install.md has people build, and the unit that runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path
from typing import Final

import pytest

from service import Service

REPOSITORY: Final = Path(__file__).resolve().parents[2]
UNIT: Final = REPOSITORY / "packaging/vedette.service"
THWARTING: Final = REPOSITORY / "packaging/vedette-thwarting.conf"
GUIDE: Final = REPOSITORY / "docs/how-to/install.md"


class Installed(Service):
    """Vedette from a wheel, with nothing of the source tree in reach."""

    def __init__(self, folder: Path, python: Path) -> None:
        super().__init__(folder)
        self._python = python

    def words(self, *command: str) -> list[str]:
        script = self._python.parent / "vedette"
        return ["env", "-u", "PYTHONPATH", str(script), *command, "-c", "vedette.yml"]


def run(*words: str | Path, **more: str) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=REPOSITORY, capture_output=True, text=True, timeout=300,
        check=False, env={**os.environ, **more},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_service_starts_from_the_wheel(tmp_path: Path) -> None:
    pytest.importorskip("pip")
    command = "pip wheel --no-deps --no-build-isolation -w dist ."
    assert command in GUIDE.read_text()
    words = command.replace("dist", str(tmp_path / "dist")).split()
    # without the parts in C, which are tested elsewhere and take their time
    run(sys.executable, "-m", *words, "--no-cache-dir", CC="false", PYTHONPATH="")
    (wheel,) = (tmp_path / "dist").glob("vedette-*.whl")
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = tmp_path / "env/bin/python"
    target = Path(sysconfig.get_path("purelib", "venv", {"base": str(tmp_path / "env")}))
    # what lock/runtime.txt names is here already: nothing is downloaded
    (target / "zz_locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    run(sys.executable, "-m", "pip", f"--python={python}", "install", "--no-deps", "--no-index",
        "--no-warn-script-location", wheel, PYTHONPATH="")  # fmt: skip
    where = run(python, "-c", "import vedette; print(vedette.__file__)", PYTHONPATH="")
    assert Path(where.strip()).is_relative_to(target)
    folder = tmp_path / "at work"
    folder.mkdir()
    serving = Installed(folder, python)
    try:
        serving.events(2)
        serving.start()
        serving.until(lambda: serving.found() == 2)
        with urllib.request.urlopen(serving.base + "/sign-in", timeout=60) as answer:
            page = answer.read().decode()
        assert "<title>" in page
        loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
        assert len(loaded) >= 3
        for path in loaded:
            with urllib.request.urlopen(serving.base + path, timeout=60) as answer:
                assert answer.status == 200
        assert serving.run("rules", "list").stdout.count("\n") >= 1
        assert "recruiter" in run(python, "-m", "vedette.cli", "rules", "list", PYTHONPATH="")
        assert serving.end() == 0
    finally:
        if serving.process is not None and serving.process.poll() is None:
            serving.process.kill()
            serving.process.wait()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_the_unit_is_as_tight_as_the_documentation_says(tmp_path: Path) -> None:
    said = re.search(
        r"packaging/vedette\.service` says \*\*([\d.]+) OK\*\*",
        (REPOSITORY / "docs/reference/security.md").read_text().replace("\n", " "),
    )
    assert said is not None
    out = run("systemd-analyze", "security", "--offline=true", UNIT)
    score = re.search(r"exposure level for vedette\.service: ([\d.]+)", out)
    assert score is not None
    # versions of systemd weigh a little differently
    assert abs(float(score[1]) - float(said[1])) <= 0.3


def directives(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_understands_both_files(tmp_path: Path) -> None:
    unit = UNIT.read_text().replace("/opt/vedette/bin/vedette", "/bin/true")
    (tmp_path / "vedette.service").write_text(unit)
    more = tmp_path / "vedette.service.d"
    more.mkdir()
    shutil.copy(THWARTING, more / "thwarting.conf")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "vedette.service"],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    wrong = [line for line in done.stderr.splitlines() if "vedette" in line]
    assert not wrong, done.stderr


def test_the_unit_runs_commands_that_exist() -> None:
    from docs.test_docs import every_command
    from vedette.cli import command

    known = dict(every_command(command, "vedette"))
    lines = directives(UNIT)
    ours = [
        line
        for name in ("ExecStartPre", "ExecStart", "ExecReload")
        for line in lines[name]
        if "vedette" in line
    ]
    assert len(ours) == 3
    for line in ours:
        words = [word for word in line.split()[1:] if not word.startswith(("-", "/"))]
        assert " ".join(["vedette", *words]) in known
    assert lines["ExecReload"][0] == lines["ExecStartPre"][0]  # what is wrong is not taken


def test_the_drop_in_takes_what_the_two_actuators_need_and_no_more() -> None:
    given = directives(THWARTING)["CapabilityBoundingSet"]
    assert given == ["CAP_NET_ADMIN CAP_KILL"]
    assert directives(UNIT)["CapabilityBoundingSet"] == [""]
