"""The fields of one audit record, decoded.

Which fields the kernel and programs write in hexadecimal when they hold blanks, quotes or
control characters is what the audit field dictionary marks "encoded"
(linux-audit/audit-documentation, specs/fields/field-dictionary.csv). A quoted value is never
encoded.
"""

from __future__ import annotations

import re
from typing import Final

from vedette.sources.formats.auditd_sockaddr import sockaddr_fields

Field = tuple[str, str]

_DICTIONARY: Final = (
    "acct|addr|apparmor|cgroup|cmd|comm|cwd|data|device|dir|exe|file|grp|invalid_context|key|name|"
    "new-chardev|new-disk|new-fs|new-net|new-rng|ocomm|old-chardev|old-disk|old-fs|old-net|old-rng|"
    "path|proctitle|saddr|vm|watch"
)
_BEYOND_DICTIONARY: Final = "denied_mask|info|operation|profile|requested_mask|root_dir|sw"
_ENCODED: Final = frozenset((*_DICTIONARY.split("|"), *_BEYOND_DICTIONARY.split("|")))

_HEX: Final = re.compile(r"(?:[0-9A-F]{2})+")
# `(null)` stands alone because some tools lose the separator of the enriched fields after it
_TOKEN: Final = re.compile(r"""([^\s="']++)=(?:"([^"]*+)"|(\(null\)|\S*+))|(\S++)""", re.ASCII)
_ENRICHED: Final = re.compile(
    r"""([^\s="'{}]++)=(?:"([^"]*+)"|\{([^{}]*+)\}|(\S*+))|\S++""", re.ASCII
)
_AVC: Final = re.compile(r"avc:\s{1,4}(denied|granted)\s{1,4}\{([^{}]{0,1024})\}\s{1,4}for\s?")
_OLD_STYLE: Final = "(hostname="

# the beginning of the enriched fields where a tool on the way has lost the separator
_LOST: Final = re.compile(
    r"""(?<=[^\s=])(?:ARCH=\w{1,16} SYSCALL=|SADDR=\{|(?:A|E|S|FS|O|OA)?[UG]?ID=")""", re.ASCII
)

SEPARATOR: Final = "\x1d"
"""Stands before the fields that auditd adds when its log_format is ENRICHED."""


def record_fields(body: str) -> list[Field]:
    """All fields of a record in the order written; a field may come more than once.

    `body` is what follows `msg=audit(...):`. The inner fields of a program's `msg='...'` count
    as the record's own. Words that are no field are joined as the field `message`.
    """
    body, separated, enriched = body.partition(SEPARATOR)
    if not separated and ('ID="' in body or "SADDR={" in body) and (lost := _LOST.search(body)):
        body, separated, enriched = body[: lost.start()], SEPARATOR, body[lost.start() :]
    inner = ""
    start = body.find("msg='")
    if start >= 0:
        end = body.rfind("'")
        if end > start + 4:
            inner = body[start + 5 : end]
        else:
            inner = body[start + 5 :]
        body = body[:start]
    fields: list[Field] = []
    words: list[str] = []
    _parse(body, fields, words)
    if inner:
        at = inner.find(_OLD_STYLE)
        if at >= 0:  # RHEL 5: msg='PAM: ... (hostname=h, addr=a, terminal=t res=r)'
            tail = inner[at:].replace(",", " ").replace("(", " ").replace(")", " ")
            inner = inner[:at] + tail
        _parse(inner, fields, words)
    if enriched:
        fields.extend(
            (name, quoted or braced.strip() or bare)
            for name, quoted, braced, bare in _ENRICHED.findall(enriched)
            if name
        )
    if words:
        fields.append(("message", " ".join(words)))
    return fields


def _parse(text: str, fields: list[Field], words: list[str]) -> None:
    if text.startswith("avc:") and (avc := _AVC.match(text)):
        fields.append(("seresult", avc[1]))
        fields.extend(("seperms", permission) for permission in avc[2].split())
        text = text[avc.end() :]
    last = prefix = ""
    for name, quoted, bare, word in _TOKEN.findall(text):
        if word:
            if last == "op":  # the one value that is written in several words without quotes
                fields[-1] = ("op", f"{fields[-1][1]} {word}")
            elif word in ("old", "new"):  # LOGIN of old kernels: `old auid=0 new auid=500`
                prefix = word + "-"
            else:
                words.append(word)
                last = ""
            continue
        last = name = prefix + name
        prefix = ""
        if quoted or not bare:
            fields.append((name, quoted))
        elif name in _ENCODED and _HEX.fullmatch(bare):
            _decode(name, bare, fields)
        else:
            fields.append((name, bare.strip('"') if bare[0] == '"' else bare))


def _decode(name: str, text: str, fields: list[Field]) -> None:
    data = bytes.fromhex(text)
    if name == "saddr":
        fields.append((name, text))
        fields.extend(sockaddr_fields(data))
    elif name == "key":  # an event that several rules asked for: their keys, 0x01 between them
        fields.extend((name, key.decode("utf-8", "replace")) for key in data.split(b"\x01"))
    else:
        data = data.rstrip(b"\0")
        if name == "proctitle":  # the arguments, each ended by NUL
            data = data.replace(b"\0", b" ")
        fields.append((name, data.decode("utf-8", "replace")))


_ARGUMENT: Final = re.compile(r"a(\d{1,7})(?:\[(\d{1,7})\]|(_len))?", re.ASCII)


class Arguments:
    """The arguments of an EXECVE, gathered from one or more records."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: dict[int, bytes | dict[int, bytes]] = {}

    def add(self, body: str) -> list[Field]:
        """Take the arguments out of an EXECVE record; its other fields are given back. A long
        argument comes in parts: `a1_len=9000 a1[0]=... a1[1]=...`."""
        rest: list[Field] = []
        for name, quoted, bare, _ in _TOKEN.findall(body):
            match = _ARGUMENT.fullmatch(name)
            if match is None:
                if name:
                    rest.append((name, quoted or bare))
                continue
            number, part, length = match.groups()
            if length:
                continue
            if quoted or not _HEX.fullmatch(bare):
                value = (quoted or bare.strip('"')).encode("utf-8", "replace")
            else:
                value = bytes.fromhex(bare)
            index = int(number)
            if part is None:
                self._parts[index] = value
                continue
            parts = self._parts.setdefault(index, {})
            if isinstance(parts, dict):
                parts[int(part)] = value
        return rest

    def values(self) -> dict[int, str]:
        """Index to argument, in order. An argument that the log lacks is not there."""
        return {
            index: _joined(value).decode("utf-8", "replace")
            for index, value in sorted(self._parts.items())
        }


def _joined(value: bytes | dict[int, bytes]) -> bytes:
    # parts are joined before they are decoded: a character may lie across two of them
    return value if isinstance(value, bytes) else b"".join(value[at] for at in sorted(value))
