"""A mailbox on an IMAP server (RFC 9051), messages moved within it (RFC 6851).

Nothing is deleted or written anew: a move keeps a message's bytes, flags and date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from vedette.lure.fingerprint import HALF, WRITTEN, fingerprint, of_headers
from vedette.lure.live.imap import Mailbox, connect, delimiter_of, imap_errors, leave
from vedette.lure.live.quarantine import place_of, told_by
from vedette.model.errors import ActuatorError, UnreadableError
from vedette.model.instant import SECOND
from vedette.response.actuators.mail.boxes import Wanted

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

MOST: Final = 50_000
"""Messages of one folder whose headers are looked at."""
CHUNK: Final = 500
_VIEWS: Final = frozenset(("\\noselect", "\\nonexistent", "\\all", "\\flagged"))
"""Folders that can't be opened, and those that only show what lies in others."""
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_UID: Final = re.compile(rb"\bUID (\d+)")
_MESSAGE_ID: Final = re.compile(r"[!#-\[\]-~]{1,250}")
"""What can stand between quotes in a command as it is."""


class ImapBox:
    """`mailbox` says where and as whom; its `folder` doesn't count, its `quarantine` is the folder
    below which what is taken lies. `name` is whose mailbox it is (else the login name)."""

    def __init__(self, mailbox: Mailbox, name: str = "") -> None:
        self.name = name or mailbox.user
        self._mailbox = mailbox

    def copies(self, wanted: Wanted) -> int:
        with self._connected() as box:
            return sum(len(uids) for _, uids in self._found(box, wanted))

    def take(self, action: str, wanted: Wanted) -> int:
        with self._connected() as box:
            self._need_move(box)
            found = self._found(box, wanted)
            for folder, uids in found:
                target = self._place(box, action, folder)
                if not box.folder.exists(target):
                    box.folder.create(target)
                box.folder.set(folder)
                box.move(uids, target)
            return sum(len(uids) for _, uids in found)

    def kept(self, action: str) -> int | None:
        with self._connected() as box:
            places = [place for place, told, _ in self._places(box) if told == action]
            if not places:
                return None
            return sum(box.folder.status(place, ["MESSAGES"])["MESSAGES"] for place in places)

    def give_back(self, action: str) -> int:
        with self._connected() as box:
            moved = 0
            for place, told, origin in list(self._places(box)):
                if told != action:
                    continue
                box.folder.set(place)
                uids = box.uids("ALL")
                if uids:
                    self._need_move(box)
                    # a folder that its owner has deleted since: where he sees it
                    target = origin if box.folder.exists(origin) else "INBOX"
                    box.move(uids, target)
                    moved += len(uids)
                box.folder.set("INBOX", readonly=True)
                if not box.folder.status(place, ["MESSAGES"])["MESSAGES"]:
                    box.folder.delete(place)
            return moved

    def actions(self) -> frozenset[str]:
        with self._connected() as box:
            return frozenset(told for _, told, _ in self._places(box))

    def _found(self, box: BaseMailBox, wanted: Wanted) -> list[tuple[str, list[str]]]:
        """Folders and the UIDs of copies there."""
        ours = self._mailbox.quarantine
        found: list[tuple[str, list[str]]] = []
        for each in box.folder.list():
            if {flag.lower() for flag in each.flags} & _VIEWS:
                continue
            if each.name == ours or each.name.startswith(ours + each.delim):
                continue
            box.folder.set(each.name, readonly=True)
            uids = box.uids(_criteria(wanted))
            if len(uids) > MOST:
                raise ActuatorError(
                    f"{each.name}: {len(uids)} messages to look at; name the message-id"
                )
            same = [uid for uid in _alike(box, uids, wanted) if _same(box, uid, wanted)]
            if same:
                found.append((each.name, same))
        return found

    def _places(self, box: BaseMailBox) -> Iterator[tuple[str, str, str]]:
        """Every place: its folder, its action, the folder its messages are from."""
        prefix = self._mailbox.quarantine + delimiter_of(box)
        for each in box.folder.list("", f"{prefix}%"):
            told = told_by(each.name.removeprefix(prefix))
            if told is not None:
                yield each.name, *told

    def _place(self, box: BaseMailBox, action: str, folder: str) -> str:
        try:
            return f"{self._mailbox.quarantine}{delimiter_of(box)}{place_of(action, folder)}"
        except ValueError as error:
            raise ActuatorError(f"{error}; move the message by hand") from error

    def _need_move(self, box: BaseMailBox) -> None:
        if "MOVE" not in box.client.capabilities:
            raise ActuatorError(
                f"{self._mailbox.host}: the server can't move messages (RFC 6851) and nothing is "
                "ever deleted here; move the message by hand"
            )

    @contextmanager
    def _connected(self) -> Iterator[BaseMailBox]:
        try:
            box = connect(self._mailbox)
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error
        try:
            yield box
        except imap_errors() as error:
            host = self._mailbox.host
            raise ActuatorError(f"{host}: {_short(error)}; see the mail server's log") from error
        finally:
            leave(box)


def boxes_of(
    mailbox: Mailbox, users: Sequence[str], *, master: str = "", separator: str = "*"
) -> list[ImapBox]:
    """Mailboxes of many users on one server. `mailbox` says where; with `master`, its password is
    that of the master user, who logs in as `USER*MASTER`; without, every user's."""
    found: list[ImapBox] = []
    for user in users:
        login = f"{user}{separator}{master}" if master else user
        found.append(ImapBox(_as(mailbox, login), user))
    return found


def _as(mailbox: Mailbox, login: str) -> Mailbox:
    from dataclasses import replace

    return replace(mailbox, user=login)


def _criteria(wanted: Wanted) -> str:
    if wanted.message_id:
        if not _MESSAGE_ID.fullmatch(wanted.message_id):
            raise ActuatorError(f"{wanted.message_id[:100]!a}: can't be searched for; leave it out")
        return f'HEADER Message-ID "{wanted.message_id}"'
    since = datetime.fromtimestamp(max(wanted.since, 0) / SECOND, UTC)
    return f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"


def _alike(box: BaseMailBox, uids: Sequence[str], wanted: Wanted) -> list[str]:
    """Those whose headers fit. The server sends no more than these headers."""
    found: list[str] = []
    fields = " ".join(WRITTEN).upper()
    for begin in range(0, len(uids), CHUNK):
        some = ",".join(uids[begin : begin + CHUNK])
        for uid, head in _fetched(box, some, f"BODY.PEEK[HEADER.FIELDS ({fields})]"):
            if of_headers(head) == wanted.fingerprint[:HALF]:
                found.append(uid)
    return found


def _same(box: BaseMailBox, uid: str, wanted: Wanted) -> bool:
    return any(
        fingerprint(raw) == wanted.fingerprint for _, raw in _fetched(box, uid, "BODY.PEEK[]")
    )


def _fetched(box: BaseMailBox, uids: str, what: str) -> Iterator[tuple[str, bytes]]:
    state, data = box.client.uid("FETCH", uids, f"(UID {what})")
    if state != "OK":
        raise ActuatorError(f"the server does not give messages: {data!r:.200}; see its log")
    for at, part in enumerate(data or ()):
        if isinstance(part, tuple):
            after = data[at + 1] if at + 1 < len(data) else b""
            match = _UID.search(part[0]) or _UID.search(after if isinstance(after, bytes) else b"")
            if match is not None:
                yield match[1].decode(), bytes(part[1])


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
