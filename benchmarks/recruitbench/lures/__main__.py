"""Prints the table of families, or writes their messages to a folder: [FOLDER]."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.recruitbench.lures import families


def main(arguments: list[str]) -> None:
    """One line per family and one per split; with a folder, each message as .eml in it."""
    totals: Counter[str] = Counter()
    print(f"{'family':20} {'split':5} {'count':>5}  languages            containers           KiB")
    for family in families():
        made = family.make()
        totals[family.split] += len(made)
        languages = _counted(sample.language for sample in made)
        containers = _counted(sample.container for sample in made)
        size = sum(len(sample.raw) for sample in made) // 1024
        shown = f"{family.name:20} {family.split:5} {len(made):5}"
        print(f"{shown}  {languages:20} {containers:20} {size}")
        for sample in made if arguments else ():
            path = Path(arguments[0]) / f"{sample.name.replace('/', '_')}.eml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sample.raw)
    for split, count in totals.items():
        print(f"{split}: {count}")


def _counted(values: Iterable[str]) -> str:
    return " ".join(f"{value}:{count}" for value, count in Counter(values).items())


if __name__ == "__main__":
    main(sys.argv[1:])
