"""An incident as a report: to print, as Markdown, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.screens.incidents.deeds import Deed
from vedette.console.screens.incidents.marks import Mark, marks_of
from vedette.console.screens.incidents.steps import Step
from vedette.console.screens.incidents.story import Name, Story, StoryQuery, read_story
from vedette.model.instant import rfc3339
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.seat import Seat

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&!]|:(?=//)|(?<=www)\.)")
"""What may be markup, and what makes a link of an address."""
MOST_VALUE: Final = 2_000


class ReportQuery(msgspec.Struct, frozen=True):
    """Of which incident."""

    incident: Name


class Report(msgspec.Struct, frozen=True):
    """A story with the numbers of the ledger entries about it. `made` is when (microseconds), by
    whom; `ledger_trouble` why the ledger could not be read, or ""."""

    made: int
    by: str
    story: Story
    ledger: tuple[Mark, ...]
    ledger_trouble: str


def read_report(seat: Seat, query: ReportQuery) -> Report:
    """Raises UnknownIncidentError."""
    story = read_story(seat, StoryQuery(query.incident))
    marks, trouble = marks_of(seat, [story.brief.id, *story.former])
    return Report(seat.now(), seat.who.label, story, marks, trouble)


def as_json(report: Report) -> tuple[bytes, str, str]:
    """The file: its body, media type and name."""
    body = msgspec.json.format(msgspec.json.encode(report), indent=2)
    return body + b"\n", "application/json", f"incident-{_safe(report.story.brief.id)}.json"


def as_markdown(report: Report) -> tuple[bytes, str, str]:
    """The file: its body, media type and name. Texts of attackers make no markup: their special
    characters are escaped."""
    body = "\n".join(_markdown(report)) + "\n"
    name = f"incident-{_safe(report.story.brief.id)}.md"
    return body.encode(), "text/markdown; charset=utf-8", name


def escaped(text: str) -> str:
    """Text for Markdown: one line, nothing in it is markup."""
    return _SPECIAL.sub(r"\\\1", visible(text.replace("\n", " ")).strip())


def _markdown(report: Report) -> Iterator[str]:
    story, brief = report.story, report.story.brief
    yield f"# Incident {brief.id}"
    yield ""
    yield f"{escaped(brief.sentence)} {escaped(story.done)}"
    yield ""
    verdict = "none yet"
    if story.judgement is not None:
        verdict = f"{story.judgement.verdict} (by {escaped(story.judgement.who)})"
    yield f"- Priority: {brief.score} of 100 ({brief.band}); state: {brief.state}"
    yield f"- Verdict: {verdict}"
    yield f"- First observable: {rfc3339(brief.first)}; last: {rfc3339(brief.last)}"
    yield f"- Findings: {brief.findings:,} of {brief.rules:,} rules"
    yield f"- Assets: {', '.join(map(escaped, brief.assets)) or 'none in the asset list'}"
    if story.former:
        yield f"- Former names: {', '.join(story.former)}"
    yield f"- Report of {rfc3339(report.made)} by {escaped(report.by)}; all times are UTC"
    yield from _section("Stages", _stages(story))
    yield from _section("What was seen", _lines(map(_step, story.steps)))
    if story.more_steps:
        yield f"\n{story.more_steps:,} more rules are not listed here."
    yield from _section("What was done", _lines(map(_deed, story.deeds)) or ["Nothing."])
    yield from _section("Who and what", [
        f"- {kindred.kind}: {', '.join(escaped(each.value) for each in kindred.named)}"
        + (f" and {kindred.more:,} more" if kindred.more else "")
        for kindred in story.names
    ])  # fmt: skip
    yield from _section("Record", [
        f"- {rfc3339(each.at)} {each.what} by {escaped(each.who or 'vedette')}"
        f"{': ' if each.words or each.other else ''}{escaped(f'{each.other} {each.words}'.strip())}"
        for each in story.records
    ])  # fmt: skip
    yield from _section("Ledger entries", [
        f"- {mark.entry}: {rfc3339(mark.time)} {escaped(mark.who)}: {escaped(mark.what)}"
        for mark in report.ledger
    ] or [escaped(report.ledger_trouble) or "None."])  # fmt: skip
    yield from _section("What is not known", [f"- {escaped(words)}" for words in story.unknown])


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from lines


def _stages(story: Story) -> list[str]:
    bars = story.timeline.bars
    if not bars:
        return ["No finding names a technique."]
    return [
        "| Stage | Tactic | First | Last | Findings | Techniques |",
        "|---|---|---|---|---|---|",
        *(
            f"| {bar.words} | {bar.tactic} | {rfc3339(bar.first)} | {rfc3339(bar.last)} "
            f"| {bar.findings:,} | {escaped(', '.join(bar.techniques))} |"
            for bar in bars
        ),
    ]


def _lines(groups: Iterable[list[str]]) -> list[str]:
    return [line for group in groups for line in group]


def _step(step: Step) -> list[str]:
    times = f", {step.findings:,} times" if step.findings > 1 else ""
    where = f" ({escaped(', '.join(step.places))})" if step.places else ""
    lines = [f"- {rfc3339(step.first)} **{escaped(step.title)}** ({step.level}{times}){where}"]
    for sample in step.samples:
        lines.append(
            f"    - finding {sample.id}: event {escaped(sample.place)} of {escaped(sample.source)}"
        )
        if sample.message:
            lines.append(f"        - {escaped(sample.message)}")
        for seen in sample.seen:
            value = "".join(
                f"**{escaped(piece.text)}**" if piece.marked and piece.text.strip()
                else escaped(piece.text)
                for piece in seen.short
            )  # fmt: skip
            lines.append(f"        - {escaped(seen.field) or 'anywhere'}: {value[:MOST_VALUE]}")
    return lines


def _deed(deed: Deed) -> list[str]:
    lines = [
        f"- {rfc3339(deed.decided)} **{escaped(deed.what)}** ({deed.words}, until "
        f"{rfc3339(deed.expires)}): {escaped(deed.reason)}"
    ]
    if deed.detail:
        lines.append(f"    - {escaped(deed.detail)}")
    price = deed.price
    if price is not None and price.looked:
        lines.append(
            f"    - Of {price.looked:,} events from {rfc3339(price.start)} to "
            f"{rfc3339(price.end)} it would have touched {price.events:,}, {price.covered:,} of "
            f"them the attacker's, and {price.benign_count:,} harmless principals"
            + ("" if price.complete else f"; not all: {escaped('; '.join(price.why_not))}")
        )
    return lines


def _safe(name: str) -> str:
    return re.sub(r"[^0-9a-zA-Z]", "", name)[:40]
