"""`vedette scan`: judge files once."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import click

from vedette.cli import FINE, FOUND, PARTIAL, Terminated
from vedette.cli.completion import complete_formats
from vedette.cli.rule_options import RuleChoice, cache_dir, load_choice, rule_options, say_idle
from vedette.model.batch import Batch
from vedette.model.finding import Finding
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem

SHOWN_PROBLEMS: Final = 20


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option(
    "--format",
    "format_name",
    help="Read as this format instead of recognising it.",
    shell_complete=complete_formats,
)
@click.option(
    "--logsource",
    metavar="KEY=VALUE,...",
    help="What the events are, e.g. product=aws,service=cloudtrail.",
)
@click.option("-o", "--output", type=click.Choice(["human", "json", "ocsf"]), default="human")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar and no summary.")
@rule_options
@click.pass_context
def command(
    ctx: click.Context,
    choice: RuleChoice,
    paths: tuple[str, ...],
    format_name: str | None,
    logsource: str | None,
    output: str,
    quiet: bool,
) -> None:
    """Judge log files, folders, archives and standard input (-) by Sigma rules.

    Formats are recognised from the content; gzip, zstd, xz, bzip2, zip and tar are opened. Ctrl-C
    ends it early and shows what was found by then.
    """
    from vedette.engine.assemble import make_scan
    from vedette.sources.files import read_files

    known = parse_logsource(logsource) if logsource else None
    rules, mappings = load_choice(choice)
    say_idle(rules, quiet)
    detection = make_scan(rules, mappings, cache_dir())
    run = _Run(writer_for(output, sys.stdout.buffer), paths)
    try:
        with _progress(paths, quiet) as told:
            for batch in read_files(paths, format_name, known):
                result = detection.inspect(batch)
                run.add(batch, result.findings, result.problems, result.events)
                told(batch.nbytes, run.events, run.findings)
    except (KeyboardInterrupt, Terminated):
        run.finish(detection.flush(), quiet)
        raise
    run.finish(detection.flush(), quiet)
    detection.keep()
    ctx.exit(run.code())


class _Run:
    """What a scan has seen so far."""

    def __init__(self, writer: Writer, named: Sequence[str]) -> None:
        self._writer = writer
        self._named = frozenset(named)
        self.events = 0
        self.findings = 0
        self.problems = 0
        self._levels: Counter[str] = Counter()
        self._unread = 0
        self._seen: set[str] = set()

    def add(
        self, batch: Batch, findings: Sequence[Finding], problems: Sequence[Problem], events: int
    ) -> None:
        for problem in (*batch.problems, *problems):
            self.problems += 1
            if self.problems <= SHOWN_PROBLEMS:
                click.echo(f"vedette: {problem}", err=True)
        if not len(batch.rows) and any(self._counts(problem) for problem in batch.problems):
            self._unread += 1
        self.events += events
        self.write(findings)

    def _counts(self, problem: Problem) -> bool:
        """False for an empty folder, and for what merely lies beside logs in one: a README."""
        from vedette.sources.files import NOT_RECOGNISED
        from vedette.sources.folders import EMPTY

        if problem.what == EMPTY:
            return False
        return problem.what != NOT_RECOGNISED or problem.where in self._named

    def write(self, findings: Sequence[Finding]) -> None:
        """Hand out findings; the same one is said once."""
        fresh = [finding for finding in findings if finding.id not in self._seen]
        self._seen.update(finding.id for finding in fresh)
        if fresh:
            self.findings += len(fresh)
            self._levels.update(finding.rule.level for finding in fresh)
            self._writer.write(fresh)

    def finish(self, last: Sequence[Finding], quiet: bool) -> None:
        """The end, with what the detector had held back."""
        self.write(last)
        self._writer.close()
        if self.problems > SHOWN_PROBLEMS:
            more = self.problems - SHOWN_PROBLEMS
            click.echo(f"vedette: {counted(more, 'more problem')}", err=True)
        if not quiet:
            levels = ", ".join(f"{count} {level}" for level, count in self._levels.most_common())
            click.echo(
                f"{counted(self.events, 'event')}, {counted(self.findings, 'finding')}"
                + (f" ({levels})" if levels else "")
                + (f", {counted(self.problems, 'problem')}" if self.problems else ""),
                err=True,
            )

    def code(self) -> int:
        if self._unread:
            return PARTIAL
        return FOUND if self.findings else FINE


def counted(count: int, what: str) -> str:
    """`1 event`, `1,200 events`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


class Writer:
    """Writes findings in one form."""

    def write(self, findings: Sequence[Finding]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """The end: give out what was held back."""


class Lines(Writer):
    """One line per finding, at once."""

    def __init__(self, out: BinaryIO, line: Callable[[Finding], bytes]) -> None:
        self._out = out
        self._line = line

    def write(self, findings: Sequence[Finding]) -> None:
        self._out.write(b"".join(self._line(finding) + b"\n" for finding in findings))
        self._out.flush()


class Table(Writer):
    """A readable table of all findings, in order of time, at the end."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def write(self, findings: Sequence[Finding]) -> None:
        self._findings.extend(findings)

    def close(self) -> None:
        if self._findings:
            from vedette.findings.table import print_findings

            print_findings(sorted(self._findings, key=lambda finding: finding.time))


def writer_for(output: str, out: BinaryIO) -> Writer:
    """The writer of an output format."""
    if output == "json":
        from vedette.findings.ndjson import line

        return Lines(out, line)
    if output == "ocsf":
        from vedette.findings import ocsf

        return Lines(out, ocsf.line)
    return Table()


def parse_logsource(text: str) -> Logsource:
    """`product=windows,service=security` as a logsource. Raises UsageError."""
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.strip().partition("=")
        if not equals or key not in ("product", "category", "service"):
            raise click.UsageError(
                f"--logsource {part!r}: write product=..., category=... or service=..."
            )
        parts[key] = value
    return Logsource(**parts)


@contextmanager
def _progress(paths: Sequence[str], quiet: bool) -> Iterator[Callable[[int, int, int], None]]:
    """A bar with bytes, events a second and findings, on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda nbytes, events, findings: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    from vedette.sources.folders import total_bytes

    columns: list[Any] = [BarColumn(), DownloadColumn(), TimeElapsedColumn()]
    columns.append(TextColumn("{task.fields[rate]} events/s  {task.fields[findings]} findings"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total_bytes(paths), rate="0", findings="0")

        def told(nbytes: int, events: int, findings: int) -> None:
            elapsed = bar.tasks[task].elapsed or 0.001
            bar.update(
                task,
                advance=nbytes,
                rate=f"{events / elapsed:,.0f}",
                findings=f"{findings:,}",
            )

        yield told
