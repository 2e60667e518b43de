"""Prints the families of legitimate messages: `python -m benchmarks.recruitbench.honest`."""

from __future__ import annotations

from collections import Counter

from benchmarks.recruitbench.honest.compose import family
from benchmarks.recruitbench.honest.plans import PLANS

_ATTACHED = ("none", "link")


def main() -> None:
    """One line for each family, then the sums."""
    print(f"{'family':24} {'split':5} {'messages':>8} {'attached':>8}  languages; weak sign")
    languages: Counter[str] = Counter()
    splits: Counter[str] = Counter()
    containers: Counter[str] = Counter()
    for plan in PLANS:
        samples = family(plan).make()
        languages.update(sample.language for sample in samples)
        containers.update(sample.container for sample in samples)
        splits[plan.split] += len(samples)
        attached = sum(sample.container not in _ATTACHED for sample in samples)
        spoken = " ".join(plan.counts)
        tail = f"; {plan.weak}" if plan.weak else ""
        print(f"{plan.name:24} {plan.split:5} {len(samples):8} {attached:8}  {spoken}{tail}")
    kinds = Counter(plan.split for plan in PLANS)
    for split in ("fit", "test"):
        print(f"{split}: {kinds[split]} families, {splits[split]} messages")
    for title, counted in (("languages", languages), ("containers", containers)):
        print(f"{title}: " + ", ".join(f"{name} {n}" for name, n in counted.most_common()))


if __name__ == "__main__":
    main()
