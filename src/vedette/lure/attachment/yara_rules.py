"""YARA rules from folders, compiled once and held against every file that is opened.

A rule says what it saw by `meta`: `description` (a sentence), `technique` (ATT&CK), `reference`.
Rules that do not compile are reported with their place and left out; the others still work.
Source: YARA-X 1.x language reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.lure.attachment.context import Context
from vedette.model.problem import Problem

if TYPE_CHECKING:
    import yara_x

SECONDS = 4
"""Longest scan of one file; the pack that comes with Vedette needs a few milliseconds."""
LARGEST = 1 << 20
"""Bytes of one rule file."""
MATCHES = 5
"""Places told for each rule."""
FOLDER = "yara"
"""Name of the pack's folder below the content about lures."""


class RuleSet:
    """Compiled rules, ready to scan from one thread. `names` are the rules' names; `problems`
    holds a line for each rule or file that was left out."""

    def __init__(self, folders: Iterable[Path]) -> None:
        import yara_x

        self.problems: list[Problem] = []
        compiler = yara_x.Compiler(includes_enabled=False)
        self.files = 0
        for folder in folders:
            paths = sorted([*folder.rglob("*.yar"), *folder.rglob("*.yara")])
            if not paths:
                self.problems.append(
                    Problem(str(folder), "holds no rules", "put files ending in .yar in it")
                )
            for path in paths:
                self._add(compiler, path)
        self._rules = compiler.build()
        self.names = tuple(rule.identifier for rule in self._rules)
        self._scanner = yara_x.Scanner(self._rules)
        self._scanner.set_timeout(SECONDS)
        self._scanner.max_matches_per_pattern(MATCHES)
        # The first scan starts the clock's thread, which a closed sandbox would refuse.
        self._scanner.scan(b"")

    def scan(self, data: bytes, context: Context) -> None:
        """Say `yara_match` of every rule that holds for `data`; note a scan that did not end."""
        import yara_x

        context.budget.time()
        try:
            found = self._scanner.scan(data).matching_rules
        except yara_x.TimeoutError:
            context.unseen(f"rules: the scan took over {SECONDS} s")
            return
        except yara_x.ScanError as error:
            context.unseen(f"rules: {error}")
            return
        for rule in found:
            _say(rule, data, context)

    def _add(self, compiler: yara_x.Compiler, path: Path) -> None:
        import yara_x

        try:
            if path.stat().st_size > LARGEST:
                self.problems.append(
                    Problem(str(path), f"is larger than {LARGEST} bytes", "split it")
                )
                return
            source = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(Problem(str(path), f"can't be read: {error}"))
            return
        self.files += 1
        # A namespace for each file, so that two files may use the same rule name.
        compiler.new_namespace(path.stem)
        known = len(compiler.errors())
        try:
            compiler.add_source(source, origin=path.name)
        except yara_x.CompileError:
            for fault in compiler.errors()[known:]:
                self.problems.append(_problem(path, fault))


def _say(rule: yara_x.Rule, data: bytes, context: Context) -> None:
    said = dict(rule.metadata)
    places = sorted(
        (match.offset, match.length, pattern.identifier)
        for pattern in rule.patterns
        for match in pattern.matches
    )
    start, length = places[0][:2] if places else (0, 0)
    shown = data[start : start + min(length, 200)].decode("latin-1")
    context.sign(
        "yara_match",
        shown,
        start,
        start + length,
        rule=rule.identifier,
        description=str(said.get("description", "")),
        technique=str(said.get("technique", "")),
        strings=", ".join(f"{name}@{offset}" for offset, _, name in places[:MATCHES]),
    )


def _problem(path: Path, error: dict[str, object]) -> Problem:
    """The compiler's own report as `file:line:column: what is wrong`."""
    place = "".join(f":{error[key]}" for key in ("line", "column") if key in error)
    return Problem(
        f"{path}{place}", str(error.get("title", error)), "correct the rule; it is left out"
    )
