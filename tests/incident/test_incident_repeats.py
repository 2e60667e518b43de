"""A rule that says the same again of the same actors, and what is asked of the firm's website."""

from __future__ import annotations

from incident.incident_shapes import HOUR, NOON, finding_of
from vedette.incident.fold import Folder
from vedette.incident.kinds import DAY, load_linking
from vedette.incident.links import held
from vedette.incident.rarity import Rarity
from vedette.incident.reading import tells
from vedette.model.finding import Finding

LINKING = load_linking()


def incidents(findings: list[Finding]) -> int:
    folder = Folder(LINKING, Rarity(LINKING))
    for finding in findings:
        folder.take(finding, NOON + 1000 * DAY)
    return len({incident for _, incident in folder.settle().members})


def test_a_busy_actor_whom_a_rule_names_each_night_is_one_matter() -> None:
    """However often an address is met, so that it ties nothing else together."""
    nightly = [
        finding_of(100 * night + n, NOON + night * DAY + n * 1000, ("address", "192.0.2.7"))
        for night in range(8)
        for n in range(50)
    ]
    assert incidents(nightly) == 1


def test_long_after_it_is_another_matter() -> None:
    address = ("address", "192.0.2.7")
    assert incidents([finding_of(1, NOON, address), finding_of(2, NOON + 60 * DAY, address)]) == 2


def test_actors_and_rule_must_all_be_the_same() -> None:
    one = finding_of(1, NOON, ("host", "a"), ("account", "u"))
    again = finding_of(2, NOON, ("account", "u"), ("host", "a"), ("hash", "sha256:ab"))
    other = finding_of(3, NOON, ("host", "a"), ("account", "u"), rule="r2")
    elsewhere = finding_of(4, NOON, ("host", "b"), ("account", "u"))
    nobody = finding_of(5, NOON, ("domain", "x.example"))
    repeats = [
        {each for each in held(LINKING, finding) if each.kind == "repeat"}
        for finding in (one, again, other, elsewhere, nobody)
    ]
    assert repeats[0] == repeats[1]
    assert len(repeats[0]) == 1
    assert repeats[0] not in (repeats[2], repeats[3])
    assert repeats[4] == set()


def test_what_two_ask_of_the_website_ties_them_not_together() -> None:
    target, link = ("url", "/download?file=../../etc/passwd"), ("url", "https://evil.example/a")
    for shared, expected in ((target, 2), (link, 1)):
        first = finding_of(1, NOON, ("address", "198.51.100.1"), shared)
        second = finding_of(2, NOON + HOUR, ("address", "203.0.113.2"), shared)
        assert incidents([first, second]) == expected


def test_people_are_told_once_one_finding_is_of_some_weight() -> None:
    host = ("host", "a")
    for levels, told in ((("low", "low"), False), (("low", "medium"), True), (("odd",), True)):
        folder = Folder(LINKING, Rarity(LINKING))
        for number, level in enumerate(levels):
            folder.take(finding_of(number, NOON + number, host, level=level), NOON + DAY)
        ((summary, _),) = folder.settle().changed
        assert tells(summary) is told
        assert tells(summary, "low")
