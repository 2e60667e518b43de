"""Findings cut to a size, for transports that carry no more; what is left is still whole JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from vedette.model.finding import Evidence, Finding

_STEPS: Final = ((1024, 16), (256, 8), (96, 4), (32, 1), (32, 0))
"""Characters of a text, and how many of each list, from mild to harsh. The last fits into 2 kB."""


def shortened(finding: Finding, encode: Callable[[Finding], bytes], size: int) -> bytes | None:
    """The finding in at most `size` bytes: long texts lose their ends, evidence what stands far
    from the match, lists their tails. The id is never touched. None where that is not enough."""
    for text, count in _STEPS:
        line = encode(_cut(finding, text, count))
        if len(line) <= size:
            return line
    return None


def _cut(finding: Finding, text: int, count: int) -> Finding:
    rule, ref = finding.rule, finding.event_ref
    replace = msgspec.structs.replace
    return replace(
        finding,
        rule=replace(
            rule,
            id=rule.id[:64],
            title=rule.title[:text],
            level=rule.level[:16],
            author=rule.author[:text],
            licence=rule.licence[:32],
            path=rule.path[-text:],
        ),
        logsource=replace(
            finding.logsource,
            product=(finding.logsource.product or "")[:32] or None,
            category=(finding.logsource.category or "")[:32] or None,
            service=(finding.logsource.service or "")[:32] or None,
        ),
        techniques=tuple(one[:16] for one in finding.techniques[:count]),
        entities=tuple(replace(one, value=one.value[:text]) for one in finding.entities[:count]),
        evidence=tuple(_around(one, text) for one in finding.evidence[:count]),
        event_ref=replace(
            ref, source=ref.source[-text:], place=ref.place[-text:], key=ref.key[:64]
        ),
        related=tuple(
            replace(one, source=one.source[-text:], place=one.place[-text:], key=one.key[:64])
            for one in finding.related[:count]
        ),
        message=finding.message[:text],
    )


def _around(evidence: Evidence, size: int) -> Evidence:
    """`size` characters of the value around the match, whose span moves along."""
    start = min(max(evidence.start, 0), len(evidence.value))
    end = min(max(evidence.end, start), len(evidence.value))
    first = max(0, min(start - max(0, size - (end - start)) // 2, len(evidence.value) - size))
    value = evidence.value[first : first + size]
    return Evidence(
        evidence.field[:size],
        value,
        min(start - first, len(value)),
        min(end - first, len(value)),
        evidence.selection[:size],
    )
