"""Everything that is wrong with a rule set is said at once, with places and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.errors import ConfigError
from vedette.seclang.parse import load_program

RULE = 'SecRule ARGS "@rx x" '

FAULTS: dict[str, list[str]] = {
    'SecRule ARGS "@rx x': ['1:14: this " is not closed; close it, or end the line with \\'],
    "SecRule ARGS": [
        '1:13: SecRule needs variables and an operator: SecRule ARGS "@rx ..."',
    ],
    'SecRule NOPE "@rx x" "id:1"': [
        "1:9: there is no variable NOPE; see the reference for the names"
    ],
    'SecRule GEO:COUNTRY "@rx x" "id:1"': [
        "1:9: the variable GEO is not supported: there is no @geoLookup here that would fill it"
    ],
    'SecRule ARGS|NOPE|ARGS:/(/ "@foo x" "id:1,foo,t:bar"': [
        "1:43: there is no action 'foo'; see the reference",
        "1:47: there is no transformation 'bar'; see the reference",
        "1:14: there is no variable NOPE; see the reference for the names",
        "1:24: no regular expression: missing ) at position 1 (missing ): (?ism)();"
        " escape what is meant literally",
        "1:29: there is no operator @foo; see the reference",
    ],
    'SecRule REQUEST_URI:x "@rx x" "id:1"': [
        "1:21: REQUEST_URI is one value and has no keys; leave out what follows the colon"
    ],
    'SecRule ARGS: "@rx x" "id:1"': [
        "1:14: a key was expected after the colon: a name, '/expression/' or 'name'"
    ],
    'SecRule !&ARGS "@rx x" "id:1"': ["1:9: a variable has one sign, ! or &, not both"],
    'SecRule ARGS| "@rx x" "id:1"': ["1:14: a variable was expected here, not ''"],
    'SecRule "ARGS REQUEST_URI" "@rx x" "id:1"': ["1:14: a | was expected between two variables"],
    'SecRule ARGS "@rx a(" "id:1"': [
        "1:15: no regular expression: missing ) at position 2 (missing ): (?sm)a();"
        " escape what is meant literally"
    ],
    'SecRule ARGS "@inspectFile x" "id:1"': [
        "1:15: the operator @inspectFile is not supported: no program is run on requests;"
        " scan uploads by a service of their own"
    ],
    'SecRule ARGS "@pm" "id:1"': ["1:15: @pm needs an argument; write @pm ..."],
    'SecRule ARGS "@pmFromFile no.data" "id:1"': [
        "1:15: no.data can't be read: there is no such file"
    ],
    'SecRule ARGS "@validateByteRange 9-300" "id:1"': [
        "1:15: '9-300' is no list of bytes; write 9,10,13,32-126"
    ],
    'SecRule ARGS "@streq %{nope.x}" "id:1"': [
        "1:15: in %{nope.x}: there is no variable nope; see the reference for the names"
    ],
    'SecRule ARGS "@streq %{tx.x" "id:1"': ["1:15: this macro is not closed; write }"],
    RULE + '"phase:1,pass"': ["1:1: a rule needs an id; write id:... among its actions"],
    RULE: ["1:1: a rule needs an id; write id:... among its actions"],
    RULE + '"id:1"\nSecAction "id:1"': [
        "2:1: the id 1 is taken by the rule at rules.conf:1; choose another"
    ],
    RULE + '"id:0"': ["1:23: id needs a number, not '0'"],
    RULE + '"id:1,phase:6"': ["1:28: a phase is 1 to 5, request, response or logging"],
    RULE + '"id:1,severity:9"': [
        "1:28: a severity is 0 to 7 or one of EMERGENCY, ALERT, CRITICAL, ERROR, WARNING,"
        " NOTICE, INFO, DEBUG"
    ],
    RULE + '"id:1,status:99"': ["1:28: a status is between 100 and 599"],
    RULE + '"id:1,exec:/bin/x"': [
        "1:28: the action exec is not supported: no program is run on requests"
    ],
    RULE + "\"id:1,msg:'a" + '"': ["1:32: this ' is not closed; close it before the next comma"],
    RULE + '"id:1 phase:2"': ["1:23: id needs a number, not '1 phase:2'"],
    RULE + '"id:1,log phase:2"': ["1:32: a comma was expected between two actions"],
    RULE + '"id:1,"': ["1:28: an action was expected here, not ''"],
    RULE + '"id:1,allow:all"': ["1:28: allow takes phase, request, or nothing"],
    RULE + '"id:1,redirect"': ["1:28: redirect needs a URL; write redirect:'https://...'"],
    RULE + '"id:1,setvar:x"': ["1:28: setvar needs a collection and a name: tx.name=value"],
    RULE + '"id:1,setvar:args.x=1"': [
        "1:28: args can't be set; use GLOBAL, IP, RESOURCE, SESSION, TX, USER"
    ],
    RULE + '"id:1,setvar"': ["1:28: setvar needs an argument; write setvar:..."],
    RULE + '"id:1,expirevar:ip.x"': ["1:28: expirevar needs a number of seconds: ip.name=60"],
    RULE + '"id:1,initcol:tx=1"': ["1:28: initcol needs a collection and a key: ip=%{REMOTE_ADDR}"],
    RULE + '"id:1,ctl:ruleEngine=maybe"': [
        "1:28: ruleEngine is one of on, off, detectiononly, not 'maybe'"
    ],
    RULE + '"id:1,ctl:ruleRemoveById=x"': [
        "1:28: 'x' is no list of rule ids; write 942100 or 942100-942199"
    ],
    RULE + '"id:1,ctl:ruleRemoveTargetById=5"': [
        "1:28: ruleRemoveTargetById needs a rule and a variable: 942100;ARGS:name"
    ],
    RULE + '"id:1,ctl:ruleRemoveTargetById=5;NOPE"': [
        "1:28: there is no variable NOPE; see the reference for the names"
    ],
    RULE + '"id:1" more': ["1:29: nothing was expected here; check the quotes"],
    RULE + '"id:1,chain"': ["1:1: this chain has no end; add its last rule, or remove chain"],
    RULE + '"id:1,chain"\n' + RULE + '"deny"': [
        "2:1: deny belongs to the first rule of a chain; move it there"
    ],
    "<IfModule mod_security2.c>\nSecRuleEngine On\n</IfModule>": [
        "1:1: sections of Apache (<IfModule) are not supported; put what is inside into a file"
        " of its own, or use a rule on REQUEST_FILENAME",
        "3:1: sections of Apache (</IfModule>) are not supported; put what is inside into a file"
        " of its own, or use a rule on REQUEST_FILENAME",
    ],
    "SecNope On": ["1:1: there is no directive 'SecNope'; see the reference"],
    "SecRuleEngine maybe": ["1:15: SecRuleEngine is one of on, off, detectiononly"],
    "SecRequestBodyLimit many": [
        "1:21: a number up to 1099511627776 was expected, not 'many'",
    ],
    "SecRequestBodyLimit": ["1:20: SecRequestBodyLimit needs one value, not 0"],
    "SecRemoteRules key https://example.com/": [
        "1:1: SecRemoteRules is not supported: rules are never fetched over the network;"
        " download and review them"
    ],
    "SecRuleScript x.lua": [
        "1:1: SecRuleScript is not supported: scripts are not run; write the rule as SecRule"
    ],
    "SecXmlExternalEntity On": [
        "1:22: SecXmlExternalEntity is not supported: documents that requests name are not loaded"
    ],
    'SecArgumentSeparator "&&"': ["1:23: SecArgumentSeparator is one ASCII character"],
    "SecUnicodeMapFile no.map 20127": ["1:19: no.map can't be read: there is no such file"],
    'SecDefaultAction "phase:1,log"': [
        "1:18: SecDefaultAction needs pass, deny, drop, allow or redirect"
    ],
    'SecDefaultAction "phase:1,pass"\nSecDefaultAction "phase:1,deny"': [
        "2:18: phase 1 has a SecDefaultAction already; remove one"
    ],
    'SecDefaultAction "phase:1,pass,msg:x"': [
        "1:18: SecDefaultAction takes log actions, transformations, a status and tags"
    ],
    "Include nowhere.conf": [
        "1:9: nowhere.conf can't be read: there is no such file; check the path"
    ],
    "Include rules.conf": ["1:9: rules.conf is included by itself, or deeper than 16 files"],
    "SecRuleRemoveById x-1": ["1:19: 'x-1' is no rule id; write 942100 or 942100-942199"],
    "SecRuleRemoveById 9-1": ["1:19: the range 9-1 is empty; write the smaller id first"],
    "SecRuleUpdateTargetById 1": [
        "1:25: SecRuleUpdateTargetById needs rules, variables and maybe those they replace"
    ],
    'SecAction "id:1"\nSecRuleUpdateActionById 1 "id:2"': [
        "2:28: the id and the phase of a rule can't be updated; leave them out"
    ],
    'SecAction "id:1"\nSecRuleUpdateActionById 1:1 "nolog"': [
        "2:1: rule 1 has no link 1; it has 0"
    ],
    'SecRule ARGS \\\n  "@rx x" \\\n  "id:1,\\\n  foo"': [
        "4:3: there is no action 'foo'; see the reference"
    ],
}


def _load(text: str) -> None:
    load_program([Path("rules.conf")], data={"rules.conf": text.encode()})


@pytest.mark.parametrize("text", FAULTS)
def test_faults(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        _load(text)
    assert raised.value.faults == [f"rules.conf:{fault}" for fault in FAULTS[text]]


def test_a_flood_of_faults_is_cut() -> None:
    with pytest.raises(ConfigError) as raised:
        _load("SecNope\n" * 1_500)
    assert len(raised.value.faults) == 1_001
    assert raised.value.faults[-1] == "500 more faults; mend the first ones and try again"


PIECES = st.sampled_from(
    [
        "SecRule ",
        "SecAction ",
        "SecMarker ",
        "Include ",
        "SecRuleUpdateTargetById ",
        "SecRuleRemoveById ",
        "ARGS",
        "ARGS:",
        "'/",
        "/'",
        "!",
        "&",
        '"',
        "'",
        ",",
        " ",
        "\\",
        "@rx ",
        "@pm ",
        "id:",
        "1",
        "phase:",
        "chain",
        "t:",
        "none",
        "msg:",
        "%{",
        "}",
        "tx.a",
        "=",
        "setvar:",
        "ctl:",
        "ruleRemoveById=",
        "\n",
        "\r\n",
        "#",
        "x",
        "é",
        "<If",
        "\\\n",
        "(",
        "[",
        "*",
        "\x00",
    ]
) | st.just("|")


@given(st.lists(PIECES, max_size=30).map("".join).map(str.encode) | st.binary(max_size=60))
def test_any_text_is_read_or_refused(content: bytes) -> None:
    try:
        load_program([Path("rules.conf")], data={"rules.conf": content})
    except ConfigError as error:
        assert error.faults
        assert all(":" in fault for fault in error.faults)
