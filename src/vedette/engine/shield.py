"""From the configuration to policies of websites and the sources that judge their requests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.model.errors import ConfigError
from vedette.shield.policy.settings import Budgets, Pack, Page, Place, Policy, Site

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.engine.config.shield_schema import PlaceConfig, ShieldSourceConfig, SiteConfig
    from vedette.shield.live.settings import Serving
    from vedette.shield.live.source import ShieldSource

FOLDER: Final = "shield"
CACHE: Final = "cache"
"""Below the data directory: what was decided by commands, and compiled rules."""


def shields(config: Config) -> list[ShieldSourceConfig]:
    """The website sources of a configuration, in its order."""
    from vedette.engine.config.shield_schema import ShieldSourceConfig

    return [entry for entry in config.sources if isinstance(entry, ShieldSourceConfig)]


def shield_named(config: Config, name: str | None) -> ShieldSourceConfig:
    """The source of this name, or the only one. Raises ConfigError."""
    found = shields(config)
    chosen = [entry for entry in found if name is None or entry.name == name]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(entry.name for entry in found) or "none"
    if not chosen:
        raise ConfigError([f"no source of kind shield{f' named {name}' if name else ''}: {names}"])
    raise ConfigError([f"several sources of kind shield: choose one with --source ({names})"])


def decided_folder(config: Config, name: str) -> Path:
    """Where `apply`, `revert`, `enforce` and `patch` keep what they decided for a source."""
    return config.data_dir / FOLDER / name


def cache_folder(config: Config) -> Path:
    """Where compiled rules are kept."""
    return config.data_dir / CACHE / FOLDER


def policy_of(entry: ShieldSourceConfig) -> Policy:
    """The policy as the configuration has it. Raises ConfigError for a page that can't be read."""
    page = ""
    if entry.page.file is not None:
        try:
            page = entry.page.file.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise ConfigError(
                [f"{entry.page.file}: can't be read as UTF-8 text: {error}"]
            ) from error
    budgets = entry.budgets
    return Policy(
        pack=Pack(
            rules=str(entry.rules),
            setup=str(entry.setup) if entry.setup else "",
            before=tuple(map(str, entry.before)),
            after=tuple(map(str, entry.after)),
        ),
        sites=tuple(map(_site, entry.sites)),
        budgets=Budgets(
            arguments=budgets.arguments,
            body=budgets.body,
            nesting=budgets.nesting,
            response_body=budgets.response_body,
            cpu_us=budgets.cpu,
            over=budgets.over,
        ),
        fail=entry.fail,
        page=Page(status=entry.page.status, body=page, content_type=entry.page.content_type),
        responses=entry.responses and entry.front == "proxy",
        unseen=("body",) if entry.front == "nginx" else (),
    )


def _site(entry: SiteConfig) -> Site:
    whole = Place(
        path="/",
        mode=entry.mode,
        paranoia=entry.paranoia,
        sample=entry.sample,
        canary=entry.canary,
    )
    places = {"/": whole} | {place.path: _place(place, whole) for place in entry.paths}
    return Site(name=entry.name, hosts=tuple(entry.hosts), places=tuple(places.values()))


def _place(entry: PlaceConfig, whole: Place) -> Place:
    said = {
        name: value
        for name in ("mode", "paranoia", "sample", "canary")
        if (value := getattr(entry, name)) is not None
    }
    return msgspec.structs.replace(whole, path=entry.path, **said)


def serving_of(entry: ShieldSourceConfig, config: Config) -> Serving:
    """All that the processes which serve a source are told."""
    from vedette.shield.live.settings import Serving
    from vedette.shield.proxy import Connections, Limits, ProxySettings, Tls, Upstream

    tls = None
    if entry.tls is not None:
        tls = Tls(
            certificate=entry.tls.certificate, key=entry.tls.key, client_ca=entry.tls.client_ca
        )
    upstreams = tuple(
        Upstream(
            url=site.upstream,
            hosts=tuple(site.hosts),
            prefix=site.prefix,
            keep_host=site.keep_host,
            ca=site.ca,
        )
        for site in entry.sites
        if site.upstream is not None
    )
    return Serving(
        name=entry.name,
        front=entry.front,
        proxy=ProxySettings(
            upstreams=upstreams,
            host=entry.listen.host,
            port=entry.listen.port,
            tls=tls,
            trusted=tuple(entry.trusted_proxies),
            client_from=entry.client_from,
            limits=Limits(body=entry.max_body),
            connections=Connections(
                total=entry.max_connections, per_client=entry.max_client_connections
            ),
            plain_responses=entry.responses,
            fail_open=entry.fail == "open",
            workers=entry.workers,
            access_log=entry.access_log,
        ),
        cache=str(cache_folder(config)),
        log=str(entry.log) if entry.log else "",
        refusals=str(config.data_dir),
    )


def make_shield(entry: ShieldSourceConfig, config: Config) -> ShieldSource:
    """The source of one configured entry."""
    from vedette.shield.live.source import ShieldSource

    return ShieldSource(
        serving_of(entry, config), policy_of(entry), decided_folder(config, entry.name)
    )
