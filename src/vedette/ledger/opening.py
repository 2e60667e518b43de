"""Finding the end of a ledger again, whatever stopped its last writer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from vedette.ledger import checkpoints
from vedette.ledger import head as heads
from vedette.ledger.dues import Dues
from vedette.ledger.errors import Fault, LedgerDamagedError
from vedette.ledger.frames import FRAME, Chain, Header, segment_path, segments
from vedette.ledger.head import Head
from vedette.ledger.keys import load_key, new_key, new_origin, replace_key, save_key
from vedette.ledger.note import Checkpoint, PrivateKey, PublicKey
from vedette.ledger.reading import Shape, entries, follow, read_header, shape
from vedette.ledger.tail import NEXT, Tail
from vedette.ledger.verification import verify
from vedette.model.durable import write_new
from vedette.model.errors import UnreadableError


@dataclass(frozen=True, slots=True)
class Cut:
    """Bytes behind the last acknowledged entry: a write that the machine's end cut short."""

    size: int
    sha256: str


def begin(folder: Path, key_path: Path, origin: str) -> bool:
    """Make a ledger where there is none (a crash while one was made counts as none). Gives
    whether it did. Raises UnreadableError, OSError."""
    if (folder / heads.NAME).exists():
        return False
    found = segments(folder)
    if found and (len(found) > 1 or found[0][0] or _entries(found[0][1])):
        return False  # the head was taken away; opening says so
    try:
        key = load_key(key_path)
    except FileNotFoundError:
        key_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = new_key(origin or new_origin())
        save_key(key, key_path)
    chain = Chain()
    empty = Checkpoint(key.public.name, 0, chain.tree.root()).signed(key)
    write_new(segment_path(folder, 0), Header(chain, key.public, empty.note).line())
    Head.created(folder, empty).close()
    return True


def reopen(folder: Path, key_path: Path, whole: bool) -> tuple[Tail, Cut | None]:
    """The end of the ledger, with what was never acknowledged cut off. The last segment is
    re-read, with `whole` everything. Raises LedgerDamagedError, UnreadableError, OSError."""
    kept = checkpoints.stored(folder)
    found = shape(folder)
    if whole and (fault := verify(folder).fault):
        raise LedgerDamagedError(fault)
    if found.head is None or found.page is None or not found.segments:
        raise _damaged(folder / heads.NAME, 0, "the head is missing or altered")
    first, path = found.segments[-1]
    if first > found.head.size:
        raise _damaged(folder / heads.NAME, found.head.size, "the head is older than the entries")
    begun = read_header(first, path)
    key = _key(key_path, begun.key)
    chain = begun.chain.copy()
    dues = Dues()
    dues.add(found.head.note, heads.NAME)
    _agree(dues, chain, path, _signers(found, begun.key))
    end = len(begun.line())
    for entry in follow(path, chain, found.head.size):
        end += len(entry) + FRAME + len(str(chain.index - 1))
    _agree(dues, chain, path, (begun.key,))
    stored = max(_sizes(kept), default=0)
    if stored > found.head.size:
        what = f"a checkpoint of {stored} entries was signed; the ledger now ends before"
        raise _damaged(folder / heads.NAME, found.head.size, what)
    cut = _cut(path, end)
    tail = Tail(folder, key, chain, path, Head(folder, found.page), stored)
    if chain.index:
        tail.time = next(entries(folder, chain.index - 1)).time
    return tail, cut


def _key(path: Path, public: PublicKey) -> PrivateKey:
    waiting = path.with_name(path.name + NEXT)
    for one, then in ((path, None), (waiting, replace_key)):
        try:
            key = load_key(one)
        except FileNotFoundError:
            continue
        if key.public == public:
            if then is not None:
                then(path, one)
            return key
    raise UnreadableError(
        f"{path}: the ledger is signed with {public}, whose private key is not here; restore it "
        "from a copy, or move the folder and actions.db away and start again: a new ledger begins"
    )


def _agree(dues: Dues, chain: Chain, path: Path, keys: tuple[PublicKey, ...]) -> None:
    if dues.next == chain.index and (wrong := dues.check(chain, keys)):
        raise _damaged(path, chain.index, wrong)


def _signers(found: Shape, key: PublicKey) -> tuple[PublicKey, ...]:
    """Who may have signed the checkpoint at a segment's start: its key, or the one before."""
    if len(found.segments) < 2:
        return (key,)
    return read_header(*found.segments[-2]).key, key


def _sizes(kept: list[tuple[int, str]]) -> list[int]:
    sizes = []
    for _, note in kept:
        size = note.split("\n")[1]
        sizes.append(int(size) if size.isascii() and size.isdigit() and len(size) < 19 else -1)
    return sizes


def _cut(path: Path, end: int) -> Cut | None:
    """Cut off what lies behind the last acknowledged byte."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END) - end
        if not size:
            return None
        file.seek(end)
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
        file.truncate(end)
        os.fsync(file.fileno())
    return Cut(size, digest.hexdigest())


def _entries(path: Path) -> bool:
    with path.open("rb") as file:
        file.readline()
        return bool(file.read(1))


def _damaged(path: Path, index: int, what: str) -> LedgerDamagedError:
    return LedgerDamagedError(Fault(index, path, 1, what))
