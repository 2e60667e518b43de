"""The samples that lie in rule files, run through the real engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import orjson

from vedette.model.batch import Batch, DictRows
from vedette.model.errors import ConfigError
from vedette.model.problem import Problem
from vedette.sigma.detection import Detection
from vedette.sigma.ir import RuleSet, Verdict
from vedette.sigma.load import load_rules
from vedette.sigma.load.files import rule_files
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.samples import Sample, samples_of
from vedette.sources.formats import format_named


class Failure(msgspec.Struct, frozen=True):
    """A check that failed. `sample` is "" where it is about the rule itself."""

    path: str
    line: int
    rule: str
    sample: str
    expected: str
    got: str


class Outcome(msgspec.Struct, frozen=True):
    """What one rule file gave. `without` are the rules in it that no sample speaks of, as
    `path:line: title`; those that only serve a correlation may rest on its samples."""

    path: str
    rules: int = 0
    samples: int = 0
    failures: tuple[Failure, ...] = ()
    without: tuple[str, ...] = ()


def sample_files(paths: Sequence[Path]) -> list[Path]:
    """The rule files under these paths; a zip counts as one. Raises ConfigError for a path that
    can't be read."""
    found: dict[Path, None] = {}
    faults: list[str] = []
    for path in paths:
        with ExitStack() as stack:
            listing = rule_files([path], stack)
        faults += [f"{where}: {why}; correct the path" for where, why in listing.failed]
        single = path.is_file()
        found.update(dict.fromkeys([path] if single else [Path(f.path) for f in listing.files]))
    if faults:
        raise ConfigError(faults)
    return list(found)


def run_samples(path: Path, mappings: Mapping[str, FieldMapping]) -> Outcome:
    """Run all samples of one rule file. Faults of the file are failures too; nothing is raised
    for what it holds."""
    rules = load_rules([path])
    failures = list(_bad_rules(rules.verdicts))
    try:
        samples = samples_of(path)
    except ConfigError as error:
        failures += [Failure(str(path), 0, "", "", "samples", fault) for fault in error.faults]
        return Outcome(str(path), len(rules.verdicts), 0, tuple(failures))
    runner = _Runner(str(path), rules, mappings)
    for ids, sample in samples:
        failures += runner.run(ids, sample)
    return Outcome(
        str(path),
        len(rules.verdicts),
        len(samples),
        tuple(failures),
        tuple(_without(rules, {one for ids, _ in samples for one in ids})),
    )


def _bad_rules(verdicts: Sequence[Verdict]) -> Iterator[Failure]:
    for verdict in verdicts:
        if verdict.state in ("invalid", "unsupported"):
            yield Failure(
                verdict.path, verdict.line, verdict.title, "", "a sound rule", verdict.why
            )


def _without(rules: RuleSet, sampled: set[str]) -> Iterator[str]:
    served = {
        name for one in rules.correlations if one.id in sampled for name in one.rules
    }  # their matches are what the correlation's samples check
    titles = {rule.id: rule.generate for rule in rules.rules}
    for verdict in rules.verdicts:
        silent = not titles.get(verdict.id, True) and verdict.id in served
        if verdict.id not in sampled and not silent:
            yield f"{verdict.path}:{verdict.line}: {verdict.title}"


class _Runner:
    """Runs samples of one file; the plan is shared, the memory of correlations is not."""

    def __init__(self, path: str, rules: RuleSet, mappings: Mapping[str, FieldMapping]) -> None:
        self._path = path
        self._states = {verdict.id: verdict for verdict in rules.verdicts}
        spoken = [msgspec.structs.replace(rule, generate=True) for rule in rules.rules]
        self._rules = msgspec.structs.replace(
            rules,
            rules=tuple(spoken),  # also those that only serve correlations have samples
            correlations=tuple(
                msgspec.structs.replace(one, generate=True) for one in rules.correlations
            ),
        )
        self._mappings = mappings
        self._memoryless: Detection | None = None

    def run(self, ids: Sequence[str], sample: Sample) -> Iterator[Failure]:
        """What is wrong with one sample, if anything is."""
        try:
            batches, problems = self._batches(sample)
            counts = self._counts(batches, problems)
        except ConfigError as error:
            yield self._failure(ids, sample, "readable events", str(error))
            return
        if problems:
            yield self._failure(ids, sample, "readable events", "; ".join(map(str, problems)))
            return
        count = sum(counts[one] for one in ids)
        wanted = sample.findings
        good = (count > 0) == sample.match if wanted is None else count == wanted
        if not good:
            expected = _said(wanted) if wanted is not None else _matched(sample.match)
            yield self._failure(ids, sample, expected, self._got(ids, count, counts))

    def _got(self, ids: Sequence[str], count: int, counts: Counter[str]) -> str:
        for one in ids:
            verdict = self._states.get(one)
            if verdict is not None and verdict.state != "compiled":
                return f"nothing: the rule is not compiled ({verdict.state}): {verdict.why}"
        others = [self._title(one) for one in counts if one not in ids]
        return _said(count) + (f" (but {', '.join(others)} matched)" if others else "")

    def _batches(self, sample: Sample) -> tuple[list[Batch], list[Problem]]:
        source = f"{self._path}:{sample.line}"
        if sample.raw is None:
            if sample.format not in self._mappings:
                known = ", ".join(sorted(self._mappings))
                raise ConfigError([f"format {sample.format!r} has no mapping; use one of {known}"])
            raws = [orjson.dumps(event, default=str) for event in sample.events]
            places = [f"event {number}" for number in range(1, len(raws) + 1)]
            return [Batch(source, sample.format, DictRows(sample.events, raws, places))], []
        form = format_named(sample.format)
        if not hasattr(form, "reader"):
            raise ConfigError([f"raw text can't be {sample.format}; write events instead"])
        reader = form.reader()
        chunks = reader.feed(sample.raw.encode().splitlines(), 1) + reader.close()
        problems = [problem for chunk in chunks for problem in chunk.problems]
        return [Batch(source, c.format, c.rows, c.logsource) for c in chunks], problems

    def _counts(self, batches: Sequence[Batch], problems: list[Problem]) -> Counter[str]:
        """Findings by rule id."""
        detection = self._memoryless or Detection(self._rules, self._mappings)
        if not self._rules.correlations:
            self._memoryless = detection
        found: Counter[str] = Counter()
        for batch in batches:
            result = detection.inspect(batch)
            problems.extend(result.problems)
            found.update(finding.rule.id for finding in result.findings)
        found.update(finding.rule.id for finding in detection.flush())
        return found

    def _title(self, one: str) -> str:
        verdict = self._states.get(one)
        return verdict.title if verdict is not None else one

    def _failure(self, ids: Sequence[str], sample: Sample, expected: str, got: str) -> Failure:
        title = ", ".join(self._title(one) for one in ids)
        return Failure(self._path, sample.line, title, sample.name, expected, got)


def _said(count: int) -> str:
    return "no finding" if count == 0 else f"{count} finding" + ("" if count == 1 else "s")


def _matched(match: bool) -> str:
    return "a finding" if match else "no finding"


def run_all(
    paths: Sequence[Path],
    mappings: Mapping[str, FieldMapping],
    on_progress: Callable[[int, int], None] | None = None,
) -> Iterator[Outcome]:
    """Run the samples of all rule files under `paths`, in order."""
    files = sample_files(paths)
    for number, path in enumerate(files, 1):
        yield run_samples(path, mappings)
        if on_progress is not None:
            on_progress(number, len(files))
