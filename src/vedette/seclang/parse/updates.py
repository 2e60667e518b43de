"""Directives about other rules: SecRuleRemoveBy..., SecRuleUpdateTargetBy..., ...ActionById.

They apply to the whole rule set whatever the order they stand in, as in ModSecurity 3, and to
the first rule of a chain: the others have no id, and ModSecurity looks at no more either. Tags
and messages are compared as a whole, as in ModSecurity 3 (2 takes them for expressions).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from vedette.seclang.ir import Place, Target
from vedette.seclang.parse.actions import Written
from vedette.seclang.parse.drafts import Draft
from vedette.seclang.parse.faults import Faults, Wrong

_SPLIT = re.compile(r"[,\s]+")
_RANGE = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")
_CHAINED = re.compile(r"(\d{1,18}):(\d{1,3})")


class Selection(msgspec.Struct, frozen=True):
    """The rules that are meant: ranges of ids (both ends included), or a tag, or a message."""

    ids: tuple[tuple[int, int], ...] = ()
    tag: str | None = None
    msg: str | None = None

    def meets(self, draft: Draft) -> bool:
        if self.tag is not None:
            return self.tag in draft.tags
        if self.msg is not None:
            return draft.other.get("msg") == self.msg
        number = draft.id
        return number is not None and any(low <= number <= high for low, high in self.ids)


class Removal(msgspec.Struct, frozen=True):
    """SecRuleRemoveById, ByTag, ByMsg."""

    selection: Selection
    place: Place


class TargetUpdate(msgspec.Struct, frozen=True):
    """SecRuleUpdateTargetById, ByTag, ByMsg. `replaced` are targets that `targets` stand for."""

    selection: Selection
    targets: tuple[Target, ...]
    place: Place
    replaced: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionUpdate:
    """SecRuleUpdateActionById. `link` counts the rules of a chain, 0 is its first."""

    id: int
    link: int
    written: list[Written]
    place: Place
    report: Callable[[int, str], None]


Update = Removal | TargetUpdate | ActionUpdate


def parse_ids(text: str, at: int) -> Selection:
    """Ids and ranges, separated by blanks or commas. Raises Wrong."""
    ranges: list[tuple[int, int]] = []
    for each in _SPLIT.split(text.strip()):
        found = _RANGE.fullmatch(each)
        if found is None:
            raise Wrong(at, f"{each!r} is no rule id; write 942100 or 942100-942199")
        low, high = int(found[1]), int(found[2] or found[1])
        if low > high:
            raise Wrong(at, f"the range {each} is empty; write the smaller id first")
        ranges.append((low, high))
    return Selection(ids=tuple(ranges))


def parse_link(text: str, at: int) -> tuple[int, int]:
    """`942100` or `942100:1`, the rule chained to it. Raises Wrong."""
    found = _CHAINED.fullmatch(text) or _RANGE.fullmatch(text)
    if found is None or "-" in text:
        raise Wrong(at, f"{text!r} is no rule id; write 942100, or 942100:1 for its first link")
    return int(found[1]), int(found[2] or 0)


def apply_updates(
    drafts: list[Draft], updates: list[Update], faults: Faults
) -> list[tuple[Draft, Draft]]:
    """The rules that stay: as they were written, and as they are after all updates."""
    made = {id(draft): draft for draft in drafts}
    for update in updates:
        if isinstance(update, ActionUpdate):
            meant = [draft for draft in drafts if draft.id == update.id]
        else:
            meant = [draft for draft in drafts if update.selection.meets(draft)]
        if not meant:
            faults.warn(update.place, "no rule is meant by this; it changes nothing")
        for draft in meant:
            match update, made.get(id(draft)):
                case _, None:
                    pass  # removed before
                case Removal(), _:
                    del made[id(draft)]
                case TargetUpdate(), Draft() as now:
                    made[id(draft)] = _retargeted(now, update)
                case ActionUpdate(), Draft() as now:
                    made[id(draft)] = _reacted(now, update)
    return [(draft, made[id(draft)]) for draft in drafts if id(draft) in made]


def _retargeted(draft: Draft, update: TargetUpdate) -> Draft:
    kept = draft.targets
    if update.replaced:
        if not any(target in update.replaced for target in kept):
            return draft  # as in ModSecurity 2: what is not there is not replaced
        kept = tuple(target for target in kept if target not in update.replaced)
    more = tuple(target for target in update.targets if target not in kept)
    return replace(draft, targets=kept + more)


def _reacted(draft: Draft, update: ActionUpdate) -> Draft:
    if update.link == 0:
        return draft.updated(update.written, update.report)
    if update.link > len(draft.links):
        update.report(0, f"rule {draft.id} has no link {update.link}; it has {len(draft.links)}")
        return draft
    links = list(draft.links)
    links[update.link - 1] = links[update.link - 1].updated(update.written, update.report)
    return replace(draft, links=links)
