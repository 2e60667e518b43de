from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.sources.formats.sysmon_event import MAX_EVENT, parse_event

HEAD = (
    '<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/>'
    "<EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode>"
    "<Keywords>0x8000000000000000</Keywords>"
    '<TimeCreated SystemTime="2026-11-12T20:00:01.533654000Z"/>'
    "<EventRecordID>191</EventRecordID><Correlation/>"
    '<Execution ProcessID="3839" ThreadID="3840"/><Channel>Linux-Sysmon/Operational</Channel>'
    '<Computer>web1</Computer><Security UserId="0"/></System><EventData>'
)
TAIL = "</EventData></Event>"


def test_an_event_becomes_flat() -> None:
    data = (
        '<Data Name="UtcTime">2026-11-12 20:00:01.540</Data>'
        '<Data Name="CommandLine">sh -c &quot;a &lt; b &amp;&amp; c&quot;</Data>'
        '<Data Name="User"/>'
    )
    assert parse_event(HEAD + data + TAIL) == {
        "Provider_Name": "Linux-Sysmon",
        "Provider_Guid": "{ff032593-a8d3-4f13-b0d6-01fc615a0f97}",
        "EventID": 1,
        "Version": 5,
        "Level": 4,
        "Task": 1,
        "Opcode": 0,
        "Keywords": "0x8000000000000000",
        "TimeCreated": "2026-11-12T20:00:01.533654000Z",
        "EventRecordID": 191,
        "Execution_ProcessID": 3839,
        "Execution_ThreadID": 3840,
        "Channel": "Linux-Sysmon/Operational",
        "Computer": "web1",
        "Security_UserId": "0",
        "UtcTime": "2026-11-12 20:00:01.540",
        "CommandLine": 'sh -c "a < b && c"',
        "User": "",
    }


def test_unnamed_data_and_taken_names() -> None:
    record = parse_event(HEAD + '<Data>a</Data><Data>b</Data><Data Name="Level">x</Data>' + TAIL)
    assert record["Data"] == ["a", "b"]
    assert (record["Level"], record["EventData_Level"]) == (4, "x")
    assert parse_event(HEAD + "<Data>a</Data>" + TAIL)["Data"] == "a"


_TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
)


@given(st.dictionaries(_TEXTS.map(lambda text: "x" + text), _TEXTS, max_size=5))
def test_what_is_written_is_read_back(fields: dict[str, str]) -> None:
    data = "".join(
        f"<Data Name={quoteattr(name)}>{escape(value)}</Data>" for name, value in fields.items()
    )
    assert fields.items() <= parse_event(HEAD + data + TAIL).items()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><Event>&a;</Event>', "document type"),
        ("<Event>", "not well-formed XML"),
        ("<Event>&undefined;</Event>", "not well-formed XML"),
        ("<Event/>", "expected an Event element"),
        ("<Event>" + "x" * MAX_EVENT, "more than 1,048,576 characters"),
        ("<Event>\x00</Event>", "not well-formed XML"),
        ("<a>" * 100_000, "not well-formed XML"),
        ("<a>" * 100_000 + "</a>" * 100_000, "expected an Event element"),
    ],
)
def test_what_is_refused(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        parse_event(text)
