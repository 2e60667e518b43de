"""Setting the folder of events and the manifest right after whatever ended the last watch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vedette.model.problem import Problem
from vedette.store import manifest
from vedette.store.segments import TEMPORARY, Segment, describe_segment, sequence_of, sync_folder
from vedette.store.state import State

IN_FLIGHT: Final = 4
"""A crash leaves at most this many files that were renamed and not committed: one flush, one
merge, one set of kept events. More of them mean that the state database is not the one that
belongs to these events."""


def recover(root: Path, state: State) -> list[Problem]:
    """Remove what a crash left half done; run before anything is written.

    - Temporary files go.
    - A file that was never committed goes: its events were never acknowledged and come again.
    - Files without a manifest (the state database is new, or a copy) are taken over. What was
      committed in another state database is told by its number (`State.stored`, where it is
      beyond what this one knows of), and by there being many.
    - Segments whose file is gone leave the manifest, with a problem for each.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in root.rglob(f"*.parquet{TEMPORARY}"):
        path.unlink()
    present = {path.relative_to(root).as_posix(): path for path in _segment_files(root)}
    known = state.read(manifest.known_paths)
    state.skip_to(max((sequence_of(path) or 0 for path in known), default=0))
    problems = list(_missing(root, state, known, present))
    unknown = [path for path in sorted(present) if path not in known]
    if not state.fresh and len(unknown) <= IN_FLIGHT:
        # A database that knows of the newest commit knows of every one: what a merge left half
        # done may have a lower number than events that were committed meanwhile.
        committed = 0 if state.is_newest else state.stored
        left = [path for path in unknown if (sequence_of(path) or 0) > committed]
        remove_files(root, left)
        unknown = [path for path in unknown if path not in left]
    if unknown or state.fresh:
        problems += _adopt(root, state, unknown)
    state.skip_to(state.stored)
    return problems


def remove_files(root: Path, paths: list[str]) -> None:
    """Delete segment files so that they stay deleted; those that are gone already are skipped."""
    folders = set()
    for path in paths:
        (root / path).unlink(missing_ok=True)
        folders.add((root / path).parent)
    for folder in folders:
        if folder.is_dir():
            sync_folder(folder)


def discard_uncommitted(root: Path, state: State, path: str) -> None:
    """Delete a segment whose transaction failed, unless the manifest knows it after all."""
    if path not in state.read(manifest.known_paths):
        remove_files(root, [path])


def _segment_files(root: Path) -> Iterator[Path]:
    return (path for path in root.glob("*/*.parquet") if sequence_of(path.name) is not None)


def _missing(
    root: Path, state: State, known: dict[str, str], present: dict[str, Path]
) -> Iterator[Problem]:
    gone = [path for path in known if path not in present]
    with state.transaction() as connection:
        manifest.forget(connection, gone)
    for path in gone:
        if known[path] == "live":
            yield Problem(
                str(root / path),
                "this file of stored events is gone",
                "put it back and start again, or check who deletes files here",
            )


def _adopt(root: Path, state: State, paths: list[str]) -> Iterator[Problem]:
    adopted: list[Segment] = []
    for path in paths:
        try:
            adopted.append(describe_segment(root, path))
        except (OSError, ValueError) as error:
            yield Problem(str(root / path), f"not a file of stored events: {error}", "remove it")
    with state.transaction() as connection:
        state.record_segments(connection, adopted, taken_over=True)
    state.skip_to(max((sequence_of(segment.path) or 0 for segment in adopted), default=0))
    if adopted:
        yield Problem(
            str(root),
            f"{len(adopted)} files of stored events were not in the state database; taken over",
            "expected after the state database was removed or restored from a copy",
        )
