"""What the tests of the incident screens find in a firm: an attack, noise, sources, actions."""

from __future__ import annotations

import hashlib
import json

import msgspec

from console.firm import NOW, Firm
from vedette.engine.embedded.status import SourceStatus
from vedette.model.finding import Entity, EventRef, Evidence, Finding, RuleRef, finding_id
from vedette.model.instant import SECOND
from vedette.model.logsource import Logsource
from vedette.store.segments import Segment, schema, segment_path, write_segment
from vedette.store.state import Commit

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
HOSTILE = "<script>alert(1)</script>\u202etxt.exe\x1b[31m\"'><img src=x onerror=alert(2)>"
"""What an attacker may write wherever a text of theirs is shown."""


def key_of(*parts: object) -> str:
    """The key of an event."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def finding(
    number: int,
    ago: int,
    title: str,
    *entities: tuple[str, str],
    rule: str = "",
    level: str = "high",
    techniques: tuple[str, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    message: str = "",
    probability: float | None = None,
) -> Finding:
    """A finding of `ago` microseconds before NOW; `rule` is "" for one named after the title."""
    rule = rule or title.lower().replace(" ", "-")
    key = key_of("event", number)
    return Finding(
        finding_id(rule, (key,)),
        NOW - ago,
        RuleRef(rule, title, level, "Tests", "Apache-2.0", "rules/test.yml"),
        Logsource("windows", "process_creation"),
        techniques,
        tuple(Entity(*each) for each in entities),
        evidence,
        EventRef("windows", f"Security.evtx:{number}", key),
        (),
        probability,
        message,
    )


def attack() -> list[Finding]:
    """A lure, the program it brought, what that did a week later, and where it went."""
    mail = ("mailbox", "ingrid@halden.example")
    digest = ("hash", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    program = ("process", "c:\\users\\ingrid\\downloads\\offer_viewer.exe")
    host, user = ("host", "ws-014.halden.example"), ("account", "halden\\ingrid")
    line = '"C:\\Users\\ingrid\\Downloads\\offer_viewer.exe" /quiet /load "offer letter.pdf"'
    shell = "powershell -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA" + "A" * 500
    return [
        finding(1, 9 * DAY, "A message that looks like a recruiter's lure", mail,
                ("domain", "careers-aerovance.example"), ("person", "Anna Weiss"),
                ("document", "offer letter.zip"), level="high", techniques=("T1566.002",),
                evidence=(Evidence("subject", "Senior engineer at Aerovance", 0, 15, "bait"),
                          Evidence("body", "open the attached viewer to read it", 0, 24, "ask")),
                message="A stranger offers a post and asks to open a program.",
                probability=0.93),
        finding(2, 20 * HOUR, "An archive from a lure was opened", mail, digest,
                ("document", "offer letter.zip"), ("domain", "careers-aerovance.example"), host,
                techniques=("T1204.002",)),
        finding(3, 20 * HOUR - 3 * MINUTE, "A program ran from a downloads folder", digest,
                program, host, user, level="medium", techniques=("T1204.002",),
                evidence=(Evidence("CommandLine", line, 1, 46, "image"),)),
        finding(4, 20 * HOUR - 4 * MINUTE, "Encoded PowerShell", host, user, program,
                ("process", "c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe"),
                techniques=("T1059.001",),
                evidence=(Evidence("CommandLine", shell, 27, 31, "enc"),)),
        finding(5, 19 * HOUR, "A run key was added", host, user, program,
                techniques=("T1547.001",)),
        finding(6, 18 * HOUR, "A process talks to an address that nobody else talks to", host,
                program, ("address", "203.0.113.77"), level="high", techniques=("T1071.001",)),
        finding(7, 12 * HOUR, "Passwords were read from memory", host, ("account", "halden\\admin"),
                level="critical", techniques=("T1003.001",)),
        finding(8, 11 * HOUR, "A service was made on another machine", host,
                ("host", "fs-02.halden.example"), ("account", "halden\\admin"),
                techniques=("T1021.002",)),
    ]  # fmt: skip


def hostile() -> Finding:
    """A finding all of whose texts are an attacker's."""
    return finding(
        90, HOUR, HOSTILE, ("host", HOSTILE), ("url", f"http://evil.example/{HOSTILE}"),
        rule="hostile", techniques=("T1190",), message=HOSTILE,
        evidence=(Evidence(HOSTILE, HOSTILE * 40, 3, 30, "sel"),),
    )  # fmt: skip


def low() -> Finding:
    """A finding that alone is told of nobody."""
    return finding(91, HOUR, "A port was looked at", ("address", "198.51.100.5"), level="low")


def speak(firm: Firm) -> None:
    """Two sources, one of which is silent, and the events of a day."""
    statuses = [
        SourceStatus("windows", heartbeat=NOW, events=1_234_567, last_event=NOW - SECOND,
                     last_arrival=NOW, lag=SECOND, rate=51.66),
        SourceStatus("mail", heartbeat=NOW, events=400, last_event=NOW - 3 * HOUR,
                     last_arrival=NOW - 3 * HOUR, lag=SECOND, silence=HOUR, silent=True),
    ]  # fmt: skip
    firm.state.commit(Commit([_segment(firm, hour) for hour in range(30)]))
    with firm.state.transaction() as connection:
        for status in statuses:
            connection.execute(
                "INSERT OR REPLACE INTO source_status VALUES (?, ?)",
                (status.name, msgspec.json.encode(status)),
            )


def _segment(firm: Firm, hour: int) -> Segment:
    """The events of an hour: of those that findings are about, one each, and some more."""
    import pyarrow as pa

    found = [one for one in (*attack(), hostile(), low()) if (NOW - one.time) // HOUR == hour]
    rows = [(one.time, one.event_ref.key, _raw(one)) for one in found]
    rows += [
        (
            NOW - hour * HOUR - number * SECOND - 1,
            key_of("other", hour, number),
            b'{"EventID": 4688}',
        )
        for number in range(20 + 7 * (hour % 9))
    ]
    table = pa.table(
        {
            "event_time": [time for time, _, _ in rows],
            "arrival_time": [time + SECOND for time, _, _ in rows],
            "source": ["windows" for _ in rows],
            "format": ["jsonl" for _ in rows],
            "product": ["windows" for _ in rows],
            "category": ["process_creation" for _ in rows],
            "service": pa.nulls(len(rows), pa.string()),
            "place": [key for _, key, _ in rows],
            "key": [key for _, key, _ in rows],
            "host": ["ws-014.halden.example" for _ in rows],
            "raw": [raw for _, _, raw in rows],
            "record": pa.nulls(len(rows), pa.string()),
        }
    ).cast(schema())
    path = segment_path(firm.state.next_sequence(), NOW)
    return write_segment(firm.config.store_path, path, [table])


def _raw(one: Finding) -> bytes:
    fields = {each.field: each.value for each in one.evidence}
    return json.dumps({"EventID": 4688, "Computer": "ws-014", **fields}).encode()


def many(incidents: int, findings: int) -> list[Finding]:
    """So many findings that make so many incidents."""
    each = max(1, findings // incidents)
    levels = ("low", "medium", "high", "critical")
    tactics = (("T1190",), ("T1059.001", "T1190"), ("T1547",), ("T1003.001",), ())
    return [
        finding(
            1_000 + number * each + again,
            (number % 25) * DAY + again * SECOND,
            f"Rule {(number * 7 + again) % 40}",
            ("host", f"pc-{number}.halden.example"),
            ("account", f"halden\\user-{number}"),
            ("process", f"c:\\programs\\tool-{again % 9}.exe"),
            level=levels[1 + (number + again) % 3 if again else (number % 4)],
            techniques=tactics[(number + again) % 5],
            evidence=(Evidence("CommandLine", f"tool-{again % 9}.exe /x {number}", 0, 6, "sel"),),
        )
        for number in range(incidents)
        for again in range(each)
    ]
