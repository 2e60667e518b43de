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
    import socket

    from vedette.engine.config.schema import Config
    from vedette.engine.config.types import Address
    from vedette.engine.embedded.watch import Beside, Running
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
    terminal shows a link by which the first admin signs in. Ends on SIGTERM or Ctrl-C. On SIGHUP
    the configuration is read again; a wrong one is reported and the one before goes on.
    """
    from vedette.cli.watch import run
    from vedette.engine.config import load_config

    with contextlib.closing(Door()) as door:

        def beside(config: Config, rules: RulesAtWork) -> Beside:
            return lambda running: console(config, path, running, rules, door)

        run(lambda: load_config(path), output, reload, beside)


class Door:
    """Where the console listens. Kept open while one configuration follows another with the same
    address: browsers that come meanwhile wait, and are not refused."""

    def __init__(self) -> None:
        self._listen: Address | None = None
        self._bound: socket.socket | None = None

    def at(self, listen: Address) -> socket.socket:
        """A socket of the caller's own. Raises UnreadableError where the address is taken."""
        from vedette.engine.embedded.serve import listening

        if self._bound is None or listen != self._listen:
            bound = listening(listen.host, listen.port, "console.listen")
            self.close()
            self._bound, self._listen = bound, listen
        return self._bound.dup()

    def close(self) -> None:
        if self._bound is not None:
            self._bound.close()
            self._bound = None


@contextmanager
def console(
    config: Config, path: Path, running: Running, rules: RulesAtWork, door: Door
) -> Iterator[None]:
    """The console of a watch at work. Raises ConfigError, UnreadableError."""
    from vedette.console.access.access import Access
    from vedette.console.access.audit import Audit
    from vedette.console.access.settings import settings_of
    from vedette.console.place import Place
    from vedette.console.server import serving

    desk = running.desk

    def record(audit: Audit) -> None:
        desk.ask(audit.who, audit.done)

    def now() -> int:
        return time.time_ns() // 1000

    with contextlib.ExitStack() as opened:
        bound = opened.enter_context(door.at(config.console.listen))
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
