"""The XPath expressions that rules may use: paths of names, without predicates or functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from vedette.model.errors import ConfigError
from vedette.seclang.body.parsed import Limits
from vedette.seclang.body.xml.encoding import as_utf8

_NAME = r"[^\W\d][\w.\-]*"
_STEP = re.compile(rf"(//?)(?:(text\(\))|(@?)(?:({_NAME}):)?({_NAME}|\*))")
_SPARE = 1 << 16

_Test = tuple[bool, str, str | None, str]
"""Whether descendants count; "text", "@" or ""; the namespace ("" for none, None for any); the
local name, "*" for any."""


class XPath:
    """A compiled expression."""

    def __init__(self, steps: tuple[_Test, ...]) -> None:
        self._steps = steps

    def values(self, body: bytes, limits: Limits) -> tuple[bytes, ...]:
        """The string values of what the expression selects in a document, in document order, as
        far as it can be read and within the limits."""
        selection = _Selection(self._steps, limits, 4 * len(body) + _SPARE)
        text, _ = as_utf8(body)
        return selection.read(text)


def compile_xpath(expression: str, namespaces: Mapping[str, str] | None = None) -> XPath:
    """An absolute path of `/` and `//`, names (with prefixes of `namespaces`, the rule's `xmlns`
    actions), `*`, and as its last step perhaps `text()`, `@name` or `@*` (XPath 1.0, 2.5).

    Raises ConfigError for everything else of XPath: no rule of the OWASP Core Rule Set needs it.
    """
    known = dict(namespaces or {})
    steps: list[_Test] = []
    position = 0
    while position < len(expression):
        match = _STEP.match(expression, position)
        if match is None or (steps and steps[-1][1]):
            break
        descendants, text, attribute, prefix, name = match.groups()
        if prefix and prefix not in known:
            raise ConfigError(
                [f"XML:{expression}: unknown prefix {prefix}; declare it by xmlns:{prefix}='...'"]
            )
        space = known[prefix] if prefix else None if name == "*" else ""
        steps.append((descendants == "//", "text" if text else attribute, space, name or ""))
        position = match.end()
    if position < len(expression) or not steps:
        raise ConfigError(
            [
                f"XML:{expression}: this XPath expression is not supported; use a path of names "
                "like /a/b, //b, //@c or //b/text()"
            ]
        )
    return XPath(tuple(steps))


class _Stop(Exception):
    """Enough: a limit."""


class _Selection:
    def __init__(self, steps: tuple[_Test, ...], limits: Limits, budget: int) -> None:
        self._steps = steps
        self._limits = limits
        self._budget = budget
        self._nodes = 0
        self._active: list[frozenset[int]] = [frozenset({0})]
        self._scopes: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self._found: list[list[str]] = []
        self._open: list[bool] = []
        self._capturing: list[list[str]] = []
        self._run: list[str] | None = None  # the text node that goes on
        self._cdata = self._run_cdata = False

    def read(self, text: bytes) -> tuple[bytes, ...]:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._break
        parser.ProcessingInstructionHandler = self._break
        parser.StartCdataSectionHandler = self._section
        parser.EndCdataSectionHandler = self._section_end
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, _Stop):
            parser.buffer_text = False
        return tuple("".join(parts).encode("utf-8", "surrogatepass") for parts in self._found)

    def _doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        if subset:
            raise _Stop  # the document is in error, and entities might be expanded

    def _start(self, name: str, attributes: list[str]) -> None:
        self._run = None
        self._nodes += 1 + (len(attributes) >> 1)
        if self._nodes > self._limits.nodes or len(self._open) >= self._limits.depth:
            raise _Stop
        scope = self._scopes[-1]
        declared = {
            attributes[at][6:]: attributes[at + 1]
            for at in range(0, len(attributes), 2)
            if attributes[at] == "xmlns" or attributes[at].startswith("xmlns:")
        }
        if declared:
            scope = scope | declared
        self._scopes.append(scope)
        space, local = _resolved(name, scope, scope.get("", ""))
        active = set()
        selected = False
        for index in self._active[-1]:
            descendants, kind, wanted, called = self._steps[index]
            if descendants:
                active.add(index)
            if not kind and _matches(space, local, wanted, called):
                if index + 1 == len(self._steps):
                    selected = True
                else:
                    active.add(index + 1)
        self._active.append(frozenset(active))
        if selected:
            self._found.append([])
            self._capturing.append(self._found[-1])
        self._open.append(selected)
        for at in range(0, len(attributes), 2):
            if attributes[at] != "xmlns" and not attributes[at].startswith("xmlns:"):
                self._attribute(attributes[at], attributes[at + 1], scope, active)

    def _attribute(self, name: str, value: str, scope: dict[str, str], active: set[int]) -> None:
        space, local = _resolved(name, scope, "")
        for index in active:
            _, kind, wanted, called = self._steps[index]
            if kind == "@" and _matches(space, local, wanted, called):
                self._pay(value)
                self._found.append([value])
                return

    def _text(self, text: str) -> None:
        for capture in self._capturing:
            self._pay(text)
            capture.append(text)
        if self._cdata != self._run_cdata:
            self._run = None
        if self._run is None and any(self._steps[i][1] == "text" for i in self._active[-1]):
            self._run = []
            self._run_cdata = self._cdata
            self._found.append(self._run)
        if self._run is not None:
            self._pay(text)
            self._run.append(text)

    def _end(self, name: str) -> None:
        self._run = None
        self._active.pop()
        self._scopes.pop()
        if self._open.pop():
            self._capturing.pop()  # elements close in the reverse order

    def _section(self) -> None:
        self._cdata = True
        self._text("")  # an empty one is a node, too

    def _section_end(self) -> None:
        self._cdata = False

    def _break(self, *_: str) -> None:
        self._run = None

    def _pay(self, text: str) -> None:
        self._budget -= len(text) + 1
        if self._budget < 0:
            raise _Stop


def _resolved(name: str, scope: dict[str, str], default: str) -> tuple[str, str]:
    prefix, colon, local = name.partition(":")
    if not colon:
        return default, name
    space = scope.get(prefix)
    return ("", name) if space is None else (space, local)


def _matches(space: str, local: str, wanted: str | None, called: str) -> bool:
    return wanted in (None, space) and called in ("*", local)
