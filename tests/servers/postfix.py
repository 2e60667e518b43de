"""A real Postfix on loopback, in folders of its own, delivering to Maildirs."""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.firm.example
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
virtual_mailbox_domains = firm.example
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
smtpd_recipient_restrictions = reject_unauth_destination
milter_default_action = accept
milter_connect_timeout = 5s
milter_command_timeout = 30s
milter_content_timeout = 30s
message_size_limit = 104857600
virtual_mailbox_limit = 0
maillog_file = {root}/queue/log
maillog_file_prefixes = {root}
alias_maps =
alias_database =
default_transport = error:no way out
relay_transport = error:no way out
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
showq     unix  n - n - - showq
error     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A running instance. Mail for anyone at firm.example lands in one Maildir."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.port = port

    def send(self, raw: bytes, sender: str, *recipients: str) -> None:
        """Hand in a message by SMTP. Raises SMTPException where it is refused."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as smtp:
            smtp.sendmail(sender, list(recipients) or ["ann@firm.example"], raw)

    def delivered(self, number: int, patience: float = 30.0) -> list[bytes]:
        """The messages that came through, once there are `number` of them; in order of names."""
        folder = self.root / "mail" / "all" / "new"
        until = time.monotonic() + patience
        while time.monotonic() < until:
            found = sorted(folder.glob("*")) if folder.is_dir() else []
            if len(found) >= number:
                break
            time.sleep(0.05)
        return [path.read_bytes() for path in sorted(folder.glob("*"))]

    def held(self) -> int:
        """How many messages lie in the hold queue."""
        return sum(path.is_file() for path in (self.root / "queue" / "hold").rglob("*"))

    def log(self) -> str:
        """What Postfix logged."""
        path = self.root / "queue" / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


@contextmanager
def server_folder(name: str) -> Iterator[Path]:
    """A folder that the server's own users may enter. (Not one of pytest's: those are for one
    user, and another run of pytest closes them again.)"""
    with tempfile.TemporaryDirectory(prefix=f"vedette-{name}-", ignore_cleanup_errors=True) as made:
        root = Path(made).resolve()
        root.chmod(0o711)
        yield root


@contextmanager
def postfix(more: str = "") -> Iterator[Postfix]:
    """Start one with `more` lines of main.cf; skips where that can't be done."""
    program = shutil.which("postfix") or "/usr/sbin/postfix"
    if not Path(program).exists():
        pytest.skip("needs Postfix: apt-get install postfix")
    if os.geteuid() != 0:
        pytest.skip("starting Postfix needs root")
    with server_folder("postfix") as root:
        yield from _running(root, program, more)


def _running(root: Path, program: str, more: str) -> Iterator[Postfix]:
    for name in ("queue", "data", "etc", "mail"):
        (root / name).mkdir(parents=True, exist_ok=True)
    shutil.chown(root / "data", "postfix")
    shutil.chown(root / "mail", "nobody")
    port = free_port()
    (root / "etc" / "main.cf").write_text(_together(_MAIN.format(root=root) + more))
    (root / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    command = [program, "-c", str(root / "etc")]
    started = subprocess.run([*command, "start"], capture_output=True, timeout=60, check=False)
    made = Postfix(root, port)
    try:
        if started.returncode:
            pytest.fail(f"Postfix did not start: {started.stderr.decode()} {made.log()}")
        wait_for_port(port)
        yield made
    finally:
        subprocess.run([*command, "abort"], capture_output=True, timeout=60, check=False)


def _together(settings: str) -> str:
    """Each setting once, as it was said last. Of one that is said twice every program of Postfix
    writes a warning; where those fill the socket of its log before the program that reads it has
    started, that one waits for itself."""
    lines = dict(line.split(" =", 1) for line in settings.splitlines() if " =" in line)
    return "".join(f"{name} ={value}\n" for name, value in lines.items())


def free_port() -> int:
    """A port of loopback that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, patience: float = 20.0) -> None:
    """Until somebody listens there; raises TimeoutError."""
    until = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise TimeoutError(f"nobody listens at port {port}") from None
            time.sleep(0.05)
