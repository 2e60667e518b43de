"""Bundled rules: the form that the rule conventions of content/README.md ask for."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

RULES: Final = Path(__file__).parents[2] / "content" / "rules"
FILES: Final = sorted(RULES.rglob("*.yml"))
LEVELS: Final = {"informational", "low", "medium", "high", "critical"}
TACTICS: Final = {
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
}
TAG: Final = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?|([a-z-]+))\Z")
MISSION: Final = {
    "recruiter-lure/windows",
    "recruiter-lure/linux",
    "recruiter-lure/macos",
    "website-intrusion",
    "mail-theft",
    "payment-tampering",
    "remote-access-tools",
    "log-clearing",
    "plant-access",
    "trusted-tool-misuse",
}
Document = dict[str, Any]


def documents(path: Path) -> list[Document]:
    with path.open(encoding="utf-8") as stream:
        return list(yaml.load_all(stream, yaml.CSafeLoader))


def named(path: Path) -> str:
    return path.relative_to(RULES).as_posix()


def everything() -> Iterator[tuple[str, Document]]:
    for path in FILES:
        for document in documents(path):
            yield named(path), document


def faults_of(document: Document) -> Iterator[str]:
    """What a document lacks of the form."""
    if not document.get("title") or len(document["title"]) > 110:
        yield "title"
    try:
        if uuid.UUID(document["id"]).version != 4:
            yield "the id is no UUID of version 4"
    except (KeyError, ValueError):
        yield "id"
    for key, wanted in (("author", "Vedette"), ("license", "Apache-2.0")):
        if document.get(key) != wanted:
            yield f"{key} is not {wanted}"
    if document.get("level") not in LEVELS:
        yield "level"
    if document.get("status") not in {"test", "experimental", "stable"}:
        yield "status"
    if len(document.get("description", "")) < 40:
        yield "the description says too little"
    if not document.get("falsepositives"):
        yield "falsepositives"
    if ("logsource" in document) == ("correlation" in document):
        yield "neither a rule nor a correlation"
    yield from tag_faults(document.get("tags") or [])


def tag_faults(tags: list[str]) -> Iterator[str]:
    found = [TAG.match(tag) for tag in tags]
    for tag, match in zip(tags, found, strict=True):
        if match is None:
            yield f"tag {tag}"
        elif match.group(2) and match.group(1) not in TACTICS:
            yield f"unknown tactic {tag}"
    techniques = [match for match in found if match and not match.group(2)]
    if not techniques or len(techniques) == len(tags):
        yield "a technique and a tactic are needed"
    if len(set(tags)) != len(tags):
        yield "a tag is there twice"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_form(path: Path) -> None:
    faults = [(d.get("title"), fault) for d in documents(path) for fault in faults_of(d)]
    assert faults == []
    assert re.fullmatch(r"[a-z0-9_]{10,70}\.yml", path.name)
    assert path.parent.relative_to(RULES).as_posix() in MISSION


@pytest.mark.parametrize("path", FILES, ids=named)
def test_samples_lie_on_both_sides(path: Path) -> None:
    for document in documents(path):
        samples = document.get("samples") or []
        assert {sample["match"] for sample in samples} == {True, False}, document["title"]
        for sample in samples:
            assert sample["name"] and sample["format"]
            assert len({"event", "events", "raw"} & set(sample)) == 1, sample["name"]
        names = [sample["name"] for sample in samples]
        assert len(set(names)) == len(names), document["title"]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_building_blocks_stand_with_their_correlation(path: Path) -> None:
    """In a file with a correlation, what is correlated is informational; elsewhere nothing is.
    Where the correlation says `generate`, its parts speak for themselves, above that level."""
    found = documents(path)
    names = {document["name"]: document for document in found if "name" in document}
    used = [name for d in found if "correlation" in d for name in d["correlation"]["rules"]]
    assert set(used) <= set(names)
    speaking = {
        name
        for d in found
        if d.get("correlation", {}).get("generate")
        for name in d["correlation"]["rules"]
    }
    for document in found:
        block = document.get("name") in set(used) - speaking
        assert (document["level"] == "informational") == block, document["title"]


def test_ids_titles_and_names_are_unique() -> None:
    for key in ("id", "title", "name"):
        counted = Counter(d[key].lower() for _, d in everything() if key in d)
        assert [value for value, count in counted.items() if count > 1] == []


def test_the_mission_is_covered() -> None:
    """As many rules and correlations as were promised, and something in every folder."""
    own = [d for _, d in everything() if d["level"] != "informational"]
    correlations = [d["correlation"]["type"] for d in own if "correlation" in d]
    assert len(own) >= 100
    assert len(correlations) >= 20
    assert len(set(correlations)) >= 5
    assert {path.parent.relative_to(RULES).as_posix() for path in FILES} == MISSION


def test_samples_name_nobody_real() -> None:
    """Hosts and mailboxes in samples are under .example."""
    known = re.compile(r"@([a-z0-9.-]+\.[a-z]{2,})|Computer: ([A-Za-z0-9-]+\.[a-z0-9.-]+)")
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        _, _, samples = text.partition("\nsamples:")
        for match in known.finditer(samples):
            assert (match.group(1) or match.group(2)).endswith(".example"), (path, match.group(0))
