"""Every format is told from its content, and a name overrides what was told."""

from __future__ import annotations

import io
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evtx_writer import event, evtx_file
from vedette.model.errors import ConfigError
from vedette.sources.formats import format_named, format_names, in_order, own_format
from vedette.sources.recognise import chosen, recognise


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), sink)
    return sink.getvalue()


HEADS = {
    "evtx": evtx_file([[event(1, "Security", 4688, {})]])[:65536],
    "parquet": parquet(),
    "arrow": b"ARROW1\0\0\xff\xff\xff\xff",
    "json-array": b'[\n  {"EventID": 1}\n]',
    "ndjson": b'{"EventID": 1, "Channel": "Security"}\n{"EventID": 2',
    "zeek": (
        b"#separator \\x09\n#set_separator\t,\n#path\tconn\n"
        b"#fields\tts\tuid\n#types\ttime\tstring\n"
    ),
    "auditd": b"type=SYSCALL msg=audit(1604996384.965:93777): arch=c000003e syscall=59\n",
    "access": b'192.0.2.1 - - [21/Nov/2026:08:15:30 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"\n',
    "syslog": b"<34>1 2026-11-21T08:15:30Z host app 1 - - text\n",
    "sysmon-linux": (
        b'Nov 21 08:15:30 host sysmon: <Event><System><Provider Name="Linux-Sysmon" '
        b'Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>1</EventID><Version>5</Version>'
        b"<Channel>Linux-Sysmon/Operational</Channel><Computer>host</Computer></System>"
        b'<EventData><Data Name="Image">/bin/sh</Data></EventData></Event>\n'
    ),
}


def test_every_format_has_a_head_here() -> None:
    assert set(HEADS) == set(in_order())


@pytest.mark.parametrize("name", HEADS)
def test_each_is_recognised_and_by_none_before_it(name: str) -> None:
    found = recognise(HEADS[name])
    assert found is not None
    assert found.name == name
    assert found is own_format(name)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be", "utf-16"])
def test_text_is_recognised_in_any_encoding(encoding: str) -> None:
    for name in ("ndjson", "json-array", "auditd", "access", "syslog"):
        found = recognise(HEADS[name].decode().encode(encoding))
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\n\n",
        b"plain words\n",
        bytes(4096),
        b"\x7fELF\x02\x01\x01",
        b"%PDF-1.7\n",
        b"title: A\n",
    ],
)
def test_what_is_no_log_is_not_recognised(head: bytes) -> None:
    assert recognise(head) is None


@settings(deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_nothing_raises(head: bytes) -> None:
    recognise(head)
    for name in in_order():
        recognise(HEADS[name][:40] + head)


def test_a_long_head_is_recognised_in_no_time() -> None:
    for filler in (b"{", b"[", b"[{", b'{"a":', b" ", b"<1>", b"type=", b"\t", b"a ", b'"', b"#"):
        before = time.process_time()
        recognise((filler * 65536)[:65536])
        # a recogniser that backtracks takes minutes, so that a slow machine does not matter
        assert time.process_time() - before < 5


def test_every_name_gives_a_format() -> None:
    assert {"windows", "winlog", "osquery", "suricata", "json", "ndjson", "evtx"} < set(
        format_names()
    )
    assert set(in_order()) < set(format_names())
    for name in format_names():
        assert format_named(name).name == name


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(ConfigError, match="choose one of access, "):
        format_named("nonsense")


def test_a_name_says_what_the_events_are_and_not_how_they_are_packed() -> None:
    def name_of(name: str, head: bytes) -> str:
        found = chosen(name, head)
        assert found is not None
        return found.name

    assert name_of("windows", HEADS["evtx"]) == "evtx"
    assert name_of("osquery", HEADS["parquet"]) == "parquet"
    assert name_of("winlog", HEADS["json-array"]) == "json-array"
    assert name_of("windows", HEADS["ndjson"]) == "windows"
    assert name_of("syslog", HEADS["ndjson"]) == "syslog"
    assert name_of("ndjson", HEADS["evtx"]) == "ndjson"


@pytest.mark.parametrize(
    ("name", "text", "json"),
    [
        ("zeek", HEADS["zeek"] + b"1.5\tC1\n", b'{"ts": 1.5, "id.orig_h": "192.0.2.1"}'),
        ("access", HEADS["access"], b'{"method": "GET", "uri": "/", "status": 200}'),
        ("sysmon-linux", HEADS["sysmon-linux"], b'{"EventID": 1, "Image": "/bin/sh"}'),
    ],
)
def test_formats_with_two_forms_look_at_the_first_line(name: str, text: bytes, json: bytes) -> None:
    format = format_named(name)
    assert hasattr(format, "reader")
    for data in (text, json):
        reader = format.reader()
        assert (reader.state(), reader.held(), reader.feed([b""], 1), reader.close()) == (
            "",
            None,
            [],
            [],
        )
        chunks = [*reader.feed(data.splitlines(), 2)]
        state = reader.state()
        chunks += reader.close()
        assert [chunk.format for chunk in chunks] == [name]
        assert sum(len(chunk.rows) for chunk in chunks) == 1
        format.reader(state)
    with pytest.raises(ValueError, match="no state"):
        format.reader("nonsense")
