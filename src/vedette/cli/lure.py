"""`vedette lure`: is this job offer what it says it is?"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vedette.cli import FINE, FOUND, PARTIAL
from vedette.model.problem import Problem

if TYPE_CHECKING:
    from vedette.lure.examined import Examined
    from vedette.lure.examiner import Examiner
    from vedette.lure.message import Message

LONGEST_PASTE: Final = 4 << 20
"""Characters of a pasted message or of a profile page (saved pages carry much script)."""


@click.group()
def command() -> None:
    """See a fake job offer for what it is: mail, attachment, pasted message or profile."""


@dataclass(frozen=True)
class Request:
    """What to judge, and how to show it."""

    files: tuple[str, ...]
    text: str | None
    profile: str | None
    employers: tuple[Path, ...]
    trust: tuple[str, ...]
    dns: bool
    output: str


def _request_options(function: Callable[..., None]) -> Any:
    """Add the options; the command receives them as `request`."""

    def wrapped(ctx: click.Context, **values: Any) -> None:
        function(ctx, Request(**values))

    wrapped.__doc__ = function.__doc__
    wrapped.__name__ = function.__name__
    result: Any = click.pass_context(wrapped)
    for option in (
        click.argument("files", nargs=-1, type=click.Path()),
        click.option(
            "--text",
            help="Judge this pasted message; - reads it from standard input.",
            default=None,
        ),
        click.option(
            "--profile",
            metavar="FILE",
            help="Judge a saved or pasted profile page; - reads it from standard input.",
            default=None,
        ),
        click.option(
            "--employers",
            multiple=True,
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Folder with your own employers.yml (you and your partners); may be repeated.",
        ),
        click.option(
            "--trust",
            multiple=True,
            metavar="SERVER",
            help="Believe Authentication-Results of this mail server of yours; may be repeated.",
        ),
        click.option("--dns", is_flag=True, help="Check SPF, DKIM and DMARC here, asking the DNS."),
        click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human"),
    ):
        result = option(result)
    return result


@command.command()
@_request_options
def check(ctx: click.Context, request: Request) -> None:
    """Say in one sentence what is wrong with a job offer, and why.

    FILES are .eml, .msg, mbox and Maildir, folders and zips of them, or - for standard input.
    Nothing leaves this machine, unless --dns is given. Exit code 1: a lure or something
    suspicious; 3: something could not be read.
    """
    _run(ctx, request, explain=False)


@command.command()
@_request_options
def explain(ctx: click.Context, request: Request) -> None:
    """Show the full addition behind a verdict: every feature, its weight and its evidence.

    Takes what `check` takes.
    """
    _run(ctx, request, explain=True)


def _run(ctx: click.Context, request: Request, *, explain: bool) -> None:
    from vedette.engine.lures import make_examiner

    files, text, profile = request.files, request.text, request.profile
    if not files and text is None and profile is None:
        raise click.UsageError("give a file, - for standard input, --text or --profile")
    if sum(given == "-" for given in (*files, text, profile)) > 1:
        raise click.UsageError("standard input (-) can be read once only")
    alarmed = unread = False
    with contextlib.ExitStack() as opened:
        examiner: Examiner | None = None  # takes a second to make: not before there is a message
        for found in _messages(files, text, profile):
            if isinstance(found, Problem):
                unread = True
                click.echo(f"vedette: {found}", err=True)
                continue
            for problem in found.all_problems():
                click.echo(f"vedette: {problem}", err=True)
            if examiner is None:
                made = make_examiner(request.employers, trust=request.trust, dns=request.dns)
                examiner = opened.enter_context(made)
            examined = examiner.examine(found)
            alarmed |= examined.assessment.verdict in ("lure", "suspicious")
            _show(examined, request.output, explain)
        for problem in examiner.inspector.problems if examiner is not None else ():
            unread = True
            click.echo(f"vedette: {problem}", err=True)
    ctx.exit(PARTIAL if unread else FOUND if alarmed else FINE)


def _messages(
    files: tuple[str, ...], text: str | None, profile: str | None
) -> Iterator[Message | Problem]:
    from vedette.lure.reading import read_messages, read_profile, read_text

    if text is not None:
        yield from _pasted("-" if text == "-" else "pasted", text, read_text)
    if profile is not None:
        yield from _pasted(profile, None, read_profile)
    for file in files:
        yield from read_messages(sys.stdin.buffer if file == "-" else file)


def _pasted(
    place: str, given: str | None, read: Callable[[str, str], Message]
) -> Iterator[Message | Problem]:
    """The text that was `given`, or else that of the file or standard input (-) at `place`."""
    if given is None or place == "-":
        try:
            data = _head(place)
        except OSError as error:
            yield Problem(place, f"can't be read ({error.strerror or error})", "check the path")
            return
        if b"\0" in data:
            yield Problem(place, "is no text", "save the page as HTML or text, in UTF-8")
            return
        given = data.decode("utf-8", "replace")
    if not given.strip():
        yield Problem(place, "is empty", "paste the whole message or page")
        return
    if len(given) > LONGEST_PASTE:
        what = f"only the first {LONGEST_PASTE} characters are looked at"
        yield Problem(place, what, "cut away what does not belong to it")
    yield read(given[:LONGEST_PASTE], place)


def _head(path: str) -> bytes:
    """The first bytes of a file, enough for a text that is longer than LONGEST_PASTE to show."""
    most = 4 * LONGEST_PASTE + 4
    if path == "-":
        return sys.stdin.buffer.read(most)
    with Path(path).open("rb") as file:
        return file.read(most)


def _show(examined: Examined, output: str, explain: bool) -> None:
    if output == "json":
        import orjson

        from vedette.lure.shown import as_json

        sys.stdout.buffer.write(orjson.dumps(as_json(examined)) + b"\n")
        sys.stdout.buffer.flush()
        return
    from vedette.lure.shown import print_addition, print_verdict

    if explain:
        print_addition(examined)
    else:
        print_verdict(examined)


@command.command()
@click.argument("file", type=click.Path(), required=False)
@click.option("--text", help="The message as pasted text; - reads it from standard input.")
@click.option(
    "--language",
    type=click.Choice(["en", "de", "fr", "es", "he", "ar", "ko", "pl", "auto"]),
    default="en",
    show_default=True,
    help="Of the answer; auto: that of what was written.",
)
@click.option("--contact", default="your security officer", help="Whom the answer names.")
@click.option(
    "--employers",
    "own",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with your own employers.yml; may be repeated.",
)
@click.pass_context
def report(
    ctx: click.Context,
    file: str | None,
    text: str | None,
    language: str,
    contact: str,
    own: tuple[Path, ...],
) -> None:
    """Answer a person who is unsure about a message, as the report mailbox does.

    FILE is the message, or a mail in which they forwarded it. Nothing is stored and nobody is told.
    To answer a mailbox, see `answer` in docs/reference/configuration.md. Exit code 3: something
    could not be read.
    """
    from vedette.engine.lures import make_examiner
    from vedette.lure.reading import forwarded
    from vedette.lure.report.answer import answer_text
    from vedette.lure.report.tongue import choose_words
    from vedette.model.bundled import bundled

    if (file is None) == (text is None):
        raise click.UsageError("give a file or --text")
    words = choose_words(bundled("lures"), language)
    unread = False
    with contextlib.ExitStack() as opened:
        examiner: Examiner | None = None
        for found in _messages((file,) if file is not None else (), text, None):
            if isinstance(found, Problem):
                unread = True
                click.echo(f"vedette: {found}", err=True)
                continue
            for problem in found.all_problems():
                click.echo(f"vedette: {problem}", err=True)
            if examiner is None:
                examiner = opened.enter_context(make_examiner(own, dns=False))
            passed_on = forwarded(found) is not None
            examined = examiner.examine_report(found) if passed_on else examiner.examine(found)
            click.echo(answer_text(examined, words(examined), contact), nl=False)
    ctx.exit(PARTIAL if unread else FINE)


@command.command()
@click.argument("finding")
@click.option("-c", "--config", "path", type=click.Path(path_type=Path), required=True)
@click.option("--reason", required=True, help="Why; it is recorded with your name.")
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
def unmask(finding: str, path: Path, reason: str, output: str) -> None:
    """Show subject, sender and recipients behind the finding of a lure.

    FINDING is its id. Needs the privacy key of the data directory, and is recorded in its ledger
    with time, user and reason before anything is shown.
    """
    from vedette.engine.config import load_config
    from vedette.engine.thwarting.asking import Unmasked
    from vedette.engine.thwarting.reaching import have_done
    from vedette.engine.unmasking import unmasked

    config = load_config(path)

    def write(why: str) -> None:
        have_done(config, Unmasked(finding, why))

    content = unmasked(config, finding, reason, write)
    if output == "json":
        import orjson

        sys.stdout.buffer.write(orjson.dumps(content) + b"\n")
        return
    from vedette.model.visible import visible

    for name, value in content.items():
        click.echo(f"{name:12}{visible(value)}")
