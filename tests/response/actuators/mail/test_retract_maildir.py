"""Messages taken out of Maildirs and put back as they were; and what is in the way."""

from __future__ import annotations

import asyncio
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lure.checks import by_words
from lure.milter_running import PRIVACY
from response.actuators.mail.mail_actions import action, mail, now
from vedette.engine.lures import read
from vedette.lure.fingerprint import fingerprint
from vedette.lure.live.door import Door
from vedette.lure.live.folder import FolderSource
from vedette.lure.live.gate import Gate
from vedette.lure.live.quarantine import MAILDIR, place_of, told_by
from vedette.model.batch import Batch
from vedette.model.errors import ActuatorError
from vedette.response.actuators.mail.holding import HoldMessage
from vedette.response.actuators.mail.maildir_box import MaildirBox
from vedette.response.actuators.mail.notes import Notes
from vedette.response.actuators.mail.refusing import RefuseMail
from vedette.response.actuators.mail.retracting import RetractMessage
from vedette.store.refusals import Refusals
from waiting import until

EVIL = mail("evil").replace(b"\r\n", b"\n")
FORGED = mail("evil", body="other words").replace(b"\r\n", b"\n")
WANTED = action("retract-message", ("message", fingerprint(EVIL)))


def maildir(root: Path, *files: tuple[str, bytes]) -> Path:
    for folder in ("", ".Jobs.B&APw-ro"):
        for name in ("new", "cur", "tmp"):
            (root / folder / name).mkdir(parents=True, exist_ok=True)
    for name, raw in files:
        (root / name).write_bytes(raw)
        os.utime(root / name, (now() / 1e6 - 60, now() / 1e6 - 60))
    return root


def state(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_every_copy_is_gone_and_back_as_it_was(tmp_path: Path) -> None:
    root = maildir(
        tmp_path / "ann",
        ("cur/1.a:2,FS", b"Return-Path: <a@b.example>\n" + EVIL),
        ("new/2.b", EVIL),
        ("cur/3.c:2,", FORGED),
        (".Jobs.B&APw-ro/cur/4.d:2,R", EVIL),
    )
    before = state(root)
    for _ in range(2):
        actuator = RetractMessage([MaildirBox(root, "ann@firm.example")])
        assert "ann@firm.example" in actuator.plan(WANTED).words
        for _ in range(2):
            actuator.apply(WANTED)
            assert actuator.verify(WANTED).state == "applied"
        assert [each for each in state(root) if MAILDIR not in each] == ["cur/3.c:2,"]
        again = RetractMessage([MaildirBox(root)])
        assert list(again.standing()) == [WANTED.id]
        again.undo(WANTED)
        again.undo(WANTED)
        assert again.verify(WANTED).state == "absent"
        assert state(root) == before


def test_a_crash_in_the_middle_is_made_good(tmp_path: Path) -> None:
    root = maildir(tmp_path / "ann", ("cur/1.a:2,S", EVIL))
    place = root / MAILDIR / place_of(WANTED.id, "cur")
    place.mkdir(parents=True)
    os.link(root / "cur/1.a:2,S", place / "1.a:2,S")  # killed between the two halves of a move
    actuator = RetractMessage([MaildirBox(root)])
    assert actuator.verify(WANTED).state == "absent"
    actuator.apply(WANTED)
    assert actuator.verify(WANTED).detail == "1 copies of 1 mailboxes are kept"
    os.link(place / "1.a:2,S", root / "cur/1.a:2,S")
    actuator.undo(WANTED)
    assert list(state(root)) == ["cur/1.a:2,S"]


def test_what_is_in_the_way_is_named_and_nothing_is_overwritten(tmp_path: Path) -> None:
    root = maildir(tmp_path / "ann", ("cur/1.a:2,S", EVIL))
    actuator = RetractMessage([MaildirBox(root)])
    actuator.apply(WANTED)
    (root / "cur/1.a:2,S").write_bytes(b"another")
    with pytest.raises(ActuatorError, match="File exists; check the disk"):
        actuator.undo(WANTED)
    assert (root / "cur/1.a:2,S").read_bytes() == b"another"
    (root / "cur/1.a:2,S").unlink()
    shutil.rmtree(root / "cur")
    shutil.rmtree(root / "new")
    (root / "new").mkdir()
    (root / "cur").mkdir()
    actuator.undo(WANTED)
    assert (root / "cur/1.a:2,S").read_bytes() == EVIL
    with pytest.raises(ActuatorError, match="is no folder"):
        RetractMessage([MaildirBox(tmp_path / "gone")]).apply(WANTED)
    (root / "cur/1.a:2,S").unlink()
    with pytest.raises(ActuatorError, match="its owner deleted it"):
        actuator.apply(WANTED)


def test_no_link_of_its_owner_leads_elsewhere(tmp_path: Path) -> None:
    secret = maildir(tmp_path / "boss", ("cur/1.a:2,S", EVIL))
    root = maildir(tmp_path / "ann")
    shutil.rmtree(root / "cur")
    (root / "cur").symlink_to(secret / "cur")
    (root / "new" / "x").symlink_to(secret / "cur/1.a:2,S")
    (root / ".Out").symlink_to(secret)
    with pytest.raises(ActuatorError):
        RetractMessage([MaildirBox(root)]).apply(WANTED)
    assert list(state(secret)) == ["cur/1.a:2,S"]
    evil = root / MAILDIR / place_of(WANTED.id, "../boss/cur")
    evil.mkdir(parents=True)
    (evil / "planted").write_bytes(b"x")
    RetractMessage([MaildirBox(root)]).undo(WANTED)
    assert list(state(secret)) == ["cur/1.a:2,S"]


def test_a_full_disk_is_told_of(tmp_path: Path) -> None:
    root = maildir(tmp_path / "ann", ("cur/1.a:2,S", EVIL))
    (root / MAILDIR).write_text("in the way")
    with pytest.raises(ActuatorError, match=r"check the disk and who may write there"):
        RetractMessage([MaildirBox(root)]).apply(WANTED)
    assert (root / "cur/1.a:2,S").exists()


def test_names_tell_of_action_and_folder() -> None:
    for origin in ("cur", ".Jobs.B&APw-ro/new", "INBOX", "Größe/ä", "a" * 80):
        assert told_by(place_of("a" * 32, origin)) == ("a" * 32, origin)
    for name in ("refused", "=", "a=", "a=!", "../a=Y3Vy", "a" * 65 + "=Y3Vy"):
        assert told_by(name) is None
    with pytest.raises(ValueError, match="too long"):
        place_of("a" * 32, "b" * 200)


def test_a_followed_maildir_moves_what_is_refused_and_held_mail_comes_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    root = maildir(
        tmp_path / "ann",
        ("cur/1.a:2,F", EVIL),
        ("new/2.b", mail("refused", "bad@jobs.example", number=2)),
        ("new/3.c", mail("plain", "cid@c.example", number=3)),
    )
    refuse = action("refuse-sender", ("person", "bad@jobs.example"), id="r" * 32)
    hold = action("hold-message", ("person", "hr@jobs.example"), id="h" * 32)
    RefuseMail(Refusals(data, now), now).apply(refuse)
    holder = HoldMessage(
        Refusals(data, now),
        Notes(data),
        now,
        read=lambda raw: read(raw, "queue", None, ()),
        pseudonym=PRIVACY.pseudonym,
        boxes=[MaildirBox(root)],
    )
    holder.apply(hold)
    seen: list[Batch] = []

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            source = FolderSource(
                "box",
                root,
                Gate(by_words, executor, "shadow", 5.0),
                read,
                PRIVACY,
                poll=0.05,
                door=Door(Refusals(data, now), PRIVACY),
            )

            async def take() -> None:
                async for batch in source.batches(None):
                    seen.append(batch)
                    await source.safe(batch)

            task = asyncio.create_task(take())
            try:
                await until(lambda: len([n for n in state(root) if MAILDIR in n]) == 2)
                assert (root / MAILDIR / "refused" / "new" / "2.b").exists()
                await asyncio.to_thread(holder.undo, hold)
                assert (root / "cur/1.a:2,F").exists()
                await asyncio.sleep(0.3)
                assert (root / "cur/1.a:2,F").exists()
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert (root / "new/3.c").exists()
    assert holder.verify(hold).state == "absent"
    records = [dict(b.rows.record(i)) for b in seen for i in range(len(b.rows))]
    assert sorted(str(r["verdict"]) for r in records) == ["passed", "refused", "refused"]
    assert not [problem for batch in seen for problem in batch.problems]
