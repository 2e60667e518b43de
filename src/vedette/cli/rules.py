"""`vedette rules`: install, list and test rules."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from vedette.cli import FINE, FOUND, PARTIAL
from vedette.cli.completion import complete_rule_sets
from vedette.cli.rule_options import (
    RuleChoice,
    chosen_dir,
    data_dir_options,
    load_choice,
    rule_options,
)
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.rulesets.installed import Version
    from vedette.rulesets.sampling import Outcome
    from vedette.sigma.ir import RuleSet

STATES: Final = ("compiled", "needs value", "unsupported", "invalid")


@click.group()
def command() -> None:
    """Install, list and test rules."""


output_option = click.option(
    "-o", "--output", type=click.Choice(["human", "json"]), default="human", show_default=True
)


@command.command()
@click.pass_context
@click.argument("name", shell_complete=complete_rule_sets)
@click.option("--release", default="", help="A release's name, or latest.")
@click.option("--package", default="", help="Which of the release's packages.")
@click.option(
    "--from",
    "local",
    type=click.Path(exists=True, path_type=Path),
    help="Install this zip or folder; nothing is downloaded.",
)
@click.option("--url", default="", help="A mirror; may hold {release} and {package}.")
@click.option("--ca", type=click.Path(exists=True, path_type=Path), help="A mirror's authority.")
@click.option("--sha256", default="", metavar="HEX", help="The hash that the package must have.")
@click.option("--trust-on-first-use", is_flag=True, help="Accept an unknown hash and remember it.")
@click.option("--force", is_flag=True, help="Install even where many rules are invalid.")
@data_dir_options
def install(
    ctx: click.Context,
    name: str,
    release: str,
    package: str,
    local: Path | None,
    url: str,
    ca: Path | None,
    sha256: str,
    trust_on_first_use: bool,
    force: bool,
    data_dir: Path | None,
    config_dir: Path | None,
) -> None:
    """Install a rule set, such as sigmahq.

    Earlier versions are kept for `rollback`. A watch uses what is in the data folder of its own
    configuration: name that with -c. The package's SHA-256 must be one that Vedette knows, one
    that you give, or one that was accepted before.
    """
    from vedette.model.bundled import bundled
    from vedette.rulesets.install import Request
    from vedette.rulesets.install import install as install_set
    from vedette.rulesets.known import ruleset

    request = Request(
        name=name,
        release=release,
        package=package,
        local=local,
        url=url,
        sha256=sha256.lower(),
        trust_first=trust_on_first_use,
        force=force,
        ca=ca,
    )
    known = ruleset(bundled("rulesets.yml"), name)
    folder = chosen_dir(data_dir, config_dir)
    with _bar("Downloading") as told:
        version = install_set(
            folder,
            known,
            request,
            time.time_ns() // 1000,
            loaded=_say_verdicts,
            on_progress=told,
        )
    click.echo(
        f"{name} {version.version} is installed; sha256 {version.sha256} ({version.trust})",
        err=True,
    )
    ctx.exit(_record(folder, "installed", name, version))


@command.command()
@click.pass_context
@click.argument("name", shell_complete=complete_rule_sets)
@data_dir_options
def rollback(ctx: click.Context, name: str, data_dir: Path | None, config_dir: Path | None) -> None:
    """Go back to the version of a rule set that was installed before."""
    from vedette.rulesets.installed import rollback as go_back

    folder = chosen_dir(data_dir, config_dir)
    version = go_back(folder, name)
    click.echo(f"{name} {version.version} is current again", err=True)
    ctx.exit(_record(folder, "rolled-back", name, version))


def _record(
    folder: Path, what: Literal["installed", "rolled-back"], name: str, version: Version
) -> int:
    """Write it in the ledger of the watch that uses the folder, where there is one. The exit
    code."""
    from vedette.engine.thwarting.asking import RulesChanged
    from vedette.engine.thwarting.reaching import have_recorded

    asked = RulesChanged(what, name, version.version, version.sha256)
    try:
        have_recorded(folder, asked)
    except (VedetteError, OSError) as error:
        click.echo(f"it is not in the ledger: {error}", err=True)
        return PARTIAL
    return FINE


@command.command()
@output_option
@data_dir_options
def installed(output: str, data_dir: Path | None, config_dir: Path | None) -> None:
    """Say which rule sets are installed, in which versions."""
    from vedette.rulesets.installed import installed as all_installed

    folder = chosen_dir(data_dir, config_dir)
    found = all_installed(folder)
    if not found:
        click.echo(f"no rule set is installed in {folder}", err=True)
    for name, record in found.items():
        for version in reversed(record.history):
            current = version is record.current
            if output == "json":
                import msgspec

                row = {"set": name, "current": current, **msgspec.to_builtins(version)}
                _json(row)
            else:
                mark = "current" if current else "earlier"
                click.echo(
                    f"{name}  {version.version}  {mark}  {version.installed}  "
                    f"{_counts(version.verdicts)}  sha256 {version.sha256} ({version.trust})"
                )


@command.command(name="list")
@click.option("--state", type=click.Choice(STATES), help="Only rules in this state.")
@output_option
@rule_options
def list_rules(choice: RuleChoice, state: str | None, output: str) -> None:
    """Say of every rule whether it is compiled, and if not, why."""
    import msgspec

    from vedette.model.visible import visible

    rules, _ = load_choice(choice)
    levels = {rule.id: rule.level for rule in rules.rules}
    levels |= {rule.id: rule.level for rule in rules.correlations}
    for verdict in rules.verdicts:
        if state is not None and verdict.state != state:
            continue
        if output == "json":
            _json({**msgspec.to_builtins(verdict), "level": levels.get(verdict.id, "")})
            continue
        text = f"{verdict.state:11}  {levels.get(verdict.id, ''):13}  {verdict.title}"
        click.echo(visible(f"{text}  {verdict.path}:{verdict.line}"))
        for reason in verdict.why.splitlines():
            click.echo(visible(f"{'':13}{reason}"))
    if output == "human":
        _say_verdicts(rules)


@command.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--mappings",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Field mappings of your own; each replaces the bundled one of its format.",
)
@click.option("--require-samples", is_flag=True, help="A rule without samples fails.")
@output_option
@click.pass_context
def test(
    ctx: click.Context,
    paths: tuple[Path, ...],
    mappings: tuple[Path, ...],
    require_samples: bool,
    output: str,
) -> None:
    """Run the samples in rule files.

    Without PATHS those of the bundled rules. Exit code 1 means that a sample failed or a rule is
    invalid.
    """
    from vedette.engine.assemble import make_mappings
    from vedette.model.bundled import bundled
    from vedette.rulesets.sampling import run_all

    fields = make_mappings(mappings)
    with _bar("Testing rules") as told:
        outcomes = list(run_all(paths or (bundled("rules"),), fields, told))
    failed = sum(len(outcome.failures) for outcome in outcomes)
    without = sum(len(outcome.without) for outcome in outcomes)
    if output == "json":
        _test_json(outcomes, require_samples)
    else:
        _test_human(outcomes, require_samples)
    ctx.exit(FOUND if failed or (require_samples and without) else FINE)


def _test_human(outcomes: Sequence[Outcome], require_samples: bool) -> None:
    from vedette.model.visible import visible

    for outcome in outcomes:
        for failure in outcome.failures:
            name = failure.sample or failure.rule
            click.echo(visible(f"{failure.path}:{failure.line}: {name}"))
            click.echo(visible(f"    expected {failure.expected}"))
            for number, line in enumerate(failure.got.splitlines() or [""]):
                click.echo(visible(f"    {'got     ' if number == 0 else '        '} {line}"))
    if require_samples:
        for outcome in outcomes:
            for rule in outcome.without:
                click.echo(visible(f"{rule}: has no sample"))
    samples = sum(outcome.samples for outcome in outcomes)
    rules = sum(outcome.rules for outcome in outcomes)
    failed = sum(len(outcome.failures) for outcome in outcomes)
    without = sum(len(outcome.without) for outcome in outcomes)
    click.echo(
        f"{rules:,} rules, {samples:,} samples, {failed:,} failed, "
        f"{without:,} rules without samples"
    )


def _test_json(outcomes: Sequence[Outcome], require_samples: bool) -> None:
    import msgspec

    failures = [msgspec.to_builtins(one) for outcome in outcomes for one in outcome.failures]
    without = [rule for outcome in outcomes for rule in outcome.without]
    _json(
        {
            "files": len(outcomes),
            "rules": sum(outcome.rules for outcome in outcomes),
            "samples": sum(outcome.samples for outcome in outcomes),
            "passed": not failures and not (require_samples and without),
            "failures": failures,
            "without_samples": without,
        }
    )


def _say_verdicts(rules: RuleSet) -> None:
    counts = Counter(str(verdict.state) for verdict in rules.verdicts)
    click.echo(f"{len(rules.verdicts):,} rules: {_counts(counts) or 'none'}", err=True)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[state]:,} {state}" for state in STATES if counts.get(state))


def _json(value: Mapping[str, Any]) -> None:
    import orjson

    click.echo(orjson.dumps(value).decode())


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; it is told what is done and of how much."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total or None
            bar.update(done - bar.pos)

        yield told
