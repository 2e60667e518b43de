"""API tokens and writes that are done once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.access.access_shapes import DAY, MINUTE, house
from vedette.console.access.errors import (
    KeyPendingError,
    KeyReusedError,
    NotFoundError,
    PolicyError,
)
from vedette.console.access.tokens import checksum
from vedette.console.access.writes import MOST_BYTES, Answered
from vedette.model.errors import RefusedError


def test_a_token_says_whose_it_is_until_it_ends(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        made = it.access.tokens.make(admin, " ci ", ["read", "ingest"], it.clock.at + DAY)
        assert made.text.startswith(f"vdt_{made.token.id}_") and len(made.text) == 66
        who = it.access.who_of_token(made.text)
        assert who is not None
        assert (who.person.name, who.scopes) == ("ada", frozenset({"read", "ingest"}))
        assert (who.by, who.csrf) == ("token", "")
        assert who.label == f"ada (token {made.token.id})"
        (listed,) = it.access.tokens.of(admin.person.id)
        assert (listed.used, listed.name) == (it.clock.at, "ci")
        it.clock.pass_by(30)
        it.access.who_of_token(made.text)
        assert it.access.tokens.all()[0].used == listed.used  # within the minute
        it.clock.pass_by(DAY - 30)
        assert it.access.who_of_token(made.text) is None


def test_other_texts_are_no_tokens(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        text = it.access.tokens.make(admin, "ci", ["read"], it.clock.at + DAY).text
        secret = "A" * 43
        name = text[4:16]
        others = [
            "", "vdt_", text[:-1], text + "x", text.swapcase(), text[4:], f"Bearer {text}",
            f"vdt_{name}_{secret}{checksum(name, secret)}",
            f"vdt_{'0' * 12}_{secret}{checksum('0' * 12, secret)}",
        ]  # fmt: skip
        for other in others:
            assert it.access.who_of_token(other) is None


def test_scopes_never_rise_above_the_owners_role(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        ben = it.someone("ben", "responder")
        who = it.opened("ben").who
        with pytest.raises(PolicyError, match="needs the role admin"):
            it.access.tokens.make(who, "ci", ["read", "admin"], it.clock.at + DAY)
        with pytest.raises(PolicyError, match="is no scope"):
            it.access.tokens.make(who, "ci", ["everything"], it.clock.at + DAY)
        with pytest.raises(PolicyError, match="without a scope"):
            it.access.tokens.make(who, "ci", [], it.clock.at + DAY)
        made = it.access.tokens.make(who, "ci", ["read", "write:actions"], it.clock.at + DAY)
        it.access.people.set_role(admin, ben.id, "viewer")
        now = it.access.who_of_token(made.text)
        assert now is not None
        assert now.may("viewer", "read")
        assert not now.may("viewer", "write:actions")


def test_tokens_make_no_tokens_and_change_no_passwords(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        made = it.access.tokens.make(admin, "ci", ["admin"], it.clock.at + DAY)
        who = it.access.who_of_token(made.text)
        assert who is not None
        with pytest.raises(RefusedError, match="sign in"):
            it.access.tokens.make(who, "more", ["read"], it.clock.at + DAY)


@pytest.mark.parametrize(
    ("name", "days"), [("", 1), ("x" * 65, 1), ("a\nb", 1), ("ci", 0), ("ci", 800)]
)
def test_names_and_times_of_tokens_are_bounded(tmp_path: Path, name: str, days: int) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        with pytest.raises(PolicyError):
            it.access.tokens.make(admin, name, ["read"], it.clock.at + days * DAY)


def test_people_revoke_their_own_and_admins_all(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        it.someone("ben", "analyst")
        it.someone("cy", "analyst")
        ben, cy = it.opened("ben").who, it.opened("cy").who
        made = [it.access.tokens.make(ben, "ci", ["read"], it.clock.at + DAY) for _ in range(2)]
        with pytest.raises(NotFoundError):
            it.access.tokens.revoke(cy, made[0].token.id)
        assert it.access.who_of_token(made[0].text) is not None
        it.access.tokens.revoke(ben, made[0].token.id)
        it.access.tokens.revoke(admin, made[1].token.id)
        assert it.access.who_of_token(made[0].text) is None
        assert it.access.who_of_token(made[1].text) is None
        with pytest.raises(NotFoundError):
            it.access.tokens.revoke(admin, made[1].token.id)


def test_one_person_has_a_bounded_number_of_tokens(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        for _ in range(50):
            it.access.tokens.make(admin, "ci", ["read"], it.clock.at + DAY)
        with pytest.raises(RefusedError, match="revoke some"):
            it.access.tokens.make(admin, "ci", ["read"], it.clock.at + DAY)


@given(st.text("0123456789abcdef", min_size=12, max_size=12), st.text(min_size=43, max_size=43))
def test_checksums_have_six_digits_and_see_one_changed_letter(name: str, secret: str) -> None:
    assert len(checksum(name, "a" + secret[1:])) == 6
    assert checksum(name, "a" + secret[1:]) != checksum(name, "b" + secret[1:])


def test_a_write_is_done_once_and_answered_again(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        ada = it.admin().person.id
        writes = it.access.writes
        assert writes.begin(ada, "/x", "k1", b"d") is None
        with pytest.raises(KeyPendingError):
            writes.begin(ada, "/x", "k1", b"d")
        writes.finish(ada, "/x", "k1", 201, b"{}")
        assert writes.begin(ada, "/x", "k1", b"d") == Answered(201, b"{}")
        with pytest.raises(KeyReusedError):
            writes.begin(ada, "/x", "k1", b"other")
        assert writes.begin(ada, "/y", "k1", b"other") is None
        writes.abandon(ada, "/y", "k1")
        assert writes.begin(ada, "/y", "k1", b"another") is None
        writes.abandon(ada, "/x", "k1")  # what was answered can't be taken back
        assert writes.begin(ada, "/x", "k1", b"d") == Answered(201, b"{}")
        other = it.someone("ben").id
        assert writes.begin(other, "/x", "k1", b"d") is None
        it.clock.pass_by(DAY)
        assert writes.begin(ada, "/x", "k1", b"new") is None
        it.clock.pass_by(DAY + MINUTE)
        it.access.tick()
        assert writes.begin(ada, "/y", "k1", b"new") is None


def test_answers_and_keys_are_bounded(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        ada = it.admin().person.id
        it.access.writes.begin(ada, "/x", "k", b"d")
        it.access.writes.finish(ada, "/x", "k", 200, b"x" * (MOST_BYTES + 1))
        assert it.access.writes.begin(ada, "/x", "k", b"d") == Answered(200, None)
        for key in ("", "x" * 256, "é", "a\nb"):
            with pytest.raises(PolicyError):
                it.access.writes.begin(ada, "/x", key, b"d")


def test_answers_that_let_somebody_in_are_not_kept(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        ada = admin.person.id
        made = it.access.tokens.make(admin, "ci", ["read"], it.clock.at + DAY).text
        link = it.access.link_url(it.access.people.invite(admin, "viewer"))
        for number, secret in enumerate((made, link)):
            it.access.writes.begin(ada, "/tokens", f"k{number}", b"d")
            body = b'{"shown":"' + secret.encode() + b'"}'
            it.access.writes.finish(ada, "/tokens", f"k{number}", 201, body)
            answer = it.access.writes.begin(ada, "/tokens", f"k{number}", b"d")
            assert answer == Answered(201, None)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert made.encode() not in kept and link.encode() not in kept


def test_what_was_cut_off_is_never_done_again_by_itself(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        ada = it.admin().person.id
        it.access.writes.begin(ada, "/x", "k", b"d")
    with house(tmp_path) as it, pytest.raises(KeyPendingError, match="look whether"):
        it.access.writes.begin(ada, "/x", "k", b"d")
