"""Coming in and going: links, passwords, sessions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.access.access_shapes import DAY, HOME, HOUR, MINUTE, PASSWORD, entered, house
from vedette.console.access.database import NAME
from vedette.console.access.errors import PolicyError
from vedette.console.access.person import Client, Denied, Opened
from vedette.console.access.web import csrf_right
from vedette.model.errors import RefusedError, UnreadableError


def test_the_first_admin_comes_by_a_link_that_works_once(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        older = it.access.first_admin_link()
        link = it.access.first_admin_link()
        assert older and link
        assert it.access.link(older) is None
        found = it.access.link(link)
        assert found is not None and (found.purpose, found.role) == ("first-admin", "admin")
        opened = entered(it.access.redeem(link, " Ada ", PASSWORD, HOME))
        assert (opened.who.person.name, opened.who.person.role) == ("ada", "admin")
        assert it.access.redeem(link, "eve", PASSWORD, HOME) == Denied("gone")
        assert it.access.first_admin_link() is None
        who = it.access.who(opened.token)
        assert who is not None and who.person.name == "ada"
        assert who.person.last_login == it.clock.at
        assert [audit.done.what for audit in it.book.audits] == ["redeem"]


def test_the_link_of_the_first_admin_is_over_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        link = it.access.first_admin_link()
        assert link
        it.clock.pass_by(15 * MINUTE)
        assert it.access.link(link) is None
        assert it.access.redeem(link, "ada", PASSWORD, HOME) == Denied("gone")


def test_a_first_admins_link_is_void_once_somebody_is_there(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        link = it.access.first_admin_link()
        assert link
        it.someone("vera")
        assert it.access.redeem(link, "eve", PASSWORD, HOME) == Denied("gone")


def test_a_link_stays_good_where_the_password_is_not_taken(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        link = it.access.first_admin_link()
        assert link
        with pytest.raises(PolicyError, match="12 characters"):
            it.access.redeem(link, "ada", "short", HOME)
        with pytest.raises(PolicyError, match="a name has"):
            it.access.redeem(link, "<ada>", PASSWORD, HOME)
        assert isinstance(it.access.redeem(link, "ada", PASSWORD, HOME), Opened)


def test_an_invitation_makes_an_account_of_its_role(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        link = it.access.people.invite(admin, "analyst")
        with pytest.raises(RefusedError, match="has this name already"):
            it.access.redeem(link, "ADA", PASSWORD, HOME)
        opened = entered(it.access.redeem(link, "ben", PASSWORD, HOME))
        assert opened.who.person.role == "analyst"
        (made,) = it.book.said("invite")
        assert (made.who, made.done.details) == ("ada", {"role": "analyst"})
        late = it.access.people.invite(admin, "viewer")
        it.clock.pass_by(3 * DAY)
        assert it.access.redeem(late, "cy", PASSWORD, HOME) == Denied("gone")


def test_a_reset_sets_the_password_and_ends_the_sessions(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        ben = it.someone("ben")
        before = it.opened("ben")
        link = it.access.people.reset(admin, ben.id)
        found = it.access.link(link)
        assert found is not None and found.name == "ben"
        opened = entered(it.access.redeem(link, "another", "five herons on ice", HOME))
        assert opened.who.person.name == "ben"
        assert it.access.who(before.token) is None
        assert it.access.login("ben", PASSWORD, HOME) == Denied("wrong")
        assert isinstance(it.access.login("ben", "five herons on ice", HOME), Opened)


def test_only_the_right_name_and_password_get_in(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        assert it.access.login("ada", PASSWORD + " ", HOME) == Denied("wrong")
        assert it.access.login("nobody", PASSWORD, HOME) == Denied("wrong")
        assert it.access.login("ada", "", HOME) == Denied("wrong")
        assert it.access.login("ada\0", "x" * 1_000_000, HOME) == Denied("wrong")
        assert it.access.login("\ud800", "\udfff", HOME) == Denied("wrong")
        opened = entered(it.access.login(" ADA ", PASSWORD, HOME))
        assert opened.who.label == "ada"


def test_a_password_typed_with_other_code_points_is_the_same(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        link = it.access.first_admin_link()
        assert link
        entered(it.access.redeem(link, "ada", "vier füchse im schnee", HOME))
        assert isinstance(it.access.login("ada", "vier fu\u0308chse im schnee", HOME), Opened)


def test_a_login_gives_a_new_session_and_ends_the_one_that_the_browser_had(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        it.someone("eve")
        planted = it.opened("eve")
        opened = it.opened("ada", HOME._replace(session=planted.token))
        assert opened.token != planted.token
        assert it.access.who(planted.token) is None
        who = it.access.who(opened.token)
        assert who is not None and who.person.name == "ada"
        # a token that the browser made up itself never becomes a session
        assert it.opened("ada", HOME._replace(session="chosen")).token != "chosen"
        assert it.access.who("chosen") is None


def test_sessions_end_without_use_and_in_any_case(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        opened = it.opened("ada")
        it.clock.pass_by(8 * HOUR - 1)
        assert it.access.who(opened.token) is not None
        it.clock.pass_by(8 * HOUR)
        assert it.access.who(opened.token) is None
        opened = it.opened("ada")
        for _ in range(24):
            it.clock.pass_by(7 * HOUR - 1)
            assert it.access.who(opened.token) is not None
        it.clock.pass_by(30)
        assert it.access.who(opened.token) is None
        it.access.tick()
        assert it.access.people.sessions(opened.who.person.id) == ()


def test_logging_out_ends_that_session_alone(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        here, there = it.opened("ada"), it.opened("ada")
        assert it.access.logout(here.token) is None
        assert it.access.who(here.token) is None
        assert it.access.who(there.token) is not None
        assert len(it.book.said("logout")) == 1
        it.access.logout(here.token)
        assert len(it.book.said("logout")) == 1


def test_csrf_tokens_belong_to_a_session(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        one, other = it.opened("ada"), it.opened("ada")
        who = it.access.who(one.token)
        assert who is not None and who.csrf == one.who.csrf != other.who.csrf
        assert csrf_right(who, one.who.csrf)
        assert not csrf_right(who, other.who.csrf)
        assert not csrf_right(who, "")
        assert not csrf_right(who, "é")


def test_nothing_that_lets_in_is_kept_or_told(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        link = it.access.people.invite(admin, "admin")
        opened = it.opened("ada")
        made = it.access.tokens.make(admin, "ci", ["read"], it.clock.at + DAY)
        secrets = [PASSWORD, link, opened.token, made.text, made.text[17:60], opened.device]
        said = repr(it.book.audits)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in said


def test_changing_the_password_ends_the_other_sessions(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        here, there = it.opened("ada"), it.opened("ada")
        new = "five herons on ice"
        assert it.access.change_password(here.who, "not it at all", new, HOME) == Denied("wrong")
        with pytest.raises(PolicyError):
            it.access.change_password(here.who, PASSWORD, "adaadaadaada", HOME)
        changed = entered(it.access.change_password(here.who, PASSWORD, new, HOME))
        assert it.access.who(changed.token) is not None
        assert it.access.who(here.token) is None
        assert it.access.who(there.token) is None
        assert it.access.login("ada", PASSWORD, HOME) == Denied("wrong")


def test_a_stolen_session_guesses_no_faster_than_the_door_lets(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        opened = it.opened("ada")
        results = [
            it.access.change_password(opened.who, f"guess number {n}", "five herons on ice", HOME)
            for n in range(30)
        ]
        tried = [one for one in results if one == Denied("wrong")]
        assert len(tried) <= 20
        assert isinstance(results[-1], Denied) and results[-1].reason == "slow"


def test_hashes_are_renewed_when_their_cost_changes(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        path = tmp_path / NAME
        with sqlite3.connect(path) as other:
            (before,) = other.execute("SELECT password FROM people").fetchone()
            from argon2 import PasswordHasher

            cheap = PasswordHasher(2, 16, 1).hash(PASSWORD)
            other.execute("UPDATE people SET password = ?", (cheap,))
        other.close()
        assert "m=8,t=1,p=1" in before
        it.opened("ada")
        with sqlite3.connect(path) as other:
            (after,) = other.execute("SELECT password FROM people").fetchone()
        other.close()
        assert "m=8,t=1,p=1" in after
        it.opened("ada")


def test_what_the_ledger_does_not_take_is_not_done(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        ben = it.someone("ben")
        it.book.broken = True
        with pytest.raises(UnreadableError, match="ledger"):
            it.access.people.invite(admin, "admin")
        with pytest.raises(UnreadableError, match="ledger"):
            it.access.people.set_role(admin, ben.id, "admin")
        with pytest.raises(UnreadableError, match="ledger"):
            it.access.tokens.make(admin, "ci", ["read"], it.clock.at + DAY)
        with pytest.raises(UnreadableError, match="ledger"):
            it.access.people.delete(admin, ben.id)
        assert it.access.people.get(ben.id).role == "viewer"
        assert it.access.tokens.all() == ()
        # but people get in, to see what is the matter
        assert isinstance(it.access.login("ada", PASSWORD, HOME), Opened)


def test_a_person_has_a_bounded_number_of_sessions(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        first = it.opened("ada")
        for n in range(60):
            it.clock.pass_by(1)
            it.opened("ada", Client(f"198.51.100.{n}", "x" * 5000, first.device))
        found = it.access.people.sessions(admin.person.id)
        assert len(found) == 50
        assert it.access.who(first.token) is None
        assert len(found[0].agent) == 200
