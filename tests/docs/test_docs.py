"""The documentation says what the code does, and nothing of the machine it was written on."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import pytest
from pydantic import BaseModel

from vedette import cli
from vedette.cli import command
from vedette.engine.config import check_config
from vedette.engine.config.schema import Config
from vedette.engine.embedded.metrics import METRICS

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DOCS: Final = REPOSITORY / "docs"
PAGES: Final = sorted(
    [*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md"), REPOSITORY / "content/README.md"]
)
# in pieces, so that this file does not find itself
SECTIONS: Final = frozenset(Config.model_fields)
MACHINES: Final = re.compile(r"/wor[k]/(main|shared)|/tmp/bash[_]jobs|artifact[r]egistry", re.I)
REGISTRIES: Final = re.compile(r"files\.python[h]osted|pyp[i]\.org|deb\.debia[n]\.org", re.I)


def reference(page: str) -> str:
    return (DOCS / "reference" / page).read_text()


def every_command(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, group
    if isinstance(group, click.Group):
        context = click.Context(group)
        for child in group.list_commands(context):
            found = group.get_command(context, child)
            assert found is not None
            yield from every_command(found, f"{name} {child}")


def test_every_command_and_option_is_documented_and_the_other_way_round() -> None:
    in_code = {
        name: {text for one in found.params if isinstance(one, click.Option)
               for text in (*one.opts, *one.secondary_opts)}
        for name, found in every_command(command, "vedette")
    }  # fmt: skip
    in_docs: dict[str, set[str]] = {}
    for part in re.split(r"^## ", reference("commands.md"), flags=re.M)[1:]:
        title = part.partition("\n")[0].strip("`")
        cells = re.findall(r"^\| (`-.*?) \| ", part, flags=re.M)
        in_docs[title] = {name for cell in cells for name in re.findall(r"`(-[^`]+)`", cell)}
    assert in_docs == in_code


def test_commands_that_guides_show_exist() -> None:
    known = dict(every_command(command, "vedette"))
    wrong = []
    for page in PAGES:
        for line in re.findall(r"(?:^ {4}|\| |`)(vedette [a-z][^`\n]*)", page.read_text(), re.M):
            words = line.split("#")[0].split()
            name = words.pop(0)
            while words and f"{name} {words[0]}" in known:
                name = f"{name} {words.pop(0)}"
            found = known[name]
            if isinstance(found, click.Group) and words and words[0].isalpha():
                wrong.append(f"{page.name}: {line}")
            options = {text for one in found.params for text in (*one.opts, *one.secondary_opts)}
            wrong += [
                f"{page.name}: {line}: {word}"
                for word in words
                if re.fullmatch(r"--?[a-z][a-z-]*", word) and word not in options
            ]
    assert not wrong


def fields(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """(model, key) of everything in a configuration."""
    for name, info in model.model_fields.items():
        yield model.__name__, info.alias or name
        for inner in models(info.annotation):
            yield from fields(inner)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from models(inner)


def test_every_configuration_key_is_documented_and_the_other_way_round() -> None:
    in_code = {key for _, key in fields(Config)}
    cells = re.findall(
        r"^\| `([a-z_]+)` \| .* \| .* \| .* \|$", reference("configuration.md"), re.M
    )
    assert set(cells) == in_code
    assert len(cells) >= len(set(fields(Config)))


def test_every_metric_is_documented_and_the_other_way_round() -> None:
    rows = re.findall(r"^\| `(vedette_\w+)` \| (\w+) \|", reference("metrics.md"), re.M)
    assert rows == [(metric.name, metric.kind) for metric in METRICS]
    named = {
        name for page in PAGES for name in re.findall(r"\bvedette_[a-z_]+\b", page.read_text())
    }
    assert named <= {metric.name for metric in METRICS}


def test_every_exit_code_is_documented_and_the_other_way_round() -> None:
    rows = re.findall(r"^\| (\d+) \|", reference("exit-codes.md"), re.M)
    named = {cli.FINE, cli.FOUND, cli.USAGE, cli.PARTIAL}
    said = {
        int(code) for code in re.findall(r"^\s+code = (\d+)$", Path(cli.__file__).read_text(), re.M)
    }
    assert {int(row) for row in rows} == named | said


def test_generated_pages_are_as_the_code_says() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_configurations_that_guides_show_are_accepted(tmp_path: Path) -> None:
    for page in sorted((DOCS / "how-to").glob("*.md")):
        for number, text in enumerate(yaml_blocks(page.read_text())):
            path = tmp_path / f"{page.stem}-{number}.yml"
            path.write_text(text)
            faults = [fault for fault in check_config(path) if "No such file" not in fault]
            assert not faults, text


def yaml_blocks(page: str) -> Iterator[str]:
    block: list[str] = []
    for line in [*page.splitlines(), "."]:
        if line.startswith("    ") or (block and not line):
            block.append(line[4:])
            continue
        if block and re.match(rf"({'|'.join(SECTIONS)}):( *$| [\[{{])", block[0]):
            yield "\n".join(block) + "\n"
        block = []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(), re.M)
            slugs = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in slugs, target


@pytest.mark.parametrize(
    "page", sorted((DOCS / "decisions").glob("0*.md")), ids=lambda one: one.stem
)
def test_a_decision_says_why_what_and_what_follows(page: Path) -> None:
    text = page.read_text()
    assert re.findall(r"^## (.*)$", text, re.M) == ["Context", "Decision", "Consequences"]
    assert page.name in (DOCS / "decisions" / "README.md").read_text()


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "README.md").read_text()
    for page in DOCS.rglob("*.md"):
        name = str(page.relative_to(DOCS))
        assert name == "README.md" or name.startswith("decisions/") or name in index, name


def test_the_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^ {4}(\S.*)$", (REPOSITORY / "README.md").read_text(), re.M)
    assert [line.split("#")[0].strip() for line in commands[:2]] == ["make demo", "make test"]


def test_the_licence_is_there() -> None:
    text = (REPOSITORY / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0" in text


def test_no_file_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    wrong = []
    for name in listed.stdout.decode().split("\0"):
        path = REPOSITORY / name
        if not name or not path.is_file() or path.stat().st_size > 4 << 20:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        for pattern in (MACHINES, REGISTRIES):
            wrong += [f"{name}: {found.group()}" for found in pattern.finditer(text)]
    assert not wrong
