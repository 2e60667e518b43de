"""One audit event: its records joined into one flat dictionary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.sources.formats.auditd_fields import Arguments, Field
from vedette.sources.formats.auditd_syscalls import syscall_name
from vedette.sources.formats.timestamps import micros

_OWN: Final = frozenset(("type", "types", "timestamp", "time", "serial", "node", "argv", "cmdline"))
_SYSCALL_ARGUMENTS: Final = ("a0", "a1", "a2", "a3")
_ALWAYS_LISTS: Final = ("name", "nametype")


class AuditEvent:
    """The records of one event, in the order in which they came.

    `seconds` and `fraction` are the parts of the event's time as written.
    """

    __slots__ = (
        "_arguments",
        "_fields",
        "_repeated",
        "_serial",
        "_syscall_arguments",
        "fraction",
        "items",
        "lines",
        "nbytes",
        "node",
        "numbers",
        "paths",
        "seconds",
        "types",
    )

    def __init__(self, node: str | None, seconds: str, fraction: str, serial: str) -> None:
        self.node = node
        self.seconds = int(seconds)
        self.fraction = fraction
        self._serial = int(serial)
        self.lines: list[bytes] = []
        self.numbers: list[int] = []
        self.nbytes = 0
        self.types: dict[str, None] = {}
        self.items = 0
        self.paths = 0
        self._fields: dict[str, str] = {}
        self._repeated: dict[str, list[str]] = {}
        self._syscall_arguments: dict[str, str] = {}
        self._arguments: Arguments | None = None

    def add(
        self, line: bytes, number: int, type_: str, body: str, read: Callable[[str], list[Field]]
    ) -> None:
        """Join one record: its line as read, the line's number, its type and its body, which
        `read` turns into fields."""
        self.lines.append(line)
        self.numbers.append(number)
        self.nbytes += len(line)
        self.types[type_] = None
        if type_ == "EXECVE":
            if self._arguments is None:
                self._arguments = Arguments()
            found = self._arguments.add(body)
        else:
            found = read(body)
        if type_ == "SYSCALL":
            found = self._syscall(found)
        elif type_ == "PATH":
            self.paths += 1
        fields = self._fields
        for name, value in found:
            if name not in fields:
                fields[name] = value
            elif name in self._repeated:
                self._repeated[name].append(value)
            elif value != fields[name]:
                self._repeated[name] = [fields[name], value]

    def _syscall(self, found: list[Field]) -> list[Field]:
        """Keep a0 to a3 apart: whether they may bear these names shows at the end."""
        rest: list[Field] = []
        for name, value in found:
            if name in _SYSCALL_ARGUMENTS:
                self._syscall_arguments[name] = value
                continue
            if name == "items" and value.isdecimal() and len(value) < 7:
                self.items = int(value)
            rest.append((name, value))
        return rest

    def runs_program(self) -> bool:
        """True if this is a successful execve or execveat, which leaves an EXECVE record."""
        fields = self._fields
        if fields.get("success") != "yes":
            return False
        number = fields.get("syscall", "")  # interpreted logs write the name instead
        name = fields.get("SYSCALL") or syscall_name(fields.get("arch", ""), number) or number
        return name in ("execve", "execveat")

    def record(self) -> dict[str, Any]:
        """The joined event, as docs describe the `auditd` format: `type` is that of the first
        record, `types` those of all; a field that several records hold with different values is
        a list; EXECVE's arguments are a0, a1, ... beside `argv` and `cmdline`."""
        types = list(self.types)
        record: dict[str, Any] = {"type": types[0], "types": types}
        record["timestamp"] = rfc3339(self.seconds * 1_000_000 + micros(self.fraction))
        record["time"] = f"{self.seconds}.{self.fraction}"
        record["serial"] = self._serial
        if self.node is not None:
            record["node"] = self.node
        for name, value in self._fields.items():
            record["_" + name if name in _OWN else name] = value
        for name, values in self._repeated.items():
            record["_" + name if name in _OWN else name] = list(dict.fromkeys(values))
        if "PATH" in self.types:
            for name in _ALWAYS_LISTS:
                if isinstance(record.get(name), str):
                    record[name] = [record[name]]
        if "SYSCALL" in self.types:
            named = syscall_name(self._fields.get("arch", ""), self._fields.get("syscall", ""))
            if named is not None:
                record["syscall_name"] = named
        self._add_arguments(record)
        return record

    def _add_arguments(self, record: dict[str, Any]) -> None:
        prefix = ""
        if self._arguments is not None:
            arguments = self._arguments.values()
            record.update((f"a{index}", value) for index, value in arguments.items())
            record["argv"] = argv = list(arguments.values())
            record["cmdline"] = " ".join(argv)
            prefix = "syscall_"
        for name, value in self._syscall_arguments.items():
            record[prefix + name] = value
