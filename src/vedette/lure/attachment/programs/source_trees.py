"""Trees of source code: whether there is one, what in it runs unasked, and what is made unreadable.

Source: the tools' own documentation of npm's life cycle scripts, VS Code's tasks, git's hooks,
setuptools, pytest and Compose files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from vedette.lure.attachment.context import Context

LONG_LINE: Final = 1_500
"""Characters of a line that nobody writes by hand."""
MADE_UP: Final = 8
"""Names of an obfuscator in a file that are no chance."""

_TREE: Final = frozenset(
    (
        *("package.json", "setup.py", "pyproject.toml", "requirements.txt", "makefile", "go.mod"),
        *("cargo.toml", "pom.xml", "build.gradle", "cmakelists.txt", "composer.json", "gemfile"),
        *(
            "tsconfig.json",
            "docker-compose.yml",
            "compose.yml",
            "compose.yaml",
            "hardhat.config.js",
        ),
    )
)
_TREE_ENDS: Final = (".sln", ".csproj", ".vcxproj", ".xcodeproj", ".ipynb", ".uproject")
_UNASKED: Final = frozenset(
    ("npm preinstall", "npm install", "npm postinstall", "npm prepare", "npm preprepare",
     "npm postprepare", "opening the folder", "dev container initializeCommand")
)  # fmt: skip
"""What runs without having been asked for: on installing, on opening."""
_ORDINARY: Final = re.compile(
    r"\s*(?:npx |yarn |pnpm |npm run |npm exec |node_modules/\.bin/)?(?:husky|patch-package|tsc\b|"
    r"lerna|prisma generate|ngcc|electron-builder|nuxt|opencollective|node-gyp|simple-git-hooks|"
    r"playwright install|build|lint|compile|is-ci|lint-staged|lefthook|prebuild-install|cypress|"
    r"only-allow|bower|gulp|grunt|webpack|vite|rollup|turbo|nx|expo|pod-install|jetify|svelte-kit|astro|"
    r"(?:npm|yarn|pnpm) (?:ci|install)\b|watch|start|dev|echo)\b[^&|;`$]*"
    r"(?:&& *(?:husky|tsc|echo)[^&|;`$]*)*"
)
_IN_PYTHON: Final = re.compile(
    r"\b(?:os\.system|os\.popen|subprocess\.|exec\s*\(|eval\s*\(|urlopen|urlretrieve|requests\.|"
    r"__import__|socket\.|ctypes\.|base64\.)"
)
_COMPOSE: Final = re.compile(
    r"^\s*privileged\s*:\s*true\b|^\s*-\s*[\"']?(?:/|~|\$\{?HOME\}?|/home|/Users|/root|/etc|"
    r"[~\w/${}]*/\.(?:ssh|aws|config|gnupg)|/var/run/docker\.sock)/?:|^\s*(?:pid|network_mode)\s*:"
    r"\s*[\"']?host\b",
    re.M,
)
_NAMES: Final = re.compile(r"\b_0x[0-9a-f]{4,8}\b")
_POWERS: Final = re.compile(
    r"\b(?:eval|atob|fromCharCode|child_process|Function|execSync|spawn|XMLHttpRequest|b64decode|"
    r"marshal|decompress|exec|compile|__import__|require)\b\s*[(.'\"]"
)
_GENERATED: Final = re.compile(
    r"(?:^|/)(?:node_modules|dist|build|vendor|out|\.next|bundle|static|assets|lib)/|"
    r"\.(?:min|bundle|prod|umd|chunk)\.\w+$|(?:^|/)(?:package-lock|yarn)\b",
    re.I,
)
_HOOK: Final = re.compile(r"(?:^|/)(?:\.git/hooks|\.husky|\.githooks)/([a-z-]{4,30})$")


def tree(parent: Context, members: Sequence[Context]) -> None:
    """`project_attached` where files lie together as a project's do."""
    for file in members:
        base = file.name.replace("\\", "/").lower().rpartition("/")[2]
        if base in _TREE or base.endswith(_TREE_ENDS):
            parent.sign("project_attached", file.name)
            return


def unasked(trigger: str, command: str) -> bool:
    """Whether a command runs before anybody asked for it, and is no ordinary tool's."""
    return trigger in _UNASKED and _ORDINARY.fullmatch(command) is None


def source(text: str, context: Context) -> None:
    """`project_hook` of code that tools run by themselves, `code_obscured` of code that is made
    unreadable."""
    path = context.name.replace("\\", "/")
    base = path.lower().rpartition("/")[2]
    if base in ("setup.py", "conftest.py", "sitecustomize.py"):
        if found := _IN_PYTHON.search(text):
            _say(context, text, found, "project_hook", trigger=base)
    elif base in ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"):
        if found := _COMPOSE.search(text):
            _say(
                context,
                text,
                found,
                "project_hook",
                trigger="a container that leaves itself",
            )
    elif (hook := _HOOK.search(path.lower())) and not text.startswith(". ") and "husky" not in text:
        context.sign("project_hook", text[:160], trigger=f"git {hook[1]}")
    if not _GENERATED.search(path):
        _unreadable(text, context)


def _unreadable(text: str, context: Context) -> None:
    if len(text) < LONG_LINE:
        return
    first = _NAMES.search(text)
    if first and len(_NAMES.findall(text[:65_536])) >= MADE_UP:
        _say(context, text, first, "code_obscured")
        return
    for line in text.split("\n"):
        if len(line) >= LONG_LINE and (found := _POWERS.search(line)):
            at = text.find(line) + found.start()
            shown = line[max(0, found.start() - 40) : found.end() + 80]
            context.sign("code_obscured", shown, at, at + len(found.group()))
            return


def _say(context: Context, text: str, found: re.Match[str], name: str, **detail: str) -> None:
    start = text.rfind("\n", 0, found.start()) + 1
    line = text[start : start + 300].partition("\n")[0].strip()
    context.sign(name, line, found.start(), found.end(), **detail)
