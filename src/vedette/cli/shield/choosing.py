"""The options that say by which rules a request is judged: a configuration's, or named ones."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from vedette.model.errors import ConfigError

if TYPE_CHECKING:
    from vedette.shield.policy.settings import Policy

F = TypeVar("F", bound=Callable[..., Any])

VARIABLE: Final = "VEDETTE_CRS"


@dataclass(frozen=True)
class Chosen:
    """What the options said; `config` and `rules` are never both there."""

    config: Path | None
    source: str | None
    rules: Path | None
    setup: Path | None
    before: tuple[Path, ...]
    after: tuple[Path, ...]
    paranoia: int | None

    def policy(self) -> tuple[Policy, Path]:
        """The policy, with what commands decided, and the folder for compiled rules. Raises
        ConfigError."""
        from vedette.shield.policy.settings import Pack, Place, Policy, Site

        if self.config is not None:
            from vedette.engine.config import load_config
            from vedette.engine.shield import (
                cache_folder,
                decided_folder,
                policy_of,
                shield_named,
            )
            from vedette.shield.policy.decided import read_decided

            config = load_config(self.config)
            entry = shield_named(config, self.source)
            decided = read_decided(decided_folder(config, entry.name))
            policy = decided.laid_on(policy_of(entry))
            if self.paranoia is not None:
                policy = _at_level(policy, self.paranoia)
            return policy, cache_folder(config)
        if self.rules is None:
            raise ConfigError(
                [
                    "which rules? name a configuration (-c), or a checkout of the OWASP Core Rule"
                    f" Set (--rules, or {VARIABLE} in the environment): git clone"
                    " https://github.com/coreruleset/coreruleset"
                ]
            )
        from vedette.cli.rule_options import cache_dir

        policy = Policy(
            pack=Pack(
                rules=str(self.rules),
                setup=str(self.setup) if self.setup else "",
                before=tuple(map(str, self.before)),
                after=tuple(map(str, self.after)),
            ),
            sites=(Site(name="site", places=(Place(paranoia=self.paranoia),)),),
        )
        return policy, cache_dir() / "shield"


def _at_level(policy: Policy, level: int) -> Policy:
    import msgspec

    sites = tuple(
        msgspec.structs.replace(
            site,
            places=tuple(msgspec.structs.replace(place, paranoia=level) for place in site.places),
        )
        for site in policy.sites
    )
    return msgspec.structs.replace(policy, sites=sites)


def rule_choice(function: F) -> F:
    """Add the options; the command receives them as `chosen`."""

    @functools.wraps(function)  # with the options that stand below this one
    def wrapped(**values: Any) -> Any:
        chosen = Chosen(
            **{name: values.pop(name) for name in ("config", "source", "setup", "paranoia")},
            rules=values.pop("rules"),
            before=values.pop("before"),
            after=values.pop("after"),
        )
        if chosen.config is not None and chosen.rules is not None:
            context = click.get_current_context()
            if context.get_parameter_source("rules") is not click.core.ParameterSource.ENVIRONMENT:
                raise click.UsageError("give -c or --rules, not both")
        return function(chosen=chosen, **values)

    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    result: Any = wrapped
    for option in (
        click.option("--paranoia", type=click.IntRange(1, 4), help="Paranoia level of the rules."),
        click.option(
            "--after",
            multiple=True,
            type=file,
            help="Rules of your own, read last; may be repeated.",
        ),
        click.option(
            "--before", multiple=True, type=file, help="Rules of your own, read before CRS's."
        ),
        click.option("--setup", type=file, help="crs-setup.conf; else the one in the checkout."),
        click.option(
            "--rules",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            envvar=VARIABLE,
            help="A checkout of the OWASP Core Rule Set 4.",
        ),
        click.option("--source", help="The source, where the configuration has several shields."),
        click.option(
            "-c",
            "--config",
            type=click.Path(exists=True, path_type=Path),
            help="Judge as the shield of this configuration does.",
        ),
    ):
        result = option(result)
    found: F = result
    return found
