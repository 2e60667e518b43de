"""One directive after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vedette.seclang.ir import Default, Marker, Operator, Place
from vedette.seclang.operators import check
from vedette.seclang.parse.actions import parse_actions
from vedette.seclang.parse.drafts import Draft, fill
from vedette.seclang.parse.faults import Faults, Wrong
from vedette.seclang.parse.lines import Line, logical
from vedette.seclang.parse.names import OPERATORS
from vedette.seclang.parse.operator import parse_operator
from vedette.seclang.parse.settings import SettingsDraft
from vedette.seclang.parse.sources import DEPTH, Sources
from vedette.seclang.parse.targets import parse_targets
from vedette.seclang.parse.updates import (
    ActionUpdate,
    Removal,
    Selection,
    TargetUpdate,
    Update,
    parse_ids,
    parse_link,
)
from vedette.seclang.parse.words import Word, next_word, words
from vedette.seclang.text import readable


class Reader:
    """Reads directives into `entries`, `updates`, `settings` and `defaults`; faults are
    collected, and reading goes on behind them."""

    def __init__(self, faults: Faults, sources: Sources) -> None:
        self.faults = faults
        self.sources = sources
        self.entries: list[Draft | Marker] = []
        self.updates: list[Update] = []
        self.settings = SettingsDraft()
        self.defaults: dict[int, Default] = {}
        self.default_tags: dict[int, tuple[str, ...]] = {}
        self._open: Draft | None = None
        """The first rule of a chain that is not complete."""
        self._within: list[str] = []
        self._known: dict[str, Callable[[Line], None]] = {
            "secrule": self._rule,
            "secaction": self._action,
            "secmarker": self._marker,
            "secdefaultaction": self._default,
            "include": self._include,
            "includeoptional": self._include,
            **{f"secruleremoveby{by}": self._removal for by in ("id", "tag", "msg")},
            **{f"secruleupdatetargetby{by}": self._targets for by in ("id", "tag", "msg")},
            "secruleupdateactionbyid": self._actions,
        }

    def read(self, path: Path, place: str) -> None:
        """Read one file. `place` is where it was asked for."""
        if str(path) in self._within or len(self._within) >= DEPTH:
            self.faults.add(place, f"{path} is included by itself, or deeper than {DEPTH} files")
            return
        try:
            text = readable(self.sources.read(path))
        except OSError as error:
            self.faults.add(place, f"{path} can't be read: {error.strerror}; check the path")
            return
        except ValueError as error:
            self.faults.add(place, f"{path} is not read: {error}")
            return
        self._within.append(str(path))
        for line in logical(str(path), text):
            try:
                self._directive(line)
            except Wrong as wrong:
                self.faults.add(line.place(wrong.at), wrong.what)
        self._within.pop()

    def finish(self) -> None:
        """Call after the last file."""
        if self._open is not None:
            self.faults.add(
                self._open.where, "this chain has no end; add its last rule, or remove chain"
            )

    def _directive(self, line: Line) -> None:
        name = line.name.lower()
        known = self._known.get(name)
        if known is not None:
            known(line)
        elif name.startswith("<"):
            raise Wrong(
                0,
                f"sections of Apache ({line.name}) are not supported; put what is inside into a "
                "file of its own, or use a rule on REQUEST_FILENAME",
            )
        elif not self.settings.take(line, lambda text, at: self._find(line, text, at)):
            raise Wrong(0, f"there is no directive {line.name[:60]!r}; see the reference")

    def _report(self, line: Line) -> Callable[[int, str], None]:
        return lambda at, what: self.faults.add(line.place(at), what)

    def _find(self, line: Line, name: str, at: int) -> str | None:
        path = self.sources.beside(name, line.file)
        try:
            self.sources.read(path)
        except OSError as error:
            self.faults.add(line.place(at), f"{path} can't be read: {error.strerror}")
        except ValueError as error:
            self.faults.add(line.place(at), f"{path} is not read: {error}")
        else:
            return str(path)
        return None

    def _rule(self, line: Line) -> None:
        targets, at = next_word(line.text, line.at)
        operator, at = next_word(line.text, at)
        if targets is None or operator is None:
            raise Wrong(at, 'SecRule needs variables and an operator: SecRule ARGS "@rx ..."')
        if not operator.quote and OPERATORS.get(operator.text.lstrip("!@").lower()):
            argument, after = next_word(line.text, at)
            if argument is not None and not argument.quote:
                operator = Word(f"{operator.text} {argument.text}", operator.at, "")
                at = after
        report = self._report(line)
        draft = self._draft(line, words(line.text, at))
        draft.targets = parse_targets(targets.text, targets.at, report)
        before = len(self.faults.found)
        draft.operator = parse_operator(
            operator.text, operator.at, report, lambda text, at: self._find(line, text, at)
        )
        if len(self.faults.found) == before:
            self._check(draft.operator, operator.at, line)
        self._take(draft)

    def _check(self, operator: Operator, at: int, line: Line) -> None:
        try:
            check(operator, lambda path: self.sources.read(Path(path)))
        except ValueError as error:
            self.faults.add(line.place(at), str(error))

    def _action(self, line: Line) -> None:
        given = words(line.text, line.at)
        if not given:
            raise Wrong(line.at, "SecAction needs actions in quotes")
        self._take(self._draft(line, given))

    def _draft(self, line: Line, given: list[Word]) -> Draft:
        draft = Draft(Place(line.file, line.number), line.place(0))
        if len(given) > 1:
            self.faults.add(line.place(given[1].at), "nothing was expected here; check the quotes")
        if given:
            report = self._report(line)
            fill(draft, parse_actions(given[0].text, given[0].at, report), report)
        return draft

    def _take(self, draft: Draft) -> None:
        first = self._open
        if first is None:
            self.entries.append(draft)
            self._open = draft if draft.chain else None
            return
        if draft.disruptive not in ("", "pass"):
            self.faults.add(
                draft.where,
                f"{draft.disruptive} belongs to the first rule of a chain; move it there",
            )
        draft.disruptive = ""
        if draft.id is not None or draft.phase is not None:
            self.faults.warn(draft.where, "id and phase of a chained rule mean nothing")
        first.links.append(draft)
        if not draft.chain:
            self._open = None

    def _marker(self, line: Line) -> None:
        given = words(line.text, line.at)
        if len(given) != 1 or not given[0].text:
            raise Wrong(line.at, "SecMarker needs one name")
        self.entries.append(Marker(given[0].text, Place(line.file, line.number)))

    def _default(self, line: Line) -> None:
        draft = self._draft(line, words(line.text, line.at))
        phase = draft.phase or 2
        if draft.disruptive in ("", "block"):
            raise Wrong(line.at, "SecDefaultAction needs pass, deny, drop, allow or redirect")
        if (
            draft.id is not None
            or draft.chain
            or draft.actions
            or (draft.other.keys() - {"status"})
        ):
            what = "log actions, transformations, a status and tags"
            raise Wrong(line.at, f"SecDefaultAction takes {what}")
        if phase in self.defaults:
            raise Wrong(line.at, f"phase {phase} has a SecDefaultAction already; remove one")
        self.default_tags[phase] = draft.tags
        self.defaults[phase] = Default(
            disruptive=draft.disruptive,
            disruptive_argument=draft.disruptive_argument,
            status=draft.other.get("status", 302 if draft.disruptive == "redirect" else 403),
            log=draft.log is not False,
            auditlog=draft.auditlog is not False,
            transformations=draft.transformations,
        )

    def _include(self, line: Line) -> None:
        given = words(line.text, line.at)
        if len(given) != 1:
            raise Wrong(line.at, f"{line.name} needs one path")
        found = self.sources.matching(self.sources.beside(given[0].text, line.file))
        optional = line.name.lower() == "includeoptional"
        if optional:
            found = [path for path in found if self.sources.has(path)]
        if not found and not optional:
            raise Wrong(given[0].at, f"no file matches {given[0].text}; check the path")
        for path in found:
            self.read(path, line.place(given[0].at))

    def _removal(self, line: Line) -> None:
        given = words(line.text, line.at)
        if not given:
            raise Wrong(line.at, f"{line.name} needs to know which rules")
        for selection in self._selected(line, given):
            self.updates.append(Removal(selection, Place(line.file, line.number)))

    def _selected(self, line: Line, given: list[Word]) -> list[Selection]:
        by = line.name.lower().rpartition("by")[2]
        if by == "id":
            return [parse_ids(word.text, word.at) for word in given]
        # Apache takes several words, libmodsecurity the rest of the line.
        text = given[0].text if given[0].quote else line.text[line.at :].strip()
        return [Selection(tag=text) if by == "tag" else Selection(msg=text)]

    def _targets(self, line: Line) -> None:
        given = words(line.text, line.at)
        if len(given) not in (2, 3):
            raise Wrong(line.at, f"{line.name} needs rules, variables and maybe those they replace")
        report = self._report(line)
        before = len(self.faults.found)
        targets = parse_targets(given[1].text, given[1].at, report)
        replaced = parse_targets(given[2].text, given[2].at, report) if len(given) == 3 else ()
        if len(self.faults.found) == before:
            place = Place(line.file, line.number)
            (selection,) = self._selected(line, [given[0]._replace(quote='"')])
            self.updates.append(TargetUpdate(selection, targets, place, replaced))

    def _actions(self, line: Line) -> None:
        given = words(line.text, line.at)
        if len(given) != 2:
            raise Wrong(line.at, f"{line.name} needs the id of a rule and actions in quotes")
        number, link = parse_link(given[0].text, given[0].at)
        report = self._report(line)
        written = parse_actions(given[1].text, given[1].at, report)
        place = Place(line.file, line.number)
        self.updates.append(ActionUpdate(number, link, written, place, report))
