"""From files and environment to one checked configuration.

Nothing heavy is imported before a configuration is really read: the command line starts quickly.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.model.errors import ConfigError

if TYPE_CHECKING:
    from vedette.engine.config.marks import Node
    from vedette.engine.config.schema import Config

MAX_DROP_INS = 1000


def load_config(path: str | Path, environ: Mapping[str, str] | None = None) -> Config:
    """The configuration in `path`, its drop-ins `conf.d/*.yml` beside it (in order of name: maps
    are merged deeply, lists appended, other values replaced) and `VEDETTE_*` of `environ` (None:
    that of the process). Relative paths start from the folder of `path`.

    Raises ConfigError with every fault as `file:line:column: key: what is wrong; what to do`.
    """
    config, faults = _read(Path(path), os.environ if environ is None else environ)
    if config is None or faults:
        raise ConfigError(faults)
    return config


def check_config(
    path: str | Path, environ: Mapping[str, str] | None = None, secrets: bool = False
) -> list[str]:
    """Every fault of the configuration, as `load_config` would raise it; [] if there is none.

    With `secrets`, each reference to a secret is followed too.
    """
    config, faults = _read(Path(path), os.environ if environ is None else environ)
    if config is not None and secrets:
        from vedette.engine.config.cross import secrets_of

        for secret in secrets_of(config):
            try:
                secret.resolve(environ)
            except ConfigError as error:
                faults += error.faults
    return faults


def _read(path: Path, environ: Mapping[str, str]) -> tuple[Config | None, list[str]]:
    from pydantic import ValidationError

    from vedette.engine.config.cross import cross_faults
    from vedette.engine.config.faults import faults_of
    from vedette.engine.config.overlay import with_environment
    from vedette.engine.config.schema import Config

    faults: list[str] = []
    root = _tree(path, faults)
    if root is None:
        return None, faults
    root = with_environment(root, environ, list(Config.model_fields), faults)
    faults += cross_faults(root)
    try:
        config = Config.model_validate(root.plain(), context={"base": path.parent.absolute()})
    except ValidationError as error:
        return None, faults + faults_of(error, root)
    return config, faults


def _tree(path: Path, faults: list[str]) -> Node | None:
    """The main file with its drop-ins laid on it; None where not even the main file is there."""
    from vedette.engine.config.marks import Mark, Node, read_yaml
    from vedette.engine.config.overlay import merged

    root: Node | None = None
    for file in [path, *_drop_ins(path, faults)]:
        try:
            with file.open("rb") as stream:
                data = stream.read((1 << 20) + 1)
        except OSError as error:
            faults.append(f"{file}: can't be read ({error.strerror}); check its path and mode")
            continue
        node = read_yaml(data, str(file), faults)
        if node is None or node.value is None:
            node = Node({}, Mark(str(file)))
        elif not isinstance(node.value, dict):
            faults.append(f"{node.mark}: is not a map; write keys such as `sources:`")
            continue
        root = node if root is None else merged(root, node)
    return root


def _drop_ins(path: Path, faults: list[str]) -> list[Path]:
    folder = path.parent / "conf.d"
    if not folder.is_dir():
        return []
    files = sorted(file for file in folder.glob("*.yml") if not file.name.startswith("."))
    others = sorted(folder.glob("*.yaml"))
    faults += [f"{file}: is not read; name it {file.stem}.yml" for file in others]
    if len(files) > MAX_DROP_INS:
        faults.append(f"{folder}: holds more than {MAX_DROP_INS} files; merge some")
    return files[:MAX_DROP_INS]
