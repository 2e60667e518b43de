"""A rule set read whole: all files, all faults, exclusions applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vedette.seclang.ir import Default, Marker, Program, Rule, Settings
from vedette.seclang.parse.drafts import Draft
from vedette.seclang.parse.faults import Faults
from vedette.seclang.parse.reading import Reader
from vedette.seclang.parse.sources import RULES, Sources
from vedette.seclang.parse.updates import apply_updates


def load_program(files: Sequence[Path], *, data: Mapping[str, bytes] | None = None) -> Program:
    """Read rule files in order: each a file, a folder (its *.conf) or a pattern.

    `data` holds contents by path that are taken instead of the disk's, for rule files and data
    files alike. Raises ConfigError with every fault there is (`file:line:column: what; what to
    do`); what ModSecurity lets pass but nobody can mean stands in `Program.warnings`.
    """
    faults = Faults()
    sources = Sources(data)
    reader = Reader(faults, sources)
    for path in files:
        found = sources.matching(path)
        if not found:
            faults.add(path, "no file is found here; check the path")
        for each in found:
            reader.read(each, str(each))
    reader.finish()
    drafts = [entry for entry in reader.entries if isinstance(entry, Draft)]
    _check_ids(drafts, faults)
    kept = {id(was): now for was, now in _updated(drafts, reader, faults)}
    entries: list[Rule | Marker] = []
    for entry in reader.entries:
        if isinstance(entry, Marker):
            entries.append(entry)
        elif id(entry) in kept:
            entries.append(kept[id(entry)].rule(reader.defaults, reader.default_tags))
    _check_markers(entries, faults)
    faults.check()
    return Program(
        entries=tuple(entries),
        settings=_settings(reader),
        defaults={phase: reader.defaults.get(phase, Default()) for phase in range(1, 6)},
        sources=sources.hashes(),
        warnings=tuple(faults.warnings),
    )


def _updated(drafts: list[Draft], reader: Reader, faults: Faults) -> list[tuple[Draft, Draft]]:
    if not reader.updates:
        return [(draft, draft) for draft in drafts]
    return apply_updates(drafts, reader.updates, faults)


def _check_ids(drafts: list[Draft], faults: Faults) -> None:
    if len(drafts) > RULES:
        faults.add(drafts[RULES].where, f"there are more than {RULES} rules; split the rule set")
    seen: dict[int, Draft] = {}
    for draft in drafts:
        if draft.id is None:
            faults.add(draft.where, "a rule needs an id; write id:... among its actions")
        elif (first := seen.setdefault(draft.id, draft)) is not draft:
            faults.add(
                draft.where,
                f"the id {draft.id} is taken by the rule at {first.place}; choose another",
            )


def _check_markers(entries: list[Rule | Marker], faults: Faults) -> None:
    """A skipAfter leads to a marker behind it, or nowhere: then the rest of the phase is left out
    (as in ModSecurity)."""
    ahead: set[str] = set()
    for entry in reversed(entries):
        if isinstance(entry, Marker):
            ahead.add(entry.name)
            continue
        for rule in (entry, *entry.links):
            if rule.skip_after and rule.skip_after not in ahead:
                faults.warn(
                    rule.place,
                    f"no SecMarker {rule.skip_after} follows; the rest of the phase is skipped",
                )


def _settings(reader: Reader) -> Settings:
    draft = reader.settings
    return Settings(
        **draft.values,
        component_signatures=tuple(draft.signatures),
        others=tuple(draft.others),
    )
