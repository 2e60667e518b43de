"""Messages out of files, mailboxes, folders, archives and streams."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from vedette.lure.message import Message
from vedette.lure.reading import Limits, read_messages
from vedette.lure.reading.mailboxes import is_mbox, messages
from vedette.model.problem import Problem

A = b"From: a@x.test\nSubject: one\n\nbody one\n"
B = b"From: b@x.test\nSubject: two\n\nFrom here on, not quoted\n>From quoted\n"
STAMP = b"From a@x.test Mon Mar  3 10:11:12 2025\n"


def _subjects(source: object, limits: Limits | None = None) -> list[tuple[str, str]]:
    """Place and subject, or place and problem."""
    return [
        (item.where, f"! {item.what}") if isinstance(item, Problem) else (item.place, item.subject)
        for item in read_messages(source, limits or Limits())  # type: ignore[arg-type]  # tests give all kinds
    ]


def _quoted(raw: bytes, rd: bool) -> bytes:
    lines = raw.split(b"\n")
    return b"\n".join(
        b">" + line if (line.lstrip(b">") if rd else line).startswith(b"From ") else line
        for line in lines
    )


def test_one_mail(tmp_path: Path) -> None:
    path = tmp_path / "mail.weird"
    path.write_bytes(A)
    assert _subjects(path) == [(str(path), "one")]
    assert _subjects(str(path), Limits(message_bytes=10)) == [
        (str(path), "! more than 10 bytes, not read")
    ]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_mailbox_that_quotes_reversibly(line_end: bytes) -> None:
    mails = [A, B, b"Subject: three\n\n>>From deep\nx\n"]
    box = b"".join(STAMP + _quoted(mail, rd=True) + b"\n" for mail in mails)
    box = box.replace(b"\n", line_end)
    assert is_mbox(box[:100])
    assert list(messages(box)) == [mail.replace(b"\n", line_end) for mail in mails]


def test_mailbox_by_lengths() -> None:
    body = b"x\n\n" + STAMP + b"is text\n>From kept\n"
    mail = b"Subject: s\nContent-Length: %d\n\n" % len(body) + body
    box = STAMP + mail + b"\n" + STAMP + A
    assert list(messages(box)) == [mail, A]
    lying = STAMP + b"Content-Length: 3\n\nlonger text\n\n" + STAMP + A
    assert list(messages(lying))[1] == A


def test_mailbox_odds_and_ends() -> None:
    assert list(messages(b"")) == []
    assert list(messages(STAMP)) == []
    assert list(messages(b"\n\n" + STAMP + A)) == [A]
    assert list(messages(STAMP + b"\nFrom me to you\n")) == [b"\nFrom me to you\n"]
    assert list(messages(b"From MAILER-DAEMON\n" + A)) == [A]


def test_mailbox_file(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(STAMP + A + b"\n" + STAMP + _quoted(B, rd=False))
    assert _subjects(path) == [(f"{path}:1", "one"), (f"{path}:2", "two")]
    packed = tmp_path / "inbox.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert [subject for _, subject in _subjects(packed)] == ["one", "two"]


def test_maildir(tmp_path: Path) -> None:
    box = tmp_path / "Maildir"
    for folder in ("cur", "new", "tmp", ".Junk/cur", ".Junk/new"):
        (box / folder).mkdir(parents=True)
    (box / "cur" / "1.host:2,S").write_bytes(A)
    (box / "new" / "2.host").write_bytes(B)
    (box / "tmp" / "3.host").write_bytes(b"half a mail")
    (box / "dovecot.index.log").write_bytes(b"\0\1")
    (box / ".Junk" / "new" / "4").write_bytes(A)
    expected = [
        (str(box / "cur" / "1.host:2,S"), "one"),
        (str(box / "new" / "2.host"), "two"),
        (str(box / ".Junk" / "new" / "4"), "one"),
    ]
    assert _subjects(box) == expected
    assert _subjects(tmp_path) == expected


def test_special_and_hidden_things_of_a_folder_are_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "x.eml").write_bytes(b"From: a@b.example\n\nx")
    (tmp_path / "box" / "deep" / "new").mkdir(parents=True)
    (tmp_path / "box" / "deep" / "cur").mkdir()
    (tmp_path / "box" / "deep" / "new" / "1.M1P1.host").write_bytes(b"From: a@b.example\n\nx")
    (tmp_path / "box" / "deep" / "dovecot.index").write_bytes(b"x")
    found = list(read_messages(tmp_path))
    assert [one.place for one in found if isinstance(one, Message)] == [
        str(tmp_path / "box" / "deep" / "new" / "1.M1P1.host")
    ]
    told = sorted(one.what for one in found if isinstance(one, Problem))
    assert told == ["a hidden folder, not entered", "a special file, not read"]


def test_folder_of_all_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(A)
    (tmp_path / "note.txt").write_bytes(b"just words")
    (tmp_path / "none").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("in/one.eml", A)
        archive.writestr("box", STAMP + A + b"\n" + STAMP + B)
    with tarfile.open(tmp_path / "z.tar.gz", "w:gz") as tar:
        info = tarfile.TarInfo("two.eml")
        info.size = len(B)
        tar.addfile(info, io.BytesIO(B))
    root = str(tmp_path)
    assert _subjects(root) == [
        (f"{root}/a.eml", "one"),
        (f"{root}/none", "! empty"),
        (f"{root}/note.txt", "! no message that is known here"),
        (f"{root}/z.tar.gz!two.eml", "two"),
        (f"{root}/z.zip!in/one.eml", "one"),
        (f"{root}/z.zip!box:1", "one"),
        (f"{root}/z.zip!box:2", "two"),
    ]


def test_streams() -> None:
    assert _subjects(io.BytesIO(A)) == [("-", "one")]
    assert _subjects(io.BytesIO(STAMP + A + b"\n" + STAMP + B)) == [("-:1", "one"), ("-:2", "two")]


def test_what_is_not_there(tmp_path: Path) -> None:
    (problem,) = list(read_messages(tmp_path / "no"))
    assert isinstance(problem, Problem)


def test_saved_by_outlook(tmp_path: Path) -> None:
    from lure.attachment.builders.compounds import compound
    from lure.reading.outlook_files import Msg

    path = tmp_path / "offer"
    path.write_bytes(Msg(texts={0x0037: "saved"}).write())
    assert _subjects(path) == [(str(path), "saved")]
    path.write_bytes(compound({"WordDocument": b"x"}))
    assert _subjects(path) == [(str(path), "! an office document, no message")]


def test_place_and_identity(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "a.eml"
    path.write_bytes(A)
    (message,) = list(read_messages(path))
    assert isinstance(message, Message)
    assert message.id == hashlib.sha256(A).hexdigest()
    assert message.raw == A
