"""The text and the attributes of an XML document, with expat."""

from __future__ import annotations

from xml.parsers import expat

from vedette.seclang.body.parsed import PARSE_ERROR, Body, Limits
from vedette.seclang.body.xml.encoding import as_utf8
from vedette.seclang.body.xml.entities import Entities

_DEPTH = 256  # libxml2's limit; a smaller one of the user counts
_SPARE = 1 << 16  # bytes that entities may add to those of the body


class _Stop(Exception):
    """Reading ends here: a limit, or a document type that must be cut out first."""


def read_xml(body: bytes, limits: Limits) -> Body:
    """What `XML:/*` (all text, joined) and `XML://@*` (attribute values without namespace
    declarations) give in libmodsecurity 3.0.15; after an error, what was read before it.

    Nothing is fetched. Declarations inside of a document type are an error here (REQBODY_ERROR):
    the document is read without them, references in text to entities declared there are replaced
    within narrow limits, those in attributes are left out, and values that were not shown by any
    reference are further texts.
    """
    text, wrong = as_utf8(body)
    reader = _Reader(limits, Entities(len(body) + _SPARE))
    said = reader.read(text)
    if reader.subset is not None:
        wrong = wrong or "declarations in a document type"
        start, end, identified = reader.subset
        text = text[:start] + (b"" if identified else b' SYSTEM ""') + text[end:]
        reader = _Reader(limits, reader.entities)
        said = reader.read(text)
    texts: tuple[bytes, ...] = ()
    if reader.nodes:
        texts = ("".join(reader.texts).encode("utf-8", "surrogatepass"),)
    texts += reader.entities.unused()
    if said and not wrong.startswith("declarations"):
        wrong = wrong or said
    if not wrong:
        return Body(
            "XML", texts=texts, attributes=tuple(reader.attributes), size_without_files=len(body)
        )
    return Body(
        "XML",
        texts=texts,
        attributes=tuple(reader.attributes),
        flags=dict(PARSE_ERROR),
        error=f"XML parsing error: XML: Failed to parse document. ({wrong})",
        size_without_files=len(body),
        unread=text[reader.reached :] if said else b"",
    )


class _Reader:
    """One pass over a document. `subset` is where declarations in a document type stand, and
    whether it names an external one: reading stopped behind them."""

    def __init__(self, limits: Limits, entities: Entities) -> None:
        self.entities = entities
        self.texts: list[str] = []
        self.attributes: list[bytes] = []
        self.subset: tuple[int, int, bool] | None = None
        self.nodes = 0
        self.reached = 0
        self._most = limits.nodes
        self._deepest = min(limits.depth, _DEPTH)
        self._depth = 0
        self._opened: tuple[int, bool] | None = None
        self._parser = expat.ParserCreate("utf-8")

    def read(self, text: bytes) -> str:
        """Why reading ended before the end of `text`, "" where it did not."""
        parser = self._parser
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.texts.append
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EndDoctypeDeclHandler = self._doctype_end
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        said = ""
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            said = f"{expat.ErrorString(error.code)}: line {error.lineno}"
        except _Stop as stop:
            said = str(stop)
        if said:
            self.reached = max(parser.CurrentByteIndex, 0)
            parser.buffer_text = False  # hands over what it still holds
        parser.StartElementHandler = parser.EndElementHandler = parser.EntityDeclHandler = None
        parser.StartDoctypeDeclHandler = parser.EndDoctypeDeclHandler = None
        parser.SkippedEntityHandler = None  # no cycle of references stays behind
        return said

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self.nodes += 1
        if attributes:
            self.nodes += len(attributes) >> 1
            for index in range(0, len(attributes), 2):
                if not attributes[index].startswith("xmlns") or attributes[index][5:6] not in ":":
                    self.attributes.append(attributes[index + 1].encode("utf-8", "surrogatepass"))
        if self._depth > self._deepest:
            raise _Stop(f"more than {self._deepest} levels")
        if self.nodes > self._most:
            raise _Stop(f"more than {self._most} elements and attributes")

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        if subset:
            self._opened = (self._parser.CurrentByteIndex, system is not None)

    def _doctype_end(self) -> None:
        if self._opened is not None:
            start, identified = self._opened
            self.subset = (start, self._parser.CurrentByteIndex, identified)
            raise _Stop("declarations in a document type")

    def _entity(
        self,
        name: str,
        parameter: int,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        notation: str | None,
    ) -> None:
        self.nodes += 1
        if self.nodes > self._most:
            raise _Stop(f"more than {self._most} declarations")
        if value is not None:
            self.entities.declare(name, value)

    def _skipped(self, name: str, parameter: int) -> None:
        value = self.entities.text(name)
        if value is None:
            raise _Stop("entities that grow too much")
        self.texts.append(value)
