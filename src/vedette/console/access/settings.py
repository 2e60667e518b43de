"""What a configuration says about access, free of the configuration's own types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.console.access.hashing import MEMORY_KIB, PASSES
from vedette.console.access.roles import Role
from vedette.console.access.sessions import Limits

if TYPE_CHECKING:
    from vedette.engine.config.console_schema import ConsoleConfig


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """One OpenID provider. `roles` maps values of the claim (a dotted path) to roles."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    after_logout: str
    roles_claim: str
    roles: Mapping[str, Role]
    scopes: tuple[str, ...] = ("openid", "profile")
    title: str = "Single sign-on"
    allow_private: bool = False
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """`memory_kib` and `passes` are what one password costs; only tests change them."""

    base_url: str
    limits: Limits
    hashes_at_once: int = 1
    oidc: OidcSettings | None = None
    memory_kib: int = MEMORY_KIB
    passes: int = PASSES


RETURN_PATH = "/sign-in/return"
"""Where a provider sends browsers back to."""


def settings_of(console: ConsoleConfig, port: int | None = None) -> Settings:
    """`port` is that which the system chose where the configuration says 0. Raises ConfigError
    where a secret can't be had."""
    base = console.url_at(console.listen.port if port is None else port)
    access = console.access
    single = access.oidc
    oidc = None
    if single is not None:
        secret = single.client_secret
        oidc = OidcSettings(
            issuer=single.issuer,
            client_id=single.client_id,
            client_secret=secret.resolve() if secret is not None else "",
            redirect_uri=base + RETURN_PATH,
            after_logout=base + "/",
            roles_claim=single.roles_claim,
            roles=dict(single.roles),
            scopes=tuple(dict.fromkeys(("openid", *single.scopes))),
            title=single.title,
            allow_private=single.allow_private,
            ca=single.ca,
        )
    return Settings(
        base,
        Limits(access.idle, access.longest),
        hashes_at_once=access.hashes_at_once,
        oidc=oidc,
    )
