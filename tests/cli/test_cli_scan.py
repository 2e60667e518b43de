"""`vedette scan`, `explain`, `config`, `version` and `completion`, as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
RECORDING = REPOSITORY / "content" / "recordings" / "recruiter-lure"
WORKSTATIONS = RECORDING / "workstations.ndjson.gz"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Runs a command in an empty home; gives exit code, output and log."""
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }

    def call(*words: str, given: bytes = b"") -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "vedette.cli", *words],
            input=given,
            capture_output=True,
            cwd=tmp_path,
            env=environment,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return call


def findings(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_the_recorded_attack_is_found_and_nothing_else(run: Any) -> None:
    code, output, log = run("scan", "-o", "json", str(WORKSTATIONS))
    found = findings(output)
    assert code == 1
    assert {one["rule"]["level"] for one in found} == {"critical", "high", "medium"}
    hosts = {e["value"] for one in found for e in one["entities"] if e["kind"] == "host"}
    assert hosts == {"ws-eng-07.harrow-aero.example"}
    assert "4,405 events" in log
    chain = next(one for one in found if one["rule"]["level"] == "critical")
    assert len(chain["related"]) >= 3
    assert [one["id"] for one in findings(run("scan", "-o", "json", str(WORKSTATIONS))[1])] == [
        one["id"] for one in found
    ]


def test_evidence_spans_cut_out_what_matched(run: Any) -> None:
    _, output, _ = run("scan", "-o", "json", str(WORKSTATIONS))
    for one in findings(output):
        for evidence in one["evidence"]:
            assert 0 <= evidence["start"] <= evidence["end"] <= len(evidence["value"])
        assert one["event_ref"]["place"].startswith("line ")


def test_every_output_says_the_same(run: Any) -> None:
    _, as_json, _ = run("scan", "-o", "json", str(WORKSTATIONS))
    _, as_ocsf, _ = run("scan", "-o", "ocsf", str(WORKSTATIONS))
    _, as_table, _ = run("scan", str(WORKSTATIONS))
    found = findings(as_json)
    assert [one["finding_info"]["uid"] for one in findings(as_ocsf)] == [o["id"] for o in found]
    assert all(one["rule"]["title"] in as_table for one in found)


def test_standard_input_and_a_rule_of_ones_own(run: Any, tmp_path: Path) -> None:
    rule = tmp_path / "own.yml"
    rule.write_text(
        "title: Own\nid: 6f0f7bb7-0a5c-4a5e-9a52-2f6b0c9f4b11\nlevel: high\n"
        "logsource: {product: windows, category: process_creation}\n"
        "detection: {selection: {Image|endswith: '\\\\evil.exe'}, condition: selection}\n"
    )
    event = {
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "Image": "C:\\EVIL.exe",
    }
    given = b"not json\n" + json.dumps(event).encode() + b"\n"
    code, output, log = run(
        "scan", "--no-bundled", "-r", str(rule), "-o", "json", "-", "--format", "windows",
        given=given,
    )  # fmt: skip
    assert code == 1
    assert [one["rule"]["title"] for one in findings(output)] == ["Own"]
    assert "line 1:" in log
    quiet = {**event, "Image": "C:\\good.exe"}
    assert run("scan", "-r", str(rule), "-", given=json.dumps(quiet).encode())[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("scan", "missing.log"), 3, "missing.log"),
        (("scan", "--format", "nonsense", "x"), 2, "no such format"),
        (("scan", "--logsource", "what", "x"), 2, "product="),
        (("scan", "--expand", "x", "y"), 2, "NAME=VALUE"),
        (("scan", "--no-bundled", "--no-installed", "x"), 2, "no rules"),
        (("explain", "missing.log"), 2, "no event number 1"),
        (("config", "check", "missing.yml"), 2, "missing.yml"),
        (("watch", "-c", "missing.yml"), 2, "missing.yml"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_mistakes_are_told_with_what_to_do(
    run: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    found, _, log = run(*words)
    assert found == code
    assert said in log
    assert "Traceback" not in log


def test_explain_shows_every_stage(run: Any) -> None:
    words = ("explain", str(WORKSTATIONS), "-n", "1068")
    code, output, _ = run(*words)
    assert code == 1
    for part in (
        "1  READ",
        "2  MAPPED by",
        "3  JUDGED by",
        "FIRES",
        "rule:  ends with '\\wscript.exe'",
    ):
        assert part in output
    told = json.loads(run(*words, "-o", "json")[1])
    assert told["format"] == "windows"
    assert any(rule["fires"] for rule in told["rules"])
    title = told["rules"][0]["title"]
    code, output, _ = run("explain", str(WORKSTATIONS), "-n", "1", "--rule", title)
    assert code == 0
    assert "does not fire" in output


def test_an_event_may_be_given_as_text(run: Any) -> None:
    code, output, _ = run("explain", '{"EventID": 1, "Channel": "Security"}')
    assert code == 0
    assert "product=windows" in output


def test_the_example_configuration_is_fine(run: Any, tmp_path: Path) -> None:
    code, example, _ = run("config", "example")
    assert code == 0
    (tmp_path / "vedette.yml").write_text(example)
    code, _, log = run("config", "check", "vedette.yml")
    assert (code, "fine" in log) == (0, True)


def test_version_and_completion(run: Any) -> None:
    assert json.loads(run("version", "-o", "json")[1])["vedette"]
    for shell in ("bash", "zsh", "fish"):
        if shell == "bash" and subprocess.run(["bash", "--version"], check=False).returncode:
            continue
        code, script, _ = run("completion", shell)
        assert (code, "_VEDETTE_COMPLETE" in script) == (0, True)


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = (
        "import sys, vedette.cli; heavy = {'pyarrow', 'duckdb', 'pydantic', 'rich', 'starlette', "
        "'yaml', 'evtx', 'ahocorasick_rs', 're2'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_found_is_shown_when_a_scan_is_ended_early(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    words = ["scan", "--no-installed", str(WORKSTATIONS), str(pipe)]
    with subprocess.Popen(
        [sys.executable, "-m", "vedette.cli", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "HOME": str(tmp_path)},
    ) as scan:  # fmt: skip
        writer = opened_for_writing(pipe, scan)
        scan.send_signal(number)
        output, log = scan.communicate(timeout=60)
        os.close(writer)
    assert scan.returncode == code
    assert b"CRITICAL" in output
    assert b"4,405 events" in log


def opened_for_writing(pipe: Path, reader: subprocess.Popen[bytes]) -> int:
    """Waits until the reader reads the pipe."""
    for _ in range(2400):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.05)
    reader.kill()  # else leaving its block would wait for it for ever
    pytest.fail("nobody read the pipe")


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    words = ["scan", "--no-installed", "-o", "json", str(WORKSTATIONS)]
    with subprocess.Popen(
        [sys.executable, "-m", "vedette.cli", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "HOME": str(tmp_path)},
    ) as scan:  # fmt: skip
        assert scan.stdout is not None
        assert scan.stderr is not None
        scan.stdout.close()
        assert scan.stderr.read() == b""
        assert scan.wait(60) == 141


def test_rules_that_take_no_part_are_told_of(run: Any, tmp_path: Path) -> None:
    bad = "title: Bad\nlogsource: {product: windows}\ndetection: {a: {B: c}, condition: none}\n"
    needy = bad.replace("Bad", "Needy").replace("B: c", "B|expand: '%x%'").replace("none", "a")
    (tmp_path / "bad.yml").write_text(bad)
    (tmp_path / "needy.yml").write_text(needy)
    code, _, log = run("scan", "--no-bundled", "-r", str(tmp_path), str(WORKSTATIONS))
    assert code == 0
    assert f"rule not loaded: {tmp_path}/bad.yml:3:" in log
    assert "1 of 2 rules need a value and take no part" in log
    assert "bad.yml" in run("scan", "-q", "--no-bundled", "-r", str(tmp_path), "-")[2]


def test_explain_of_text_names_no_temporary_file(run: Any) -> None:
    line = "<86>Nov 21 06:00:00 web sshd[12]: Failed password for root"
    output = run("explain", line)[1]
    assert "source     the command line, line 1" in output
    assert output.count("logsource  product=linux, service=auth\n") == 1
    assert "has no event number 9 that can be read" in run("explain", "-n", "9", line)[2]
    assert "not recognised" in run("explain", str(Path(__file__).with_name("test_watch.py")))[2]


def test_explain_of_a_correlation_explains_what_it_stands_on(run: Any) -> None:
    words = ("explain", str(WORKSTATIONS), "-n", "1068", "--rule", "Opened Document, Script")
    output = run(*words)[1]
    assert "Script Host Started  [informational]  FIRES" in output
    assert "a correlation uses it" in output


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("vedette scan --format su", {"suricata"}),
        ("vedette rules install si", {"sigmahq"}),
        ("vedette rules list --state un", {"unsupported"}),
        ("vedette s", {"scan", "search", "serve", "shield", "sources", "sinks", "support"}),
    ],
)
def test_completion_offers_what_fits(words: str, offered: set[str]) -> None:
    given = {
        "_VEDETTE_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    script = [sys.executable, "-c", "import sys; sys.argv[0] = 'vedette'; "
              "from vedette.cli import command; command(prog_name='vedette')"]  # fmt: skip
    done = subprocess.run(
        script, env={**os.environ, **given}, capture_output=True, text=True, check=False
    )
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == offered


def test_files_are_completed_for_paths() -> None:
    given = {
        "_VEDETTE_COMPLETE": "bash_complete",
        "COMP_WORDS": "vedette scan /va",
        "COMP_CWORD": "2",
    }
    code = "from vedette.cli import command; command(prog_name='vedette')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("file,")


def test_an_empty_folder_is_told_of(run: Any, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    code, _, log = run("scan", "logs")
    assert code == 0
    assert "logs: the folder holds no file" in log
