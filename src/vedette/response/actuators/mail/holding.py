"""The actuator that holds mail back for a time: what it stopped goes on when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from vedette.lure.live.door import HOLDS, LOOK, REFUSED_HEADER
from vedette.lure.message import Message
from vedette.lure.refusable import asked
from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.instant import rfc3339
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.mail.boxes import Box, on_each
from vedette.response.actuators.mail.notes import Notes
from vedette.response.actuators.mail.postfix import HELD, PostfixQueue, Queued
from vedette.response.actuators.mail.refusing import all_of, put, stands, take
from vedette.response.actuators.mail.targets import WORDS, refusal_of
from vedette.store.refusals import Refusal, Refusals

MOST: Final = 5_000
"""Messages of the queue that one call looks into."""
SETTLE: Final = LOOK + 0.5
"""Seconds after which nobody holds by a refusal that is gone."""

Read = Callable[[bytes], Message]


class HoldMessage:
    """`hold-message`: mail with the target (a message, a sender, domain, URL or file) waits: in
    Postfix's hold queue where the milter or this finds it, in quarantine where an IMAP or Maildir
    source does. When the action ends, that mail goes on and nothing else does: what is held for
    its verdict, by another action or by a person stays.

    `queue` None: no Postfix here, only mail to come is held. `boxes` are the mailboxes that the
    sources follow. `read` makes a message of its bytes, `pseudonym` the pseudonym of an address.
    `now` is in microseconds since the epoch, UTC.
    """

    kinds = frozenset({"hold-message"})
    seconds = 120.0

    def __init__(
        self,
        refusals: Refusals,
        notes: Notes,
        now: Callable[[], int],
        *,
        read: Read,
        pseudonym: Callable[[str], str],
        queue: PostfixQueue | None = None,
        boxes: Sequence[Box] = (),
        own: Sequence[str] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._refusals = refusals
        self._notes = notes
        self._now = now
        self._read = read
        self._pseudonym = pseudonym
        self._queue = queue
        self._boxes = tuple(boxes)
        self._own = tuple(own)
        self._sleep = sleep

    def plan(self, action: Action) -> Planned:
        refusal = refusal_of(action, self._own)
        self._notes.of(action.id)
        what = WORDS[refusal.kind].format(refusal.value)
        return Planned(
            f"hold mail {what} until {rfc3339(action.expires)}",
            "deliver what was held for this alone",
        )

    def apply(self, action: Action) -> None:
        refusal = refusal_of(action, self._own)
        put(self._refusals, refusal, self._now())  # first, so that nothing slips by meanwhile
        if self._queue is None:
            return
        queue, listed = self._queue, self._queue.listed()
        waiting = [each for each in listed if each.queue != HELD]
        noted = self._notes.of(action.id)
        # what another action holds is to stay when that one ends first
        held = [each for each in listed if each.queue == HELD and self._is_ours(queue, each)]
        looked = (waiting + held)[:MOST]
        found = {each.id for each in looked if self._fits(queue, each, refusal)}
        if found - noted:
            self._notes.write(action.id, found | noted)
        queue.hold(sorted(found))
        if len(waiting) > MOST:
            raise ActuatorError(
                f"{len(waiting)} messages are in the queue, only the newest {MOST} were looked "
                "into; clear the queue or hold by hand with postsuper -h"
            )

    def verify(self, action: Action) -> Verified:
        found = stands(self._refusals, refusal_of(action))
        try:
            kept = self._kept(action.id)
            if found.state == "absent" and kept:
                return Verified("applied", f"{kept} messages still wait")
            loose = self._loose(action.id) if found.state == "applied" else 0
        except ActuatorError as error:
            return Verified("unknown", str(error))
        if loose:
            return Verified("absent", f"{loose} messages were let go by another; apply it again")
        return found

    def undo(self, action: Action) -> None:
        self._let_go([action])

    def sweep(self, actions: Sequence[Action]) -> Sequence[Verified]:
        self._let_go(actions)
        return self.look(actions)

    def look(self, actions: Sequence[Action]) -> Sequence[Verified]:
        return [self.verify(each) for each in actions]

    def _let_go(self, actions: Sequence[Action]) -> None:
        take(self._refusals, *(each.id for each in actions))
        if self._queue is not None or self._boxes:
            # whoever stands at a door may hold by what he read a moment ago
            self._sleep(SETTLE)
        for action in actions:
            if self._queue is not None:
                self._queue.release(sorted(self._ours(self._queue, action.id)))
            self._notes.remove(action.id)
        on_each(self._boxes, lambda box: sum(box.give_back(each.id) for each in actions))

    def standing(self) -> Iterable[str]:
        found = {each.id for each in all_of(self._refusals) if HOLDS in each.scope}
        found |= self._notes.actions()
        if self._queue is not None:
            for each in self._held(self._queue):
                found.update(self._named(self._queue, each))
        return sorted(found)

    def _fits(self, queue: PostfixQueue, queued: Queued, refusal: Refusal) -> bool:
        raw = queue.content(queued.id)
        if raw is None:
            return False
        message = self._read(raw)
        return (refusal.kind, refusal.value) in asked(message, (), (refusal.kind,), self._pseudonym)

    def _is_ours(self, queue: PostfixQueue, queued: Queued) -> bool:
        """Whether a held message waits for some of our actions and nothing else."""
        noted = any(queued.id in self._notes.of(each) for each in self._notes.actions())
        return noted or bool(self._named(queue, queued))

    def _ours(self, queue: PostfixQueue, action: str) -> set[str]:
        """What waits for this action alone."""
        held = {each.id: each for each in self._held(queue)}
        rest = [self._notes.of(each) for each in self._notes.actions() - {action}]
        standing = {each.id for each in all_of(self._refusals)} - {action}
        found = set(self._notes.of(action) & held.keys())
        for each in held.values():
            named = self._named(queue, each)
            if action in named and not named & standing:
                found.add(each.id)
        return found.difference(*rest)

    def _kept(self, action: str) -> int:
        number = len(self._notes.of(action))
        number += sum(on_each(self._boxes, lambda box: box.kept(action) or 0))
        if self._queue is not None and not number:
            number = len(self._ours(self._queue, action))
        return number

    def _loose(self, action: str) -> int:
        """Noted messages that are on their way again."""
        noted = self._notes.of(action)
        if not noted or self._queue is None:
            return 0
        return sum(each.id in noted and each.queue != HELD for each in self._queue.listed())

    @staticmethod
    def _held(queue: PostfixQueue) -> list[Queued]:
        return [each for each in queue.listed() if each.queue == HELD][:MOST]

    @staticmethod
    def _named(queue: PostfixQueue, queued: Queued) -> frozenset[str]:
        """The actions that a held message waits for, where nothing else holds it: the milter, and
        nobody else, writes that above the message."""
        head = queue.content(queued.id, headers_only=True) or b""
        prefix = f"{REFUSED_HEADER}: hold; actions=".lower()
        for line in head.decode("utf-8", "replace").splitlines():
            if line.lower().startswith(prefix):
                return frozenset(line[len(prefix) :].strip().split(","))
        return frozenset()
