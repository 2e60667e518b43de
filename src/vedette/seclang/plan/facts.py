"""What is found out about expressions before they are looked for, and kept on disk.

RE2's own programs can't be kept; what can is all that is found by taking expressions apart, which
costs more than RE2 does.
"""

from __future__ import annotations

import hashlib
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from vedette.model.cache_entry import read_sealed, sealed, write_entry
from vedette.seclang.operators.dialect import Untranslatable, translate
from vedette.seclang.operators.expressions import KEPT, Expression
from vedette.seclang.parse.cached import code_facts
from vedette.seclang.plan.linear import make_filter
from vedette.seclang.plan.needs import PLAIN, needed

FILES: Final = 8
LARGEST: Final = 64 << 20
_CODE: Final = Path(__file__).resolve().parents[1]
_HIGH: Final = re.compile(rb"\\x[89a-fA-F]|[\x80-\xff]|\\[A-Z]")
"""RE2 looks for literals as UTF-8; expressions that may be about other bytes do without."""


class Fact(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One expression: as RE2 gets it; the bytes of which it needs one, where ordinary values have
    none of them; whether a literal must be found first."""

    pattern: bytes
    special: bytes | None
    literal: bool


class Facts:
    """Facts by expression (None: RE2 can't take it); those of a rule set come from `folder`, where
    they were kept."""

    def __init__(self, folder: Path | None = None, identity: bytes = b"") -> None:
        """`identity` changes with the rule set."""
        self._known: dict[bytes, Fact | None] = {}
        self._new = False
        self._entry: Path | None = None
        if folder is None:
            return
        import re2

        code = code_facts([_CODE / "plan", _CODE / "operators", Path(re2.__file__).parent])
        digest = hashlib.blake2b(code + sys.version.encode() + identity, digest_size=20)
        self._entry = folder / f"facts-{digest.hexdigest()}.msgpack"
        kept = read_sealed(self._entry, LARGEST)
        if kept is not None:
            try:
                self._known = msgspec.msgpack.decode(kept, type=dict[bytes, Fact | None])
            except msgspec.DecodeError:
                self._known = {}

    def of(self, pattern: bytes) -> Fact | None:
        """What is known of an expression."""
        if pattern not in self._known:
            self._known[pattern] = _found_out(pattern)
            self._new = True
        return self._known[pattern]

    def keep(self) -> None:
        """Write what is new, for the next start."""
        if self._new and self._entry is not None:
            write_entry(self._entry, sealed(msgspec.msgpack.encode(self._known)), FILES)
            self._new = False


@lru_cache(maxsize=KEPT)
def _found_out(pattern: bytes) -> Fact | None:
    try:
        made = translate(pattern)
    except Untranslatable:
        return None
    if not Expression.of(pattern).linear:
        return None
    needs = needed(made)
    special = bytes(sorted(needs)) if needs is not None and needs.isdisjoint(PLAIN) else None
    return Fact(made, special, _has_literal(made))


def _has_literal(pattern: bytes) -> bool:
    if _HIGH.search(pattern):
        return False
    # Of an empty value those are possible that have no literals.
    return not make_filter([pattern]).Match(b"", potential=True)
