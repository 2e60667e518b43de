"""The control: could the collections be told apart by what is no content?

Public corpora were gathered in different ways, and a generator has habits. A detector that saw
them would look good here and be of no use elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.measure import say
from benchmarks.recruitbench.facts import build_of, headers_of, youden
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.shares import table
from benchmarks.recruitbench.thresholds import above

AUTHENTICATED = frozenset(
    (
        "auth_failed",
        "claim_verified",
        "tenant_verified",
        "network_verified",
        "partner_verified",
        "thread_known",
    )
)
"""Features that are seen in transport headers (of a trusted server), in nothing else."""
CORPORA_SHOWN = 5
BENCH_SHOWN = 10


def run(used: Material) -> None:
    """Print all figures."""
    _corpora(used)
    _bench(used)


def _corpora(used: Material) -> None:
    public = used.public
    if not public.phishing or not public.ham:
        for why in public.missing:
            say("corpus control left out", why)
        return
    features = used.knowledge.features.by_name
    phishing, ham = used.public_judged(public.phishing), used.public_judged(public.ham)
    compared = youden(
        [frozenset(each.features) for each in phishing],
        [frozenset(each.features) for each in ham],
    )
    print("Signs that tell phishing_pot from the SpamAssassin ham, largest J first")
    rows = [
        (
            name,
            features[name].group,
            "transport headers" if name in AUTHENTICATED else "content or addresses",
            *_numbers(j, here, there),
        )
        for j, name, here, there in compared[:CORPORA_SHOWN]
    ]
    table(("sign", "group", "seen in", "J", "phishing_pot", "ham"), rows)
    leaks = [entry for entry in compared if entry[1] in AUTHENTICATED]
    largest = f"{leaks[0][0]:.3f} ({leaks[0][1]})" if leaks else "none was shown"
    say("largest J of a sign seen in transport headers", largest)
    heads = youden(
        [headers_of(path.read_bytes()) for path in public.phishing],
        [headers_of(path.read_bytes()) for path in public.ham],
    )
    named = ", ".join(f"{name} {j:.3f}" for j, name, _, _ in heads[:3])
    say("for comparison, presence of a header, which no sign may use", named)


def _bench(used: Material) -> None:
    for split in ("fit", "test"):
        lures = [sample.raw for sample in used.samples(split, lure=True)]
        honest = [sample.raw for sample in used.samples(split, lure=False)]
        if not lures or not honest:
            say(f"control of the bench, {split}", "left out: no lures or no honest messages")
            continue
        for what, look in (("presence of a header", headers_of), ("build", build_of)):
            print(f"\nBench, split {split}: {what}, largest J first")
            compared = youden([look(raw) for raw in lures], [look(raw) for raw in honest])
            rows = [
                (fact, *_numbers(j, here, there)) for j, fact, here, there in compared[:BENCH_SHOWN]
            ]
            table(("", "J", "lures", "honest"), rows)
    _together(used)


def _together(used: Material) -> None:
    """What somebody could do who saw all headers at once: a naive Bayes of their presence, made
    of the messages for fitting, tried on the others."""
    sides = {
        (split, lure): [headers_of(sample.raw) for sample in used.samples(split, lure=lure)]
        for split in ("fit", "test")
        for lure in (True, False)
    }
    if not all(sides.values()):
        return
    table_of = log_ratios(sides["fit", True], sides["fit", False])
    lures = [log_odds(table_of, facts) for facts in sides["test", True]]
    honest = [log_odds(table_of, facts) for facts in sides["test", False]]
    j = above(lures, 0.0) / len(lures) - above(honest, 0.0) / len(honest)
    print()
    say("J of all headers together (naive Bayes, fit to test)", f"{j:.3f}")


def log_ratios(
    these: Sequence[frozenset[str]], those: Sequence[frozenset[str]]
) -> dict[str, tuple[float, float]]:
    """For each fact the log likelihood ratio of its presence and of its absence."""
    ratios = {}
    for _, fact, here, there in youden(these, those):
        p = (here * len(these) + 1) / (len(these) + 2)
        q = (there * len(those) + 1) / (len(those) + 2)
        ratios[fact] = (math.log(p / q), math.log((1 - p) / (1 - q)))
    return ratios


def log_odds(ratios: dict[str, tuple[float, float]], facts: frozenset[str]) -> float:
    """The sum over all facts, at even odds before."""
    return sum(ratio[0] if fact in facts else ratio[1] for fact, ratio in ratios.items())


def _numbers(j: float, here: float, there: float) -> tuple[str, str, str]:
    return f"{j:.3f}", f"{here:.3f}", f"{there:.3f}"
