"""One Windows event, from the shape of its XML to the flat record that rules are written for.

The shape is what exporters make of the schema (MS-EVEN6, 2.2.13 and the Event schema): `System`
with one element per header field, `EventData` or `UserData` with the payload. How attributes and
texts are written differs: `#attributes` and `#text` (evtx_dump, chainsaw), a sibling
`X_attributes` (evtx_dump), `@Name` and `#text` (xmltodict), plain keys (Velociraptor).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_RENAMED: Final = {"TimeCreated_SystemTime": "TimeCreated", "EventID_Qualifiers": "Qualifiers"}
_SIBLING: Final = "_attributes"
_TEXT: Final = ("#text", "Value")


def is_event(record: Mapping[str, Any]) -> bool:
    """True for `{"Event": {"System": ...}}` and for the same without its wrapper."""
    event = record.get("Event", record)
    if not isinstance(event, dict):
        return False
    system = event.get("System")
    return isinstance(system, dict) and "EventID" in system


def flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """The event as a flat `windows` record.

    Header fields: EventID (int), Channel, Computer, Level, EventRecordID, TimeCreated (RFC 3339
    text), Provider_Name, Execution_ProcessID, Security_UserID, ... Payload fields under their own
    names; unnamed ones as `Data` (text, or a list of texts). A payload field whose name a header
    field has already becomes `EventData_X` or `UserData_X`: event 104 of Microsoft-Windows-Eventlog
    has a `Channel` of its own, the log that was cleared.
    """
    event = record.get("Event", record)
    if not isinstance(event, dict):
        return {}
    flat: dict[str, Any] = {}
    system = event.get("System")
    if isinstance(system, dict):
        _header(system, flat)
    for section, value in event.items():
        if section == "System" or section.startswith(("#", "@")) or section.endswith(_SIBLING):
            continue
        if section == "UserData" and isinstance(value, dict):
            for wrapper, inner in value.items():
                if not wrapper.startswith(("#", "@")) and not wrapper.endswith(_SIBLING):
                    _payload(inner if isinstance(inner, dict) else {wrapper: inner}, section, flat)
        elif isinstance(value, dict):
            _payload(value, section, flat)
        elif value is not None:
            _put(flat, "Data" if section == "EventData" else section, value, section)
    return flat


def _header(system: dict[str, Any], flat: dict[str, Any]) -> None:
    for key, value in system.items():
        if isinstance(value, dict):
            _attributes(key.removesuffix(_SIBLING), value, flat)
        elif value is not None:
            flat[key] = value
    number = flat.get("EventID")
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 10:
        flat["EventID"] = int(number)


def _attributes(key: str, value: dict[str, Any], flat: dict[str, Any]) -> None:
    for name, item in value.items():
        if name in _TEXT:
            flat[key] = item
        elif name == "#attributes" and isinstance(item, dict):
            _attributes(key, item, flat)
        elif item is not None:
            full = f"{key}_{name.lstrip('@')}"
            flat[_RENAMED.get(full, full)] = item


def _payload(fields: dict[str, Any], section: str, flat: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name == "Data":
            _data(value, section, flat)
        elif name == "#text":
            _put(flat, "Data", value, section)
        elif name[:1] in "#@" or (name.endswith(_SIBLING) and isinstance(value, dict)):
            continue  # namespaces, and the name of the template
        else:
            _put(flat, name, _plain(value), section)


def _data(value: Any, section: str, flat: dict[str, Any]) -> None:
    """`Data` elements: unnamed ones in a list, named ones as objects that say their name."""
    if isinstance(value, dict) and not _name(value):
        value = value.get("#text")
    unnamed: list[Any] = []
    for item in value if isinstance(value, list) else [value]:
        name = _name(item) if isinstance(item, dict) else None
        if name:
            _put(flat, name, item.get("#text"), section)
        else:
            unnamed.append(_plain(item))
    if len(unnamed) == 1:
        _put(flat, "Data", unnamed[0], section)
    elif unnamed:
        _put(flat, "Data", unnamed, section)


def _name(item: dict[str, Any]) -> str | None:
    attributes = item.get("#attributes")
    name = item.get("@Name") or (attributes.get("Name") if isinstance(attributes, dict) else None)
    return name if isinstance(name, str) else None


def _plain(value: Any) -> Any:
    """A nested element without its attributes; one that is only text, as that text."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _plain(item) for key, item in value.items() if key != "#attributes"}
    return inner["#text"] if inner.keys() == {"#text"} else inner


def _put(flat: dict[str, Any], name: str, value: Any, section: str) -> None:
    """Never over what is there: a taken name gets the section before it."""
    if name in flat:
        name = f"{section}_{name}"
    flat[name] = value
