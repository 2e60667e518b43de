"""Which of a request's matches say what is wrong with it, and with which of its parameters."""

from __future__ import annotations

from vedette.seclang.run.outcome import Hit, Match
from vedette.shield.replay.template import parameter_template


def reasons(matches: tuple[Match, ...], stop: int | None) -> list[Match]:
    """The rules that found something in the request, without those that only add up scores. `stop`
    is the rule that blocks, if one does; where nothing else speaks, it is the reason itself."""
    found = [
        match
        for match in matches
        if (match.severity is not None or match.id == stop) and any(map(_of_request, match.hits))
    ]
    return found or [match for match in matches if match.id == stop]


def parameters(match: Match) -> dict[str, Hit]:
    """By the names of the parameters that a rule found fault with, the first value of each.

    A chain's links look at other things too (the method, say): where one of the variables is an
    entry of a collection, those are meant.
    """
    hits = [hit for hit in match.hits if _of_request(hit)] or list(match.hits)
    entries = [hit for hit in hits if ":" in hit.variable and "MATCHED_VAR" not in hit.variable]
    found: dict[str, Hit] = {}
    for hit in entries or hits[:1] or [Hit("(none)", b"")]:
        found.setdefault(parameter_template(hit.variable), hit)
    return found


def _of_request(hit: Hit) -> bool:
    return not hit.variable.startswith("TX:")
