"""Looking behind a pseudonym leaves a record, or does not happen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lure.checks import by_words, read
from vedette.lure.message import Address
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.lure.record import record_of
from vedette.lure.report.unmask import UnmaskError, unmask
from vedette.model.errors import UnreadableError

PRIVACY = Privacy(b"k" * KEY_BYTES)


def record(word: str = "LURE") -> dict[str, Any]:
    message = read(word.encode(), "mx:1", None, (Address("", "ann@firm.example"),))
    return record_of(by_words(message), PRIVACY, arrival=0, way="mail", action="none")


def test_every_look_is_on_record_with_its_reason(tmp_path: Path) -> None:
    log = tmp_path / "unmasked.ndjson"
    for reason in ("Ann asked\nfor help", "second look"):
        shown = unmask(record(), PRIVACY, log, who="mia", reason=reason, now=0)
        assert shown["recipients"] == "ann@firm.example"
        assert shown["subject"] == "A subject that is private"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["reason"] for line in lines] == ["Ann asked for help", "second look"]
    assert {(line["who"], line["time"]) for line in lines} == {
        ("mia", "1970-01-01T00:00:00.000000Z")
    }
    assert lines[0]["message"] == record()["message"]
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("reason", ["", "  \n ", "x", "a b "])
def test_no_reason_no_look(tmp_path: Path, reason: str) -> None:
    with pytest.raises(UnmaskError, match="reason"):
        unmask(record(), PRIVACY, tmp_path / "log", who="mia", reason=reason, now=0)
    assert not (tmp_path / "log").exists()


def test_nothing_to_look_behind(tmp_path: Path) -> None:
    with pytest.raises(UnmaskError, match="nothing that is masked"):
        unmask(record("x"), PRIVACY, tmp_path / "log", who="m", reason="a reason", now=0)
    other = Privacy(b"o" * KEY_BYTES)
    with pytest.raises(UnmaskError, match="another key"):
        unmask(record(), other, tmp_path / "log", who="m", reason="a reason", now=0)
    assert not (tmp_path / "log").exists()


def test_no_record_no_look(tmp_path: Path) -> None:
    log = tmp_path / "none" / "log"
    with pytest.raises(UnreadableError, match="without a record"):
        unmask(record(), PRIVACY, log, who="m", reason="a reason", now=0)
