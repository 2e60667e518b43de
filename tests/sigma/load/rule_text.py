"""Short rules for the loader's tests: the parts that a test is not about, filled in."""

from __future__ import annotations

from pathlib import Path

from vedette.sigma.ir import Correlation, Expr, Item, Not, Pattern, Rule, RuleSet, Verdict
from vedette.sigma.load import load_rules

HEAD = "title: T\nlogsource: {product: windows}\n"


def write(folder: Path, text: str, name: str = "r.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def load(folder: Path, text: str, **options: object) -> RuleSet:
    """Load one file's text."""
    return load_rules([write(folder, text)], **options)  # type: ignore[arg-type]  # options as given


def one(folder: Path, text: str, **options: object) -> Rule:
    """The one rule of a text that compiles."""
    loaded = load(folder, text, **options)
    assert [v.why for v in loaded.verdicts if v.state != "compiled"] == []
    (rule,) = loaded.rules
    return rule


def correlations(folder: Path, text: str) -> tuple[Correlation, ...]:
    loaded = load(folder, text)
    assert [v.why for v in loaded.verdicts if v.state != "compiled"] == []
    return loaded.correlations


def verdict(folder: Path, text: str, **options: object) -> Verdict:
    """The verdict of the one document of a text."""
    (found,) = load(folder, text, **options).verdicts
    return found


def line(folder: Path, text: str, **options: object) -> Expr:
    """The expression of a detection of one line, `key: value`."""
    rule = one(folder, f"{HEAD}detection:\n  sel:\n    {text}\n  condition: sel\n", **options)
    return rule.selections["sel"]


def patterns(folder: Path, text: str, **options: object) -> tuple[Pattern, ...]:
    found = line(folder, text, **options)
    assert isinstance(found, Item), found
    return found.patterns


def negated(folder: Path, text: str) -> Item:
    found = line(folder, text)
    assert isinstance(found, Not) and isinstance(found.of, Item), found
    return found.of


def why(folder: Path, text: str, **options: object) -> list[str]:
    """The errors of a detection of one line, without the file's path."""
    found = verdict(folder, f"{HEAD}detection:\n  sel:\n    {text}\n  condition: sel\n", **options)
    assert found.state == "invalid", found
    return [told.removeprefix(f"{found.path}:") for told in found.why.splitlines()]
