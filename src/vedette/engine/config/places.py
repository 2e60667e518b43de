"""Files and secrets that a configuration points at: are they there?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from vedette.engine.config.secret import SecretRef
from vedette.model.errors import ConfigError
from vedette.model.yaml_tree import Node

Place = tuple[str, Node]
"""A key in dotted form and the node of its value."""

_TLS: Final = ("certificate", "key", "client_ca")


def file_faults(root: Node, base: Path) -> list[str]:
    """Named rules, mappings, playbooks, asset lists, certificates and keys that are not there or
    can't be read by this user. Relative paths start from `base`."""
    faults = []
    for key, node in _files(root):
        path = base / node.value
        try:
            (os.listdir if path.is_dir() else _opened)(path)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            fix = "check the path and its mode"
            faults.append(f"{node.mark}: {key}: {path}: can't be read ({reason}); {fix}")
    return faults


def secret_faults(root: Node, base: Path, environ: Mapping[str, str] | None) -> list[str]:
    """References to secrets that lead nowhere. `environ` None is that of the process."""
    faults = []
    for key, node in _secrets(root):
        try:
            SecretRef.parse(node.value, base).resolve(environ)
        except ConfigError as error:
            faults += [f"{node.mark}: {key}: {fault}" for fault in error.faults]
        except ValueError:
            continue  # not a reference; the schema says so
    return faults


def _opened(path: Path) -> None:
    with path.open("rb"):
        pass


def _files(root: Node) -> Iterator[Place]:
    rules = _at(root, "rules")
    for key in ("paths", "mappings"):
        yield from _texts(_items(_at(rules, key), f"rules.{key}"))
    for name, source in _items(_at(root, "sources"), "sources"):
        tls = _at(source, "tls")
        yield from _texts((f"{name}.tls.{key}", _at(tls, key)) for key in _TLS)
        yield from _texts([(f"{name}.ca", _at(source, "ca"))])
        yield from _texts((f"{name}.{key}", _at(source, key)) for key in ("rules", "setup"))
        for key in ("before", "after"):
            yield from _texts(_items(_at(source, key), f"{name}.{key}"))
        yield from _texts([(f"{name}.page.file", _at(_at(source, "page"), "file"))])
        for site, entry in _items(_at(source, "sites"), f"{name}.sites"):
            yield from _texts([(f"{site}.ca", _at(entry, "ca"))])
    console = _at(root, "console")
    yield from _texts((f"console.tls.{key}", _at(_at(console, "tls"), key)) for key in _TLS)
    yield from _texts([("console.access.oidc.ca", _at(_oidc(console), "ca"))])
    lures = _at(root, "lures")
    yield from _texts(_items(_at(lures, "employers"), "lures.employers"))
    yield from _texts([("lures.yara", _at(lures, "yara"))])
    for name, sink in _items(_at(root, "sinks"), "sinks"):
        yield from _texts([(f"{name}.ca", _at(sink, "ca"))])
    response = _at(root, "response")
    yield from _texts([("response.assets", _at(response, "assets"))])
    yield from _texts(_items(_at(response, "playbooks"), "response.playbooks"))
    mail = _at(response, "mail")
    yield from _texts(_items(_at(mail, "maildirs"), "response.mail.maildirs"))
    for key, section in (("mail.mailboxes", _at(mail, "mailboxes")),
                         ("webhooks", _at(response, "webhooks"))):  # fmt: skip
        for name, entry in _items(section, f"response.{key}"):
            yield from _texts([(f"{name}.ca", _at(entry, "ca"))])


def _secrets(root: Node) -> Iterator[Place]:
    secret = _at(_oidc(_at(root, "console")), "client_secret")
    yield from _texts([("console.access.oidc.client_secret", secret)])
    for name, source in _items(_at(root, "sources"), "sources"):
        yield from _texts(_items(_at(source, "tokens"), f"{name}.tokens"))
        yield from _texts([(f"{name}.password", _at(source, "password"))])
    response = _at(root, "response")
    sinks = _items(_at(root, "sinks"), "sinks")
    for name, sink in (*sinks, *_items(_at(response, "webhooks"), "response.webhooks")):
        yield from _texts([(f"{name}.secret", _at(sink, "secret"))])
        headers = _at(sink, "headers")
        if headers is not None and isinstance(headers.value, dict):
            yield from _texts((f"{name}.headers.{k}", node) for k, node in headers.value.items())
    for name, entry in _items(_at(_at(response, "mail"), "mailboxes"), "response.mail.mailboxes"):
        yield from _texts([(f"{name}.password", _at(entry, "password"))])
    channels = _at(_at(response, "people"), "channels")
    for name, entry in _items(channels, "response.people.channels"):
        yield from _texts([(f"{name}.url", _at(entry, "url"))])


def _at(node: Node | None, key: str) -> Node | None:
    found = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
    return found if isinstance(found, Node) else None


def _items(node: Node | None, key: str) -> Iterator[tuple[str, Node]]:
    values = node.value if node is not None and isinstance(node.value, list) else ()
    for index, item in enumerate(values):
        yield f"{key}[{index}]", item


def _texts(places: Iterable[tuple[str, Node | None]]) -> Iterator[Place]:
    for key, node in places:
        if node is not None and isinstance(node.value, str):
            yield key, node


def _oidc(console: Node | None) -> Node | None:
    return _at(_at(console, "access"), "oidc")
