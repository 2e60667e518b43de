"""What the benchmarks run on: public recordings and public rules."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vedette.model.batch import Batch
from vedette.model.bundled import bundled
from vedette.sigma.ir import RuleSet
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.mapping import load_mappings
from vedette.sources.files import read_files

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

import corpora  # noqa: E402  # lies with the tests


@dataclass(frozen=True)
class Material:
    """A recording (one NDJSON file of flat Windows events), rules, and a folder to work in."""

    folder: Path
    recording: Path
    rule_paths: tuple[Path, ...]

    @cached_property
    def rules(self) -> RuleSet:
        """All rules, read once."""
        return load_rules(self.rule_paths)

    @cached_property
    def mappings(self) -> Mapping[str, FieldMapping]:
        """The bundled field mappings."""
        return load_mappings(sorted(bundled("mappings").glob("*.yml")))

    @property
    def windows(self) -> tuple[Path, ...]:
        """The folders with rules for Windows; all rules where they are not sorted by product."""
        found = tuple(path / "windows" for path in self.rule_paths if (path / "windows").is_dir())
        return found or self.rule_paths

    def lines(self) -> list[bytes]:
        """The recording's lines."""
        return self.recording.read_bytes().splitlines()

    def described(self) -> str:
        """One line on what is used."""
        lines = self.lines()
        size = sum(map(len, lines))
        return f"{len(lines)} events, {size / 1e6:.0f} MB; {len(self.rules.rules)} rules"


def batches(path: Path) -> Iterator[Batch]:
    """The recording as `vedette scan` reads it."""
    return read_files([str(path)])


def material(folder: Path) -> Material:
    """OTRF's Windows recordings, written to `folder` as one file, and all of SigmaHQ.

    Raises pytest's skip exception where the archives are not there."""
    recording = folder / "otrf.ndjson"
    with recording.open("wb") as file:
        for packed in sorted((corpora.otrf() / "windows").rglob("*.zip")):
            for part in _members(packed):
                file.write(part if part.endswith(b"\n") else part + b"\n")
    rules = sorted(path for path in corpora.sigmahq().glob("rules*") if path.is_dir())
    return Material(folder, recording, tuple(rules))


def _members(packed: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            if name.endswith(".json") and not name.startswith("__MACOSX"):
                yield archive.read(name)


def rule_arguments(paths: Sequence[Path]) -> list[str]:
    """These rules and no others, as arguments of `vedette scan`."""
    named = [argument for path in paths for argument in ("--rules", str(path))]
    return ["--no-bundled", "--no-installed", *named]
