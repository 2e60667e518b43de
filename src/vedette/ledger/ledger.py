"""The append-only record of what was decided, done and undone."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from vedette.ledger.entry import RECOVERED, RESERVED, Draft, draft
from vedette.ledger.errors import EntryError, Fault, LedgerDamagedError, LedgerError
from vedette.ledger.lock import WriterLock
from vedette.ledger.note import Checkpoint, PublicKey
from vedette.ledger.opening import Cut, begin, reopen
from vedette.ledger.tail import Tail
from vedette.model.errors import BusyError, UnreadableError

NAME: Final = "ledger"
KEY: Final = "ledger.key"
"""The ledger's folder and its key's file below a data directory."""
EVERY: Final = 1000
SEGMENT_BYTES: Final = 16 << 20
"""Opening a ledger re-reads its last segment: well below a second."""
GROUP_BYTES: Final = 4 << 20
WAITING_BYTES: Final = 64 << 20


class _Order(NamedTuple):
    drafts: Sequence[Draft]
    size: int
    done: Future[int]


class Ledger:
    """The writing side; any thread may call it. There is one for each folder at a time.

    What arrives while the disk is busy is written together: one sync of the entries and one of
    the head for a whole group. An append has returned when its entry is on the disk under a
    signed head, and raises where it is not.
    """

    def __init__(
        self,
        folder: Path,
        key: Path,
        now: Callable[[], int],
        *,
        every: int = EVERY,
        segment_bytes: int = SEGMENT_BYTES,
        origin: str = "",
        whole: bool = False,
    ) -> None:
        """Open the ledger in `folder`, or make it and, where there is none, the key file.

        `now` gives microseconds since the epoch, UTC. A checkpoint is kept after at least `every`
        entries. The last segment is checked, with `whole` everything. A damaged ledger opens, but
        can't be appended to: `fault` says where it is damaged. `fresh` is whether it is new, `cut`
        what an interrupted write left, never acknowledged, and now recorded as cut off.
        Raises BusyError, UnreadableError (also for a key that others may read, or that is gone).
        """
        self.fault: Fault | None = None
        self.cut: Cut | None = None
        self.fresh = False
        self._folder, self._key, self._now = folder, key, now
        self._every, self._most = every, segment_bytes
        self._waiting: deque[_Order] = deque()
        self._bytes = 0
        self._closing = False
        self._ready = threading.Condition()
        self._writing = threading.Lock()
        self._lock = WriterLock(folder)
        self._tail: Tail | None = None
        self._thread: threading.Thread | None = None
        try:
            self._open(origin, whole)
        except BaseException:
            self._release()
            raise

    def append(self, kind: str, who: str, what: Mapping[str, Any]) -> int:
        """Record one entry and give its index. `kind` is a short name, `who` the person or part
        that did it, `what` JSON. Raises EntryError, LedgerFullError, LedgerDamagedError,
        LedgerError."""
        return self._give([self._draft(kind, who, what)], patient=True).result()

    def append_many(self, entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> range:
        """Record entries one after the other, all or none of them; gives their indexes."""
        drafts = [self._draft(*entry) for entry in entries]
        if not drafts:
            return range(0)
        first = self._give(drafts, patient=True).result()
        return range(first, first + len(drafts))

    def submit(self, kind: str, who: str, what: Mapping[str, Any]) -> Future[int]:
        """Record one entry without waiting: `await asyncio.wrap_future(ledger.submit(...))`.
        Raises BusyError where more than 64 MB wait."""
        return self._give([self._draft(kind, who, what)], patient=False)

    @property
    def checkpoint(self) -> Checkpoint:
        """The signed checkpoint of everything acknowledged."""
        return self._usable().now

    @property
    def key(self) -> PublicKey:
        return self._usable().key.public

    def rotate_key(self, who: str) -> PublicKey:
        """Make a new key, certified by the old one in the ledger, and forget the old one."""
        with self._writing:
            tail = self._usable()
            return tail.rotate(self._key, who, self._now(), self._most).public

    def alarm(self, fault: Fault) -> None:
        """Refuse every append from now on: somebody found the ledger damaged."""
        self.fault = fault

    def look_after(self) -> Fault | None:
        """What is wrong where a file was taken away since it was opened; None where that was told
        before. Nothing more is recorded then."""
        with self._writing:
            return None if self.fault is not None else self._gone()

    def close(self) -> None:
        """Write what waits, keep a last checkpoint, and let go of the folder."""
        with self._ready:
            self._closing = True
            self._ready.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        try:
            if self._tail is not None and self.fault is None:
                self._tail.store_checkpoint()
        finally:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _release(self) -> None:
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        self._lock.close()

    def _open(self, origin: str, whole: bool) -> None:
        try:
            self.fresh = begin(self._folder, self._key, origin)
            self._tail, self.cut = reopen(self._folder, self._key, whole)
        except LedgerDamagedError as error:
            self.fault = error.fault
            return
        except OSError as error:
            if isinstance(error, UnreadableError):
                raise
            raise UnreadableError(
                f"{error.filename or self._folder}: {error.strerror}; look at the disk and the "
                "folder"
            ) from error
        if self.cut is not None:
            what = {"cut_bytes": self.cut.size, "sha256": self.cut.sha256}
            self._tail.add([draft(RECOVERED, "vedette", what)], self._now(), self._most)
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._thread.start()

    def _gone(self) -> Fault | None:
        missing = None if self._tail is None else self._tail.missing()
        if self._tail is None or missing is None:
            return None
        index = self._tail.now.size
        self.fault = Fault(index, missing, 1, "this file was taken away while it was written")
        return self.fault

    def _draft(self, kind: str, who: str, what: Mapping[str, Any]) -> Draft:
        if kind in RESERVED:
            raise EntryError(f"{kind}: only the ledger itself records this; name another kind")
        return draft(kind, who, what)

    def _usable(self) -> Tail:
        if self.fault is not None:
            raise LedgerDamagedError(self.fault)
        if self._tail is None or self._closing:
            raise LedgerError(f"{self._folder}: this ledger is closed; open it again")
        return self._tail

    def _give(self, drafts: Sequence[Draft], patient: bool) -> Future[int]:
        size = sum(map(len, drafts))
        order = _Order(drafts, size, Future())
        if size > WAITING_BYTES:
            raise EntryError(f"{size} bytes at once; at most {WAITING_BYTES} are recorded together")
        with self._ready:
            self._usable()
            while self._bytes + size > WAITING_BYTES:
                if not patient:
                    raise BusyError(
                        f"{self._folder}: {self._bytes} bytes wait for the disk; try again when "
                        "it has caught up"
                    )
                self._ready.wait()
                self._usable()
            self._bytes += size
            self._waiting.append(order)
            self._ready.notify_all()
        return order.done

    def _write(self) -> None:
        while True:
            with self._ready:
                while not self._waiting and not self._closing:
                    self._ready.wait()
                if not self._waiting:
                    return
                group, size = [self._waiting.popleft()], 0
                size = group[0].size
                while self._waiting and size + self._waiting[0].size <= GROUP_BYTES:
                    group.append(self._waiting.popleft())
                    size += group[-1].size
            group = [order for order in group if order.done.set_running_or_notify_cancel()]
            try:
                self._record(group)
            except BaseException as error:  # told to those who wait; the next may fare better
                for order in group:
                    if not order.done.done():
                        order.done.set_exception(error)
            finally:
                with self._ready:
                    self._bytes -= size
                    self._ready.notify_all()

    def _record(self, group: list[_Order]) -> None:
        with self._writing:
            tail = self._tail
            if tail is None or self.fault is not None:
                self._usable()
                return
            drafts = [one for order in group for one in order.drafts]
            index = tail.add(drafts, self._now(), self._most) if drafts else 0
            if fault := self._gone():
                raise LedgerDamagedError(fault)
            for order in group:
                order.done.set_result(index)
                index += len(order.drafts)
            if tail.now.size - tail.stored >= self._every:
                try:
                    tail.store_checkpoint()
                except LedgerError:
                    return  # the head is a checkpoint, too; the next group tries again
