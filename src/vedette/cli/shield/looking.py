"""What commands of the shield work on: a source of a configuration, its store, its decisions."""

from __future__ import annotations

import functools
import getpass
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from vedette.model.errors import ConfigError, UnreadableError

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config
    from vedette.seclang.ir import Program
    from vedette.shield.policy.decided import Change, Decided
    from vedette.shield.policy.settings import Policy
    from vedette.shield.shadow.overview import Traffic
    from vedette.shield.shadow.proposals import Proposal
    from vedette.shield.shadow.samples import Sample
    from vedette.shield.shadow.seen import Seen

F = TypeVar("F", bound=Callable[..., Any])

SHOWN: Final = "proposals.json"
"""The proposals as they were last shown, so that numbers mean what was read."""
MOST_RECORDS: Final = 200_000
"""Records of requests that are looked at, the newest."""


@dataclass(frozen=True)
class Shield:
    """One source of kind shield. `policy` is the configuration's, without decisions."""

    config: Config
    name: str
    policy: Policy
    folder: Path

    @property
    def hosts(self) -> dict[str, tuple[str, ...]]:
        """The names of the sites."""
        return {site.name: site.hosts for site in self.policy.sites}

    def decided(self) -> Decided:
        """What was decided so far. Raises UnreadableError."""
        from vedette.shield.policy.decided import read_decided

        return read_decided(self.folder)

    def levels(self) -> dict[str, int]:
        """The paranoia level of each site at its path /; 1 where crs-setup.conf says it."""
        return {
            site.name: next(each.paranoia for each in site.places if each.path == "/") or 1
            for site in self.policy.sites
        }

    def programs(self) -> dict[str, Program]:
        """The rules of each site, as at its path /. Raises ConfigError."""
        from vedette.shield.policy.pack import load_pack

        levels = {
            site.name: next(place.paranoia for place in site.places if place.path == "/")
            for site in self.policy.sites
        }
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

    def stored(self, since: str) -> tuple[list[Seen], Traffic, bool]:
        """The requests since then in which something was found, oldest first, all traffic, and
        whether there was more than is looked at. Raises QueryError, UnreadableError."""
        from vedette.engine.assemble import stored_names
        from vedette.engine.embedded.watch import store_paths
        from vedette.shield.shadow.overview import Traffic
        from vedette.shield.shadow.seen import seen_of
        from vedette.store.query import SearchQuery, parse_time
        from vedette.store.search import search

        query = SearchQuery(
            start=parse_time(since, now()),
            sources=tuple(stored_names(self.config, self.name)),
            limit=None,
        )
        found: list[Seen] = []
        traffic = Traffic()
        for event in search(store_paths(self.config), query):
            record = event.record()
            if record.get("kind") == "traffic":
                traffic.add(record)
            elif (seen := seen_of(record)) is not None:
                if len(found) == MOST_RECORDS:
                    return found[::-1], traffic, True
                found.append(seen)
        return found[::-1], traffic, False

    def show(self, proposals: list[Proposal]) -> None:
        """Keep them for `apply`. Raises OSError."""
        import msgspec

        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / SHOWN
        new = path.with_name(f"{SHOWN}.{os.getpid()}")
        new.write_bytes(msgspec.json.encode(proposals))
        new.replace(path)

    def shown(self) -> list[Proposal]:
        """Those that were last shown. Raises UnreadableError."""
        import msgspec

        from vedette.shield.shadow.proposals import Proposal

        path = self.folder / SHOWN
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[Proposal])
        except FileNotFoundError as error:
            raise ConfigError(["no proposals were shown yet: run vedette shield shadow"]) from error
        except (OSError, msgspec.DecodeError) as error:
            raise UnreadableError(
                f"{path}: can't be read ({error}); run vedette shield shadow again"
            ) from error


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1_000


def change(what: str, why: str) -> Change:
    """A decision of whoever runs this command."""
    from vedette.shield.policy.decided import Change

    return Change(at=now(), by=who(), what=what, why=why)


def who() -> str:
    """The user behind the command, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a number without a name
        return str(os.getuid())


def shield_choice(function: F) -> F:
    """Add -c and --source; the command receives the `shield`."""

    @click.option(
        "-c",
        "--config",
        "config_path",
        type=click.Path(exists=True, path_type=Path),
        required=True,
        help="The configuration file of the shield.",
    )
    @click.option("--source", help="The source, where the configuration has several shields.")
    @functools.wraps(function)
    def wrapped(config_path: Path, source: str | None, **values: Any) -> Any:
        from vedette.engine.config import load_config
        from vedette.engine.shield import decided_folder, policy_of, shield_named

        config = load_config(config_path)
        entry = shield_named(config, source)
        shield = Shield(config, entry.name, policy_of(entry), decided_folder(config, entry.name))
        return function(shield=shield, **values)

    found: Any = wrapped
    result: F = found
    return result
