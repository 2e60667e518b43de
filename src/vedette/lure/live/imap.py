"""A mailbox over IMAP (RFC 9051): reported messages, or mail that was delivered already.

Works with IDLE (RFC 2177) where the server has it, by asking again every minute where not.
Mail is only read (BODY.PEEK), and moved where the configuration says so. A report that was answered
is marked so (\\Answered): whatever happens in between, a person gets one answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import socket
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from vedette.lure.examined import Examined
from vedette.lure.live.door import Door, only_held
from vedette.lure.live.following import AT_ONCE, AnswerError, Following, is_lure
from vedette.lure.live.gate import Answer, Gate, Read
from vedette.lure.live.quarantine import FOLDER, place_of
from vedette.lure.privacy import Privacy
from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock
from vedette.store.refusals import Refusal

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

ASK_AGAIN: Final = 60.0
"""Seconds between looks where the server has no IDLE."""
IDLE: Final = 10.0
"""Seconds of one IDLE. What a server tells of in the same breath as its "go on" waits in a buffer
that nobody polls, until the IDLE ends."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where the mail is. `security`: "tls" from the start, "starttls", or "none" (loopback and
    tests only). `ca` is a PEM file of authorities to trust instead of the system's."""

    host: str
    port: int
    user: str
    password: str
    security: Literal["tls", "starttls", "none"] = "tls"
    ca: str | None = None
    folder: str = "INBOX"
    move_lures_to: str | None = None
    """Where lures go once they are stored; None leaves them."""
    move_handled_to: str | None = None
    """Where everything else goes (a report mailbox is kept empty); None leaves it."""
    timeout: float = 30.0
    quarantine: str = FOLDER
    """Where refused mail goes without `move_lures_to`, and below which held mail waits."""


class ImapSource(Following["_Fetched"]):
    """Follows one folder. With `answer`, each message is a person's report."""

    def __init__(
        self,
        name: str,
        mailbox: Mailbox,
        gate: Gate,
        read: Read,
        privacy: Privacy,
        *,
        answer: Answer | None = None,
        from_end: bool = False,
        clock: Clock | None = None,
        door: Door | None = None,
    ) -> None:
        lures_go: Final = "none" if mailbox.move_lures_to is None else "move"
        super().__init__(name, gate, read, privacy, answer, lures_go, clock, door)
        self._mailbox = mailbox
        self._from_end = from_end
        self._connected: tuple[ThreadPoolExecutor, BaseMailBox] | None = None

    async def _follow(self, mark: str) -> None:
        loop = asyncio.get_running_loop()
        # imaplib blocks, and one connection must be used by one thread at a time
        with ThreadPoolExecutor(1, f"imap-{self.name}") as thread:
            box = await loop.run_in_executor(thread, connect, self._mailbox)
            self._connected = thread, box
            try:
                validity, last = await loop.run_in_executor(thread, self._start, box, mark)
                while True:
                    uids = await loop.run_in_executor(thread, _newer, box, last)
                    for begin in range(0, len(uids), AT_ONCE):
                        last = await self._several(
                            thread, box, validity, uids[begin : begin + AT_ONCE]
                        )
                    await self._settle(())
                    if not uids:
                        await loop.run_in_executor(thread, _wait, box)
            except imap_errors() as error:
                raise UnreadableError(
                    f"{self._mailbox.host}: the mailbox was lost: {error}; it is tried again"
                ) from error
            except asyncio.CancelledError:
                _interrupt(box)  # or an IDLE would go on to its end
                raise
            finally:
                await loop.run_in_executor(thread, leave, box)

    def _start(self, box: BaseMailBox, mark: str) -> tuple[str, int]:
        """The folder's validity, and the UID after which there is something new."""
        folder = self._mailbox.folder
        for wanted in (self._mailbox.move_lures_to, self._mailbox.move_handled_to):
            if wanted and not box.folder.exists(wanted):
                box.folder.create(wanted)
        status = box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
        box.folder.set(folder)
        validity = str(status["UIDVALIDITY"])
        known, _, last = mark.partition(":")
        if known == validity and last.isdecimal():
            # What was stored and not yet moved or answered when the process died is done again:
            # its events and findings are the same.
            return validity, 0 if self._mailbox.move_handled_to else max(0, int(last) - AT_ONCE)
        if known and known != validity:
            what = f"the folder {folder} was made anew (UIDVALIDITY {known} to {validity})"
            self._feed.trouble(Problem(self.name, what, "all of its messages are examined again"))
        return validity, int(status["UIDNEXT"]) - 1 if self._from_end and not known else 0

    async def _several(
        self, thread: ThreadPoolExecutor, box: BaseMailBox, validity: str, uids: Sequence[int]
    ) -> int:
        """Examine, have stored, then move and answer. Returns the last UID."""
        loop = asyncio.get_running_loop()
        done: list[tuple[_Fetched, Examined]] = []
        refused: list[tuple[_Fetched, Sequence[Refusal]]] = []
        stored = []
        for uid in uids:
            place = f"{self._mailbox.folder} {uid}"
            fetched = await loop.run_in_executor(thread, _fetch, box, uid)
            if fetched is None:
                continue  # somebody deleted or moved it
            outcome = await self._examined(fetched.load, len(fetched.raw), place, fetched.arrival)
            stored.append(self._put(outcome, place, fetched.arrival, f"{validity}:{uid}"))
            if outcome.refused:
                refused.append((fetched, outcome.refused))
            elif outcome.examined is not None:
                done.append((fetched, outcome.examined))
        await asyncio.gather(*stored)
        for fetched, hits in refused:
            await loop.run_in_executor(thread, self._refuse, box, fetched.uid, hits)
        await self._settle(done)
        return uids[-1]

    def _refuse(self, box: BaseMailBox, uid: int, hits: Sequence[Refusal]) -> None:
        """Move a refused message away; one that is only held to where its action finds it."""
        target = self._mailbox.move_lures_to or self._mailbox.quarantine
        if only_held(hits):
            delimiter = delimiter_of(box)
            place = place_of(hits[0].id, self._mailbox.folder)
            target = f"{self._mailbox.quarantine}{delimiter}{place}"
        if not box.folder.exists(target):
            box.folder.create(target)
        box.move([str(uid)], target)

    async def _act(self, mail: _Fetched, examined: Examined) -> None:
        assert self._connected is not None
        thread, box = self._connected
        loop = asyncio.get_running_loop()
        if self._answer is not None and not mail.answered:
            try:
                await loop.run_in_executor(thread, self._answer, examined)
            except OSError as error:
                raise AnswerError(str(error)) from error
            await loop.run_in_executor(thread, _mark_answered, box, mail.uid)
        target = self._mailbox.move_lures_to if is_lure(examined) else None
        target = target or self._mailbox.move_handled_to
        if target is not None:
            await loop.run_in_executor(thread, lambda: box.move([str(mail.uid)], target))


def connect(how: Mailbox) -> BaseMailBox:
    """A connection that is logged in. Raises UnreadableError (what to check)."""
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

    try:
        if how.security == "none":
            made: BaseMailBox = MailBoxUnencrypted(how.host, how.port, how.timeout)
        else:
            context = ssl.create_default_context(cafile=how.ca)
            kind = MailBox if how.security == "tls" else MailBoxStartTls
            made = kind(how.host, how.port, how.timeout, ssl_context=context)
        try:
            box = made.login(how.user, how.password, initial_folder=None)
            # what a server can do, MOVE above all, it may say only to who is logged in
            _, said = box.client.capability()
            box.client.capabilities = tuple(said[-1].decode("ascii", "replace").upper().split())
            return box
        except imap_errors():
            made.client.shutdown()
            raise
    except imap_errors() as error:
        raise UnreadableError(
            f"{how.host}:{how.port}: {error}; check host, port, security, user and password"
        ) from error


@dataclass(frozen=True, slots=True)
class _Fetched:
    uid: int
    raw: bytes
    arrival: int
    """When the server took it, in microseconds since the epoch."""
    answered: bool

    def load(self) -> bytes:
        return self.raw


def delimiter_of(box: BaseMailBox) -> str:
    """What stands between the names of a folder and those below it."""
    return next((each.delim for each in box.folder.list("", "") if each.delim), "/")


def _newer(box: BaseMailBox, last: int) -> list[int]:
    """The UIDs above `last`, in order. (`n:*` always gives the newest, however old.)"""
    return sorted(uid for each in box.uids(f"UID {last + 1}:*") if (uid := int(each)) > last)


def _fetch(box: BaseMailBox, uid: int) -> _Fetched | None:
    _, data = box.client.uid("FETCH", str(uid), "(FLAGS INTERNALDATE BODY.PEEK[])")
    for part in data or ():
        if isinstance(part, tuple):
            taken = imaplib.Internaldate2tuple(part[0])
            arrival = round(time.mktime(taken)) * 1_000_000 if taken else 0
            # servers may tell the flags before or after the message
            around = b" ".join(each for each in (part[0], *data) if isinstance(each, bytes))
            return _Fetched(uid, bytes(part[1]), arrival, b"\\Answered" in around)
    return None


def _mark_answered(box: BaseMailBox, uid: int) -> None:
    box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Answered)")


def _wait(box: BaseMailBox) -> None:
    """Until something may be new."""
    if "IDLE" not in box.client.capabilities:
        time.sleep(ASK_AGAIN)
        box.client.noop()
        return
    from imap_tools.errors import MailboxTaggedResponseError

    try:
        box.idle.start()  # type: ignore[no-untyped-call]  # imap-tools leaves it so
    except MailboxTaggedResponseError:
        pass  # the server told of something before it said that it waits
    else:
        box.idle.poll(timeout=IDLE)
    box.idle.stop()  # type: ignore[no-untyped-call]  # imap-tools leaves it so


def _interrupt(box: BaseMailBox) -> None:
    """End whatever the connection's thread waits for. From another thread."""
    with contextlib.suppress(OSError):
        box.client.sock.shutdown(socket.SHUT_RDWR)


def leave(box: BaseMailBox) -> None:
    """End a connection, also one that is lost."""
    try:
        box.logout()
    except imap_errors():
        box.client.shutdown()  # the connection is gone anyway


def imap_errors() -> tuple[type[Exception], ...]:
    """What a connection may raise."""
    from imap_tools.errors import ImapToolsError

    return (OSError, imaplib.IMAP4.error, ImapToolsError)
