"""What docs/how-to/console.md has people write, tried: https by itself, and behind nginx."""

from __future__ import annotations

import re
import socket
import ssl
from pathlib import Path
from typing import Final

import httpx
import pytest
import trustme
import yaml

from servers.nginx import nginx
from service import CONFIG, Service, service
from vedette.console.access.roles import ROLES

GUIDE: Final = (Path(__file__).resolve().parents[2] / "docs/how-to/console.md").read_text()
NAME: Final = "vedette.firm.example"
PHRASE: Final = "a pass phrase of five words"


def blocks(first: str) -> list[str]:
    found = re.findall(rf"^    {re.escape(first)}\n((?:    .*\n)+)", GUIDE, re.M)
    return [f"{first}\n" + re.sub(r"^    ", "", one, flags=re.M) for one in found]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def with_console(text: str) -> str:
    return re.sub(r"^console:.*\n", lambda _: text, CONFIG, flags=re.M)


def certified(folder: Path) -> ssl.SSLContext:
    """`tls.pem` and `tls.key` in a folder, and what trusts them."""
    authority = trustme.CA()
    made = authority.issue_cert(NAME, "127.0.0.1")
    made.private_key_and_cert_chain_pem.write_to_path(folder / "tls.pem")
    made.private_key_pem.write_to_path(folder / "tls.key")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def first_admin(serving: Service, client: httpx.Client, base: str) -> None:
    """Sign in as a browser does, by the link that the terminal shows."""
    link = re.search(rf"first sign-in .*: {re.escape(base)}(/join/\S+)", serving.said)
    assert link is not None, serving.said
    page = client.get(link[1])
    assert page.status_code == 200
    form = {"name": "ada", "password": PHRASE, "again": PHRASE}
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    if token is not None:
        form["csrf"] = token[1]
    headers = {"origin": base, "sec-fetch-site": "same-origin"}
    entered = client.post(link[1], data=form, headers=headers)
    assert entered.status_code == 303, entered.text
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-vedette=")
    assert "Secure" in cookie
    assert "Sign out" in client.get("/").text


def test_https_of_its_own(tmp_path: Path) -> None:
    own = blocks("console:")[0]
    context, port = certified(tmp_path), free_port()
    text = (
        own.replace("8360", str(port)).replace("/etc/vedette/", "").replace("0.0.0.0", "127.0.0.1")
    )
    assert yaml.safe_load(own)["console"]["listen"] == "0.0.0.0:8360"
    with service(tmp_path, with_console(text)) as serving:
        serving.start()
        base = f"https://{NAME}:{port}"
        assert f"console: {base}" in serving.said
        headers = {"host": f"{NAME}:{port}"}
        with httpx.Client(
            base_url=f"https://127.0.0.1:{port}", verify=context, headers=headers, timeout=60
        ) as client:
            first_admin(serving, client, base)
            assert client.get("/sign-in", headers={"host": "other.example"}).status_code == 421
        assert serving.end() == 0


def test_behind_nginx_as_the_guide_writes_it(tmp_path: Path) -> None:
    behind, location = blocks("console:")[1], blocks("location / {")[0]
    context, outer, inner = certified(tmp_path), free_port(), free_port()
    text = behind.replace("8360", str(inner))
    server = location.replace("8360", str(inner))
    http = (
        f"server {{ listen 127.0.0.1:{outer} ssl; ssl_certificate {tmp_path}/tls.pem; "
        f"ssl_certificate_key {tmp_path}/tls.key; {server} }}"
    )
    with service(tmp_path, with_console(text)) as serving:
        serving.start()
        (tmp_path / "nginx").mkdir()
        with (
            nginx(tmp_path / "nginx", http, outer),
            httpx.Client(
                base_url=f"https://127.0.0.1:{outer}", verify=context, headers={"host": NAME},
                timeout=60,
            ) as client,
        ):  # fmt: skip
            first_admin(serving, client, f"https://{NAME}")
            assert client.get("/sign-in", headers={"host": "other.example"}).status_code == 421
            client.cookies, signed_in = httpx.Cookies(), client.cookies
            assert client.get("/metrics").status_code == 401  # figures tell what a firm is like
            client.cookies = signed_in
            with client.stream("GET", "/live") as live:
                assert live.status_code == 200
                assert next(live.iter_raw())  # at once: nothing holds it back
        assert serving.end() == 0


def test_beyond_this_machine_without_https_is_refused(tmp_path: Path) -> None:
    with service(tmp_path, with_console('console: {listen: "0.0.0.0:0"}\n')) as serving:
        done = serving.run("serve")
        assert done.returncode == 2
        assert "passwords need https" in done.stderr


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_told(role: str) -> None:
    assert len(re.findall(rf"^\| {role} \|", GUIDE, re.M)) == 1
