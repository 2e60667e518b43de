"""Objects in rich text: their data put together from hexadecimal digits, and what they are.

Source: MS-OLEDS 2.2.4 (ObjectHeader), 2.2.5 (EmbeddedObject).
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import ole_objects

OBJECTS = 100
"""Objects opened in one file."""

_HEX = re.compile(rb"[^0-9A-Fa-f]+")
_EXPLOITED = re.compile(
    r"^equation\.|^ole2link|^stdolelink|^htmlfile|^mshtml|^otkloadr|^scriptlet|^script|"
    r"^mscomctl|^forms\.html|^shell\.explorer|^shellexplorer|^macromedia|^shockwave|^filepackage",
    re.I,
)
_LINKED = 1


class Collected:
    """One object's data while its destination is read."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._digits: list[bytes] = []
        self._class = ""
        self._flags: set[str] = set()
        self._disturbed = 0
        self._start = -1

    def flag(self, word: str) -> None:
        """A control word of the object: `objemb`, `objupdate`, ..."""
        self._flags.add(word)

    def named(self, text: str) -> None:
        """Its class as the file says it."""
        self._class = (self._class + text)[:200]

    def begin(self, place: int) -> None:
        """`\\objdata` at that byte."""
        if self._start < 0:
            self._start = place

    def hexadecimal(self, raw: bytes) -> None:
        """Text of the data: digits, and whatever stands between them."""
        self._digits.append(_HEX.sub(b"", raw))
        if re.search(rb"[^0-9A-Fa-f\s]", raw[:4096]):
            self._disturbed += 1

    def binary(self, raw: bytes) -> None:
        """Raw bytes of a `\\bin`."""
        self._flush()
        self._pieces.append(raw)

    def disturb(self) -> None:
        """A group or control word in the data: no program writes one there."""
        self._disturbed += 1

    @property
    def begun(self) -> bool:
        """Whether there is an object."""
        return self._start >= 0

    def finish(self, number: int, context: Context) -> None:
        """Say what the object is and hand its file back; `number` counts the file's objects."""
        self._flush()
        if number > OBJECTS:
            context.unseen(f"over {OBJECTS} objects; the rest were not opened")
            return
        name = f"object{number}"
        data, named = b"".join(self._pieces), self._class.strip()
        _judge(data, self._start, named, self._flags, self._disturbed, name, context)

    def _flush(self) -> None:
        digits = b"".join(self._digits)
        self._pieces.append(bytes.fromhex(digits[: len(digits) & ~1].decode("ascii")))
        self._digits = []


def _judge(
    data: bytes,
    start: int,
    named: str,
    flags: set[str],
    disturbed: int,
    name: str,
    context: Context,
) -> None:
    context.budget.take(len(data))
    kind, true_class, native = _header(data)
    why = []
    if _EXPLOITED.match(true_class) or _EXPLOITED.match(named):
        why.append(f"class {true_class or named}")
    if "objautlink" in flags or (kind == _LINKED and "objupdate" in flags):
        why.append("a link that updates itself")
    elif "objupdate" in flags and true_class.lower() != "package":
        why.append("an object that updates itself")
    if disturbed > 2:
        why.append("data hidden between other words")
    if why:
        context.sign(
            "rtf_object",
            true_class or named or "objdata",
            start,
            start,
            object_class=true_class or named,
            why=", ".join(why),
        )
    if not native:
        native = data if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" else b""
    if true_class.lower() == "package" and native:
        ole_objects.carried(struct.pack("<I", len(native)) + native, name, context)
    elif native[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        context.member(f"{name}.bin", native)
    elif true_class.lower().startswith("equation.") and native:
        ole_objects.equation(native[:4096], name, context)
    elif native and len(native) > 16 and not true_class.lower().startswith(("mspaint", "pbrush")):
        context.member(f"{name}.bin", native)


def _header(data: bytes) -> tuple[int, str, bytes]:
    """Format, class and native data of an OLE 1.0 object; empty where it is none."""
    try:
        _, kind = struct.unpack_from("<II", data, 0)
        place = 8
        names: list[str] = []
        for _ in range(3):
            (size,) = struct.unpack_from("<I", data, place)
            if size > 4096 or kind not in (1, 2):
                return 0, "", b""
            names.append(
                data[place + 4 : place + 4 + size].rstrip(b"\0").decode("cp1252", "replace")
            )
            place += 4 + size
        (size,) = struct.unpack_from("<I", data, place)
    except struct.error:
        return 0, "", b""
    return kind, names[0], data[place + 4 : place + 4 + size] if kind != _LINKED else b""
