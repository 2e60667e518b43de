"""Messages taken out of mailboxes of a real Dovecot and put back as they were."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lure.checks import by_words
from lure.milter_running import PRIVACY
from response.actuators.mail.mail_actions import action, mail, now
from servers.dovecot import Dovecot, dovecot
from servers.postfix import postfix
from vedette.engine.lures import read
from vedette.lure.fingerprint import fingerprint
from vedette.lure.live.door import Door
from vedette.lure.live.gate import Gate
from vedette.lure.live.imap import ImapSource, Mailbox
from vedette.model.action import Action
from vedette.model.batch import Batch
from vedette.model.errors import ActuatorError
from vedette.response.actuators.mail.holding import HoldMessage
from vedette.response.actuators.mail.imap_box import ImapBox, boxes_of
from vedette.response.actuators.mail.notes import Notes
from vedette.response.actuators.mail.refusing import RefuseMail
from vedette.response.actuators.mail.retracting import RetractMessage
from vedette.store.refusals import Refusals
from waiting import until

EVIL = mail("evil", body="Run this")
FORGED = mail("evil", body="Other words, the same Message-ID")


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as made:
        yield made


def mailbox(server: Dovecot, user: str = "ann") -> Mailbox:
    return Mailbox("127.0.0.1", server.tls_port, user, "secret", ca=server.ca)


def put(server: Dovecot, user: str, raw: bytes, flags: str = "", folder: str = "INBOX") -> None:
    with server.client(user) as client:
        client.create(f'"{folder}"')
        assert (
            client.append(f'"{folder}"', flags, imaplib.Time2Internaldate(now() / 1e6), raw)[0]
            == "OK"
        )


def whole(server: Dovecot, user: str, folder: str = "INBOX") -> list[tuple[bytes, list[bytes]]]:
    """Bytes, flags and date of each message. (\\Recent is the server's: who looks first has it.)"""
    with server.client(user) as client:
        found, count = client.select(f'"{folder}"', readonly=True)
        if found != "OK" or count == [b"0"]:
            return []
        _, data = client.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
        return sorted(
            (part[1], [*_flags(part[0]), part[0].split(b'"')[1]])
            for part in data
            if isinstance(part, tuple)
        )


def _flags(said: bytes) -> list[bytes]:
    return sorted(set(imaplib.ParseFlags(said)) - {b"\\Recent"})


def folders(server: Dovecot, user: str) -> list[bytes]:
    with server.client(user) as client:
        return [line for line in client.list()[1] if isinstance(line, bytes)]


def retract(raw: bytes = EVIL, *scope: tuple[str, str], id: str = "a" * 32) -> Action:
    return action("retract-message", ("message", fingerprint(raw)), *scope, id=id)


def test_every_copy_is_gone_and_back_with_its_flags(server: Dovecot) -> None:
    users = ["cop1", "cop2", "cop3"]
    delivered = b"Return-Path: <x@y.example>\r\nReceived: from a\r\n\tby b\r\n" + EVIL
    put(server, "cop1", delivered, r"(\Seen \Flagged $Label1)")
    put(server, "cop1", EVIL)
    put(server, "cop1", FORGED, r"(\Answered)")
    put(server, "cop2", EVIL, r"(\Answered)", folder="Jobs/B&APw-ro &- co")
    put(server, "cop3", FORGED)
    before = [whole(server, user) for user in users]
    moved = whole(server, "cop2", "Jobs/B&APw-ro &- co")
    assert len(moved) == 1
    actuator = RetractMessage(boxes_of(mailbox(server), users), pseudonym=PRIVACY.pseudonym)
    wanted = retract()
    assert "3 mailboxes" in actuator.plan(wanted).words
    assert actuator.verify(wanted).state == "absent"
    for _ in range(2):
        actuator.apply(wanted)
        found = actuator.verify(wanted)
        assert (found.state, found.detail) == ("applied", "3 copies of 2 mailboxes are kept")
    assert [raw for raw, _ in whole(server, "cop1")] == [FORGED]
    assert not whole(server, "cop2", "Jobs/B&APw-ro &- co")
    assert [raw for raw, _ in whole(server, "cop3")] == [FORGED]

    again = RetractMessage(boxes_of(mailbox(server), users))  # after a crash
    assert list(again.standing()) == [wanted.id]
    for _ in range(2):
        again.undo(wanted)
        assert again.verify(wanted).state == "absent"
    assert [whole(server, user) for user in users] == before
    assert whole(server, "cop2", "Jobs/B&APw-ro &- co") == moved
    assert not list(again.standing())
    assert not any(b"a" * 32 in line for user in users for line in folders(server, user))


def test_one_mailbox_is_meant_by_name_or_pseudonym(server: Dovecot) -> None:
    users = ["one1@firm.example", "one2@firm.example"]
    for user in users:
        put(server, user, EVIL)
    actuator = RetractMessage(boxes_of(mailbox(server), users), pseudonym=PRIVACY.pseudonym)
    for name in (users[0], PRIVACY.pseudonym(users[0])):
        wanted = retract(EVIL, ("mailbox", name), ("message-id", "<1@jobs.example>"))
        actuator.apply(wanted)
        assert actuator.verify(wanted).state == "applied"
        assert [len(whole(server, user)) for user in users] == [0, 1]
        actuator.undo(wanted)
        assert [len(whole(server, user)) for user in users] == [1, 1]
    with pytest.raises(ActuatorError, match="is not configured for retract-message"):
        actuator.plan(retract(EVIL, ("mailbox", "cid@firm.example")))


def test_without_a_message_id_the_bytes_decide(server: Dovecot) -> None:
    bare = b"From: hr@jobs.example\r\nSubject: none\r\n\r\nHello\r\n"
    put(server, "bare", bare)
    put(server, "bare", bare.replace(b"Hello", b"Hallo"))
    actuator = RetractMessage([ImapBox(mailbox(server, "bare"))])
    actuator.apply(retract(bare))
    assert [raw for raw, _ in whole(server, "bare")] == [bare.replace(b"Hello", b"Hallo")]
    actuator.undo(retract(bare))
    assert len(whole(server, "bare")) == 2


def test_what_its_owner_deleted_or_moved_meanwhile(server: Dovecot) -> None:
    actuator = RetractMessage([ImapBox(mailbox(server, "del"))])
    with pytest.raises(ActuatorError, match="no copy of the message lies in 1 mailboxes"):
        actuator.apply(retract())
    assert actuator.verify(retract()).state == "absent"

    put(server, "del", EVIL, folder="Old")
    actuator.apply(retract())
    with server.client("del") as client:
        client.delete("Old")
    actuator.undo(retract())  # its folder is gone: where its owner sees it
    assert [raw for raw, _ in whole(server, "del")] == [EVIL]
    assert actuator.verify(retract()).state == "absent"

    actuator.apply(retract())
    put(server, "del", EVIL)  # delivered once more, or taken back by its owner
    assert "1 copies lie in mailboxes again" in actuator.verify(retract()).detail
    actuator.apply(retract())
    assert actuator.verify(retract()).detail == "2 copies of 1 mailboxes are kept"
    place = next(
        line.split(b'"/" ')[1].decode() for line in folders(server, "del") if b"a" * 32 in line
    )
    with server.client("del") as client:  # deleted from where it is kept
        client.select(place)
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert actuator.verify(retract()).state == "applied"
    actuator.undo(retract())
    assert actuator.verify(retract()).state == "absent"
    assert not whole(server, "del")


def test_a_master_user_opens_the_mailboxes_of_others(server: Dovecot) -> None:
    master = replace(mailbox(server, "nobody"), password="master")
    boxes = boxes_of(master, ["one", "two"], master="officer")
    for user in ("one", "two", "three"):
        put(server, user, EVIL, r"(\Flagged)")
    before = [whole(server, user) for user in ("one", "two")]
    actuator = RetractMessage(boxes, pseudonym=PRIVACY.pseudonym)
    actuator.apply(retract())
    assert actuator.verify(retract()).detail == "2 copies of 2 mailboxes are kept"
    assert [bool(whole(server, user)) for user in ("one", "two", "three")] == [False, False, True]
    alone = retract(EVIL, ("mailbox", PRIVACY.pseudonym("two")), id="b" * 32)
    assert "out of two" in actuator.plan(alone).words
    actuator.undo(retract())
    assert [whole(server, user) for user in ("one", "two")] == before

    # neither a user's own password nor another separator opens them
    for given, separator in ((replace(master, password="secret"), "*"), (master, "%")):
        (box,) = boxes_of(given, ["one"], master="officer", separator=separator)
        with pytest.raises(ActuatorError, match=r"one: .*user and password"):
            RetractMessage([box]).apply(retract())


def test_what_can_not_be_reached_is_named(server: Dovecot) -> None:
    put(server, "far", EVIL)
    near = ImapBox(mailbox(server, "far"))
    for change, says in (
        ({"port": 1}, "far2: .*check host, port"),
        ({"password": "wrong"}, "far2: .*password"),
    ):
        broken = ImapBox(replace(mailbox(server, "far2"), **change), "far2")
        actuator = RetractMessage([near, broken])
        with pytest.raises(ActuatorError, match=says):
            actuator.apply(retract())
        if "port" in change:  # a server lets who gives a wrong password wait
            assert actuator.verify(retract()).state == "unknown"
            with pytest.raises(ActuatorError, match=says):
                actuator.undo(retract())
    RetractMessage([near]).undo(retract())
    assert [raw for raw, _ in whole(server, "far")] == [EVIL]
    for target, scope, says in (
        (("document", "x"), (), "take it from the entity"),
        (("message", "<1@jobs.example>"), (), "take it from the entity"),
        (("message", fingerprint(EVIL)), (("folder", "x"),), "known are mailbox and message-id"),
        (("message", fingerprint(EVIL)), (("message-id", 'a"b'),), "can't be searched for"),
    ):
        with pytest.raises(ActuatorError, match=says):
            RetractMessage([near]).apply(action("retract-message", target, *scope))
    with pytest.raises(ActuatorError, match="no mailbox is configured"):
        RetractMessage([]).plan(retract())


def test_a_full_mailbox_is_told_of_and_nothing_is_lost(server: Dovecot) -> None:
    put(server, "full", EVIL)
    place = server.root / "mail" / "full"
    (place / ".Quarantine").write_text("in the way")  # as good as a full disk
    actuator = RetractMessage([ImapBox(mailbox(server, "full"))])
    with pytest.raises(ActuatorError, match="no id that the name of a folder"):
        actuator.apply(retract(id="x" * 65))
    (server.root / "mail" / "full").chmod(0o500)
    try:
        with pytest.raises(ActuatorError, match="see the mail server's log"):
            actuator.apply(retract())
    finally:
        (server.root / "mail" / "full").chmod(0o700)
    assert [raw for raw, _ in whole(server, "full")] == [EVIL]


def test_a_source_moves_what_is_refused_and_what_is_held_comes_back(
    server: Dovecot, tmp_path: Path
) -> None:
    refuser = RefuseMail(Refusals(tmp_path, now), now)
    holder = HoldMessage(
        Refusals(tmp_path, now),
        Notes(tmp_path),
        now,
        read=lambda raw: read(raw, "queue", None, ()),
        pseudonym=PRIVACY.pseudonym,
        boxes=[ImapBox(mailbox(server, "src"))],
    )
    refuse = action("refuse-sender", ("person", "bad@jobs.example"), id="r" * 32)
    hold = action("hold-message", ("message", fingerprint(EVIL)), id="h" * 32)
    refuser.apply(refuse)
    holder.apply(hold)
    put(server, "src", mail("refused", "bad@jobs.example", number=2))
    put(server, "src", EVIL, r"(\Flagged)")
    put(server, "src", mail("plain", "cid@c.example", number=3))
    seen: list[Batch] = []

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            source = ImapSource(
                "box",
                mailbox(server, "src"),
                Gate(by_words, executor, "shadow", 5.0),
                read,
                PRIVACY,
                door=Door(Refusals(tmp_path, now), PRIVACY),
            )

            async def take() -> None:
                async for batch in source.batches(None):
                    seen.append(batch)
                    await source.safe(batch)

            task = asyncio.create_task(take())
            try:
                await until(lambda: sum(len(batch.rows) for batch in seen) >= 3)
                while len(await asyncio.to_thread(server.messages, "src")) > 1:  # noqa: ASYNC110 - a server
                    await asyncio.sleep(0.1)
                await asyncio.to_thread(holder.undo, hold)
                await until(lambda: sum(len(batch.rows) for batch in seen) >= 4)
                assert len(await asyncio.to_thread(server.messages, "src")) == 2
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    records = [dict(b.rows.record(i)) for b in seen for i in range(len(b.rows))]
    assert [(r["verdict"], r["action"]) for r in records][:3] == [
        ("refused", "move"),
        ("refused", "move"),
        ("passed", "none"),
    ]
    assert len(server.messages("src", "Quarantine")) == 1
    assert [b"\\Flagged" in flags for _, flags in whole(server, "src")] == [False, True]
    assert holder.verify(hold).state == "absent"


def test_what_a_real_mail_server_delivered_is_known_by_what_was_sent(server: Dovecot) -> None:
    with postfix() as mx:
        with smtplib.SMTP("127.0.0.1", mx.port, timeout=30) as smtp:
            smtp.sendmail("hr@jobs.example", ["ann@firm.example"], EVIL)
        (delivered,) = mx.delivered(1)
    assert delivered != EVIL
    put(server, "real", delivered.replace(b"\n", b"\r\n"))
    actuator = RetractMessage([ImapBox(mailbox(server, "real"))])
    actuator.apply(retract())
    assert not whole(server, "real")
    actuator.undo(retract())
    assert len(whole(server, "real")) == 1
