"""What keeps a person who was offered a job from being seen by others.

One key, kept by the firm with mode 0600, makes pseudonyms of mailboxes (the same mailbox, the
same pseudonym, so that findings join) and seals what would tell whose mail it was. Opening a
seal is a deliberate act that the caller records.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.errors import UnreadableError

KEY_BYTES: Final = 32
_NONCE: Final = 12
PSEUDONYM: Final = "mb-"
_MARK: Final = "sealed:"


class Privacy:
    """Pseudonyms and seals under one key of KEY_BYTES bytes."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(key) != KEY_BYTES:
            raise ValueError(f"a privacy key has {KEY_BYTES} bytes, this one has {len(key)}")
        self._names = _derived(key, b"pseudonym")
        self._nonces = _derived(key, b"nonce")
        self._traits = _derived(key, b"trait")
        self._cipher = AESGCM(_derived(key, b"seal"))

    def pseudonym(self, address: str) -> str:
        """The pseudonym of a mailbox, the same for every spelling of the address's letters."""
        folded = address.strip().lower().encode("utf-8", "replace")
        digest = hmac.digest(self._names, folded, "sha256")
        return PSEUDONYM + base64.b32encode(digest[:10]).decode().lower()

    def trait(self, kind: str, value: str) -> str:
        """What a message shows (the pseudonym of its sender, a domain, a URL, a file's hash), so
        that messages that share it can be counted, and nobody without the key can tell it."""
        given = f"{kind}\0{value}".encode("utf-8", "replace")
        digest = hmac.digest(self._traits, given, "sha256")
        return base64.b32encode(digest[:10]).decode().lower()

    def seal(self, content: Mapping[str, str], about: str) -> str:
        """`content` as a text that only this key opens, bound to what it is `about` (an id).
        Halves of characters, which hostile mail may hold, become "?"."""
        whole = {key: text.encode("utf-8", "replace").decode() for key, text in content.items()}
        packed = msgspec.json.encode(whole, order="sorted")
        # From the content, so that a message that is examined again is the same event
        nonce = hmac.digest(self._nonces, about.encode() + b"\0" + packed, "sha256")[:_NONCE]
        sealed = self._cipher.encrypt(nonce, packed, about.encode())
        return _MARK + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, about: str) -> dict[str, str]:
        """What was sealed. Raises ValueError for another key, another `about` or damage."""
        from cryptography.exceptions import InvalidTag

        try:
            data = base64.urlsafe_b64decode(sealed.removeprefix(_MARK))
            packed = self._cipher.decrypt(data[:_NONCE], data[_NONCE:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise ValueError(
                "the seal does not open: it was made with another key, for another message, or "
                "is damaged; use the key of the data directory in which the finding was made"
            ) from error
        return msgspec.json.decode(packed, type=dict[str, str])


def load_key(path: Path) -> bytes:
    """The key in `path`, made (mode 0600) where there is none. Raises UnreadableError, also for
    a key that others may read."""
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}; check the data directory") from error
    else:
        with os.fdopen(made, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    try:
        key = path.read_bytes()
        mode = path.stat().st_mode & 0o777
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}; check who owns it") from error
    if mode & 0o077:
        raise UnreadableError(f"{path}: others may read it (mode {mode:o}); chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise UnreadableError(
            f"{path}: is no privacy key ({len(key)} bytes instead of {KEY_BYTES}); restore it from "
            "a copy, or move it away (what was sealed with it then stays closed)"
        )
    return key


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(key=key, person=purpose, digest_size=32).digest()
