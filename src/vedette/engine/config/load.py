"""From files and environment to one checked configuration.

Nothing heavy is imported before a configuration is really read: the command line starts quickly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.model.errors import ConfigError, UnreadableError

if TYPE_CHECKING:
    from vedette.engine.config.response_schema import ResponseConfig
    from vedette.engine.config.schema import Config
    from vedette.model.yaml_tree import Node

MAX_DROP_INS = 1000

_PLACE = re.compile(r"(.+?):(\d+):(\d+): ")


def load_config(path: str | Path, environ: Mapping[str, str] | None = None) -> Config:
    """The configuration in `path`, its drop-ins `conf.d/*.yml` beside it (in order of name: maps
    are merged deeply, lists appended, other values replaced) and `VEDETTE_*` of `environ` (None:
    that of the process). Relative paths start from the folder of `path`.

    Raises ConfigError with every fault as `file:line:column: key: what is wrong; what to do`.
    """
    _, config, faults = _read(Path(path), os.environ if environ is None else environ)
    if config is None or faults:
        raise ConfigError(faults)
    return config


def check_config(
    path: str | Path, environ: Mapping[str, str] | None = None, secrets: bool = False
) -> list[str]:
    """Every fault of the configuration, as `load_config` would raise it, in order of place; [] if
    there is none. The files it names (rules, mappings, certificates, keys) must be there, too;
    where all of that is right, the employers, assets and playbooks it names are read.

    With `secrets`, each reference to a secret is followed as well.
    """
    from vedette.engine.config.places import file_faults, secret_faults

    given = os.environ if environ is None else environ
    path = Path(path)
    root, config, faults = _read(path, given)
    if root is not None:
        base = path.parent.absolute()
        faults += file_faults(root, base)
        if secrets:
            faults += secret_faults(root, base, environ)
    if config is not None and not faults:
        return _employer_faults(config.lures.employers) + _response_faults(config.response)
    return _in_order(faults)


def _employer_faults(folders: Sequence[Path]) -> list[str]:
    """The faults of the user's own employers, each with its file and place."""
    if not folders:
        return []
    from vedette.lure.identity.load import load_registry
    from vedette.model.bundled import bundled

    try:
        load_registry([bundled("lures"), *folders])
    except ConfigError as error:
        return error.faults
    except UnreadableError as error:
        return [str(error)]
    return []


def _response_faults(response: ResponseConfig) -> list[str]:
    """The faults of the asset list and of the user's own playbooks, with their places."""
    from vedette.incident.assets import load_assets
    from vedette.model.bundled import bundled
    from vedette.response.playbook.reading import load_playbooks

    loads: list[Callable[[], object]] = []
    if response.assets:
        loads.append(partial(load_assets, response.assets))
    if response.playbooks:
        others = [bundled("playbooks")] if response.bundled_playbooks else []
        loads.append(partial(load_playbooks, others + response.playbooks))
    faults: list[str] = []
    for load in loads:
        try:
            load()
        except ConfigError as error:
            faults += error.faults
        except UnreadableError as error:
            faults.append(str(error))
    return faults


def _read(path: Path, environ: Mapping[str, str]) -> tuple[Node | None, Config | None, list[str]]:
    from pydantic import ValidationError

    from vedette.engine.config.cross import cross_faults
    from vedette.engine.config.faults import faults_of
    from vedette.engine.config.overlay import with_environment
    from vedette.engine.config.schema import Config

    faults: list[str] = []
    root = _tree(path, faults)
    if root is None:
        return None, None, faults
    root = with_environment(root, environ, list(Config.model_fields), faults)
    faults += cross_faults(root)
    try:
        config = Config.model_validate(root.plain(), context={"base": path.parent.absolute()})
    except ValidationError as error:
        return root, None, _in_order(faults + faults_of(error, root))
    return root, config, _in_order(faults)


def _in_order(faults: list[str]) -> list[str]:
    """By file, line and column; what stands in no file comes last."""

    def place(fault: str) -> tuple[bool, str, int, int]:
        found = None if fault.startswith("environment ") else _PLACE.match(fault)
        return (False, found[1], int(found[2]), int(found[3])) if found else (True, "", 0, 0)

    return sorted(faults, key=place)


def _tree(path: Path, faults: list[str]) -> Node | None:
    """The main file with its drop-ins laid on it; None where not even the main file is there."""
    from vedette.engine.config.overlay import merged
    from vedette.model.yaml_tree import Mark, Node, read_yaml

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
