"""`vedette shield explain`: every step from a request to its verdict."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vedette.cli import FINE, FOUND
from vedette.cli.shield.choosing import Chosen, rule_choice


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@rule_choice
@click.option("--text", help="The request itself; left out with FILE or standard input.")
@click.option("--client", default="203.0.113.1", show_default=True, help="Who sends it.")
@click.option("--all", "all_rules", is_flag=True, help="Also rules that only count or log.")
@click.option("--show-secrets", is_flag=True, help="Show passwords, tokens and cookies in clear.")
@click.option("-o", "--output", type=click.Choice(["human", "json"]), default="human")
@click.pass_context
def explain(
    ctx: click.Context,
    file: Path | None,
    chosen: Chosen,
    text: str | None,
    client: str,
    all_rules: bool,
    show_secrets: bool,
    output: str,
) -> None:
    """Show every rule that a request matches, the variable, each transformation, the score.

    FILE holds a raw request, a curl command (as browsers copy it) or an entry of a HAR file; left
    out, it is read from standard input. Nothing is sent anywhere. Exit code 1: it would be blocked.
    """
    from vedette.shield.explaining import explain as reason
    from vedette.shield.explaining import read_pasted
    from vedette.shield.explaining.shown import lines
    from vedette.shield.policy.pack import load_pack
    from vedette.shield.policy.ready import locate

    if file is not None and text is not None:
        raise click.UsageError("give FILE or --text, not both")
    if text is not None:
        given = text.encode("utf-8", "surrogateescape")
    elif file is not None and str(file) != "-":
        given = file.read_bytes()
    else:
        given = sys.stdin.buffer.read()
    pasted = read_pasted(given, client)
    policy, _ = chosen.policy()
    site, place = locate(policy, pasted.request)
    found = reason(load_pack(policy, place.paranoia), pasted, secrets=show_secrets)
    if output == "json":
        import msgspec

        said = {"site": site.name, "path": place.path, "mode": place.mode}
        sys.stdout.buffer.write(msgspec.json.encode(said | msgspec.to_builtins(found)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        if chosen.config is not None:
            click.echo(f"site {site.name}, path {place.path}: {place.mode}")
        for line in lines(found, all_rules=all_rules):
            click.echo(line)
    ctx.exit(FOUND if found.by is not None else FINE)
