"""`vedette ledger`: the append-only record, shown, verified and handed to others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vedette.cli import FINE, FOUND

if TYPE_CHECKING:
    from vedette.ledger.entry import Entry
    from vedette.ledger.note import PublicKey

_config = click.option("-c", "--config", "config_path", type=click.Path(path_type=Path))
_folder = click.option(
    "--folder", type=click.Path(path_type=Path), help="The ledger's folder, without configuration."
)
_output = click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def command() -> None:
    """Show and verify the record of what was decided, done and undone."""


@command.command()
@_config
@_folder
@click.option("--export", "exported", type=click.Path(path_type=Path), help="Verify an export.")
@click.option("--proof", type=_FILE, help="Check a proof; needs --key, not the ledger.")
@click.option("--key", "keys", multiple=True, help="A public key of the ledger, as you noted it.")
@click.option(
    "--checkpoint", "notes", type=_FILE, multiple=True, help="An exported checkpoint, kept apart."
)
@_output
@click.pass_context
def verify(
    ctx: click.Context,
    config_path: Path | None,
    folder: Path | None,
    exported: Path | None,
    proof: Path | None,
    keys: tuple[str, ...],
    notes: tuple[Path, ...],
    output: str,
) -> None:
    """Re-read the whole record and name the first entry that is not as it was written.

    That the end was cut off, or everything written anew with another key, shows only against a
    checkpoint or key that was kept elsewhere. Exit code 1: something is wrong.
    """
    from vedette.ledger.export import verify_export
    from vedette.ledger.note import public_key
    from vedette.ledger.verification import verify as verify_ledger

    known = [public_key(text) for text in keys]
    if proof is not None:
        ctx.exit(_proof(proof, known, output))
    against = [(str(path), _text(path)) for path in notes]
    done = verify_export if exported is not None else verify_ledger
    where = exported if exported is not None else _place(config_path, folder)
    with _progress() as told:
        verdict = done(where, key=known[0] if known else None, against=against, progress=told)
    fault = verdict.fault
    if output == "json":
        _json(
            {
                "folder": str(where),
                "sound": fault is None,
                "entries": verdict.size,
                "checkpoints": verdict.agreed,
                "keys": [str(key) for key in verdict.keys],
                "checkpoint": verdict.head.note if verdict.head else None,
                "bytes_beyond": verdict.beyond,
                "fault": fault
                and {
                    "index": fault.index,
                    "file": str(fault.path),
                    "line": fault.line,
                    "what": fault.what,
                },
            }
        )
    elif fault is not None:
        click.echo(str(fault))
        click.echo(f"{verdict.size:,} entries before it are as they were written", err=True)
    else:
        click.echo(f"{verdict.size:,} entries, {verdict.agreed:,} checkpoints: all as written")
        for key in verdict.keys:
            click.echo(f"signed by {key}")
        if verdict.beyond:
            click.echo(f"{verdict.beyond:,} bytes behind them were never acknowledged", err=True)
    ctx.exit(FINE if fault is None else FOUND)


@command.command()
@_config
@_folder
@click.option("--kind", "kinds", multiple=True, help="Only entries of this kind.")
@click.option("--since", metavar="TIME", help="2026-11-21T08:00:00Z, 2026-11-21 or -24h.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N of them.")
@_output
@click.pass_context
def show(
    ctx: click.Context,
    config_path: Path | None,
    folder: Path | None,
    kinds: tuple[str, ...],
    since: str | None,
    last: int | None,
    output: str,
) -> None:
    """Print entries, oldest first. Exit code 1: there are none."""
    import time
    from collections import deque
    from collections.abc import Iterable

    from vedette.ledger.reading import entries, shape
    from vedette.store.query import parse_time

    start = parse_time(since, time.time_ns() // 1000) if since else None
    where = _place(config_path, folder)
    head = shape(where).head
    begin = 0
    if last is not None and not kinds and start is None and head is not None:
        begin = max(0, head.size - last)
    count = 0
    with _progress() as told:

        def chosen() -> Iterable[Entry]:
            for entry in entries(where, begin):
                if not entry.index % 16384:
                    told(entry.index)
                # Every entry is looked at: a clock that was set back may have come between
                if (not kinds or entry.kind in kinds) and (start is None or entry.time >= start):
                    yield entry

        found = chosen() if last is None else deque(chosen(), last)
        for entry in found:
            count += 1
            _show(entry, output)
    if not count:
        click.echo("nothing was found", err=True)
    ctx.exit(FINE if count else FOUND)


@command.command()
@_config
@_folder
@click.argument("into", type=click.Path(path_type=Path))
def export(config_path: Path | None, folder: Path | None, into: Path) -> None:
    """Write entries (NDJSON), checkpoints and public keys into a new folder, for an auditor."""
    from vedette.ledger.export import export as write

    with _progress() as told:
        head = write(_place(config_path, folder), into, told)
    click.echo(f"{into}: {head.size:,} entries", err=True)


@command.command()
@_config
@_folder
@click.argument("index", type=click.IntRange(0), required=False)
@click.option("--from", "old", type=_FILE, help="Prove that nothing since this checkpoint changed.")
def prove(
    config_path: Path | None, folder: Path | None, index: int | None, old: Path | None
) -> None:
    """Print a proof (JSON) that entry INDEX is in the record, or that it only grew since."""
    from vedette.ledger.proofs import consistency_proof, inclusion_proof

    if (index is None) == (old is None):
        raise click.UsageError("give the INDEX of an entry, or a checkpoint with --from")
    where = _place(config_path, folder)
    if old is not None:
        _json(consistency_proof(where, _text(old)))
    elif index is not None:
        _json(inclusion_proof(where, index))


@command.group()
def checkpoint() -> None:
    """The signed statement of what the record holds now."""


@checkpoint.command("export")
@_config
@_folder
def checkpoint_export(config_path: Path | None, folder: Path | None) -> None:
    """Print the newest checkpoint; keep it where nobody who can write the record can."""
    from vedette.ledger.errors import LedgerError
    from vedette.ledger.reading import shape

    where = _place(config_path, folder)
    head = shape(where).head
    if head is None:
        raise LedgerError(f"{where}: the head is missing or altered; `vedette ledger verify`")
    click.echo(head.note, nl=False)


@command.command("rotate-key")
@_config
@_folder
@click.option("--key-file", type=click.Path(path_type=Path), help="Where the private key lies.")
def rotate_key(config_path: Path | None, folder: Path | None, key_file: Path | None) -> None:
    """Sign with a new key from now on; the old one certifies it in the record and is deleted.

    The record must not be in use: stop vedette watch first.
    """
    import getpass
    import time

    from vedette.ledger.ledger import KEY, Ledger
    from vedette.ledger.reading import shape

    where = _place(config_path, folder)
    shape(where)  # never make a ledger here
    key = key_file if key_file is not None else where.parent / KEY
    with Ledger(where, key, lambda: time.time_ns() // 1000) as ledger:
        click.echo(str(ledger.rotate_key(getpass.getuser())))


def _place(config_path: Path | None, folder: Path | None) -> Path:
    if (config_path is None) == (folder is None):
        raise click.UsageError("say which ledger: --config FILE or --folder FOLDER")
    if folder is not None:
        return folder
    from vedette.engine.config import load_config
    from vedette.ledger.ledger import NAME

    return load_config(config_path).data_dir / NAME if config_path is not None else Path()


def _proof(path: Path, keys: list[PublicKey], output: str) -> int:
    from vedette.ledger.errors import ProofError
    from vedette.ledger.proofs import MAX_PROOF, check_proof

    if not keys:
        raise click.UsageError("--proof: give the ledger's public key with --key")
    with path.open("rb") as file:
        text = file.read(MAX_PROOF + 1)
    try:
        proven = check_proof(text, keys)
    except ProofError as error:
        if output == "json":
            _json({"sound": False, "fault": str(error)})
        else:
            click.echo(f"{path}: {error}")
        return FOUND
    first, entry = proven.first, proven.entry
    if output == "json":
        shown = entry and _shown(entry)
        _json({"sound": True, "entries": proven.second.size, "entry": shown,
               "since": first and first.size})  # fmt: skip
        return FINE
    of = f"the {proven.second.size:,} entries of {proven.second.origin}"
    if entry is not None:
        click.echo(f"among {of} is:")
        _show(entry, output)
    elif first is not None:
        click.echo(f"{of} begin with the {first.size:,} of the older checkpoint")
    return FINE


def _show(entry: Entry, output: str) -> None:
    if output == "json":
        _json(_shown(entry))
        return
    from vedette.cli.ledger_words import in_words
    from vedette.model.instant import rfc3339
    from vedette.model.visible import visible

    back = f"  (clock {entry.back / 1e6:.6f} s back)" if entry.back else ""
    click.echo(
        visible(
            f"{entry.index:>8}  {rfc3339(entry.time)}  {entry.kind}  {entry.who}{back}  "
            f"{in_words(entry.kind, entry.what)}"
        )
    )


def _shown(entry: Entry) -> dict[str, Any]:
    from vedette.model.instant import rfc3339

    row: dict[str, Any] = {"index": entry.index, "time": rfc3339(entry.time), "kind": entry.kind}
    if entry.back:
        row["time_back_us"] = entry.back
    return {**row, "who": entry.who, "what": entry.what}


def _json(row: dict[str, Any]) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(row) + b"\n")
    sys.stdout.flush()


def _text(path: Path) -> str:
    from vedette.ledger.note import MAX_NOTE

    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(MAX_NOTE + 1)


class _progress:  # used like a function
    """Where somebody watches: how many entries were read so far."""

    def __enter__(self) -> Callable[[int], None]:
        self._used = False
        return self._told

    def _told(self, count: int) -> None:
        if sys.stderr.isatty():
            self._used = True
            click.echo(f"\r{count:,} entries", nl=False, err=True)

    def __exit__(self, *error: object) -> None:
        if self._used:
            click.echo("\r\x1b[K", nl=False, err=True)
