"""Rules from files: metadata, verdicts, actions, duplicate ids, and every error in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigma.load.rule_text import HEAD, load, one, verdict, write
from vedette.model.logsource import Logsource
from vedette.sigma.ir import And, Item, Not, Or, Rule, Selection, Text, Verdict
from vedette.sigma.load import load_rules

BODY = "detection:\n  sel:\n    A: 1\n  condition: sel\n"
EXAMPLE = """\
title: Whoami Execution
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: whoami
status: test
description: Detects a whoami.exe execution
references:
    - https://example.org/a&b
author: Someone
date: 2019-10-23
license: CC0-1.0
tags: [attack.discovery, attack.t1033]
logsource:
    category: process_creation
    product: windows
    definition: anything
detection:
    selection:
        Image: 'C:\\Windows\\System32\\whoami.exe'
    filter:
        User|startswith: 'adm_'
    condition: selection and not filter
fields: [Image, User]
falsepositives: [none]
level: high
x-own: {any: thing}
"""


def test_a_whole_rule(tmp_path: Path) -> None:
    assert one(tmp_path, EXAMPLE) == Rule(
        id="929a690e-bef0-4204-a928-ef5e620d6fcc",
        title="Whoami Execution",
        level="high",
        status="test",
        author="Someone",
        licence="CC0-1.0",
        path=str(tmp_path / "r.yml"),
        line=1,
        logsource=Logsource("windows", "process_creation"),
        selections={
            "selection": Item("Image", (Text(("C:\\Windows\\System32\\whoami.exe",)),), line=18),
            "filter": Item("User", (Text(("adm_", 0)),), modifiers=("startswith",), line=20),
        },
        condition=And((Selection("selection"), Not(Selection("filter")))),
        tags=("attack.discovery", "attack.t1033"),
        name="whoami",
        fields=("Image", "User"),
        description="Detects a whoami.exe execution",
    )
    assert verdict(tmp_path, EXAMPLE) == Verdict(
        str(tmp_path / "r.yml"),
        1,
        "929a690e-bef0-4204-a928-ef5e620d6fcc",
        "Whoami Execution",
        "compiled",
    )


def test_an_id_is_made_from_the_content(tmp_path: Path) -> None:
    first = one(tmp_path, HEAD + BODY)
    moved = load_rules([write(tmp_path / "other", f"\n# comment\n{HEAD}level: low\n{BODY}")])
    assert first.id == moved.rules[0].id
    assert first.id != one(tmp_path, (HEAD + BODY).replace("A: 1", "A: 2")).id


def test_all_errors_of_a_document_are_told(tmp_path: Path) -> None:
    text = """\
id: [1]
status: good
level: urgent
logsource: {definition: x}
detection:
  sel:
    A|wrong: 1
    B|re: '('
  condition: sel and other
"""
    found = verdict(tmp_path, text)
    assert found.state == "invalid"
    path = f"{tmp_path / 'r.yml'}:"
    lines = found.why.splitlines()
    assert all(line.startswith(path) and "; " in line for line in lines)
    assert [line.removeprefix(path).split(": ")[0] for line in lines] == [
        "1:1",
        "1:5",
        "3:8",
        "2:9",
        "4:1",
        "7:7",
        "8:11",
        "9:22",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("just text", "1:1: the document is text; write a rule as a map"),
        ("[a]", "1:1: the document is a list; write a rule as a map"),
        ("title: T\n", "1:1: no detection; add a detection or remove the document"),
        (f"title: T\n{BODY}", "1:1: no logsource; add a logsource with a product, a category or"),
        (f"logsource: {{product: a}}\n{BODY}", "1:1: no title; add a title"),
        (f"{HEAD}detection: 1\n", "3:12: the detection is a number; write selections and a"),
        (f"{HEAD}detection:\n  condition: 1 of them\n", "4:3: no selection; add one, for example"),
        (f"{HEAD}detection:\n  sel:\n    A: 1\n", "4:3: no condition; add one, for example"),
        (f"{HEAD}detection:\n  sel: {{A: 1}}\n  condition: []\n", "5:14: an empty list of cond"),
        (f"{HEAD}detection:\n  sel: {{A: 1}}\n  condition: [{{a: b}}]\n", "5:15: a condition is a"),
        (f"title: {'T' * 257}\nlogsource: {{product: a}}\n{BODY}", "1:8: the title has over 256"),
        (f"{HEAD}{BODY}filter: {{}}\n", "1:1: detection and filter in one document; write one"),
        (f"{HEAD}{BODY}tags: {{a: b}}\n", "7:7: tags is a map; write a list"),
        (f"{HEAD}{BODY}author: {{a: b}}\n", "7:9: author is a map; write a list"),
        (f"{HEAD}{BODY}action: other\n", "7:9: the action 'other' is not known; use one of"),
        (f"{HEAD}{BODY}action: repeat\n", "7:9: repeat without a rule before it; put it after a"),
    ],
)
def test_what_makes_a_document_invalid(tmp_path: Path, text: str, expected: str) -> None:
    found = verdict(tmp_path, text)
    assert found.state == "invalid"
    assert f"{tmp_path / 'r.yml'}:{expected}" in found.why


def test_one_bad_rule_never_stops_the_others(tmp_path: Path) -> None:
    good = HEAD + BODY
    loaded = load(tmp_path, f"a: [\n---\n{good}---\ntitle: x\n---\n{good.replace('A: 1', 'A: 2')}")
    assert [v.state for v in loaded.verdicts] == ["invalid", "compiled", "invalid", "compiled"]
    assert [rule.line for rule in loaded.rules] == [3, 12]


def test_the_later_rule_of_an_id_is_invalid(tmp_path: Path) -> None:
    rule = f"id: AB-1\n{HEAD}{BODY}"
    write(tmp_path, rule, "a.yml")
    write(tmp_path, rule.lower().replace("title", "title").replace("t\n", "T\n", 1), "b.yml")
    loaded = load_rules([tmp_path])
    assert [v.state for v in loaded.verdicts] == ["compiled", "invalid"]
    where = f"{tmp_path / 'b.yml'}:1:1: the id ab-1 is taken by {tmp_path / 'a.yml'}:1; "
    assert loaded.verdicts[1].why.startswith(where)


def test_an_invalid_rule_holds_no_id(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"id: A\ntitle: T\n---\nid: A\n{HEAD}{BODY}")
    assert [v.state for v in loaded.verdicts] == ["invalid", "compiled"]


def test_missing_values_are_named(tmp_path: Path) -> None:
    text = f"{HEAD}detection:\n  sel:\n    A|expand: ['%one%%two%', '%one%']\n  condition: sel\n"
    found = verdict(tmp_path, text, expand={"three": ["x"]})
    assert found.state == "needs value"
    assert found.why == "needs values for %one%, %two%; set them under `expand`"
    assert verdict(tmp_path, text, expand={"one": ["x"], "two": ["y"]}).state == "compiled"


def test_an_unknown_taxonomy_is_unsupported(tmp_path: Path) -> None:
    found = verdict(tmp_path, f"{HEAD}taxonomy: own\n{BODY}")
    assert (found.state, "taxonomy 'own'" in found.why) == ("unsupported", True)
    assert verdict(tmp_path, f"{HEAD}taxonomy: sigma\n{BODY}").state == "compiled"


def test_defaults(tmp_path: Path) -> None:
    rule = one(tmp_path, f"name: n\nlogsource: {{service: SSHD}}\nauthor: [a, b]\n{BODY}")
    assert (rule.title, rule.level, rule.status, rule.licence) == ("n", "medium", "", "")
    assert (rule.author, rule.logsource) == ("a, b", Logsource(service="sshd"))


def test_actions_of_sigma_1(tmp_path: Path) -> None:
    text = """\
action: global
title: Shared
level: high
detection:
  condition: sel or more
  more: {Z: 9}
---
id: one
logsource: {product: a}
detection:
  sel: {A: 1}
---
action: repeat
id: two
logsource: {product: b}
---
action: reset
---
id: three
title: Own
logsource: {product: c}
detection:
  sel: {C: 1}
  condition: sel
"""
    loaded = load(tmp_path, text)
    assert [(v.id, v.state, v.line) for v in loaded.verdicts] == [
        ("", "compiled", 1),
        ("one", "compiled", 8),
        ("two", "compiled", 13),
        ("", "compiled", 17),
        ("three", "compiled", 19),
    ]
    one_, two, three = loaded.rules
    assert (one_.title, one_.level, one_.line) == ("Shared", "high", 8)
    assert one_.condition == Or((Selection("sel"), Selection("more")))
    assert two.selections == one_.selections
    assert two.logsource == Logsource("b")
    assert three.title == "Own" and set(three.selections) == {"sel"}


def test_progress_is_told_per_file(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yaml", "c.txt", "sub/d.yml", ".hidden/e.yml"):
        write(tmp_path, HEAD + BODY.replace("1", name), name)
    told: list[tuple[int, int]] = []
    loaded = load_rules([tmp_path], on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert len(loaded.rules) == 3
