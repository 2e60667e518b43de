"""`vedette shield serve`: stand before websites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vedette.model.errors import ConfigError

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config


@click.command()
@click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="The configuration file; `vedette config example` prints one.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["none", "human", "json", "ocsf"]),
    default="human",
    show_default=True,
    help="Findings on standard output, besides the configured sinks.",
)
def serve(path: Path, output: str) -> None:
    """Serve the websites of a configuration: its sources of kind shield, and no others.

    `vedette watch` serves them together with all other sources. Changed rules and decided
    exclusions are taken in while it runs; faulty ones are refused whole. Ends on SIGTERM or
    Ctrl-C, once requests under way are answered. On SIGHUP the configuration is read again.
    """
    from vedette.cli.watch import run
    from vedette.engine.config import load_config
    from vedette.engine.shield import shields

    def read() -> Config:
        config = load_config(path)
        entries = shields(config)
        if not entries:
            raise ConfigError([f"{path}: has no sources of kind shield; add one"])
        return config.model_copy(update={"sources": entries})

    run(read, output, True)
