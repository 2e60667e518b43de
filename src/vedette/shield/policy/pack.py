"""The files of a rule pack, in the order in which they are read, for each paranoia level."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.seclang.ir import Program
from vedette.seclang.parse.cached import load_cached
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of
from vedette.shield.policy.settings import Pack, Policy

_BUDGETS: Final = "vedette:budgets.conf"
_LEVEL: Final = "vedette:level.conf"
_EXCLUSIONS: Final = "vedette:exclusions.conf"
"""Files that are made here; their names stand in messages where a path would."""

LEVEL_RULE: Final = 2_000_050
_DEBIAN: Final = Path("/etc/modsecurity/crs/crs-setup.conf")


def load_pack(policy: Policy, level: int | None, cache: Path | None = None) -> Program:
    """The rules for a paranoia level (None: as the setup file says), exclusions applied. Raises
    ConfigError with all faults."""
    files, made = pack_files(policy, level)
    return load_cached(files, cache, data=made)


def pack_files(policy: Policy, level: int | None) -> tuple[list[Path], dict[str, bytes]]:
    """The files in order, and the contents of those that are made here. Raises ConfigError."""
    pack = policy.pack
    folder = rules_folder(pack)
    made = {
        _BUDGETS: _budgets(policy),
        _EXCLUSIONS: seclang_of(policy.exclusions, policy.patches, IN_FORCE).whole().encode(),
    }
    levels = []
    if level is not None:
        made[_LEVEL] = _level(level)
        levels = [Path(_LEVEL)]
    files = [
        bundled("shield") / "base.conf",
        setup_file(pack),
        *levels,
        *map(Path, pack.before),
        Path(_EXCLUSIONS),
        *sorted(folder.glob("*.conf")),
        *map(Path, pack.after),
        Path(_BUDGETS),
    ]
    return files, made


def rules_folder(pack: Pack) -> Path:
    """The folder in which the rules lie. Raises ConfigError."""
    folder = Path(pack.rules)
    for each in (folder / "rules", folder):
        if any(each.glob("*.conf")):
            return each
    raise ConfigError(
        [
            f"{folder}: holds no rules (*.conf); name a checkout of the OWASP Core Rule Set 4:"
            " git clone https://github.com/coreruleset/coreruleset, or the Debian package"
            " modsecurity-crs (/usr/share/modsecurity-crs)"
        ]
    )


def setup_file(pack: Pack) -> Path:
    """The setup file that is read. Raises ConfigError where none is found."""
    if pack.setup:
        return Path(pack.setup)
    folder = rules_folder(pack)
    tried = [
        place / name
        for place in dict.fromkeys((Path(pack.rules), folder.parent))
        for name in ("crs-setup.conf", "crs-setup.conf.example")
    ]
    if "modsecurity-crs" in folder.parts:
        tried.append(_DEBIAN)
    for each in tried:
        if each.is_file():
            return each
    raise ConfigError(
        [f"{pack.rules}: has no crs-setup.conf; name one under setup (tried: {_listed(tried)})"]
    )


def fingerprint(policy: Policy) -> str:
    """Changes when a file of the pack does (by name, size and time of change). Never raises."""
    digest = hashlib.blake2b(digest_size=16)
    for path in _watched(policy):
        try:
            stat = path.stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
        except OSError:
            digest.update(f"{path}\0-\0".encode())
    return digest.hexdigest()


def _watched(policy: Policy) -> Iterable[Path]:
    pack = policy.pack
    try:
        yield setup_file(pack)
        yield from sorted(
            each
            for each in rules_folder(pack).iterdir()
            if each.suffix in (".conf", ".data", ".mapping")
        )
    except (ConfigError, OSError):
        yield Path(pack.rules)
    for text in (*pack.before, *pack.after):
        yield Path(text)


def _budgets(policy: Policy) -> bytes:
    """The limits as directives; one more than is allowed is still read, so that it is noticed."""
    budgets = policy.budgets
    return (
        f"SecRequestBodyLimit {budgets.body}\n"
        f"SecRequestBodyJsonDepthLimit {budgets.nesting}\n"
        f"SecResponseBodyLimit {budgets.response_body}\n"
        f"SecResponseBodyAccess {'On' if policy.responses else 'Off'}\n"
        f"SecArgumentsLimit {budgets.arguments + 1}\n"
    ).encode()


def _level(level: int) -> bytes:
    sets = ",".join(
        f"setvar:tx.{name}_paranoia_level={level}" for name in ("blocking", "detection")
    )
    return f'SecAction "id:{LEVEL_RULE},phase:1,pass,nolog,t:none,{sets}"\n'.encode()


def _listed(paths: Iterable[Path]) -> str:
    return ", ".join(map(str, paths))
