"""Rule sets: fetched from a real server, checked, switched to, rolled back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rule_packages import RULE, known, package, releases
from vedette.model.errors import ConfigError
from vedette.rulesets.download import DownloadError
from vedette.rulesets.install import Request, UntrustedError, install
from vedette.rulesets.installed import (
    KEPT,
    NothingEarlierError,
    Record,
    current_paths,
    installed,
    read_record,
    rollback,
)
from vedette.sigma.load import load_rules

NOW = 1_772_442_847_000_000
NOWHERE = "http://127.0.0.1:9"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _local(folder: Path, data: bytes, name: str = "p.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_pinned_release_is_installed(tmp_path: Path) -> None:
    data = package()
    answers: dict[str, bytes | str] = {"/download/r1/all.zip": "/elsewhere", "/elsewhere": data}
    progress: list[tuple[int, int]] = []
    with releases(answers) as url:
        version = install(
            tmp_path,
            known(url, {"r1": {"all": _sha(data)}}),
            Request("set"),
            NOW,
            on_progress=lambda done, total: progress.append((done, total)),
        )
    assert (version.version, version.trust, version.package) == ("r1", "pinned", "all")
    assert (version.sha256, version.verdicts) == (_sha(data), {"compiled": 3})
    assert version.installed == "2026-03-02T09:14:07.000000Z"
    assert version.origin.endswith("/download/r1/all.zip")
    assert progress[-1] == (len(data), len(data))
    [path] = current_paths(tmp_path)
    assert sorted(str(f.relative_to(path)) for f in path.rglob("*") if f.is_file()) == [
        "LICENSE",
        "rules/windows/r0.yml",
        "rules/windows/r1.yml",
        "rules/windows/r2.yml",
        "version.txt",
    ]
    assert {rule.licence for rule in load_rules([path]).rules} == {"DRL 1.1"}
    assert read_record(tmp_path, "set") == Record((version,))
    assert {p.name for p in path.parent.iterdir()} == {version.folder, "installed.json", ".lock"}


def test_the_latest_release_is_asked_for_its_name(tmp_path: Path) -> None:
    data = package()
    answers: dict[str, bytes | str] = {
        "/latest": "/releases/tag/r7",
        "/download/r7/core+.zip": data,
    }
    with releases(answers) as url:
        request = Request("set", "latest", "core+", sha256=_sha(data))
        version = install(tmp_path, known(url), request, NOW)
    assert (version.version, version.trust, version.package) == ("r7", "given", "core+")


def test_an_unknown_hash_is_refused_and_a_wrong_one_even_more(tmp_path: Path) -> None:
    with releases({"/download/r1/all.zip": package()}) as url:
        with pytest.raises(UntrustedError, match="--trust-on-first-use"):
            install(tmp_path, known(url), Request("set"), NOW)
        with pytest.raises(UntrustedError, match="not encrypted"):
            install(tmp_path, known(url), Request("set", trust_first=True), NOW)
        wrong = Request("set", sha256="0" * 64, trust_first=True, force=True)
        with pytest.raises(UntrustedError, match="was changed"):
            install(tmp_path, known(url), wrong, NOW)
        with pytest.raises(UntrustedError, match="was changed"):
            install(tmp_path, known(url, {"r1": {"all": "1" * 64}}), Request("set"), NOW)
    assert current_paths(tmp_path) == []


def test_a_hash_once_accepted_must_stay(tmp_path: Path) -> None:
    first = package()
    with releases({"/download/r1/all.zip": first}) as url:
        install(tmp_path, known(url), Request("set", sha256=_sha(first)), NOW)
        again = install(tmp_path, known(url), Request("set"), NOW + 1)
    assert again.trust == "given"
    assert read_record(tmp_path, "set") == Record((again,))
    with (
        releases({"/download/r1/all.zip": package(4)}) as url,
        pytest.raises(UntrustedError, match="was changed"),
    ):
        install(tmp_path, known(url), Request("set", trust_first=True), NOW)


def test_offline_from_a_zip_and_from_a_folder(tmp_path: Path) -> None:
    zipped = _local(tmp_path, package())
    version = install(tmp_path / "d", known(NOWHERE), Request("set", local=zipped), NOW)
    assert (version.trust, version.origin) == ("local", str(zipped))
    folder = tmp_path / "checkout"
    (folder / "rules" / "deep").mkdir(parents=True)
    (folder / "deprecated").mkdir()
    (folder / "rules" / "deep" / "a.yml").write_text(RULE.format(number=1))
    (folder / "deprecated" / "b.yml").write_text(RULE.format(number=2))
    (folder / "LICENSE").write_text("Detection Rule License")
    version = install(tmp_path / "d", known(NOWHERE), Request("set", "r9", local=folder), NOW)
    assert (version.version, version.verdicts) == ("r9", {"compiled": 1})
    with pytest.raises(UntrustedError, match="was changed"):
        install(tmp_path / "d", known(NOWHERE), Request("set", local=zipped, sha256="0" * 64), NOW)


def test_rollback_goes_back_step_by_step(tmp_path: Path) -> None:
    versions = []
    for count in range(1, KEPT + 3):
        path = _local(tmp_path, package(count))
        request = Request("set", f"r{count}", local=path)
        versions.append(install(tmp_path / "d", known(NOWHERE), request, NOW))
    home = tmp_path / "d" / "rulesets" / "set"
    kept = versions[-KEPT:]
    assert {p.name for p in home.iterdir() if p.is_dir()} == {one.folder for one in kept}
    for expected in reversed(kept[:-1]):
        assert rollback(tmp_path / "d", "set") == expected
        assert current_paths(tmp_path / "d") == [home / expected.folder]
    with pytest.raises(NothingEarlierError):
        rollback(tmp_path / "d", "set")


def test_a_damaged_set_is_refused_unless_forced(tmp_path: Path) -> None:
    path = _local(tmp_path, package(18, 1))  # 1 of 19 is more than 5 %
    with pytest.raises(UntrustedError, match="1 of 19 documents are invalid"):
        install(tmp_path / "d", known(NOWHERE), Request("set", local=path), NOW)
    assert installed(tmp_path / "d") == {}
    install(tmp_path / "d", known(NOWHERE), Request("set", local=path, force=True), NOW)
    install(
        tmp_path / "d", known(NOWHERE), Request("set", local=_local(tmp_path, package(19, 1))), NOW
    )
    with pytest.raises(UntrustedError, match="no rule in it compiles"):
        empty = _local(tmp_path, package(0))
        install(tmp_path / "d", known(NOWHERE), Request("set", local=empty), NOW)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Request("set", "../../r1"), "no release's name"),
        (Request("set", package="some"), "no such package"),
        (Request("set", sha256="abc"), "no SHA-256"),
    ],
)
def test_nonsense_is_refused_before_anything_is_fetched(
    tmp_path: Path, request_: Request, why: str
) -> None:
    with pytest.raises(UntrustedError, match=why):
        install(tmp_path, known(NOWHERE), request_, NOW)


def test_what_can_t_be_fetched(tmp_path: Path) -> None:
    with releases({"/latest": b"", "/download/loop/all.zip": "/download/loop/all.zip"}) as url:
        for release, why in (("r1", "answered 404"), ("latest", "no release"), ("loop", "times")):
            with pytest.raises(DownloadError, match=why):
                install(tmp_path, known(url), Request("set", release), NOW)
    with pytest.raises(DownloadError, match="use --from"):
        install(tmp_path, known(url), Request("set"), NOW)
    with pytest.raises(DownloadError, match="is not https"):
        install(tmp_path, known(url), Request("set", url="file:///etc/passwd"), NOW)


def test_a_record_that_is_damaged_or_lies_is_told(tmp_path: Path) -> None:
    path = _local(tmp_path, package())
    version = install(tmp_path / "d", known(NOWHERE), Request("set", local=path), NOW)
    home = tmp_path / "d" / "rulesets" / "set"
    (home / version.folder).rename(tmp_path / "gone")
    with pytest.raises(ConfigError, match="is gone"):
        current_paths(tmp_path / "d")
    (home / "installed.json").write_text("{")
    with pytest.raises(ConfigError, match=r"installed\.json"):
        current_paths(tmp_path / "d")
