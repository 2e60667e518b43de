"""POST /v1/events over real connections."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from live_running import Running, running
from vedette.sources.live.http_body import BodyError, decompressed, read_body
from vedette.sources.live.http_ingest import HttpSource, Serving
from vedette.sources.live.tls import Tls

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TOKEN = "first-token"
Script = Callable[[Running], Awaitable[None]]


class Answer:
    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.data = response.data

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.data)
        return value


async def request(
    run: Running,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    context: ssl.SSLContext | None = None,
    **headers: str,
) -> Answer:
    assert run.source.address is not None
    host, port = run.source.address
    sent = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/x-ndjson",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }

    def call() -> Answer:
        scheme = "https" if context else "http"
        options: dict[str, Any] = {"ssl_context": context} if context else {}
        with urllib3.PoolManager(retries=False, timeout=10, **options) as pool:
            name = "localhost" if context else host
            url = f"{scheme}://{name}:{port}{path}"
            response = pool.request(method, url, body=body, headers=sent)
            answer = Answer(response)
            response.close()
            return answer

    return await asyncio.to_thread(call)


async def post(run: Running, body: bytes, **headers: str) -> Answer:
    return await request(run, "POST", "/v1/events", body, context=None, **headers)


def play(script: Script, **options: Any) -> None:
    async def run() -> None:
        metrics = options.pop("metrics", None)
        serving = Serving("127.0.0.1", 0, [TOKEN, "second"], **options)
        async with running(HttpSource("in", serving, metrics=metrics)) as running_:
            await script(running_)

    asyncio.run(run())


def test_events_of_several_kinds_are_stored_and_then_answered() -> None:
    async def script(run: Running) -> None:
        body = (
            b'{"event_type": "dns", "src_ip": "192.0.2.1"}\n\n'
            b'{"EventID": 1, "Channel": "x", "Image": "a.exe"}\r\n'
            b'{"other": true}'
        )
        answer = await post(run, body)
        assert (answer.status, answer.json()) == (200, {"accepted": 3, "rejected": []})
        assert sorted(batch.format for batch in run.batches) == ["json", "suricata", "windows"]
        for batch in run.batches:
            assert batch.source == "http:in"
            assert not batch.positional
        windows = next(batch for batch in run.batches if batch.format == "windows")
        assert windows.rows.raw(0) == b'{"EventID": 1, "Channel": "x", "Image": "a.exe"}'
        assert windows.rows.place(0).endswith("line 3")

    play(script)


def test_the_same_event_sent_again_has_the_same_key() -> None:
    async def script(run: Running) -> None:
        await post(run, b'{"a": 1}')
        await post(run, b'{"b": 2}\n{"a": 1}', Authorization="bearer second")
        keys = [b.event_key(i) for b in run.batches for i in range(len(b.rows))]
        assert len(keys) == 3
        assert len(set(keys)) == 2

    play(script)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_compression(name: str) -> None:
    async def script(run: Running) -> None:
        compress = gzip.compress if name == "gzip" else zstd.compress
        body = b'{"n": 1}\n' * 20_000
        answer = await post(run, compress(body), Content_Encoding=name)
        assert answer.json()["accepted"] == 20_000
        bomb = await post(run, compress(b" " * 2_000_001), Content_Encoding=name)
        assert bomb.status == 413
        broken = await post(run, compress(body)[:-9], Content_Encoding=name)
        assert broken.status == 400
        assert "ends early" in broken.json()["detail"]

    play(script, max_decompressed=2_000_000)


def test_bad_lines_are_named_and_the_good_ones_kept() -> None:
    async def script(run: Running) -> None:
        answer = await post(run, b'{"a": 1}\n{"b": \n[1]\n\xff\n{"c": 3}\n')
        assert answer.status == 422
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()
        assert said["accepted"] == 2
        assert [fault["line"] for fault in said["rejected"]] == [2, 3, 4]
        assert said["rejected"][0]["column"] == 7
        assert said["rejected"][1]["error"] == "expected a JSON object, found list"
        assert [b.rows.raw(i) for b in run.batches for i in range(len(b.rows))] == [
            b'{"a": 1}',
            b'{"c": 3}',
        ]
        assert len([p for b in run.batches for p in b.problems]) == 3

    play(script)


def test_an_array() -> None:
    async def script(run: Running) -> None:
        answer = await post(run, b'[{"a": 1}, 2, {"b": [1]}]', Content_Type="application/json")
        assert answer.status == 422
        assert answer.json()["rejected"][0]["item"] == 2
        broken = await post(run, b'[{"a": 1},\n {"b"]')
        assert broken.status == 400
        assert "line 2, column" in broken.json()["detail"]
        assert sum(len(b.rows) for b in run.batches) == 2

    play(script)


def test_who_and_what_is_refused() -> None:
    async def script(run: Running) -> None:
        for credentials in (
            "Bearer wrong",
            "Basic Zmlyc3Q6",
            "",
            f"Bearer {TOKEN}x",
            "Bearer \xe9",
        ):
            answer = await post(run, b"{}", Authorization=credentials)
            assert answer.status == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        assert (await post(run, b"{}", Content_Type="text/html")).status == 415
        assert (await post(run, b"{}", Content_Encoding="br")).status == 415
        assert (await post(run, b" " * 3000)).status == 413
        assert (await request(run, "GET", "/v1/events")).status == 405
        unknown = await request(run, "GET", "/")
        assert unknown.status == 404
        assert unknown.headers["content-type"] == "application/problem+json"
        assert "5 requests answered with 401" in await run.until_problem("401")

    play(script, max_body=2000)


def test_nothing_is_acknowledged_before_it_is_stored() -> None:
    async def script(run: Running) -> None:
        run.store = False
        first = asyncio.create_task(post(run, b'{"a": 1}'))
        await run.until(1)
        await asyncio.sleep(0.2)
        assert not first.done()
        await run.source.safe(run.batches[-1])
        assert (await first).status == 200

    play(script)


def test_back_pressure() -> None:
    async def script(run: Running) -> None:
        run.store = False
        body = b'{"a": "' + b"x" * 900 + b'"}'
        first = asyncio.create_task(post(run, body))
        await run.until(1)
        assert (await request(run, "GET", "/readyz")).status == 200
        second = await post(run, body)
        assert second.status == 429
        assert int(second.headers["retry-after"]) > 0
        await run.source.safe(run.batches[-1])
        assert (await first).status == 200
        run.store = True
        assert (await post(run, body)).status == 200
        # one request alone may be larger than the queue, or it could never be sent
        assert (await post(run, body * 2)).status in (200, 422)

    play(script, queue=1500)


def test_health_and_metrics() -> None:
    async def script(run: Running) -> None:
        assert (await request(run, "GET", "/livez")).data == b"alive\n"
        assert (await request(run, "GET", "/readyz")).data == b"ready\n"
        assert (await request(run, "GET", "/metrics")).data == b"events_total 1\n"
        assert (await request(run, "GET", "/metrics", Authorization="x")).status == 401

    play(script, metrics=lambda: "events_total 1\n")


def test_closing_tells_the_senders() -> None:
    async def script() -> None:
        source = HttpSource("in", Serving("127.0.0.1", 0, [TOKEN]))
        async with running(source) as run:
            run.store = False
            waiting = asyncio.create_task(post(run, b'{"a": 1}'))
            await run.until(1)
        answer = await waiting
        assert answer.status == 503
        assert "retry-after" in answer.headers

    asyncio.run(script())


def test_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    server = authority.issue_cert("localhost")
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    server.cert_chain_pems[0].write_to_path(certificate)
    server.private_key_pem.write_to_path(key)
    context = ssl.create_default_context()
    authority.configure_trust(context)

    async def script(run: Running) -> None:
        answer = await request(run, "POST", "/v1/events", b'{"a": 1}', context=context)
        assert answer.status == 200

    play(script, tls=Tls(certificate, key))


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "zstd"]))
def test_no_body_breaks_the_reader(body: bytes, encoding: str) -> None:
    try:
        found = read_body(decompressed(body, encoding, 1000))
    except BodyError as error:
        assert error.status in (400, 413)
    else:
        assert found.refused == len(found.rejected)
