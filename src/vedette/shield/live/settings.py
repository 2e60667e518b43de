"""What the serving processes are told: written by the watch, read by them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from vedette.model.errors import UnreadableError
from vedette.shield.policy.settings import Policy
from vedette.shield.proxy import ProxySettings

FILE: Final = "run.json"


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """`front` says who stands in the path: this proxy, or another one that asks. `cache` is the
    folder for compiled rules, `log` the file for ModSecurity's lines,
    `refusals` the folder of what actions refuse ("": none)."""

    name: str
    front: Literal["proxy", "nginx", "envoy", "haproxy"] = "proxy"
    proxy: ProxySettings
    cache: str = ""
    log: str = ""
    refusals: str = ""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. The policy may change while the processes run; the serving does not."""

    serving: Serving
    policy: Policy
    fingerprint: str = ""
    """Of the policy's files: a change of this alone says that they are to be read again."""


def write_run(path: Path, run: Run) -> None:
    """Whole or not at all; for its owner alone. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    with open(new, "wb", opener=_private) as file:  # Path.open takes no opener
        file.write(msgspec.json.encode(run, enc_hook=_plain))
    new.replace(path)


def read_run(path: Path) -> Run:
    """Raises UnreadableError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run, dec_hook=_typed)
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableError(f"{path}: can't be read ({error}); start the watch again") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def _typed(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise ValueError(f"{value!r} is no {kind.__name__}")
