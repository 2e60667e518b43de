"""Take-home tasks in JavaScript as an archive: sources, tests, notes; nothing starts by itself."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib

from benchmarks.recruitbench.honest.enclosures.archive import zip_of
from benchmarks.recruitbench.honest.enclosures.files import Enclosure, MakeFiles
from benchmarks.recruitbench.honest.scene import Scene, Voice

_DAY = 1_741_946_400  # one fixed day: the bytes may not depend on the clock
_PACKAGE = """{
  "name": "NAME",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node src/server.js",
    "test": "node --test"
  },
  "engines": { "node": ">=20" }
}
"""
_SOURCE = """// Return the readings of `rows` that exceed `limit`, newest first.
export function alarms(rows, limit) {
  throw new Error("not written yet");
}
"""
_SERVER = """import http from "node:http";
import { alarms } from "./alarms.js";

http
  .createServer((request, response) => response.end(JSON.stringify(alarms([], 0))))
  .listen(3000);
"""
_TEST = """import test from "node:test";
import assert from "node:assert";
import { alarms } from "../src/alarms.js";

test("no rows, no alarms", () => assert.deepEqual(alarms([], 5), []));
"""
_COMPOSE = """services:
  app:
    image: node:20-alpine
    working_dir: /app
    volumes: [".:/app"]
    command: npm test
"""


def node_task(kind: str) -> MakeFiles:
    """A task as `zip` or as `gz` (a tar)."""

    def make(scene: Scene, voice: Voice) -> list[Enclosure]:
        task = scene.words.stem("task", scene.rng)
        name = f"readings-{scene.digits(3)}"
        notes = "\n".join(
            f"{n}. {line}" for n, line in enumerate(scene.words.some("duties")[:4], 1)
        )
        members = [
            ("README.md", f"# {task}\n\n    npm ci\n    npm test\n\n{notes}\n"),
            ("package.json", _PACKAGE.replace("NAME", name)),
            ("src/alarms.js", _SOURCE),
            ("src/server.js", _SERVER),
            ("test/alarms.test.js", _TEST),
            ("docker-compose.yml", _COMPOSE),
            (".gitignore", "node_modules/\n"),
        ]
        files = [(f"{name}/{path}", text.encode()) for path, text in members]
        if kind == "zip":
            return [Enclosure(f"{name}.zip", "zip", zip_of(files))]
        return [Enclosure(f"{name}.tar.gz", "gz", gzip_of(tar_of(files)))]

    return make


def tar_of(members: list[tuple[str, bytes]]) -> bytes:
    """A tar (POSIX ustar) of (name, data), in this order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), _DAY
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gzip_of(data: bytes) -> bytes:
    """gzip (RFC 1952), stored, so that every zlib writes the same."""
    out = b"\x1f\x8b\x08\x00" + struct.pack("<IBB", _DAY, 0, 3)
    for at in range(0, len(data), 0xFFFF):
        piece = data[at : at + 0xFFFF]
        last = at + 0xFFFF >= len(data)
        out += struct.pack("<BHH", last, len(piece), len(piece) ^ 0xFFFF) + piece
    return out + struct.pack("<II", zlib.crc32(data), len(data))
