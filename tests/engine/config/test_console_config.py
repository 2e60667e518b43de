"""The console's section: what is refused, and how it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.console.access.roles import ROLES
from vedette.console.access.settings import settings_of
from vedette.engine.config import check_config, load_config
from vedette.engine.config.console_schema import ConsoleConfig, OidcConfig
from vedette.engine.config.types import Address
from vedette.model.errors import ConfigError

OIDC = "console: {{access: {{oidc: {{issuer: '{}://idp.example', client_id: a, roles: {{{}}}}}}}}}"


def written(folder: Path, text: str) -> Path:
    path = folder / "vedette.yml"
    path.write_text(text)
    return path


def test_left_out_it_listens_on_loopback(tmp_path: Path) -> None:
    console = load_config(written(tmp_path, "data_dir: data\n")).console
    assert console == ConsoleConfig()
    assert str(console.listen) == "127.0.0.1:8360"
    assert console.base_url == "http://127.0.0.1:8360" and not console.secure
    assert console.url_at(40123) == "http://127.0.0.1:40123"
    settings = settings_of(console)
    assert settings.limits == (8 * 3600 * 10**6, 7 * 86400 * 10**6)
    assert settings.oidc is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("console: {listen: '0.0.0.0:8360'}", "is beyond this machine, where passwords need https"),
        ("console: {listen: '[::]:8360', trusted_proxies: [10.0.0.1]}", "public_url is missing"),
        ("console: {public_url: 'http://vedette.firm.example'}", "must be https"),
        ("console: {public_url: 'https://firm.example/vedette'}", "does not have the right form"),
        ("console: {public_url: 'https://u:p@firm.example'}", "does not have the right form"),
        ("console: {public_url: 'https://[x'}", "is no address"),
        ("console: {trusted_proxies: [proxy.firm.example]}", "is no address or network"),
        ("console: {time_zone: Mars/Olympus}", "is no time zone"),
        ("console: {time_zone: ../../etc/passwd}", "is no time zone"),
        ("console: {access: {idle: 1s}}", "greater than or equal to"),
        ("console: {access: {hashes_at_once: 0}}", "greater than or equal to"),
        ("console: {acess: {}}", "did you mean `access`?"),
        (OIDC.format("http", "a: admin"), "issuer: use https"),
        (OIDC.format("https", ""), "at least 1 item"),
        (OIDC.format("https", "a: root"), "is not one of the words known here"),
        (OIDC.format("https", "a: admin}, client_secret: hunter2, x: {"),
         "a secret may not stand in the configuration"),
        ("console: {tls: {certificate: absent.pem, key: absent.key}}", "can't be read"),
        ("metrics: {listen: '127.0.0.1:9'}\nconsole: {listen: '127.0.0.1:9'}", "stands twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    faults = check_config(written(tmp_path, text + "\n"))
    assert faults, text
    assert all("vedette.yml:" in fault for fault in faults)
    assert any(said in fault for fault in faults), faults
    assert not any("hunter2" in fault for fault in faults)


def test_beyond_this_machine_with_tls_or_a_proxy(tmp_path: Path) -> None:
    proxied = ConsoleConfig(
        listen=Address("0.0.0.0", 8360),
        public_url="https://vedette.firm.example/",
        trusted_proxies=["10.0.0.0/8", "::1"],
    )
    assert proxied.secure and proxied.base_url == "https://vedette.firm.example"
    text = (
        "console: {listen: '192.0.2.1:443', public_url: 'https://vedette.firm.example',"
        " tls: {certificate: cert.pem, key: key.pem}}\n"
    )
    (tmp_path / "cert.pem").touch()
    (tmp_path / "key.pem").touch()
    assert check_config(written(tmp_path, text)) == []


def test_single_sign_on_takes_its_secret_from_its_place(tmp_path: Path) -> None:
    text = """\
console:
  public_url: https://vedette.firm.example
  access:
    oidc:
      issuer: https://idp.firm.example/realms/main
      client_id: vedette
      client_secret: file:oidc.secret
      roles_claim: realm_access.roles
      roles: {soc: responder, soc-leads: admin}
"""
    path = written(tmp_path, text)
    config = load_config(path)
    with pytest.raises(ConfigError, match="can't be read"):
        settings_of(config.console)
    assert any("oidc.secret" in fault for fault in check_config(path, secrets=True))
    (tmp_path / "oidc.secret").write_text("s3cret\n")
    oidc = settings_of(config.console).oidc
    assert oidc is not None
    assert (oidc.client_secret, oidc.roles["soc"]) == ("s3cret", "responder")
    assert oidc.redirect_uri == "https://vedette.firm.example/sign-in/return"
    assert oidc.scopes == ("openid", "profile", "email")


def test_roles_are_the_consoles() -> None:
    roles = OidcConfig.model_json_schema()["properties"]["roles"]["additionalProperties"]["enum"]
    assert tuple(roles) == ROLES
