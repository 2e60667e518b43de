from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.formats.line_reading import fed, read, read_resumed
from vedette.sources.formats.syslog import FORMAT, SyslogFormat
from vedette.sources.formats.sysmon_linux import FORMAT as SYSMON

NOW = 1_794_500_000_000_000
SYSLOG = SyslogFormat(clock=lambda: NOW)
XML = (
    '<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593}"/><EventID>1</EventID>'
    "<Channel>Linux-Sysmon/Operational</Channel></System><EventData>"
    '<Data Name="Image">/bin/sh</Data></EventData></Event>'
)
AT = "msg=audit(1794500000.123:7):"
MIXED = [
    b"Nov 12 20:00:00 host systemd[1]: Started x.",
    b"Nov 12 20:00:01 host sysmon: " + XML.encode(),
    b"",
    f"Nov 12 20:00:02 host audispd: type=SYSCALL {AT} arch=c000003e syscall=2 items=0".encode(),
    b"Nov 12 20:00:02 host sshd[9]: Accepted",
    f'Nov 12 20:00:02 host audispd: type=PATH {AT} item=0 name="/x"'.encode(),
    b"Nov 12 20:00:03 host sysmon: <Event>broken",
    XML.encode(),
    b"no message at all",
    b"Nov 12 20:00:04 host cron[2]: x",
    f"Nov 12 20:00:05 host audispd: type=USER_END {AT[:-2]}8): pid=3 msg='op=x'".encode(),
]


def test_guests_among_messages_are_read_as_what_they_are() -> None:
    outcome = read(SYSLOG, MIXED)
    assert [(name, place) for name, place, _, _ in outcome.events] == [
        ("syslog", "line 1"),
        ("syslog", "line 5"),
        ("syslog", "line 7"),
        ("syslog", "line 10"),
        ("sysmon-linux", "line 2"),
        ("sysmon-linux", "line 8"),
        ("auditd", "line 11"),
        ("auditd", "line 4"),
    ]
    assert [problem.where for problem in outcome.problems] == ["line 9:1", "line 7"]
    sysmon = outcome.events[4][2]
    assert (sysmon["EventID"], sysmon["Image"]) == (1, "/bin/sh")
    joined = outcome.events[-1]
    assert joined[2]["types"] == ["SYSCALL", "PATH"]
    assert joined[3] == MIXED[3] + b"\n" + MIXED[5]


def test_a_message_cannot_pose_as_another_program() -> None:
    outcome = fed(
        SYSLOG,
        f"Nov 12 20:00:00 host logger: type=USER_END {AT} pid=3",
        "Nov 12 20:00:00 host logger: " + XML,
    )
    assert [name for name, *_ in outcome.events] == ["syslog", "syslog"]


@given(st.lists(st.integers(0, len(MIXED)), max_size=4, unique=True))
def test_going_on_anywhere_equals_one_pass(stops: list[int]) -> None:
    once, resumed = read(SYSLOG, MIXED), read_resumed(SYSLOG, MIXED, stops)
    assert sorted(once.events, key=str) == sorted(resumed.events, key=str)
    assert sorted(once.problems, key=str) == sorted(resumed.problems, key=str)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<34>1 2003-10-11T22:14:15.003Z h su - ID47 - x", True),
        (b"<34>Oct 11 22:14:15 h su: x", True),
        (b"Oct 11 22:14:15 h su: x\nOct  1 22:14:15 h su: x", True),
        (b"2020-11-10T08:19:44.123456+01:00 host CRON[1]: x", True),
        (b"<189>123: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: x", True),
        (b"2020-11-10T08:19:44Z INFO something happened", False),
        (b'{"a": 1}', False),
        (b"<Event>", False),
        (b"<html><body>", False),
        (b"Oct 11 22:14:15 h su: x\nwhat\nis\nthis", False),
        (b"", False),
        (b"\x00\xff\xfe", False),
    ],
)
def test_recognition(head: bytes, expected: bool) -> None:
    assert FORMAT.recognises(head) is expected


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "Nov 12 20:00:01 host sysmon: ",
        "<14>Nov 12 20:00:01 host sysmon[77]: ",
        "2026-11-12T20:00:01.5+00:00 host sysmon: ",
        "<14>1 2026-11-12T20:00:01Z host sysmon 77 - - ",
    ],
)
def test_sysmon_is_recognised_before_syslog(prefix: str) -> None:
    line = (prefix + XML).encode()
    assert SYSMON.recognises(line)
    outcome = read(SYSMON, [line, line])
    assert [name for name, *_ in outcome.events] == ["sysmon-linux"] * 2
    assert outcome.events[0][3] == line


def test_other_events_in_xml_are_not_sysmon() -> None:
    assert not SYSMON.recognises(b"<Event><System><Provider Name='Other'/></System></Event>")
    assert not SYSMON.recognises(b"Nov 12 20:00:01 host sshd: Linux-Sysmon")
