"""Which rules look beyond what was sent: at who asks, when, and what is remembered of them.

All others say the same whenever the same request line, headers and body come.
"""

from __future__ import annotations

import re
from typing import Final

from vedette.seclang.run.steps import Step
from vedette.seclang.run.variables import RECORDS

ADDRESS: Final = ("REMOTE_ADDR", "REMOTE_HOST")
BEYOND: Final = frozenset(
    (
        *ADDRESS,
        *("REMOTE_PORT", "SERVER_ADDR", "SERVER_PORT", "UNIQUE_ID", "DURATION", "ENV", "GEO"),
        *("TIME", "TIME_DAY", "TIME_EPOCH", "TIME_HOUR", "TIME_MIN", "TIME_MON", "TIME_SEC"),
        *("TIME_WDAY", "TIME_YEAR", "SESSIONID", "USERID", "WEBAPPID", *RECORDS),
    )
)
"""Variables that the bytes of a request do not say."""

_ACTIONS: Final = frozenset(("initcol", "setsid", "setuid", "setrsc", "expirevar", "setenv"))
_MACRO: Final = re.compile(r"%\{([^}.:]*)")


def looks_beyond(step: Step) -> bool:
    """Whether a rule, by any of its links, reads or changes anything of that."""
    link: Step | None = step
    while link is not None:
        rule = link.rule
        texts = [rule.operator.argument, rule.msg, rule.logdata, rule.disruptive_argument]
        for action in rule.actions:
            name, argument = action.name, action.argument
            if name in _ACTIONS or (name == "setvar" and not _of_tx(argument)):
                return True
            texts.append(argument)
        names = {target.name for target in rule.targets}
        names.update(found[1].strip().upper() for text in texts for found in _MACRO.finditer(text))
        if not names.isdisjoint(BEYOND):
            return True
        link = link.link
    return False


def _of_tx(argument: str) -> bool:
    return argument.removeprefix("!").lstrip().lower().startswith(("tx.", "tx:"))
