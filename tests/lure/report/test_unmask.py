"""Looking behind a pseudonym leaves a record, or does not happen."""

from __future__ import annotations

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


def test_every_look_is_on_record_with_its_reason_before_anything_is_shown() -> None:
    reasons: list[str] = []
    for reason in ("Ann asked\nfor help", "second look"):
        shown = unmask(record(), PRIVACY, reason, reasons.append)
        assert shown["recipients"] == "ann@firm.example"
        assert shown["subject"] == "A subject that is private"
    assert reasons == ["Ann asked for help", "second look"]


@pytest.mark.parametrize("reason", ["", "  \n ", "x", "a b "])
def test_no_reason_no_look(reason: str) -> None:
    reasons: list[str] = []
    with pytest.raises(UnmaskError, match="reason"):
        unmask(record(), PRIVACY, reason, reasons.append)
    assert reasons == []


def test_nothing_to_look_behind() -> None:
    reasons: list[str] = []
    with pytest.raises(UnmaskError, match="nothing that is masked"):
        unmask(record("x"), PRIVACY, "a reason", reasons.append)
    other = Privacy(b"o" * KEY_BYTES)
    with pytest.raises(UnmaskError, match="another key"):
        unmask(record(), other, "a reason", reasons.append)
    assert reasons == []


def test_no_record_no_look() -> None:
    def full(reason: str) -> None:
        raise UnreadableError("the ledger: no space")

    with pytest.raises(UnreadableError, match="no space"):
        unmask(record(), PRIVACY, "a reason", full)
