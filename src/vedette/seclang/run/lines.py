"""Matches as the lines that ModSecurity 3 writes into a server's error log, for tools that read
those (fail2ban, CRS's own test runner)."""

from __future__ import annotations

from typing import Final

from vedette.seclang.run.outcome import Match

_SPARE: Final = 512
"""Bytes of one message or datum in a line."""


def log_line(match: Match, *, client: str, host: str, uri: str, unique_id: str) -> str:
    """One line without its end. Whatever is not printable ASCII, and quotes, are escaped."""
    fields: list[tuple[str, str]] = [
        ("file", match.file),
        ("line", str(match.line)),
        ("id", str(match.id)),
        ("msg", match.msg),
        ("data", match.data),
    ]
    if match.severity is not None:
        fields.append(("severity", str(match.severity)))
    fields.append(("ver", match.ver))
    fields += [("tag", tag) for tag in match.tags]
    fields += [("hostname", host), ("uri", uri), ("unique_id", unique_id)]
    shown = " ".join(f'[{name} "{_escaped(value)}"]' for name, value in fields)
    where = match.hits[-1].variable if match.hits else "none"
    return f"[client {client}] ModSecurity: Warning. Matched at {_escaped(where)}. {shown}"


def _escaped(text: str) -> str:
    return "".join(
        char if " " <= char <= "~" and char not in '"\\' else _hex(char) for char in text[:_SPARE]
    )


def _hex(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))
