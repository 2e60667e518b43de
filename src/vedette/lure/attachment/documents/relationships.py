"""What a package's `.rels` parts point to outside of it, and what that does when it is opened.

Source: ECMA-376 part 2, section 6.5; ATT&CK T1221 (template injection).
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

from vedette.lure.attachment.documents.markup import attributes, tags, utf8

LARGEST = 1 << 20
"""Bytes read of one `.rels` part; Word writes about 130 for each link."""


class Relationship(NamedTuple):
    """`kind` is the last word of the type ("attachedTemplate"), `target` as it resolves."""

    id: str
    kind: str
    target: str


def external(rels: bytes) -> tuple[list[Relationship], str]:
    """The relationships of a `.rels` part whose target lies outside of the package.

    Also gives what is wrong with the part ("" where nothing is): a damaged one is read as far as
    its tags can be told.
    """
    # References and UTF-16 can hide the word; without either, most parts end here.
    if b"xternal" not in rels and b"&#" not in rels and b"\0" not in rels:
        return [], ""
    found: list[Relationship] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, values: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            _keep(found, {key.rpartition(":")[2]: value for key, value in values.items()})

    def refuse(*_: object) -> None:
        # Office refuses a package with a document type, so nothing in it can matter.
        raise ValueError("document type")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(rels, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last: an unknown encoding
        found.clear()
        for _, tag, _ in tags(utf8(rels), "Relationship"):
            _keep(found, attributes(tag))
        return found, f"damaged relationships ({error})"
    return found, ""


def _keep(found: list[Relationship], values: dict[str, str]) -> None:
    if values.get("TargetMode", "").strip().lower() == "external":
        kind = re.split(r"[/#]", values.get("Type", ""))[-1]
        found.append(Relationship(values.get("Id", ""), kind, values.get("Target", "").strip()))
