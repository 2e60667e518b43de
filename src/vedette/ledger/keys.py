"""The private key of a ledger, in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from vedette.ledger.errors import ProofError
from vedette.ledger.note import PrivateKey, private_key
from vedette.model.durable import sync_folder, write_new
from vedette.model.errors import UnreadableError

_LONGEST: Final = 1024


def new_key(name: str) -> PrivateKey:
    """A fresh key, named after the ledger's origin."""
    return PrivateKey(name, secrets.token_bytes(32))


def new_origin() -> str:
    """A name for a ledger that no other has."""
    return f"vedette/ledger/{secrets.token_hex(8)}"


def load_key(path: Path) -> PrivateKey:
    """The key in `path`. Raises UnreadableError, also for a key that others may read, and
    FileNotFoundError where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}; check who owns it") from error
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode & 0o777
        text = file.read(_LONGEST)
    if mode & 0o077:
        raise UnreadableError(f"{path}: others may read it (mode {mode:o}); chmod 600 {path}")
    try:
        return private_key(text.decode("utf-8", "replace").strip())
    except ProofError as error:
        raise UnreadableError(
            f"{path}: {error}; restore it from a copy, or move the ledger, actions.db and this "
            "file away and start again: all three begin anew"
        ) from error


def save_key(key: PrivateKey, path: Path) -> None:
    """Write the key, mode 0600, over what is there. Raises UnreadableError."""
    try:
        write_new(path, key.text().encode() + b"\n")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}; check the folder") from error


def replace_key(path: Path, by: Path) -> None:
    """Let `by` take the place of `path`."""
    by.replace(path)
    sync_folder(path.parent)
