"""The synthetic week: what it is made of, what stops its attacks, and a short run to the end."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from benchmarks.disruption.campaigns import campaigns  # noqa: E402  # lies beside
from benchmarks.disruption.event import DAY, HOUR, START, Event  # noqa: E402  # likewise
from benchmarks.disruption.feeds import FORMATS, Feed  # noqa: E402  # likewise
from benchmarks.disruption.firm import Firm, assets  # noqa: E402  # likewise
from benchmarks.disruption.life import hours, traps  # noqa: E402  # likewise
from benchmarks.disruption.scoring import Attack, Score, score  # noqa: E402  # likewise
from benchmarks.disruption.simulating import simulate  # noqa: E402  # likewise
from benchmarks.disruption.world import World  # noqa: E402  # likewise
from benchmarks.disruption.writing import asked, conn, linux  # noqa: E402  # likewise

from vedette.incident.assets import load_assets  # noqa: E402  # likewise
from vedette.model.action import Action  # noqa: E402  # likewise
from vedette.model.finding import Entity  # noqa: E402  # likewise


def action(kind: str, entity: str, value: str, **scope: str) -> Action:
    pairs = tuple(sorted(scope.items()))
    return Action(kind, kind, Entity(entity, value), pairs, "i", "", START, START + HOUR)


def world() -> World:
    return World(lambda: START, lambda address: f"mb-{address}")


def test_a_week_is_the_same_for_a_seed_and_about_as_long_as_asked() -> None:
    first = [event for hour in hours.week(Firm(5), 4_000) for event in hour]
    again = [event for hour in hours.week(Firm(5), 4_000) for event in hour]
    assert first == again
    assert first != [event for hour in hours.week(Firm(6), 4_000) for event in hour]
    trapped = sum(len(made) for made in traps.week(Firm(5)).values())
    assert 4_000 <= len(first) <= 4_000 * 1.3 + trapped
    assert [event.time for event in first] == sorted(event.time for event in first)
    assert all(event.who for event in first if event.label)
    assert {event.source for event in first} == set(FORMATS)


def test_every_event_is_read_by_the_reader_of_its_format() -> None:
    labels: dict[str, str] = {}
    for name in FORMATS:
        feed = Feed(name, labels)
        for hour in hours.week(Firm(3), 2_000):
            given = [event for event in hour if event.source == name]
            feed.give(given, START)  # raises where one is not
    assert any(label.startswith("trap:") for label in labels.values())


def test_the_asset_list_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "assets.yml"
    path.write_text(assets(Firm(1)))
    known = load_assets(path)
    assert known.protected(Entity("host", "pay-1.firm.example"))
    assert not known.protected(Entity("host", "ws-003.firm.example"))


def test_attacks_begin_after_the_history_and_each_ends_in_its_goal() -> None:
    for seed in range(5):
        made = campaigns(Firm(seed))
        assert len({one.name for one in made}) == 6
        for one in made:
            assert one.begin >= START + 2 * DAY
            names = [step.name for step in one.steps]
            for at, step in enumerate(one.steps):
                assert set(step.needs) <= set(names[:at])
                assert step.made(one.begin)
            assert one.steps[-1].needs


def test_what_stops_what() -> None:
    request = asked(START, "198.18.0.9", "GET", "/up/x.php?c=id", 200, 9, "a", login="FIRM\\ann")
    shell = linux(START, "web-1", "www-data", "/bin/sh", "sh -c id", "/usr/sbin/php-fpm8.2", 77)
    out = conn(START, "10.20.0.11", "198.19.1.1", 443, 1, 1)
    stops: list[tuple[Action, list[Event]]] = [
        (action("refuse-client", "address", "198.18.0.9"), [request]),
        (action("refuse-client", "address", "198.18.0.9", path="/up"), [request]),
        (action("refuse-client", "address", "198.18.0.9", path="/u"), []),
        (action("refuse-address", "address", "198.19.1.1", direction="out"), [out]),
        (action("refuse-address", "address", "198.19.1.1", direction="in"), []),
        (action("freeze-process", "process", "web-1/77/1"), [shell]),
        (action("isolate-host", "host", "web-1.firm.example"), [shell]),
        (action("end-sessions", "account", "firm\\ann"), [request]),
        (action("tell", "person", "web operations"), []),
    ]
    for done, stopped in stops:
        there = world()
        there.apply(done)
        assert there.verify(done).state == "applied"
        assert [one for one in (request, shell, out) if there.touching(one)] == stopped
        there.undo(done)
        assert there.verify(done).state == "absent"
        assert not any(map(there.touching, (request, shell, out)))
        assert there.done[done.id].ended == START


def test_mail_is_refused_by_its_sender() -> None:
    raw = b"From: <eve@lure.example>\nTo: <a@firm.example>\nSubject: x\n\nhttps://bad.example/a\n"
    post = Event(START, "mail", raw)
    for kind, entity, value, stopped in (
        ("hold-message", "person", "mb-eve@lure.example", True),
        ("refuse-sender", "person", "mb-bob@lure.example", False),
        ("refuse-url", "url", "https://bad.example/a", True),
        ("refuse-client", "address", "198.18.0.9", False),
    ):
        there = world()
        there.apply(action(kind, entity, value))
        assert bool(there.touching(post)) is stopped


def test_bars_say_what_was_missed() -> None:
    good = Attack("a", "g", True, "s", "refuse-client", "1/2", 0.2, 0.2, 0.4, 0.4, 0.1)
    never = msgspec.convert({"a": None}, dict[str, None])["a"]
    bad = Attack("b", "g", False, "s", "nothing", "2/2", 0.2, 0.2, never, never, never)
    assert [met for *_, met in Score(1, 9, (good,), (), (), 1, 1.0).bars()] == [True] * 4
    worse = Score(1, 9, (bad, bad, good), (("customer 1", "x", "y", 3),), (), 1, 1.0)
    assert worse.median is None
    assert [met for *_, met in worse.bars()] == [False, False, True, False]


def test_a_short_run_stops_an_attack_and_hurts_nobody(tmp_path: Path) -> None:
    """Fifty hours, in which stolen passwords are used from an address that others share."""
    week = simulate(16, 3_000, 0, tmp_path, last=50)
    made = score(week)
    assert [(one.name, one.thwarted) for one in made.attacks] == [("mail theft", True)]
    assert made.attacks[0].stopped_by == "refuse-client"
    assert made.hurt == ()
    assert made.actions > 0
    first = made.attacks[0].to_action
    assert first is not None
    assert first < 1  # at the first password that was refused
    assert made.attacks[0].noticed
    assert all(one.priority >= 15 or "mail theft" in one.about[0] for one in made.incidents)
    assert {name for one in made.notices for name in one.about} >= {"trap:scan", "trap:tickets"}
    assert week.events.total() > 1_000
