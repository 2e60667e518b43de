"""The command line. Commands are imported when they are called, so that each starts quickly."""

from __future__ import annotations

import importlib
import signal
import sys
from types import FrameType
from typing import Final

import click

from vedette import __version__
from vedette.model.errors import ConfigError, VedetteError

FINE: Final = 0
FOUND: Final = 1
USAGE: Final = 2
PARTIAL: Final = 3
"""Exit codes: fine; findings or failed checks; usage or configuration; some sources failed."""

COMMANDS: Final = {
    "scan": "Judge log files, folders and archives once.",
    "init": "Write a configuration, by five questions.",
    "serve": "Watch sources for ever, with the console in a browser.",
    "watch": "Watch sources for ever, as a configuration file says.",
    "explain": "Show every step from an event's bytes to a rule's verdict.",
    "lure": "See a fake job offer for what it is.",
    "shield": "Protect websites: proxy, shadow, exclusions, explanations.",
    "incidents": "Show incidents and say what they were.",
    "actions": "Show what was done about them, agree to it, take it back.",
    "exceptions": "Hide findings that are known to be harmless.",
    "ledger": "Show and verify the record of what was decided and done.",
    "playbooks": "Show and check playbooks: what is done about an incident.",
    "search": "Search the stored events.",
    "rules": "Install, list and test rules.",
    "sources": "Show how the sources are doing.",
    "sinks": "Show what the sinks have not taken, and send it again.",
    "config": "Check and print configurations.",
    "people": "Invite people to the console, change their roles.",
    "tokens": "Make and revoke tokens of the API.",
    "support": "Gather what somebody who helps needs to see.",
    "completion": "Print the shell's completion script.",
    "version": "Print the version and what it runs on.",
}


class LazyGroup(click.Group):
    """A group whose commands live in modules `vedette.cli.<name>`, each with a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"vedette.cli.{cmd_name}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings or failed checks, 2 usage or configuration, 3 partial.",
)
@click.version_option(__version__, prog_name="vedette")
def command() -> None:
    """Real-time defence for an industry sector: reads any security log, judges it by Sigma rules,
    and says why."""


def main() -> None:
    """Run the command line and exit with its code; errors say what to do, without a traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = command.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except ConfigError as error:
        for fault in error.faults:
            click.echo(fault, err=True)
        code = USAGE
    except VedetteError as error:
        click.echo(f"vedette: {error}", err=True)
        code = USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("vedette: interrupted", err=True)
        code = 130
    except Terminated:
        click.echo("vedette: terminated", err=True)
        code = 143
    except SystemExit:  # how click answers a reader of the output that has gone away
        sys.stderr.close()
        code = 141
    except BrokenPipeError:
        sys.stderr.close()
        code = 141
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        click.echo(f"vedette: {place}{error.strerror or error}", err=True)
        code = USAGE
    sys.exit(code if isinstance(code, int) else FINE)


class Terminated(SystemExit):
    """SIGTERM: unwinds as Ctrl-C does, so that temporary files go and what was found is said."""


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(number)
