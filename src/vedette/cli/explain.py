"""`vedette explain`: every step from bytes to verdict."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from vedette.cli import FINE, FOUND
from vedette.cli.completion import complete_formats
from vedette.cli.rule_options import RuleChoice, load_choice, rule_options, say_idle
from vedette.cli.scan import parse_logsource
from vedette.model.visible import visible


@click.command()
@click.argument("event", type=click.Path())
@click.option("--rule", "rule_id", help="Explain this rule (id, or part of its title).")
@click.option("-n", "--number", type=click.IntRange(1), default=1, help="Which event of the file.")
@click.option(
    "--format",
    "format_name",
    help="Read as this format instead of recognising it.",
    shell_complete=complete_formats,
)
@click.option("--logsource", metavar="KEY=VALUE,...", help="What the events are.")
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
@rule_options
@click.pass_context
def command(
    ctx: click.Context,
    choice: RuleChoice,
    event: str,
    rule_id: str | None,
    number: int,
    format_name: str | None,
    logsource: str | None,
    output: str,
) -> None:
    """Show how an event is read, mapped and judged.

    EVENT is a file, - for standard input, or the event's text itself. Without --rule, every rule
    that fires is explained. Exit code 1: a rule fires.
    """
    from vedette.engine.explanation import explain

    rules, mappings = load_choice(choice)
    say_idle(rules, quiet=True)
    known = parse_logsource(logsource) if logsource else None
    with _as_path(event) as path:
        found = explain(path, number, format_name, known, rules, mappings, rule_id)
    if path != event:
        found["source"] = "the command line"
    if output == "json":
        import orjson

        sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        for line in _lines(found):
            click.echo("\n".join(visible(part) for part in line.split("\n")))
    ctx.exit(FOUND if any(rule["fires"] for rule in found["rules"]) else FINE)


class _as_path:  # used like a function
    """A path to the event, also where its text was given on the command line."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._made: Path | None = None

    def __enter__(self) -> str:
        text = self._event.lstrip()
        is_text = text[:1] in ("{", "<", "[") or "\n" in text or " " in text
        if self._event == "-" or not is_text or Path(self._event[:255]).exists():
            return self._event
        with tempfile.NamedTemporaryFile("w", prefix="event-", delete=False) as file:
            file.write(self._event + "\n")
        self._made = Path(file.name)
        return file.name

    def __exit__(self, *error: object) -> None:
        if self._made is not None:
            self._made.unlink(missing_ok=True)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield "1  READ"
    yield f"   source     {found['source']}, {found['place']}"
    yield f"   format     {found['format']}"
    yield f"   time       {found['time']}"
    yield f"   raw        {_short(found['raw'])}"
    for problem in found["problems"]:
        yield f"   problem    {problem}"
    yield ""
    yield f"2  MAPPED by {found['mapping']}"
    for logsource in found["logsources"]:
        yield f"   logsource  {logsource}"
    if not found["logsources"]:
        yield "   no route of the mapping takes this event; --logsource says what it is"
    for entity in found["entities"]:
        yield f"   entity     {entity}"
    yield ""
    yield f"3  JUDGED by {found['candidates']} rules for these logsources"
    for rule in found["rules"]:
        yield ""
        verdict = "FIRES" if rule["fires"] else "does not fire"
        yield f"   {rule['title']}  [{rule['level']}]  {verdict}"
        yield f"   {rule['id']}  {rule['path']}"
        if rule["why"]:
            yield f"   {rule['why']}"
        for depth, text in rule["steps"]:
            yield "     " + "  " * depth + text
    if not found["rules"]:
        yield "   none fires"


def _short(text: str) -> str:
    return text if len(text) <= 400 else text[:400] + f"... ({len(text)} characters)"
