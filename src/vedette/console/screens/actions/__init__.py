"""Actions, agreement to them, undoing; the ledger."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from vedette.console.screens.actions.doing import (
    Agreeing,
    Everything,
    Outcome,
    Outcomes,
    Refusing,
    Several,
    Undoing,
    approve,
    refuse,
    several,
    undo,
    undo_everything,
    words_of,
    words_of_all,
)
from vedette.console.screens.actions.ledger import (
    Checked,
    EntryQuery,
    EntryShown,
    LedgerQuery,
    LedgerShown,
    begin_verification,
    prove,
    read_entry,
    read_ledger,
)
from vedette.console.screens.actions.reading import (
    ActionQuery,
    Actions,
    ActionShown,
    ActionsQuery,
    read_action,
    read_actions,
)
from vedette.console.screens.actions.simulating import Simulated, SimulateQuery, simulate
from vedette.console.table import Act, Nothing, View


def _proof(made: dict[str, Any]) -> tuple[bytes, str, str]:
    index = made.get("index", "entry")
    return msgspec.json.encode(made), "application/json", f"ledger-proof-{index}.json"


def _to_action(outcome: Outcome) -> str:
    return f"/actions/{outcome.id}"


VIEWS: Final[tuple[View, ...]] = (
    View("actions.list", "/actions", "viewer", "What was done, and what waits for a person",
         ActionsQuery, Actions, read_actions, template="actions.html", title="Actions"),
    View("actions.simulate", "/actions/simulate", "viewer",
         "What an action would have touched in the stored events; does nothing",
         SimulateQuery, Simulated, simulate, template="action_simulate.html", title="Simulate",
         slow=True),
    View("actions.read", "/actions/{action}", "viewer", "One action, why it was decided, its cost",
         ActionQuery, ActionShown, read_action, template="action.html", title="Action"),
    View("ledger.list", "/ledger", "viewer", "The record of what was decided and done",
         LedgerQuery, LedgerShown, read_ledger, template="ledger.html", title="Ledger"),
    View("ledger.read", "/ledger/{index}", "viewer", "One entry of the record",
         EntryQuery, EntryShown, read_entry, template="ledger_entry.html", title="Ledger entry"),
    View("ledger.prove", "/ledger/{index}/proof", "viewer",
         "A proof that an entry is in the record (`vedette ledger verify --proof`)",
         EntryQuery, dict[str, Any], prove, produce=_proof),
)  # fmt: skip
ACTS: Final[tuple[Act, ...]] = (
    Act("actions.approve", "/actions/{action}/approve", "responder", "Agree to an action",
        Agreeing, Outcome, approve, "write:actions", then=_to_action, said=words_of),
    Act("actions.refuse", "/actions/{action}/refuse", "responder", "Say no to an action, for good",
        Refusing, Outcome, refuse, "write:actions", then=_to_action, said=words_of),
    Act("actions.undo", "/actions/{action}/undo", "responder", "Take an action back, for good",
        Undoing, Outcome, undo, "write:actions", then=_to_action, said=words_of),
    Act("actions.several", "/actions/several", "responder", "The same for many actions",
        Several, Outcomes, several, "write:actions",
        then=lambda done: "/actions", said=words_of_all),
    Act("actions.undo_everything", "/actions/undo-everything", "responder",
        "Take back everything that stands", Everything, Outcomes, undo_everything,
        "write:actions", then=lambda done: "/actions?tab=ended", said=words_of_all),
    Act("ledger.verify", "/ledger/verify", "viewer", "Begin to re-read the whole record",
        Nothing, Checked, begin_verification, "read", then=lambda told: "/ledger",
        said=lambda told: "Verification has begun."),
)  # fmt: skip
