"""The table: readable, and nothing of an event's reaches the terminal unseen."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from finding_shapes import any_texts, finding, findings
from vedette.findings.table import print_findings, summary
from vedette.model.finding import Evidence, Finding
from vedette.model.visible import visible

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """A terminal that keeps what it was sent."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def _printed(found: list[Finding], out: io.StringIO, width: int | None = None) -> str:
    print_findings(found, out, width)
    return out.getvalue()


def test_plain_text_is_aligned_and_whole() -> None:
    found = [finding(0), finding(1, "low", "x" * 300)]
    lines = _printed(found, io.StringIO(), 60).splitlines()
    where = "ws-eng-07.harrow.example · harrow\\m.okafor · c:\\windows\\powershell.exe"
    start = f"Encoded PowerShell  {where}  events.ndjson:"
    assert lines == [
        f"2026-03-02T09:14:07Z  HIGH      {start}1  CommandLine: powershell »-enc« AAAA",
        f"2026-03-02T09:14:07Z  low       {start}2  CommandLine: {'x' * 11}»xxxx«{'x' * 285}",
        "",
        "2 findings: 1 high, 1 low",
    ]


@pytest.mark.parametrize("width", [40, 79, 119, 120, 200])
def test_a_terminal_is_never_overrun(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    found = [finding(0), finding(1, "low", "漢" * 11 + "-enc" + "字" * 300)]
    shown = _printed(found, Terminal(), width)
    lines = COLOUR.sub("", shown).splitlines()
    assert max(cell_len(line) for line in lines[:-1]) <= width
    assert "Encoded" in shown
    assert sum("-enc" in line for line in lines) == 2
    assert re.search("\x1b\\[1;7m-enc", shown), "what matched is highlighted"


@given(st.lists(findings(any_texts), max_size=3), st.sampled_from([40, 80, 160]), st.booleans())
def test_nothing_of_an_event_steers_the_terminal(
    found: list[Finding], width: int, terminal: bool
) -> None:
    shown = COLOUR.sub("", _printed(found, Terminal() if terminal else io.StringIO(), width))
    assert shown.encode()
    assert all(char == "\n" or char.isprintable() for char in shown)


def test_escapes_of_an_event_are_shown_as_pictures() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\r\n\u202egpj.exe\x9b31m\x7f"
    one = msgspec.structs.replace(
        finding(), evidence=(Evidence("F", hostile, 0, len(hostile)),), entities=()
    )
    shown = _printed([one], Terminal(), 200)
    assert "␛]0;owned␇␛[2J␍␊\\u202egpj.exe\\u009b31m␡" in shown


@given(any_texts)
def test_visible_text_is_printable_and_visible_already(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown


def test_summary() -> None:
    assert summary([]) == "0 findings"
    assert summary([finding(0, "low"), finding(1, "critical"), finding(2, "odd")]) == (
        "3 findings: 1 critical, 1 low, 1 of another level"
    )


def test_a_stream_that_is_not_utf8_gets_escapes() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    print_findings([finding(0, value="powershell -enc ü")], out)
    out.flush()
    assert b"\\xfc" in raw.getvalue()
    out.close()
