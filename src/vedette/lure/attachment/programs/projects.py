"""Files of a source tree that make a tool run something by itself: on opening the folder, on
installing, on building. They are said only where what runs fetches, unpacks or hides.

Source: the tools' own documentation of npm scripts, VS Code tasks, dev containers, node-gyp, git
configuration, MSBuild events and make.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.programs.commands import acts
from vedette.lure.attachment.programs.scripts import text_of
from vedette.lure.attachment.programs.source_trees import source, unasked

LARGEST = 256 * 1024
"""Bytes read of one file."""
TEXT = 64 * 1024
"""Characters of a note that are given."""

Found = tuple[str, str, str]
"""What triggers it, the command, the line that shows it."""

_HOOKS = (
    *("preinstall", "install", "postinstall", "prepare", "prepublish", "preprepare", "postprepare"),
    *("prestart", "prebuild", "pretest"),
)
_INLINE = re.compile(
    r"\b(?:node|python[23]?|perl|ruby|powershell|pwsh)\b[^&|;]{0,80}\s-(?:e|c|enc\w*|command)\b",
    re.I,
)
_NOTES = (".txt", ".md", ".nfo", ".me", ".log", ".1st", ".rst", ".ini")
_SOURCES = (
    ".ts",
    ".tsx",
    ".jsx",
    ".cjs",
    ".mts",
    ".cts",
    ".vue",
    ".svelte",
    ".php",
    ".rb",
    ".yml",
    ".yaml",
)
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*')
_TRAILING = re.compile(r",(\s*[}\]])")
_MAKE = re.compile(r"^\t[@-]*(.{3,2000})$|\$\(shell\s+([^\n]{3,2000})\)|!=\s*([^\n]{3,2000})", re.M)
_GYP = re.compile(r"<!@?\(([^)]{3,2000})\)")
_GIT = re.compile(
    r"^\s*(fsmonitor|sshcommand|editor|pager|hookspath|command|gitproxy|askpass|textconv|clean|"
    r"smudge)\s*=\s*(.{3,2000})$",
    re.I | re.M,
)
_EVENT = re.compile(
    r"<(PreBuildEvent|PostBuildEvent|PreLinkEvent|Exec)\b([^<>]{0,4000})>(?:\s*<Command>)?"
    r"([^<]{0,4000})",
    re.I,
)
_NPMRC = re.compile(r"^\s*(script-shell|git|node-options)\s*=\s*(.{3,500})$", re.M)


def inspect(data: bytes, context: Context) -> None:
    """Say `run_repository` of what would run by itself and fetches, unpacks or hides something; of
    notes (readme, .txt, .md) give the text."""
    name = context.name.replace("\\", "/").lower().rpartition("/")[2]
    if context.kind == "text" and (name.endswith(_NOTES) or "." not in name):
        context.text(text_of(data[: 4 * TEXT]).decode("utf-8", "replace")[:TEXT])
    reader = _READERS.get(name) or _BY_EXTENSION.get(name.rpartition(".")[2])
    if context.depth and (
        name.endswith(_SOURCES) or "hooks/" in context.name or ".husky/" in context.name
    ):
        source(text_of(data[:LARGEST]).decode("utf-8", "replace"), context)
    if reader is None:
        return
    text = text_of(data[:LARGEST]).decode("utf-8", "replace")
    for trigger, command, shown in reader(text):
        harmful = suspicious(command)
        if harmful or unasked(trigger, command):
            at = max(text.find(shown), 0)
            start = len(text[:at].encode("utf-8", "replace"))
            context.sign(
                "run_repository" if harmful else "project_hook",
                shown,
                start,
                start + len(shown.encode("utf-8", "replace")),
                trigger=trigger,
            )


def suspicious(command: str) -> bool:
    """Whether a command fetches, hides, unpacks, or runs code given in its own line."""
    found = {act.name for act in acts(command.encode("utf-8", "replace"))}
    return bool(found - {"run", "persistence"} or _INLINE.search(command))


def _package(text: str) -> Iterator[Found]:
    scripts = _json(text).get("scripts")
    if isinstance(scripts, dict):
        for hook in _HOOKS:
            command = scripts.get(hook)
            if isinstance(command, str):
                yield f"npm {hook}", command, _shown(text, command)


def _tasks(text: str) -> Iterator[Found]:
    tasks = _json(text).get("tasks")
    for task in tasks if isinstance(tasks, list) else ():
        options = task.get("runOptions") if isinstance(task, dict) else None
        if isinstance(options, dict) and options.get("runOn") == "folderOpen":
            for where in (task, task.get("windows"), task.get("linux"), task.get("osx")):
                if isinstance(where, dict) and isinstance(where.get("command"), str):
                    given = where.get("args")
                    arguments = " ".join(map(str, given)) if isinstance(given, list) else ""
                    command = f"{where['command']} {arguments}".strip()
                    yield "opening the folder", command, _shown(text, where["command"])


def _container(text: str) -> Iterator[Found]:
    settings = _json(text)
    for key in ("initializeCommand", "postCreateCommand", "postStartCommand", "onCreateCommand"):
        value = settings.get(key)
        command = " ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(command, str):
            yield f"dev container {key}", command, _shown(text, command)


def _makefile(text: str) -> Iterator[Found]:
    for found in _MAKE.finditer(text):
        command = next(part for part in found.groups() if part)
        yield "make", command, found.group().strip()


def _gyp(text: str) -> Iterator[Found]:
    for found in _GYP.finditer(text):
        yield "npm install (node-gyp)", found[1], found.group()


def _git(text: str) -> Iterator[Found]:
    for found in _GIT.finditer(text):
        yield f"git {found[1]}", found[2], found.group().strip()


def _build(text: str) -> Iterator[Found]:
    for found in _EVENT.finditer(text):
        yield f"building ({found[1]})", f"{found[2]} {found[3]}", found.group()[:300]


def _npmrc(text: str) -> Iterator[Found]:
    for found in _NPMRC.finditer(text):
        yield f"npm {found[1]}", found[2], found.group().strip()


def _json(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = json.loads(_TRAILING.sub(r"\1", _without_comments(text)))
        except (ValueError, RecursionError):
            return {}
    except RecursionError:
        return {}
    return found if isinstance(found, dict) else {}


def _without_comments(text: str) -> str:
    """JSON as editors take it, without its comments; a comment that never ends hides the rest."""
    pieces: list[str] = []
    place = 0
    while found := _COMMENT.search(text, place):
        quoted = found.group().startswith('"')
        pieces.append(text[place : found.end() if quoted else found.start()])
        place = found.end()
        if found.group() == "/*":
            place = text.find("*/", place) + 2
            if place < 2:
                return "".join(pieces)
    return "".join([*pieces, text[place:]])


def _shown(text: str, command: str) -> str:
    written = json.dumps(command, ensure_ascii=False)[1:-1]
    at = text.find(written)
    return text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0].strip() if at >= 0 else command


_READERS: dict[str, Callable[[str], Iterator[Found]]] = {
    "package.json": _package,
    "tasks.json": _tasks,
    "devcontainer.json": _container,
    "makefile": _makefile,
    "gnumakefile": _makefile,
    "binding.gyp": _gyp,
    ".npmrc": _npmrc,
    ".gitconfig": _git,
    "config": _git,
}
_BY_EXTENSION: dict[str, Callable[[str], Iterator[Found]]] = {
    "mk": _makefile,
    "gyp": _gyp,
    "csproj": _build,
    "vbproj": _build,
    "vcxproj": _build,
    "props": _build,
    "targets": _build,
    "code-workspace": _tasks,
}
