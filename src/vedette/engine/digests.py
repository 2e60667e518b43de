"""What tells one set of rules, or one configuration, from another: for the record."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vedette.sigma.cache import SUFFIXES

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config

PLAYBOOKS: Final = (".json",)


def digest_of_files(paths: Sequence[Path], suffixes: Sequence[str] = SUFFIXES) -> str:
    """SHA-256, in hex, of what `sha256sum` prints of these files, and of all with such a name in
    these folders, each by its whole path and in the order of those. What can't be read counts as
    empty: whoever reads it says so."""
    digest = hashlib.sha256()
    for path in sorted(set(_files(paths, tuple(suffixes)))):
        try:
            content = Path(path).read_bytes()
        except OSError:
            content = b""
        line = f"{hashlib.sha256(content).hexdigest()}  "
        digest.update(line.encode() + os.fsencode(path) + b"\n")
    return digest.hexdigest()


def digest_of_config(config: Config) -> str:
    """SHA-256, in hex, of the configuration as it is in force, with its defaults, drop-ins and what
    the environment sets: canonical JSON, secrets by the place where they lie."""
    import rfc8785

    return hashlib.sha256(rfc8785.dumps(_plain(config.model_dump()))).hexdigest()


def _files(paths: Sequence[Path], suffixes: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        whole = os.path.abspath(path)  # noqa: PTH100 - links in it stay as they are named
        if not path.is_dir():
            yield whole
            continue
        for folder, _, names in os.walk(whole):
            for name in names:
                if name.lower().endswith(suffixes):
                    yield os.path.join(folder, name)  # noqa: PTH118 - thousands of files at start


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value), key=repr)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Path):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 53 else str(value)
    return str(value)
