"""Messages from whatever a person hands in: files, folders, archives, standard input."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from vedette.lure.message import Message
from vedette.lure.reading.fields import looks_like_header
from vedette.lure.reading.limits import DEFAULT, Limits
from vedette.lure.reading.mail import read_mail
from vedette.lure.reading.mailboxes import is_mbox, messages
from vedette.lure.reading.outlook import MAGIC, is_msg, read_msg
from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.containers import Opened, open_source, problem_of
from vedette.sources.folders import STDIN, files_under

HEAD: Final = 64 << 10


def read_messages(
    source: str | os.PathLike[str] | BinaryIO, limits: Limits = DEFAULT
) -> Iterator[Message | Problem]:
    """The messages of a path ("-": standard input) or of a stream, told apart by content.

    .eml, .msg, mbox (mboxo, mboxrd, mboxcl), a Maildir, a folder of these, and zip, tar, gzip,
    zstd, xz or bzip2 of these. A message's place is the path, `archive.zip!member` in archives
    and `mailbox:number` in mailboxes. What is no message is a Problem. Never raises.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield from _stream(source, limits)
        return
    for item in _files(os.fspath(source)):
        if isinstance(item, Problem):
            yield item
        else:
            yield from _opened(open_source(item), limits)


def _stream(stream: BinaryIO, limits: Limits) -> Iterator[Message | Problem]:
    with tempfile.TemporaryFile() as file:
        try:
            while piece := stream.read(1 << 20):
                file.write(piece)
        except (OSError, ValueError) as error:
            yield Problem(STDIN, f"can't be read to its end ({error})")
        file.flush()
        file.seek(0)
        yield from _opened(open_source(STDIN, stdin=file.fileno()), limits)


def _files(path: str) -> Iterator[str | Problem]:
    """The files of a path; of a Maildir those that hold messages, not the server's own."""
    if path != STDIN and _is_maildir(Path(path)):
        yield from _maildir(Path(path))
        return
    for item in files_under(path, whole=_is_maildir):
        if isinstance(item, str) and item != STDIN and _is_maildir(Path(item)):
            yield from _maildir(Path(item))
        else:
            yield item


def _maildir(folder: Path) -> Iterator[str | Problem]:
    """The messages of a Maildir and of those in it (Maildir++)."""
    try:
        found = [file for name in ("cur", "new") for file in sorted((folder / name).iterdir())]
        children = sorted(folder.iterdir())
    except OSError as error:
        yield Problem(str(folder), f"can't be read ({error.strerror})", "check its permissions")
        return
    yield from (str(file) for file in found if file.is_file())
    subfolders = [child for child in children if not child.is_symlink() and _is_maildir(child)]
    for child in subfolders:
        yield from _maildir(child)
    if not found and not subfolders:
        yield Problem(str(folder), "the mailbox holds no message")


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _opened(items: Iterator[Opened | Problem], limits: Limits) -> Iterator[Message | Problem]:
    for item in items:
        if isinstance(item, Problem):
            yield item
            continue
        try:
            yield from _recognised(item, limits)
        except UnreadableError as error:
            yield problem_of(item.name, error)


def _recognised(opened: Opened, limits: Limits) -> Iterator[Message | Problem]:
    head = opened.stream.peek(HEAD)
    name = opened.name
    if is_mbox(head):
        yield from _mailbox(opened, limits)
        return
    if not head.startswith(MAGIC) and not looks_like_header(head.removeprefix(b"\xef\xbb\xbf")):
        what = "empty" if not head.strip() else "no message that is known here"
        yield Problem(name, what, "pasted texts and saved profiles are read with their own options")
        return
    raw = _all(opened, limits)
    if raw is None:
        yield Problem(name, f"more than {limits.message_bytes} bytes, not read")
    elif is_msg(raw):
        yield read_msg(raw, name, limits)
    elif raw.startswith(MAGIC):
        yield Problem(name, "an office document, no message")
    else:
        yield read_mail(raw, name, limits)


def _all(opened: Opened, limits: Limits) -> bytes | None:
    pieces: list[bytes] = []
    size = 0
    while piece := opened.stream.read(1 << 20):
        size += len(piece)
        if size > limits.message_bytes:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _mailbox(opened: Opened, limits: Limits) -> Iterator[Message | Problem]:
    """A mailbox may be larger than memory: it is mapped, from a temporary file if need be."""
    import mmap

    with opened.seekable() as (file, fault):
        if fault is not None:
            yield problem_of(opened.name, fault)
        with tempfile.TemporaryFile() as copy:
            try:
                number = file.fileno()
            except (OSError, ValueError, AttributeError):
                file.seek(0)
                while piece := file.read(1 << 20):
                    copy.write(piece)
                copy.flush()
                number = copy.fileno()
            if not os.fstat(number).st_size:
                return
            with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as data:
                for count, raw in enumerate(messages(data), start=1):
                    yield read_mail(raw, f"{opened.name}:{count}", limits)
