"""What an Office document fetches from outside: templates, objects, frames, linked workbooks.

A link that a reader clicks and a picture are ordinary; what loads or runs when the document is
opened is not.
"""

from __future__ import annotations

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.relationships import Relationship
from vedette.lure.attachment.documents.targets import IMAGES, Target, target, words

_LOADED = words(
    "oleObject frame subDocument aFChunk control package attachedSchema transform xsltTransform "
    "mailMergeSource mailMergeHeaderSource recipientData stylesheet externalLink vbaProject "
    "customXml settings webSettings"
)
"""Relationship types that are fetched, or offered to be, when the document is opened."""
_WORKBOOKS = frozenset(("externalLinkPath", "xlExternalLinkPath", "externalLinkLongPath"))
_HANDLERS = ("ms-", "search", "javascript", "vbscript", "script")
"""Schemes that hand their text to a program of the reader's machine."""


def judge(relationship: Relationship, part: str, context: Context) -> None:
    """Say the sign of one external relationship of `part`, and keep its target as a link."""
    url = relationship.target
    if not url or url.upper() == "NULL":
        return
    place = target(url)
    if place.remote:
        context.url(url)
    if relationship.kind == "attachedTemplate":
        template(url, place, part, context)
    elif relationship.kind in _LOADED:
        if place.remote or place.scheme not in ("", "file"):
            _loaded(relationship, place, part, context)
    elif relationship.kind in _WORKBOOKS:
        # Workbooks linked to one another on a firm's own server are everyday; the rest is not.
        if place.remote and not place.office_cloud and _public(place):
            _loaded(relationship, place, part, context)
    elif place.scheme.startswith(_HANDLERS):
        _loaded(relationship, place, part, context)


def template(url: str, place: Target, part: str, context: Context) -> None:
    """Say that a document takes its template from another machine (a local one is ordinary)."""
    if not place.remote:
        return
    context.sign("remote_template", url, host=place.host, part=part)
    why = ""
    if place.extension in IMAGES:
        why = f"the template's address ends in .{place.extension}"
    elif place.bare_address:
        why = "the template's address has a number for a host"
    if why:
        context.sign("remote_template_image", url, host=place.host, part=part, why=why)


def _loaded(relationship: Relationship, place: Target, part: str, context: Context) -> None:
    context.sign(
        "external_link",
        relationship.target,
        type=relationship.kind,
        host=place.host,
        scheme=place.scheme,
        part=part,
    )


def _public(place: Target) -> bool:
    return place.scheme in ("http", "https", "ftp") or "." in place.host or "@" in place.host
