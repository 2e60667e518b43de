"""What is asked of the stored events before an action is taken."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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


def question_of(action: Action, pseudonym: Callable[[str], str] | None = None) -> Question | str:
    """The question for an action, or why there is none. `pseudonym` gives that of a mailbox."""
    asker = _ASKERS.get(action.kind)
    if asker is None:
        return f"nobody knows what {action.kind} would touch in stored events"
    return asker(action, pseudonym)


Asker = Callable[[Action, Callable[[str], str] | None], Question | str]


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


def _sender(action: Action, pseudonym: Callable[[str], str] | None) -> Question | str:
    values = spelled("sender", action.target.value)
    if not values or "@" not in values[0]:
        return f"{action.target.value!r} is no sender's address"
    sender = plain("sender", values[0])
    keys = [key_of("sender", sender)]
    if pseudonym is not None:
        keys.append(key_of("persona", plain("persona", pseudonym(sender))))
    hidden = () if pseudonym is not None else ("persona",)
    return Question((tuple(keys),), (("sender", "persona"),), hidden=hidden)


def _domain(action: Action, _: object) -> Question | str:
    values = spelled("domain", action.target.value)
    if not values:
        return f"{action.target.value!r} is no domain"
    keys = (key_of("domain", values[0]), key_of("sender-domain", values[0]))
    return Question((keys,), (("domain", "sender"),), hidden=("persona",))


def _url(action: Action, _: object) -> Question | str:
    values = spelled("url", action.target.value)
    if not values or not host_of(values[0]):
        return f"{action.target.value!r} is no whole URL"
    site = (key_of("domain", host_of(values[0])),)
    key = key_of("url", plain("url", values[0]))
    return Question(((key,),), (("url", "domain"),), maybe=(site, (NO_URL,)))


def _hash(action: Action, _: object) -> Question | str:
    text = action.target.value
    values = spelled("hash", text.replace(":", "="))
    if not values:
        return f"{text!r} is no file hash"
    algorithm = values[0].partition(":")[0]
    key = key_of("hash", plain("hash", values[0]))
    return Question(((key,),), ((f"hash-{algorithm}",),))


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
    "hold-message": _simple("message"),
    "retract-message": _simple("message"),
}

KINDS: Final = frozenset(_ASKERS)
"""Kinds of actions of which can be said what they would touch."""
