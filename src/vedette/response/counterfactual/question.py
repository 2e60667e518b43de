"""What is asked of the stored events before an action is taken."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from vedette.lure.refusable import url_key
from vedette.model.action import Action
from vedette.model.instant import instant_of
from vedette.response.counterfactual.shown import BODY, NO_URL
from vedette.response.counterfactual.spelling import (
    NETWORKS,
    host_of,
    key_of,
    plain,
    spelled,
)

DIRECTIONS: Final = {"in": ("from",), "out": ("to",), "both": ("from", "to")}
_PROCESS: Final = re.compile(r"(?P<host>[^/]+)/(?P<pid>\d+)(?:/(?P<start>[^/]+))?\Z")


@dataclass(frozen=True, slots=True)
class Values:
    """A parameter of requests to `path` or below; `pattern` (RE2) of the values that count, None
    for every value."""

    path: str
    name: str
    pattern: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """Which events an action would have touched: those found under a key of every group in
    `all_of`, and with the parameter's `values` where there are any, from `start` on.

    `shows` are groups of kinds: of each group some event of the window must show one, else
    nobody can tell. `hidden` kinds must not be shown at all. Events under a key of every group in
    `maybe` may have been touched as well.
    """

    all_of: tuple[tuple[int, ...], ...]
    shows: tuple[tuple[str, ...], ...]
    values: Values | None = None
    start: int | None = None
    hidden: tuple[str, ...] = ()
    maybe: tuple[tuple[int, ...], ...] = ()


class Names(Protocol):
    """How mail's events name what they must not show, under the firm's key."""

    def pseudonym(self, address: str) -> str:
        """That of a mailbox."""
        ...

    def trait(self, kind: str, value: str) -> str:
        """That of a sender (by its pseudonym), domain, url or hash that a message shows."""
        ...


def question_of(action: Action, names: Names | None = None) -> Question | str:
    """The question for an action, or why there is none. Without `names` what mail's events show
    under a key can't be asked for."""
    asker = _ASKERS.get(action.kind)
    if asker is None:
        return f"nobody knows what {action.kind} would touch in stored events"
    return asker(action, names)


Asker = Callable[[Action, Names | None], Question | str]
PSEUDONYM: Final = "mb-"
"""How pseudonyms of mailboxes begin."""


def _address(action: Action, _: object) -> Question | str:
    scope = dict(action.scope)
    kinds = DIRECTIONS.get(scope.get("direction", "both"), DIRECTIONS["both"])
    text = action.target.value
    if "/" in text:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return f"{text!r} is no address"
        single = network.prefixlen == network.max_prefixlen
        if not single and network.prefixlen not in NETWORKS[network.version]:
            return f"networks of the size of {text} are not indexed; name addresses"
        text = str(network.network_address) if single else str(network)
    else:
        values = spelled("to", text)
        if not values:
            return f"{text!r} is no address that others could have"
        text = values[0]
    return Question((tuple(key_of(kind, text) for kind in kinds),), (kinds,))


def _client(action: Action, _: object) -> Question | str:
    values = spelled("client", action.target.value)
    if not values:
        return f"{action.target.value!r} is no client's address"
    groups = [(key_of("client", values[0]),)]
    shows: list[tuple[str, ...]] = [("client",)]
    path = dict(action.scope).get("path", "/")
    if path != "/":
        groups.append((key_of("path", _path(path)),))
        shows.append(("request",))
    return Question(tuple(groups), tuple(shows))


def _parameter(action: Action, _: object) -> Question | str:
    scope = dict(action.scope)
    name = scope.get("parameter", action.target.value)
    path = _path(scope.get("path", "/"))
    values = Values(path, name.rpartition(":")[2], scope.get("pattern"))
    below = ((key_of("path", path),),) if path != "/" else ()
    maybe = (*below, (BODY,))
    return Question((), (("request",),), values, maybe=maybe)


def _sender(action: Action, names: Names | None) -> Question | str:
    given = action.target.value
    keys: list[int] = []
    if given.startswith(PSEUDONYM) and "@" not in given:
        persona = given
    else:
        values = spelled("sender", given)
        if not values or "@" not in values[0]:
            return f"{given!r} is no sender's address"
        sender = plain("sender", values[0])
        keys.append(key_of("sender", sender))
        if names is None:
            return Question((tuple(keys),), (("sender",),), hidden=("persona", "trait"))
        persona = names.pseudonym(sender)
    keys += [key_of("persona", plain("persona", persona)), *_traits(names, "sender", persona)]
    shows = ("sender", "persona", "trait")
    return Question((tuple(keys),), (shows,), hidden=_hidden(names))


def _domain(action: Action, names: Names | None) -> Question | str:
    values = spelled("domain", action.target.value)
    if not values:
        return f"{action.target.value!r} is no domain"
    keys = (
        key_of("domain", values[0]),
        key_of("sender-domain", values[0]),
        *_traits(names, "domain", values[0]),
    )
    return Question((keys,), (("domain", "sender", "trait"),), hidden=_hidden(names))


def _url(action: Action, names: Names | None) -> Question | str:
    values = spelled("url", action.target.value)
    if not values or not host_of(values[0]):
        return f"{action.target.value!r} is no whole URL"
    site = (key_of("domain", host_of(values[0])),)
    url = plain("url", values[0])
    keys = (key_of("url", url), *_traits(names, "url", url_key(values[0])))
    shows = ("url", "domain", "trait")
    return Question((keys,), (shows,), hidden=_hidden(names), maybe=(site, (NO_URL,)))


def _hash(action: Action, names: Names | None) -> Question | str:
    text = action.target.value
    values = spelled("hash", text.replace(":", "="))
    if not values:
        return f"{text!r} is no file hash"
    algorithm = values[0].partition(":")[0]
    digest = plain("hash", values[0])
    keys = (key_of("hash", digest), *_traits(names, "hash", f"{algorithm}:{digest}"))
    return Question((keys,), ((f"hash-{algorithm}", "trait"),), hidden=_hidden(names))


def _message(action: Action, names: Names | None) -> Question | str:
    """Messages are held and retracted by what they share, or one by itself."""
    by = {"person": _sender, "mailbox": _sender, "domain": _domain, "url": _url, "hash": _hash}
    asker = by.get(action.target.kind)
    return asker(action, names) if asker is not None else _simple("message")(action, names)


def _traits(names: Names | None, kind: str, value: str) -> tuple[int, ...]:
    return () if names is None else (key_of("trait", names.trait(kind, value)),)


def _hidden(names: Names | None) -> tuple[str, ...]:
    return ("trait",) if names is None else ()


def _process(action: Action, _: object) -> Question | str:
    text = action.target.value
    match = _PROCESS.match(text)
    named = match["host"] if match else dict(action.scope).get("host", "")
    hosts = spelled("host", named)
    if not hosts:
        return f"{text!r}: on no named host; give host/pid/start, or the scope's host"
    groups = [(key_of("host", plain("host", hosts[0])),)]
    if match is None:
        values = spelled("image", text)
        if not values:
            return f"{text!r} is no process"
        groups.append((key_of("image", values[0]),))
        return Question(tuple(groups), (("host",), ("image",)))
    groups.append((key_of("pid", match["pid"]),))
    start = instant_of(match["start"]) if match["start"] else None
    return Question(tuple(groups), (("host",), ("pid",)), start=start)


def _simple(kind: str) -> Asker:
    def ask(action: Action, _: object) -> Question | str:
        values = spelled(kind, action.target.value)
        if not values:
            return f"{action.target.value!r} is no {kind}"
        return Question(((key_of(kind, plain(kind, values[0])),),), ((kind,),))

    return ask


def _path(path: str) -> str:
    return "/" + "/".join(part for part in path.split("/") if part)


_ASKERS: Final[dict[str, Asker]] = {
    "refuse-address": _address,
    "refuse-client": _client,
    "refuse-parameter": _parameter,
    "refuse-sender": _sender,
    "refuse-domain": _domain,
    "refuse-url": _url,
    "refuse-hash": _hash,
    "freeze-process": _process,
    "end-process": _process,
    "isolate-host": _simple("host"),
    "disable-account": _simple("account"),
    "end-sessions": _simple("account"),
    "hold-message": _message,
    "retract-message": _message,
}

KINDS: Final = frozenset(_ASKERS)
"""Kinds of actions of which can be said what they would touch."""
