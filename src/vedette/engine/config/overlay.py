"""One tree out of many: the main file, its drop-ins, the environment."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from vedette.model.yaml_tree import Mark, Node, read_yaml

PREFIX = "VEDETTE_"


def merged(base: Node, over: Node) -> Node:
    """`base` with `over` laid on it: maps deeply, lists appended, anything else replaced."""
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        value = dict(base.value)
        for key, node in over.value.items():
            value[key] = merged(value[key], node) if key in value else node
        return Node(value, base.mark, {**base.keys, **over.keys})
    if isinstance(base.value, list) and isinstance(over.value, list):
        return Node([*base.value, *over.value], base.mark)
    return over


def with_environment(
    root: Node, environ: Mapping[str, str], known: Collection[str], faults: list[str]
) -> Node:
    """`root` with `VEDETTE_STORE__PATH=/x` set as `store: {path: /x}`.

    Values are YAML (`[a, b]` is a list, which replaces the list of the files). Names whose
    first part is no key of the configuration are somebody else's, unless they hold `__` or look
    like a slip: then they are a fault.
    """
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        path = [part.lower() for part in name.removeprefix(PREFIX).split("__")]
        where = f"environment {name}"
        if path[0] not in known:
            near = difflib.get_close_matches(path[0], known, 1, 0.8)
            if len(path) > 1 or near:
                hint = f"did you mean {PREFIX}{near[0].upper()}?" if near else "remove it"
                faults.append(f"{where}: is no key of the configuration; {hint}")
            continue
        value = read_yaml(environ[name].encode(errors="replace"), where, faults)
        root = _set(root, path, value or Node(None, Mark(where)), Mark(where))
    return root


def _set(node: Node, path: list[str], value: Node, mark: Mark) -> Node:
    if not path:
        return Node(value.value, mark, value.keys)
    inner = node.value if isinstance(node.value, dict) else {}
    child = _set(inner.get(path[0], Node(None, mark)), path[1:], value, mark)
    return Node({**inner, path[0]: child}, node.mark, {**node.keys, path[0]: mark})
