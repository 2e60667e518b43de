"""A report for people: one picture, one table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TextIO

from vedette.model.instant import rfc3339
from vedette.model.visible import visible
from vedette.shield.replay.report import PathTotal, Report

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SHOWN_ROWS: Final = 40
SHOWN_PATHS: Final = 12
BAR: Final = 30
_PLAIN_WIDTH: Final = 200


def print_report(found: Report, out: TextIO | None = None, width: int | None = None) -> None:
    """Print what would have been blocked; standard output where `out` is None. Values are masked
    already and nothing in them moves the cursor. `report_json` has all rows."""
    from rich.console import Console

    stream = sys.stdout if out is None else out
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    if width is None and not console.is_terminal:
        console = Console(
            file=stream, width=_PLAIN_WIDTH, highlight=False, markup=False, emoji=False
        )
    with console.capture() as captured:
        _print(found, console)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(captured.get().encode(encoding, "backslashreplace").decode(encoding))


def _print(found: Report, console: Console) -> None:
    console.print(_headline(found), style="bold", soft_wrap=True)
    if found.first is not None and found.last is not None:
        console.print(f"{rfc3339(found.first)} to {rfc3339(found.last)}", style="dim")
    if found.blocked:
        _bars([each for each in found.paths if each.blocked], console)
        _table(found, console)
    if found.problems:
        console.print(f"\n{_counted(found.problems, 'line')} could not be read, the first:")
        for text in found.first_problems[:5]:
            console.print(f"  {visible(text)}", style="yellow", soft_wrap=True)


def _headline(found: Report) -> str:
    share = f" ({found.blocked / found.requests:.2%})" if found.requests else ""
    return (
        f"{_counted(found.blocked, 'request')} of {found.requests:,}{share} would have been "
        f"blocked, of {_counted(found.blocked_clients, 'client')}"
    )


def _bars(paths: list[PathTotal], console: Console) -> None:
    """Blocked requests by path, the longest bar for the most."""
    from rich.table import Table
    from rich.text import Text

    block = "█" if console.encoding.lower().startswith("utf") else "#"
    most = max(each.blocked for each in paths)
    picture = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1), title="")
    picture.add_column(overflow="ellipsis", no_wrap=True, max_width=48)
    picture.add_column(no_wrap=True, min_width=BAR)
    picture.add_column(justify="right", no_wrap=True)
    for each in paths[:SHOWN_PATHS]:
        length = max(round(each.blocked / most * BAR), 1)
        share = f"{each.blocked:,} of {each.requests:,}"
        picture.add_row(Text(visible(each.path)), Text(block * length, style="red"), Text(share))
    console.print(picture)
    if len(paths) > SHOWN_PATHS:
        console.print(f"and {_counted(len(paths) - SHOWN_PATHS, 'more path')}", style="dim")


def _table(found: Report, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1), title="", header_style="bold")
    for name, right in (("requests", True), ("clients", True), ("rule", False)):
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    table.add_column("path", overflow="fold", ratio=3)
    table.add_column("parameter", overflow="fold", ratio=3)
    table.add_column("for example (masked)", overflow="fold", ratio=5)
    for row in found.rows[:SHOWN_ROWS]:
        example = Text(row.examples[0].value if row.examples else "")
        example.append(f"\n{visible(row.msg)}", style="dim")
        clients = f"{row.clients:,}{'+' if row.clients_at_least else ''}"
        cells: tuple[str | Text, ...] = (f"{row.requests:,}", clients, str(row.rule))
        table.add_row(*cells, Text(row.path), Text(row.parameter), example)
    console.print(table)
    more = max(len(found.rows) - SHOWN_ROWS, 0)
    if more:
        console.print(f"and {_counted(more, 'more row')}", style="dim")
    if found.left_over:
        console.print(
            f"{_counted(found.left_over, 'match')} beyond {len(found.rows):,} rows", style="yellow"
        )


def _counted(count: int, what: str) -> str:
    plural = "" if count == 1 else "es" if what.endswith("ch") else "s"
    return f"{count:,} {what}{plural}"
