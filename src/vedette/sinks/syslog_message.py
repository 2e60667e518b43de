"""One finding as an RFC 5424 syslog message."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from typing import Final

from vedette.model.finding import Finding
from vedette.model.instant import rfc3339
from vedette.sinks.shorten import shortened

FACILITY: Final = 10
"""Security and authorisation messages (RFC 5424, 6.2.1)."""

SEVERITIES: Final = {"critical": 2, "high": 3, "medium": 4, "low": 5, "informational": 6}
SD_ID: Final = "vedette@32473"
"""32473 is the enterprise number for those who have none of their own (RFC 5612)."""

_NON_ASCII: Final = re.compile(r"[^\x20-\x7e]")
_UNQUOTED: Final = re.compile(r'([\\"\]])')
_NO_NAME: Final = re.compile(r"[^\x21-\x7e]")


class Messages:
    """Makes messages of at most `size` bytes. `host` names the sender; None is this machine."""

    def __init__(
        self, encode: Callable[[Finding], bytes], size: int, host: str | None = None
    ) -> None:
        self._encode = encode
        self._size = size
        self._host = _NO_NAME.sub("", host or socket.gethostname())[:255] or "-"
        self._process = os.getpid()

    def message(self, finding: Finding) -> bytes | None:
        """The message: the rule's id and level and the finding's id as structured data, the
        finding as JSON in ASCII. One that is too long holds less, with cut="1"; None where even
        the least does not fit."""
        body = _ascii(self._encode(finding))
        whole = self._head(finding, False) + body
        if len(whole) <= self._size:
            return whole
        head = self._head(finding, True)
        cut = shortened(finding, lambda one: _ascii(self._encode(one)), self._size - len(head))
        return None if cut is None else head + cut

    def _head(self, finding: Finding, cut: bool) -> bytes:
        priority = FACILITY * 8 + SEVERITIES.get(finding.rule.level, 5)
        parameters = {"id": finding.id, "rule": finding.rule.id, "level": finding.rule.level}
        if cut:
            parameters["cut"] = "1"
        data = " ".join(f'{name}="{_quoted(value)}"' for name, value in parameters.items())
        return (
            f"<{priority}>1 {rfc3339(finding.time)} {self._host} vedette {self._process} finding "
            f"[{SD_ID} {data}] "
        ).encode()


def _quoted(value: str) -> str:
    """A parameter's value (RFC 5424, 6.3.3), short and without controls: a receiver that splits
    at line ends must not be led to see a second message."""
    return _UNQUOTED.sub(r"\\\1", _NON_ASCII.sub("?", value[:64]))


def _ascii(line: bytes) -> bytes:
    """JSON with everything beyond ASCII escaped. Then no receiver can mistake its encoding, and
    the byte order mark that RFC 5424 asks of UTF-8, on which JSON parsers choke, is not needed."""
    return line if line.isascii() else _NON_ASCII.sub(_escaped, line.decode()).encode("ascii")


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
