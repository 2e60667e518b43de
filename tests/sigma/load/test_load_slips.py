"""Slips that leave a rule readable but mean something else than its author wrote."""

from __future__ import annotations

from pathlib import Path

from vedette.sigma.load import load_rules


def verdicts(folder: Path, text: str) -> list[str]:
    (folder / "rule.yml").write_text(text)
    return [verdict.why.replace(f"{folder}/", "") for verdict in load_rules([folder]).verdicts]


def test_a_misspelt_key_of_the_logsource_is_a_fault(tmp_path: Path) -> None:
    text = "title: T\nlogsource: {product: windows, categry: process_creation}\n"
    text += "detection: {s: {Image: a}, condition: s}\n"
    assert verdicts(tmp_path, text) == [
        "rule.yml:2:31: the logsource has no key 'categry'; did you mean 'category'?"
    ]
    assert verdicts(tmp_path, text.replace("categry: process_creation", "definition: x")) == [""]


def test_a_rule_without_detection_tells_its_other_faults_too(tmp_path: Path) -> None:
    text = "title: T\nlevel: hihg\nlogsource: {product: windows}\n"
    (why,) = verdicts(tmp_path, text)
    assert "no detection" in why
    assert "rule.yml:2:8: the level 'hihg' is not known" in why
