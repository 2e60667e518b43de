"""JSON token by token: what is broken, deep, long or strange, and the measure of the quick way."""

from __future__ import annotations

from vedette.seclang.body.json.decoded import Arguments, names_budget
from vedette.seclang.body.json.tokens import (
    END,
    NUMBER,
    PUNCTUATION,
    STRING,
    TOKEN,
    broken_number,
    fault,
    string_end,
    string_fault,
    unescaped,
)
from vedette.seclang.body.parsed import Limits

_CANCELLED = "parse error: client cancelled parse via callback return value\n"
_WORDS = {b"true": b"true", b"false": b"false", b"null": b""}


class _Stop(Exception):
    """Reading ends here: yajl's error."""


class _Reader:
    """One text. `names` holds, for each container that is open, the beginning of its children's
    names ("json." or "json.list.array_"), `counts` the next index of an array, -1 for an object."""

    def __init__(self, text: bytes, limits: Limits) -> None:
        self.text = text + b" "
        self.limits = limits
        self.position = 0
        self.token_start = 0
        self.names: list[bytes] = []
        self.counts: list[int] = []
        self.found: Arguments = []
        self.budget = names_budget(len(text))

    def token(self) -> tuple[int, bytes]:
        """The next token: its kind and what it says."""
        self.token_start = self.position
        match = TOKEN.match(self.text, self.position)
        if match is None:
            raise _Stop(f"lexical error: {fault(self.text, self.position)}\n")
        kind = match.lastindex
        assert kind is not None  # every alternative is a group
        if kind == STRING:
            return kind, self.string(match.start(kind), match.end(kind), match.end())
        if kind == NUMBER and (said := broken_number(self.text, match.start(kind), match.end())):
            raise _Stop(f"lexical error: {said}\n")
        if kind == END:
            raise _Stop("parse error: premature EOF\n")
        self.position = match.end()
        return kind, match[kind]

    def string(self, start: int, plain: int, end: int) -> bytes:
        """What stands between the quotes of a string whose plain beginning was matched."""
        text = self.text
        if end == plain:
            plain = string_end(text, plain)
            if text[plain : plain + 1] != b'"':
                said = string_fault(text, plain)
                raise _Stop(f"lexical error: {said}\n" if said else "parse error: premature EOF\n")
        self.position = plain + 1
        return text[start:plain]

    def name(self, key: bytes) -> bytes:
        """The name of the value that begins here, `key` within an object."""
        if not self.names:
            return b"json"
        count = self.counts[-1]
        name = self.names[-1] + (b"%d" % count if count >= 0 else key or b"empty-key")
        self.budget -= len(name)
        if self.budget < 0:
            raise _Stop("names of values are too long\n")
        return name

    def value(self, key: bytes, first: bool) -> bool:
        """Read a value or the beginning of one; `first` in an array, where it may end instead.
        Returns whether the value is complete."""
        kind, said = self.token()
        if kind == PUNCTUATION:
            if said in (b"{", b"["):
                self.open(key, said == b"[")
                return False
            if said == b"]" and first:
                self.close()
                return True
            raise _Stop("parse error: unallowed token at this point in JSON text\n")
        if len(self.found) >= self.limits.arguments:
            raise _Stop(_CANCELLED)
        if kind == STRING:
            said = unescaped(said)
        elif kind != NUMBER:
            said = _WORDS[said]
        self.found.append((self.name(key), said))
        return True

    def open(self, key: bytes, array: bool) -> None:
        if len(self.names) >= self.limits.depth:
            raise _Stop(_CANCELLED + ". Parsing depth limit exceeded")
        self.names.append(self.name(key) + (b".array_" if array else b"."))
        self.counts.append(0 if array else -1)

    def close(self) -> None:
        self.names.pop()
        self.counts.pop()

    def key(self, first: bool) -> bytes | None:
        """The next key of an object, past its colon; None where the object ends."""
        kind, said = self.token()
        if kind == PUNCTUATION and said == b"}" and first:
            self.close()
            return None
        if kind != STRING:
            raise _Stop("parse error: invalid object key (must be a string)\n")
        colon, mark = self.token()
        if colon != PUNCTUATION or mark != b":":
            raise _Stop("parse error: object key and value must be separated by a colon (':')\n")
        return unescaped(said)

    def read(self) -> None:
        complete = self.value(b"", False)
        while self.names:
            array = self.counts[-1] >= 0
            if complete:
                if array:
                    self.counts[-1] += 1
                if self.ends(array):
                    continue
            if array:
                complete = self.value(b"", not complete)
            else:
                key = self.key(not complete)
                complete = True if key is None else self.value(key, False)
        self.token_start = self.position
        match = TOKEN.match(self.text, self.position)
        if match is None or match.lastindex != END:
            raise _Stop("parse error: trailing garbage\n")

    def ends(self, array: bool) -> bool:
        """After a value: whether its container ends, else there is a comma."""
        kind, said = self.token()
        if kind == PUNCTUATION:
            if said == (b"]" if array else b"}"):
                self.close()
                return True
            if said == b",":
                return False
        if array:
            raise _Stop("parse error: after array element, I expect ',' or ']'\n")
        raise _Stop("parse error: after key and value, inside map, I expect ',' or '}'\n")


def read_stepwise(text: bytes, limits: Limits) -> tuple[Arguments, str, int]:
    """The arguments of `text`; yajl's error, "" for none; and where the token stands that ended
    reading: byte for byte those of libmodsecurity 3.0.15, but for the strings that `unescaped`
    names, and for the beginning of a string behind the text, which is an error here."""
    reader = _Reader(text, limits)
    try:
        reader.read()
    except _Stop as stop:
        return reader.found, str(stop), reader.token_start
    return reader.found, "", len(text)
