"""Website sources of a configuration. Imports pydantic: reach it through `load.py` alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vedette.engine.config.lure_schema import KIND
from vedette.engine.config.section import Section, SourceConfig
from vedette.engine.config.types import ConfigPath, Duration, Listen, Name, Size, Text
from vedette.shield.client import trusted_peers

MODE = "shadow: say what would be blocked; enforce: block it."
SAMPLE = "Percentage of clients whose requests are judged; the others' pass, and are counted."
CANARY = "Percentage of clients for whom enforce holds; for the others it stays a shadow."

Percentage = Annotated[int, Field(ge=0, le=100)]
Paranoia = Annotated[int, Field(ge=1, le=4)]
UrlPath = Annotated[str, Field(pattern=r"^/[^?#\s]*$", max_length=1024)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+/?$")]
Host = Annotated[str, Field(pattern=r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]


class PlaceConfig(Section):
    """A part of a website. What is left out is as for the whole site."""

    path: UrlPath = Field(description="The path; everything below belongs to it.")
    mode: Literal["shadow", "enforce"] | None = Field(default=None, description=MODE)
    paranoia: Paranoia | None = Field(default=None, description="Paranoia level of the rules.")
    sample: Percentage | None = Field(default=None, description=SAMPLE)
    canary: Percentage | None = Field(default=None, description=CANARY)


class SiteConfig(Section):
    """A website. The first whose hosts and prefix fit is taken."""

    name: Name = Field(description="The site's name in findings and commands.")
    hosts: list[Host] = Field(
        default_factory=list,
        description='Its names: shop.example, "*.shop.example"; none: any name.',
    )
    prefix: UrlPath = Field(default="/", description="Only paths below this go to its upstream.")
    upstream: Url | None = Field(
        default=None, description="Where it runs: http://127.0.0.1:8000. For `front: proxy`."
    )
    keep_host: bool = Field(
        default=True, description="Tell the upstream the name that the client asked for."
    )
    ca: ConfigPath | None = Field(
        default=None, description="PEM file of the authorities for an https upstream."
    )
    mode: Literal["shadow", "enforce"] = Field(default="shadow", description=MODE)
    paranoia: Paranoia | None = Field(
        default=None, description="Paranoia level; left out, as crs-setup.conf says (1)."
    )
    sample: Percentage = Field(default=100, description=SAMPLE)
    canary: Percentage = Field(default=100, description=CANARY)
    paths: list[PlaceConfig] = Field(
        default_factory=list, description="Parts of the site for which something else holds."
    )


class BudgetsConfig(Section):
    """What one request may cost."""

    arguments: int = Field(default=1000, description="Arguments.", ge=1, le=100_000)
    body: Size = Field(
        default=1_048_576, description="Bytes of a request body that are looked at.", ge=1024
    )
    nesting: int = Field(default=128, description="Depth of JSON.", ge=1, le=1000)
    response_body: Size = Field(
        default=524_288, description="Bytes of a response body that are held back and looked at."
    )
    cpu: Duration = Field(
        default=250_000, description="Processor time of judging.", ge=1000, le=60_000_000
    )
    over: Literal["pass", "reject"] = Field(
        default="pass",
        description="What has more arguments or a longer body: pass it on, recorded, the rest "
        "unseen; or reject it.",
    )


class PageConfig(Section):
    """The answer to a blocked request."""

    status: int | None = Field(
        default=None, description="Its status; left out, what the rule asks for.", ge=400, le=599
    )
    file: ConfigPath | None = Field(
        default=None,
        description="The page, UTF-8; {incident} in it becomes the incident's number. Left out, a "
        "plain one.",
    )
    content_type: Text = Field(
        default="text/html; charset=utf-8", description="The page's media type."
    )


class ShieldTlsConfig(Section):
    """The proxy's side of TLS (1.2 or newer)."""

    certificate: ConfigPath = Field(description="PEM file with the certificate and its chain.")
    key: ConfigPath = Field(description="PEM file with the certificate's private key.")
    client_ca: ConfigPath | None = Field(
        default=None, description="PEM file of the authorities whose clients may connect."
    )


class ShieldSourceConfig(SourceConfig):
    """Websites, whose requests are judged on their way."""

    kind: Literal["shield"] = Field(description=KIND)
    front: Literal["proxy", "nginx", "envoy", "haproxy"] = Field(
        default="proxy",
        description="proxy: a reverse proxy of its own; else a decision service that nginx "
        "(auth_request), Envoy (ext_authz) or HAProxy (SPOE) asks.",
    )
    listen: Listen = Field(description="Address and port to listen at: 0.0.0.0:8080.")
    tls: ShieldTlsConfig | None = Field(default=None, description="Certificate and key, for HTTPS.")
    rules: ConfigPath = Field(
        description="A checkout of the OWASP Core Rule Set 4, or a folder of rules (*.conf)."
    )
    setup: ConfigPath | None = Field(
        default=None, description="Its crs-setup.conf; left out, the one found in the checkout."
    )
    before: list[ConfigPath] = Field(
        default_factory=list, description="Files of your own that are read before the rules."
    )
    after: list[ConfigPath] = Field(
        default_factory=list, description="Files of your own that are read after the rules."
    )
    sites: list[SiteConfig] = Field(description="The websites.", min_length=1)
    fail: Literal["open", "closed"] = Field(
        default="open",
        description="What could not be judged (an error, out of time): open lets it pass and "
        "raises an alarm, closed refuses it with 503.",
    )
    budgets: BudgetsConfig = Field(
        default_factory=BudgetsConfig, description="What one request may cost."
    )
    page: PageConfig = Field(
        default_factory=PageConfig, description="The answer to a blocked request."
    )
    responses: bool = Field(default=True, description="Judge responses too (proxy alone).")
    trusted_proxies: list[Text] = Field(
        default_factory=list,
        description="Addresses or networks of the proxies in front, which name the client.",
    )
    client_from: Literal["peer", "x-forwarded-for", "forwarded", "proxy-protocol"] = Field(
        default="peer", description="Where the client's address stands, if proxies are trusted."
    )
    workers: int = Field(default=1, description="Processes that serve the port.", ge=1, le=256)
    max_connections: int = Field(default=4096, description="Connections at once.", ge=1, le=65536)
    max_client_connections: int = Field(
        default=128, description="Connections of one client at once, in each worker.", ge=1
    )
    max_body: Size | None = Field(
        default=104_857_600, description="The largest request body that is passed on; null: any."
    )
    log: ConfigPath | None = Field(
        default=None, description="File for lines as ModSecurity writes them (fail2ban)."
    )
    access_log: ConfigPath | None = Field(
        default=None, description="File for the proxy's access log (combined)."
    )

    @model_validator(mode="after")
    def _sites_are_whole(self) -> ShieldSourceConfig:
        names = [site.name for site in self.sites]
        if len(set(names)) < len(names):
            raise ValueError("sites: a name stands twice; each must be different")
        if self.front == "proxy":
            lacking = [site.name for site in self.sites if site.upstream is None]
            if lacking:
                raise ValueError(f"sites: {', '.join(lacking)}: name an upstream: http://host:port")
        elif self.tls is not None:
            raise ValueError("tls: a decision service speaks plain HTTP or SPOE; listen locally")
        for site in self.sites:
            paths = [place.path.rstrip("/") or "/" for place in site.paths]
            if len(set(paths)) < len(paths):
                raise ValueError(f"sites: {site.name}: a path stands twice")
        trusted_peers(self.trusted_proxies)
        if self.client_from != "peer" and not self.trusted_proxies and self.front == "proxy":
            raise ValueError("client_from: name the trusted_proxies that write it")
        return self
