"""Rule files to documents: YAML read event by event, with limits, into nodes with places.

Nothing recurses, so that no nesting can exhaust the stack. A file is cut at its `---` lines
first: a document that is no YAML costs only itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import yaml

from vedette.sigma.load.nodes import Map, Node, Scalar, Seq, is_null
from vedette.sigma.load.places import Faults

MAX_BYTES: Final = 1 << 20
"""Bytes of one rule file; the largest of SigmaHQ has 90 KB."""
MAX_DOCUMENTS: Final = 2000
MAX_NODES: Final = 200_000
"""Nodes of one file with every alias written out: no file grows by aliases."""
MAX_DEPTH: Final = 64

_MARKER: Final = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Document:
    """One YAML document: its root, or the reason why there is none."""

    path: str
    line: int
    root: Node | None
    faults: Faults


class _RefusedError(Exception):
    """The document breaks a limit; never leaves this module."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


def documents(data: bytes, path: str) -> list[Document]:
    """All documents of a rule file that have content; a file without any is one faulty document.

    Never raises for what the data hold.
    """
    if len(data) > MAX_BYTES:
        return [_faulty(path, 1, 1, f"larger than {MAX_BYTES} bytes", "split the file")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        head = data[: error.start]
        line, column = head.count(b"\n") + 1, error.start - head.rfind(b"\n")
        return [_faulty(path, line, column, "not UTF-8", "save the file as UTF-8")]
    found: list[Document] = []
    count = 0
    for first, piece in _pieces(text):
        if len(found) >= MAX_DOCUMENTS:
            what = f"more than {MAX_DOCUMENTS} documents; the rest is not read"
            found.append(_faulty(path, first + 1, 1, what, "split the file"))
            break
        tree = _Tree(path, first, count)
        found.extend(_read(piece, tree, path, first))
        count = tree.count
    return found or [_faulty(path, 1, 1, "the file is empty", "write a rule or remove the file")]


def _faulty(path: str, line: int, column: int, what: str, fix: str) -> Document:
    faults = Faults(path)
    faults.at(line, column, what, fix)
    return Document(path, line, None, faults)


def _pieces(text: str) -> list[tuple[int, str]]:
    """The text cut before each `---` line, with the number of lines before each piece. What has
    no content of its own (comments, directives) stays with the piece that follows."""
    starts = [match.start() for match in _MARKER.finditer(text)]
    pieces: list[tuple[int, str]] = []
    begin = line = 0
    for start in [*starts, len(text)]:
        piece = text[begin:start]
        if start < len(text) and _without_content(piece):
            continue
        pieces.append((line, piece))
        line += piece.count("\n")
        begin = start
    return pieces


def _without_content(piece: str) -> bool:
    return all(line.lstrip()[:1] in ("", "#", "%") for line in piece.split("\n"))


def _read(text: str, tree: _Tree, path: str, first: int) -> list[Document]:
    odd = _FORBIDDEN.search(text)
    if odd is not None:
        line, column = (
            text.count("\n", 0, odd.start()),
            odd.start() - text.rfind("\n", 0, odd.start()),
        )
        what = f"the character U+{ord(odd[0]):04X} is not allowed in YAML"
        return [_faulty(path, first + line + 1, column, what, "write it as an escape")]
    found: list[Document] = []
    parser = yaml.CSafeLoader(text)
    try:
        while (event := parser.get_event()) is not None:
            document = tree.feed(event)
            if document is not None:
                found.append(document)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        what = f"not YAML: {error.problem or error.context}"
        found.append(_faulty(path, first + line + 1, column + 1, what, "correct the YAML"))
    except yaml.YAMLError as error:
        found.append(_faulty(path, first + 1, 1, f"not YAML: {error}", "correct the YAML"))
    except _RefusedError as refused:
        found.append(refused.document)
    finally:
        parser.dispose()
    return found


@dataclass(slots=True)
class _Frame:
    """A list or map that is still open."""

    node: Seq | Map
    anchor: str | None
    before: int
    height: int = 1
    key: Scalar | None = None
    merged: list[Map] = field(default_factory=list)


class _Tree:
    """Builds nodes from parser events, without recursion."""

    def __init__(self, path: str, first: int, count: int) -> None:
        self._path = path
        self._first = first + 1
        self.count = count
        self._start()

    def _start(self) -> None:
        self.faults = Faults(self._path)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._root: Node | None = None

    def feed(self, event: Any) -> Document | None:
        """Take one event; the document where it ended one that has content."""
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.SequenceStartEvent:
            self._open(event, Seq([], *self._place(event)))
        elif kind is yaml.MappingStartEvent:
            self._open(event, Map({}, *self._place(event)))
        elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
            self._close()
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._start()
        elif kind is yaml.DocumentEndEvent and not is_null(self._root):
            assert self._root is not None
            return Document(self._path, self._root.line, self._root, self.faults)
        return None

    def _place(self, event: Any) -> tuple[int, int]:
        mark = event.start_mark
        return mark.line + self._first, mark.column + 1

    def _refuse(self, event: Any, what: str, fix: str) -> NoReturn:
        raise _RefusedError(_faulty(self._path, *self._place(event), what, fix))

    def _scalar(self, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            self._refuse(event, f"more than {MAX_NODES} values", "split the file")
        start = event.start_mark
        node = Scalar(
            event.value,
            start.line + self._first,
            start.column + 1,
            event.style or "",
            event.end_mark.line - start.line,
            event.tag,
        )
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1, 0)
        self._put(node)

    def _open(self, event: Any, node: Seq | Map) -> None:
        self.count += 1
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels", "flatten the document")
        if self.count > MAX_NODES:
            self._refuse(event, f"more than {MAX_NODES} values", "split the file")
        self._stack.append(_Frame(node, event.anchor, self.count))

    def _close(self) -> None:
        frame = self._stack.pop()
        node = frame.node
        if isinstance(node, Map):
            for other in frame.merged:
                for key, entry in other.entries.items():
                    node.entries.setdefault(key, entry)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (node, self.count - frame.before + 1, frame.height)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, frame.height + 1)
        self._put(node)

    def _alias(self, event: Any) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            what = f"the alias *{event.anchor} has no finished anchor before it"
            self._refuse(event, what, f"define &{event.anchor} above, outside of itself")
        node, size, height = known
        self.count += size
        if self.count > MAX_NODES:
            self._refuse(event, f"aliases grow to over {MAX_NODES} values", "write less of them")
        if len(self._stack) + height > MAX_DEPTH:
            self._refuse(event, f"aliases nest deeper than {MAX_DEPTH} levels", "flatten them")
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, height + 1)
        self._put(node)

    def _put(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        frame = self._stack[-1]
        if isinstance(frame.node, Seq):
            frame.node.items.append(node)
        elif frame.key is not None:
            self._entry(frame, frame.node, frame.key, node)
            frame.key = None
        elif isinstance(node, Scalar):
            frame.key = node
        else:
            self.faults.add(node, "a key that is a list or a map", "write the key as text")
            frame.key = Scalar("", node.line, node.column, "'")

    def _entry(self, frame: _Frame, owner: Map, key: Scalar, node: Node) -> None:
        if key.text == "<<" and not key.style:
            sources = node.items if isinstance(node, Seq) else [node]
            if all(isinstance(source, Map) for source in sources):
                frame.merged.extend(source for source in sources if isinstance(source, Map))
                return
            self.faults.add(key, "<< merges something that is no map", "refer to a map")
            return
        known = owner.entries.get(key.text)
        if known is not None:
            what = f"the key {key.text!r} is there twice, first in line {known[0].line}"
            self.faults.add(key, what, "remove one of them")
            return
        owner.entries[key.text] = (key, node)
