"""A verdict as people and machines see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from vedette.lure.examined import Examined
from vedette.lure.scoring.verdict import Shown
from vedette.lure.sign import SignEvidence
from vedette.model.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

_STYLE: Final = {"lure": "bold red", "suspicious": "bold yellow", "ordinary": "green"}
QUOTED: Final = 120
"""Characters of evidence shown."""


def as_json(examined: Examined) -> dict[str, Any]:
    """The stable form for machines; docs/reference/lures.md describes it."""
    assessment, message = examined.assessment, examined.subject_of
    return {
        "file": message.place,
        "message": message.id,
        "kind": message.kind,
        "verdict": assessment.verdict,
        "probability": round(assessment.probability, 4),
        "sentence": assessment.sentence,
        "bias": assessment.bias,
        "features": [_feature(shown) for shown in assessment.features],
        "techniques": list(assessment.techniques),
        "entities": [msgspec.to_builtins(entity) for entity in examined.entities],
        "attachments": [
            {
                "members": [msgspec.to_builtins(member) for member in report.members],
                "complete": report.complete,
                "unseen": list(report.unseen),
            }
            for report in examined.reports
        ],
        "problems": [str(problem) for problem in message.all_problems()],
    }


def _feature(shown: Shown) -> dict[str, Any]:
    evidence = [msgspec.to_builtins(each) for each in shown.evidence]
    return {
        "name": shown.name,
        "weight": shown.weight,
        "says": shown.says,
        "technique": shown.technique or None,
        "contradiction": shown.contradiction,
        "evidence": evidence[0] if evidence else None,
        "more_evidence": evidence[1:],
    }


def print_verdict(examined: Examined) -> None:
    """One sentence, and what could not be seen."""
    console = _console()
    assessment = examined.assessment
    style = _STYLE.get(assessment.verdict, "")
    console.print(f"[{style}]{assessment.verdict}[/]" if style else assessment.verdict, end="  ")
    console.print(visible(examined.subject_of.place), style="dim", markup=False)
    console.print(f"  {visible(assessment.sentence)}", markup=False)
    for line in _unseen(examined):
        console.print(f"  could not be inspected: {line}", markup=False, style="yellow")


def print_addition(examined: Examined) -> None:
    """The sum behind the verdict, feature by feature, with evidence."""
    from rich.table import Table
    from rich.text import Text

    print_verdict(examined)
    console = _console()
    assessment = examined.assessment
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(f"{assessment.bias:+.2f}", "base rate", Text("before anything is known"))
    for shown in assessment.features:
        says = Text(visible(shown.says))
        if shown.technique:
            says.append(f"  {shown.technique}", style="cyan")
        for evidence in shown.evidence:
            says.append(f"\n{_quoted(evidence)}", style="dim")
        weight = Text(f"{shown.weight:+.2f}", style="red" if shown.weight > 0 else "green")
        table.add_row(weight, shown.name, says)
    total = assessment.bias + sum(shown.weight for shown in assessment.features)
    sums = Text(f"log odds; probability {assessment.probability:.1%}", style="bold")
    table.add_row(f"{total:+.2f}", "sum", sums)
    console.print(table)


def _quoted(evidence: SignEvidence) -> str:
    text = visible(evidence.text)
    text = text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
    span = f" {evidence.start}-{evidence.end}" if evidence.end else ""
    return f"{visible(evidence.part)}{span}: {text}"


def _unseen(examined: Examined) -> list[str]:
    return [visible(why) for report in examined.reports for why in report.unseen]


def _console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False)
