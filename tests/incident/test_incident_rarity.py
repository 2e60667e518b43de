"""What is learned of how common a value is, in bounded memory."""

from __future__ import annotations

import random

import msgspec
import pytest

from incident.incident_shapes import NOON
from vedette.incident.kinds import DAY, load_linking
from vedette.incident.rarity import Rarity, Sample
from vedette.model.finding import Entity

LINKING = load_linking()


def test_a_full_day_is_sampled_the_same_in_any_order_and_about_right() -> None:
    pairs = [("busy", str(number)) for number in range(4_000)]
    pairs += [(f"rare{number}", "") for number in range(4_000)]
    counts = []
    for seed in range(3):
        random.Random(seed).shuffle(pairs)
        sample = Sample(most=512)
        for pair in pairs:
            sample.add(*pair)
        assert len(sample.pairs) <= 512
        counts.append(sample.counts())
    assert counts[0] == counts[1] == counts[2]
    error = (4_000 * 2**sample.level) ** 0.5
    assert abs(counts[0]["busy"] - 4_000) < 4 * error


def test_only_whole_days_before_count_and_fade() -> None:
    rarity = Rarity(LINKING)
    for number in range(500):
        rarity.observe((Entity("domain", "mail.example"), Entity("mailbox", str(number))), NOON)
    same_day = rarity.bits("domain", "mail.example", rarity.group_of(NOON))
    rarity.advance(NOON + 3 * DAY)
    after = NOON + 3 * DAY
    soon = rarity.bits("domain", "mail.example", rarity.group_of(after))
    much_later = rarity.bits("domain", "mail.example", rarity.group_of(after + 200 * DAY))
    assert same_day == rarity.bits("domain", "new.example", rarity.group_of(NOON))
    assert soon < 0 < LINKING.threshold < much_later < same_day
    assert rarity.bits("domain", "new.example", rarity.group_of(after)) > same_day
    rarity.observe((Entity("domain", "late.example"),), NOON)
    assert rarity.uncounted == 1


def test_a_flood_does_not_make_its_host_common() -> None:
    rarity = Rarity(LINKING)
    for second in range(5_000):
        rarity.observe((Entity("host", "ws-1"),), NOON + second)
    rarity.advance(NOON + 3 * DAY)
    assert rarity.bits("host", "ws-1", rarity.group_of(NOON + 3 * DAY)) > LINKING.threshold


def test_the_bundled_content_file_says_what_folds() -> None:
    assert LINKING.folds("low")
    assert not LINKING.folds("informational")
    assert msgspec.structs.replace(LINKING, least="informational").folds("informational")
    assert pytest.approx(LINKING.kinds["hash"].half_life) == 30 * DAY
