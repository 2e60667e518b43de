"""What runs: sources, sinks, channels, storage, the configuration in force."""

from __future__ import annotations

import platform
import shutil
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from vedette import __version__
from vedette.console.faults import RequestError
from vedette.console.table import Nothing
from vedette.engine.config import check_config
from vedette.engine.embedded.status import SourceStatus
from vedette.model.errors import ActuatorError
from vedette.store import manifest, outbox, reading
from vedette.store.state import changing

if TYPE_CHECKING:
    from vedette.console.seat import Seat

STALE: Final = 10_000_000
"""Microseconds after which a source that does not report is not being read."""
MOST_LETTERS: Final = 100
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class SourceShown(msgspec.Struct, frozen=True):
    """A source. `kind` is "" where the configuration has it no more; `health` is running, silent,
    stale, failed, stopped or ended. Times are microseconds."""

    name: str
    kind: str
    health: str
    events: int
    rate: float
    last_event: int | None
    last_arrival: int | None
    lag: int | None
    silence: int | None
    waiting: int
    repeated: int
    problems: int
    last_problems: tuple[str, ...]


class SinkShown(msgspec.Struct, frozen=True):
    """A sink, the findings that wait for it, and those it refused (`letters`: the latest)."""

    name: str
    kind: str
    waiting: int
    dead: int
    letters: tuple[str, ...]


class ChannelShown(msgspec.Struct, frozen=True):
    """A channel to people. `tlp` is the highest that it may carry; the address itself is a
    secret."""

    name: str
    tlp: str
    roles: tuple[str, ...]
    alarms: bool
    per_hour: int


class Storage(msgspec.Struct, frozen=True):
    """What is stored and how much room there is (bytes). `oldest` is an event's time."""

    events: int
    segments: int
    nbytes: int
    oldest: int | None
    findings: int
    free: int
    total: int
    keep_age: int | None
    keep_bytes: int | None


class Running(msgspec.Struct, frozen=True):
    """What runs, as of now."""

    sources: tuple[SourceShown, ...]
    sinks: tuple[SinkShown, ...]
    channels: tuple[ChannelShown, ...]
    storage: Storage


class ModeShown(msgspec.Struct, frozen=True):
    """What Vedette may do of one kind by itself."""

    kind: str
    mode: str
    people: int
    budget: int
    lasts: int


class InForce(msgspec.Struct, frozen=True):
    """The configuration that runs; secrets stand in it by reference. `faults` are those of the
    file as it is now: it is not in force as long as it has some."""

    path: str
    text: str
    faults: tuple[str, ...]
    modes: tuple[ModeShown, ...]


class About(msgspec.Struct, frozen=True):
    """What this is."""

    version: str
    python: str
    system: str
    licence: str
    vendored: tuple[tuple[str, ...], ...]


class Testing(msgspec.Struct, frozen=True):
    """A channel to send a test message over."""

    channel: Name


class Retrying(msgspec.Struct, frozen=True):
    """A sink whose refused findings are to be sent again."""

    sink: Name


class Retried(msgspec.Struct, frozen=True):
    """How many are sent again."""

    sink: str
    findings: int


class Tested(msgspec.Struct, frozen=True):
    """The message was taken by the channel's service."""

    channel: str


def read_running(seat: Seat, query: Nothing) -> Running:
    return Running(_sources(seat), _sinks(seat), _channels(seat), _storage(seat))


def read_in_force(seat: Seat, query: Nothing) -> InForce:
    import yaml

    from vedette.engine.response import modes_of

    path = seat.place.config_path
    config = seat.config
    text = yaml.safe_dump(
        config.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100
    )
    modes = modes_of(config)
    kinds = [*sorted(modes.kinds), "everything else"]
    return InForce(
        "" if path is None else str(path),
        text,
        () if path is None else tuple(check_config(path)),
        tuple(_mode(kind, modes.of(kind)) for kind in kinds),
    )


def read_about(seat: Seat, query: Nothing) -> About:
    from importlib.resources import files

    lines = (files("vedette.console") / "static/vendor/VERSIONS").read_text("utf-8").splitlines()
    return About(
        __version__,
        platform.python_version(),
        platform.platform(),
        "Apache-2.0",
        tuple(tuple(line.split()[:3]) for line in lines[1:]),
    )


def test_channel(seat: Seat, body: Testing) -> Tested:
    """Send a message that says it is a test. Raises RequestError where it is not taken."""
    from vedette.response.actuators.people.channel import Channel, ChannelSettings

    config = next(
        (one for one in seat.config.response.people.channels if one.name == body.channel), None
    )
    if config is None:
        raise RequestError("unknown", f"{body.channel}: no such channel")
    channel = Channel(ChannelSettings(name=config.name, url=config.url.resolve(), tlp=config.tlp))
    words = f"A test, asked for by {seat.who.person.name} in Vedette's settings. Nothing happened."
    try:
        channel.send("Vedette: a test", words)
    except ActuatorError as error:
        raise RequestError("conflict", str(error)) from error
    seat.record("channel-tested", {"channel": body.channel})
    return Tested(body.channel)


def retry_sink(seat: Seat, body: Retrying) -> Retried:
    """Put what a sink refused back into its queue."""
    if all(sink.name != body.sink for sink in seat.config.sinks):
        raise RequestError("unknown", f"{body.sink}: no such sink")
    with changing(seat.place.data) as connection:
        count = outbox.revive(connection, body.sink)
    seat.record("sink-retried", {"sink": body.sink, "findings": count})
    return Retried(body.sink, count)


def _sources(seat: Seat) -> tuple[SourceShown, ...]:
    kinds = {source.name: source.kind for source in seat.config.sources}
    shown = []
    for blob in reading.statuses(seat.state).values():
        one = msgspec.json.decode(blob, type=SourceStatus)
        health: str = "silent" if one.silent else one.state
        if seat.now() - one.heartbeat > STALE and health == "running":
            health = "stale"
        problems = tuple(str(each) for each in one.last_problems)
        shown.append(
            SourceShown(
                one.name, kinds.get(one.name, ""), health, one.events, one.rate, one.last_event,
                one.last_arrival, one.lag, one.silence, one.queued + one.on_disk, one.repeated,
                one.problems, problems,
            )
        )  # fmt: skip
    return tuple(sorted(shown, key=lambda each: each.name))


def _sinks(seat: Seat) -> tuple[SinkShown, ...]:
    kinds: dict[str, str] = {sink.name: sink.kind for sink in seat.config.sinks}
    counts = outbox.waiting(seat.state)
    letters = outbox.dead_letters(seat.state, MOST_LETTERS) if counts else []
    return tuple(
        SinkShown(
            name,
            kinds.get(name, ""),
            *counts.get(name, (0, 0)),
            tuple(
                f"{each.finding.rule.title}: {each.error}" for each in letters if each.sink == name
            ),
        )
        for name in dict.fromkeys([*kinds, *counts])
    )


def _channels(seat: Seat) -> tuple[ChannelShown, ...]:
    return tuple(
        ChannelShown(one.name, one.tlp, tuple(one.roles), one.alarms, one.per_hour)
        for one in seat.config.response.people.channels
    )


def _storage(seat: Seat) -> Storage:
    segments = manifest.live_segments(seat.state)
    usage = shutil.disk_usage(seat.place.data)
    keep = seat.config.store.retention
    return Storage(
        sum(segment.rows for segment in segments),
        len(segments),
        sum(segment.size for segment in segments),
        min((segment.min_time for segment in segments), default=None),
        reading.count_findings(seat.state),
        usage.free,
        usage.total,
        keep.age,
        keep.bytes,
    )


def _mode(kind: str, rule: Any) -> ModeShown:
    return ModeShown(kind, rule.mode, rule.people, rule.budget, rule.lasts)
