"""The build hook: what is in C is built where it can be, and nothing fails where it can't."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hatch_build import MODULES, CustomBuildHook, build, put

SOURCE = """
#include <Python.h>
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "small"};
PyMODINIT_FUNC PyInit_small(void) { return PyModuleDef_Init(&definition); }
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "small.c").write_text(SOURCE)
    return folder


def test_a_module_is_built_that_python_loads(sources: Path, tmp_path: Path) -> None:
    made = tmp_path / "small.so"
    fault = build(sources, made, stable=True)
    if fault.startswith(("no C compiler", "no Python.h", "it needs CPython")):
        pytest.skip(fault)
    assert fault == ""
    spec = importlib.util.spec_from_file_location("small", made)
    assert spec is not None
    assert importlib.util.module_from_spec(spec).__name__ == "small"


@pytest.mark.parametrize("compiler", ["/nowhere/cc", "false"])
def test_without_a_compiler_the_reason_is_told(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiler: str
) -> None:
    monkeypatch.setenv("CC", compiler)
    assert build(sources, tmp_path / "small.so", stable=True)
    assert not (tmp_path / "small.so").exists()


def test_what_python_cannot_load_is_not_kept(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sources / "small.c").write_text("int nothing;")
    made = tmp_path / "small.so"
    assert build(sources, made, stable=True)
    assert not made.exists()


def test_a_module_of_other_sources_is_taken_away(tmp_path: Path) -> None:
    made, target = tmp_path / "made.so", tmp_path / "target.so"
    made.write_text("new")
    target.write_text("old")
    put(made, target)
    assert target.read_text() == "new"
    made.unlink()
    put(made, target)
    assert not target.exists()


def test_an_install_goes_on_without_a_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "false")
    for module in MODULES:
        (tmp_path / module.sources).mkdir(parents=True)
        (tmp_path / module.sources / "any.c").write_text("int nothing;")
    hook = CustomBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")  # type: ignore[arg-type]  # it reads neither configuration nor metadata
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", data)
    hook.finalize("standard", data, "")
    assert data == {"force_include": {}}
