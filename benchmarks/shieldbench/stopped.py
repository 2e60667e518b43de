"""Harmless requests that are stopped, and attacks that are not: as the Core Rule Set is delivered,
and after exclusions were learned in the shadow."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import quantile, say
from benchmarks.recruitbench.shares import grouped, share, table
from benchmarks.recruitbench.spread import spread
from benchmarks.shieldbench.attacks import Attack, attacks, everywhere, moved, planted
from benchmarks.shieldbench.bars import Bars
from benchmarks.shieldbench.benign.site import Visit
from benchmarks.shieldbench.learning import learned
from benchmarks.shieldbench.material import Material, wheel, wheel_version
from benchmarks.shieldbench.quiet import quiet
from benchmarks.shieldbench.timing import each_cpu
from vedette.seclang.ir import Program, Rule
from vedette.seclang.run.transaction import Engine
from vedette.shield.blame import reasons
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.shadow.samples import judged as known_attacks

LEVELS = (1, 2)
SAMPLE = 1_500
"""Requests of the judging half, at equal distances, that libmodsecurity is asked about."""
LISTED = 12
SPREAD = 3
"""Of the attacks every so many are sent to each site."""


@dataclass(frozen=True)
class Judged:
    """One harmless request: its site and kind, whether it was stopped, which rules had found
    something in it then, and the CPU microseconds that took."""

    site: str
    visit: Visit
    stopped: bool
    rules: tuple[int, ...]
    cpu: float


def run(used: Material, levels: Sequence[int] = LEVELS) -> None:
    """Print all figures and draw them."""
    judging = [each for each in used.visits if each[1].half == "judge"]
    say("harmless requests (synthetic): all, to learn from, to judge by",
        f"{len(used.visits)}, {len(used.visits) - len(judging)}, {len(judging)}")  # fmt: skip
    bars = Bars("Harmless requests stopped (synthetic)", "percent of the judging half")
    sites: dict[str, list[str]] = {}
    for level in levels:
        _level(used, level, judging, bars, sites)
    print("\nHarmless requests stopped, by site, percent of the judging half")
    head = ["site", "requests"]
    head += [f"level {level} {when}" for level in levels for when in ("stock", "after")]
    table(head, ([site, *row] for site, row in sites.items()))
    path = used.pictures / "shield-benign.svg"
    bars.write(path)
    say("picture", path.name)


def _level(
    used: Material,
    level: int,
    judging: Sequence[tuple[str, Visit]],
    bars: Bars,
    sites: dict[str, list[str]],
) -> None:
    files = used.stock(level)
    before = used.engine(files)
    print(f"\nParanoia level {level}")
    stock = judged(before, judging)
    _shares("stock, stopped", stock)
    bars.add(f"level {level}, stock", "Vedette", 100 * _part(stock))
    theirs = _peer(used, before.program, level, stock)
    if theirs is not None:
        bars.add(f"level {level}, stock", "libmodsecurity", theirs)
    learning = [each for each in used.visits if each[1].half == "learn"]
    suite = attacks(used, before.program, level)
    # what exclusions cost is measured with the one half, and judged with the other
    priced, fine = suite[::2], suite[1::2]
    samples = known_attacks(before, [(each.request, each.body) for each in priced])
    shadow = learned(used.policy(level), before, learning)
    exclusions = shadow.exclusions(samples)
    say("exclusions from the learning half; of rules; at paths",
        f"{len(exclusions)}; {len({each.rule for each in exclusions})}; "
        f"{len({(each.site, each.path) for each in exclusions})}")  # fmt: skip
    after = used.engine(used.stock(level, exclusions))
    relieved = judged(after, judging)
    _shares("after the exclusions, stopped", relieved)
    bars.add(f"level {level}, exclusions", "Vedette", 100 * _part(relieved))
    if level == LEVELS[0]:
        _alone(used, level, shadow.exclusions(samples, alone=True), stock)
    _rules("rules in stopped requests, stock", stock)
    _rules("rules in stopped requests, after", relieved)
    _attacks("attack requests of the suite", fine, before, after)
    _attacks("  the same sent to the excluded pages", list(moved(fine, exclusions)), before, after)
    _worst_site(fine[::SPREAD], exclusions, before, after)
    placed = list(planted(fine, before, exclusions))
    _attacks("  their values in the excluded parameters", placed, before, after)
    for (site, hits, total), (_, left, _) in zip(_by_site(stock), _by_site(relieved), strict=True):
        row = sites.setdefault(site, [str(total)])
        row += [f"{100 * hits / total:.2f}", f"{100 * left / total:.2f}"]


def judged(engine: Engine, visits: Iterable[tuple[str, Visit]]) -> list[Judged]:
    """What the rules say of each."""
    found = []
    for site, visit in visits:
        start = time.process_time_ns()
        outcome = engine.inspect(visit.request, visit.body)
        cpu = (time.process_time_ns() - start) / 1_000
        stop = outcome.intervention
        rules: tuple[int, ...] = ()
        if stop is not None:
            rules = tuple(match.id for match in reasons(outcome.matches, stop.rule))
        found.append(Judged(site, visit, stop is not None, rules, cpu))
    return found


def _shares(label: str, found: Sequence[Judged]) -> None:
    say(label, share(sum(each.stopped for each in found), len(found)))
    for kind, hits, total in grouped(found, lambda each: each.visit.kind, _stopped):
        say(f"  {kind}", share(hits, total))
    say("  CPU ms: p50, p99, mean", _times([each.cpu for each in found]))


def _stopped(each: Judged) -> bool:
    return each.stopped


def _by_site(found: Sequence[Judged]) -> list[tuple[str, int, int]]:
    return grouped(found, lambda each: each.site, _stopped)


def _part(found: Sequence[Judged]) -> float:
    return sum(each.stopped for each in found) / max(1, len(found))


def _rules(label: str, found: Sequence[Judged]) -> None:
    counted = Counter(rule for each in found for rule in set(each.rules))
    listed = " ".join(f"{rule}:{n}" for rule, n in counted.most_common(LISTED))
    say(f"{label}: distinct; most", f"{len(counted)}; {listed}")


def _attacks(label: str, given: Sequence[Attack], before: Engine, after: Engine) -> None:
    if not given:
        say(label, "there are none")
        return
    was, now = ([each.blocked(engine) for each in given] for engine in (before, after))
    say(f"{label}: stopped, stock", share(sum(was), len(given)))
    say("    after the exclusions", share(sum(now), len(given)))
    lost = sum(was) - sum(now)
    say("    points lost", f"{100 * lost / len(given):6.2f}")


def _alone(
    used: Material, level: int, exclusions: Sequence[Exclusion], stock: Sequence[Judged]
) -> None:
    """What is stopped where no site learns from another; an exclusion stops nothing new."""
    engine = used.engine(used.stock(level, exclusions))
    again = judged(engine, ((each.site, each.visit) for each in stock if each.stopped))
    say(f"  were no site to learn from another ({len(exclusions)} exclusions)",
        share(sum(each.stopped for each in again), len(stock)))  # fmt: skip


def _worst_site(
    given: Sequence[Attack], exclusions: Sequence[Exclusion], before: Engine, after: Engine
) -> None:
    """Of the attacks that are stopped at the first page of any site without exclusions."""
    lost: dict[str, int] = {}
    stopped: list[bool] = []
    for hosts, sent in everywhere(given, exclusions):
        if not stopped:  # the site's name alone changes nothing
            stopped = [each.blocked(before) for each in sent]
        lost[" ".join(hosts)] = sum(
            was and not each.blocked(after) for was, each in zip(stopped, sent, strict=True)
        )
    if not lost:
        return
    points = {name: 100 * count / len(given) for name, count in lost.items()}
    worst = max(points, key=lambda name: points[name])
    say("  sent to the first page of each site: points lost, mean; most",
        f"{sum(points.values()) / len(points):.2f}; {points[worst]:.2f} ({worst})")  # fmt: skip


def _peer(
    used: Material,
    program: Program,
    level: int,
    stock: Sequence[Judged],
) -> float | None:
    """Percent of a sample that libmodsecurity stops; and what both say of the sample."""
    peer = wheel(_telling(used, level))
    if peer is None:
        return None
    sample = spread(stock, used.count(SAMPLE))
    refusing = {
        entry.id
        for entry in program.entries
        if isinstance(entry, Rule) and entry.disruptive in ("deny", "drop")
    }
    said: list[tuple[bool, bool]] = []
    failed = 0

    def ask(each: Judged) -> None:
        heard = peer.judge(each.visit.request, each.visit.body)
        said.append((any(rule.rule_id in refusing for rule in heard), each.stopped))

    times = []
    with quiet():
        for each in sample:
            try:
                times += each_cpu(ask, [each])
            except (UnicodeError, ValueError, RuntimeError):
                failed += 1
    ours = [each.cpu for each in sample]
    say(f"{wheel_version()}, stopped, of a sample", share(sum(a for a, _ in said), len(said)))
    say("  Vedette on the same", share(sum(b for _, b in said), len(said)))
    alone = sum(a and not b for a, b in said), sum(b and not a for a, b in said)
    say("  by libmodsecurity alone, by Vedette alone", f"{alone[0]}, {alone[1]}")
    say("  requests on which the wheel fails", str(failed))
    say("  CPU ms of libmodsecurity: p50, p99, mean", _times(times))
    say("  CPU ms of Vedette: p50, p99, mean", _times(ours))
    return 100 * sum(a for a, _ in said) / max(1, len(said))


def _telling(used: Material, level: int) -> list[Path]:
    """The files with the engine only detecting: where libmodsecurity stops a request itself, its
    callback does not hear of the rule that asked for it."""
    base, *files = used.stock(level)
    text = base.read_text("utf-8")
    said = "\nSecRuleEngine On\n"
    if said not in text:
        raise ValueError(f"{base} does not switch the engine on; say here what does")
    telling = used.folder / "detection-only.conf"
    telling.write_text(text.replace(said, "\nSecRuleEngine DetectionOnly\n"), "utf-8")
    return [telling, *files]


def _times(taken: Sequence[float]) -> str:
    quantiles = (f"{quantile(taken, part) / 1e3:.2f}" for part in (0.5, 0.99))
    return ", ".join((*quantiles, f"{sum(taken) / max(1, len(taken)) / 1e3:.2f}"))
