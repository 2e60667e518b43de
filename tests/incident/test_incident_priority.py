"""Assets, precision and priority."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident.incident_shapes import NOON, finding_of
from vedette.incident.assets import Asset, Assets, load_assets
from vedette.incident.beta import below, quantile
from vedette.incident.knots import Knot, Summary
from vedette.incident.priority import prioritise
from vedette.incident.stages import load_tactics
from vedette.incident.verdicts import PROMISE, precision
from vedette.model.errors import ConfigError, VedetteError
from vedette.model.finding import Entity, Finding

TACTICS = load_tactics()
LIST = """\
name,owner,criticality,protected,plant,hosts,addresses,accounts,mailboxes,tags
payments,finance,5,true,,pay-*.firm.example; swift,192.0.2.0/28,,,
offices,it,1,no,no,ws-*,198.51.100.0/24 2001:db8::/32,,,
press,production,4,,yes,,,,,press.*
"""


def summary_of(*findings: Finding) -> Summary:
    knot = Knot()
    for finding in findings:
        knot.add(finding)
    return knot.summary()


def test_an_asset_list_in_csv_and_in_yaml_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LIST)
    (tmp_path / "a.yml").write_text(
        "assets:\n"
        "- {name: payments, owner: finance, criticality: 5, protected: true,\n"
        "   hosts: [pay-*.firm.example, swift], addresses: [192.0.2.0/28]}\n"
        "- {name: offices, owner: it, criticality: 1, hosts: [ws-*],\n"
        "   addresses: [198.51.100.0/24, '2001:db8::/32']}\n"
        "- {name: press, owner: production, criticality: 4, plant: true, tags: [press.*]}\n"
    )
    assets = load_assets(tmp_path / "a.csv")
    assert assets.all == load_assets(tmp_path / "a.yml").all

    def names(kind: str, value: str) -> list[str]:
        return [asset.name for asset in assets.of(Entity(kind, value))]

    assert names("host", "PAY-1.firm.example") == ["payments"]
    assert names("host", "swift.firm.example") == ["payments"]
    assert names("host", "other.firm.example") == []
    assert names("address", "192.0.2.15") == ["payments"]
    assert names("address", "192.0.2.16") == []
    assert names("address", "2001:db8::7") == ["offices"]
    assert assets.protected(Entity("tag", "press.speed"))
    assert not assets.protected(Entity("host", "ws-1"))


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "name,colour\n", "a.csv:1:2: 'colour' is no column"),
        ("a.csv", "name,hosts,criticality\nx,y,9\n", "a.csv:2:1: criticality: 9; write 1 to 5"),
        ("a.csv", "name,hosts,criticality\nx,y,high\n", "a.csv:2:3: criticality: 'high'"),
        ("a.csv", "name,hosts\nx\n", "a.csv:2:1: has 1 cells"),
        ("a.csv", "name,addresses\nx,300.1.1.1\n", "a.csv:2:1: addresses: '300.1.1.1'"),
        ("a.csv", "name,hosts\nx,*\n", "a.csv:2:1: hosts: '*'"),
        ("a.csv", 'name,hosts\n"x,y\n', "is not CSV"),
        ("a.yml", "assets:\n- {name: x, hosts: [y], criticality: many}\n", "a.yml:2:38: expected"),
        ("a.yml", "assets:\n- {name: x}\n", "a.yml:2:3: names no host"),
        ("a.yml", "", "a.yml: is empty"),
        ("a.yml", "things: []\n", "a.yml:1:1: should be a map"),
    ],
)
def test_faults_of_an_asset_list_are_said_with_their_place(
    tmp_path: Path, name: str, text: str, fault: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_assets(tmp_path / name)
    assert fault in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["f.csv", "f.yml"]))
def test_any_bytes_are_a_list_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    try:
        load_assets(path)
    except VedetteError as error:
        assert str(error)


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.01, 0.99, allow_subnormal=False))
def test_the_beta_distribution_is_a_sum_of_binomials(a: int, b: int, x: float) -> None:
    from math import comb

    n = a + b - 1
    naive = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert below(a, b, x) == pytest.approx(naive, abs=1e-9)
    assert below(a, b, quantile(a, b, x)) == pytest.approx(x, abs=1e-6)


def test_precision_starts_from_the_level_and_follows_the_verdicts() -> None:
    fresh = precision("high")
    wrong = precision("high", (0, 20, 0))
    right = precision("high", (20, 0, 0))
    assert fresh.mean == pytest.approx(PROMISE["high"])
    assert wrong.high < fresh.mean < right.low
    assert right.high - right.low < fresh.high - fresh.low


def test_priority_is_the_product_of_what_it_shows() -> None:
    assets = Assets([Asset("bank", criticality=5, hosts=("b",), protected=True)])
    many = [finding_of(number, NOON, ("host", "b"), level="medium") for number in range(50)]
    one = prioritise(summary_of(many[0]), TACTICS, assets, {})
    same = prioritise(summary_of(*many), TACTICS, assets, {})
    assert one == msgspec_free(same)
    assert one.score == pytest.approx(100 * one.progress * one.certainty * one.criticality)
    assert one.protected
    assert one.words()[2] == "criticality 1.00: bank (5 of 5, owner unknown)"
    later = finding_of(99, NOON, ("host", "b"), rule="r2", techniques=("T1567",))
    again = finding_of(98, NOON, ("host", "b"), rule="r3", techniques=("T1204.002",))
    further = prioritise(summary_of(many[0], later), TACTICS, assets, {})
    echo = prioritise(summary_of(many[0], again), TACTICS, assets, {})
    assert further.progress > one.progress
    assert further.certainty > one.certainty
    assert [ground.counted for ground in echo.grounds] == [True, False]
    doubted = prioritise(summary_of(many[0]), TACTICS, assets, {"r1": (0, 9, 0)})
    assert doubted.certainty < one.certainty / 2
    elsewhere = prioritise(summary_of(many[0]), TACTICS, Assets(), {})
    assert elsewhere.criticality == 0.4
    sure = finding_of(1, NOON, level="medium", probability=0.99)
    assert prioritise(summary_of(sure), TACTICS, Assets(), {}).certainty == pytest.approx(0.99)


def msgspec_free(priority: object) -> object:
    """The same without the counts of its stages."""
    import msgspec

    from vedette.incident.priority import Priority

    assert isinstance(priority, Priority)
    stages = [msgspec.structs.replace(stage, count=1) for stage in priority.stages]
    observables = [min(finding_of(n, NOON).id for n in range(50))]
    first = finding_of(0, NOON).id
    assert [stage.observable for stage in stages] == observables
    stages = [msgspec.structs.replace(stage, observable=first) for stage in stages]
    return msgspec.structs.replace(priority, stages=stages)
