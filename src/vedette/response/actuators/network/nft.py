"""The program `nft`, spoken to in its JSON (libnftables-json(5))."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vedette.model.errors import ActuatorError

Command = Mapping[str, Any]
"""One command, `{"add": {"table": {...}}}`, or one listed thing, `{"table": {...}}`."""

LONGEST: Final = 300
"""Characters of what nft says that are passed on."""


class Nft:
    """`command` is how to start the program: in front of it may stand what enters a network
    namespace. `seconds` is how long one call may take."""

    def __init__(self, command: Sequence[str] = ("nft",), seconds: float = 10.0) -> None:
        self._command = tuple(command)
        self._seconds = seconds

    def carry_out(self, commands: Sequence[Command]) -> None:
        """All of them in one transaction: either all take effect at once or none does."""
        given = json.dumps({"nftables": list(commands)})
        ended = self._run(("-j", "-f", "-"), given)
        if ended.returncode:
            raise ActuatorError(f"nft: {_said(ended.stderr)}")

    def listed(self, family: str, table: str) -> list[Command] | None:
        """What stands in a table; None where there is no such table."""
        ended = self._run(("-j", "list", "table", family, table), "")
        if ended.returncode:
            if "No such file or directory" in ended.stderr:
                return None
            raise ActuatorError(f"nft: {_said(ended.stderr)}")
        try:
            return [dict(each) for each in json.loads(ended.stdout)["nftables"]]
        except (ValueError, KeyError, TypeError) as error:
            raise ActuatorError(f"nft: its list is no JSON that is known ({error})") from error

    def _run(self, words: Sequence[str], given: str) -> subprocess.CompletedProcess[str]:
        line = [*self._command, *words]
        environment = {"PATH": os.environ.get("PATH") or os.defpath, "LC_ALL": "C.UTF-8"}
        environment["PATH"] += ":/usr/sbin:/sbin"  # not on every service's path
        try:
            # the words are ours, the addresses among the input were parsed before
            return subprocess.run(  # noqa: S603
                line,
                input=given,
                capture_output=True,
                text=True,
                timeout=self._seconds,
                env=environment,
                check=False,
            )
        except FileNotFoundError:
            raise ActuatorError(f"{line[0]}: is not installed; install nftables") from None
        except subprocess.TimeoutExpired:
            raise ActuatorError(f"nft: no end within {self._seconds:g} s; try again") from None
        except (OSError, ValueError) as error:
            raise ActuatorError(f"{line[0]}: can't be run: {error}") from error


def _said(text: str) -> str:
    """What went wrong, and what to do where that is known."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "failed in silence")
    said = first[:LONGEST]
    if "Operation not permitted" in text:
        return f"{said}; run Vedette with CAP_NET_ADMIN"
    if "Too many open files in system" in text:
        return f"{said}; the set is full: raise its size or undo actions"
    return said
