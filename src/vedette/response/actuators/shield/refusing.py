"""Clients and parameters refused at the websites, by way of the file that every shield reads."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Literal
from urllib.parse import urlsplit

from vedette.model.action import Action
from vedette.model.errors import ActuatorError, UnreadableError
from vedette.response.actuating import Planned, Verified
from vedette.shield.guard.refusing import pattern_of, plain_client
from vedette.store.refusals import Refusal, Refusals

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Kind = Literal["client", "parameter"]

CLIENT: Final = "refuse-client"
PARAMETER: Final = "refuse-parameter"
LONGEST: Final = 1_000
"""Characters of a name, path or pattern."""

_SCOPES: Final = {
    CLIENT: frozenset({"site", "path"}),
    PARAMETER: frozenset({"site", "path", "parameter", "pattern"}),
}
_ARGUMENTS: Final = ("ARGS", "ARGS_GET", "ARGS_POST")


class ShieldActuator:
    """Carries out `refuse-client` and `refuse-parameter`.

    All that refuses anything at mail or websites must share one `refusals`, for one alone may
    write; `folder` is where its file lies, which is read anew to verify. `sites` are the names of
    the policies' sites (None: not checked). `never` are networks whose clients are never refused:
    proxies in front above all, behind which everybody is. `now` is in microseconds.
    """

    kinds = frozenset({CLIENT, PARAMETER})
    seconds = 5.0

    def __init__(
        self,
        refusals: Refusals,
        folder: Path,
        now: Callable[[], int],
        *,
        sites: Collection[str] | None = None,
        never: Sequence[Network] = (),
    ) -> None:
        self._refusals = refusals
        self._seen = Refusals(folder, now)
        self._gone: set[str] = set()
        self._going = Lock()
        self._now = now
        self._sites = sites
        self._never = tuple(never)

    def plan(self, action: Action) -> Planned:
        wanted = self._wanted(action)
        scope = dict(wanted.scope)
        where = f"{scope.get('site', 'every website')}, {scope.get('path', 'whole')}"
        if wanted.kind == "client":
            words = f"requests of {wanted.value} are answered 403 ({where})"
        else:
            values = f"matches {scope['pattern']!r}" if "pattern" in scope else "is given at all"
            words = f"requests are answered 403 where {wanted.value} {values} ({where})"
        return Planned(words, "the same requests pass again within two seconds")

    def apply(self, action: Action) -> None:
        wanted = self._wanted(action)
        try:
            self._refusals.put(wanted)
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error

    def verify(self, action: Action) -> Verified:
        there = self._there()
        try:
            wanted = self._wanted(action)
        except ActuatorError:  # what can't be refused any more may still stand
            if action.id in self.standing():
                raise
            return Verified("absent", f"nothing refuses {action.target.value} for this action")
        near = there.of(wanted.kind, wanted.value)
        found = next((each for each in near if each.id == action.id), None)
        if found is None:
            return Verified("absent", f"nothing refuses {wanted.value} for this action")
        if found.scope != wanted.scope:
            return Verified("absent", "something else is refused in its name; apply it again")
        return Verified("applied", f"{(found.expires - self._now()) // 1_000_000} s are left")

    def undo(self, action: Action) -> None:
        """Those that come while one is being written go together in the next writing: a kill
        switch has many."""
        self._gone.add(action.id)
        with self._going:
            if action.id not in self._gone:
                return  # another thread has written it
            together = frozenset(self._gone)
            try:
                self._refusals.remove(together)
            except UnreadableError as error:
                self._gone.discard(action.id)
                raise ActuatorError(str(error)) from error
            self._gone.difference_update(together)

    def sweep(self, actions: Sequence[Action]) -> Sequence[Verified]:
        try:
            self._refusals.remove(each.id for each in actions)
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error
        return self.look(actions)

    def look(self, actions: Sequence[Action]) -> Sequence[Verified]:
        return [self.verify(each) for each in actions]

    def standing(self) -> Iterable[str]:
        there = self._there().in_force()
        return sorted({each.id for each in there if each.kind in ("client", "parameter")})

    def _there(self) -> Refusals:
        """What another process would find."""
        try:
            self._seen.refresh()
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error
        return self._seen

    def _wanted(self, action: Action) -> Refusal:
        known = _SCOPES.get(action.kind)
        if known is None:
            raise ActuatorError(f"{action.kind}: not an action at a website")
        scope = dict(action.scope)
        for name, value in scope.items():
            if name not in known:
                raise ActuatorError(
                    f"{name[:60]!a}: unknown scope of {action.kind}; use {', '.join(sorted(known))}"
                )
            if not value or len(value) > LONGEST:
                raise ActuatorError(f"{name}: must have 1 to {LONGEST} characters")
        site = scope.get("site")
        if site is not None and self._sites is not None and site not in self._sites:
            names = ", ".join(sorted(self._sites))
            raise ActuatorError(f"{site!a}: no such website; use one of {names}")
        kind: Kind = "client" if action.kind == CLIENT else "parameter"
        if kind == "client":
            value = self._client(action.target.kind, action.target.value)
        else:
            value = _parameter(scope.pop("parameter", action.target.value))
            if "path" not in scope and (path := _path_of(action.target.value)):
                scope["path"] = path
            if "pattern" in scope:
                _checked(scope["pattern"])
        if "path" in scope and not scope["path"].startswith("/"):
            raise ActuatorError(f"{scope['path'][:60]!a}: a path begins with a slash")
        return Refusal(action.id, kind, value, action.expires, tuple(sorted(scope.items())))

    def _client(self, kind: str, text: str) -> str:
        if kind != "address":
            raise ActuatorError(f"{kind}: a client is refused by its address")
        plain = plain_client(text)
        try:
            address = ipaddress.ip_address(plain)
        except ValueError:
            what = f"{text[:100]!a}: no IPv4 or IPv6 address"
            raise ActuatorError(f"{what}; networks and names are not refused") from None
        if address.is_loopback or address.is_unspecified or address.is_multicast:
            raise ActuatorError(f"{plain}: never refused, it is nobody's on the network")
        inside = next((each for each in self._never if address in each), None)
        if inside is not None:
            raise ActuatorError(
                f"{plain}: never refused, it is in {inside} (a proxy in front, or protected); see"
                " that the shield is told whose requests that proxy passes on"
            )
        return plain


def _parameter(text: str) -> str:
    """The bare name: `q` of `ARGS:q`, as stored events are searched for it."""
    collection, colon, name = text.rpartition(":")
    if "://" in text:
        raise ActuatorError(f"{text[:100]!a}: which parameter? say it in the scope's `parameter`")
    if colon and collection not in _ARGUMENTS:
        raise ActuatorError(
            f"{text[:100]!a}: only parameters are refused, {', '.join(_ARGUMENTS)} or bare names"
        )
    if not name or len(name) > LONGEST:
        raise ActuatorError(f"{text[:100]!a}: names no parameter")
    return name


def _checked(pattern: str) -> None:
    try:
        pattern_of(pattern)
    except ValueError as error:
        raise ActuatorError(f"{error}; correct it") from error


def _path_of(target: str) -> str:
    """The path of a URL, as far as it names one page: `/item` of `http://shop/item/{number}`."""
    try:
        path = urlsplit(target).path if "://" in target else ""
    except ValueError:
        return ""
    whole, hole, _ = path.partition("{")
    path = (whole.rpartition("/")[0] if hole else whole).rstrip("/")
    return path if len(path) <= LONGEST else ""
