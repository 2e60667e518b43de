"""Which messages of the mail server's queue an action made wait: one file for each action."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vedette.model.durable import sync_folder, write_new
from vedette.model.errors import ActuatorError

FOLDER: Final = "held-mail"
_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Notes:
    """Below a data folder. A note is durable before the message is touched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def of(self, action: str) -> frozenset[str]:
        """The queue ids that are noted for an action. Raises ActuatorError."""
        path = self._path(action)
        try:
            return frozenset(path.read_text("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise ActuatorError(f"{path}: {error.strerror}; check the data folder") from error

    def write(self, action: str, queued: Iterable[str]) -> None:
        """Note these and no others. Raises ActuatorError with nothing changed."""
        path = self._path(action)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(path, "".join(f"{each}\n" for each in sorted(queued)).encode())
        except OSError as error:
            what = error.strerror or str(error)
            raise ActuatorError(f"{path}: {what}; make room, nothing was held") from error

    def remove(self, action: str) -> None:
        """Forget an action."""
        path = self._path(action)
        try:
            path.unlink(missing_ok=True)
            if self._folder.is_dir():
                sync_folder(self._folder)
        except OSError as error:
            raise ActuatorError(f"{path}: {error.strerror}; check the data folder") from error

    def actions(self) -> frozenset[str]:
        """All actions with notes. Raises ActuatorError."""
        try:
            return frozenset(
                each.name for each in self._folder.iterdir() if _ID.fullmatch(each.name)
            )
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise ActuatorError(
                f"{self._folder}: {error.strerror}; check the data folder"
            ) from error

    def _path(self, action: str) -> Path:
        if not _ID.fullmatch(action):
            raise ActuatorError(f"{action[:100]!a}: no id that a file can be named by")
        return self._folder / action
