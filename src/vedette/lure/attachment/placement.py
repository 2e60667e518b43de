"""Signs that follow from what a file is and where it lies, and from files lying side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vedette.lure.attachment import kinds, names
from vedette.lure.attachment.context import Context
from vedette.lure.attachment.programs import source_trees

_HOLDERS = kinds.CONTAINERS | {"eml", "msg"}
_LOADERS = frozenset({"pe", "dos", "msi"})
_RUN_BY_CLICK = frozenset({"hta", "js", "vbs", "wsf", "bat", "ps1", "reg", "applescript"})
_PROJECT = frozenset(
    {"package.json", "setup.py", "pyproject.toml", "requirements.txt", "makefile", "go.mod"}
    | {"cargo.toml", "pom.xml", "build.gradle", "cmakelists.txt", "composer.json", "gemfile"}
    | {".gitignore", "dockerfile", "index.html", "tsconfig.json", "settings.gradle"}
)
"""Files by which a tree of source code is known: scripts are at home there."""
_README = re.compile(
    r"read.?me|read.?first|instruct|manual|login|account|credential|passw|server|how.?to|liesmich|"
    r"anleitung|lisez|leeme|instrucc|instruk|czytaj|инструк|прочти|읽어|설명|אנא|הוראות|اقرأ",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?:pass\s?word|passwd|pwd|passcode|kennwort|passwort|mot de passe|contrase[ñn]a|has[łl]o|"
    r"пароль|סיסמ[הא]|كلمة (?:المرور|السر)|비밀번호|암호|密码|パスワード)\W{0,5}\S",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|"
    r"(?:server|host|address|adresse|ip|serwer|servidor|сервер|שרת|서버)\s*(?:name)?\s*[:=]\s*\S{3,}",
    re.IGNORECASE,
)
_SHORT = 16 * 1024
"""Characters of a readme: a text beyond that is no note on how to log in."""


def placed(file: Context) -> None:
    """Signs of one file whose kind is known."""
    for sign, text, detail in names.claims(file.name, file.kind):
        file.sign(sign, text, 0, 0, **detail)
    if not file.depth and file.kind in kinds.PROGRAMS | kinds.SCRIPTS:
        file.sign("program_attached", file.name, kind=file.kind)
    if file.kind in kinds.CONTAINERS and not _stream_of(file):
        outer = [kind for kind in file.inside if kind in kinds.CONTAINERS]
        if outer:
            file.sign("nested_container", file.name, kind=file.kind, outer=outer[-1])


def _stream_of(file: Context) -> bool:
    """Whether a container is merely what a compressed stream holds (a .tar.gz)."""
    parent = file.parent
    return parent is not None and parent.kind in ("gz", "bz2", "xz", "zst", "lzma", "z", "lz4")


def side_by_side(
    files: Iterable[Context], texts: dict[str, str], libraries: frozenset[str]
) -> None:
    """Signs of files that lie together in one container.

    `texts` are the texts found, by path; `libraries` lower-case names of Windows' own libraries.
    """
    together: dict[int, list[Context]] = {}
    parents: dict[int, Context] = {}
    for file in files:
        if file.parent is not None and file.parent.kind in _HOLDERS:
            together.setdefault(id(file.parent), []).append(file)
            parents[id(file.parent)] = file.parent
    for key, members in together.items():
        programs = [file for file in members if file.kind in kinds.PROGRAMS and not _library(file)]
        _contained(members)
        source_trees.tree(parents[key], members)
        _image(parents[key], members)
        if programs:
            _viewer(parents[key], programs, members)
            _sideload(parents[key], programs, members, libraries)
            _readme(parents[key], programs, members, texts)


def _contained(members: Sequence[Context]) -> None:
    """Programs, and scripts that a click runs, that do not belong to a tree of source code."""
    project = any(_folder(file.name)[1] in _PROJECT for file in members)
    for file in members:
        if file.kind in kinds.PROGRAMS and not (project and file.kind in ("jar", "class")):
            file.sign("program_in_container", file.name, kind=file.kind)
        elif not file.sha256 and names.family_of_name(file.name) == "program":
            file.sign("program_in_container", file.name, kind="program, by its name")
        elif file.kind in _RUN_BY_CLICK and not project:
            file.sign("script_in_container", file.name, kind=file.kind)


def _library(file: Context) -> bool:
    return file.facts.get("dll") == "yes" or names.extension(file.name) in ("dll", "ocx", "sys")


def _image(parent: Context, members: Sequence[Context]) -> None:
    """A disk's image with something in it that acts."""
    if parent.kind not in kinds.DISKS:
        return
    for file in members:
        acts = file.kind in kinds.PROGRAMS | kinds.SCRIPTS | kinds.SHORTCUTS
        if acts or names.family_of_name(file.name) in ("program", "script", "shortcut"):
            parent.sign("image_with_program", file.name, image=parent.kind, kind=file.kind)
            return


def _viewer(parent: Context, programs: Sequence[Context], members: Sequence[Context]) -> None:
    """A program beside a "document" that only this program could make sense of."""
    for file in members:
        promised = names.family_of_name(file.name)
        if promised in ("document", "office") and file.kind == "unknown" and file.sha256:
            library = next((other.name for other in members if _library(other)), "")
            parent.sign(
                "viewer_bundle",
                file.name,
                program=programs[0].name,
                library=library,
                document=file.name,
            )
            return


def _sideload(
    parent: Context,
    programs: Sequence[Context],
    members: Sequence[Context],
    libraries: frozenset[str],
) -> None:
    """A program with a library of its own that bears the name of one of Windows'."""
    for file in members:
        folder, base = _folder(file.name)
        if base in libraries and file.kind in ("pe", "dos", "unknown"):
            beside = next((one for one in programs if _folder(one.name)[0] == folder), None)
            if beside is not None and beside.kind in _LOADERS:
                parent.sign("sideload_pair", file.name, program=beside.name, library=file.name)
                return


def _readme(
    parent: Context,
    programs: Sequence[Context],
    members: Sequence[Context],
    texts: dict[str, str],
) -> None:
    """A note with an address or a password beside a program."""
    for file in members:
        text = texts.get(file.path, "")
        if file.kind not in ("text", "docx", "pdf", "rtf", "html") or not text:
            continue
        if len(text) > _SHORT or not (_README.search(file.name) or file.kind == "text"):
            continue
        found = _SECRET.search(text) or (_README.search(file.name) and _ADDRESS.search(text))
        if found:
            line = text[text.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0].strip()
            file.sign("readme_with_password", line, program=programs[0].name, readme=file.name)
            return


def _folder(name: str) -> tuple[str, str]:
    folder, _, base = name.replace("\\", "/").rpartition("/")
    return folder.lower(), base.lower()
