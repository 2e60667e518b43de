"""The actuator that takes a delivered message out of mailboxes, and puts it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.mail.boxes import Box, on_each, wanted_of


class RetractMessage:
    """`retract-message`: every copy of one message is moved out of all folders of all `boxes` to a
    place of its own, and put back when the action ends, into its folder, with its flags.

    The target is an Entity `message`, the fingerprint that findings on mail name: a message that
    only has the same Message-ID is not touched. The scope `mailbox` narrows to one mailbox (its
    name, or the pseudonym that findings show), `message-id` says what to look for where the
    message is older than 14 days or mailboxes are large. `pseudonym` gives that of a name.
    """

    kinds = frozenset({"retract-message"})
    seconds = 300.0

    def __init__(
        self, boxes: Sequence[Box], *, pseudonym: Callable[[str], str] | None = None
    ) -> None:
        self._boxes = tuple(boxes)
        self._pseudonym = pseudonym

    def plan(self, action: Action) -> Planned:
        wanted = wanted_of(action)
        boxes = self._meant(action)
        where = boxes[0].name if len(boxes) == 1 else f"{len(boxes)} mailboxes"
        return Planned(
            f"move every copy of the message {wanted.fingerprint[:12]} out of {where}",
            "move each back into its folder, with its flags",
        )

    def apply(self, action: Action) -> None:
        wanted, boxes = wanted_of(action), self._meant(action)
        taken = sum(on_each(boxes, lambda box: box.take(action.id, wanted)))
        if not taken and not any(on_each(boxes, lambda box: box.kept(action.id) is not None)):
            raise ActuatorError(
                f"no copy of the message lies in {len(boxes)} mailboxes: its owner deleted it, it "
                "was changed on its way, or is older than 14 days (then name its message-id)"
            )

    def verify(self, action: Action) -> Verified:
        wanted, boxes = wanted_of(action), self._meant(action)
        try:
            kept = [
                each for each in on_each(boxes, lambda box: _number(box, action.id)) if each >= 0
            ]
            if not kept:
                return Verified("absent", "nothing is kept for this action")
            seen = sum(on_each(boxes, lambda box: box.copies(wanted)))
        except ActuatorError as error:
            return Verified("unknown", str(error))
        if seen:
            return Verified("absent", f"{seen} copies lie in mailboxes again; apply it again")
        return Verified("applied", f"{sum(kept)} copies of {len(kept)} mailboxes are kept")

    def undo(self, action: Action) -> None:
        on_each(self._boxes, lambda box: box.give_back(action.id))

    def standing(self) -> Iterable[str]:
        found = on_each(self._boxes, lambda box: box.actions())
        return sorted(frozenset[str]().union(*found))

    def _meant(self, action: Action) -> Sequence[Box]:
        named = dict(action.scope).get("mailbox")
        if named is None:
            meant = self._boxes
        else:
            names = {named.lower()}
            meant = tuple(each for each in self._boxes if self._names(each) & names)
        if not meant:
            what = "no mailbox is" if named is None else f"the mailbox {named[:100]!a} is not"
            raise ActuatorError(f"{what} configured for retract-message; add it")
        return meant

    def _names(self, box: Box) -> set[str]:
        names = {box.name.lower()}
        if self._pseudonym is not None:
            names.add(self._pseudonym(box.name))
        return names


def _number(box: Box, action: str) -> int:
    kept = box.kept(action)
    return -1 if kept is None else kept
