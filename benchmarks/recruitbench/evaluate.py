"""How many lures are found, at what price in honest mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.measure import say
from benchmarks.recruitbench.judged import Judged
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.shares import grouped, share, table
from benchmarks.recruitbench.thresholds import above, border

SHARES = (0.01, 0.001)
"""Shares of false alarms on honest mail at which recall is reported."""
LISTED = 60
"""So many single messages are listed; the rest is counted."""


def run(used: Material) -> None:
    """Print all figures."""
    lures, honest = used.of("test", lure=True), used.of("test", lure=False)
    if not lures or not honest:
        say("recall left out", "there are no lures or no honest messages for testing")
        return
    weights = used.knowledge.weights
    say("weights", weights.fitted_on or "as people gave them: not fitted to any message")
    _operating_point(used, lures, honest)
    _chosen_thresholds(used, lures, honest)
    _by_group("language", lures, honest)
    _by_group("container", lures, honest)


def missed(used: Material) -> None:
    """Print what each family for testing gives, and every false alarm and missed lure with its
    reasons. Who writes checks must not look: what is tuned to it is no test any more."""
    _messages(used, "test")


def missed_fit(used: Material) -> None:
    """The same for the families for fitting: for those who write checks."""
    _messages(used, "fit")


def _messages(used: Material, split: str) -> None:
    lures, honest = (used.of(split, lure=kind) for kind in (True, False))
    _by_group("family", lures, honest)
    _false_alarms(honest)
    _missed(lures)


def alarmed(judged: Judged) -> bool:
    """Whether the message is called a lure, with the thresholds that users get."""
    return judged.verdict == "lure"


def noticed(judged: Judged) -> bool:
    """Whether the message is called a lure or suspicious."""
    return judged.verdict in ("lure", "suspicious")


def _operating_point(used: Material, lures: list[Judged], honest: list[Judged]) -> None:
    weights = used.knowledge.weights
    print(f"\nAs delivered: lure from {weights.lure:g}, suspicious from {weights.suspicious:g}")
    for label, hit in (("lure", alarmed), ("lure or suspicious", noticed)):
        say(f"recall, {label}", share(sum(map(hit, lures)), len(lures)))
        say(f"false alarms, {label}", share(sum(map(hit, honest)), len(honest)))
    for label, hit in (("lure", alarmed), ("lure or suspicious", noticed)):
        found = grouped(lures, lambda each: each.family, hit)
        whole = sum(hits == total for _, hits, total in found)
        say(f"families of lures wholly called {label}", f"{whole} of {len(found)}")


def _chosen_thresholds(used: Material, lures: list[Judged], honest: list[Judged]) -> None:
    fitted = [each.score for each in used.judged if each.split == "fit" and not each.lure]
    tested = [each.score for each in honest]
    wanted = [each.score for each in lures]
    for allowed in SHARES:
        print(f"\nThreshold for {100 * allowed:g} % false alarms")
        for label, chosen_on in (
            ("chosen on the test's own honest mail (optimistic)", tested),
            ("chosen on honest mail for fitting", fitted),
        ):
            if not chosen_on:
                say(label, "there is none")
                continue
            edge = border(chosen_on, allowed)
            say(f"{label}: log odds above", f"{edge:.3f}")
            say("  recall", share(above(wanted, edge), len(wanted)))
            say("  false alarms", share(above(tested, edge), len(tested)))


def _by_group(attribute: str, lures: list[Judged], honest: list[Judged]) -> None:
    def group(each: Judged) -> str:
        return str(getattr(each, attribute))

    print(f"\nAs delivered, by {attribute}")
    rows: list[Sequence[str]] = []
    for kind, entries in (("lures", lures), ("honest", honest)):
        called = grouped(entries, group, alarmed)
        also = grouped(entries, group, noticed)
        rows += [
            (kind, name, share(hits, total), str(more - hits))
            for (name, hits, total), (_, more, _) in zip(called, also, strict=True)
        ]
    table(("kind", attribute, "called a lure", "suspicious besides"), rows)


def _false_alarms(honest: list[Judged]) -> None:
    wrong = [each for each in honest if noticed(each)]
    print(f"\nFalse alarms: {sum(map(alarmed, wrong))} lure, {len(wrong)} with suspicious")
    made_by = Counter(feature for each in wrong for feature in each.features)
    if wrong:
        say("features in them", " ".join(f"{name}:{n}" for name, n in made_by.most_common(20)))
    _list(wrong)


def _missed(lures: list[Judged]) -> None:
    missed = [each for each in lures if not alarmed(each)]
    print(f"\nMissed lures: {len(missed)}, of them suspicious {sum(map(noticed, missed))}")
    _list(missed)


def _list(messages: list[Judged]) -> None:
    if not messages:
        return
    rows = [
        (
            each.name,
            each.language,
            each.container,
            each.verdict,
            f"{each.probability:.3f}",
            f"{each.score:.2f}",
            " ".join(each.features) or "-",
        )
        for each in messages[:LISTED]
    ]
    table(("message", "", "container", "verdict", "probability", "log odds", "features"), rows)
    if len(messages) > LISTED:
        print(f"and {len(messages) - LISTED} more")
