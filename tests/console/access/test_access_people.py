"""Accounts, their roles and the last admin."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from console.access.access_shapes import HOME, PASSWORD, house
from vedette.console.access.errors import NotFoundError, PolicyError
from vedette.console.access.person import Denied, Preferences, SavedQuery, Who
from vedette.console.access.roles import ROLES, SCOPES, Role, at_least
from vedette.model.errors import RefusedError


def test_the_last_admin_stays(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        people = it.access.people
        ada = it.admin().person
        it.someone("ben", "responder")
        with pytest.raises(RefusedError, match="last admin"):
            people.set_role("root", ada.id, "viewer")
        with pytest.raises(RefusedError, match="last admin"):
            people.disable("root", ada.id)
        with pytest.raises(RefusedError, match="last admin"):
            people.delete("root", ada.id)
        assert people.get(ada.id).role == "admin" and not people.get(ada.id).disabled
        other = it.someone("cy", "admin")
        people.disable("root", ada.id)
        with pytest.raises(RefusedError, match="last admin"):
            people.delete("root", other.id)
        people.delete("root", ada.id)
        people.enable("root", other.id)


def test_people_without_any_admin_can_still_be_changed(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        vera = it.someone("vera")
        it.access.people.disable("root", vera.id)
        it.access.people.delete("root", vera.id)
        assert it.access.people.all() == ()


def test_a_change_of_role_ends_the_sessions(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        ben = it.someone("ben", "viewer")
        opened = it.opened("ben")
        changed = it.access.people.set_role("root", ben.id, "analyst")
        assert changed.role == "analyst" == it.access.people.get(ben.id).role
        assert it.access.who(opened.token) is None
        again = it.opened("ben")
        it.access.people.set_role("root", ben.id, "analyst")  # no change: nothing ends
        assert it.access.who(again.token) is not None
        assert len(it.book.said("role")) == 1


def test_whoever_is_disabled_is_out_at_once(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        ben = it.someone("ben", "analyst")
        opened = it.opened("ben")
        made = it.access.tokens.make(opened.who, "ci", ["read"], it.clock.at + 10**12)
        reset = it.access.people.reset("root", ben.id)
        it.access.people.disable("root", ben.id)
        assert it.access.who(opened.token) is None
        assert it.access.who_of_token(made.text) is None
        assert it.access.redeem(reset, "", PASSWORD, HOME) == Denied("gone")
        assert it.access.login("ben", PASSWORD, HOME) == Denied("wrong")
        with pytest.raises(RefusedError, match="disabled"):
            it.access.people.reset("root", ben.id)
        it.access.people.enable("root", ben.id)
        assert it.access.who(opened.token) is None
        assert it.access.who_of_token(made.text) is not None


def test_deleting_takes_everything_along(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        ben = it.someone("ben", "analyst")
        opened = it.opened("ben")
        made = it.access.tokens.make(opened.who, "ci", ["read"], it.clock.at + 10**12)
        it.access.people.delete("root", ben.id)
        assert it.access.who(opened.token) is None
        assert it.access.who_of_token(made.text) is None
        with pytest.raises(NotFoundError):
            it.access.people.get(ben.id)
        assert it.someone("ben").id != ben.id


def test_sessions_are_listed_and_ended_by_their_public_id(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        ben = it.someone("ben")
        one, other = it.opened("ben"), it.opened("ben")
        listed = it.access.people.sessions(ben.id)
        assert {each.id for each in listed} >= {one.who.session, other.who.session}
        assert listed[0].address == HOME.address
        it.access.people.end_session("root", one.who.session)
        assert it.access.who(one.token) is None
        assert it.access.who(other.token) is not None
        with pytest.raises(NotFoundError):
            it.access.people.end_session("root", one.who.session)
        assert it.access.people.end_sessions("root", ben.id) == 2
        assert it.access.who(other.token) is None


def test_nobody_ends_the_sessions_of_others_but_an_admin(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        ben, cy = it.someone("ben", "responder"), it.someone("cy", "responder")
        bens = it.opened("ben")
        other = it.opened("cy").who
        with pytest.raises(NotFoundError):
            it.access.people.end_session(other, bens.who.session)
        with pytest.raises(NotFoundError):
            it.access.people.end_sessions(other, ben.id)
        assert it.access.who(bens.token) is not None
        it.access.people.end_session(admin, bens.who.session)
        assert it.access.who(bens.token) is None
        assert it.access.people.end_sessions(other, cy.id) == 2


def test_preferences_are_kept_and_bounded(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        ada = it.admin().person
        chosen = Preferences("site", "dark", it.clock.at, (SavedQuery("mine", "q=host:a"),))
        it.access.people.prefer(ada.id, chosen)
        assert it.access.people.get(ada.id).preferences == chosen
        many = msgspec.structs.replace(chosen, queries=(SavedQuery("x", ""),) * 101)
        with pytest.raises(PolicyError, match="preferences"):
            it.access.people.prefer(ada.id, many)
        with pytest.raises(NotFoundError):
            it.access.people.prefer("nobody", chosen)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_session_may_is_what_its_role_may(tmp_path: Path, role: Role) -> None:
    with house(tmp_path) as it:
        it.someone("ben", role)
        who = it.opened("ben").who
        for needed in ROLES:
            for scope in SCOPES:
                assert who.may(needed, scope) == (ROLES.index(needed) <= ROLES.index(role))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("needed", ROLES)
def test_what_a_token_may_is_within_its_scopes_and_its_owners_role(
    tmp_path: Path, role: Role, needed: Role
) -> None:
    with house(tmp_path) as it:
        person = it.someone("ben", role)
    for scope in SCOPES:
        who = Who(person, frozenset({scope}), "id", "", "token")
        for other in SCOPES:
            expected = other == scope and at_least(role, needed) and at_least(role, SCOPES[scope])
            assert who.may(needed, other) == expected
