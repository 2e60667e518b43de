"""A real nginx on loopback, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers.postfix import wait_for_port

_MAIN = """\
daemon off; master_process off; worker_processes 1;
pid {root}/nginx.pid; error_log {root}/error.log warn;
events {{ worker_connections 256; }}
http {{
access_log {root}/access.log;
client_body_temp_path {root}/body; proxy_temp_path {root}/proxy; fastcgi_temp_path {root}/fastcgi;
uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
{http}
}}
"""


@contextmanager
def nginx(root: Path, http: str, port: int) -> Iterator[None]:
    """Start one with `http` in its http block, which listens at `port`; skips without nginx."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("needs nginx: apt-get install nginx")
    path = root / "nginx.conf"
    path.write_text(_MAIN.format(root=root, http=http))
    command = [program, "-p", str(root), "-c", str(path), "-e", str(root / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, timeout=60, check=False)
    if tested.returncode:
        pytest.fail(f"nginx refuses its configuration: {tested.stderr.decode()}")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_port(port)
            yield
        finally:
            process.terminate()
