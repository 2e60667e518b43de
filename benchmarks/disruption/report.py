"""A run in words, and as a picture."""

from __future__ import annotations

from pathlib import Path

from benchmarks.disruption.scoring import Score
from benchmarks.recruitbench.svg import Picture

INSTEAD = "-"
COLOURS = ("#0969da", "#bf8700")


def table(title: str, score: Score) -> None:
    """Print one run."""
    print(f"{title}: seed {score.seed}, {score.events:,} events, {score.seconds:,.0f} s")
    print(f"{'campaign':11} {'thwarted':8} {'steps':>5} {'finding':>9} {'incident':>9} "
          f"{'action':>9} {'stopping':>9} {'machine':>8}  by")  # fmt: skip
    for one in score.attacks:
        print(
            f"{one.name:11} {'yes' if one.thwarted else 'NO':8} {one.steps:>5} "
            f"{seconds(one.to_finding):>9} {seconds(one.to_incident):>9} "
            f"{seconds(one.to_action):>9} {seconds(one.to_stop):>9} {seconds(one.wall):>8}  "
            f"{one.stopped_by}"
        )
    findings = sum(one.findings for one in score.incidents)
    each = findings / max(1, len(score.incidents))
    print(f"incidents {len(score.incidents)}, findings in them {findings:,} ({each:.1f} each), "
          f"actions carried out {score.actions}")  # fmt: skip
    first = [one.name for one in score.attacks if one.noticed]
    print(f"notices {len(score.notices)}, and {score.lowest} of level low alone; attacks that were "
          f"a notice first: {', '.join(first) or 'none'}")  # fmt: skip
    print(f"median to the first action that stopped a step: {seconds(score.median_stop)}")
    print(f"benign principals touched {score.principals}")
    for who, done, cause, count in score.hurt[:20]:
        print(f"  {who}: {count} events by {done} (because of {cause})")


def verdicts(score: Score) -> bool:
    """Print the bars; whether all are met."""
    for bar, measured, met in score.bars():
        print(f"{'met   ' if met else 'MISSED'} {bar}: {measured}")
    return all(met for _, _, met in score.bars())


def incidents(score: Score) -> None:
    """Print what each incident was about, and each notice."""
    for what, those in (("incident", score.incidents), ("notice", score.notices)):
        for one in those:
            print(f"{what:8} {one.name} {one.priority:5.1f} {one.findings:6,} findings: "
                  f"{', '.join(one.about)}")  # fmt: skip


def picture(checked: Score, unchecked: Score, path: Path) -> None:
    """Benign principals and campaigns, with the counterfactual check and without."""
    most = max(1, checked.principals, unchecked.principals)
    drawn = Picture("With and without the counterfactual check", "", "share of the most")
    for at, (name, one) in enumerate((("with", checked), ("without", unchecked))):
        thwarted = sum(each.thwarted for each in one.attacks) / max(1, len(one.attacks))
        drawn.bar(0.08 + at * 0.5, 0.16, thwarted, COLOURS[0])
        drawn.bar(0.26 + at * 0.5, 0.16, one.principals / most, COLOURS[1])
        drawn.label(0.25 + at * 0.5, f"{name}: {one.principals} touched")
    drawn.note(0, "campaigns thwarted (of all)", COLOURS[0])
    drawn.note(1, f"benign principals touched (1 = {most})", COLOURS[1])
    drawn.write(path)


def seconds(value: float | None) -> str:
    """Seconds for people."""
    if value is None:
        return INSTEAD
    return f"{value:.1f} s" if value < 1_000 else f"{value / 60:.0f} min"
