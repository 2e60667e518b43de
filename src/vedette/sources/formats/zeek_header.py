"""The header of a Zeek log in TSV, and how it says to read a line.

Source: Zeek's ASCII writer (docs.zeek.org, "Zeek Log Formats and Inspection").
"""

from __future__ import annotations

from typing import Any, Final

from vedette.sources.formats.zeek_values import SCALARS, Reader, unescape

MAX_COLUMNS: Final = 2048
MAX_DEPTH: Final = 8
MAX_HEADER: Final = 256 << 10
"""Bytes of one header line."""


class HeaderError(ValueError):
    """A header or a line that does not fit it; `column` (from 1) is where."""

    def __init__(self, what: str, column: int = 0) -> None:
        super().__init__(what)
        self.column = column


class Header:
    """What the lines that begin with `#` have said so far."""

    def __init__(self, lines: tuple[str, ...] = ()) -> None:
        self._reset()
        for line in lines:
            self.take(line)

    def _reset(self) -> None:
        self._lines: dict[str, str] = {}
        self._separator = "\t"
        self._set_separator = ","
        self._empty = "(empty)"
        self._unset = "-"
        self._fields: list[str] = []
        self._types: list[str] = []
        self._columns: list[tuple[tuple[str, ...], Reader]] = []
        self.path = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The header lines in force: `Header(lines)` reads as this one does."""
        return tuple(self._lines.values())

    @property
    def ready(self) -> bool:
        """True once the fields are known."""
        return bool(self._columns)

    def take(self, line: str) -> None:
        """One header line. `#separator` begins a new header. Lines that say nothing about how
        to read (`#open`, `#close`, comments) change nothing. Raises HeaderError."""
        if len(line) > MAX_HEADER:
            raise HeaderError(f"a header line of more than {MAX_HEADER:,} characters")
        if line.startswith("#separator"):
            separator = unescape(line[len("#separator") :].strip(" "))
            if len(separator) != 1:
                raise HeaderError("expected `#separator \\x09` or another single character")
            self._reset()
            self._separator = separator
            self._lines["#separator"] = line
            return
        name, _, value = line.partition(self._separator)
        if name == "#set_separator":
            self._set_separator = unescape(value) or ","
        elif name == "#empty_field":
            self._empty = value
        elif name == "#unset_field":
            self._unset = value
        elif name == "#path":
            self.path = value
        elif name == "#fields":
            self._fields = value.split(self._separator)
            self._types = []
            self._lines.pop("#types", None)
        elif name == "#types":
            self._types = value.split(self._separator)
        else:
            return
        self._lines[name] = line
        self._compile()

    def _compile(self) -> None:
        self._columns = []
        if not self._fields:
            return
        fault = ""
        if len(self._fields) > MAX_COLUMNS:
            fault = f"more than {MAX_COLUMNS:,} fields"
        elif self._types and len(self._types) != len(self._fields):
            fault = f"{len(self._types)} types for {len(self._fields)} fields"
        if fault:  # to go on by the header before would be to guess
            self._fields, self._types = [], []
            del self._lines["#fields"]
            self._lines.pop("#types", None)
            raise HeaderError(fault)
        types = self._types or ["string"] * len(self._fields)
        paths = _paths(self._fields)
        self._columns = [
            (path, self._reader(kind)) for path, kind in zip(paths, types, strict=True)
        ]

    def read(self, text: str) -> dict[str, Any]:
        """A line's values by name, `id.orig_h` as {"id": {"orig_h": ...}}; unset ones are left
        out. `_path` is the log's name. Raises HeaderError."""
        values = text.split(self._separator, len(self._columns))
        if len(values) != len(self._columns):
            count = len(self._columns)
            written = f"{len(values)}" if len(values) < count else f"more than {count}"
            raise HeaderError(
                f"{written} values, where #fields names {count}",
                min(len(text), sum(map(len, values[: len(self._columns)])) + len(self._columns)),
            )
        record: dict[str, Any] = {"_path": self.path} if self.path else {}
        unset = self._unset
        for (path, reader), value in zip(self._columns, values, strict=True):
            if value == unset:
                continue
            if len(path) == 1:
                record[path[0]] = reader(value)
                continue
            holder = record
            for key in path[:-1]:
                holder = holder.setdefault(key, {})
            holder[path[-1]] = reader(value)
        return record

    def _reader(self, kind: str) -> Reader:
        if kind.startswith(("set[", "vector[", "table[")) and kind.endswith("]"):
            return self._list_reader(SCALARS.get(kind[kind.index("[") + 1 : -1]))
        scalar = SCALARS.get(kind)
        if scalar is not None:
            return scalar
        empty = self._empty

        def text(value: str) -> str:
            if value == empty:
                return ""
            return unescape(value) if "\\" in value else value

        return text

    def _list_reader(self, scalar: Reader | None) -> Reader:
        read = scalar or unescape
        empty, unset, separator = self._empty, self._unset, self._set_separator

        def elements(value: str) -> list[Any]:
            if value == empty:
                return []
            return [None if item == unset else read(item) for item in value.split(separator)]

        return elements


def _paths(fields: list[str]) -> list[tuple[str, ...]]:
    """Where each field goes in the record. A dotted name whose first part is a field itself
    keeps its dots, and so does one of more than MAX_DEPTH parts."""
    plain = set(fields)
    paths: list[tuple[str, ...]] = []
    for field in fields:
        parts = field.split(".")
        flat = (
            len(parts) > MAX_DEPTH
            or not all(parts)
            or any(".".join(parts[:end]) in plain for end in range(1, len(parts)))
        )
        paths.append((field,) if flat else tuple(parts))
    return paths
