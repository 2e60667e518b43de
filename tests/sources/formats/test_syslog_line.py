from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.instant import EPOCH, instant_of, rfc3339
from vedette.sources.formats.syslog_line import MAX_PARAMS, SyslogError, parse_line

NOW = 1_794_500_000_000_000  # 2026-11-12T20:53:20Z


def parsed(line: bytes | str, reference: int = NOW) -> dict[str, Any]:
    return parse_line(line if isinstance(line, bytes) else line.encode(), reference)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (  # RFC 5424, 6.5, example 1
            b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - "
            b"\xef\xbb\xbf'su root' failed for lonvick on /dev/pts/8",
            {
                "facility": 4,
                "severity": 2,
                "timestamp": "2003-10-11T22:14:15.003000Z",
                "hostname": "mymachine.example.com",
                "appname": "su",
                "msgid": "ID47",
                "message": "'su root' failed for lonvick on /dev/pts/8",
            },
        ),
        (  # example 2
            b"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - "
            b"%% It's time to make the do-nuts.",
            {
                "facility": 20,
                "severity": 5,
                "timestamp": "2003-08-24T12:14:15.000003Z",
                "hostname": "192.0.2.1",
                "appname": "myproc",
                "procid": "8710",
                "message": "%% It's time to make the do-nuts.",
            },
        ),
        (  # example 3
            b"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
            b'[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] '
            b"\xef\xbb\xbfAn application event log entry...",
            {
                "facility": 20,
                "severity": 5,
                "timestamp": "2003-10-11T22:14:15.003000Z",
                "hostname": "mymachine.example.com",
                "appname": "evntslog",
                "msgid": "ID47",
                "sd": {
                    "exampleSDID@32473": {
                        "iut": "3",
                        "eventSource": "Application",
                        "eventID": "1011",
                    }
                },
                "message": "An application event log entry...",
            },
        ),
        (  # example 4: no message
            b"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
            b'[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"]'
            b'[examplePriority@32473 class="high"]',
            {
                "facility": 20,
                "severity": 5,
                "timestamp": "2003-10-11T22:14:15.003000Z",
                "hostname": "mymachine.example.com",
                "appname": "evntslog",
                "msgid": "ID47",
                "sd": {
                    "exampleSDID@32473": {
                        "iut": "3",
                        "eventSource": "Application",
                        "eventID": "1011",
                    },
                    "examplePriority@32473": {"class": "high"},
                },
                "message": "",
            },
        ),
        (b"<0>1 - - - - - -", {"facility": 0, "severity": 0, "message": ""}),
        (  # RFC 3164, 5.4, example 1
            b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
            {
                "facility": 4,
                "severity": 2,
                "timestamp": "2026-10-11T22:14:15.000000Z",
                "hostname": "mymachine",
                "appname": "su",
                "message": "'su root' failed for lonvick on /dev/pts/8",
            },
        ),
        (  # example 2: no PRI and no time; a relay gave it both
            b"<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
            {
                "facility": 1,
                "severity": 5,
                "timestamp": "2026-02-05T17:32:18.000000Z",
                "hostname": "10.0.0.99",
                "message": "Use the BFG!",
            },
        ),
        (  # example 4: not a time that RFC 3164 knows
            b"<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All",
            {
                "facility": 0,
                "severity": 0,
                "message": "1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 "
                "sched[0]: That's All",
            },
        ),
    ],
)
def test_examples_of_the_standards(line: bytes, expected: dict[str, Any]) -> None:
    assert parsed(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Nov 10 08:19:44 host sshd[123]: Failed password for root",
            {
                "timestamp": "2026-11-10T08:19:44.000000Z",
                "hostname": "host",
                "appname": "sshd",
                "procid": "123",
                "message": "Failed password for root",
            },
        ),
        (
            "2020-11-10T08:19:44.123456+01:00 host CRON[1]: (root) CMD (x)",
            {
                "timestamp": "2020-11-10T07:19:44.123456Z",
                "hostname": "host",
                "appname": "CRON",
                "procid": "1",
                "message": "(root) CMD (x)",
            },
        ),
        (
            "2020-11-10T08:19:44+0100 host kernel: x",
            {
                "timestamp": "2020-11-10T07:19:44.000000Z",
                "hostname": "host",
                "appname": "kernel",
                "message": "x",
            },
        ),
        (
            "Nov  1 08:19:44 host sudo:   bob : TTY=pts/0 ; COMMAND=/bin/ls",
            {
                "timestamp": "2026-11-01T08:19:44.000000Z",
                "hostname": "host",
                "appname": "sudo",
                "message": "bob : TTY=pts/0 ; COMMAND=/bin/ls",
            },
        ),
        (
            "Nov 10 08:19:44 host last message repeated 3 times",
            {
                "timestamp": "2026-11-10T08:19:44.000000Z",
                "hostname": "host",
                "message": "last message repeated 3 times",
            },
        ),
        (
            "Nov 10 08:19:44 tag[12]: a program that names no host",
            {
                "timestamp": "2026-11-10T08:19:44.000000Z",
                "appname": "tag",
                "procid": "12",
                "message": "a program that names no host",
            },
        ),
        (
            "<166>Nov 10 2020 08:19:44: %ASA-6-302013: Built",
            {
                "facility": 20,
                "severity": 6,
                "timestamp": "2020-11-10T08:19:44.000000Z",
                "appname": "%ASA-6-302013",
                "message": "Built",
            },
        ),
        (
            "<189>Nov 10 08:19:44 r1 123: *Mar  1 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured",
            {
                "facility": 23,
                "severity": 5,
                "timestamp": "2026-11-10T08:19:44.000000Z",
                "hostname": "r1",
                "appname": "%SYS-5-CONFIG_I",
                "message": "Configured",
            },
        ),
        (
            "<189>123: r1: .Mar  1 18:46:11.123: %SEC_LOGIN-5-LOGIN_SUCCESS: ok",
            {
                "facility": 23,
                "severity": 5,
                "timestamp": "2026-03-01T18:46:11.123000Z",
                "appname": "%SEC_LOGIN-5-LOGIN_SUCCESS",
                "message": "ok",
            },
        ),
        ("<13>hello: x", {"facility": 1, "severity": 5, "message": "hello: x"}),
        (
            "<13>app[3]: hi\n\0",
            {"facility": 1, "severity": 5, "appname": "app", "procid": "3", "message": "hi"},
        ),
        (
            "<13>Nov 31 08:19:44 host x: no such day",
            {"facility": 1, "severity": 5, "message": "Nov 31 08:19:44 host x: no such day"},
        ),
        (
            "Nov 10 08:19:44 fw CEF:0|V|P|1|100|name|5|src=10.0.0.1 msg=a\\=b",
            {
                "timestamp": "2026-11-10T08:19:44.000000Z",
                "hostname": "fw",
                "message": "CEF:0|V|P|1|100|name|5|src=10.0.0.1 msg=a\\=b",
            },
        ),
        ("Nov 10 08:19:44", {"timestamp": "2026-11-10T08:19:44.000000Z", "message": ""}),
    ],
)
def test_what_programs_and_devices_make_of_it(line: str, expected: dict[str, Any]) -> None:
    assert parsed(line) == expected


def test_escapes_and_repeated_parameters_of_structured_data() -> None:
    line = r'<1>1 - - - - - [a@1 x="\"\\\]" y="1" y="2" y="3" z="\n"][b] text'
    record = parsed(line)
    assert record["sd"] == {"a@1": {"x": '"\\]', "y": ["1", "2", "3"], "z": "\\n"}, "b": {}}
    assert record["message"] == "text"


@pytest.mark.parametrize(
    ("line", "column", "what"),
    [
        ("garbage", 1, "expected <PRI> or a time"),
        ("", 1, "expected <PRI> or a time"),
        ("<192>x", 1, "expected <PRI> with a number from 0 to 191"),
        ("<x>y", 1, "expected <PRI> with a number from 0 to 191"),
        ("Foo 10 08:19:44 host x: y", 1, "no such month: Foo"),
        ("Nov 10 25:19:44 host x: y", 1, "no such time of day"),
        ("2020-13-10T08:19:44Z host x: y", 1, "month must be in 1..12"),
        ("<1>1 2003-13-11T22:14:15Z h a p m - x", 6, "month must be in 1..12"),
        ("<1>1 yesterday h a p m - x", 6, "expected an RFC 3339 time"),
        ("<1>1 - h a p m [id x=1] m", 19, 'expected NAME="VALUE" or ] in the structured data'),
        ('<1>1 - h a p m [id x="1', 19, 'expected NAME="VALUE" or ] in the structured data'),
        ("<1>1 - h a p m [] m", 16, "expected structured data, [ID ...] or -"),
        ("<1>1 - h a p m -x", 17, "expected a space after the structured data"),
    ],
)
def test_errors_have_a_column(line: str, column: int, what: str) -> None:
    with pytest.raises(SyslogError) as caught:
        parsed(line)
    assert (caught.value.column, str(caught.value)) == (column, what)


def test_parameters_are_bounded() -> None:
    line = "<1>1 - h a p m [i" + ' a="1"' * (MAX_PARAMS + 1) + "] x"
    with pytest.raises(SyslogError, match="more than 4,096 parameters"):
        parsed(line)


_NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
_SD_NAMES = _NAMES.filter(lambda name: not set(name) & set('=]"'))
_MOMENTS = st.integers(10**14, 10**17).map(lambda us: EPOCH + timedelta(microseconds=us))
_VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_MESSAGES = _VALUES.map(lambda text: text.rstrip("\r\n\0").lstrip("\ufeff"))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


@given(
    st.integers(0, 191),
    _MOMENTS,
    st.tuples(_NAMES, _NAMES, _NAMES, _NAMES),
    st.dictionaries(_SD_NAMES, st.dictionaries(_SD_NAMES, _VALUES, max_size=3), max_size=3),
    _MESSAGES,
    st.booleans(),
)
def test_what_rfc_5424_writes_is_read_back(
    pri: int,
    moment: datetime,
    names: tuple[str, str, str, str],
    sd: dict[str, dict[str, str]],
    message: str,
    bom: bool,
) -> None:
    elements = "".join(
        f"[{key}" + "".join(f' {name}="{_escaped(value)}"' for name, value in params.items()) + "]"
        for key, params in sd.items()
    )
    mark = "\ufeff" if bom else ""
    written = moment.isoformat().replace("+00:00", "Z")
    line = f"<{pri}>1 {written} {' '.join(names)} {elements or '-'} {mark}{message}"
    record = parsed(line)
    keys = ("hostname", "appname", "procid", "msgid")
    expected = {key: name for key, name in zip(keys, names, strict=True) if name != "-"}
    assert record == expected | ({"sd": sd} if sd else {}) | {
        "facility": pri // 8,
        "severity": pri % 8,
        "timestamp": rfc3339(instant_of(written) or 0),
        "message": message,
    }


@given(
    _MOMENTS,
    st.timedeltas(timedelta(), timedelta(days=360)),
)
def test_the_missing_year_is_that_of_the_last_twelve_months(
    moment: datetime, age: timedelta
) -> None:
    reference = instant_of((moment + age).isoformat())
    assert reference is not None
    line = f"{moment:%b} {moment.day:2} {moment:%H:%M:%S} host x: y"
    expected = f"{moment.replace(microsecond=0):%Y-%m-%dT%H:%M:%S}.000000Z"
    if (moment.month, moment.day) == (2, 29):
        assert parsed(line, reference)["timestamp"][5:] == expected[5:]
    else:
        assert parsed(line, reference)["timestamp"] == expected


@pytest.mark.parametrize(
    ("reference", "written", "expected"),
    [
        ("2026-01-01T00:00:05Z", "Dec 31 23:59:59", "2025-12-31T23:59:59.000000Z"),
        ("2026-01-01T00:00:05Z", "Jan  1 00:00:04", "2026-01-01T00:00:04.000000Z"),
        # a clock that is ahead, or a zone east of Greenwich
        ("2025-12-31T20:00:00Z", "Jan  1 09:00:00", "2026-01-01T09:00:00.000000Z"),
        ("2025-12-31T20:00:00Z", "Jan  2 09:00:00", "2025-01-02T09:00:00.000000Z"),
        ("2026-11-21T00:00:00Z", "Feb 29 10:00:00", "2024-02-29T10:00:00.000000Z"),
        ("1900-03-01T00:00:00Z", "Feb 29 10:00:00", "1896-02-29T10:00:00.000000Z"),
    ],
)
def test_new_year_and_leap_years(reference: str, written: str, expected: str) -> None:
    at = instant_of(reference)
    assert at is not None
    assert parsed(f"{written} host x: y", at)["timestamp"] == expected


def test_a_zone_may_be_given() -> None:
    record = parse_line(b"Jul 10 08:19:44 host x: y", NOW, ZoneInfo("Europe/Berlin"))
    assert record["timestamp"] == "2026-07-10T06:19:44.000000Z"


@given(st.binary(max_size=200) | st.text(alphabet='<13>1 -[]"=\\:Nov 10:2026TZ%', max_size=120))
def test_anything_is_a_record_or_an_error(line: bytes | str) -> None:
    try:
        record = parsed(line)
    except SyslogError as error:
        assert error.column >= 1
    else:
        assert isinstance(record["message"], str)
