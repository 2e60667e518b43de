"""`vedette watch`: watch for ever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vedette.cli.rule_options import IDLE, user_data_dir
from vedette.engine.thwarting.noting import CHANGED, REFUSED, STARTED
from vedette.model.errors import ConfigError, VedetteError
from vedette.model.problem import Problem

if TYPE_CHECKING:
    from vedette.cli.rounds import Round
    from vedette.engine.config.schema import Config
    from vedette.engine.embedded.pipeline import Pipeline
    from vedette.engine.embedded.watch import Beside, Parts, Running
    from vedette.engine.rules_at_work import AtWork, RulesAtWork
    from vedette.engine.thwarting.noting import Note
    from vedette.model.finding import Finding
    from vedette.sigma.detection import Detection
    from vedette.sigma.mapping import Mapping as FieldMapping

RELOAD_SECONDS: Final = 2.0
MOST_FAULTS: Final = 50
LONGEST_FAULT: Final = 1000
"""What the ledger takes of why rules were refused."""

_log = logging.getLogger("vedette")


@click.command()
@click.option(
    "-c",
    "--config",
    "path",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="The configuration file; `vedette config example` prints one.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["none", "human", "json", "ocsf"]),
    default="human",
    show_default=True,
    help="Findings on standard output, besides the configured sinks.",
)
@click.option("--reload/--no-reload", default=True, help="Load changed rules while running.")
def command(path: Path, output: str, reload: bool) -> None:
    """Watch the sources of a configuration file for ever.

    Ends on SIGTERM or Ctrl-C, with everything committed; goes on at the exact position at the
    next start, also after a crash. On SIGHUP the configuration is read again; a wrong one is
    reported and the one before goes on.
    """
    from vedette.engine.config import load_config

    def read() -> Config:
        config = load_config(path)
        if not config.sources:
            raise ConfigError([f"{path}: has no sources; `vedette config example` shows some"])
        return config

    run(read, output, reload)


def run(
    read: Callable[[], Config],
    output: str,
    reload: bool,
    beside: Callable[[Config, RulesAtWork], Beside] | None = None,
) -> None:
    """Watch the sources of the configuration that `read` gives until told to stop, with what is to
    run beside it, and again with what `read` gives after a SIGHUP. Raises what `run_watch`
    raises."""
    from vedette.cli.rounds import follow

    follow(read, lambda config, turn: _once(config, turn, output, reload, beside))


def _once(
    config: Config,
    turn: Round,
    output: str,
    reload: bool,
    beside: Callable[[Config, RulesAtWork], Beside] | None,
) -> bool:
    from vedette.cli.logs import set_up_logging
    from vedette.engine.assemble import with_others
    from vedette.engine.embedded.watch import run_watch
    from vedette.engine.rules_at_work import RulesAtWork

    set_up_logging(config.log.level, config.log.format)
    stop = threading.Event()
    at_work = RulesAtWork()
    begun: list[Mapping[str, Any]] = []

    def started(pipeline: Pipeline, note: Note) -> None:
        for what in begun:
            note(STARTED, what)
        _log.info("watching %d sources", len(config.sources))
        if reload:
            loop = asyncio.get_running_loop()

            def swap(detection: Detection) -> None:
                whole = with_others(config, detection)
                loop.call_soon_threadsafe(pipeline.replace_detector, whole)

            threading.Thread(
                target=_reload,
                args=(config, swap, note, stop, at_work),
                name="reload",
                daemon=True,
            ).start()

    @contextlib.contextmanager
    def at_its_side(running: Running) -> Iterator[None]:
        with contextlib.ExitStack() as entered:
            if beside is not None:
                entered.enter_context(beside(config, at_work)(running))
            entered.enter_context(turn.at_work(running.pipeline))
            yield

    with contextlib.ExitStack() as closing:
        closing.callback(stop.set)
        return run_watch(
            config,
            lambda meters: _parts(config, output, closing, at_work, begun.append),
            report=_report,
            started=started,
            beside=at_its_side,
            alarms=turn.alarms,
        )


def _parts(
    config: Config,
    output: str,
    closing: contextlib.ExitStack,
    at_work: RulesAtWork,
    begun: Callable[[Mapping[str, Any]], None],
) -> Parts:
    from vedette.engine.assemble import (
        make_detection,
        make_mappings,
        make_sinks,
        make_sources,
        with_others,
    )
    from vedette.engine.embedded.describe import describer
    from vedette.engine.embedded.watch import Parts

    mappings = make_mappings(config.rules.mappings)
    detection = make_detection(config, mappings)
    at_work.take(_loaded(config, mappings, detection))
    begun(_beginning(config, detection))
    _log.info(
        "%d rules and %d correlations are at work",
        len(detection.rules.rules),
        len(detection.rules.correlations),
    )
    for verdict in detection.rules.verdicts:
        if verdict.state == "invalid":
            _log.warning("rule not loaded: %s", verdict.why)
    for state, meaning in IDLE.items():
        count = sum(verdict.state == state for verdict in detection.rules.verdicts)
        if count:
            _log.info("%d rules %s and take no part", count, meaning)
    closing.callback(detection.keep)  # what was worked out for kinds of events, for the next start
    _look_elsewhere(config)
    sinks = make_sinks(config)
    if output != "none":
        sinks.append(Screen(output))
    return Parts(
        make_sources(config, closing), sinks, with_others(config, detection), describer(mappings)
    )


def _beginning(config: Config, detection: Detection) -> dict[str, Any]:
    """What a watch begins with, for the record."""
    from vedette import __version__
    from vedette.engine.digests import PLAYBOOKS, digest_of_config, digest_of_files
    from vedette.engine.response import playbook_paths

    return {
        "version": __version__,
        "configuration": digest_of_config(config),
        "playbooks": digest_of_files(playbook_paths(config), PLAYBOOKS),
        **_rules(config, detection),
    }


def _rules(config: Config, detection: Detection) -> dict[str, Any]:
    """The rules in force, for the record."""
    return {
        "rules": _digest(config),
        "loaded": len(detection.rules.rules),
        "correlations": len(detection.rules.correlations),
    }


def _digest(config: Config) -> str:
    from vedette.engine.assemble import rule_paths
    from vedette.engine.digests import digest_of_files

    return digest_of_files([*rule_paths(config.rules, config.data_dir), *config.rules.mappings])


def _look_elsewhere(config: Config) -> None:
    """Say where rules were installed without `-c`: they are not used here."""
    from vedette.engine.assemble import installed_paths

    if not config.rules.installed or installed_paths(config.data_dir):
        return
    try:
        elsewhere = installed_paths(user_data_dir())
    except (OSError, RuntimeError, ConfigError):  # no home, not readable, damaged: not ours
        return
    for path in elsewhere:
        _log.warning(
            "%s is not used: it lies outside of %s; install it with `vedette rules install -c`",
            path,
            config.data_dir,
        )


class Screen:
    """The sink that prints findings as they come."""

    def __init__(self, output: str) -> None:
        self.name = "standard-output"
        self._line = _line_of(output)

    def deliver(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            sys.stdout.buffer.write(self._line(finding) + b"\n")
        sys.stdout.buffer.flush()


def _line_of(output: str) -> Callable[[Finding], bytes]:
    if output == "json":
        from vedette.findings.ndjson import line

        return line
    if output == "ocsf":
        from vedette.findings import ocsf

        return ocsf.line
    from vedette.findings.live import live

    terminal = sys.stdout.isatty()
    return lambda finding: live(finding, terminal).encode(errors="backslashreplace")


def _report(source: str, problem: Problem) -> None:
    _log.warning("%s", problem, extra={"source": source} if source else {})


def _failed_samples(paths: list[Path], mappings: Mapping[str, FieldMapping]) -> list[str]:
    """What the samples in the rule files say against the new rules."""
    from vedette.rulesets.sampling import run_samples, sample_files

    return [
        f"{failure.path}:{failure.line}: sample {failure.sample!r} of {failure.rule!r}: "
        f"expected {failure.expected}, got {failure.got}"
        for path in sample_files(paths)
        if path.suffix in (".yml", ".yaml") and b"samples:" in path.read_bytes()
        for failure in run_samples(path, mappings).failures
    ]


def _loaded(config: Config, mappings: Mapping[str, FieldMapping], detection: Detection) -> AtWork:
    from vedette.engine.assemble import rule_paths
    from vedette.engine.rules_at_work import AtWork

    paths = tuple(rule_paths(config.rules, config.data_dir))
    return AtWork(detection.rules, mappings, paths, time.time_ns() // 1000, detection)


def _reload(
    config: Config,
    swap: Callable[[Detection], None],
    note: Note,
    stop: threading.Event,
    at_work: RulesAtWork,
) -> None:
    """Look for changed rules and mappings; build the new plan aside and swap it in when it is
    sound. A faulty change is reported and the old rules go on. Both are recorded."""
    from vedette.engine.assemble import make_detection, make_mappings, rule_paths
    from vedette.sigma.cache import fingerprint

    def seen() -> str:
        paths = [*rule_paths(config.rules, config.data_dir), *config.rules.mappings]
        return fingerprint(paths, config.rules.expand)

    last = seen()
    while not stop.wait(RELOAD_SECONDS):
        try:
            now = seen()
            if now == last:
                continue
            last = now
            mappings = make_mappings(config.rules.mappings)
            failed = _failed_samples(rule_paths(config.rules, config.data_dir), mappings)
            if failed:
                raise ConfigError(failed)
            detection = make_detection(config, mappings)
        except VedetteError as error:
            _log.error("rules not reloaded, the old ones go on: %s", error)
            at_work.refuse(time.time_ns() // 1000, str(error))
            why = error.faults if isinstance(error, ConfigError) else [str(error)]
            note(REFUSED, {"why": [each[:LONGEST_FAULT] for each in why[:MOST_FAULTS]],
                           "faults": len(why)})  # fmt: skip
            continue
        note(CHANGED, _rules(config, detection))
        swap(detection)
        at_work.take(_loaded(config, mappings, detection))
        _log.info(
            "reloaded: %d rules and %d correlations are at work",
            len(detection.rules.rules),
            len(detection.rules.correlations),
        )
