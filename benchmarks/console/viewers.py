"""Browsers that look on: a process of its own, so that it does not wait for who sends.

    python -m benchmarks.console.viewers HOST PORT COOKIE COUNT

Prints `ready` when all streams stand; then, when a line comes on standard input, when each finding
came: a JSON object of its event time to seconds of the system's monotonic clock, one for each
viewer, and how many bytes and other messages came.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


class Viewer:
    """One stream."""

    def __init__(self) -> None:
        self.seen: dict[int, float] = {}
        self.nbytes = 0
        self.messages = 0
        self.resyncs = 0
        self.listening = asyncio.Event()

    async def look(self, host: str, port: int, cookie: str) -> None:
        reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
        request = f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n"
        writer.write(request.encode())
        topic = b""
        try:
            while line := await reader.readline():
                self.nbytes += len(line)
                if line.startswith(b"event: "):
                    topic = line[7:-1]
                    self.messages += 1
                    self.resyncs += topic == b"resync"
                    if topic == b"hello":
                        self.listening.set()
                elif topic == b"finding" and line.startswith(b"data: "):
                    self.seen[json.loads(line[6:])["time"]] = time.monotonic()
        finally:
            writer.close()


async def main(host: str, port: int, cookie: str, count: int) -> None:
    """Look until a line comes."""
    viewers = [Viewer() for _ in range(count)]
    tasks = [asyncio.create_task(viewer.look(host, port, cookie)) for viewer in viewers]
    for viewer in viewers:
        await viewer.listening.wait()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    broken = [str(one) for one in ended if not isinstance(one, asyncio.CancelledError)]
    told = {
        "seen": [viewer.seen for viewer in viewers],
        "nbytes": sum(viewer.nbytes for viewer in viewers),
        "messages": sum(viewer.messages for viewer in viewers),
        "resyncs": sum(viewer.resyncs for viewer in viewers),
        "broken": broken,
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
