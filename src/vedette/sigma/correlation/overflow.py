"""The alert that a correlator had to forget something."""

from __future__ import annotations

from typing import Final

from vedette.model.finding import Evidence, Finding, RuleRef, finding_id
from vedette.sigma.correlation.match import Match, identity

OVERFLOW_RULE: Final = "vedette.correlation-overflow"

_RULE: Final = RuleRef(
    id=OVERFLOW_RULE,
    title="Correlation state overflowed",
    level="medium",
    author="Vedette",
    licence="Apache-2.0",
    path="",
)


def overflow_finding(correlation: str, title: str, what: str, match: Match) -> Finding:
    """Says that at `match` the state of a correlation was full, and what was given up.

    Someone may be flooding it on purpose, to push real matches out: what it would have found
    since may be missing.
    """
    return Finding(
        id=finding_id(OVERFLOW_RULE, [f"correlation:{correlation}", f"match:{identity(match)}"]),
        time=match.time,
        rule=_RULE,
        logsource=match.logsource,
        techniques=(),
        entities=match.entities,
        evidence=(Evidence("correlation", correlation, 0, len(correlation)),),
        event_ref=match.ref,
        message=f"{title}: {what}",
    )
