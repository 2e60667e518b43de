"""Pseudonyms join and hide; seals open only for their key and their message."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.privacy import KEY_BYTES, Privacy, load_key
from vedette.model.errors import UnreadableError

ONE = Privacy(b"1" * KEY_BYTES)
TWO = Privacy(b"2" * KEY_BYTES)


def test_a_mailbox_has_one_pseudonym_per_firm() -> None:
    assert ONE.pseudonym("Ann@Firm.example") == ONE.pseudonym(" ann@firm.example")
    assert ONE.pseudonym("ann@firm.example") != ONE.pseudonym("ben@firm.example")
    assert ONE.pseudonym("ann@firm.example") != TWO.pseudonym("ann@firm.example")
    assert "ann" not in ONE.pseudonym("ann@firm.example")


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=50), max_size=4), st.text(max_size=9))
def test_a_seal_opens_for_its_key_and_message_alone(content: dict[str, str], about: str) -> None:
    sealed = ONE.seal(content, about)
    assert ONE.open(sealed, about) == content
    assert ONE.seal(content, about) == sealed  # the same message is the same event
    for privacy, other in ((TWO, about), (ONE, about + "x")):
        with pytest.raises(ValueError, match="does not open"):
            privacy.open(sealed, other)


@pytest.mark.parametrize("damaged", ["", "sealed:", "sealed:AAAA", "sealed:%%%", "x"])
def test_damage_is_said(damaged: str) -> None:
    with pytest.raises(ValueError, match="does not open"):
        ONE.open(damaged, "a")


def test_the_key_is_made_once_and_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "lure.key"
    key = load_key(path)
    assert len(key) == KEY_BYTES
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path) == key
    path.chmod(0o644)
    with pytest.raises(UnreadableError, match="chmod 600"):
        load_key(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(UnreadableError, match="no privacy key"):
        load_key(path)
    with pytest.raises(UnreadableError, match="data directory"):
        load_key(tmp_path / "none" / "lure.key")
