"""The many ways in which exporters write one Windows event, and the one record they come to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.sources.windows_event import flatten, is_event

FLAT = {
    "Provider_Name": "Microsoft-Windows-Sysmon",
    "EventID": 1,
    "Channel": "Microsoft-Windows-Sysmon/Operational",
    "TimeCreated": "2026-11-21T08:15:30Z",
    "Execution_ProcessID": 42,
    "Image": "C:\\a.exe",
}
WRITTEN: dict[str, dict[str, Any]] = {
    "evtx_dump": {
        "Event": {
            "#attributes": {"xmlns": "urn:x"},
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
                "EventID": 1,
                "TimeCreated": {"#attributes": {"SystemTime": "2026-11-21T08:15:30Z"}},
                "Correlation": None,
                "Execution": {"#attributes": {"ProcessID": 42}},
                "Channel": "Microsoft-Windows-Sysmon/Operational",
            },
            "EventData": {"Image": "C:\\a.exe"},
        }
    },
    "evtx_dump, attributes aside": {
        "Event": {
            "Event_attributes": {"xmlns": "urn:x"},
            "System": {
                "Provider_attributes": {"Name": "Microsoft-Windows-Sysmon"},
                "EventID": "1",
                "TimeCreated_attributes": {"SystemTime": "2026-11-21T08:15:30Z"},
                "Execution_attributes": {"ProcessID": 42},
                "Channel": "Microsoft-Windows-Sysmon/Operational",
            },
            "EventData": {"Image": "C:\\a.exe"},
        }
    },
    "xmltodict": {
        "Event": {
            "@xmlns": "urn:x",
            "System": {
                "Provider": {"@Name": "Microsoft-Windows-Sysmon"},
                "EventID": "1",
                "TimeCreated": {"@SystemTime": "2026-11-21T08:15:30Z"},
                "Execution": {"@ProcessID": 42},
                "Channel": "Microsoft-Windows-Sysmon/Operational",
            },
            "EventData": {"Data": [{"@Name": "Image", "#text": "C:\\a.exe"}]},
        }
    },
    "velociraptor": {
        "System": {
            "Provider": {"Name": "Microsoft-Windows-Sysmon"},
            "EventID": {"Value": 1},
            "TimeCreated": {"SystemTime": "2026-11-21T08:15:30Z"},
            "Execution": {"ProcessID": 42},
            "Channel": "Microsoft-Windows-Sysmon/Operational",
        },
        "EventData": {"Image": "C:\\a.exe"},
    },
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=list(WRITTEN))
def test_all_writers_come_to_the_same_record(written: dict[str, Any]) -> None:
    assert is_event(written)
    assert flatten(written) == FLAT


def payload(section: str, value: Any) -> dict[str, Any]:
    flat = flatten({"Event": {"System": {"EventID": 104, "Channel": "System"}, section: value}})
    return {
        k: v for k, v in flat.items() if (k, v) not in {"EventID": 104, "Channel": "System"}.items()
    }


@pytest.mark.parametrize(
    ("section", "value", "flat"),
    [
        ("EventData", None, {}),
        ("EventData", "text", {"Data": "text"}),
        ("EventData", {"Data": {"#text": "one"}, "Binary": None}, {"Data": "one", "Binary": None}),
        ("EventData", {"Data": {"#text": ["a", "b"]}}, {"Data": ["a", "b"]}),
        ("EventData", {"Data": ["a", "b"]}, {"Data": ["a", "b"]}),
        ("EventData", {"#attributes": {"Name": "TEMPLATE"}, "x": 1}, {"x": 1}),
        ("EventData", {"x": {"#attributes": {"a": "b"}, "#text": "t"}}, {"x": "t"}),
        (
            "UserData",
            {"LogFileCleared": {"#attributes": {"xmlns": "u"}, "Channel": "Windows PowerShell"}},
            {"UserData_Channel": "Windows PowerShell"},
        ),
        ("UserData", {"W": {"Deep": {"er": {"#text": 1}}}}, {"Deep": {"er": 1}}),
        ("UserData", {"Bare": "text"}, {"Bare": "text"}),
        ("ProcessingErrorData", {"ErrorCode": 15005}, {"ErrorCode": 15005}),
        (
            "RenderingInfo",
            {"Message": "m", "Channel": "c"},
            {"Message": "m", "RenderingInfo_Channel": "c"},
        ),
    ],
)
def test_payloads(section: str, value: Any, flat: dict[str, Any]) -> None:
    assert payload(section, value) == flat


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Event",
                    "System",
                    "EventData",
                    "UserData",
                    "Data",
                    "#text",
                    "#attributes",
                    "@Name",
                    "Name",
                    "EventID",
                    "Provider",
                    "a_attributes",
                    "",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["Event", "System", "EventData", "UserData"]), JSON))
def test_never_raises(record: dict[str, Any]) -> None:
    is_event(record)
    assert all(isinstance(key, str) for key in flatten(record))
