"""One event of Sysmon for Linux: the XML of a Windows event, flattened."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any, Final

_Pairs = list[tuple[str, str]]

MAX_EVENT: Final = 1 << 20
"""Characters of one event; syslog daemons cut messages at 8 KiB unless told otherwise."""

_NUMBERS: Final = frozenset(
    (
        "EventID",
        "Version",
        "Level",
        "Task",
        "Opcode",
        "EventRecordID",
        "Execution_ProcessID",
        "Execution_ThreadID",
    )
)
_RENAMED: Final = {"TimeCreated_SystemTime": "TimeCreated"}
_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)


def parse_event(text: str) -> dict[str, Any]:
    """The event as a flat record like those of Windows: Provider_Name, EventID (int), Channel,
    Computer, TimeCreated, ... and every `Data` under its own name.

    Raises ValueError where it is not well formed, has a document type, or is no event.
    """
    if len(text) > MAX_EVENT:
        raise ValueError(f"an event of more than {MAX_EVENT:,} characters")
    header, data = _parsed(text)
    record: dict[str, Any] = {}
    for name, value in header:
        name = _RENAMED.get(name, name)
        record[name] = int(value) if name in _NUMBERS and _NUMBER.fullmatch(value) else value
    if "EventID" not in record:
        raise ValueError("expected an Event element with a System and an EventID inside")
    unnamed: list[str] = []
    for name, value in data:
        if name == "Data":
            unnamed.append(value)
        else:
            record[f"EventData_{name}" if name in record else name] = value
    if unnamed:
        record["Data"] = unnamed if len(unnamed) > 1 else unnamed[0]
    return record


def _parsed(text: str) -> tuple[_Pairs, _Pairs]:
    """The header's fields and the payload's, in order."""
    if "<!DOCTYPE" in text:
        raise ValueError("a document type, which no event has, is refused")
    try:
        event = ElementTree.fromstring(text)  # noqa: S314 (a document type is refused above)
    except ElementTree.ParseError as error:
        raise ValueError(f"not well-formed XML: {error}") from error
    header: _Pairs = []
    data: _Pairs = []
    for section in event:
        if _name(section.tag) != "System":
            data += ((item.get("Name") or _name(item.tag), item.text or "") for item in section)
            continue
        for item in section:
            name = _name(item.tag)
            if item.text:
                header.append((name, item.text))
            header += ((f"{name}_{attribute}", value) for attribute, value in item.items())
    return header, data


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
