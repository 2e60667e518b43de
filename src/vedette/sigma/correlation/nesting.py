"""Correlations that refer to correlations: which has to be judged before which."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.sigma.ir import Correlation


def nested(correlations: Iterable[Correlation]) -> list[tuple[int, Correlation]]:
    """Correlations with their depth, inner ones first and otherwise in the order given.

    The depth is 1 where all rules are detections, else one more than that of the deepest rule.
    Left out: those that refer to themselves, directly or through others, and all but the first
    of several with the same id.
    """
    by_id: dict[str, Correlation] = {}
    for correlation in correlations:
        by_id.setdefault(correlation.id, correlation)
    depths: dict[str, int] = {}
    waiting = dict(by_id)
    while waiting:
        ready = [
            correlation
            for correlation in waiting.values()
            if not any(rule in waiting for rule in correlation.rules)
        ]
        if not ready:  # what is left runs in circles, or leads into one
            break
        for correlation in ready:
            depths[correlation.id] = 1 + max(
                (depths.get(rule, 0) for rule in correlation.rules), default=0
            )
            del waiting[correlation.id]
    ranked = [(depths[id_], correlation) for id_, correlation in by_id.items() if id_ in depths]
    return sorted(ranked, key=lambda pair: pair[0])
