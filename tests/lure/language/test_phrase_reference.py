"""The reference of the phrase language says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from corpora import REPOSITORY
from lure.language.phrase_samples import FILES
from vedette.lure.language.concepts import CONCEPTS
from vedette.lure.language.expressions import AFFIX, ATTACHED, SPACING, STRANGER
from vedette.lure.language.grammar import MAX_ALTERNATIVES, MAX_DEPTH, MAX_GAP, MAX_ITEMS, MAX_NEAR
from vedette.lure.language.guards import REACH
from vedette.lure.language.phrase_file import load_languages, phrases_of
from vedette.model.yaml_tree import read_yaml

PAGE = (REPOSITORY / "docs" / "reference" / "lure-phrases.md").read_text("utf-8")


def part(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_concept_and_key_is_there() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", part("Concepts"), re.M)) == CONCEPTS
    keys = set(re.findall(r"^\| `(\w+)` \|", part("The file"), re.M))
    used: set[str] = set()
    for path in FILES:
        root = read_yaml(path.read_bytes().partition(b"\n---\n")[0], str(path), [])
        assert root is not None
        used |= set(root.value)
    assert used == keys


def test_the_example_can_be_read(tmp_path: Path) -> None:
    lines = [line[4:] for line in part("The file").splitlines() if line.startswith("    ")]
    path = tmp_path / "en.yml"
    path.write_text("\n".join(lines), "utf-8")
    phrases = phrases_of(load_languages([path]))
    assert phrases.search("run the attached installer").found
    assert not phrases.search("never run the attached installer").found
    assert phrases.search("do not hesitate to run the installer").found
    pattern = next(line for line in part("Patterns").splitlines() if line.startswith("    "))
    path.write_text(f"language: en\nconcepts:\n  viewer_required:\n    - {pattern.strip()}\n")
    phrases = phrases_of(load_languages([path]))
    assert phrases.search("open it only with our attached viewer").found
    assert not phrases.search("open it with the attached adobe viewer").found


def test_the_numbers_are_those_of_the_code() -> None:
    said = part("Patterns")
    limits = f"At most {MAX_ITEMS} words in a row, {MAX_ALTERNATIVES} alternatives, "
    assert limits + f"brackets {MAX_DEPTH} deep, gaps of {MAX_GAP}, `~{MAX_NEAR}`." in said
    assert f"up to {AFFIX} letters after it" in said
    assert f"at most {STRANGER}" in said
    assert (SPACING, ATTACHED, REACH) == (6, 6, 6)
    assert "six characters" in said
    assert "up to 6 *n* characters" in said
    assert "six words" in part("Negations")
