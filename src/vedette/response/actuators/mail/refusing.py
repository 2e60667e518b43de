"""The actuator of what is refused at mail: senders, domains, URLs, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from vedette.lure.live.door import HOLDS
from vedette.model.action import Action
from vedette.model.errors import ActuatorError, UnreadableError
from vedette.model.instant import rfc3339
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.mail.targets import REFUSES, WORDS, refusal_of
from vedette.store.refusals import Refusal, Refusals


class RefuseMail:
    """`refuse-sender`, `refuse-domain`, `refuse-url`, `refuse-hash`: mail with it is held or
    refused by the milter and moved away by the IMAP and Maildir sources, until the time is over,
    whether or not whoever wrote it down still runs.

    `now` is in microseconds since the epoch, UTC. `own` are the firm's domains (lower case), which
    are never refused.
    """

    kinds = frozenset({"refuse-sender", "refuse-domain", "refuse-url", "refuse-hash"})
    seconds = 30.0

    def __init__(
        self, refusals: Refusals, now: Callable[[], int], *, own: Sequence[str] = ()
    ) -> None:
        self._refusals = refusals
        self._now = now
        self._own = tuple(own)

    def plan(self, action: Action) -> Planned:
        refusal = refusal_of(action, self._own)
        what = WORDS[refusal.kind].format(refusal.value)
        return Planned(
            f"refuse mail {what} until {rfc3339(action.expires)}",
            "take it off the list; what was held until then stays held for a person to look at",
        )

    def apply(self, action: Action) -> None:
        put(self._refusals, refusal_of(action, self._own), self._now())

    def verify(self, action: Action) -> Verified:
        return stands(self._refusals, refusal_of(action))

    def undo(self, action: Action) -> None:
        take(self._refusals, action.id)

    def sweep(self, actions: Sequence[Action]) -> Sequence[Verified]:
        take(self._refusals, *(each.id for each in actions))
        return self.look(actions)

    def look(self, actions: Sequence[Action]) -> Sequence[Verified]:
        return [self.verify(each) for each in actions]

    def standing(self) -> Iterable[str]:
        kinds = {kind for each in self.kinds for kind in REFUSES[each].values()}
        refused = all_of(self._refusals)
        return sorted(each.id for each in refused if each.kind in kinds and HOLDS not in each.scope)


def put(refusals: Refusals, refusal: Refusal, now: int) -> None:
    """Refuse it from now on. Raises ActuatorError."""
    if refusal.expires <= now:
        raise ActuatorError(f"{refusal.id}: its time was over {rfc3339(refusal.expires)}")
    try:
        refusals.put(refusal)
    except UnreadableError as error:
        raise ActuatorError(str(error)) from error


def take(refusals: Refusals, *actions: str) -> None:
    """Refuse them no more. Raises ActuatorError."""
    try:
        refusals.remove(actions)
    except UnreadableError as error:
        raise ActuatorError(str(error)) from error


def all_of(refusals: Refusals) -> list[Refusal]:
    """Everything in force, as the file says it now. Raises ActuatorError."""
    try:
        refusals.refresh()
    except UnreadableError as error:
        raise ActuatorError(str(error)) from error
    return refusals.in_force()


def stands(refusals: Refusals, wanted: Refusal) -> Verified:
    """What the file says now."""
    try:
        refusals.refresh()
    except UnreadableError as error:
        return Verified("unknown", str(error))
    found = [each for each in refusals.of(wanted.kind, wanted.value) if each.id == wanted.id]
    if not found:
        return Verified("absent", f"nothing refuses {wanted.value} for this action")
    if found[0].expires != wanted.expires:
        return Verified("applied", f"until {rfc3339(found[0].expires)}, which is not what was said")
    return Verified("applied", f"until {rfc3339(wanted.expires)}")
