"""The options that say which rules judge, and the loading behind them."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from vedette.model.errors import ConfigError
from vedette.model.finding import LEVELS
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.sigma.ir import RuleSet
    from vedette.sigma.mapping import Mapping as FieldMapping

F = TypeVar("F", bound=Callable[..., Any])

SHOWN_FAULTS: Final = 20

IDLE: Final = {"needs value": "need a value", "unsupported": "are not supported"}
"""States of rules that are sound and yet don't run: state to what is said of them."""

QUICK: Final = 200
"""Fewer rule files than this need no progress bar."""


@dataclass(frozen=True)
class RuleChoice:
    """Which rules and mappings to use."""

    paths: tuple[Path, ...] = ()
    bundled: bool = True
    installed: bool = True
    mappings: tuple[Path, ...] = ()
    expand: Mapping[str, Sequence[str]] | None = None
    exclude: frozenset[str] = frozenset()
    min_level: str = "informational"
    data_dir: Path | None = None


def rule_options(function: F) -> F:
    """Add the options; the command receives them as `choice`."""
    options = [
        click.option(
            "-r",
            "--rules",
            "rule_paths",
            multiple=True,
            type=click.Path(exists=True, path_type=Path),
            help="Sigma rules: a file, folder, zip or checkout. May be given again.",
        ),
        click.option("--bundled/--no-bundled", default=True, help="Use the rules of Vedette."),
        click.option("--installed/--no-installed", default=True, help="Use the installed rules."),
        click.option(
            "--mappings",
            multiple=True,
            type=click.Path(exists=True, path_type=Path),
            help="Field mappings of your own; each replaces the bundled one of its format.",
        ),
        click.option(
            "--expand",
            multiple=True,
            metavar="NAME=VALUE",
            help="A value for an |expand placeholder. May be given again.",
        ),
        click.option(
            "--min-level",
            type=click.Choice(LEVELS),
            default="informational",
            help="Leave out rules below this level.",
        ),
        data_dir_options,
    ]

    def wrapped(**values: Any) -> Any:
        choice = RuleChoice(
            paths=values.pop("rule_paths"),
            bundled=values.pop("bundled"),
            installed=values.pop("installed"),
            mappings=values.pop("mappings"),
            expand=_expand(values.pop("expand")),
            min_level=values.pop("min_level"),
            data_dir=chosen_dir(values.pop("data_dir"), values.pop("config_dir")),
        )
        return function(choice=choice, **values)

    wrapped.__doc__ = function.__doc__
    wrapped.__name__ = function.__name__
    result: Any = wrapped
    for option in reversed(options):
        result = option(result)
    found: F = result
    return found


def _expand(pairs: Sequence[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--expand {pair}: no value; write NAME=VALUE")
        values.setdefault(name.strip("%"), []).append(value)
    return values


def chosen_dir(data_dir: Path | None = None, config_dir: Path | None = None) -> Path:
    """The folder for installed rules: that of the configuration, the named one, or the user's."""
    return config_dir or data_dir or user_data_dir()


def user_data_dir() -> Path:
    """The folder for installed rules when no configuration names one (XDG base directories)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "vedette"


def config_data_dir(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """What `-c` names, as the data folder of that configuration. Raises ConfigError."""
    if value is None:
        return None
    from vedette.engine.config import load_config

    return load_config(value).data_dir


def data_dir_options(function: F) -> F:
    """Add --data-dir and -c; the command receives them as `data_dir` and `config_dir`."""
    named = click.option(
        "--data-dir",
        type=click.Path(path_type=Path),
        envvar="VEDETTE_DATA_DIR",
        help="Where installed rules lie (default: the user's data folder).",
    )
    configured = click.option(
        "-c",
        "--config",
        "config_dir",
        type=click.Path(path_type=Path),
        callback=config_data_dir,
        help="Use the data folder of this configuration: that of `vedette watch -c`.",
    )
    return named(configured(function))


def cache_dir() -> Path:
    """The folder for what can be made again (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "vedette"


def load_choice(choice: RuleChoice) -> tuple[RuleSet, dict[str, FieldMapping]]:
    """The chosen rules and mappings. Raises ConfigError where there is no rule at all."""
    from vedette.engine.assemble import installed_paths, make_mappings, selected
    from vedette.model.bundled import bundled
    from vedette.sigma.cache import load_cached

    mappings = make_mappings(choice.mappings)
    paths = [bundled("rules")] if choice.bundled else []
    paths += installed_paths(choice.data_dir or chosen_dir()) if choice.installed else []
    paths += choice.paths
    if not paths:
        raise ConfigError(["no rules: name some with --rules, or drop --no-bundled"])
    with _progress(sys.stderr.isatty()) as told:
        rules = load_cached(paths, choice.expand or {}, cache_dir(), told)
    return selected(rules, choice.min_level, choice.exclude), mappings


def say_idle(rules: RuleSet, quiet: bool = False) -> None:
    """Say on standard error which rules are not at work: the invalid ones with their faults, the
    others (not if `quiet`) by their number."""
    faults = [
        line
        for verdict in rules.verdicts
        if verdict.state == "invalid"
        for line in verdict.why.splitlines()
    ]
    for line in faults[:SHOWN_FAULTS]:
        click.echo(f"vedette: rule not loaded: {visible(line)}", err=True)
    if len(faults) > SHOWN_FAULTS:
        more = len(faults) - SHOWN_FAULTS
        click.echo(f"vedette: {more} more faults; `vedette rules list` shows them", err=True)
    counts = Counter(str(verdict.state) for verdict in rules.verdicts)
    for state, meaning in IDLE.items():
        if counts[state] and not quiet:
            click.echo(
                f"vedette: {counts[state]:,} of {len(rules.verdicts):,} rules {meaning} and take "
                f"no part; `vedette rules list --state '{state}'` says why",
                err=True,
            )


class _progress:  # used like a function
    """A progress bar on a terminal for long loads."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int], None]:
        return self._told

    def _told(self, done: int, total: int) -> None:
        if not self._terminal or total < QUICK:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label="Reading rules", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
