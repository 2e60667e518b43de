"""Single sign-on with a provider that others wrote (oidc-provider-mock, on Authlib), as a process
of its own."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from console.access.access_shapes import HOME, Clock, entered, house
from vedette.console.access.settings import OidcSettings

BASE = "http://127.0.0.1:8360"


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[str]:
    if find_spec("oidc_provider_mock") is None:
        pytest.skip("oidc-provider-mock is not installed; it is in the dev group")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ada = json.dumps({"sub": "u-7", "preferred_username": "ada", "groups": ["sec"]})
    with (
        (tmp_path / "provider.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "--user-claims", ada,
             "--require-nonce", "true"],
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": "/usr/bin:/bin"},
            stdout=log, stderr=log,
        ) as process,
    ):  # fmt: skip
        try:
            until = time.monotonic() + 60
            while not answers(port):
                assert process.poll() is None and time.monotonic() < until, "it did not start"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def consented(url: str) -> dict[str, str]:
    """Choose the one person there is, as a browser would on the provider's page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        body = urlencode({"sub": "u-7"})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"{parts.path}?{parts.query}", body, form)
        answer = connection.getresponse()
        answer.read()
        where = answer.getheader("location") or ""
    finally:
        connection.close()
    assert where.startswith(f"{BASE}/sign-in/return?"), where
    return dict(parse_qsl(urlsplit(where).query))


def test_coming_in_and_leaving(tmp_path: Path, issuer: str) -> None:
    settings = OidcSettings(
        issuer, "vedette", "secret", f"{BASE}/sign-in/return", f"{BASE}/", "groups",
        {"sec": "responder"}, allow_private=True,
    )  # fmt: skip
    clock = Clock(time.time_ns() // 1000)  # theirs is the machine's
    with house(tmp_path, settings, clock) as it:
        assert it.access.oidc is not None
        departure = it.access.oidc.begin("/incidents?state=open")
        opened = entered(it.access.enter(consented(departure.url), departure.flow, HOME))
        person = opened.who.person
        assert (person.name, person.role, person.subject) == ("ada", "responder", "u-7")
        assert opened.back == "/incidents?state=open"
        where = it.access.logout(opened.token)
        assert where is not None and where.startswith(f"{issuer}/oauth2/end_session?")
