"""`vedette support`: for whoever helps."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import click

from vedette.cli.records import config_option
from vedette.model.errors import UnreadableError

README = """\
Made by `vedette support dump`. Versions, the configuration, counts. No event, finding or message
is in it. {redacted}
Look through it before you hand it on.
"""


@click.group()
def command() -> None:
    """Gather what somebody who helps needs to see."""


@command.command()
@config_option
@click.option("--redact", is_flag=True, help="Put stand-ins for names, addresses and domains.")
@click.option(
    "-O",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="vedette-support.zip",
    show_default=True,
    help="The zip to write.",
)
def dump(path: Path, redact: bool, out: Path) -> None:
    """Write versions, configuration and counts into a zip.

    No event, finding or message is in it; secrets stand in the configuration by reference alone.
    """
    from vedette.engine.support.gathering import gather, names_in
    from vedette.engine.support.redacting import Redactor

    if not path.is_file():
        raise UnreadableError(f"{path}: no configuration there; name it with -c")
    told = gather(path, time.time_ns() // 1000)
    redactor = Redactor(names_in(path)) if redact else None
    words = "Names were replaced." if redact else "Names of the firm are in it: see --redact."
    told["README.txt"] = README.format(redacted=words)
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(descriptor, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for name, text in sorted(told.items()):
                made.writestr(name, redactor.redact(text) if redactor else text)
    except OSError as error:
        raise UnreadableError(f"{out}: can't be written: {error.strerror}") from error
    click.echo(f"{out}: {len(told)} files, {out.stat().st_size:,} bytes", err=True)
