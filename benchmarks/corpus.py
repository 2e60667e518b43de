"""The public recordings and rules that the benchmarks run on."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import corpora  # noqa: E402  # lies with the tests


def sigmahq() -> Path:
    """The SigmaHQ checkout."""
    return corpora.unpacked("sigmahq") / "sigmahq"


def otrf_files(folder: Path) -> list[Path]:
    """The OTRF Windows recordings as plain NDJSON files, written to `folder`."""
    files: list[Path] = []
    for packed in sorted((corpora.unpacked("otrf") / "otrf-atomic").rglob("*.zip")):
        with zipfile.ZipFile(packed) as archive:
            for name in archive.namelist():
                if name.endswith(".json") and not name.startswith("__MACOSX"):
                    path = folder / f"{len(files):03}-{Path(name).name}"
                    path.write_bytes(archive.read(name))
                    files.append(path)
    return files
