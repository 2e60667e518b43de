"""Figures about a watch, and how Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure: `label` is the name of its one label, if it has one."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    label: str | None = None


METRICS: Final = (
    Metric("vedette_events_total", "counter", "Events stored and judged.", "source"),
    Metric("vedette_bytes_total", "counter", "Bytes of the events stored.", "source"),
    Metric("vedette_problems_total", "counter", "What could not be read or done.", "source"),
    Metric("vedette_repeated_total", "counter", "Events that came again, left out.", "source"),
    Metric("vedette_findings_total", "counter", "New findings.", "level"),
    Metric("vedette_last_event_seconds", "gauge", "Event time of the newest event.", "source"),
    Metric("vedette_last_arrival_seconds", "gauge", "When the last event came.", "source"),
    Metric("vedette_lag_seconds", "gauge", "Arrival less event time, newest event.", "source"),
    Metric("vedette_queue_bytes", "gauge", "Bytes that wait in memory.", "source"),
    Metric("vedette_queue_disk_bytes", "gauge", "Bytes that wait on the disk.", "source"),
    Metric("vedette_source_silent", "gauge", "1 while the silence alarm is on.", "source"),
    Metric("vedette_flushes_total", "counter", "Commits of events and findings."),
    Metric("vedette_flush_micros_total", "counter", "Microseconds that commits took together."),
    Metric("vedette_storage_failures_total", "counter", "Writes that failed and were tried again."),
    Metric("vedette_storage_failing", "gauge", "1 while events can't be stored."),
    Metric("vedette_store_segments", "gauge", "Files of stored events."),
    Metric("vedette_store_events", "gauge", "Stored events."),
    Metric("vedette_store_bytes", "gauge", "Bytes of the files of stored events."),
    Metric("vedette_retired_total", "counter", "Events deleted by retention."),
    Metric("vedette_deliveries_total", "counter", "Findings delivered.", "sink"),
    Metric("vedette_delivery_failures_total", "counter", "Deliveries that failed.", "sink"),
    Metric("vedette_outbox_waiting", "gauge", "Findings that wait for delivery.", "sink"),
    Metric("vedette_outbox_dead", "gauge", "Findings that a sink would not take.", "sink"),
)
"""Every figure there is. Counters go on after a restart."""

_KNOWN: Final = {metric.name: metric for metric in METRICS}


class Meters:
    """The values of the figures. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[tuple[str, str], float] = {}

    def restore(self, counters: Mapping[str, int]) -> None:
        """Count on from what an earlier process saved."""
        for key, value in counters.items():
            name, _, label = key.partition(" ")
            if name in _KNOWN:
                self.add(name, value, label)

    def add(self, name: str, amount: int = 1, label: str = "") -> None:
        """Count on. Raises KeyError for a figure that is not in METRICS."""
        _KNOWN[name]
        with self._lock:
            self._values[name, label] = self._values.get((name, label), 0) + amount

    def set(self, name: str, value: float, label: str = "") -> None:
        _KNOWN[name]
        with self._lock:
            self._values[name, label] = value

    def get(self, name: str, label: str = "") -> float:
        with self._lock:
            return self._values.get((name, label), 0)

    def counters(self) -> dict[str, int]:
        """The counters as they are saved: `name label` to value."""
        with self._lock:
            return {
                f"{name} {label}".rstrip(): int(value)
                for (name, label), value in self._values.items()
                if _KNOWN[name].kind == "counter"
            }

    def exposition(self) -> str:
        """All figures in the Prometheus text format, version 0.0.4."""
        with self._lock:
            values = dict(self._values)
        return "".join(_lines(METRICS, values))


def _lines(metrics: Iterable[Metric], values: Mapping[tuple[str, str], float]) -> Iterable[str]:
    for metric in metrics:
        yield f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.kind}\n"
        found = sorted(
            (label, value) for (name, label), value in values.items() if name == metric.name
        )
        if metric.label is None:
            yield f"{metric.name} {found[0][1] if found else 0:.15g}\n"
            continue
        for label, value in found:
            escaped = label.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
            yield f'{metric.name}{{{metric.label}="{escaped}"}} {value:.15g}\n'
