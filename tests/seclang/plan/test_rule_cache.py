"""Rule sets and what is known of their expressions, kept on disk: the same, and never the old."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import corpora
import crs
from vedette.model.errors import ConfigError
from vedette.seclang.ir import Program, Rule
from vedette.seclang.parse import load_program
from vedette.seclang.parse.cached import load_cached
from vedette.seclang.plan.facts import Facts
from vedette.seclang.request import Request
from vedette.seclang.run.transaction import Engine

RULE = 'SecRule ARGS "@rx {}" "id:1,phase:2,deny,msg:\'bad\'"\n'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "a.conf"
    path.write_text("SecRuleEngine On\n" + RULE.format("bad"))
    return path


def _kept(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"{kind}-*.msgpack"))


def _argument(program: Program) -> str:
    (rule,) = (entry for entry in program.entries if isinstance(entry, Rule))
    return rule.operator.argument


def test_what_is_kept_is_what_was_read(tmp_path: Path, rules: Path) -> None:
    folder = tmp_path / "cache"
    first = load_cached([rules], folder)
    (entry,) = _kept(folder, "program")
    before = entry.stat().st_mtime_ns
    assert load_cached([rules], folder) == first == load_program([rules])
    assert entry.stat().st_mtime_ns == before
    assert load_cached([rules], None) == first


def test_a_changed_file_is_read_anew(tmp_path: Path, rules: Path) -> None:
    folder = tmp_path / "cache"
    load_cached([rules], folder)
    rules.write_text(RULE.format("worse"))
    assert _argument(load_cached([rules], folder)) == "worse"


def test_content_that_is_given_is_not_taken_from_elsewhere(tmp_path: Path) -> None:
    folder, path = tmp_path / "cache", Path("made")
    for word in ("one", "two", "one"):
        data = {"made": RULE.format(word).encode()}
        assert _argument(load_cached([path], folder, data=data)) == word


def test_a_changed_data_file_is_noticed(tmp_path: Path) -> None:
    folder, path, words = tmp_path / "cache", tmp_path / "a.conf", tmp_path / "words.data"
    path.write_text('SecRule ARGS "@pmFromFile words.data" "id:1,phase:2,deny"\n')
    words.write_text("bad\n")
    first = load_cached([path], folder)
    words.write_text("worse\n")
    assert load_cached([path], folder).sources != first.sources
    words.unlink()
    with pytest.raises(ConfigError, match="words"):
        load_cached([path], folder)


def test_what_includes_others_is_not_kept(tmp_path: Path, rules: Path) -> None:
    folder, main = tmp_path / "cache", tmp_path / "main.conf"
    main.write_text(f"  include {tmp_path}/parts/*.conf\n")
    (tmp_path / "parts").mkdir()
    rules.rename(tmp_path / "parts" / "a.conf")
    assert len(load_cached([main], folder).entries) == 1
    (tmp_path / "parts" / "b.conf").write_text(RULE.format("x").replace("id:1", "id:2"))
    assert len(load_cached([main], folder).entries) == 2


def test_faults_are_told_each_time(tmp_path: Path, rules: Path) -> None:
    rules.write_text("SecNonsense\n")
    for _ in range(2):
        with pytest.raises(ConfigError, match="SecNonsense"):
            load_cached([rules], tmp_path / "cache")


def test_bytes_that_are_no_text_are_read_each_time(tmp_path: Path) -> None:
    data = {"r": b'SecRule ARGS "@rx \xff" "id:1,phase:2,deny"'}
    for _ in range(2):
        assert _argument(load_cached([Path("r")], tmp_path / "cache", data=data)) == "\udcff"


def _cut(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes()[:-3])


def _strange(entry: Path) -> None:
    entry.write_bytes(b"\xc0" * 200)


def _open_to_all(entry: Path) -> None:
    entry.chmod(0o666)


@pytest.mark.parametrize("harm", [_cut, _strange, _open_to_all])
@pytest.mark.parametrize("kind", ["program", "facts"])
def test_a_damaged_cache_costs_time_alone(
    tmp_path: Path, rules: Path, kind: str, harm: Callable[[Path], None]
) -> None:
    folder = tmp_path / "cache"
    Engine(load_cached([rules], folder), cache=folder)
    (entry,) = _kept(folder, kind)
    harm(entry)
    engine = Engine(load_cached([rules], folder), cache=folder)
    assert [match.id for match in engine.inspect(Request(b"GET", b"/?a=bad")).matches] == [1]
    assert engine.inspect(Request(b"GET", b"/?a=good")).matches == ()


def test_facts_are_what_is_found_out_without_them(tmp_path: Path) -> None:
    patterns = [b"a+b", b"(?i)<script", rb"[\x80-\xff]", b"(?=a)a", b"[;|]x", b"^$", b"\\bor\\b"]
    fresh, first = Facts(), Facts(tmp_path, b"1")
    found = [fresh.of(pattern) for pattern in patterns]
    assert [first.of(pattern) for pattern in patterns] == found
    first.keep()
    assert len(_kept(tmp_path, "facts")) == 1
    kept = Facts(tmp_path, b"1")
    assert [kept.of(pattern) for pattern in patterns] == found
    assert found[3] is None


@pytest.mark.corpus
def test_the_core_rule_set_from_the_cache(tmp_path: Path) -> None:
    files = crs.rule_files(corpora.crs(), tmp_path)
    folder = tmp_path / "cache"
    cold = load_cached(files, folder)
    assert load_cached(files, folder) == cold == load_program(files)
    assert len(_kept(folder, "program")) == 1
    first, second = Engine(cold, cache=folder), Engine(load_cached(files, folder), cache=folder)
    for number, case in enumerate(crs.cases(corpora.crs())):
        if number % 100 == 7:
            for stage in case.stages:
                request, body = crs.request_of(stage.raw, number)
                assert first.inspect(request, body) == second.inspect(request, body)
