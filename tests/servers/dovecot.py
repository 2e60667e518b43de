"""A real Dovecot on loopback with TLS, Maildirs of its own, and a master user."""

from __future__ import annotations

import imaplib
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from servers.postfix import free_port, server_folder, wait_for_port

_CONFIG = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%n
mail_uid = 65534
mail_gid = 65534
first_valid_uid = 100
default_login_user = {login}
default_internal_user = {internal}
auth_master_user_separator = *
passdb {{
  driver = passwd-file
  args = {root}/masters
  master = yes
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={root}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


class Dovecot:
    """A running instance. Every user's password is `secret`; the master user `officer`, who may
    open every mailbox, has the password `master`."""

    def __init__(self, root: Path, port: int, tls_port: int) -> None:
        self.root = root
        self.port = port
        self.tls_port = tls_port
        self.ca = str(root / "ca.pem")

    def append(self, raw: bytes, user: str = "ann", folder: str = "INBOX") -> None:
        """Put a message into a folder."""
        with self.client(user) as client:
            assert client.append(folder, "", imaplib.Time2Internaldate(1.77e9), raw)[0] == "OK"

    def messages(self, user: str = "ann", folder: str = "INBOX") -> list[bytes]:
        """All messages of a folder; empty where there is none."""
        with self.client(user) as client:
            found, count = client.select(f'"{folder}"', readonly=True)
            if found != "OK" or count == [b"0"]:
                return []
            _, data = client.fetch("1:*", "(BODY.PEEK[])")
            return [part[1] for part in data if isinstance(part, tuple)]

    def flags(self, user: str = "ann", folder: str = "INBOX") -> list[bytes]:
        """The flags of a folder's messages, as the server says them."""
        with self.client(user) as client:
            client.select(folder, readonly=True)
            _, data = client.fetch("1:*", "(FLAGS)")
            return [line for line in data if isinstance(line, bytes)]

    @contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4_SSL]:
        context = ssl.create_default_context(cafile=self.ca)
        client = imaplib.IMAP4_SSL("127.0.0.1", self.tls_port, ssl_context=context, timeout=20)
        try:
            client.login(user, "secret")
            yield client
        finally:
            client.logout()


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Start one; skips where that can't be done."""
    program = shutil.which("dovecot") or "/usr/sbin/dovecot"
    if not Path(program).exists():
        pytest.skip("needs Dovecot: apt-get install dovecot-imapd")
    if os.geteuid() != 0:
        pytest.skip("starting Dovecot needs root")
    with server_folder("dovecot") as root:
        yield from _running(root, program)


def _running(root: Path, program: str) -> Iterator[Dovecot]:
    for name in ("run", "state", "mail"):
        (root / name).mkdir(parents=True, exist_ok=True)
    shutil.chown(root / "mail", "nobody")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    certificate.private_key_pem.write_to_path(str(root / "key.pem"))
    for number, blob in enumerate(certificate.cert_chain_pems):
        blob.write_to_path(str(root / "cert.pem"), append=number > 0)
    (root / "masters").write_text("officer:{PLAIN}master\n")
    port, tls_port = free_port(), free_port()
    config = root / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            root=root, port=port, tls_port=tls_port, login="dovenull", internal="dovecot"
        )
    )
    process = subprocess.Popen(
        [program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    made = Dovecot(root, port, tls_port)
    try:
        try:
            wait_for_port(tls_port)
        except TimeoutError:
            log = root / "log"
            pytest.fail(f"Dovecot did not start: {log.read_text() if log.exists() else ''}")
        yield made
    finally:
        process.terminate()
        process.wait(20)
