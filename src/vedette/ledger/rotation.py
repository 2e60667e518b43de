"""How one key of a ledger vouches for the next."""

from __future__ import annotations

from vedette.ledger.entry import ROTATED, Draft, draft, parsed
from vedette.ledger.errors import EntryError, ProofError
from vedette.ledger.note import PrivateKey, PublicKey, opened

MARK = b'{"kind":"%b",' % ROTATED.encode()
"""What the stored bytes of such an entry begin with."""


def certificate(index: int, old: PrivateKey, new: PublicKey, who: str) -> Draft:
    """The entry `index` that makes `new` the key of everything after it."""
    what = {"from": str(old.public), "to": str(new), "certificate": old.sign(_text(index, new))}
    return draft(ROTATED, who, what)


def certified(index: int, stored: bytes, old: PublicKey, new: PublicKey) -> bool:
    """Whether the entry `index` says, in the name of `old`, that `new` is the next key."""
    if not stored.startswith(MARK) or new.name != old.name:
        return False
    try:
        note = parsed(index, stored).what.get("certificate")
        return isinstance(note, str) and opened(note, old) == _text(index, new)
    except (EntryError, ProofError, AttributeError):
        return False


def _text(index: int, new: PublicKey) -> str:
    return f"vedette ledger key rotation\n{index}\n{new}\n"
