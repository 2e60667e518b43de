"""The lists of services: strict, and without slips."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from corpora import REPOSITORY
from vedette.lure.delivery import load_delivery
from vedette.lure.language.folding import fold
from vedette.model.errors import ConfigError, UnreadableError

FOLDER = REPOSITORY / "content" / "lures"
FILES = ("filehosts", "shorteners", "messengers", "jobboards", "repositories", "clicks")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def test_hosts_are_hosts_and_of_one_kind() -> None:
    lists = load_delivery(FOLDER)
    assert len(lists.hosts) > 400
    seen: Counter[tuple[str, str, str]] = Counter()
    for host, services in lists.hosts.items():
        assert HOST.fullmatch(host), host
        for kind, _, path in services:
            assert path.startswith("/")
            seen[host, kind, path] += 1
    assert [entry for entry, count in seen.items() if count > 1] == []


def test_words_are_as_labels_and_texts_are_compared() -> None:
    lists = load_delivery(FOLDER)
    for word in (*lists.board_names, *lists.board_words, *lists.board_places):
        assert re.fullmatch("[a-z]{2,40}", word), word
    assert all(fold(request).text == request for request in lists.requests)


def test_every_fault_of_every_file_is_told(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(FOLDER / f"{name}.yml", tmp_path)
    (tmp_path / "clicks.yml").write_text("clicks:\n- {name: X, host: [x.test]}\n")
    (tmp_path / "shorteners.yml").write_text("shorteners:\n- {name: X, hosts: x.test}\n")
    with pytest.raises(ConfigError) as error:
        load_delivery(tmp_path)
    assert [fault.removeprefix(f"{tmp_path}/") for fault in error.value.faults] == [
        "shorteners.yml:2:20: expected `array`, got `str`",
        "clicks.yml:2:3: object contains unknown field `host`",
    ]


def test_a_missing_list_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        load_delivery(tmp_path)
