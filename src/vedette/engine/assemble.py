"""From a checked configuration to the parts of a watch: sources, detection, sinks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.model.finding import LEVELS
from vedette.model.logsource import Logsource
from vedette.model.protocols import Sink, Source
from vedette.sigma import ir
from vedette.sigma.cache import load_cached
from vedette.sigma.correlation import Bounds
from vedette.sigma.detection import Detection
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.mapping import load_mappings

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config, RulesConfig
    from vedette.engine.config.source_schema import LogSource, TlsConfig
    from vedette.engine.embedded.detecting import WatchDetector
    from vedette.engine.lures import LureRoom
    from vedette.sources.live.tls import Tls

SECOND: Final = 1_000_000

SCAN: Final = Bounds(matches=400_000, pending=400_000)
"""A scan reads as fast as it can, and the files of several hosts at different times: more waits at
once than in a watch. About 400 MB where it is all used."""

_CLASS: Final = re.compile(r"\[[^]]*\]")
"""A set of characters in a glob; the search knows only * and ?."""


def make_sources(config: Config, closing: ExitStack) -> list[Source]:
    """A source for each entry of the configuration, in its order. Secrets are resolved here; what
    must be let go of at the end is left with `closing`."""
    from vedette.engine.config.lure_schema import MailSourceConfig
    from vedette.engine.config.shield_schema import ShieldSourceConfig

    room: LureRoom | None = None
    made: list[Source] = []
    for entry in config.sources:
        if isinstance(entry, MailSourceConfig):
            if room is None:
                from vedette.engine.lures import LureRoom

                room = LureRoom(config)
                closing.callback(room.close)
            made.append(room.source(entry))
        elif isinstance(entry, ShieldSourceConfig):
            from vedette.engine.shield import make_shield

            made.append(make_shield(entry, config))
        else:
            made.append(_source(entry))
    return made


def _source(entry: LogSource) -> Source:
    known = Logsource(entry.logsource.product, entry.logsource.category, entry.logsource.service)
    if entry.kind == "file":
        from vedette.sources.live.followed import Following
        from vedette.sources.live.tail import TailSource
        from vedette.sources.live.watched import Watched

        return TailSource(
            entry.name,
            Watched(
                [str(path) for path in entry.paths], entry.exclude, entry.recursive, entry.max_files
            ),
            Following(
                entry.format,
                entry.compressed,
                entry.settle / SECOND,
                entry.rotate_wait / SECOND,
                frozenset(entry.paths),
            ),
            logsource=known,
            from_end=entry.start == "end",
            poll=entry.poll / SECOND,
            max_open=entry.max_open_files,
        )
    if entry.kind == "syslog":
        from vedette.sources.live.syslog import Listening, SyslogSource

        return SyslogSource(
            entry.name,
            Listening(
                entry.listen.host,
                entry.listen.port,
                "udp" if entry.protocol == "udp" else "tcp",
                _tls(entry.tls),
                entry.max_message,
                entry.max_connections,
                entry.idle_timeout / SECOND,
                entry.queue,
            ),
            unwrap=entry.payload == "auto",
            logsource=known,
        )
    from vedette.sources.live.http_ingest import HttpSource, Serving

    return HttpSource(
        entry.name,
        Serving(
            entry.listen.host,
            entry.listen.port,
            [token.resolve() for token in entry.tokens],
            _tls(entry.tls),
            entry.max_body,
            entry.max_decompressed,
            entry.queue,
            entry.max_connections,
        ),
        format=entry.format,
        logsource=known,
    )


def stored_names(config: Config, name: str) -> list[str]:
    """Wildcards for the `Batch.source` of the events of a configured source; where none has this
    name, for all that hold it as a text (or match its own wildcards)."""
    entry = next((one for one in config.sources if one.name == name), None)
    if entry is None:
        return [name if "*" in name else f"*{name}*"]
    if entry.kind in ("milter", "imap", "folder"):
        return [f"lure:{name}"]
    if entry.kind != "file":
        return [f"{entry.kind}:{name}"]
    names = []
    for path in entry.paths:
        pattern = _CLASS.sub("?", path)
        names += [f"file:{pattern}#*", f"file:{pattern.rstrip('/')}/*"]
    return names


def _tls(section: TlsConfig | None) -> Tls | None:
    if section is None:
        return None
    from vedette.sources.live.tls import Tls

    return Tls(section.certificate, section.key, section.client_ca)


def make_sinks(config: Config) -> list[Sink]:
    """A sink for each entry of the configuration, in its order."""
    if not config.sinks:
        return []
    from vedette.sinks import make_sink

    return [make_sink(entry) for entry in config.sinks]


def make_mappings(extra: Sequence[Path]) -> dict[str, FieldMapping]:
    """The bundled field mappings; those in `extra` (files or folders) replace them by format."""
    files = [file for path in extra for file in (yaml_files(path) if path.is_dir() else [path])]
    return load_mappings([*yaml_files(bundled("mappings")), *files])


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder, in order of name."""
    return sorted((*folder.glob("*.yml"), *folder.glob("*.yaml")))


def rule_paths(rules: RulesConfig, data_dir: Path) -> list[Path]:
    """Where the rules of a configuration lie. Raises ConfigError where there are none."""
    paths = [bundled("rules")] if rules.bundled else []
    paths += installed_paths(data_dir) if rules.installed else []
    paths += rules.paths
    if not paths:
        raise ConfigError(["rules: none are named; add paths, or leave bundled at true"])
    return paths


def installed_paths(data_dir: Path) -> list[Path]:
    """The rule sets that `vedette rules install` has put below `data_dir` and that are in force."""
    from vedette.rulesets.installed import current_paths

    return current_paths(data_dir)


def make_detection(config: Config, mappings: Mapping[str, FieldMapping]) -> Detection:
    """The configured rules, ready to judge."""
    loaded = load_cached(
        rule_paths(config.rules, config.data_dir),
        config.rules.expand,
        config.data_dir / "cache",
    )
    limits = config.correlation
    return Detection(
        selected(loaded, config.rules.min_level, frozenset(config.rules.exclude_ids)),
        mappings,
        lateness=limits.lateness,
        idle=limits.idle,
        bounds=Bounds(groups=limits.max_groups, group_matches=limits.max_events_per_group),
        live=True,
        cache=config.data_dir / "cache",
    )


def with_others(config: Config, detection: Detection) -> WatchDetector:
    """Everything that judges in a watch: the rules, lures where mail is a source, and the shield
    where websites are."""
    from vedette.engine.config.lure_schema import MailSourceConfig
    from vedette.engine.detectors import Detectors
    from vedette.engine.shield import shields

    lures = shield = None
    if any(isinstance(entry, MailSourceConfig) for entry in config.sources):
        from vedette.lure.detector import LureDetector

        lures = LureDetector()
    if shields(config):
        from vedette.shield.detector import ShieldDetector
        from vedette.shield.families import load_families

        shield = ShieldDetector(load_families(bundled("shield") / "families.yml"))
    return Detectors(detection, lures=lures, shields=shield)


def make_scan(rules: ir.RuleSet, mappings: Mapping[str, FieldMapping], cache: Path) -> Detection:
    """Rules ready to judge files once. `cache` is the folder for what can be made again."""
    return Detection(rules, mappings, bounds=SCAN, cache=cache)


def selected(rules: ir.RuleSet, min_level: str, exclude: frozenset[str]) -> ir.RuleSet:
    """`rules` without those below a level or named; what a remaining correlation stands on stays,
    but says nothing of its own."""
    least = LEVELS.index(min_level)
    everything: list[ir.Rule | ir.Correlation] = [*rules.rules, *rules.correlations]
    left_out = {
        rule.id
        for rule in everything
        if rule.id in exclude or (rule.generate and LEVELS.index(rule.level) < least)
    }
    if not left_out:
        return rules
    correlations = tuple(one for one in rules.correlations if one.id not in left_out)
    needed = {name for one in correlations for name in one.rules}
    return msgspec.structs.replace(
        rules,
        rules=tuple(
            rule if rule.id not in left_out else msgspec.structs.replace(rule, generate=False)
            for rule in rules.rules
            if rule.id not in left_out or rule.id in needed
        ),
        correlations=correlations,
    )
