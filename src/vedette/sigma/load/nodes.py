"""YAML as the loader sees it: scalars, lists and maps that know where they stand.

Plain scalars are read by the core schema of YAML 1.2.2, to which the Sigma specification binds
rule files: `yes` and `12:30` are text, `0x17` is the number 23.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

Value = str | int | float | bool | None

_NUMBER: Final = re.compile(
    r"(?P<int>[-+]?[0-9]+)|0o(?P<oct>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<inf>[-+]?\.(?:inf|Inf|INF))|(?P<nan>\.(?:nan|NaN|NAN))"
)
_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_LONGEST_NUMBER: Final = 300
"""Digits; what is longer stays text (and compares the same)."""

_TAG: Final = "tag:yaml.org,2002:"


class Scalar(msgspec.Struct, gc=False):
    """One scalar as written. `style` is "" for plain, else its indicator; `lines` is how many
    line breaks it spans in the file; `tag` is an explicit tag."""

    text: str
    line: int
    column: int
    style: str = ""
    lines: int = 0
    tag: str | None = None

    def value(self) -> Value:
        """What the scalar means. Raises ValueError for a tag that is not of the core schema or
        a text that its tag refuses."""
        if self.tag is not None:
            return _tagged(self.tag, self.text)
        return self.text if self.style else plain_value(self.text)


class Seq(msgspec.Struct):
    """A list."""

    items: list[Node]
    line: int
    column: int


class Map(msgspec.Struct):
    """A map; keys are text, in file order."""

    entries: dict[str, tuple[Scalar, Node]]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return None if entry is None else entry[1]

    def key(self, key: str) -> Scalar:
        """The key's own node, for its place."""
        return self.entries[key][0]


Node = Scalar | Seq | Map


def plain_value(text: str) -> Value:
    """A plain scalar by the core schema of YAML 1.2.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    found = _NUMBER.fullmatch(text)
    return text if found is None else _number(found)


def _number(found: re.Match[str]) -> int | float:
    match found.lastgroup:
        case "int":
            return int(found[0])
        case "oct":
            return int(found["oct"], 8)
        case "hex":
            return int(found["hex"], 16)
        case "float":
            return float(found[0])
        case _:
            return float(found[0].replace(".", ""))


def _tagged(tag: str, text: str) -> Value:
    if tag in ("!", f"{_TAG}str"):
        return text
    value = plain_value(text)
    accepted: dict[str, tuple[type, ...]] = {
        f"{_TAG}null": (type(None),),
        f"{_TAG}bool": (bool,),
        f"{_TAG}int": (int,),
        f"{_TAG}float": (float, int),
    }
    kinds = accepted.get(tag)
    if kinds is None:
        raise ValueError(f"the tag {tag} is not supported")
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise ValueError(f"{text!r} is not of the tag {tag}")
    return float(value) if tag.endswith("float") and value is not None else value


def kind_of(node: Node | None) -> str:
    """What a node is, in words for a message."""
    if isinstance(node, Map):
        return "a map"
    if isinstance(node, Seq):
        return "a list"
    if node is None:
        return "nothing"
    try:
        value = node.value()
    except ValueError:
        return f"a value tagged {node.tag}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return "text" if isinstance(value, str) else "a number"


def is_null(node: Node | None) -> bool:
    """True for an absent node and for a null scalar."""
    if node is None:
        return True
    return (
        isinstance(node, Scalar)
        and not node.style
        and node.tag is None
        and (_WORDS.get(node.text, False) is None)
    )


def to_python(node: Node) -> Any:
    """The node as plain dictionaries, lists and scalars; keys are text. Raises ValueError for a
    tag outside the core schema."""
    if isinstance(node, Map):
        return {key: to_python(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Seq):
        return [to_python(item) for item in node.items]
    return node.value()


def canonical(node: Node | None) -> str:
    """The node's content without places and styles: the same text for the same content."""
    if node is None:
        return "-"
    if isinstance(node, Map):
        pairs = (f"{key!r}:{canonical(value)}" for key, (_, value) in node.entries.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(node, Seq):
        return "[" + ",".join(canonical(item) for item in node.items) + "]"
    return repr(node.text) if node.style else node.text
