"""What commands of the shield work on: a source, what was shown of it, who asks."""

from __future__ import annotations

import functools
import getpass
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from vedette.model.errors import ConfigError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vedette.engine.shielding.deciding import Author
    from vedette.engine.shielding.shield import Shield
    from vedette.shield.shadow.proposals import Proposal

F = TypeVar("F", bound=Callable[..., Any])

SHOWN: Final = "proposals.json"
"""The proposals as they were last shown, so that numbers mean what was read."""


def show(shield: Shield, proposals: Sequence[Proposal]) -> None:
    """Keep them for `apply`. Raises OSError."""
    import msgspec

    path = Path(shield.folder) / SHOWN
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{SHOWN}.{os.getpid()}")
    new.write_bytes(msgspec.json.encode(proposals))
    new.replace(path)


def shown(shield: Shield) -> list[Proposal]:
    """Those that were last shown. Raises ConfigError, UnreadableError."""
    import msgspec

    from vedette.shield.shadow.proposals import Proposal

    path = Path(shield.folder) / SHOWN
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Proposal])
    except FileNotFoundError as error:
        raise ConfigError(["no proposals were shown yet: run vedette shield shadow"]) from error
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableError(
            f"{path}: can't be read ({error}); run vedette shield shadow again"
        ) from error


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1_000


def author(why: str) -> Author:
    """Whoever runs this command."""
    from vedette.engine.shielding.deciding import Author

    return Author(who(), now(), why)


def who() -> str:
    """The user behind the command, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a number without a name
        return str(os.getuid())


def shield_choice(function: F) -> F:
    """Add -c and --source; the command receives the `shield`."""

    @click.option(
        "-c",
        "--config",
        "config_path",
        type=click.Path(exists=True, path_type=Path),
        required=True,
        help="The configuration file of the shield.",
    )
    @click.option("--source", help="The source, where the configuration has several shields.")
    @functools.wraps(function)
    def wrapped(config_path: Path, source: str | None, **values: Any) -> Any:
        from vedette.engine.config import load_config
        from vedette.engine.shielding.shield import shield_of

        return function(shield=shield_of(load_config(config_path), source), **values)

    found: Any = wrapped
    result: F = found
    return result
