"""What runs beside the bench in the part `proxy`: nginx as a website, nginx with ModSecurity in
front of it, Vedette's proxy. All on loopback, one process each, bound to one core."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.recruitbench.peer import UnavailableError
from benchmarks.shieldbench.material import REPOSITORY, environment
from vedette.shield.policy.settings import Policy

PROXY_CORE, OTHER_CORE = 0, 1
MODULES = tuple(
    Path(folder) / "ngx_http_modsecurity_module.so"
    for folder in ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules")
)
_WAIT = 60.0
_CONFIG = """\
daemon off; worker_processes 1; master_process off; pid {root}/{name}.pid;
error_log {root}/{name}.log crit;
{load}
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; client_max_body_size 20m;
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  {upstream}
  server {{ listen 127.0.0.1:{port}; location / {{ {action} }} }}
}}
"""
_ANSWER = 'default_type text/plain; return 200 "twenty-seven bytes of page\\n";'
_PASS = (
    'proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";'
    " proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"
)
_SITE = "upstream site {{ server 127.0.0.1:{origin}; keepalive 64; keepalive_requests 1000000; }}"


def program(name: str) -> str:
    """The path of a program. Raises UnavailableError."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise UnavailableError(f"{name} is not installed: apt-get install {name}")
    return found


def modsecurity_module() -> Path:
    """nginx's module. Raises UnavailableError."""
    for path in MODULES:
        if path.exists():
            return path
    raise UnavailableError(
        "nginx has no ModSecurity: apt-get install libnginx-mod-http-modsecurity"
    )


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@contextmanager
def website(root: Path) -> Iterator[int]:
    """The port of a website that answers everything with 27 bytes."""
    port = free_port()
    with _nginx(root, "origin", port, "", "", _ANSWER, OTHER_CORE):
        yield port


@contextmanager
def nginx_proxy(root: Path, origin: int, rules: Sequence[Path] = ()) -> Iterator[tuple[int, int]]:
    """Port and process of nginx as a proxy, with ModSecurity where there are rules."""
    port = free_port()
    name, load, action = "plain", "", _PASS
    if rules:
        name = "modsecurity"
        listed = root / "main.conf"
        listed.write_text("".join(f'Include "{path}"\n' for path in rules), "utf-8")
        load = f"load_module {modsecurity_module()};"
        action = f"modsecurity on; modsecurity_rules_file {listed}; {_PASS}"
    upstream = _SITE.format(origin=origin)
    with _nginx(root, name, port, load, upstream, action, PROXY_CORE) as pid:
        yield port, pid


@contextmanager
def _nginx(
    root: Path, name: str, port: int, load: str, upstream: str, action: str, core: int
) -> Iterator[int]:
    path = root / f"{name}.conf"
    said = _CONFIG.format(
        root=root, name=name, port=port, load=load, upstream=upstream, action=action
    )
    path.write_text(said, "utf-8")
    command = [program("nginx"), "-p", str(root), "-c", str(path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        _bind(process.pid, core)
        try:
            _listening(port, lambda: process.poll() is None, name)
            yield process.pid
        finally:
            process.terminate()


@contextmanager
def our_proxy(origin: int, policy: Policy, cache: Path) -> Iterator[tuple[int, int]]:
    """Port and process of Vedette's proxy with the real guard."""
    port = free_port()
    asked = {"policy": policy, "cache": str(cache), "origin": origin, "port": port}
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.shieldbench.proxy_process"],
        stdin=subprocess.PIPE,
        cwd=REPOSITORY,
        env=environment(),
    ) as process:
        _bind(process.pid, PROXY_CORE)
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(asked))
        process.stdin.close()
        try:
            _listening(port, lambda: process.poll() is None, "Vedette's proxy")
            yield port, process.pid
        finally:
            process.terminate()


def _bind(pid: int, core: int) -> None:
    if core in os.sched_getaffinity(0):
        os.sched_setaffinity(pid, {core})


def _listening(port: int, runs: Callable[[], bool], name: str) -> None:
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        with socket.socket() as made:
            if made.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not runs():
            break
        time.sleep(0.05)
    raise UnavailableError(f"{name} does not start")
