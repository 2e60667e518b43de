"""Real clients: curl, websockets; several processes, SIGTERM, and the access log."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import websockets

from servers.postfix import free_port, wait_for_port
from shield.proxy.marking import MarkingGuard
from shield.proxy.origin import OK, Got, says
from shield.proxy.standing import read_all, read_until, soon, standing
from vedette.shield.proxy import Timeouts, Upstream

_KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
_HANDSHAKE = (
    b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    + _KEY
    + b"\r\n"
)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("size", [10, 200_000])
def test_curl(size: int, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"x" * size)
    with standing() as stand:
        url = f"http://127.0.0.1:{stand.port}"
        for more in (
            [],
            ["-H", "Transfer-Encoding: chunked"],
            ["-H", "Expect: 100-continue"],
            ["--http2"],
        ):
            command = ["curl", "-sS", "-i", "--data-binary", f"@{tmp_path}/body", *more]
            said = subprocess.run(
                [*command, f"{url}/a", f"{url}/b"], capture_output=True, timeout=30, check=True
            ).stdout
            assert said.count(b"HTTP/1.1 200 OK") == 2
        assert {len(got.body) for got in stand.origin.got} == {size}
        assert stand.refusals == []


def test_websockets_pass_untouched() -> None:
    async def talk(port: int) -> None:
        async with websockets.connect(f"ws://127.0.0.1:{port}/chat?a=b") as link:
            for text in ("one", "EVIL", "x" * 300_000):
                await link.send(text)
                assert await link.recv() == text
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"ws://127.0.0.1:{port}/EVIL")

    async def everything(port: int, stop: asyncio.Event, started: asyncio.Event) -> None:
        async def echo(link: websockets.ServerConnection) -> None:
            async for message in link:
                await link.send(message)

        async with websockets.serve(echo, "127.0.0.1", port, compression=None):
            started.set()
            await stop.wait()

    where = free_port()
    with standing(upstream=lambda port: (Upstream(url=f"http://127.0.0.1:{where}"),)) as stand:

        async def both() -> None:
            stop, started = asyncio.Event(), asyncio.Event()
            server = asyncio.create_task(everything(where, stop, started))
            await started.wait()
            await talk(stand.port)
            stop.set()
            await server

        asyncio.run(both())
        assert stand.guard.visits[0].calls == ["headers", "body", "response", "end"]
        answered = stand.guard.visits[0].answered
        assert answered is not None and answered.status == 101
        proxy = stand.proxy
        assert proxy is not None
        soon(lambda: proxy.inside == 0)


def test_a_handshake_that_is_declined_opens_no_tunnel() -> None:
    with standing() as stand, stand.connect() as made:
        made.sendall(_HANDSHAKE)
        read_until(made, b"ok\n")
        made.sendall(b"GET /EVIL HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_until(made, b"blocked\n").startswith(b"HTTP/1.1 403")
        assert stand.origin.got[0].values(b"upgrade") == [b"websocket"]
        assert stand.origin.got[0].values(b"connection") == [b"Upgrade"]


@pytest.mark.parametrize("name", ["h2c", "TLS/1.0", "websocket, h2c"])
def test_other_upgrades_are_not_passed_on(name: str) -> None:
    with standing() as stand:
        raw = _HANDSHAKE.replace(b"Upgrade: websocket", b"Upgrade: " + name.encode())
        with stand.connect() as made:
            made.sendall(raw)
            read_until(made, b"ok\n")
        assert stand.origin.got[0].values(b"upgrade") == []


def test_a_silent_tunnel_is_closed() -> None:
    async def switch(got: Got, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
            b"Upgrade: websocket\r\n\r\nhi"
        )
        await reader.read(100)
        return False

    with standing(timeouts=Timeouts(tunnel=0.3, head=1, drain=1)) as stand, stand.connect() as made:
        stand.origin.reply = switch
        made.sendall(_HANDSHAKE)
        assert read_all(made).endswith(b"\r\n\r\nhi")


def test_compressed_bodies_stay_compressed() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    with standing(guard=MarkingGuard(response_wanted=100_000), plain_responses=True) as stand:
        stand.origin.reply = says(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
            % (len(bomb), bomb)
        )
        client = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=10)
        client.request("POST", "/", bomb, {"Content-Encoding": "gzip"})
        assert client.getresponse().read() == bomb
        client.close()
        assert stand.origin.got[0].body == bomb
        assert stand.origin.got[0].values(b"accept-encoding") == []
        assert stand.guard.visits[0].response_seen == bomb[:100_000]


@pytest.mark.parametrize("form", ["combined", "json"])
def test_the_access_log(form: str, tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    with standing(access_log=path, access_log_form=form) as stand:
        stand.say(
            b'GET /a"\xe4?b HTTP/1.1\r\nHost: a\r\nUser-Agent: x"y\\z\r\nReferer: r\r\n'
            b"Connection: close\r\n\r\n"
        )
        stand.say(b"GET /EVIL HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        soon(path.exists)
        path.rename(tmp_path / "moved.log")
        stand.say(b"nonsense\r\n\r\n")
    moved = (tmp_path / "moved.log").read_text().splitlines()
    later = path.read_text().splitlines()
    lines = moved + later
    assert len(lines) == 3 and later
    if form == "json":
        said = [json.loads(line) for line in lines]
        assert [one["status"] for one in said] == [200, 403, 400]
        assert said[0]["target"] == '/a"ä?b' and said[0]["bytes"] == 3
        assert said[0]["upstream"] == f"127.0.0.1:{stand.origin.port}"
        assert said[1]["incident"] == "i-1" and said[1]["upstream"] == ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said[0]["time"])
    else:
        assert re.fullmatch(
            r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] '
            r'"GET /a\\x22\\xE4\?b HTTP/1\.1" 200 3 "r" "x\\x22y\\x5Cz"', lines[0],
        )  # fmt: skip
        assert '"-" 400 ' in lines[2]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "later" / "access.log"
    with standing(access_log=path) as stand:
        for _ in range(2):
            assert stand.say(b"GET / HTTP/1.0\r\n\r\n").endswith(b"ok\n")
        soon(lambda: len(stand.alarms) == 1)
        path.parent.mkdir()
        stand.say(b"GET / HTTP/1.0\r\n\r\n")
        soon(path.exists)
    assert "can't be written" in stand.alarms[0]
    assert re.search(r"written again; [12] lines lost", stand.alarms[1])


ENVIRONMENT: Final = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
"""Children find the tests' own modules."""
_PROGRAM = """
import sys
from shield.proxy.marking import MarkingGuard
from vedette.shield.proxy import ProxySettings, Timeouts, Upstream, serve
port, origin, workers = map(int, sys.argv[1:])
serve(
    ProxySettings(upstreams=(Upstream(url=f"http://127.0.0.1:{origin}"),), port=port,
                  workers=workers, timeouts=Timeouts(drain=5)),
    MarkingGuard(), alarm=lambda text: print("alarm", text, flush=True),
    in_worker=lambda number: print("worker", number, flush=True),
    ready=lambda bound: print("ready", bound, flush=True),
)
print("done", flush=True)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_and_sigterm(workers: int) -> None:
    port = free_port()
    with standing() as stand:

        async def slow(got: Got, reader: object, writer: asyncio.StreamWriter) -> bool:
            await asyncio.sleep(0.5)
            writer.write(OK)
            return True

        with subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(port), str(stand.origin.port), str(workers)],
            stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
        ) as process:  # fmt: skip
            try:
                wait_for_port(port)
                client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                for target, status in (("/", 200), ("/EVIL", 403)):
                    client.request("GET", target)
                    answer = client.getresponse()
                    assert (answer.read(), answer.status)[1] == status
                stand.origin.reply = slow
                before = len(stand.origin.got)
                client.request("GET", "/")
                soon(lambda: len(stand.origin.got) > before)
                process.send_signal(signal.SIGTERM)
                assert client.getresponse().read() == b"ok\n"
                client.close()
                out, _ = process.communicate(timeout=10)
            finally:
                process.kill()
    assert process.returncode == 0
    lines = out.splitlines()
    assert lines[-1] == "done"
    assert sorted(line for line in lines if line.startswith("worker")) == [
        f"worker {number}" for number in range(workers)
    ]


def test_a_worker_that_dies_is_replaced() -> None:
    port = free_port()
    with standing() as stand, subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(port), str(stand.origin.port), "2"],
        stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
    ) as process:  # fmt: skip
        try:
            wait_for_port(port)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            soon(lambda: len(children.read_text().split()) == 2)
            first = set(children.read_text().split())
            os.kill(int(min(first)), signal.SIGKILL)
            soon(lambda: len(set(children.read_text().split()) - first) == 1)
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=10)
        finally:
            process.kill()
    assert "ended with status -9" in out and out.endswith("done\n")
