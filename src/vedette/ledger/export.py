"""A ledger for others to verify: its entries, its checkpoints, its public keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from vedette.ledger import checkpoints
from vedette.ledger.dues import Dues
from vedette.ledger.entry import MAX_ENTRY
from vedette.ledger.errors import Fault, LedgerDamagedError, ProofError
from vedette.ledger.frames import Chain
from vedette.ledger.note import Checkpoint, PublicKey, public_key, unsigned_checkpoint
from vedette.ledger.reading import shape, stored
from vedette.ledger.rotation import certified
from vedette.ledger.verification import TOLD, Verdict
from vedette.model.errors import UnreadableError

ENTRIES: Final = "entries.ndjson"
CHECKPOINT: Final = "checkpoint"
CHECKPOINTS: Final = "checkpoints"
KEYS: Final = "public-keys"


def export(folder: Path, into: Path, progress: Callable[[int], None] | None = None) -> Checkpoint:
    """Write the files above into a new folder; gives the checkpoint of what was written. Raises
    LedgerDamagedError, UnreadableError, OSError."""
    kept = checkpoints.stored(folder)
    found = shape(folder)
    if found.head is None:
        raise LedgerDamagedError(Fault(0, folder / "head", 1, "the head is missing or altered"))
    try:
        into.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise UnreadableError(f"{into}: is there already; name a new folder") from error
    with (into / ENTRIES).open("wb") as file:
        for index, entry in stored(folder, 0, found.head.size):
            file.write(entry + b"\n")
            if progress is not None and not index % TOLD:
                progress(index)
    (into / CHECKPOINT).write_text(found.head.note, encoding="utf-8")
    notes = "".join(note + "\n" for _, note in kept)
    (into / CHECKPOINTS).write_text(notes, encoding="utf-8")
    (into / KEYS).write_text("".join(f"{key}\n" for key in found.keys), encoding="utf-8")
    return found.head


def verify_export(
    folder: Path,
    *,
    key: PublicKey | None = None,
    against: Sequence[tuple[str, str]] = (),
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """As `verify`, of an exported folder. Raises UnreadableError, ProofError."""
    try:
        head = unsigned_checkpoint((folder / CHECKPOINT).read_text("utf-8"))
        keys = [public_key(line) for line in (folder / KEYS).read_text("utf-8").splitlines()]
        kept = checkpoints.stored(folder)
        file = (folder / ENTRIES).open("rb")
    except OSError as error:
        raise UnreadableError(f"{error.filename}: {error.strerror}") from error
    if not keys or (key is not None and key not in keys):
        raise ProofError(f"{folder / KEYS}: {key or 'no key'} is not among the keys")
    dues, chain, place = Dues(), Chain(), folder / ENTRIES
    dues.add(head.note, CHECKPOINT)
    for number, note in kept:
        dues.add(note, f"{CHECKPOINTS}:{number}")
    for where, note in against:
        dues.add(note, where)
    current, fault = 0, None

    def wrong(index: int, what: str) -> Verdict:
        fault = Fault(index, place, index + 1, what)
        return Verdict(chain.index, dues.agreed, head, tuple(keys[: current + 1]), fault)

    with file:
        while chain.index < head.size:
            signers = [keys[current]]
            line = file.readline(MAX_ENTRY + 2)
            if not line.endswith(b"\n"):
                return wrong(chain.index, "is missing, or its line does not end")
            entry = line[:-1]
            chain.add(entry)
            following = keys[current + 1 : current + 2]
            if following and certified(chain.index - 1, entry, keys[current], following[0]):
                current += 1
                signers += following
            since = dues.last
            if dues.next == chain.index and (fault := dues.check(chain, signers)):
                return wrong(since, fault)
            if progress is not None and not chain.index % TOLD:
                progress(chain.index)
        if dues.next == 0 and (fault := dues.check(chain, keys[:1])):
            return wrong(0, fault)
        if file.read(1):
            return wrong(chain.index, "stands behind the last that the checkpoint covers")
    if current + 1 < len(keys):
        return wrong(chain.index, f"the key {keys[current + 1]} was never certified")
    if left := dues.left():
        return wrong(chain.index, f"is missing: {left.where} shows that there were {left.size}")
    return Verdict(chain.index, dues.agreed, head, tuple(keys), None)
