"""What rules do, each kind of it in small, with libmodsecurity beside where its wheel is there."""

from __future__ import annotations

import pytest

from seclang.run.rule_tables import FORM, HOST, Row, check, check_oracle
from vedette.seclang.request import Response

ASK = "pass,log,phase:2"
SET = 'SecAction "id:1,phase:1,pass,nolog,setvar:tx.a=5,setvar:tx.b=two,setvar:tx.z=0"\n'
PAGE = Response(200, ((b"Content-Type", b"text/html"), (b"X-Powered-By", b"PHP/8")))


def told(variable: str, value: str, **more: object) -> Row:
    """Whether a variable is equal to a value."""
    return Row(f'SecRule {variable} "@streq {value}" "id:9,{ASK}"', (9,), **more)  # type: ignore[arg-type]  # named by the caller


def none(variable: str, **more: object) -> Row:
    """A variable that has no value."""
    return Row(f'SecRule {variable} "@unconditionalMatch" "id:9,{ASK}"', (), **more)  # type: ignore[arg-type]  # named by the caller


def sets(actions: str, name: str, value: str, **more: object) -> Row:
    """What TX:name is after the actions."""
    rules = f'{SET}SecAction "id:2,phase:2,pass,nolog,{actions}"\n'
    return Row(f'{rules}SecRule TX:{name} "@streq {value}" "id:9,{ASK}"', (9,), **more)  # type: ignore[arg-type]  # named by the caller


def act(number: int, phase: int, actions: str) -> str:
    """An action without condition, written as a rule: libmodsecurity logs no SecAction."""
    return f'SecRule REQUEST_METHOD "@rx ." "id:{number},phase:{phase},{actions}"\n'


def rule(number: int, actions: str, what: str = 'ARGS:a "@streq 1"') -> str:
    return f'SecRule {what} "id:{number},phase:2,{actions}"\n'


def hit(number: int) -> str:
    return rule(number, "pass,log")


MACROS = {
    "argument": sets("setvar:tx.v=%{ARGS.b}", "v", "two"),
    "header": sets("setvar:tx.v=%{REQUEST_HEADERS.host}", "v", "shop.example"),
    "colon": sets("setvar:tx.v=%{ARGS:b}", "v", "two"),
    "scalar": sets("setvar:tx.v=%{REMOTE_ADDR}", "v", "203.0.113.7"),
    "several": sets("setvar:tx.v=%{tx.a}-%{tx.b}.", "v", "5-two."),
    "case": sets("setvar:tx.v=%{TX.A}", "v", "5"),
    "missing": sets("setvar:tx.v=x%{tx.nothing}x", "v", "xx"),
    "name": sets("setvar:tx.v_%{tx.b}=1", "v_two", "1"),
    "operator": Row(f'{SET}SecRule ARGS:b "@streq %{{tx.b}}" "id:9,{ASK}"', (9,)),
    "contains": Row(f'{SET}SecRule ARGS:b "@contains %{{tx.nothing}}" "id:9,{ASK}"', (9,)),
    "number": Row(f'{SET}SecRule TX:a "@eq %{{tx.a}}" "id:9,{ASK}"', (9,)),
    "matched": Row(
        rule(1, "pass,nolog,setvar:tx.n=%{MATCHED_VAR_NAME},setvar:tx.v=%{MATCHED_VAR}")
        + f'SecRule TX:n "@streq ARGS:a" "id:8,{ASK}"\nSecRule TX:v "@streq 1" "id:9,{ASK}"',
        (8, 9),
    ),
    "rule id": Row(
        rule(7, "pass,nolog,setvar:tx.n=%{RULE.id}") + f'SecRule TX:n "@eq 7" "id:9,{ASK}"', (9,)
    ),
    "captured": Row(
        rule(1, "pass,nolog,capture,setvar:tx.v=%{tx.1}", 'ARGS:b "@rx t(w)o"')
        + f'SecRule TX:v "@streq w" "id:9,{ASK}"',
        (9,),
    ),
}

VARIABLES = {
    "REQUEST_URI": told("REQUEST_URI", "/shop/list.php?a=1&b=two"),
    "REQUEST_URI decoded": told("REQUEST_FILENAME", "/a b", target=b"/a%20b?x=%20"),
    "REQUEST_URI raw": told("REQUEST_URI_RAW", "/a%20b?x=%20", target=b"/a%20b?x=%20"),
    "REQUEST_URI of a proxy": told("REQUEST_URI", "/a?b", target=b"http://shop.example/a?b"),
    "REQUEST_FILENAME": told("REQUEST_FILENAME", "/shop/list.php"),
    "REQUEST_BASENAME": told("REQUEST_BASENAME", "list.php"),
    "REQUEST_LINE": told("REQUEST_LINE", "GET /shop/list.php?a=1&b=two HTTP/1.1"),
    "REQUEST_METHOD": told("REQUEST_METHOD", "GET"),
    "REQUEST_PROTOCOL": told("REQUEST_PROTOCOL", "HTTP/1.1"),
    "QUERY_STRING": told("QUERY_STRING", "a=1&b=two"),
    "REMOTE_ADDR": told("REMOTE_ADDR", "203.0.113.7"),
    "REMOTE_PORT": told("REMOTE_PORT", "4711"),
    "SERVER_ADDR": told("SERVER_ADDR", "192.0.2.1"),
    "SERVER_PORT": told("SERVER_PORT", "80"),
    "SERVER_NAME": told("SERVER_NAME", "shop.example"),
    "AUTH_TYPE": told("AUTH_TYPE", "Basic", headers=(HOST, (b"Authorization", b"Basic YTpi"))),
    "ARGS_COMBINED_SIZE": told(
        "ARGS_COMBINED_SIZE", "6", theirs=(), why="it says 6.000000; numbers compare alike"
    ),
    "ARGS": told("ARGS", "two"),
    "ARGS_NAMES": told("ARGS_NAMES", "b"),
    "ARGS_GET": told("ARGS_GET:b", "two"),
    "ARGS_POST of a query": none("ARGS_POST"),
    "ARGS_POST": told("ARGS_POST:c", "d e", body=b"c=d+e"),
    "REQUEST_BODY": told("REQUEST_BODY", "c=d+e", body=b"c=d+e"),
    "REQUEST_BODY_LENGTH": told("REQUEST_BODY_LENGTH", "5", body=b"c=d+e"),
    "REQBODY_PROCESSOR": told("REQBODY_PROCESSOR", "URLENCODED", body=b"c=d"),
    "REQUEST_COOKIES": told("REQUEST_COOKIES:s", "1", headers=(HOST, (b"Cookie", b"s=1; t=2"))),
    "cookie names": told("REQUEST_COOKIES_NAMES", "t", headers=(HOST, (b"Cookie", b"s=1; t=2"))),
    "header names": told("REQUEST_HEADERS_NAMES", "Host"),
    "UNIQUE_ID": Row(f'SecRule UNIQUE_ID "@rx ." "id:9,{ASK}"', (9,)),
    "TIME_YEAR": Row(f'SecRule TIME_YEAR "@ge 2023" "id:9,{ASK}"', (9,)),
    "REQBODY_ERROR": told("REQBODY_ERROR", "0"),
    "REQBODY_ERROR of JSON": Row(
        'SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"\n'
        f'SecRule REQBODY_ERROR "@eq 1" "id:9,{ASK}"',
        (9,),
        body=b'{"a":',
        headers=(HOST, (b"Content-Type", b"application/json")),
    ),
    "no answer yet": Row(f'SecRule RESPONSE_STATUS "!@rx ." "id:9,{ASK}"', (9,)),
    "no user": Row(f'SecRule AUTH_TYPE "!@rx ." "id:9,{ASK}"', (9,)),
    "a negated operator on what is not there": Row(
        f'SecRule AUTH_TYPE "!@streq Basic" "id:9,{ASK}"', (9,)
    ),
    "REMOTE_USER": told("REMOTE_USER", "al", headers=(HOST, (b"Authorization", b"Basic YWw6Yg=="))),
    "MODSEC_BUILD": told("MODSEC_BUILD", "030015100"),
    "TIME of day is not of the day of loading": Row(
        f'SecRule TIME_EPOCH "@gt 1600000000" "id:9,{ASK}"', (9,)
    ),
    "HIGHEST_SEVERITY": Row(
        rule(1, "pass,log,severity:2") + f'SecRule HIGHEST_SEVERITY "@le 2" "id:9,{ASK}"', (1, 9)
    ),
    "HIGHEST_SEVERITY of nothing": Row(f'SecRule HIGHEST_SEVERITY "@le 2" "id:9,{ASK}"', ()),
    "no files": none("FILES"),
}

COLLECTIONS = {
    "a name without case": told("ARGS:B", "two"),
    "an expression": told("ARGS:/^b/", "two"),
    "left out": none("ARGS|!ARGS:a|!ARGS:b"),
    "one left out": told("ARGS|!ARGS:a", "two"),
    "left out by expression": none("ARGS|!ARGS:/./"),
    "counted": told("&ARGS", "2"),
    "counted by name": told("&ARGS:b", "1"),
    "counted and none": told("&ARGS:c", "0"),
    "counted by expression": told("&ARGS:/[ab]/", "2"),
    "several": told("REQUEST_METHOD|ARGS:b", "two"),
    "twice": told("&ARGS", "3", target=b"/?a=1&a=2&b"),
    "names of one": told("ARGS_NAMES:a", "a"),
    "a header": told("REQUEST_HEADERS:hOST", "shop.example"),
    "TX by expression": Row(f'{SET}SecRule TX:/^[ab]$/ "@streq two" "id:9,{ASK}"', (9,)),
    "TX counted": Row(f'{SET}SecRule &TX:a "@eq 1" "id:9,{ASK}"', (9,)),
    "TX missing": Row(f'{SET}SecRule &TX:q "@eq 0" "id:9,{ASK}"', (9,)),
    "TX zero is there": Row(f'{SET}SecRule &TX:z "@eq 1" "id:9,{ASK}"', (9,)),
    "nothing negated": Row(f'SecRule ARGS:c "!@rx x" "id:9,{ASK}"', ()),
    "matched variables": Row(
        'SecRule ARGS "@rx ." "id:1,phase:2,pass,log,chain"\n'
        '    SecRule MATCHED_VARS "@streq two" "chain"\n'
        '    SecRule MATCHED_VARS_NAMES "@endsWith b" ""\n',
        (1,),
    ),
}

ARITHMETIC = {
    "set": sets("setvar:tx.v=7", "v", "7"),
    "one": sets("setvar:tx.v", "v", "1"),
    "empty": sets("setvar:tx.v=", "v", "", unread="its grammar needs a value"),
    "more": sets("setvar:tx.a=+3", "a", "8"),
    "less": sets("setvar:tx.a=-7", "a", "-2"),
    "more of nothing": sets("setvar:tx.v=+3", "v", "3"),
    "less of nothing": sets("setvar:tx.v=-3", "v", "-3"),
    "more of a word": sets("setvar:tx.b=+3", "b", "3"),
    "more by a macro": sets("setvar:tx.a=+%{tx.a}", "a", "10"),
    "more by a word": sets("setvar:tx.a=+%{tx.b}", "a", "5"),
    "more by nothing": sets("setvar:tx.a=+%{tx.nothing}", "a", "5"),
    "gone": Row(f'{SET}{rule(2, "pass,nolog,setvar:!tx.a")}'
                f'SecRule &TX:a "@eq 0" "id:9,{ASK}"', (9,)),
    "once for each value": Row(
        rule(2, "pass,nolog,setvar:tx.n=+1", 'ARGS "@rx ."') + f'SecRule TX:n "@eq 2" "id:9,{ASK}"',
        (9,),
    ),
    "case": sets("setvar:TX.V=7", "v", "7"),
    "in quotes": sets("setvar:'tx.v=a b'", "v", "a b"),
}  # fmt: skip

FLOW = {
    "skip one": Row(rule(1, "pass,log,skip:1") + hit(2) + hit(3), (1, 3)),
    "skip two": Row(rule(1, "pass,log,skip:2") + hit(2) + hit(3) + hit(4), (1, 4)),
    "no match, no skip": Row(
        rule(1, "pass,log,skip:1", 'ARGS:a "@streq 2"') + hit(2) + hit(3), (2, 3)
    ),
    "skip counts a chain once": Row(
        rule(1, "pass,log,skip:1") + rule(2, "pass,log,chain") + 'SecRule ARGS:b "@rx ." ""\n'
        + hit(3), (1, 3),
    ),
    "skip to a marker": Row(
        rule(1, "pass,log,skipAfter:END") + hit(2) + "SecMarker END\n" + hit(3), (1, 3)
    ),
    "skip to no marker": Row(rule(1, "pass,log,skipAfter:END") + hit(2) + hit(3), (1,)),
    "skip in its phase alone": Row(
        act(1, 1, "pass,log,skipAfter:END") + hit(2) + "SecMarker END\n" + hit(3),
        (1, 2, 3),
    ),
    "skip past a marker before": Row(
        "SecMarker END\n" + rule(1, "pass,log,skipAfter:END") + hit(2) + "SecMarker END\n" + hit(3),
        (1, 3),
    ),
    "a chain": Row(rule(1, "pass,log,chain") + 'SecRule ARGS:b "@streq two" ""\n', (1,)),
    "a chain that breaks": Row(rule(1, "pass,log,chain") + 'SecRule ARGS:b "@streq x" ""\n', ()),
    "three links": Row(
        rule(1, "pass,log,chain") + 'SecRule ARGS:b "@rx ." "chain"\nSecRule &ARGS "@eq 2" ""\n',
        (1,),
    ),
    "a broken chain has set": Row(
        rule(1, "pass,nolog,chain,setvar:tx.v=1") + 'SecRule ARGS:b "@streq x" ""\n'
        f'SecRule TX:v "@eq 1" "id:9,{ASK}"', (9,),
    ),
    "a link sees what was captured": Row(
        rule(1, "pass,log,capture,chain", 'ARGS:b "@rx (w)"') + 'SecRule TX:1 "@streq w" ""\n',
        (1,),
    ),
    "phases in order": Row(
        act(5, 5, "pass,log") + act(2, 2, "pass,log") + act(1, 1, "pass,log"), (1, 2, 5),
    ),
    "several matches": Row(
        rule(1, "pass,nolog,multiMatch,t:none,t:lowercase,t:length,setvar:tx.n=+1",
             'ARGS:c "@rx ."') + f'SecRule TX:n "@eq 3" "id:9,{ASK}"',
        (9,), target=b"/?c=ABC", theirs=(1, 1, 1, 9),
        why="it logs each match of multiMatch, with nolog too",
    ),
    "several matches of what does not change": Row(
        rule(1, "pass,nolog,multiMatch,t:none,t:lowercase,t:length,setvar:tx.n=+1",
             'ARGS:c "@rx ."') + f'SecRule TX:n "@eq 2" "id:9,{ASK}"',
        (9,), target=b"/?c=abc", theirs=(1, 1, 9),
        why="it logs each match of multiMatch, with nolog too",
    ),
    "once without several matches": Row(
        rule(1, "pass,nolog,t:none,t:lowercase,t:length,setvar:tx.n=+1", 'ARGS:c "@rx ."')
        + f'SecRule TX:n "@eq 1" "id:9,{ASK}"', (9,), target=b"/?c=ABC",
    ),
    "several matches, before": Row(
        rule(1, "pass,log,multiMatch,t:none,t:lowercase", 'ARGS:c "@streq ABC"'), (1,),
        target=b"/?c=ABC",
    ),
}  # fmt: skip


def ctl(what: str, rest: str, ids: tuple[int, ...], **more: object) -> Row:
    return Row(f'SecAction "id:1,phase:1,pass,nolog,ctl:{what}"\n{rest}', ids, **more)  # type: ignore[arg-type]  # named by the caller


TAGGED = rule(2, "pass,log,tag:'one'") + rule(3, "pass,log,tag:'two'") + hit(4)
CONTROLS = {
    "a rule": ctl("ruleRemoveById=3", TAGGED, (2, 4)),
    "rules": ctl("ruleRemoveById=2-3", TAGGED, (4,)),
    "rules by tag": ctl("ruleRemoveByTag=two", TAGGED, (2, 4)),
    "no rule before": Row(
        hit(2) + rule(3, "pass,log,ctl:ruleRemoveById=2") + hit(4), (2, 3, 4)
    ),
    "rules after": Row(
        hit(2) + rule(3, "pass,log,ctl:ruleRemoveById=4") + hit(4) + hit(5), (2, 3, 5)
    ),
    "where it matches": ctl(
        "ruleEngine=On",
        rule(2, "pass,nolog,ctl:ruleRemoveById=3", 'ARGS:a "@streq 2"') + hit(3), (3,),
    ),
    "a target": ctl("ruleRemoveTargetById=2;ARGS:a", hit(2), ()),
    "another target": ctl("ruleRemoveTargetById=2;ARGS:b", hit(2), (2,)),
    "a whole collection": ctl(
        "ruleRemoveTargetById=2;ARGS", rule(2, "pass,log", 'ARGS "@rx ."'), ()
    ),
    "a target by tag": ctl("ruleRemoveTargetByTag=one;ARGS:a", TAGGED, (3, 4)),
    "engine off": ctl("ruleEngine=Off", hit(2), ()),
    "detection": ctl(
        "ruleEngine=DetectionOnly", rule(2, "deny,status:403,log") + hit(3), (2, 3)
    ),
    "no body": ctl(
        "requestBodyAccess=Off", rule(2, "pass,log", 'ARGS:c "@rx ."'), (), body=b"c=1"
    ),
    "a body": ctl(
        "requestBodyAccess=On", rule(2, "pass,log", 'ARGS:c "@rx ."'), (2,), body=b"c=1"
    ),
    "JSON": ctl(
        "requestBodyProcessor=JSON", rule(2, "pass,log", 'ARGS:json.c "@streq d"'), (2,),
        body=b'{"c":"d"}', headers=(HOST, (b"Content-Type", b"text/plain")),
    ),
    "XML": ctl(
        "requestBodyProcessor=XML", rule(2, "pass,log", 'XML:/* "@contains d"'), (2,),
        body=b"<c>d</c>", headers=(HOST, (b"Content-Type", b"text/plain")),
    ),
    "no form": ctl(
        "requestBodyProcessor=JSON", rule(2, "pass,log", 'ARGS:c "@rx ."'), (), body=b"c=1"
    ),
}  # fmt: skip

DENY = rule(2, "deny,status:403,log")
LAST = act(9, 5, "pass,log")
INTERRUPTED = {
    "deny": Row(DENY + hit(3) + LAST, (2, 9), status=403),
    "deny in phase 1": Row(
        act(1, 1, "deny,status:401,log") + hit(2) + LAST, (1, 9), status=401
    ),
    "drop": Row(rule(2, "drop,log") + hit(3), (2,), status=403),
    "pass": Row(rule(2, "pass,log") + hit(3), (2, 3)),
    "redirect": Row(
        rule(2, "redirect:'https://shop.example/no',status:302,log") + hit(3), (2,), status=302,
        url="https://shop.example/no",
    ),
    "redirect with a macro": Row(
        rule(2, "redirect:'https://%{REQUEST_HEADERS.host}/%{ARGS.b}',log"), (2,), status=302,
        url="https://shop.example/two",
    ),
    "block": Row(
        'SecDefaultAction "phase:2,log,auditlog,deny,status:406"\n' + rule(2, "block") + hit(3),
        (2,), status=406,
    ),
    "block that passes": Row(
        'SecDefaultAction "phase:2,log,auditlog,pass"\n' + rule(2, "block") + hit(3), (2, 3)
    ),
    "detection alone": Row("SecRuleEngine DetectionOnly\n" + DENY + hit(3) + LAST, (2, 3, 9)),
    "allow": Row(rule(2, "allow,log") + hit(3), (2,), response=PAGE),
    "allow, and no answer is judged": Row(
        rule(2, "allow,log") + act(3, 3, "pass,log"), (2,), response=PAGE
    ),
    "allow the phase": Row(
        rule(2, "allow:phase,log") + hit(3) + act(4, 3, "pass,log"), (2, 4),
        response=PAGE,
    ),
    "allow the request": Row(
        act(1, 1, "allow:request,log") + hit(3)
        + act(4, 3, "pass,log"), (1, 4), response=PAGE,
    ),
    "a rule that does not log": Row(
        rule(2, "deny,status:403,nolog"), (), status=403, theirs=(2,),
        why="what it hands to the server with an intervention is to be logged, nolog or not",
    ),
}  # fmt: skip


def answered(what: str, phase: int = 3, body: bytes = b"<p>SQL error</p>") -> Row:
    return Row(f'SecRule {what} "id:9,phase:{phase},pass,log"', (9,), response=PAGE,
               response_body=body)  # fmt: skip


RESPONSES = {
    "status": answered('RESPONSE_STATUS "@eq 200"'),
    "header": answered('RESPONSE_HEADERS:x-powered-by "@contains PHP"'),
    "header names": answered('RESPONSE_HEADERS_NAMES "@streq X-Powered-By"'),
    "type": answered('RESPONSE_CONTENT_TYPE "@streq text/html"'),
    "protocol": answered('RESPONSE_PROTOCOL "@streq HTTP/1.1"'),
    "body": answered('RESPONSE_BODY "@contains SQL error"', 4),
    "length": answered('RESPONSE_CONTENT_LENGTH "@eq 16"', 4),
    "the request is still there": answered('ARGS:b "@streq two"', 4),
    "denied by its headers": Row(
        act(1, 3, "deny,status:502,log") + act(2, 4, "pass,log"), (1,),
        response=PAGE, status=502,
    ),
    "no body yet": Row(
        'SecRule RESPONSE_BODY "@rx ." "id:1,phase:3,pass,log"', (), response=PAGE,
        response_body=b"x",
    ),
}  # fmt: skip

BODIES = {
    "the last type that says how": Row(
        rule(2, "pass,log", 'ARGS:c "@streq 1"'), (2,), body=b"c=1",
        headers=(HOST, FORM, (b"Content-Type", b"a=b")),
    ),
    "the boundary of the type that has one": Row(
        rule(2, "pass,log", 'ARGS:c "@streq 1"'), (2,),
        body=b'--x\r\nContent-Disposition: form-data; name="c"\r\n\r\n1\r\n--x--\r\n',
        headers=(HOST, (b"Content-Type", b"multipart/form-data; boundary=x"),
                 (b"Content-Type", b"a=b")),
        theirs=(), why="it looks for the boundary in the one without, and reads nothing",
    ),
}  # fmt: skip

TABLES = {
    "macros": MACROS,
    "variables": VARIABLES,
    "collections": COLLECTIONS,
    "arithmetic": ARITHMETIC,
    "flow": FLOW,
    "controls": CONTROLS,
    "interrupted": INTERRUPTED,
    "responses": RESPONSES,
    "bodies": BODIES,
}
ROWS = [
    pytest.param(row, id=f"{table}, {name}")
    for table, rows in TABLES.items()
    for name, row in rows.items()
]


@pytest.mark.parametrize("row", ROWS)
def test_what_comes_of_it(row: Row) -> None:
    check(row)


@pytest.mark.parametrize("row", ROWS)
def test_libmodsecurity_says_the_same(row: Row) -> None:
    check_oracle(row)
