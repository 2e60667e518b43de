"""What rules, correlations and filters say about themselves: title, id, level, tags and so on."""

from __future__ import annotations

import difflib
import uuid
from dataclasses import dataclass
from typing import Final

from vedette.model.finding import LEVELS
from vedette.model.logsource import Logsource
from vedette.sigma.load.nodes import Map, Scalar, canonical, is_null, kind_of
from vedette.sigma.load.reading import Reading

DEFAULT_LEVEL: Final = "medium"
"""Of a detection that states none."""
STATUSES: Final = ("stable", "test", "experimental", "deprecated", "unsupported")
LONGEST_TITLE: Final = 256
"""Characters; as the specification limits it."""

_BODIES: Final = ("detection", "correlation", "filter")
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://sigmahq.io/specification")
_LOGSOURCE_KEYS: Final = ("product", "category", "service")


@dataclass(frozen=True, slots=True)
class Metadata:
    """`level` is "" where none is stated. `line` is where the document begins."""

    id: str
    title: str
    name: str
    level: str
    status: str
    author: str
    licence: str
    description: str
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    line: int


def metadata(root: Map, reading: Reading, licence: str) -> Metadata:
    """Read the descriptive keys; `licence` is what holds where the document states none."""
    name = reading.text(root.get("name"), "name")
    title = reading.text(root.get("title"), "title") or name
    if not title:
        reading.faults.add(root, "no title", "add a title")
    elif len(title) > LONGEST_TITLE:
        node = root.get("title") or root
        what = f"the title has over {LONGEST_TITLE} characters"
        reading.faults.add(node, what, "shorten it")
    taxonomy = reading.text(root.get("taxonomy"), "taxonomy", "sigma")
    if taxonomy != "sigma":
        reading.unsupported.append(
            f"{reading.path}:{root.key('taxonomy').line}: the taxonomy {taxonomy!r} is not known; "
            "rewrite the rule in the taxonomy sigma"
        )
    return Metadata(
        id=document_id(root, reading),
        title=title,
        name=name,
        level=_one_of(root, "level", LEVELS, reading),
        status=_one_of(root, "status", STATUSES, reading),
        author=_author(root, reading),
        licence=reading.text(root.get("license"), "license") or licence,
        description=reading.text(root.get("description"), "description"),
        tags=tuple(node.text for node in reading.texts(root.get("tags"), "tags")),
        fields=tuple(node.text for node in reading.texts(root.get("fields"), "fields")),
        line=root.line,
    )


def document_id(root: Map, reading: Reading) -> str:
    """The stated id, else one made from the content, so that it is the same on every load."""
    stated = reading.text(root.get("id"), "id")
    if stated:
        return stated
    if not is_null(root.get("id")):
        return ""
    keys = ("title", "name", "logsource", *_BODIES)
    return str(uuid.uuid5(_NAMESPACE, "\n".join(canonical(root.get(key)) for key in keys)))


def _one_of(root: Map, key: str, known: tuple[str, ...], reading: Reading) -> str:
    node = root.get(key)
    text = reading.text(node, key).lower()
    if node is not None and text and text not in known:
        reading.faults.add(node, f"the {key} {text!r} is not known", f"use {', '.join(known)}")
    return text


def _author(root: Map, reading: Reading) -> str:
    """Authors as one text; some rules write a list."""
    return ", ".join(node.text.strip() for node in reading.texts(root.get("author"), "author"))


def logsource(root: Map, reading: Reading) -> Logsource:
    """The `logsource` section; at least one of its three parts must be there."""
    node = root.get("logsource")
    fix = "add a logsource with a product, a category or a service"
    if not isinstance(node, Map):
        what = "no logsource" if node is None else f"the logsource is {kind_of(node)}"
        reading.faults.add(node if isinstance(node, Scalar) else root, what, fix)
        return Logsource()
    parts = {
        key: reading.text(node.get(key), f"{key} of the logsource").lower() or None
        for key in _LOGSOURCE_KEYS
    }
    for key in node.entries:
        meant = difflib.get_close_matches(key.lower(), _LOGSOURCE_KEYS, 1, 0.7)
        if key not in _LOGSOURCE_KEYS and meant:
            # left alone, the slip would make the rule run on far more events
            reading.faults.add(
                node.key(key), f"the logsource has no key {key!r}", f"did you mean {meant[0]!r}?"
            )
    if not any(parts.values()):
        place = root.key("logsource")
        reading.faults.add(place, "the logsource names no product, category or service", fix)
    return Logsource(**parts)
