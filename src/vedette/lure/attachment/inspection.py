"""The inspection of one message's attachments, in whichever process it is called."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

from vedette.lure.attachment import kinds
from vedette.lure.attachment.context import Context, Findings, LimitReached, Unreadable
from vedette.lure.attachment.inspectors import inspector
from vedette.lure.attachment.known import known
from vedette.lure.attachment.limits import Budget, Limits
from vedette.lure.attachment.placement import placed, side_by_side
from vedette.lure.attachment.report import Report

Scan = Callable[[bytes, Context], None]
"""Looks at a file's bytes whatever their kind, and signs what it sees: rules of a folder."""

_MULTIPLYING = 10
"""Containers among the files of a message that reached its limit of files: the archive is made to
multiply."""
NAMELESS = "attachment"
"""What an attachment is called that came without a name."""


class Inspection:
    """One message under inspection; after an interruption, `reports` gives what there is so far."""

    def __init__(
        self,
        names: Sequence[str],
        sizes: Sequence[int],
        words: Sequence[str] = (),
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        scan: Scan | None = None,
    ) -> None:
        limits = limits or Limits()
        self._scan = scan
        self._budget = Budget(limits, clock)
        self._roots: list[Context] = []
        self._done: set[int] = set()
        bounded = tuple(dict.fromkeys(word for word in words if word))[: limits.words]
        for name, size in zip(names, sizes, strict=True):
            findings = Findings(self._budget)
            root = Context(
                findings, name or NAMELESS, size=size, words=bounded, inspect=self._inspect
            )
            findings.files.append(root)
            self._roots.append(root)

    def run(self, index: int, data: bytes) -> None:
        """Inspect one attachment. Whatever ends it early is noted with it."""
        root = self._roots[index]
        try:
            self._budget.take_member()
            self._inspect(root, data)
        except LimitReached as error:
            root.unseen(f"not inspected: {error}")
        self._together(root)
        self._done.add(index)

    def cut(self, why: str) -> None:
        """Note that everything not yet done was interrupted."""
        for index, root in enumerate(self._roots):
            if index not in self._done:
                root.unseen(f"not inspected: {why}")
                self._together(root)
                self._done.add(index)

    def unopened(self, index: int, data: bytes, why: str) -> None:
        """Say of one attachment only what its name and its first bytes tell, and why no more."""
        root = self._roots[index]
        root.kind = kinds.kind_of(data, root.name)
        root.sha256 = hashlib.sha256(data).hexdigest()
        root.unseen(why)
        placed(root)
        self._done.add(index)

    def reports(self) -> tuple[Report, ...]:
        """What was found, in the order of the attachments."""
        for root in self._roots:
            for file in root.findings.files:
                if file.notes:
                    file.sign("not_inspected", why=file.notes[0])
        return tuple(root.findings.report() for root in self._roots)

    def _inspect(self, file: Context, data: bytes) -> None:
        limits = self._budget.limits
        file.kind = kinds.kind_of(data, file.name)
        file.sha256 = hashlib.sha256(data).hexdigest()
        try:
            if file.depth > limits.depth:
                file.unseen(f"not opened: it lies deeper than {limits.depth} containers")
            elif self._within_itself(file):
                file.unseen("not opened: it contains itself")
                file.sign("container_bomb", why="it contains itself")
            else:
                self._open(file, data)
        except Unreadable as error:
            file.unseen(str(error))
            if file.kind in kinds.CONTAINERS and str(error).startswith("damaged"):
                file.sign("container_damaged", why=str(error))
        except LimitReached as error:
            file.unseen(f"not inspected: {error}")
        except RecursionError:
            file.unseen("not inspected: it is nested too deep")
        except MemoryError:
            file.unseen(f"not inspected: it needs over {limits.memory >> 20} MB of memory")
        except Exception as error:
            # A parser's fault on hostile bytes costs this file's content, and is told.
            file.unseen(f"not inspected: {type(error).__name__} while reading {file.kind}")
        placed(file)

    def _open(self, file: Context, data: bytes) -> None:
        if self._scan is not None and file.kind not in kinds.CONTAINERS:
            self._scan(data, file)
        inspect = inspector(file.kind)
        if inspect is not None:
            inspect(data, file)
        elif file.kind in kinds.CONTAINERS:
            file.unseen(f"not opened: no reader for {file.kind}")

    @staticmethod
    def _within_itself(file: Context) -> bool:
        outer = file.parent
        while outer is not None:
            if outer.sha256 == file.sha256:
                return True
            outer = outer.parent
        return False

    def _together(self, root: Context) -> None:
        findings = root.findings
        if len(findings.files) > 1:
            texts: dict[str, str] = {}
            for path, text in findings.texts:
                texts[path] = f"{texts[path]}\n{text}" if path in texts else text
            side_by_side(findings.files, texts, frozenset(known().libraries))
        if self._budget.members < 0:
            containers = [file for file in findings.files if file.kind in kinds.CONTAINERS]
            # Honest archives of many files hold files; what multiplies holds containers.
            if len(containers) >= _MULTIPLYING and max(file.depth for file in containers) > 1:
                root.sign("container_bomb", why="containers within containers without end")


def inspect_in_process(
    attachments: Sequence[tuple[str, bytes]],
    words: Sequence[str] = (),
    limits: Limits | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    scan: Scan | None = None,
) -> tuple[Report, ...]:
    """Inspect attachments (name, bytes) right here, without a child process around it.

    For the child itself and for tests: what strangers sent belongs into an `Inspector`. Limits of
    size, depth, members and time hold; those of the process (memory, stuck C code) do not.
    """
    inspection = Inspection(
        [name for name, _ in attachments],
        [len(data) for _, data in attachments],
        words,
        limits,
        clock=clock,
        scan=scan,
    )
    for index, (_, data) in enumerate(attachments):
        inspection.run(index, data)
    return inspection.reports()
