"""Requests a second through the reverse proxy, and through nginx as a plain proxy, in one run.

    python -m benchmarks.shieldbench.proxy_rate [SECONDS]

Each proxy is one process bound to one core; the website behind (nginx, 200 and 27 bytes) and the
loader (wrk) share another. Nothing is judged. CPU time of the proxy's process is what counts on a
machine that others use too: requests per second of CPU. Needs nginx and wrk.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vedette.seclang.request import Request, Response
from vedette.shield.guarding import Block
from vedette.shield.proxy import ProxySettings, Upstream, serve

_CONNECTIONS = 32
_PROXY_CORE, _OTHER_CORE = 0, 1
_ORIGIN, _NGINX, _OURS = 18_080, 18_081, 18_082
_CONFIG = """\
daemon off; worker_processes 1; master_process off; pid {root}/{name}.pid;
error_log {root}/{name}.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000;
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  upstream site {{ server 127.0.0.1:{origin}; keepalive 64; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ {action} }}
  }}
}}
"""
_ANSWER = 'default_type text/plain; return 200 "twenty-seven bytes of page\\n";'
_PASS = (
    'proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";'
    " proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"
)
_HEADERS = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.5",
    "Accept-Encoding: gzip, deflate",
    "Cookie: session=0123456789abcdef; theme=dark",
)


class _Pass:
    """Lets all through."""

    body_wanted = 0

    def visit(self, request: Request) -> _Pass:
        return self

    def headers(self) -> Block | None:
        return None

    def body(self, data: bytes, cut: bool) -> Block | None:
        return None

    def response(self, response: Response) -> Block | None:
        return None

    def response_wanted(self) -> int:
        return 0

    def response_body(self, data: bytes, cut: bool) -> Block | None:
        return None

    def end(self) -> None:
        return None


@contextmanager
def _nginx(root: Path, name: str, port: int, action: str, core: int) -> Iterator[int]:
    path = root / f"{name}.conf"
    path.write_text(_CONFIG.format(root=root, name=name, port=port, origin=_ORIGIN, action=action))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with subprocess.Popen([program, "-p", str(root), "-c", str(path)]) as process:
        os.sched_setaffinity(process.pid, {core})
        time.sleep(0.5)
        try:
            yield process.pid
        finally:
            process.terminate()


@contextmanager
def _ours() -> Iterator[int]:
    pid = os.fork()
    if not pid:
        os.sched_setaffinity(0, {_PROXY_CORE})
        site = Upstream(url=f"http://127.0.0.1:{_ORIGIN}")
        serve(ProxySettings(upstreams=(site,), port=_OURS), _Pass())
        os._exit(0)
    time.sleep(1.0)
    try:
        yield pid
    finally:
        os.kill(pid, 15)
        os.waitpid(pid, 0)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _load(port: int, seconds: int, pid: int) -> tuple[float, float, float]:
    """Requests a second, CPU microseconds of the proxy for each, and p99 latency in ms."""
    command = ["taskset", "-c", str(_OTHER_CORE), "wrk", "-t1", f"-c{_CONNECTIONS}", "--latency"]
    for header in _HEADERS:
        command += ["-H", header]
    before = _cpu(pid)
    said = subprocess.run(
        [*command, f"-d{seconds}s", f"http://127.0.0.1:{port}/a/page?with=arguments"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    spent = _cpu(pid) - before
    found = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert found and rate and late and "Non-2xx" not in said, said
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[late[2]]
    return float(rate[1]), spent / int(found[1]) * 1e6, float(late[1]) * scale


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    if not shutil.which("wrk") or not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        sys.exit("needs nginx and wrk: apt-get install nginx wrk")
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        with _nginx(root, "origin", _ORIGIN, _ANSWER, _OTHER_CORE) as origin:
            direct = _load(_ORIGIN, seconds, origin)
            with _nginx(root, "proxy", _NGINX, _PASS, _PROXY_CORE) as pid:
                nginx = _load(_NGINX, seconds, pid)
            with _ours() as pid:
                ours = _load(_OURS, seconds, pid)
    print(f"{'':24}{'requests/s':>12}{'CPU us':>10}{'per CPU s':>12}{'p99 ms':>10}")
    for name, (rate, cost, late) in (
        ("website alone", direct), ("nginx as a proxy", nginx), ("Vedette, not judging", ours),
    ):  # fmt: skip
        print(f"{name:24}{rate:12,.0f}{cost:10.1f}{1e6 / cost:12,.0f}{late:10.2f}")
    print(f"CPU per request: {ours[1] / nginx[1]:.2f} times that of nginx")


if __name__ == "__main__":
    main()
