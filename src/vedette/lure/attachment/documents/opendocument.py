"""OpenDocument and EPUB packages: macros, what starts them, objects, links to elsewhere.

Source: ODF 1.3 part 2 (packages), part 3 4.5.5 (event listeners), 19.899 (link targets).
"""

from __future__ import annotations

import re

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import fields
from vedette.lure.attachment.documents.markup import attributes, plain, tags, utf8
from vedette.lure.attachment.documents.ole_objects import embedded
from vedette.lure.attachment.documents.package import Package
from vedette.lure.attachment.documents.targets import target

PART = 4 << 20
"""Bytes read of one XML part."""
TEXT = 64 * 1024
"""Characters of text read."""

_STARTS = re.compile(
    rb"event-name\s*=\s*[\"'](?:dom:|office:)?(load|open|start-app|on-open|onload|load-finished|"
    rb"view-created|unload|close|print|modify|focus)[\"']",
    re.I,
)
_ENCRYPTED = b"encryption-data"
_TAG = re.compile(rb"<[^<>]{0,8192}>")
_BREAK = re.compile(rb"</(?:text:p|text:h|table:table-row|p|div|h\d)>|<text:(?:line-break|tab)/>")


def inspect(data: bytes, context: Context) -> None:
    """Say what the package does when it is opened, and hand back what it carries.

    Raises:
        Unreadable: no part can be read.
        LimitReached: the message's budget is used up.
    """
    package = Package(data, context)
    manifest = utf8(package.read("META-INF/manifest.xml", PART))
    if _ENCRYPTED in manifest:
        context.encrypted = context.encrypted or "closed"
        context.sign("archive_encrypted", context.name, kind="document")
        context.unseen("encrypted: the document opens with a password only")
        return
    content = utf8(package.read("content.xml", PART))
    _macros(package, content, context)
    _links(content, context)
    for name in list(package.names):
        if name.startswith(("object ", "objectreplacements/", "basic/", "scripts/", "meta-inf/")):
            if name.startswith("object ") and name.count("/") == 0:
                embedded(package.names[name], package.read(name), name, context)
            continue
        if name.endswith((".exe", ".dll", ".bin", ".js", ".vbs", ".bat", ".lnk", ".ps1", ".hta")):
            embedded(package.names[name], package.read(name), name, context)
    text = plain(_TAG.sub(b"", _BREAK.sub(b"\n", content[: 8 * TEXT]))).strip()
    if text:
        context.text(text[:TEXT])


def _macros(package: Package, content: bytes, context: Context) -> None:
    modules = [
        name
        for name in package.names
        if (name.startswith("basic/") and name.endswith(".xml") and "script-l" not in name)
        or (name.startswith("scripts/") and name.endswith((".py", ".bsh", ".js", ".java")))
    ]
    modules = [name for name in modules if _procedure(package.read(name, PART))]
    if not modules:
        return
    context.sign("vba_macro", modules[0], language="Basic or script", modules=str(len(modules)))
    listeners = (
        content + utf8(package.read("settings.xml", PART)) + utf8(package.read("styles.xml", PART))
    )
    for _, tag, start in tags(listeners, "event-listener"):
        if event := _STARTS.search(tag):
            shown = tag.decode("utf-8", "replace").strip()
            context.sign("vba_autostart", shown, start, start, trigger=event[1].decode("ascii"))
            return


def _procedure(source: bytes) -> bool:
    return re.search(rb"(?:^|[\s>;])(?:sub|function|def|import)\s+\w", source, re.I) is not None


def _links(content: bytes, context: Context) -> None:
    for name, tag, _ in tags(
        content,
        "a",
        "object",
        "object-ole",
        "plugin",
        "floating-frame",
        "section-source",
        "dde-source",
        "table-source",
        "dde-connection-decl",
    ):
        said = attributes(tag)
        if name in ("dde-source", "dde-connection-decl"):
            service = said.get("dde-application", "")
            topic = said.get("dde-topic", "")
            fields.dde(service, topic, f"{service}|{topic}", "content.xml", context, automatic=True)
            continue
        url = said.get("href", "")
        place = target(url)
        if not url or not (place.remote or place.scheme.startswith(("vnd.sun", "macro", "ms-"))):
            continue
        if place.remote:
            context.url(url)
        if name in (
            "object",
            "object-ole",
            "plugin",
            "floating-frame",
            "section-source",
            "table-source",
        ):
            context.sign("external_link", url, type=name, host=place.host, part="content.xml")
