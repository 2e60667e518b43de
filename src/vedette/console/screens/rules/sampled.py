"""What the samples in rule files say: run in the background, once for each content of a file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

import msgspec

from vedette import __version__
from vedette.model.cache_entry import read_sealed, sealed, write_entry
from vedette.model.errors import VedetteError
from vedette.rulesets.sampling import run_samples, sample_files
from vedette.sigma.cache import fingerprint
from vedette.sigma.samples import samples_of

if TYPE_CHECKING:
    from vedette.engine.rules_at_work import AtWork, RulesAtWork

BREATH: Final = 0.05
"""Seconds between files: events are judged in the same process."""
LARGEST: Final = 16 << 20
KEPT: Final = 2
MOST_FAILURES: Final = 20
"""Of one rule."""

_log = logging.getLogger(__name__)


class Tried(msgspec.Struct, frozen=True):
    """A rule's samples: how many there are, and what is wrong with those that fail."""

    count: int
    failures: tuple[str, ...] = ()


_Store = dict[str, dict[str, Tried]]
"""By the digest of a file's content: by rule id."""


class Samples:
    """Any thread may call; `close` ends the work."""

    def __init__(self, rules: RulesAtWork, cache: Path) -> None:
        self._rules = rules
        self._cache = cache
        self._lock = Lock()
        self._closed = Event()
        self._thread: Thread | None = None
        self._of: AtWork | None = None
        self._done: Mapping[str, Tried] = {}
        self._whole = False

    def now(self) -> tuple[Mapping[str, Tried], bool]:
        """By rule id, and whether all files have been tried. Begins to try them where they have
        not been since they were loaded."""
        at_work = self._rules.now
        with self._lock:
            if at_work is None or self._closed.is_set():
                return {}, False
            running = self._thread is not None and self._thread.is_alive()
            if at_work is not self._of and not running:
                self._of, self._whole = at_work, False
                self._thread = Thread(
                    target=self._try, args=(at_work,), name="vedette-samples", daemon=True
                )
                self._thread.start()
            return self._done, self._whole and at_work is self._of

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _try(self, at_work: AtWork) -> None:
        try:
            self._try_all(at_work)
        except Exception:
            _log.exception("the samples of rules could not be tried")

    def _try_all(self, at_work: AtWork) -> None:
        base = _base(at_work)
        entry = self._cache / f"samples-{base.hex()}.msgpack"
        store = _stored(entry)
        known = len(store)
        found: dict[str, Tried] = {}
        used: _Store = {}
        try:
            files = sample_files(at_work.paths)
        except VedetteError as error:
            _log.warning("samples of rules: %s", error)
            files = []
        for path in files:
            if self._closed.is_set():
                return
            content = _content(path)
            if content is None:
                continue
            digest = hashlib.blake2b(content, key=base, digest_size=16).hexdigest()
            tried = store.get(digest)
            if tried is None:
                tried = _tried(path, at_work)
                self._closed.wait(BREATH)
            used[digest] = tried
            found.update(tried)
            with self._lock:
                self._done = dict(found)
        with self._lock:
            self._done, self._whole = found, True
        if set(used) != set(store) or len(used) != known:
            write_entry(entry, sealed(msgspec.msgpack.encode(used)), KEPT)


def _content(path: Path) -> bytes | None:
    """The bytes of a file that has samples."""
    if path.suffix not in (".yml", ".yaml"):
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if b"samples:" in content else None


def _tried(path: Path, at_work: AtWork) -> dict[str, Tried]:
    outcome = run_samples(path, at_work.mappings)
    try:
        samples = samples_of(path)
    except VedetteError:
        samples = []
    counts: dict[str, int] = {}
    wrong: dict[str, list[str]] = {}
    by_line = {failure.line: failure for failure in outcome.failures if failure.sample}
    for ids, sample in samples:
        failure = by_line.get(sample.line)
        for one in ids:
            counts[one] = counts.get(one, 0) + 1
            if failure is not None:
                said = f"{sample.name}: expected {failure.expected}, got {failure.got}"
                wrong.setdefault(one, []).append(said[:500])
    return {
        one: Tried(count, tuple(wrong.get(one, ())[:MOST_FAILURES]))
        for one, count in counts.items()
    }


def _base(at_work: AtWork) -> bytes:
    digest = hashlib.blake2b(repr((__version__, fingerprint([], {}))).encode(), digest_size=16)
    digest.update(msgspec.msgpack.encode(dict(at_work.mappings)))
    return digest.digest()


def _stored(entry: Path) -> _Store:
    data = read_sealed(entry, LARGEST)
    if data is None:
        return {}
    try:
        return msgspec.msgpack.decode(data, type=_Store)
    except msgspec.DecodeError:
        return {}
