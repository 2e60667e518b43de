"""The source of a watch: processes that serve, what they tell, changes, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from shield.proxy.origin import Origin
from shield.small_pack import RULES, policy
from vedette.model.errors import ConfigError
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.live.settings import FILE, Run, Serving, read_run, write_run
from vedette.shield.live.source import FORMAT, LEFTOVERS, LOGSOURCE, ShieldSource
from vedette.shield.policy.decided import Decided, Enforced, deciding
from vedette.shield.policy.settings import Place, Policy
from vedette.shield.proxy import ProxySettings, Timeouts, Upstream

ATTACK = "/?q=1+union+select+2"


class Standing:
    """A source at work, as a pipeline has it."""

    def __init__(self, source: ShieldSource) -> None:
        self.source = source
        self.records: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._read())
        await self.until(lambda: self.source.address is not None)

    async def _read(self) -> None:
        async for batch in self.source.batches(None):
            assert (batch.format, batch.logsource, batch.source) == (
                FORMAT,
                LOGSOURCE,
                "shield:web",
            )
            self.records += [dict(batch.rows.record(i)) for i in range(len(batch.rows))]
            self.problems += [str(problem) for problem in batch.problems]
            await self.source.safe(batch)

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, done: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert self._task is not None
            assert not self._task.done(), self._task
            assert time.monotonic() < end, (self.records, self.problems)
            await asyncio.sleep(0.02)

    async def ask(self, path: str) -> int:
        assert self.source.address is not None
        url = f"http://127.0.0.1:{self.source.address[1]}{path}"

        def get() -> int:
            try:
                with urllib.request.urlopen(url, timeout=10) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code

        return await asyncio.to_thread(get)

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["kind"] == kind]


@contextlib.asynccontextmanager
async def standing(
    folder: Path, made: Policy, *, workers: int = 1, port: int = 0
) -> AsyncIterator[Standing]:
    origin = Origin()
    await origin.start()
    serving = Serving(
        name="web",
        proxy=ProxySettings(
            upstreams=(Upstream(url=f"http://127.0.0.1:{origin.port}"),),
            port=port,
            workers=workers,
            timeouts=Timeouts(drain=1, linger=0.2),
        ),
        cache=str(folder / "cache"),
    )
    found = Standing(ShieldSource(serving, made, folder / "decided"))
    try:
        await found.start()
        yield found
    finally:
        await found.stop()
        await origin.stop()


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_are_judged_and_told(tmp_path: Path, workers: int) -> None:
    async def run() -> None:
        made = policy(tmp_path / "crs", Place(), Place(path="/strict", mode="enforce"))
        async with standing(tmp_path, made, workers=workers) as web:
            assert await web.ask("/fine") == 200
            assert await web.ask(ATTACK) == 200
            assert await web.ask(f"/strict{ATTACK}") == 403
            await web.until(lambda: len(web.kinds("request")) == 2)
            told = {record["action"] for record in web.kinds("request")}
            assert told == {"would_block", "blocked"}
        left = (tmp_path / "decided" / LEFTOVERS).read_text()
        assert '"kind":"traffic"' in left
        async with standing(tmp_path, made, workers=workers) as web:
            await web.until(lambda: bool(web.kinds("traffic")))
            assert sum(record["requests"] for record in web.kinds("traffic")) == 3

    asyncio.run(run())


def test_decisions_are_taken_in_and_faulty_rules_are_refused_whole(tmp_path: Path) -> None:
    async def run() -> None:
        made = policy(tmp_path / "crs")
        async with standing(tmp_path, made) as web:
            assert await web.ask(ATTACK) == 200
            with deciding(tmp_path / "decided") as held:
                held[0] = Decided(enforced=(Enforced(site="shop", path="/", mode="enforce"),))
            await _becomes(web, ATTACK, 403)
            rules = tmp_path / "crs/rules/RULES.conf"
            rules.write_text('SecRule ARGS "@rx ("\nSecNonsense\n')
            await web.until(lambda: len(web.problems) >= 2)
            assert all("RULES.conf:" in problem for problem in web.problems)
            assert all("the old rules go on" in problem for problem in web.problems)
            assert await web.ask(ATTACK) == 403
            rules.write_text(RULES)
            with deciding(tmp_path / "decided") as held:
                exclusion = Exclusion(number=1, site="shop", target="ARGS:q", rule=942100)
                held[0] = Decided(enforced=held[0].enforced, exclusions=(exclusion,), last=1)
            await _becomes(web, ATTACK, 200)
            assert await web.ask(ATTACK.replace("q=", "r=")) == 403

    asyncio.run(run())


async def _becomes(web: Standing, path: str, status: int) -> None:
    end = time.monotonic() + 30
    while await web.ask(path) != status:
        assert time.monotonic() < end, web.problems
        await asyncio.sleep(0.1)


def _serving_process() -> int:
    """The process id of this process's child that serves."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if (
                parent == str(os.getpid())
                and b"shield.live.process" in (entry / "cmdline").read_bytes()
            ):
                return int(entry.name)
    raise AssertionError("nothing serves")


def test_a_process_that_dies_is_begun_again_with_an_alarm(tmp_path: Path) -> None:
    async def run() -> None:
        async with standing(tmp_path, policy(tmp_path / "crs")) as web:
            os.kill(_serving_process(), signal.SIGKILL)
            await web.until(lambda: bool(web.kinds("alarm")))
            assert "has ended with status -9" in web.kinds("alarm")[0]["sentence"]
            await web.until(lambda: web.source.address is not None)
            assert await web.ask("/") == 200

    asyncio.run(run())


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    async def run() -> None:
        async with standing(tmp_path / "a", policy(tmp_path / "crs")) as first:
            assert first.source.address is not None
            made = policy(tmp_path / "crs")
            serving = Serving(
                name="web",
                proxy=ProxySettings(
                    upstreams=(Upstream(url="http://127.0.0.1:9"),), host="192.0.2.1", port=1
                ),
            )
            second = Standing(ShieldSource(serving, made, tmp_path / "b"))
            second._task = asyncio.create_task(second._read())
            await second.until(lambda: bool(second.problems) and bool(second.kinds("alarm")))
            await second.stop()
            assert "it is tried again" in second.problems[0]

    asyncio.run(run())


def test_faulty_rules_stop_the_start(tmp_path: Path) -> None:
    made = policy(tmp_path / "crs")
    (tmp_path / "crs/rules/RULES.conf").write_text("SecNonsense\nSecMoreNonsense\n")
    proxy = ProxySettings(upstreams=(Upstream(url="http://127.0.0.1:9"),))
    with pytest.raises(ConfigError) as caught:
        ShieldSource(Serving(name="web", proxy=proxy), made, tmp_path)
    assert len(caught.value.faults) == 2


def test_a_run_is_written_and_read_back(tmp_path: Path) -> None:
    proxy = ProxySettings(
        upstreams=(Upstream(url="http://127.0.0.1:9", ca=tmp_path / "ca"),),
        access_log=tmp_path / "access.log",
    )
    run = Run(
        serving=Serving(name="web", proxy=proxy), policy=policy(tmp_path / "crs"), fingerprint="x"
    )
    write_run(tmp_path / "d" / FILE, run)
    assert read_run(tmp_path / "d" / FILE) == run
    assert (tmp_path / "d" / FILE).stat().st_mode & 0o077 == 0
