"""Builds what is written in C (native/) along with the package, where that can be done.

Without a C compiler or Python's headers the package is installed all the same: everything is
then done in Python, with the same results.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Module(NamedTuple):
    """An extension module: the folder of its sources, and where it lies. One that is `stable`
    uses Python's stable interface alone: a build of it serves all versions from 3.11 on."""

    sources: str
    name: str
    stable: bool

    @property
    def path(self) -> str:
        """The module's file below the package's root."""
        suffix = ".abi3.so" if self.stable else str(sysconfig.get_config_var("EXT_SUFFIX"))
        return self.name.replace(".", "/") + suffix


MODULES = (
    Module("native/lines", "vedette.sigma.plan._lines", stable=True),
    Module("native/scan", "vedette.scan._native", stable=True),
    Module("native/page", "vedette.lure.reading._page", stable=True),
    Module("native/injection", "vedette.seclang.injection._native", stable=True),
)

FLAGS = (
    *("-std=c11", "-O3", "-DNDEBUG", "-fPIC", "-shared", "-fvisibility=hidden"),
    *("-Wall", "-Wextra", "-Wshadow"),
    # what it reads was written by strangers
    *("-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2"),
    "-Wl,-z,relro,-z,now",
)


class CustomBuildHook(BuildHookInterface[Any]):
    """In an editable install the modules lie in the source tree, otherwise in the wheel, which
    is then one for this platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before each build; `version` is `editable` or `standard`."""
        if self.target_name != "wheel":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="vedette-native-")
        root, built = Path(self.root), []
        for module in MODULES:
            made = Path(self._folder.name) / Path(module.path).name
            fault = build(root / module.sources, made, stable=module.stable)
            if fault:
                self.app.display_warning(f"installing without {module.name}: {fault}")
            if version == "editable":
                put(made, root / "src" / module.path)
            elif not fault:
                build_data["force_include"][str(made)] = module.path
                built.append(module)
        if built:
            build_data["pure_python"] = False
            build_data["tag"] = tag(stable=all(module.stable for module in built))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called after each build."""
        if self.target_name == "wheel":
            self._folder.cleanup()


def build(folder: Path, into: Path, *, stable: bool) -> str:
    """Compile the sources in `folder` into the shared object `into`. Gives what keeps it from
    being done; nothing where it was done."""
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    headers = Path(sysconfig.get_path("include"))
    if platform.python_implementation() != "CPython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "it needs CPython with its global lock"
    if not compiler:
        return "no C compiler (cc or gcc)"
    if not (headers / "Python.h").is_file():
        return f"no Python.h in {headers} (Debian: python3-dev)"
    sources = sorted(str(path) for path in folder.glob("*.c"))
    if not sources:
        return f"no sources in {folder}"
    command = [*compiler.split(), *FLAGS, *(["-DPy_LIMITED_API=0x030b0000"] if stable else [])]
    command += [f"-I{headers}", *sources, "-o", str(into)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603  # the user's own compiler
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode:
        return f"{compiler} failed: {done.stderr.strip()[-2000:]}"
    fault = _unloadable(into)
    if fault:
        into.unlink()
    return fault


def _unloadable(module: Path) -> str:
    """Why Python can't load a shared object; nothing where it can."""
    code = (
        "import importlib.util as u, sys;"
        "u.module_from_spec(u.spec_from_file_location(sys.argv[1], sys.argv[2]))"
    )
    command = [sys.executable, "-I", "-c", code, module.name.partition(".")[0], str(module)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own code
    return f"it can't be loaded: {tried.stderr.strip()[-500:]}" if tried.returncode else ""


def put(made: Path, target: Path) -> None:
    """Put a module in its place, or nothing there where it was not made: one that was built from
    other sources would do harm."""
    if not made.exists():
        target.unlink(missing_ok=True)
        return
    aside = target.with_suffix(f".{os.getpid()}")
    shutil.copyfile(made, aside)
    aside.replace(target)


def tag(*, stable: bool) -> str:
    """The tag of a wheel for this platform and Python, or for all later ones."""
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return f"cp311-abi3-{system}" if stable else f"{version}-{version}-{system}"
