"""What the bench is made of."""

from __future__ import annotations

from collections import Counter

from benchmarks.measure import say
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.shares import table

KINDS = (("lures", True), ("honest", False))


def run(used: Material) -> None:
    """Print the totals."""
    for kind, lure in KINDS:
        languages: Counter[str] = Counter()
        containers: Counter[str] = Counter()
        for split in ("fit", "test"):
            families = [f for f in used.families if f.lure == lure and f.split == split]
            samples = used.samples(split, lure=lure)
            say(f"{kind}, {split}", f"{len(samples)} messages of {len(families)} families")
            languages.update(sample.language for sample in samples)
            containers.update(sample.container for sample in samples)
        say(f"{kind}: languages", _ordered(languages))
        say(f"{kind}: containers", _ordered(containers))


def families(used: Material) -> None:
    """Print a line for each family."""
    rows = []
    for family in used.families:
        made = family.make()
        rows.append(
            (
                family.name,
                "lures" if family.lure else "honest",
                family.split,
                len(made),
                sum(len(sample.raw) for sample in made) // max(1, len(made)),
                _ordered(Counter(sample.language for sample in made)),
                _ordered(Counter(sample.container for sample in made)),
            )
        )
    table(("family", "kind", "split", "messages", "bytes each", "languages", "containers"), rows)


def _ordered(counted: Counter[str]) -> str:
    return " ".join(f"{name}:{n}" for name, n in sorted(counted.items(), key=_by_count))


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]
