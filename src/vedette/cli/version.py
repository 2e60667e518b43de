"""`vedette version`."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Final

import click

from vedette import __version__

SHOWN: Final = ("ahocorasick-rs", "google-re2", "msgspec", "orjson", "pyarrow", "duckdb", "evtx")


@click.command()
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
def command(output: str) -> None:
    """Print the version and what it runs on."""
    facts = {
        "vedette": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }
    for name in SHOWN:
        try:
            facts[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            facts[name] = "not installed"
    facts["native"] = _native()
    if output == "json":
        import orjson

        sys.stdout.buffer.write(orjson.dumps(facts) + b"\n")
        return
    for name, value in facts.items():
        click.echo(f"{name} {value}")


def _native() -> str:
    """Which of the parts written in C are in use."""
    from vedette.lure.reading.layout import walkers
    from vedette.scan.compiled import compiled
    from vedette.sigma.plan.native_lines import reader_type

    used = {"lines": reader_type(), "scan": compiled(), "page": walkers()}
    return ", ".join(name for name, found in used.items() if found is not None) or "none"
