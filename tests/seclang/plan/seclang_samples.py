"""Small rule sets and requests at random, with all that makes rules depend on each other."""

from __future__ import annotations

from random import Random

from vedette.seclang.request import Request

_TARGETS = (
    *("ARGS", "ARGS_NAMES", "ARGS:a", "ARGS|!ARGS:b", "ARGS:/^[ab]$/", "&ARGS", "&ARGS:a"),
    *("REQUEST_HEADERS:X", "REQUEST_HEADERS", "REQUEST_HEADERS_NAMES", "&REQUEST_HEADERS:X"),
    *("TX:score", "TX:/^v/", "TX", "&TX:score", "TX:1", "REQUEST_URI", "REQUEST_METHOD"),
    *("REQUEST_COOKIES", "REQUEST_BODY", "REQBODY_PROCESSOR", "REQUEST_FILENAME", "IP:seen"),
    *("TIME_SEC", "TIME_MIN", "HIGHEST_SEVERITY", "AUTH_TYPE", "REMOTE_USER", "RESPONSE_STATUS"),
    *("ARGS|REQUEST_HEADERS:X", "REQUEST_LINE|ARGS_NAMES", "REQUEST_BASENAME", "QUERY_STRING"),
)
_BEHIND = (*_TARGETS, "MATCHED_VAR", "MATCHED_VARS", "MATCHED_VAR_NAME", "TX:0")
_OPERATORS = (
    *("@rx a+(b?)", "@rx ^sel.*(from)$", "!@rx ^[a-z]*$", "@rx (?i)script|(x)(y)?", "@rx ^$"),
    *("@rx \\bor\\b", "@rx (?=a)a", "@rx <[a-z]+", "!@rx b", "@rx .", "@rx \\x27"),
    *("@pm select <script union", "!@pm a", "@streq a", "!@streq GET", "@contains %{tx.word}"),
    *("@within get post %{tx.word}", "@eq 1", "@gt %{tx.limit}", "@ge 2", "!@eq 0", "@lt 3"),
    *("@beginsWith a", "@endsWith b", "@validateByteRange 32-126", "@detectSQLi", "@detectXSS"),
    *("@unconditionalMatch", "@containsWord or", "@validateUrlEncoding", "@ipMatch 127.0.0.1"),
)
_CHAINS = (
    *("", "t:none", "t:lowercase", "t:urlDecodeUni", "t:urlDecodeUni,t:removeWhitespace"),
    *("t:htmlEntityDecode,t:lowercase", "t:base64Decode", "t:length", "t:cmdLine"),
    *("t:urlDecodeUni,t:compressWhitespace,multiMatch", "t:lowercase,t:base64Decode,multiMatch"),
)
_SETS = (
    *("setvar:tx.score=+1", "setvar:tx.score=+%{tx.step}", "setvar:tx.v1=%{MATCHED_VAR}"),
    *("setvar:tx.v_%{MATCHED_VAR_NAME}=1", "setvar:!tx.score", "setvar:tx.word=a"),
    *("setvar:tx.limit=2", "setvar:tx.score=-1", "setvar:ip.seen=+1", "setvar:tx.v2=%{tx.1}"),
    *("setvar:tx.limit=%{REQUEST_METHOD}", "expirevar:ip.seen=1", "setvar:tx.score=5"),
)
_FLOWS = (
    *("pass", "pass", "pass", "pass", "pass,skip:1", "pass,skipAfter:M1", "pass,skipAfter:M2"),
    *("deny,status:403", "block", "allow", "allow:phase", "allow:request", "drop"),
)
_CONTROLS = (
    *("ctl:ruleRemoveById=3", "ctl:ruleRemoveById=2-5", "ctl:ruleRemoveByTag=two"),
    *("ctl:ruleRemoveTargetById=4;ARGS:a", "ctl:ruleRemoveTargetByTag=two;ARGS"),
    *("ctl:ruleRemoveTargetById=3-6;TX:score", "ctl:ruleEngine=DetectionOnly"),
    *("ctl:ruleEngine=Off", "ctl:requestBodyProcessor=JSON", "ctl:forceRequestBodyVariable=On"),
)
_WORDS = (
    *(b"a", b"b", b"ab", b"A", b"aab", b"select", b"from", b"<script>", b"or", b"1", b"2", b""),
    *(b"x", b"xy", b" ", b"%61", b"&lt;", b"YWFi", b"\xe9", b"\0", b"\n", b"'", b"1' or '1'='1"),
)


def rules(random: Random) -> str:
    """A rule set of 3 to 10 rules."""
    lines = [f"SecRuleEngine {random.choice(('On', 'On', 'DetectionOnly'))}"]
    if random.random() < 0.5:
        lines.append('SecDefaultAction "phase:2,log,auditlog,deny,status:403"')
    lines.append('SecAction "id:90,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR}"')
    if random.random() < 0.7:
        lines.append(
            'SecAction "id:91,phase:1,pass,nolog,setvar:tx.score=0,setvar:tx.step=2,'
            'setvar:tx.word=or,setvar:tx.limit=1"'
        )
    for number in range(1, random.randrange(4, 11)):
        lines += _rule(random, number)
        if random.random() < 0.2:
            lines.append(f"SecMarker M{random.choice('12')}")
    return "\n".join([*lines, "SecMarker M1", ""])


def _rule(random: Random, number: int) -> list[str]:
    phase = random.choice((1, 1, 2, 2, 2, 2, 5))
    actions = [f"id:{number}", f"phase:{phase}", random.choice(_FLOWS)]
    actions.append(random.choice(("nolog", "log", "nolog,auditlog")))
    if random.random() < 0.4:
        actions.append(f"tag:'{random.choice(('one', 'two'))}'")
    if random.random() < 0.3:
        actions.append("msg:'%{MATCHED_VAR_NAME} %{tx.score}',logdata:'%{TX.0} %{MATCHED_VAR}'")
    if random.random() < 0.2:
        actions.append("severity:2")
    if random.random() < 0.25:
        actions.append(random.choice(_CONTROLS))
    own = [each for each in random.sample(_SETS, 2) if random.random() < 0.4]
    if random.random() < 0.2:
        return [f'SecAction "{",".join((*actions, *own))}"']
    links = 1 + (random.random() < 0.3) + (random.random() < 0.1)
    lines = []
    for place in range(links):
        more = [*actions] if place == 0 else []
        more += [random.choice(_CHAINS)]
        more += own if place == 0 or random.random() < 0.3 else []
        more += ["capture"] if random.random() < 0.3 else []
        more += ["chain"] if place < links - 1 else []
        target = random.choice(_TARGETS if place == 0 else _BEHIND)
        given = ",".join(each for each in more if each)
        lines.append(f'SecRule {target} "{random.choice(_OPERATORS)}" "{given}"')
    return lines


def request(random: Random) -> tuple[Request, bytes]:
    """A request, often with a form."""

    def pairs() -> bytes:
        count = random.randrange(4)
        return b"&".join(random.choice((b"a", b"b", b"c")) + b"=" + text() for _ in range(count))

    def text() -> bytes:
        return b"".join(random.choice(_WORDS) for _ in range(random.randrange(1, 4)))

    headers = [(b"Host", b"a")]
    headers += [
        (random.choice((b"X", b"Y", b"x")), text().replace(b"\n", b""))
        for _ in range(random.randrange(3))
    ]
    if random.random() < 0.3:
        headers.append((b"Cookie", b"a=" + text().replace(b"\n", b"")))
    body = b""
    if random.random() < 0.5:
        body = pairs()
        headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
    target = b"/" + random.choice((b"a", b"ab/b", b"%61", b"select")) + b"?" + pairs()
    method = random.choice((b"GET", b"POST"))
    return Request(method, target, headers=tuple(headers), received=random.randrange(10**7)), body
