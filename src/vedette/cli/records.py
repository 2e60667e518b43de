"""What the commands about incidents and their actions have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config

config_option = click.option(
    "-c", "--config", "path", type=click.Path(path_type=Path), required=True
)
output_option = click.option(
    "-o", "--output", type=click.Choice(["human", "json"]), default="human"
)


def loaded(path: Path) -> Config:
    """The configuration at `path`. Raises ConfigError, UnreadableError."""
    from vedette.engine.config import load_config

    return load_config(path)


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    import orjson

    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
