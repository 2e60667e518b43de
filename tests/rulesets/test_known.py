"""The bundled list of rule sets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError
from vedette.rulesets.known import known_rulesets, ruleset


def test_the_bundled_list_is_sound() -> None:
    for known in known_rulesets(bundled("rulesets.yml")).values():
        assert known.url.startswith("https://") and known.latest.startswith("https://")
        assert "{release}" in known.url and "{package}" in known.url
        assert known.default.package in known.packages
        for hashes in known.sha256.values():
            assert hashes.keys() <= known.packages.keys()
            assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes.values())


def test_what_is_installed_by_default_is_pinned() -> None:
    known = ruleset(bundled("rulesets.yml"), "sigmahq")
    assert known.default.package in known.sha256[known.default.release]


def test_faults(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="choose one of sigmahq"):
        ruleset(bundled("rulesets.yml"), "other")
    path = tmp_path / "r.yml"
    for text in ("[", "a: 1", "a: {title: b}"):
        path.write_text(text)
        with pytest.raises(ConfigError, match=r"r\.yml"):
            known_rulesets(path)
