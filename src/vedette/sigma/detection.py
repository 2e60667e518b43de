"""A whole rule set at work: rules on events, correlations on what the rules find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from vedette.model.batch import Batch
from vedette.model.delta import Delta
from vedette.model.finding import Evidence, Finding
from vedette.model.logsource import Logsource
from vedette.model.value import texts_of
from vedette.sigma import ir
from vedette.sigma.correlation import Bounds, Correlator, Match, fields_needed
from vedette.sigma.correlation.bounds import LATENESS_US
from vedette.sigma.detector import Claim, SigmaDetector, SigmaInspection, event_time
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.plan.plan import first_value, split_paths

IDLE_US = 60_000_000


class Detection:
    """Detections and correlations behind one face. Not to be shared between threads.

    `live` says that batches carry the time at which they came, as in a watch: then a clock that
    is ahead can't make later events late. Reads no clock of its own.
    """

    def __init__(
        self,
        rules: ir.RuleSet,
        mappings: Mapping[str, FieldMapping],
        *,
        lateness: int = LATENESS_US,
        idle: int = IDLE_US,
        bounds: Bounds | None = None,
        live: bool = False,
        cache: Path | None = None,
    ) -> None:
        """`cache` is a folder for what the next run can begin with; `keep` writes it."""
        self.rules = rules
        self.detector = SigmaDetector(rules.rules, mappings, cache)
        self._correlator = Correlator(rules.correlations, lateness_us=lateness, bounds=bounds)
        self._needs = fields_needed(rules.correlations)
        everything: list[ir.Rule | ir.Correlation] = [*rules.rules, *rules.correlations]
        self._titles = {rule.id: rule.title for rule in everything}
        self._idle = idle
        self._live = live
        self._heard: dict[str, int] = {}

    def inspect(self, batch: Batch) -> SigmaInspection:
        """Findings of the rules in row order; what correlations find comes from `advance`."""
        result = SigmaInspection()
        matches: list[Match] = []
        for claim in self.detector.claims(batch, result.problems):
            if claim.rule.generate:
                result.findings.append(claim.finding)
            if claim.rule.id in self._needs:
                matches.append(self._match(claim))
        result.events = len(batch.rows) - len(result.problems)
        result.problems.extend(self.detector.stalls(batch))
        if self._needs:
            seen = max((match.time for match in matches), default=None)
            last = self._last_time(batch)
            seen = last if seen is None else max(seen, last if last is not None else seen)
            if seen is not None:
                self._heard[batch.source] = batch.arrival
                arrival = batch.arrival if self._live else None
                self._correlator.feed(batch.source, matches, seen, arrival)
        result.problems.extend(self._correlator.problems())
        return result

    def _match(self, claim: Claim) -> Match:
        finding = claim.finding
        values = {
            name: texts
            for name in self._needs[claim.rule.id]
            if (texts := texts_of(first_value(claim.record, split_paths(claim.resolve(name)))))
        }
        return Match(
            claim.rule.id,
            finding.time,
            finding.event_ref,
            finding.logsource,
            values,
            finding.entities,
            finding.evidence,
        )

    def _last_time(self, batch: Batch) -> int | None:
        """The time of the batch's last readable event: how far its source has come."""
        mapping = self.detector.plan.mappings.get(batch.format)
        for index in range(len(batch.rows) - 1, max(-1, len(batch.rows) - 9), -1):
            try:
                record = batch.rows.record(index)
            except ValueError:
                continue
            if record and mapping is not None:
                return event_time(record, mapping, batch.arrival)
        return None

    def advance(self, now: int) -> Sequence[Finding]:
        """The findings of correlations that are final at `now` (microseconds since the epoch)."""
        for source in self._correlator.sources:
            self._heard.setdefault(source, now)  # known from before a restart
        idle = [source for source, heard in self._heard.items() if heard + self._idle < now]
        for source in idle:
            del self._heard[source]
        return self._titled(self._correlator.advance(idle, now if self._live else None))

    def flush(self) -> Sequence[Finding]:
        """The findings that the end of all input makes final."""
        self._heard.clear()
        return self._titled(self._correlator.flush())

    def _titled(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of correlations with the titles of rules, where evidence has their ids."""
        return [
            msgspec.structs.replace(
                finding, evidence=tuple(self._named(one) for one in finding.evidence)
            )
            for finding in findings
        ]

    def _named(self, evidence: Evidence) -> Evidence:
        title = self._titles.get(evidence.value) if evidence.field == "rule" else None
        return evidence if title is None else Evidence("rule", title, 0, len(title))

    def met(self) -> set[Logsource]:
        """The logsources of the events that came so far. Another thread may ask."""
        return self.detector.plan.met()

    def keep(self) -> None:
        """Write into the cache what was found out about kinds of event; for the end of a run."""
        self.detector.plan.keep()

    def delta(self) -> Delta:
        """What changed in the correlations' memory since the last call."""
        return self._correlator.delta()

    def restore(self, items: Mapping[str, bytes]) -> None:
        """Go on where an earlier process stopped."""
        self._correlator.restore(items)

    def adopt(self, old: Detection) -> None:
        """Take over what the unchanged correlations of `old` remember (hot reload)."""
        self._correlator.adopt(old._correlator)
        self._heard = dict(old._heard)
