"""What actions refuse at the websites: clients, and parameters with a pattern (virtual patches).

The refusals lie in a file that another process writes (`vedette.store.refusals`). They hold
whatever the policy's mode, sample or canary: an action was weighed by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any, Final

import msgspec

from vedette.model.errors import UnreadableError
from vedette.seclang.body import Limits, read_body
from vedette.seclang.request import Request
from vedette.seclang.run.filling import multipart_type
from vedette.seclang.uri import body_processor, parse_arguments, split_target
from vedette.shield.policy.places import LONGEST, readings
from vedette.store.refusals import Refusal, Refusals

LATE: Final = 1_500_000
"""Microseconds after which a request looks at the file, where no other thread did: housekeeping
does so every second, a middleware has none."""
MOST_ARGUMENTS: Final = 20_000
"""Arguments of one request that are looked at; one with more can't be told to be harmless and is
refused where a parameter is."""
DEPTH: Final = 128
PATTERN_MEMORY: Final = 1 << 20

_END: Final = re.compile(rb"[?#]")
_ODD: Final = re.compile(rb"[%\\;]|//|/\.|\A[^/]")
"""Where a path can be read in more than one way."""
_INDEX: Final = re.compile(r"array_\*|\[\*\]")
_JSON: Final = re.compile(rb"\s*application/(?:[a-z0-9.-]+[+])?json", re.I)

Pairs = Iterable[tuple[bytes, bytes]]


class Refused(msgspec.Struct, frozen=True):
    """A request that an action refuses, by the action's id; `parameter` is "" where its client
    is what is refused."""

    id: str
    parameter: str = ""


class Patch(msgspec.Struct, frozen=True):
    """A refused parameter, ready: `site` ("": any) and `prefix` (b"": any path) say where, `names`
    fits its names, `found` looks for the pattern in a value (None: any value)."""

    refusal: Refusal
    site: str
    prefix: bytes
    names: re.Pattern[str]
    found: Callable[[str], object] | None


class Refusing:
    """Used from one thread at a time but for `look`, which any thread may call."""

    def __init__(self, refusals: Refusals, alarm: Callable[[str], None]) -> None:
        self._refusals = refusals
        self._alarm = alarm
        self._looked = 0
        self._looking = Lock()
        self._known: object = None
        self._clients = False
        self._patches: tuple[Patch, ...] = ()
        self.any = False
        """Whether there is anything to ask."""

    def glance(self, now: int) -> None:
        """Look at the file, where nobody has for long."""
        if not 0 <= now - self._looked <= LATE:
            self.look(now)

    def look(self, now: int) -> None:
        """Take in what has changed. Never raises: what can't be read is an alarm, and what was
        known before stays. Does nothing while another thread does it."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._looked = now
            self._refusals.refresh()
            known = self._refusals.known()
            if known is self._known:  # an actuator in this process may have taken it in already
                return
            self._known = known
            kinds = self._refusals.kinds()
            self._patches = self._compiled() if "parameter" in kinds else ()
            self._clients = "client" in kinds
            self.any = self._clients or bool(self._patches)
        except UnreadableError as error:
            self._alarm(f"what actions refuse can't be read, what was known holds: {error}")
        finally:
            self._looking.release()

    def client(self, request: Request, site: str) -> Refused | None:
        """Whether the client is refused here."""
        if not self._clients:
            return None
        for each in self._refusals.of("client", plain_client(request.client)):
            if _fits(each, site, request.target):
                return Refused(each.id)
        return None

    def patches(self, request: Request, site: str, now: int) -> tuple[Patch, ...]:
        """Those of the parameters that are refused here."""
        return tuple(
            each
            for each in self._patches
            if each.refusal.expires > now
            and each.site in ("", site)
            and (not each.prefix or _under(each.prefix, request.target))
        )

    def _compiled(self) -> tuple[Patch, ...]:
        known: Mapping[Refusal, Patch] = {each.refusal: each for each in self._patches}
        made = []
        for each in self._refusals.in_force("parameter"):
            try:
                made.append(known.get(each) or _patch(each))
            except ValueError as error:
                self._alarm(f"action {each.id} refuses nothing: {error}")
        return tuple(made)


def in_query(patches: Iterable[Patch], request: Request) -> Refused | None:
    """The first of these parameters among those of the query."""
    target = split_target(request.target, request.protocol, request.method)
    pairs, more = parse_arguments(target.query, b"&", MOST_ARGUMENTS)
    return _first(patches, pairs, more)


def in_body(patches: Iterable[Patch], request: Request, data: bytes, cut: bool) -> Refused | None:
    """The first of these parameters among those of a form, JSON or multipart body, as the rules'
    readers read it; of a body that was `cut`, of its beginning."""
    processor = _processor(request)
    if not processor or not data:
        return None
    kind = multipart_type(request) if processor == "MULTIPART" else b""
    limits = Limits(arguments=MOST_ARGUMENTS, depth=DEPTH, parts=MOST_ARGUMENTS)
    body = read_body(processor, kind, data, limits, partial=cut)
    return _first(patches, body.arguments, len(body.arguments) >= MOST_ARGUMENTS)


def pattern_of(pattern: str) -> Callable[[str], object]:
    """What searches a value for a pattern (RE2). Raises ValueError."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY
    try:
        searched: Callable[[str], object] = re2.compile(pattern, options).search
    except re2.error as error:
        said: Any = error.args[0] if error.args else ""
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"{pattern[:100]!r} is no pattern of RE2: {text}") from error
    return searched


def plain_client(text: str) -> str:
    """An address in its one spelling; IPv4 written as IPv6 is IPv4. What is none stays as it is."""
    if ":" not in text:
        return text
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def _patch(refusal: Refusal) -> Patch:
    pieces = [re.escape(piece) for piece in _INDEX.split(refusal.value)]
    marks = ["array_[0-9]+" if mark[0] == "a" else r"\[[0-9]+\]" for mark in
             _INDEX.findall(refusal.value)]  # fmt: skip
    names = re.compile("".join(a + b for a, b in zip(pieces, [*marks, ""], strict=True)))
    scope = dict(refusal.scope)
    found = pattern_of(scope["pattern"]) if "pattern" in scope else None
    prefix = _prefix(scope.get("path", "/"))
    return Patch(refusal, scope.get("site", ""), prefix, names, found)


def _first(patches: Iterable[Patch], pairs: Pairs, more: bool) -> Refused | None:
    given = [(_text(name), value) for name, value in pairs]
    for each in patches:
        if more:
            return Refused(each.refusal.id, each.refusal.value)
        for name, value in given:
            if each.names.fullmatch(name) and (each.found is None or each.found(_text(value))):
                return Refused(each.refusal.id, each.refusal.value)
    return None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _processor(request: Request) -> str:
    """How the body is read: by the last Content-Type that says so, as the bundled rules choose.
    What XML holds has no names of parameters."""
    found = ""
    for name, value in request.headers:
        if len(name) == 12 and name.lower() == b"content-type":
            chosen = body_processor(value)
            if not chosen and _JSON.match(value):
                chosen = "JSON"
            found = chosen or found
    return found


def _fits(refusal: Refusal, site: str, target: bytes) -> bool:
    scope = dict(refusal.scope)
    return scope.get("site", site) == site and below(scope.get("path", "/"), target)


def below(path: str, target: bytes) -> bool:
    """Whether a request's target is at a path or below it, in any way that it may be read."""
    return _under(_prefix(path), target)


def _prefix(path: str) -> bytes:
    return b"".join(b"/" + part for part in path.encode("utf-8", "replace").split(b"/") if part)


def _under(prefix: bytes, target: bytes) -> bool:
    if not prefix:
        return True
    written = _END.split(target[:LONGEST], maxsplit=1)[0]
    if not _ODD.search(written):
        return _at(prefix, written)
    return any(_at(prefix, each) for each in (written, *readings(written)))


def _at(prefix: bytes, path: bytes) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in (b"", b"/")
