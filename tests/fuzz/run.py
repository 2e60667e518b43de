"""`make fuzz`: coverage-guided fuzzing of everything that reads what strangers wrote.

Each target runs in a process of its own for the given time; a finding stops the run with the
input saved beside it. What a target checks: no exception but the documented ones, and nothing
dropped without a word.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vedette.model.errors import VedetteError

Target = Callable[[bytes], None]


def lines_of(name: str) -> Target:
    """A line format: every non-blank line is an event, part of one, a header or a problem."""
    from vedette.sources.formats import format_named

    def target(data: bytes) -> None:
        reader = format_named(name).reader()  # type: ignore[union-attr]  # named ones are line formats
        chunks = [*reader.feed(data.split(b"\n"), 1), *reader.close()]
        for chunk in chunks:
            for index in range(len(chunk.rows)):
                chunk.rows.raw(index)
                chunk.rows.place(index)

    return target


def files(data: bytes) -> None:
    """A file of unknown content, through recognition, archives and readers."""
    from vedette.sources.files import read_files

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        for batch in read_files([file.name]):
            for index in range(len(batch.rows)):
                batch.rows.raw(index)


def rules(data: bytes) -> None:
    """A rule file: always verdicts, never an exception."""
    from vedette.sigma.load import load_rules

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rule.yml"
        path.write_bytes(data)
        load_rules([path])


def mail(data: bytes) -> None:
    """An e-mail: always a message, and links stand where they say."""
    from vedette.lure.message import Message
    from vedette.lure.reading import forwarded, read_mail, read_notification

    def check(message: Message) -> None:
        texts = {text.part: text.text for text in message.texts}
        for link in message.links:
            assert link.start == link.end or texts[link.part][link.start : link.end] == link.text
        for inner in message.nested:
            check(inner)

    message = read_mail(data, "fuzz")
    check(message)
    check(read_notification(message))
    if (inner := forwarded(message)) is not None:
        check(inner)


def messages(data: bytes) -> None:
    """A file of unknown content as messages; and as a pasted text and a profile page."""
    from vedette.lure.reading import read_messages, read_msg, read_profile, read_text

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        list(read_messages(file.name))
    read_msg(data, "fuzz")
    text = data.decode("utf-8", "replace")
    read_text(text, "fuzz")
    read_profile(text, "fuzz")


def page(data: bytes) -> None:
    """A page: the walk in C finds what the one in Python finds."""
    from selectolax.lexbor import LexborHTMLParser

    from vedette.lure.reading.layout import laid_out, walked

    tree = LexborHTMLParser(data)
    if tree.root is not None:
        assert laid_out(tree) == walked(LexborHTMLParser(data))


def events() -> Target:
    """JSON lines through the bundled rules."""
    from vedette.engine.assemble import make_mappings
    from vedette.model.batch import Batch, JsonLines
    from vedette.model.bundled import bundled
    from vedette.sigma.detector import SigmaDetector
    from vedette.sigma.load import load_rules

    detector = SigmaDetector(load_rules([bundled("rules")]).rules, make_mappings(()))

    def target(data: bytes) -> None:
        detector.inspect(Batch("fuzz", "windows", JsonLines(data.split(b"\n"))))

    return target


def attachments() -> Target:
    """Containers, images of disks and what lies in them: always a report."""
    from vedette.lure.attachment.inspection import inspect_in_process
    from vedette.lure.attachment.limits import Limits

    limits = Limits(seconds=10, unpacked=8 << 20, file=4 << 20)

    def target(data: bytes) -> None:
        (report,) = inspect_in_process([("offer.zip", data)], ("word",), limits)
        assert report.complete == (not report.unseen)
        # a fault that a reader did not foresee is told this way
        assert not any(" while reading " in why for why in report.unseen), report.unseen

    return target


def native() -> Target:
    """JSON lines through the reader in C and through Python: the same hits and problems."""
    from vedette.engine.assemble import make_mappings
    from vedette.model.batch import JsonLines
    from vedette.model.bundled import bundled
    from vedette.model.logsource import Logsource
    from vedette.model.problem import Problem
    from vedette.sigma.load import load_rules
    from vedette.sigma.plan.dicts import DictFront
    from vedette.sigma.plan.lines import LineFront
    from vedette.sigma.plan.plan import Plan

    loaded = load_rules([bundled("rules")])
    plan = Plan(loaded.rules, make_mappings(())).format_plan("windows", Logsource())
    fronts = [LineFront(plan, DictFront(plan), native) for native in (True, False)]

    def target(data: bytes) -> None:
        answers = []
        for front in fronts:
            problems: list[Problem] = []
            rows = JsonLines(data.split(b"\n"))
            hits = [(index, fired) for index, _, fired in front.rows(rows, problems)]
            answers.append((hits, problems))
        assert answers[0] == answers[1]

    return target


def requests(data: bytes) -> None:
    """Queries, cookies, headers and bodies of requests: always an answer, and the quick way
    through JSON says what the careful one says."""
    from vedette.seclang.body import Limits, compile_xpath, inflate, read_body
    from vedette.seclang.body.json.decoded import read_quickly
    from vedette.seclang.body.json.stepwise import read_stepwise
    from vedette.seclang.uri import content_type, parse_arguments, parse_cookies, split_target

    limits = Limits(arguments=50, depth=20, parts=20, nodes=500)
    head, _, body = data.partition(b"\n")
    target = split_target(head, b"HTTP/1.1", b"GET")
    arguments, more = parse_arguments(target.query, b"&", limits.arguments)
    assert len(arguments) <= limits.arguments
    assert not more or len(arguments) == limits.arguments
    content_type(head)
    for format in (0, 1):
        parse_cookies(head, format)
    for processor in ("URLENCODED", "MULTIPART", "JSON", "XML"):
        kinds = (head, b"multipart/form-data; boundary=XX") if processor == "MULTIPART" else (head,)
        for kind in kinds:
            read = read_body(processor, kind, body, limits)
            assert bool(read.error) == ("REQBODY_ERROR" in read.flags)
    quick = read_quickly(body, limits)
    assert quick is None or read_stepwise(body, limits) == (quick, "", len(body))
    compile_xpath("//b").values(body, limits)
    for encoding in (b"gzip", b"deflate", b"zstd"):
        inflate(body, encoding, 1 << 16)


def heads(data: bytes) -> None:
    """Heads and chunked bodies as the proxy reads them: read or refused, in pieces as in one."""
    from vedette.shield.proxy.front.proxy_protocol import BadPreamble, read_preamble
    from vedette.shield.proxy.http.chunks import BadChunk, Chunks
    from vedette.shield.proxy.http.limits import Limits
    from vedette.shield.proxy.http.refused import BadUpstream, Refused
    from vedette.shield.proxy.http.request_fields import FieldsReader
    from vedette.shield.proxy.http.request_head import read_request_head
    from vedette.shield.proxy.http.response_head import read_response_head

    def payload(step: int) -> bytes | None:
        chunks, buffer, out = Chunks(Limits()), bytearray(), b""
        try:
            for at in range(0, len(data), step):
                buffer += data[at : at + step]
                while not chunks.done and (piece := chunks.feed(buffer, 100)):
                    out += piece
        except BadChunk:
            return None
        return out

    with suppress(Refused):
        read_request_head(data + b"\r\n\r\n", Limits(), FieldsReader(Limits()))
    with suppress(BadUpstream):
        read_response_head(data + b"\r\n\r\n", b"GET", Limits())
    with suppress(BadPreamble):
        read_preamble(data)
    assert payload(1) == payload(len(data) or 1)


def spoe(data: bytes) -> None:
    """Frames of HAProxy's SPOE: read or refused."""
    from vedette.shield.decision.spoe.frames import read_frame, read_header_list, read_messages
    from vedette.shield.decision.spoe.question import question
    from vedette.shield.decision.spoe.values import BadData, read_pairs

    for read in (read_frame, read_header_list, lambda raw: read_pairs(raw, 0, 32)):
        with suppress(BadData):
            read(data)
    with suppress(BadData):
        for message in read_messages(data, 8):
            question(message.arguments, "", 0)


def seclang(data: bytes) -> None:
    """A rule file: a program, or faults with their places; a program can be made ready."""
    from vedette.model.errors import ConfigError
    from vedette.seclang.parse import load_program
    from vedette.seclang.run.transaction import Engine

    path = Path("rules.conf")
    try:
        program = load_program([path], data={str(path): data})
    except ConfigError as error:
        assert error.faults
        assert all(fault.startswith("rules.conf") or ": " in fault for fault in error.faults)
        return
    Engine(program, plan=False)


def transaction() -> Target:
    """Any request through a small pack, with a plan and without: the same outcome."""
    from vedette.seclang.parse import load_program
    from vedette.seclang.request import Request, Response
    from vedette.seclang.run.transaction import Engine

    path = Path("rules.conf")
    program = load_program([path], data={str(path): _PACK.encode()})
    planned, plain = Engine(program), Engine(program, plan=False)

    def target(data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        line, *fields = head.split(b"\r\n")
        method, _, rest = line.partition(b" ")
        aim, _, protocol = rest.partition(b" ")
        headers = tuple((n, v.strip()) for n, _, v in (each.partition(b":") for each in fields))
        request = Request(method, aim, protocol, headers)
        answer = Response(200, ((b"Content-Type", b"text/html"),))
        said = planned.inspect(request, body, answer, body)
        assert said == plain.inspect(request, body, answer, body)
        assert said == planned.inspect(request, body, answer, body)  # what was remembered

    return target


_PACK = """\
SecRuleEngine DetectionOnly
SecResponseBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "@contains json" \
  "id:1,phase:1,pass,nolog,t:lowercase,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "@contains xml" \
  "id:2,phase:1,pass,nolog,t:lowercase,ctl:requestBodyProcessor=XML"
SecAction "id:3,phase:1,pass,nolog,setvar:tx.level=1,setvar:tx.score=0"
SecRule ARGS|ARGS_NAMES|REQUEST_COOKIES|XML:/*|FILES "@detectSQLi" \
  "id:4,phase:2,block,log,capture,t:urlDecodeUni,t:removeNulls,logdata:'%{TX.0}',\
setvar:tx.score=+5"
SecRule ARGS|REQUEST_HEADERS|XML://@* "@detectXSS" \
  "id:5,phase:2,block,log,t:utf8toUnicode,t:urlDecodeUni,t:htmlEntityDecode,t:jsDecode,\
t:cssDecode,setvar:tx.score=+5"
SecRule ARGS|REQUEST_URI|REQUEST_BODY "@rx (?i)(union\\s+select|\\.\\./|/etc/passwd)" \
  "id:6,phase:2,block,log,capture,multiMatch,t:urlDecode,t:cmdLine,t:normalizePath,\
logdata:'%{MATCHED_VAR_NAME} %{TX.1}',setvar:tx.score=+2"
SecRule ARGS "@pm select script eval" "id:7,phase:2,block,log,t:lowercase,chain"
  SecRule MATCHED_VARS "@rx \\(" "t:compressWhitespace,setvar:tx.score=+1"
SecRule TX:level "@lt 2" "id:8,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS "@validateByteRange 32-126" "id:9,phase:2,block,log"
SecMarker END
SecRule REQBODY_ERROR|MULTIPART_STRICT_ERROR "!@eq 0" "id:10,phase:2,block,log"
SecRule &REQUEST_HEADERS:Host "!@eq 1" "id:11,phase:1,block,log"
SecRule FILES_NAMES|MULTIPART_PART_HEADERS "@validateUtf8Encoding" "id:12,phase:2,block,log"
SecRule RESPONSE_BODY "@rx (?i)sql syntax" "id:13,phase:4,block,log,capture"
SecRule TX:score "@ge 5" "id:14,phase:5,pass,log,msg:'%{tx.score}'"
"""


TARGETS: dict[str, Callable[[], Target]] = {
    "files": lambda: files,
    "rules": lambda: rules,
    "events": events,
    "native": native,
    "mail": lambda: mail,
    "messages": lambda: messages,
    "page": lambda: page,
    "attachments": attachments,
    "requests": lambda: requests,
    "heads": lambda: heads,
    "spoe": lambda: spoe,
    "seclang": lambda: seclang,
    "transaction": transaction,
    **{
        name: (lambda name=name: lines_of(name))  # type: ignore[misc]  # the default binds the name
        for name in ("ndjson", "auditd", "syslog", "zeek", "access", "sysmon-linux")
    },
}


LONGEST = 16 << 10
"""Bytes of an input."""


def seeds(name: str) -> list[bytes]:
    """Inputs of the tests to begin with: what has an inside is hardly met by chance."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if name in ("mail", "messages"):
        from lure import samples

        return [samples.lure().as_bytes(), samples.ordinary().as_bytes()]
    if name == "page":
        from lure.reading.test_page_layout import FRAGMENTS

        return [b"".join(FRAGMENTS[at : at + 12]) for at in range(0, len(FRAGMENTS), 3)]
    if name == "attachments":
        from lure.attachment import constructions, constructions_containers

        rows = (*constructions.CONSTRUCTIONS, *constructions_containers.CONSTRUCTIONS)
        return [made for row in rows for made in (row.build(), row.twin()) if len(made) < LONGEST]
    if name == "seclang":
        from random import Random

        from seclang.plan import seclang_samples

        return [seclang_samples.rules(Random(seed)).encode() for seed in range(40)] + [
            _PACK.encode()
        ]
    if name == "transaction":
        return _REQUESTS
    return []


_FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
_MULTIPART = b"Content-Type: multipart/form-data; boundary=x\r\n"
_REQUESTS = [
    b"GET /a?q=1%27%20or%201=1--%20&r=%3Cscript%3E HTTP/1.1\r\nHost: a\r\nCookie: s=1; t=2\r\n\r\n",
    b"POST /b HTTP/1.1\r\nHost: a\r\n" + _FORM + b"\r\nq=union+select&r=eval(1)&f=../../etc/passwd",
    b"POST /c HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n"
    b'{"q": ["1 union select 2", {"r": "<img onerror=a()>"}], "n": 1.5, "t": true}',
    b"POST /d HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n\r\n"
    b'<?xml version="1.0"?><a b="javascript:x()"><c>1 or 1=1</c>&lt;script&gt;</a>',
    b"POST /e HTTP/1.1\r\nHost: a\r\n" + _MULTIPART + b"\r\n--x\r\n"
    b'Content-Disposition: form-data; name="q"; filename="../a"\r\n\r\nSQL syntax\r\n--x--\r\n',
]


def main() -> int:
    """Run all targets one after the other, or the named one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="time for each target")
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--inputs", type=Path, help="run in this process, from this folder on")
    given = parser.parse_args()
    if given.inputs is None:
        for name in [given.target] if given.target else TARGETS:
            print(f"== {name}", flush=True)
            code = apart(name, given.seconds)
            if code:
                return code
        return 0
    import atheris

    with atheris.instrument_imports(include=["vedette"]):
        target = TARGETS[given.target]()
        target(b"")  # imports what it needs, so that coverage is seen
    return fuzz(target, given.seconds, given.inputs)


def apart(name: str, seconds: int) -> int:
    """Fuzz a target in a process of its own, which ends without looking back. The exit code."""
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            Path(folder, f"{number:04}").write_bytes(seed)
        command = [sys.executable, __file__, "--target", name, "--inputs", folder]
        return subprocess.run([*command, "--seconds", str(seconds)], check=False).returncode


def fuzz(target: Target, seconds: int, inputs: Path) -> int:
    """Fuzz one target with atheris, from the inputs in a folder on."""
    import atheris

    def one(data: bytes) -> None:
        try:
            target(data)
        except VedetteError as error:
            assert str(error)  # documented errors say something

    limits = (f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20")
    atheris.Setup([sys.argv[0], *limits, str(inputs)], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
