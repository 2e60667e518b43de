"""Figures in the text format, and over HTTP."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from pathlib import Path

import pytest

from engine.embedded.example_parts import ListSource, built, lines_batch
from vedette.engine.config.schema import Config
from vedette.engine.embedded import serve
from vedette.engine.embedded.describe import describer
from vedette.engine.embedded.metrics import METRICS, Meters
from vedette.engine.embedded.watch import settings_of, store_paths
from vedette.model.errors import UnreadableError
from vedette.sigma.mapping import Mapping
from vedette.store.columns import Description
from waiting import until

LINE = re.compile(r'vedette_[a-z_]+(\{[a-z]+="([^"\\\n]|\\.)*"\})? -?[0-9.e+]+\Z')


def test_every_metric_is_named_and_told_well() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.name.startswith("vedette_")
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.help.endswith(".")


def test_exposition() -> None:
    meters = Meters()
    meters.add("vedette_events_total", 3, 'we"ird\\\n')
    meters.add("vedette_flushes_total")
    meters.set("vedette_lag_seconds", 0.25, "a")
    text = meters.exposition()
    assert text.endswith("\n")
    for line in text.splitlines():
        assert line.startswith("# ") or LINE.match(line), line
    assert 'vedette_events_total{source="we\\"ird\\\\\\n"} 3' in text
    assert "vedette_flushes_total 1" in text
    assert 'vedette_lag_seconds{source="a"} 0.25' in text
    with pytest.raises(KeyError):
        meters.add("vedette_unheard_of_total")


def test_counters_go_on_after_a_restart(tmp_path: Path) -> None:
    for turn in range(1, 3):
        with built(tmp_path, [ListSource([lines_batch(0, 10), lines_batch(10, 10 * turn)])]) as one:
            one.run()
            if turn == 1:
                assert one.pipeline.meters.get("vedette_events_total", "list") == 20
    with built(tmp_path, []) as one:
        assert one.pipeline.meters.get("vedette_events_total", "list") == 30
        assert one.pipeline.meters.get("vedette_repeated_total", "list") == 10


def test_the_endpoints() -> None:
    meters, ready = Meters(), [True]

    async def scenario() -> None:
        with serve.listening("127.0.0.1", 0) as bound:
            port = bound.getsockname()[1]
            server = serve.server(meters, lambda: ready[0])
            task = asyncio.create_task(server.serve(sockets=[bound]))
            await until(lambda: server.started)

            def get(path: str) -> tuple[int, str]:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                        return answer.status, answer.read().decode()
                except urllib.error.HTTPError as error:
                    with error:
                        return error.code, ""

            assert await asyncio.to_thread(get, "/metrics") == (200, meters.exposition())
            assert (await asyncio.to_thread(get, "/livez"))[0] == 200
            assert (await asyncio.to_thread(get, "/readyz"))[0] == 200
            ready[0] = False
            assert (await asyncio.to_thread(get, "/readyz"))[0] == 503
            with pytest.raises(UnreadableError, match="choose another"):
                serve.listening("127.0.0.1", port)
            server.should_exit = True
            await task

    asyncio.run(scenario())


def test_settings_follow_the_configuration(tmp_path: Path) -> None:
    config = Config.model_validate(
        {
            "data_dir": tmp_path,
            "store": {"retention": {"age": "2d", "bytes": "1GB"}, "segment": {"rows": 99}},
            "sources": [
                {"kind": "file", "name": "a", "paths": ["/x"], "silence": "1h"},
                {"kind": "file", "name": "b", "paths": ["/y"]},
            ],
        }
    )
    settings = settings_of(config)
    assert settings.limits.age == 2 * 86_400_000_000
    assert settings.limits.size == 1_000_000_000
    assert settings.target.rows == 99
    assert settings.silence == {"a": 3_600_000_000}
    assert store_paths(config).segments == tmp_path / "events"


def test_time_and_host_by_mapping() -> None:
    mapping = Mapping(
        "windows",
        time=("TimeCreated", "event.created"),
        entities={"host": ("Computer", "host.name")},
    )
    describe = describer({"windows": mapping})
    time = "2026-09-21T12:00:00Z"
    assert describe("windows", {"TimeCreated": time, "Computer": "DC01"}) == Description(
        1_790_000_000_000_000 // 86_400_000_000 * 86_400_000_000 + 43_200_000_000, "DC01"
    )
    nested = describe("windows", {"event": {"created": [time]}, "host": {"name": {"odd": 1}}})
    assert nested.time is not None
    assert nested.host is None
    assert describe("windows", {}) == Description()
    assert describe("unheard of", {"TimeCreated": time}) == Description()
