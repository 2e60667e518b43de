"""A shield as people look at it: its policy, its rules, its decisions, its stored records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from vedette.shield.policy.settings import Policy

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.seclang.ir import Program
    from vedette.shield.policy.decided import Decided
    from vedette.shield.shadow.samples import Sample


class Shield(msgspec.Struct, frozen=True, kw_only=True):
    """One source of kind shield, as data: it goes to a process of its own as JSON.

    `policy` is the configuration's, without decisions; `folder` holds these. `segments` and
    `state` say where its records are stored, `sources` under which names.
    """

    name: str
    policy: Policy
    folder: str
    segments: str
    state: str
    sources: tuple[str, ...]

    @property
    def hosts(self) -> dict[str, tuple[str, ...]]:
        """The names of the sites."""
        return {site.name: site.hosts for site in self.policy.sites}

    def decided(self) -> Decided:
        """What was decided so far. Raises UnreadableError."""
        from vedette.shield.policy.decided import read_decided

        return read_decided(Path(self.folder))

    def levels(self) -> dict[str, int]:
        """The paranoia level of each site at its path /; 1 where crs-setup.conf says it."""
        return {name: level or 1 for name, level in self._said().items()}

    def _said(self) -> dict[str, int | None]:
        return {
            site.name: next(place.paranoia for place in site.places if place.path == "/")
            for site in self.policy.sites
        }

    def programs(self) -> dict[str, Program]:
        """The rules of each site, as at its path /. Raises ConfigError."""
        from vedette.shield.policy.pack import load_pack

        levels = self._said()
        packs = {level: load_pack(self.policy, level) for level in set(levels.values())}
        return {name: packs[level] for name, level in levels.items()}

    def samples(self, programs: dict[str, Program]) -> dict[str, list[Sample]]:
        """For each site the attacks that its rules stop, of those in the rules' checkout; none
        where it holds none."""
        from vedette.seclang.run.transaction import Engine
        from vedette.shield.policy.pack import rules_folder
        from vedette.shield.shadow.samples import judged
        from vedette.shield.shadow.suite import attacks_of

        folder = rules_folder(self.policy.pack)
        attacks = list(attacks_of(folder)) or list(attacks_of(folder.parent))
        packs = {id(program): program for program in programs.values()} if attacks else {}
        known = {key: judged(Engine(program), attacks) for key, program in packs.items()}
        return {site: known.get(id(program), []) for site, program in programs.items()}


def shield_of(config: Config, name: str | None) -> Shield:
    """The shield of this name, or the only one. Raises ConfigError."""
    from vedette.engine.assemble import stored_names
    from vedette.engine.embedded.watch import store_paths
    from vedette.engine.shield import decided_folder, policy_of, shield_named

    entry = shield_named(config, name)
    paths = store_paths(config)
    return Shield(
        name=entry.name,
        policy=policy_of(entry),
        folder=str(decided_folder(config, entry.name).absolute()),
        segments=str(paths.segments.absolute()),
        state=str(paths.state.absolute()),
        sources=tuple(stored_names(config, entry.name)),
    )
