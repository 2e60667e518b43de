"""`vedette init`: what it writes is a configuration that holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from vedette.cli.init import command
from vedette.engine.config import load_config
from vedette.engine.config.starting import Wishes, starting_config
from vedette.model.errors import ConfigError, UnreadableError


def run(*given: str) -> None:
    CliRunner().invoke(command, list(given), catch_exceptions=False, standalone_mode=False)


def test_what_is_wished_for_is_in_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "vedette.yml"
    run(
        str(path), "--data", str(tmp_path / "data"), "--domain", "Firm.example", "--mail",
        "--log", "/var/log/auth.log", "--log", "/var/log/nginx/access.log", "--yes",
    )  # fmt: skip
    config = load_config(path, {})
    assert config.data_dir == tmp_path / "data"
    assert [(source.kind, source.name) for source in config.sources] == [
        ("file", "logs"),
        ("file", "web"),
        ("milter", "mail"),
    ]
    assert config.response.domains == ["firm.example"]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_website_is_protected_once_its_rules_are_there(tmp_path: Path) -> None:
    rules = tmp_path / "coreruleset"
    waiting = load_written(tmp_path / "a.yml", website="http://127.0.0.1:8000", rules=rules)
    assert [source.kind for source in waiting.sources] == ["file"]
    (rules / "rules").mkdir(parents=True)
    (rules / "rules" / "REQUEST-900.conf").write_text('SecAction "id:900,phase:1,pass"\n')
    protected = load_written(tmp_path / "b.yml", website="http://127.0.0.1:8000", rules=rules)
    assert [source.kind for source in protected.sources] == ["file", "shield"]


def load_written(path: Path, *, website: str, rules: Path):  # type: ignore[no-untyped-def] # a Config; pydantic stays out of the imports
    wishes = Wishes(path.parent / "d", logs=["/x.log"], website=website, rules=rules)
    path.write_text(starting_config(wishes))
    return load_config(path, {})


def test_what_would_be_wrong_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "vedette.yml"
    with pytest.raises(ConfigError, match=r"vedette\.yml:\d+"):
        run(str(path), "--data", str(tmp_path), "--yes", "--listen", "0.0.0.0:8360")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "vedette.yml"
    path.write_text("mine")
    with pytest.raises(UnreadableError, match="--force"):
        run(str(path), "--yes")
    assert path.read_text() == "mine"
    run(str(path), "--yes", "--force", "--data", str(tmp_path))
    assert load_config(path, {}).data_dir == tmp_path


@pytest.mark.parametrize("wrong", ["firm", "-a.example", "a b.example", "x:y.example"])
def test_what_is_no_domain_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigError, match="is no domain"):
        run(str(tmp_path / "v.yml"), "--yes", "--domain", wrong)
    assert not (tmp_path / "v.yml").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="can't be written"):
        run(str(tmp_path / "none" / "v.yml"), "--yes")


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=50),
)
def test_any_path_comes_through_as_it_is(logs: list[str], data: str) -> None:
    import yaml

    wishes = Wishes(Path("/") / data, logs=logs)
    read = yaml.safe_load(starting_config(wishes))
    assert read["data_dir"] == str(Path("/") / data)
    if logs:
        found = [path for source in read["sources"] for path in source["paths"]]
        assert sorted(found) == sorted(logs)
