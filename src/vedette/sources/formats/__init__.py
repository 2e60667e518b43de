"""The formats that can be read, by name and in the order in which they are recognised."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from vedette.model.errors import ConfigError

if TYPE_CHECKING:
    from vedette.sources.format import FileFormat, LineFormat

_HERE: Final = __name__

_ORDER: Final[tuple[tuple[str, str, str], ...]] = (
    ("evtx", "evtx", "FORMAT"),
    ("parquet", "arrow", "PARQUET"),
    ("arrow", "arrow", "FORMAT"),
    ("json-array", "json_array", "FORMAT"),
    ("ndjson", "ndjson", "FORMAT"),
    ("zeek", "zeek", "FORMAT"),
    ("auditd", "auditd", "FORMAT"),
    ("sysmon-linux", "sysmon_linux", "FORMAT"),
    ("access", "access", "FORMAT"),
    ("syslog", "syslog", "FORMAT"),
)
"""Name, module and constant, the strictest first: nearly any text line is syslog to someone.
Modules are imported when they are first needed."""

_MODULE: Final = {name: (module, constant) for name, module, constant in _ORDER}


def in_order() -> tuple[str, ...]:
    """The names of the formats with a recogniser, in the order in which they are asked."""
    return tuple(name for name, _, _ in _ORDER)


def format_names() -> tuple[str, ...]:
    """Every name that `format_named` and `--format` take, sorted."""
    from vedette.sources import json_kind

    return tuple(sorted({*_MODULE, *json_kind.FORMATS}))


def own_format(name: str) -> LineFormat | FileFormat:
    """The format with a recogniser of this name. Raises KeyError."""
    module, constant = _MODULE[name]
    found: LineFormat | FileFormat = getattr(import_module(f"{_HERE}.{module}"), constant)
    return found


def format_named(name: str) -> LineFormat | FileFormat:
    """The format of this name.

    The name of a mapping that is written as JSON (`windows`, `osquery`, ...) gives NDJSON whose
    events are all taken for that; where there is a text form too (`zeek`, `access`,
    `sysmon-linux`), the first line decides between them. Raises ConfigError.
    """
    from vedette.sources import json_kind

    if name in json_kind.FORMATS:
        from vedette.sources.formats.ndjson import NdjsonFormat

        if name not in _MODULE:
            return NdjsonFormat(name, forced=name)
        from vedette.sources.formats.either import EitherFormat

        text = own_format(name)
        assert not hasattr(text, "read"), "the formats with two forms are line formats"
        return EitherFormat(name, text)
    if name not in _MODULE:
        known = ", ".join(format_names())
        raise ConfigError([f"{name}: no such format; choose one of {known}"])
    return own_format(name)
