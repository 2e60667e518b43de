"""Small rule packages and a server that hands them out, for tests of installing."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from vedette.rulesets.known import Default, Known

RULE = """\
title: Rule {number}
id: 00000000-0000-4000-8000-{number:012d}
status: test
logsource: {{product: windows, category: process_creation}}
detection:
  sel: {{Image|endswith: '\\a{number}.exe'}}
  condition: sel
level: low
"""


def package(rules: int = 3, invalid: int = 0, extra: dict[str, bytes] | None = None) -> bytes:
    """A zip as SigmaHQ's releases are: `rules/`, and a file that names the version."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(rules):
            archive.writestr(f"rules/windows/r{number}.yml", RULE.format(number=number))
        for number in range(invalid):
            archive.writestr(f"rules/windows/bad{number}.yml", "title: Bad\ndetection: 1\n")
        archive.writestr("version.txt", "r1\n")
        archive.writestr("tests/tool.py", "print()\n")
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return held.getvalue()


def known(url: str, sha256: dict[str, dict[str, str]] | None = None) -> Known:
    """A rule set whose releases lie at `url`."""
    return Known(
        title="Test rules",
        url=url + "/download/{release}/{package}",
        latest=url + "/latest",
        licence="DRL 1.1",
        notice="Detection Rule License (DRL) 1.1",
        packages={"all": "all.zip", "core+": "core+.zip"},
        default=Default("r1", "all"),
        sha256=sha256 or {},
    )


@contextmanager
def releases(answers: dict[str, bytes | str]) -> Iterator[str]:
    """A server; `answers` maps paths to bodies, or, as str, to where they redirect."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path)
            self.send_response(404 if answer is None else 200 if answer.__class__ is bytes else 302)
            if isinstance(answer, str):
                self.send_header("Location", answer)
            body = answer if isinstance(answer, bytes) else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
