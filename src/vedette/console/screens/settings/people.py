"""People and tokens; what somebody set for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from vedette.console.access.person import Preferences, SavedQuery
from vedette.console.access.roles import ROLES, SCOPES, Role, Scope, at_least
from vedette.console.table import Done, Nothing

if TYPE_CHECKING:
    from vedette.console.access.person import Person
    from vedette.console.access.sessions import Session
    from vedette.console.access.tokens import Token
    from vedette.console.seat import Seat

DAY: Final = 86_400_000_000
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class PersonShown(msgspec.Struct, frozen=True):
    """An account. Times are microseconds. `signs_on` says how: password, single sign-on or
    both."""

    id: str
    name: str
    role: Role
    disabled: bool
    created: int
    last_login: int | None
    signs_on: str


class TokenShown(msgspec.Struct, frozen=True):
    """A token of the API, without its secret."""

    id: str
    owner: str
    name: str
    scopes: tuple[Scope, ...]
    created: int
    used: int | None
    expires: int


class SessionShown(msgspec.Struct, frozen=True):
    """A browser that somebody is signed in with. `this`: the one that asks."""

    id: str
    created: int
    used: int
    expires: int
    method: str
    address: str
    agent: str
    this: bool


class People(msgspec.Struct, frozen=True):
    """All accounts and all tokens. `link` is an invitation's address, shown this once."""

    people: tuple[PersonShown, ...]
    tokens: tuple[TokenShown, ...]
    roles: tuple[Role, ...]
    link: str = ""
    said: str = ""


class Mine(msgspec.Struct, frozen=True):
    """One's own settings. `token` is a new one's text, shown this once."""

    person: PersonShown
    time: str
    colours: str
    queries: tuple[SavedQuery, ...]
    sessions: tuple[SessionShown, ...]
    tokens: tuple[TokenShown, ...]
    scopes: tuple[Scope, ...]
    token: str = ""


class Inviting(msgspec.Struct, frozen=True):
    """The role of whoever is to come."""

    role: Role


class Somebody(msgspec.Struct, frozen=True):
    """An account, by its id."""

    person: Id


class Promoting(msgspec.Struct, frozen=True):
    """Another role. Their sessions end."""

    person: Id
    role: Role


class Turning(msgspec.Struct, frozen=True):
    """What is to be done to an account: its sessions ended, itself disabled, enabled, deleted."""

    person: Id
    what: Literal["disable", "enable", "delete", "end-sessions"]


class Making(msgspec.Struct, frozen=True):
    """A token of one's own: what it is for, what it may do, for how many days."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1, max_length=8)]
    days: Annotated[int, msgspec.Meta(ge=1, le=730)] = 90


class Revoking(msgspec.Struct, frozen=True):
    """A token, by its id."""

    token: Id


class Ending(msgspec.Struct, frozen=True):
    """A session of one's own, by its id."""

    session: Id


class Preferring(msgspec.Struct, frozen=True):
    """How one's own pages show times and colours."""

    time: Literal["utc", "site", "browser"] = "utc"
    colours: Literal["system", "light", "dark"] = "system"


def read_people(seat: Seat, query: Nothing) -> People:
    return _people(seat)


def read_mine(seat: Seat, query: Nothing) -> Mine:
    return _mine(seat)


def invite(seat: Seat, body: Inviting) -> People:
    link = seat.access.link_url(seat.access.people.invite(seat.who, body.role))
    return _people(seat, link, f"Whoever opens this link within three days becomes {body.role}.")


def reset(seat: Seat, body: Somebody) -> People:
    link = seat.access.link_url(seat.access.people.reset(seat.who, body.person))
    name = seat.access.people.get(body.person).name
    return _people(seat, link, f"By this link {name} chooses a new password.")


def promote(seat: Seat, body: Promoting) -> Done:
    person = seat.access.people.set_role(seat.who, body.person, body.role)
    return Done(f"{person.name} is {person.role} now.", "/settings/people")


def turn(seat: Seat, body: Turning) -> Done:
    people = seat.access.people
    name = people.get(body.person).name
    if body.what == "end-sessions":
        count = people.end_sessions(seat.who, body.person)
        return Done(f"{name}: {count} sessions ended.", "/settings/people")
    {"disable": people.disable, "enable": people.enable, "delete": people.delete}[body.what](
        seat.who, body.person
    )
    return Done(f"{name}: {body.what}d.", "/settings/people")


def make_token(seat: Seat, body: Making) -> Mine:
    made = seat.access.tokens.make(seat.who, body.name, body.scopes, seat.now() + body.days * DAY)
    return _mine(seat, made.text)


def revoke_token(seat: Seat, body: Revoking) -> Done:
    seat.access.tokens.revoke(seat.who, body.token)
    return Done("The token is of no use any more.", "/settings/me")


def end_session(seat: Seat, body: Ending) -> Done:
    seat.access.people.end_session(seat.who, body.session)
    return Done("The session has ended.", "/settings/me")


def prefer(seat: Seat, body: Preferring) -> Done:
    before = seat.access.people.get(seat.who.person.id).preferences
    chosen: Preferences = msgspec.structs.replace(before, time=body.time, colours=body.colours)
    seat.access.people.prefer(seat.who.person.id, chosen)
    return Done("Kept.", "/settings/me")


def said(done: Done) -> str:
    return done.said


def following(done: Done) -> str:
    return done.next


def _people(seat: Seat, link: str = "", words: str = "") -> People:
    people = seat.access.people.all()
    names = {person.id: person.name for person in people}
    return People(
        tuple(_person(person) for person in people),
        tuple(_token(each, names) for each in seat.access.tokens.all()),
        ROLES,
        link,
        words,
    )


def _mine(seat: Seat, token: str = "") -> Mine:
    who = seat.who
    person = seat.access.people.get(who.person.id)
    sessions = seat.access.people.sessions(person.id)
    return Mine(
        _person(person),
        person.preferences.time,
        person.preferences.colours,
        person.preferences.queries,
        tuple(_session(each, who.session) for each in sessions),
        tuple(_token(each, {person.id: person.name}) for each in seat.access.tokens.of(person.id)),
        tuple(scope for scope, least in SCOPES.items() if at_least(person.role, least)),
        token,
    )


def _person(person: Person) -> PersonShown:
    ways = [
        *(["password"] if person.has_password else []),
        *(["single sign-on"] if person.subject else []),
    ]
    return PersonShown(
        person.id, person.name, person.role, person.disabled, person.created, person.last_login,
        " and ".join(ways) or "not yet",
    )  # fmt: skip


def _token(token: Token, names: dict[str, str]) -> TokenShown:
    return TokenShown(
        token.id, names.get(token.person, ""), token.name, token.scopes, token.created,
        token.used, token.expires,
    )  # fmt: skip


def _session(session: Session, this: str) -> SessionShown:
    return SessionShown(
        session.id, session.created, session.used, session.expires, session.method,
        session.address, session.agent, session.id == this,
    )  # fmt: skip
