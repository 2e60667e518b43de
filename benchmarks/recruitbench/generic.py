"""Mail that is not about jobs: what the detector says of ordinary phishing, ham and spam."""

from __future__ import annotations

from collections import Counter

from benchmarks.measure import say
from benchmarks.recruitbench.corpora import TUNING
from benchmarks.recruitbench.evaluate import alarmed, noticed
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.shares import share, table

VERDICTS = ("lure", "suspicious", "ordinary", "unrelated")


def run(used: Material) -> None:
    """Print all figures."""
    for why in used.public.missing:
        print(why)
    if not used.public.folders:
        return
    rows = []
    for name, paths in used.public.folders.items():
        judged = used.public_judged(paths)
        counted = Counter(each.verdict for each in judged)
        rows.append(
            (
                name,
                "tuning" if name in TUNING else "evaluation",
                len(judged),
                *(counted[verdict] for verdict in VERDICTS),
                share(sum(map(alarmed, judged)), len(judged)),
                share(sum(map(noticed, judged)), len(judged)),
            )
        )
    table(("folder", "for", "messages", *VERDICTS, "called a lure", "lure or suspicious"), rows)
    ham = [path for path in used.public.ham if path.parent.name not in TUNING]
    wrong = [each for each in used.public_judged(ham) if noticed(each)]
    if ham:
        made_by = Counter(name for each in wrong for name in each.features)
        say("ham for evaluation, lure or suspicious", share(len(wrong), len(ham)))
        say("features in them", " ".join(f"{name}:{n}" for name, n in made_by.most_common(12)))
