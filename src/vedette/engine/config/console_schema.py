"""The `console` section of a configuration. Imports pydantic: reach it through `load.py` alone."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from vedette.engine.config.section import Section
from vedette.engine.config.types import Address, ConfigPath, Duration, Listen, Secret, Text

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
Role = Literal["viewer", "analyst", "responder", "admin"]


class ConsoleTlsConfig(Section):
    """Certificate and key for https."""

    certificate: ConfigPath = Field(description="PEM file of the certificate and its chain.")
    key: ConfigPath = Field(description="PEM file of the key.")


class OidcConfig(Section):
    """Single sign-on with an OpenID provider."""

    issuer: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$", max_length=1000)] = Field(
        description="The provider's issuer, exactly as it writes it."
    )
    client_id: Text = Field(description="What the provider calls Vedette.")
    client_secret: Secret | None = Field(
        default=None, description="Reference to the client's secret; none for a public client."
    )
    roles_claim: Text = Field(
        default="groups",
        description="The claim of the ID token that gives the role; dots lead into objects.",
    )
    roles: dict[str, Role] = Field(
        description="Value of that claim to role; whoever has none of them is not let in.",
        min_length=1,
    )
    scopes: list[Text] = Field(
        default_factory=lambda: ["openid", "profile", "email"],
        description="Scopes that are asked for.",
    )
    title: Text = Field(default="Single sign-on", description="The words on its button.")
    allow_private: bool = Field(
        default=False,
        description="It may have an address of the firm's own network, or http on this machine.",
    )
    ca: ConfigPath | None = Field(
        default=None, description="PEM file of the authorities to trust; else the system's."
    )

    @model_validator(mode="after")
    def _https(self) -> OidcConfig:
        if not self.issuer.startswith("https://") and not self.allow_private:
            raise ValueError(
                "issuer: use https (http is for a provider on this machine, with allow_private)"
            )
        return self


class AccessConfig(Section):
    """Who may come in, and for how long."""

    idle: Duration = Field(
        default=8 * HOUR, description="A session ends after this long without use.",
        ge=60_000_000, le=30 * DAY,
    )  # fmt: skip
    longest: Duration = Field(
        default=7 * DAY, description="A session ends after this long in any case.",
        ge=60_000_000, le=90 * DAY,
    )  # fmt: skip
    hashes_at_once: int = Field(
        default=1,
        description="Passwords checked at once (64 MiB each), and one more for known browsers.",
        ge=1,
        le=16,
    )
    oidc: OidcConfig | None = Field(
        default=None, description="Single sign-on with an OpenID provider."
    )


class ConsoleConfig(Section):
    """The web console and the HTTP interface."""

    listen: Listen = Field(
        default=Address("127.0.0.1", 8360), description="Where it is served (port 0: any free one)."
    )
    tls: ConsoleTlsConfig | None = Field(
        default=None, description="Serve https with this certificate."
    )
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+/?$", max_length=300)] | None = (
        Field(
            default=None,
            description="How browsers reach it, such as https://vedette.firm.example; left out, by "
            "the address it listens at.",
        )
    )
    trusted_proxies: list[Text] = Field(
        default_factory=list,
        description="Addresses or networks of proxies whose X-Forwarded-For is believed.",
    )
    title: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        default="Vedette", description="What the pages are headed."
    )
    time_zone: Text = Field(
        default="UTC", description="The site's time zone, as IANA names it: Europe/Oslo."
    )
    access: AccessConfig = Field(
        default_factory=AccessConfig, description="Who may come in, and for how long."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: list[str]) -> list[str]:
        for text in given:
            try:
                ipaddress.ip_network(text, strict=False)
            except ValueError:
                raise ValueError(f"{text!r} is no address or network") from None
        return given

    @field_validator("public_url")
    @classmethod
    def _has_host(cls, given: str | None) -> str | None:
        try:
            sound = given is None or bool(urlsplit(given).hostname and urlsplit(given).port != 0)
        except ValueError:
            sound = False
        if not sound:
            raise ValueError(f"{given!r} is no address; write https://vedette.firm.example")
        return given

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
            known = False
        except KeyError:
            known = False
        else:
            known = True
        if not known:
            raise ValueError(f"{given!r} is no time zone; write one such as Europe/Oslo or UTC")
        return given

    @model_validator(mode="after")
    def _safe_beyond_this_machine(self) -> ConsoleConfig:
        if not self.on_loopback:
            if self.tls is None and not self.trusted_proxies:
                raise ValueError(
                    f"listen: {self.listen} is beyond this machine, where passwords need https; "
                    "give tls, or the trusted_proxies that serve it"
                )
            if self.public_url is None:
                raise ValueError(
                    "public_url is missing: say how browsers reach it, "
                    "such as https://vedette.firm.example"
                )
        if self.public_url is not None and not self.secure and not _is_loopback(self._public_host):
            raise ValueError(
                f"public_url: {self.public_url} must be https: browsers would send passwords in "
                "the clear"
            )
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return _is_loopback(self.listen.host)

    @property
    def base_url(self) -> str:
        """How browsers reach it, without a slash at its end."""
        return self.url_at(self.listen.port)

    def url_at(self, port: int) -> str:
        """The same with the port that the system chose where the configuration says 0."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        return f"{'https' if self.tls is not None else 'http'}://{Address(self.listen.host, port)}"

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that cookies are for that alone."""
        return self.base_url.lower().startswith("https://")

    @property
    def _public_host(self) -> str:
        return urlsplit(self.public_url or "").hostname or ""


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
