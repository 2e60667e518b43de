"""Fit the weights of lures to the bench's messages for fitting and write the reviewed file.

Usage: scripts/fit_lures.py [--check]

The same messages give the same file, byte for byte, on every machine. --check writes nothing and
ends with 1 where the file is another one. docs/reference/lures.md says what the weights are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.recruitbench.families import all_families  # noqa: E402  # needs the path above
from benchmarks.recruitbench.judged import RECEIVER, examples  # noqa: E402

from vedette.lure.examiner import Examiner, load_knowledge  # noqa: E402
from vedette.lure.identity.authentication.result import AuthenticationSettings  # noqa: E402
from vedette.lure.scoring.fit import fit  # noqa: E402
from vedette.lure.scoring.weights import dump_weights  # noqa: E402

CONTENT = ROOT / "content" / "lures"


def main() -> int:
    """Fit, then write or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    families = [family for family in all_families() if family.split == "fit"]
    knowledge = load_knowledge(CONTENT, [ROOT / "benchmarks/recruitbench/firm"], unfitted=True)
    settings = AuthenticationSettings(authserv_ids=(RECEIVER,))
    with Examiner(knowledge, authentication=settings) as examiner:
        given = list(examples(families, examiner))
    lures = sum(example.lure for example in given)
    said = (
        f"{lures} synthetic lures of {sum(f.lure for f in families)} families, "
        f"{len(given) - lures} synthetic honest messages of {sum(not f.lure for f in families)}"
    )
    made = dump_weights(fit(given, knowledge.features, said))
    path = CONTENT / "weights.json"
    if check:
        same = path.exists() and path.read_text("utf-8") == made
        print(f"{path.name}: {'is what fitting gives' if same else 'is NOT what fitting gives'}")
        return 0 if same else 1
    path.write_text(made, "utf-8")
    print(f"{path.name}: fitted on {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
