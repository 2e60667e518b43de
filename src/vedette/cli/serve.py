"""`vedette serve`: watch for ever, with the console."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.engine.embedded.watch import Running
    from vedette.engine.rules_at_work import RulesAtWork

_log = logging.getLogger("vedette")


@click.command()
@click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="The configuration file; `vedette init` writes one.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["none", "human", "json", "ocsf"]),
    default="none",
    show_default=True,
    help="Findings on standard output, besides the console and the configured sinks.",
)
@click.option("--reload/--no-reload", default=True, help="Load changed rules while running.")
def command(path: Path, output: str, reload: bool) -> None:
    """Watch the sources of a configuration, and show all of it in a browser.

    The console listens where `console.listen` says (127.0.0.1:8360). At the first start the
    terminal shows a link by which the first admin signs in. Ends on SIGTERM or Ctrl-C.
    """
    from vedette.cli.watch import run
    from vedette.engine.config import load_config
    from vedette.engine.rules_at_work import RulesAtWork

    config = load_config(path)
    rules = RulesAtWork()

    @contextmanager
    def beside(running: Running) -> Iterator[None]:
        with console(config, path, running, rules):
            yield

    run(config, output, reload, beside, rules)


@contextmanager
def console(config: Config, path: Path, running: Running, rules: RulesAtWork) -> Iterator[None]:
    """The console of a watch at work. Raises ConfigError, UnreadableError."""
    from vedette.console.access.access import Access
    from vedette.console.access.audit import Audit
    from vedette.console.access.settings import settings_of
    from vedette.console.place import Place
    from vedette.console.server import serving
    from vedette.engine.embedded.serve import listening

    desk = running.desk

    def record(audit: Audit) -> None:
        desk.ask(audit.who, audit.done)

    def now() -> int:
        return time.time_ns() // 1000

    listen = config.console.listen
    with contextlib.ExitStack() as opened:
        bound = opened.enter_context(listening(listen.host, listen.port, "console.listen"))
        port = bound.getsockname()[1]
        settings = settings_of(config.console, port)
        access = opened.enter_context(
            contextlib.closing(Access(config.data_dir, settings, record=record, now=now))
        )
        place = Place(
            config,
            desk,
            access,
            running.pipeline.meters,
            lambda: running.pipeline.keeps_up,
            now,
            path,
            rules=rules,
            port=port,
        )
        opened.enter_context(serving(place, bound))
        _log.info("console: %s", place.base_url)
        click.echo(f"console: {place.base_url}", err=True)
        link = access.first_admin_link()
        if link is not None:
            click.echo(f"first sign-in (once, 15 minutes): {access.link_url(link)}", err=True)
        yield
