"""How commands reach a running watch: a socket in its data folder that only its owner may open.

One JSON object on one line each way. Who asks is what the kernel says of the caller, not what the
caller says: the user that logged in (so that sudo does not make everybody root), or the owner of
the process.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pwd
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from vedette.engine.thwarting.asking import Answer, Asked
from vedette.engine.thwarting.desk import Desk
from vedette.model.errors import ConfigError, RefusedError, UnreadableError, VedetteError

NAME: Final = "control.sock"
LONGEST: Final = 1 << 20
"""Bytes of one question."""
LONGEST_ANSWER: Final = 64 << 20
PATIENCE: Final = 10.0
"""Seconds in which a caller must have asked."""
AT_ONCE: Final = 4
_NOBODY: Final = 4_294_967_295  # no login, proc_pid_loginuid(5)

_DECODER: Final = msgspec.json.Decoder(Asked)
_log = logging.getLogger(__name__)


class Control:
    """Answers at the socket, in threads of its own, until closed."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        """Listen. Raises UnreadableError."""
        self._desk = desk
        self._folder = folder
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _reached(folder) as address:
                (folder / NAME).unlink(missing_ok=True)  # left by a crash: the folder is ours
                before = os.umask(0o177)
                try:
                    self._socket.bind(address)
                finally:
                    os.umask(before)
            self._socket.listen(16)
        except OSError as error:
            self._socket.close()
            raise UnreadableError(
                f"{folder / NAME}: {error.strerror}; use a data_dir on a local disk"
            ) from error
        self._pool = ThreadPoolExecutor(AT_ONCE, "vedette-control")
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="vedette-control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        self._pool.shutdown()
        (self._folder / NAME).unlink(missing_ok=True)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                caller, _ = self._socket.accept()
            except OSError:
                if self._closed.is_set():
                    return
                _log.warning("a caller at %s could not be taken", NAME, exc_info=True)
                continue
            self._pool.submit(self._serve, caller)

    def _serve(self, caller: socket.socket) -> None:
        with caller:
            caller.settimeout(PATIENCE)
            try:
                who = caller_of(caller)
                asked = _DECODER.decode(_line(caller, LONGEST))
                answer: Answer = {"done": self._desk.ask(who, asked)}
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                answer = {"error": f"the question is not understood: {error}"}
            except ConfigError as error:
                answer = {"error": str(error), "faults": error.faults}
            except (VedetteError, OSError) as error:
                answer = {"error": str(error)}
            except Exception as error:
                _log.exception("a question could not be answered")
                answer = {"error": f"{error!r}; please report this fault"}
            with contextlib.suppress(OSError):  # it no longer waits
                caller.sendall(msgspec.json.encode(answer) + b"\n")


def ask(folder: Path, asked: Asked, patience: float = 120.0) -> Answer:
    """The answer of the watch that runs on this data folder. Raises NobodyError where none does,
    RefusedError with what it said, UnreadableError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(patience)
        try:
            with _reached(folder) as address:
                line.connect(address)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise NobodyError(f"{folder}: no watch is running on it") from error
        except OSError as error:
            raise UnreadableError(
                f"{folder / NAME}: {error.strerror}; ask as the user that the watch runs as"
            ) from error
        try:
            line.sendall(msgspec.json.encode(asked) + b"\n")
            answer: dict[str, Any] = msgspec.json.decode(_line(line, LONGEST_ANSWER))
        except (OSError, msgspec.DecodeError) as error:
            raise UnreadableError(
                f"{folder / NAME}: no whole answer ({error}); look at what was done before you ask"
                " again"
            ) from error
    if "faults" in answer:
        raise ConfigError(list(answer["faults"]))
    if "error" in answer:
        raise RefusedError(str(answer["error"]))
    done: Answer = answer["done"]
    return done


class NobodyError(UnreadableError):
    """No watch runs on this data folder."""


def caller_of(line: socket.socket) -> str:
    """The name of whoever is at the other end."""
    size = struct.calcsize("3i")
    pid, uid, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return name_of(pid, uid)


def name_of(pid: int | str, uid: int) -> str:
    """The user that logged in to start a process, with the one it runs as where that is another."""
    with contextlib.suppress(OSError, ValueError):
        login = int(Path(f"/proc/{pid}/loginuid").read_text("ascii"))
        if login not in (_NOBODY, uid):
            return f"{_user(login)} as {_user(uid)}"
    return _user(uid)


def myself() -> str:
    """The name of whoever runs this process."""
    return name_of("self", os.getuid())


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _line(line: socket.socket, most: int) -> bytes:
    """One line. Raises OSError where it does not come whole."""
    parts: list[bytes] = []
    size = 0
    while True:
        part = line.recv(65536)
        if not part:
            raise ConnectionError("the line ended")
        head, end, _ = part.partition(b"\n")
        size += len(head)
        if size > most:
            raise OSError(f"more than {most} bytes")
        parts.append(head)
        if end:
            return b"".join(parts)


@contextmanager
def _reached(folder: Path) -> Iterator[str]:
    """An address of the socket, however long the folder's path: the kernel takes 107 bytes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)
