"""From stored records to findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson
from hypothesis import given
from hypothesis import strategies as st

from lure.checks import by_words, read
from vedette.lure.detector import RULES, LureDetector
from vedette.lure.live.feed import FORMAT, LOGSOURCE
from vedette.lure.message import Address
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.lure.record import alarm_record, record_of
from vedette.model.batch import Batch, DictRows
from vedette.model.finding import Entity

PRIVACY = Privacy(b"k" * KEY_BYTES)
ANN = Address("", "ann@firm.example")


def batch(*records: Mapping[str, Any], format: str = FORMAT) -> Batch:
    rows = DictRows(
        list(records),
        [orjson.dumps(record) for record in records],
        [f"mx:{number}" for number in range(len(records))],
    )
    return Batch("lure:mx", format, rows, LOGSOURCE, 1_700_000_000_000_000, positional=False)


def record(word: str) -> dict[str, Any]:
    message = read(word.encode(), "mx:1", Address("", "jane@jobs.example"), (ANN,))
    examined = by_words(msgspec.structs.replace(message, sender=message.envelope_from))
    return record_of(examined, PRIVACY, arrival=0, way="mail", action="none")


def test_each_alarming_verdict_has_its_rule() -> None:
    alarm = alarm_record("nobody was there", arrival=5_000_000, fix="look")
    found = LureDetector().inspect(batch(record("x"), record("ODD"), record("LURE"), alarm))
    assert found.events == 4
    assert not found.problems
    assert [f.rule for f in found.findings] == [
        RULES["suspicious"], RULES["lure"], RULES["unexamined"]
    ]  # fmt: skip
    odd, lure, gap = found.findings
    assert lure.message.startswith("This looks like a fake job offer")
    assert lure.probability is not None
    assert lure.probability > 0.5
    assert Entity("mailbox", PRIVACY.pseudonym("ann@firm.example")) in lure.entities
    assert "T1221" in lure.techniques
    assert [e.value for e in lure.evidence][:2] == ["(masked)", "job"]
    assert (gap.message, gap.probability, gap.time) == ("nobody was there", None, 5_000_000)
    assert odd.event_ref.place == "mx:1"


def test_a_message_is_found_once_however_often_it_comes() -> None:
    first, again = record("LURE"), record("LURE") | {"time": "2026-03-02T09:00:00Z"}
    ids = [f.id for f in LureDetector().inspect(batch(first, again)).findings]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    alarms = [alarm_record("x", arrival=n * 1_000_000, fix="y") for n in (1, 2)]
    assert len({f.id for f in LureDetector().inspect(batch(*alarms)).findings}) == 2


def test_other_batches_are_left_alone() -> None:
    found = LureDetector().inspect(batch(record("LURE"), format="json"))
    assert (found.findings, found.problems, found.events) == ([], [], 0)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


WHOLE = record("LURE")


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), _JSON))
def test_a_record_that_is_damaged_is_a_problem_and_no_more(damage: dict[str, Any]) -> None:
    whole = WHOLE
    found = LureDetector().inspect(batch(whole | damage, whole))
    assert found.events == 2
    assert len(found.findings) + len(found.problems) >= 1
    assert found.findings[-1].id == LureDetector().inspect(batch(whole)).findings[0].id
