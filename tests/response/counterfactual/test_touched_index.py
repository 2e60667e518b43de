"""Indexes: made, found again, stale, damaged, removed; and the file that says what to index."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from response.counterfactual.touched_store import HOUR, NOW, Store, action
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.finding import Entity
from vedette.response.counterfactual.fields import load_fields
from vedette.response.counterfactual.index import SUFFIX, Index
from vedette.response.counterfactual.shown import parameter_key
from vedette.response.counterfactual.sidecar import write

EVENT = {"at": HOUR, "Computer": "WS-01", "User": "FIRM\\ann", "DestinationIp": "203.0.113.9"}


def files(store: Store) -> list[Path]:
    return sorted((store.folder / "touched").glob(f"*/*{SUFFIX}"))


def test_every_bundled_format_is_known() -> None:
    mapped = {path.stem for path in bundled("mappings").glob("*.yml")}
    assert mapped == set(load_fields().formats)


def test_an_index_is_made_once_and_found_again(store: Store) -> None:
    store.add("windows", [EVENT, EVENT | {"at": 50 * HOUR}])
    store.add("windows", [EVENT | {"User": "FIRM\\bob"}], first=9)
    index = store.index()
    assert index.refresh(store.segments(), lambda: False) == 2
    assert index.refresh(store.segments(), lambda: True) == 0
    before = [path.stat().st_mtime_ns for path in files(store)]
    cost = store.check().run(action("refuse-address", Entity("address", "203.0.113.9")), NOW)
    assert cost.benign_count == 2
    assert [path.stat().st_mtime_ns for path in files(store)] == before


@pytest.mark.parametrize("damage", [b"", b"ARROW1\0\0 rubbish", None])
def test_a_damaged_stale_or_lost_index_is_made_again(store: Store, damage: bytes | None) -> None:
    store.add("windows", [EVENT, EVENT | {"at": 50 * HOUR}])
    (segment,) = store.segments()
    index = store.index()
    index.make(segment)
    (file,) = files(store)
    whole = file.read_bytes()
    for cut in (whole[: len(whole) // 2], damage):
        file.unlink()
        if cut is not None:
            file.write_bytes(cut)
        assert index.find(segment) is None
        cost = store.check().run(action("refuse-address", Entity("address", "203.0.113.9")), NOW)
        assert (cost.benign_count, cost.complete) == (1, True)
        assert file.read_bytes() == whole
    other = msgspec.structs.replace(load_fields(), digest="other")
    assert Index(index.events, store.folder / "touched", other).find(segment) is None


def test_indexes_of_segments_that_are_gone_are_removed(store: Store) -> None:
    store.add("windows", [EVENT])
    store.add("windows", [EVENT], first=9)
    index = store.index()
    index.refresh(store.segments(), lambda: True)
    kept = store.segments()[:1]
    assert index.prune(kept) == 1
    assert len(files(store)) == 1
    assert index.prune(store.segments()) == 0


def test_faults_in_the_file_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "touched.yml"
    path.write_text(
        "nobody: []\nformats:\n  a:\n    shows: {from: [x], smell: [y]}\n    principals: {}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_fields(path)
    assert len(caught.value.faults) == 2
    assert "a: shows: 'smell' is not known; use one of" in caught.value.faults[0]


def test_many_keys_at_once_give_what_each_gives_alone(store: Store) -> None:
    uris = [f"/a?id={number % 90}&q={number % 7}" for number in range(200)]
    store.add("access", [{"at": HOUR, "c-ip": "192.0.2.1", "cs-uri": uri} for uri in uris])
    (segment,) = store.segments()
    sidecar = store.index().make(segment)
    names, values = (sidecar.column(name).to_pylist() for name in ("name", "value"))
    for begin, count in ((0, 97), (3, 4), (5, 0)):
        alone = {
            row
            for name, value in list(zip(names, values, strict=True))[begin : begin + count]
            for row in sidecar.rows(parameter_key(("/a", name, value))).to_pylist()
        }
        places = sidecar.column("parameter").slice(begin, count)
        together = sidecar.rows_at(places).to_pylist()
        assert (set(together), len(together)) == (alone, len(alone))
        assert bool(alone) == bool(count)


@pytest.mark.parametrize(("column", "value"), [("ends", 9999), ("parameter", 9999)])
def test_an_index_that_leads_beside_its_rows_is_not_followed(
    store: Store, column: str, value: int
) -> None:
    store.add("access", [{"at": HOUR, "c-ip": "192.0.2.1", "cs-uri": "/a?id=1"}])
    (segment,) = store.segments()
    index = store.index()
    index.make(segment)
    (path,) = files(store)
    with pa.ipc.open_file(path.read_bytes()) as file:
        batch = file.get_batch(0)
    at = batch.schema.get_field_index(column)
    values = batch.column(at).values
    wrong = pa.array([*values.to_pylist()[:-1], value], values.type)
    columns = batch.columns
    columns[at] = pa.ListArray.from_arrays(pa.array([0, len(wrong)], pa.int32()), wrong)
    write(path, pa.record_batch(columns, schema=batch.schema))
    sidecar = index.find(segment)
    assert sidecar is not None
    with pytest.raises(UnreadableError, match="its index is damaged"):
        sidecar.rows_at(sidecar.column("parameter"))
