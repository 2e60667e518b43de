"""Rule files as a whole: defaults, updates, includes, the Core Rule Set."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

import corpora
from vedette.model.errors import ConfigError
from vedette.seclang.ir import (
    Action,
    Default,
    Marker,
    Operator,
    Place,
    Program,
    Rule,
    Settings,
    Target,
)
from vedette.seclang.parse import load_program, sources
from vedette.seclang.text import raw


def load(text: str, **more: bytes) -> Program:
    data = {name.replace("__", "."): content for name, content in more.items()}
    return load_program([Path("rules.conf")], data={"rules.conf": text.encode(), **data})


def only(program: Program) -> Rule:
    (rule,) = program.entries
    assert isinstance(rule, Rule)
    return rule


def rules(program: Program) -> list[Rule]:
    return [entry for entry in program.entries if isinstance(entry, Rule)]


def test_a_rule_with_all_that_it_can_say() -> None:
    program = load(
        r"""
SecRule ARGS|!ARGS:'/^x y/'|&TX:count|XML:/*|REQUEST_COOKIES:'/^a|b/'|args_get.'n m' \
    "!@rX foo\"bar" \
    "id:'942100',\
    phase:request,\
    block,status:404,capture,multiMatch,t:none,t:lowercase,t:normalisePath,\
    msg:'it\'s a, b',logdata:'%{TX.0}',tag:'a/b',tag:c,ver:'CRS/4',rev:'2',severity:'CRITICAL',\
    maturity:'9',accuracy:8,noauditlog,skip:2,skipAfter:END,\
    setvar:'tx.score=+%{tx.critical}',ctl:RULEREMOVEBYID=5,\
    chain"
    SecRule MATCHED_VAR "@pm a  b" "setvar:!tx.x,nolog,chain"
    SecAction "t:none"
SecMarker "END"
"""
    )
    rule, marker = program.entries
    assert rule == Rule(
        id=942100,
        phase=2,
        targets=(
            Target("ARGS"),
            Target("ARGS", None, "^x y", excluded=True),
            Target("TX", "count", counted=True),
            Target("XML", "/*"),
            Target("REQUEST_COOKIES", None, "^a|b"),
            Target("ARGS_GET", "n m"),
        ),
        operator=Operator("rx", r"foo\"bar", True),
        place=Place("rules.conf", 2),
        transformations=("lowercase", "normalizepath"),
        multi_match=True,
        disruptive="block",
        status=404,
        actions=(
            Action("setvar", "tx.score=+%{tx.critical}"),
            Action("ctl", "ruleRemoveById=5"),
        ),
        msg="it's a, b",
        logdata="%{TX.0}",
        severity=2,
        tags=("a/b", "c"),
        ver="CRS/4",
        rev="2",
        maturity=9,
        accuracy=8,
        skip=2,
        skip_after="END",
        auditlog=False,
        capture=True,
        links=(
            Rule(
                0,
                2,
                (Target("MATCHED_VAR"),),
                Operator("pm", "a  b"),
                Place("rules.conf", 11),
                actions=(Action("setvar", "!tx.x"),),
                log=False,
                auditlog=False,
            ),
            Rule(0, 2, (), Operator("unconditionalmatch"), Place("rules.conf", 12)),
        ),
    )
    assert marker == Marker("END", Place("rules.conf", 13))
    assert program.warnings == ()


@pytest.mark.parametrize(
    ("written", "operator"),
    [
        ('"foo"', Operator("rx", "foo")),
        ('"!foo"', Operator("rx", "foo", True)),
        ('"! @streq a "', Operator("streq", "a ", True)),
        ('"@streq  a"', Operator("streq", " a")),
        ('" @pm\ta"', Operator("pm", "a")),
        ('"@detectSQLi"', Operator("detectsqli")),
        ('"@unconditionalMatch x"', Operator("unconditionalmatch")),
        ("foo", Operator("rx", "foo")),
        ("@detectXSS", Operator("detectxss")),
        ("@streq a", Operator("streq", "a")),
        ("!@within a", Operator("within", "a", True)),
        ("'@streq a\"b'", Operator("streq", 'a"b')),
        (r'"@rx a\\"', Operator("rx", r"a\\")),
        ('"@ipMatchF nets"', Operator("ipmatchfromfile", "nets", False, ("nets",))),
        ('"@pmf words nets"', Operator("pmfromfile", "words nets", False, ("words", "nets"))),
    ],
)
def test_operators(written: str, operator: Operator) -> None:
    program = load(f'SecRule ARGS {written} "id:1"', words=b"a", nets=b"10.0.0.0/8")
    assert only(program).operator == operator


def test_comments_hide_joined_directives_but_prose_does_not() -> None:
    program = load(
        'SecAction "id:1" # behind\n#SecAction \\\n  "id:2,\\\n  nope"\n# prose \\\n'
        'SecAction "id:3"\n   # SecRule a \\\n\nSecAction \\\r\n  "id:4"\r\n'
    )
    assert [rule.id for rule in rules(program)] == [1, 3, 4]


def test_bytes_that_are_no_text_reach_the_operators() -> None:
    content = b'SecRule ARGS "@rx \xff\xc3\xa9" "id:1"'
    program = load_program([Path("r")], data={"r": content})
    assert raw(only(program).operator.argument) == b"\xff\xc3\xa9"


def test_defaults_hold_for_the_whole_rule_set() -> None:
    program = load(
        'SecRule ARGS "a" "id:1,phase:1,t:trim"\n'
        'SecRule ARGS "a" "id:2,phase:1,t:trim,t:none,log"\n'
        'SecDefaultAction "phase:1,nolog,auditlog,deny,status:418,t:lowercase,tag:x"\n'
        'SecAction "id:3"'
    )
    first, second, third = rules(program)
    assert (first.tags, third.tags) == (("x",), ())
    assert (first.transformations, first.log, first.auditlog) == (
        ("lowercase", "trim"),
        False,
        True,
    )
    assert (second.transformations, second.log, second.auditlog) == ((), True, True)
    assert (third.phase, third.log, third.disruptive) == (2, True, "")
    assert program.defaults == {
        1: Default("deny", "", 418, False, True, ("lowercase",)),
        **{phase: Default() for phase in (2, 3, 4, 5)},
    }


def test_updates_apply_whatever_their_order() -> None:
    program = load(
        'SecRuleUpdateTargetById 1 "!ARGS:x"\nSecRuleUpdateTargetById 2-3 REQUEST_URI\n'
        'SecRuleRemoveByTag gone\nSecRuleUpdateActionById 2 "deny,status:405,tag:z,nolog,t:none"\n'
        'SecRule ARGS "a" "id:1,msg:\'first\'"\nSecRule ARGS "a" "id:2,pass,tag:y,t:trim"\n'
        'SecRule ARGS "a" "id:3,tag:gone"\nSecRule ARGS "a" "id:4"\n'
        'SecRule ARGS "a" "id:5,msg:\'m m\'"\n'
        'SecRuleRemoveById 4 "99-100"\nSecRuleRemoveByMsg "m m"\n'
        'SecRuleUpdateTargetByMsg first "!REQUEST_COOKIES:/^_ga/|ARGS"\n'
        'SecRuleUpdateTargetByTag y "ARGS_NAMES" "ARGS"\n'
        'SecRule ARGS "a" "id:6,chain"\nSecRule ARGS "a" "t:trim"\n'
        'SecRuleUpdateActionById 6:1 "t:none,setvar:tx.a=1"\n'
    )
    first, second, sixth = rules(program)
    assert first.targets == (
        Target("ARGS"),
        Target("ARGS", "x", excluded=True),
        Target("REQUEST_COOKIES", None, "^_ga", excluded=True),
    )
    assert second.targets == (Target("REQUEST_URI"), Target("ARGS_NAMES"))
    assert (second.disruptive, second.status, second.tags) == ("deny", 405, ("y", "z"))
    assert (second.log, second.transformations) == (False, ())
    assert sixth.links[0].transformations == ()
    assert sixth.links[0].actions == (Action("setvar", "tx.a=1"),)
    assert program.warnings == ("rules.conf:10: no rule is meant by this; it changes nothing",)


def test_what_modsecurity_lets_pass_is_warned_of() -> None:
    program = load(
        'SecMarker A\nSecAction "id:1,skipAfter:A"\nSecRule ARGS "a" "id:2,chain"\n'
        'SecRule ARGS "a" "id:3"\nSecRuleRemoveById 7'
    )
    assert program.warnings == (
        "rules.conf:4:1: id and phase of a chained rule mean nothing",
        "rules.conf:5: no rule is meant by this; it changes nothing",
        "rules.conf:2: no SecMarker A follows; the rest of the phase is skipped",
    )


def test_settings() -> None:
    program = load(
        "SecRuleEngine On\nSecRequestBodyAccess off\nSecRequestBodyLimit 10\n"
        "SecRequestBodyNoFilesLimit 11\nSecRequestBodyLimitAction ProcessPartial\n"
        "SecRequestBodyJsonDepthLimit 12\nSecResponseBodyAccess On\nSecResponseBodyLimit 13\n"
        "SecResponseBodyLimitAction Reject\nSecResponseBodyMimeType text/a Text/B\n"
        'SecResponseBodyMimeType "text/c"\nSecArgumentsLimit 14\nSecArgumentSeparator ";"\n'
        'SecCookieFormat 1\nSecCollectionTimeout 15\nSecComponentSignature "a/1"\n'
        "secComponentSignature b/2\nSecUnicodeMapFile unicode__map 20127\nSecDebugLog /a b\n"
        "SecAuditLogParts ABC\nSecXmlExternalEntity Off\n".replace("__", "."),
        unicode__map=b"x",
    )
    assert program.settings == Settings(
        engine="on",
        request_body_access=False,
        request_body_limit=10,
        request_body_no_files_limit=11,
        request_body_limit_action="processpartial",
        request_body_json_depth=12,
        response_body_access=True,
        response_body_limit=13,
        response_body_limit_action="reject",
        response_body_types=("text/a", "text/b", "text/c"),
        arguments_limit=14,
        argument_separator=";",
        cookie_format=1,
        unicode_map=("unicode.map", 20127),
        collection_timeout=15,
        component_signatures=("a/1", "b/2"),
        others=(("SecDebugLog", "/a b"), ("SecAuditLogParts", "ABC")),
    )
    assert program.sources[1] == ("unicode.map", hashlib.sha256(b"x").hexdigest())


def test_files_are_found_beside_the_file_that_names_them(tmp_path: Path) -> None:
    inside = tmp_path / "rules"
    inside.mkdir()
    (tmp_path / "main.conf").write_text(
        'Include rules\nIncludeOptional "rules/*.none"\nIncludeOptional rules/nope.conf\n'
        "Include rules/*.more\n"
    )
    (inside / "b.conf").write_text('SecRule ARGS "@pmFromFile words.data" "id:2"')
    (inside / "a.conf").write_text('SecAction "id:1"')
    (inside / "c.more").write_text('SecAction "id:3"')
    (inside / "words.data").write_text("foo")
    program = load_program([tmp_path / "main.conf"])
    assert [rule.id for rule in rules(program)] == [1, 2, 3]
    words = str(inside / "words.data")
    assert rules(program)[1].operator.files == (words,)
    assert dict(program.sources)[words] == hashlib.sha256(b"foo").hexdigest()
    assert [Path(name).name for name, _ in program.sources] == [
        "main.conf",
        "a.conf",
        "b.conf",
        "words.data",
        "c.more",
    ]
    assert load_program([inside]).entries == program.entries[:2]


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_program([tmp_path / "*.conf", tmp_path / "x.conf", Path("/dev/zero")])
    assert raised.value.faults == [
        f"{tmp_path}/*.conf: no file is found here; check the path",
        *(
            f"{path}: {path} can't be read: there is no such file; check the path"
            for path in (f"{tmp_path}/x.conf", "/dev/zero")
        ),
    ]


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {f"{n}.conf": f"Include {n + 1}.conf".encode() for n in range(20)}
    with pytest.raises(ConfigError, match=r"15\.conf:1:9: 16\.conf is included by itself, or deep"):
        load_program([Path("0.conf")], data=data)
    monkeypatch.setattr(sources, "BYTES", 10 << 20)
    with pytest.raises(ConfigError, match="all files together are larger than 10 MiB"):
        load_program([Path("a")], data={"a": b"#" * (11 << 20)})


@pytest.mark.corpus
def test_the_core_rule_set_is_read_whole_and_fast() -> None:
    root = corpora.crs()
    begun = time.process_time()
    program = load_program([root / "crs-setup.conf.example", root / "rules"])
    took = time.process_time() - begun
    found = rules(program)
    links = [rule for first in found for rule in (first, *first.links)]
    assert program.warnings == ()
    assert program.settings.component_signatures != ()
    assert len(found) > 600
    assert sum(len(rule.links) for rule in found) > 60
    assert sum(rule.operator.name == "rx" for rule in links) > 300
    assert sum(rule.operator.name == "pmfromfile" for rule in links) > 15
    assert all(rule.operator.files for rule in links if rule.operator.name == "pmfromfile")
    updated = {rule.id: rule for rule in found}[941100].targets
    assert Target("REQUEST_COOKIES", None, r"^_ga(?:_\w+)?$", excluded=True) in updated
    assert took < 10  # 0.3 s; this is a guard against a parser that is not linear


@pytest.mark.corpus
def test_the_commented_examples_of_the_core_rule_set_can_be_switched_on() -> None:
    """Every directive that its authors suggest to users, all at once."""
    root = corpora.crs()
    for name in (
        "REQUEST-900-EXCLUSION-RULES-BEFORE-CRS",
        "RESPONSE-999-EXCLUSION-RULES-AFTER-CRS",
    ):
        text = (root / "rules" / f"{name}.conf.example").read_text()
        assert "SecRule" in text
        load_program([root / "rules" / f"{name}.conf.example"])
