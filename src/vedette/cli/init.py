"""`vedette init`: a configuration from five questions."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

import click

from vedette.model.errors import ConfigError, UnreadableError

_DOMAIN: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), default="vedette.yml")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder.")
@click.option("--domain", "domains", multiple=True, help="A domain of your firm; repeatable.")
@click.option("--log", "logs", multiple=True, help="A log file, folder or glob; repeatable.")
@click.option("--mail/--no-mail", default=None, help="Examine Postfix's mail by a milter.")
@click.option("--website", metavar="URL", help="The website behind Vedette's shield.")
@click.option("--rules", type=click.Path(path_type=Path), help="Folder of the OWASP Core Rule Set.")
@click.option("--listen", metavar="ADDRESS", help="Where the console listens.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; take what is usual.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(
    path: Path,
    data: Path | None,
    domains: tuple[str, ...],
    logs: tuple[str, ...],
    mail: bool | None,
    website: str | None,
    rules: Path | None,
    listen: str | None,
    yes: bool,
    force: bool,
) -> None:
    """Write a commented configuration to PATH (vedette.yml).

    Asks five questions; none that is answered by an option, and none at all with --yes or where
    standard input is no terminal.
    """
    from vedette.engine.config.starting import RULES, Wishes, starting_config, usual_logs

    if path.exists() and not force:
        raise UnreadableError(f"{path}: is there already; give another name, or --force")
    asking = not yes and sys.stdin.isatty()
    wishes = Wishes(
        data=(data or _data_folder(asking)).absolute(),
        domains=_checked_domains(domains or _list(asking, "Your firm's domains", "")),
        logs=logs or _list(asking, "Log files to read", ", ".join(usual_logs())),
        mail=_mail(asking) if mail is None else mail,
        website=_website(asking) if website is None else website,
        rules=(rules or RULES).absolute(),
        listen=listen or "127.0.0.1:8360",
    )
    if wishes.website and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", wishes.website):
        raise ConfigError([f"{wishes.website}: is no http:// or https:// address"])
    _write(path, starting_config(wishes), force)
    click.echo(f"{path}: written. Now: vedette serve -c {path}", err=True)


def _data_folder(asking: bool) -> Path:
    usual = Path("/var/lib/vedette") if os.geteuid() == 0 else Path.home() / ".local/share/vedette"
    return Path(_asked(asking, "Folder for data", str(usual)))


def _list(asking: bool, question: str, usual: str) -> tuple[str, ...]:
    answer = _asked(asking, f"{question} (with commas)", usual)
    return tuple(part.strip() for part in answer.split(",") if part.strip())


def _mail(asking: bool) -> bool:
    here = Path("/etc/postfix/main.cf").exists()
    return click.confirm("Examine Postfix's mail", default=here, err=True) if asking else here


def _website(asking: bool) -> str:
    return _asked(asking, "Address of a website to protect, as http://host:port (or nothing)", "")


def _asked(asking: bool, question: str, usual: str) -> str:
    if not asking:
        return usual
    return str(click.prompt(question, default=usual, show_default=bool(usual), err=True)).strip()


def _checked_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [domain for domain in domains if not _DOMAIN.fullmatch(domain)]
    if wrong:
        raise ConfigError([f"{domain}: is no domain, as firm.example" for domain in wrong])
    return tuple(domain.lower() for domain in domains)


def _write(path: Path, text: str, force: bool) -> None:
    """Whole or not at all, and only what is right; readable for its owner's group at most."""
    from vedette.engine.config import check_config

    made = path.with_name(f".{path.name}.new")
    try:
        made.write_text(text, "utf-8")
        made.chmod(0o640)
        if faults := check_config(made):
            made.unlink()
            raise ConfigError([fault.replace(str(made), str(path)) for fault in faults])
        if force:
            made.replace(path)
        else:
            os.link(made, path)  # fails where it has come to be meanwhile
            made.unlink()
    except OSError as error:
        made.unlink(missing_ok=True)
        raise UnreadableError(f"{path}: can't be written: {error.strerror}") from error
