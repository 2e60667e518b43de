"""The one door: who is asking, who may come in, and who goes."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from vedette.console.access import entering, links, sessions
from vedette.console.access.audit import Acts, Audit, Record
from vedette.console.access.database import Database
from vedette.console.access.devices import Devices
from vedette.console.access.errors import NotFoundError, SignOnError
from vedette.console.access.failures import Failures
from vedette.console.access.hashing import Hasher, HashingBusyError
from vedette.console.access.links import Link
from vedette.console.access.network import Origin, origin_of
from vedette.console.access.oidc.signon import SingleSignOn
from vedette.console.access.people import People, nobody
from vedette.console.access.person import Client, Denied, Opened, Person, Who
from vedette.console.access.policy import check_password, folded, login_name
from vedette.console.access.sessions import Method
from vedette.console.access.settings import Settings
from vedette.console.access.signing import encoded, mac
from vedette.console.access.throttle import SECOND, Throttle, Ticket
from vedette.console.access.tokens import Tokens
from vedette.console.access.writes import LASTS, Writes
from vedette.model.errors import RefusedError, UnreadableError, VedetteError

BUSY_WAIT: Final = 5
JOIN: Final = "/join/"
_log: Final = logging.getLogger(__name__)


class Access:
    """Any thread may call. `now` gives microseconds since the epoch, UTC; `record` writes into the
    ledger or raises VedetteError, and then nothing is done."""

    def __init__(
        self, folder: Path, settings: Settings, *, record: Record, now: Callable[[], int]
    ) -> None:
        """Open or make access.db in `folder`. Raises UnreadableError, ConfigError."""
        self.settings = settings
        self._now = now
        self._database = database = Database(folder)
        self.oidc: SingleSignOn | None = None
        try:
            key = database.key("signing")
            if settings.oidc is not None:
                self.oidc = SingleSignOn(settings.oidc, key, now)
        except VedetteError:
            database.close()
            raise
        self._key = key
        self._acts = Acts(database, record)
        self._hasher = Hasher(settings.hashes_at_once, settings.memory_kib, settings.passes)
        self._throttle = Throttle(now)
        self._devices = Devices(key)
        self.failures = Failures(now)
        self.people = People(database, self._acts, settings.limits, now)
        self.tokens = Tokens(database, self._acts, now)
        self.writes = Writes(database, now)

    def close(self) -> None:
        """Tell the ledger of the last failures, and let go of the file."""
        self._tell(self.failures.rest())
        self._database.close()

    def tick(self) -> None:
        """Once a minute: tell the ledger what failed, delete what is over. Raises
        UnreadableError."""
        self._tell(self.failures.due())
        now = self._now()
        with self._database.write() as connection:
            sessions.sweep(connection, self.settings.limits, now)
            connection.execute("DELETE FROM links WHERE expires <= ? OR used IS NOT NULL", (now,))
            connection.execute("DELETE FROM writes WHERE created <= ?", (now - LASTS,))
            connection.execute("DELETE FROM tokens WHERE expires <= ?", (now - 30 * LASTS,))

    def who(self, session: str) -> Who | None:
        """Whose session cookie it is; None where it is nobody's, over, or they are disabled."""
        now = self._now()
        with self._database.read() as connection:
            found = sessions.find(connection, session, self.settings.limits, now)
        if found is None:
            return None
        if now - found.used >= sessions.TOUCH:
            self._touch(session, now)
        return Who(found.person, None, found.id, self._csrf(session), "session")

    def who_of_token(self, bearer: str) -> Who | None:
        """Whose API token it is."""
        return self.tokens.who(bearer)

    def login(self, name: str, password: str, client: Client) -> Opened | Denied:
        """Let somebody in by password."""
        name = folded(name)
        now = self._now()
        with self._database.read() as connection:
            person, kept = entering.credentials(connection, name)
        device = self._devices.number(client.device, person.id, now) if person else ""
        origin = origin_of(client.address)
        ticket = self._throttle.admit(name, origin, device)
        right = self._compared(ticket, kept, password, known=bool(device))
        if isinstance(right, Denied) or person is None or not right or person.disabled:
            denied = right if isinstance(right, Denied) else Denied("wrong")
            self._failed(denied, origin, name, exists=person is not None)
            return denied
        if isinstance(ticket, Ticket):
            ticket.right()
        renewed = self._renewed(kept, password)
        with self._acts.begin(entering=True) as act:
            if not entering.is_still(act.connection, person, kept):
                return Denied("wrong")  # disabled, deleted or another password since
            if renewed is not None:
                entering.set_password(act.connection, person.id, renewed)
            token, session = sessions.start(act.connection, person.id, "password", client, now)
            entering.came(act.connection, person.id, now)
            act.note(person.name, "login", person.name,
                     method="password", address=client.address[:64])  # fmt: skip
        return self._opened(person, token, session, client, now)

    def logout(self, session: str) -> str | None:
        """End a session. The address where the provider ends its own, if that let them in."""
        now = self._now()
        with self._acts.begin(entering=True) as act:
            found = sessions.find(act.connection, session, self.settings.limits, now)
            act.connection.execute("DELETE FROM sessions WHERE hash = ?", (links.digest(session),))
            if found is None:
                return None
            act.note(found.person.name, "logout", found.person.name)
        return self.oidc.logout_url(found.hint) if self.oidc is not None and found.hint else None

    def first_admin_link(self) -> str | None:
        """A link's token while nobody has an account; it replaces those before."""
        now = self._now()
        with self._acts.begin() as act:
            if not nobody(act.connection):
                return None
            return links.make(act.connection, "first-admin", "admin", "vedette", now)

    def link_url(self, token: str) -> str:
        """Where a link leads."""
        return f"{self.settings.base_url}{JOIN}{token}"

    def link(self, token: str) -> Link | None:
        """What a link is for, without using it: mail scanners open links, too."""
        with self._database.read() as connection:
            return links.find(connection, token, self._now())

    def redeem(self, token: str, name: str, password: str, client: Client) -> Opened | Denied:
        """Make the account, or set the new password, that the link is for. Raises PolicyError,
        RefusedError for a name that is taken: the link stays good then."""
        link = self.link(token)
        if link is None:
            return Denied("gone")
        chosen = link.name if link.purpose == "reset" else login_name(name)
        check_password(password, chosen)
        try:
            kept = self._hasher.hash(password)
        except HashingBusyError:
            return Denied("busy", BUSY_WAIT)
        now = self._now()
        with self._acts.begin() as act:
            link = links.find(act.connection, token, now)
            if link is None or (link.purpose == "first-admin" and not nobody(act.connection)):
                return Denied("gone")
            links.use(act.connection, token, now)
            person = entering.redeemed(act, link, chosen, kept, now)
            opened, session = sessions.start(act.connection, person.id, "link", client, now)
            entering.came(act.connection, person.id, now)
            act.note(person.name, "redeem", person.name, purpose=link.purpose, role=person.role,
                     made_by=link.made_by, address=client.address[:64])  # fmt: skip
        return self._opened(person, opened, session, client, now)

    def change_password(self, who: Who, old: str, new: str, client: Client) -> Opened | Denied:
        """Somebody's own. All their sessions end, a new one begins. Raises PolicyError,
        RefusedError for whoever has none or comes by a token."""
        if who.by == "token":
            raise RefusedError("a token can't change passwords; sign in")
        with self._database.read() as connection:
            person, kept = entering.credentials(connection, who.person.name)
        if person is None or person.id != who.person.id or kept is None:
            raise RefusedError("this account has no password of its own; use single sign-on")
        check_password(new, person.name)
        # Counted for the session: whoever stole one guesses as slowly as at the door.
        origin = origin_of(client.address)
        ticket = self._throttle.admit(person.name, origin, f"session {who.session}")
        right = self._compared(ticket, kept, old, known=True)
        if right is not True:
            denied = right if isinstance(right, Denied) else Denied("wrong")
            self._failed(denied, origin, person.name, exists=True)
            return denied
        if isinstance(ticket, Ticket):
            ticket.right()
        try:
            hashed = self._hasher.hash(new)
        except HashingBusyError:
            return Denied("busy", BUSY_WAIT)
        now = self._now()
        with self._acts.begin() as act:
            if not entering.is_still(act.connection, person, kept):
                return Denied("wrong")
            entering.set_password(act.connection, person.id, hashed)
            ended = sessions.end_all(act.connection, person.id)
            token, session = sessions.start(act.connection, person.id, "password", client, now)
            act.note(who.label, "change-password", person.name, sessions=ended)
        return self._opened(person, token, session, client, now)

    def enter(self, query: Mapping[str, str], flow: str, client: Client) -> Opened | Denied:
        """Let somebody in whom the provider sends back. Raises SignOnError, NotFoundError."""
        if self.oidc is None:
            raise NotFoundError("single sign-on is not configured")
        origin = origin_of(client.address)
        ticket = self._throttle.admit_journey(origin)
        if isinstance(ticket, int):
            return Denied("slow", _seconds(ticket))
        try:
            identity = self.oidc.finish(query, flow)
        except SignOnError:
            self.failures.count("single sign-on", origin, "", exists=False)
            raise
        ticket.untried()
        now = self._now()
        with self._acts.begin(entering=True) as act:
            person = entering.signed_on(act, identity, now)
            if person is None:
                self.failures.count("disabled", origin, identity.name, exists=True)
                raise SignOnError("this account is disabled; ask an admin of Vedette")
            method: Method = "single sign-on"
            token, session = sessions.start(
                act.connection, person.id, method, client, now, identity.hint
            )
            entering.came(act.connection, person.id, now)
            act.note(person.name, "login", person.name, method=method, role=person.role,
                     address=client.address[:64])  # fmt: skip
        return self._opened(person, token, session, client, now, identity.back)

    def _compared(
        self, ticket: Ticket | int, kept: str | None, password: str, *, known: bool
    ) -> bool | Denied:
        if isinstance(ticket, int):
            return Denied("slow", _seconds(ticket))
        try:
            return self._hasher.verify(kept, password[:4096], known=known)
        except HashingBusyError:
            ticket.untried()
            return Denied("busy", BUSY_WAIT)

    def _renewed(self, kept: str | None, password: str) -> str | None:
        """The password hashed anew where that is done with other parameters by now."""
        if kept is None or not self._hasher.stale(kept):
            return None
        try:
            return self._hasher.hash(password)
        except HashingBusyError:
            return None  # at their next login

    def _failed(self, denied: Denied, origin: Origin, name: str, *, exists: bool) -> None:
        self.failures.count(denied.reason, origin, name, exists=exists)
        self._tell(self.failures.due())

    def _tell(self, audits: Iterable[Audit]) -> None:
        """Nobody waits for these: what can't be recorded stands in the log."""
        for audit in audits:
            try:
                self._acts.write_down(audit)
            except VedetteError:
                _log.exception("not in the ledger: %s", audit.done)

    def _touch(self, session: str, now: int) -> None:
        try:
            with self._database.write() as connection:
                connection.execute(
                    "UPDATE sessions SET used = ? WHERE hash = ?", (now, links.digest(session))
                )
        except UnreadableError:
            _log.warning("when a session was used is not kept", exc_info=True)

    def _csrf(self, session: str) -> str:
        return mac(self._key, "csrf", encoded(links.digest(session)))

    def _opened(
        self, person: Person, token: str, session: str, client: Client, now: int, back: str = "/"
    ) -> Opened:
        device = self._devices.make(person.id, now, client.device)
        who = Who(person, None, session, self._csrf(token), "session")
        return Opened(token, device, who, back)


def _seconds(micros: int) -> int:
    return max(1, math.ceil(micros / SECOND))
