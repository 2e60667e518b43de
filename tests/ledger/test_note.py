"""Signed notes, byte for byte as the reference implementation writes them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from vedette.ledger.errors import ProofError
from vedette.ledger.keys import load_key, new_key, save_key
from vedette.ledger.note import Checkpoint, checkpoint, opened, private_key, public_key
from vedette.model.errors import UnreadableError

# The example of golang.org/x/mod/sumdb/note
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_reference_note() -> None:
    key = private_key(PRIVATE)
    assert (str(key.public), key.text(), key.sign(TEXT)) == (PUBLIC, PRIVATE, NOTE)
    assert opened(NOTE, public_key(PUBLIC)) == TEXT


def test_no_byte_of_a_checkpoint_can_be_another() -> None:
    key = private_key(PRIVATE)
    note = Checkpoint("PeterNeumann", 20852163, bytes(range(32)), "").signed(key).note
    assert checkpoint(note, key.public).size == 20852163
    for at in range(len(note)):
        for other in ("0", "A", "\n", " "):
            if note[at] != other:
                with pytest.raises(ProofError):
                    checkpoint(note[:at] + other + note[at + 1 :], key.public)


@pytest.mark.parametrize(
    "text", ["", "a", "a b+c74f20a3+ARpc", PUBLIC.replace("c74f", "c74e"), PUBLIC[:-4], "a" * 9999]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ProofError):
        public_key(text)


def test_a_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path, key = tmp_path / "key", new_key("here")
    save_key(key, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).public == key.public
    path.chmod(0o640)
    with pytest.raises(UnreadableError, match=r"others may read it \(mode 640\); chmod 600"):
        load_key(path)
    path.chmod(0o600)
    path.write_text(key.text()[:-5])
    with pytest.raises(UnreadableError, match="restore it from a copy") as told:
        load_key(path)
    assert key.text()[30:60] not in str(told.value)
