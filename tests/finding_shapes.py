"""Findings of all shapes, for tests of everything that takes findings out."""

from __future__ import annotations

from hypothesis import strategies as st

from vedette.model.finding import LEVELS, Entity, EventRef, Evidence, Finding, RuleRef
from vedette.model.instant import EARLIEST, LATEST
from vedette.model.logsource import Logsource

KINDS = (
    "person",
    "mailbox",
    "host",
    "account",
    "process",
    "hash",
    "document",
    "domain",
    "address",
    "url",
    "certificate",
    "tag",
    "package",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
any_texts = st.text(max_size=30) | st.just("\ud800") | st.just("a\x1b[31m\r\n\u202e\x9b")


def findings(text: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Finding]:
    """Any finding whose texts come from `text`."""
    refs = st.builds(EventRef, text, text, text)
    return st.builds(
        Finding,
        id=text,
        time=st.integers(EARLIEST, LATEST),
        rule=st.builds(RuleRef, text, text, st.sampled_from(LEVELS) | text, text, text, text),
        logsource=st.builds(Logsource, *[st.none() | text] * 3),
        techniques=st.lists(
            st.sampled_from(["T1059", "T1059.001", "T1105"]), max_size=3, unique=True
        ).map(tuple),
        entities=st.lists(
            st.builds(Entity, st.sampled_from(KINDS), text), max_size=5, unique=True
        ).map(tuple),
        evidence=st.lists(
            st.builds(Evidence, text, text, st.integers(0, 40), st.integers(0, 40), text),
            max_size=4,
        ).map(tuple),
        event_ref=refs,
        related=st.lists(refs, max_size=3).map(tuple),
        probability=st.none() | st.floats(0, 1),
        message=text,
    )


def finding(number: int = 0, level: str = "high", value: str = "powershell -enc AAAA") -> Finding:
    """One plain finding; `number` makes it another."""
    return Finding(
        id=f"{number:032x}",
        time=1_772_442_847_123_456 + number,
        rule=RuleRef("r-1", "Encoded PowerShell", level, "Vedette", "Apache-2.0", "rules/a.yml"),
        logsource=Logsource("windows", "process_creation"),
        techniques=("T1059.001",),
        entities=(
            Entity("account", "harrow\\m.okafor"),
            Entity("host", "ws-eng-07.harrow.example"),
            Entity("process", "c:\\windows\\powershell.exe"),
        ),
        evidence=(Evidence("CommandLine", value, 11, 15, "selection"),),
        event_ref=EventRef("events.ndjson", f"line {number + 1}", f"k{number}"),
    )
