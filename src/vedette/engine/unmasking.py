"""Looking behind the pseudonyms of a lure's finding, for commands and for the console."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from vedette.engine.embedded.watch import store_paths
from vedette.engine.lures import KEY
from vedette.lure.privacy import Privacy, load_key
from vedette.lure.report.unmask import UnmaskError, unmask
from vedette.store import reading
from vedette.store.database import NAME, open_reader
from vedette.store.search import fetch

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config


def unmasked(
    config: Config, finding: str, reason: str, write: Callable[[str], None]
) -> dict[str, str]:
    """Subject, sender and recipients behind a finding. `write` has the reason on record, durably,
    when it returns: nothing is given out before. Raises UnmaskError, and what `write` raises."""
    with closing(open_reader(config.data_dir / NAME)) as connection:
        found = reading.finding(connection, finding)
    event = found and fetch(store_paths(config), [found.event_ref.key]).get(found.event_ref.key)
    if not event:
        raise UnmaskError(f"{finding}: is no finding whose event is stored; take the id of one")
    key = config.data_dir / KEY
    if not key.exists():
        raise UnmaskError(f"{key}: is missing; only who holds the key can look")
    return unmask(event.record(), Privacy(load_key(key)), reason, write)
