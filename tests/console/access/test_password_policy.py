"""Which names and passwords are taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.console.access.errors import PolicyError
from vedette.console.access.policy import check_password, folded, login_name


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "12 characters"),
        ("x" * 1025, "1024 bytes"),
        ("é" * 513, "1024 bytes"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("abc1abc1abc1abc", "repeats"),
        ("otter7otter7ot", "repeats"),
        ("112211221122", "repeats"),
        ("abcdefghijklm", "alphabet"),
        ("qwertyuiopasdf", "keyboard"),
        ("poiuytrewq0987", "keyboard"),
        ("qwertzuiop123456", "keyboard"),
        ("123456789012", "keyboard"),
        ("Password1234", "first that are tried"),
        ("P@ssw0rd1234", "first that are tried"),
        ("!!p4$$w0rd2026", "first that are tried"),
        ("letmein letmein!", "first that are tried"),
        ("Summer2026!!!!", "first that are tried"),
        ("vedette-admin-1", "first that are tried"),
        ("correcthorsebatterystaple", "first that are tried"),
        ("changeme123456", "first that are tried"),
        ("ada.lovelace", "the name"),
        ("ecalevol.ada", "the name"),
        ("lovelace2026!", "the name"),
        ("ada.lovelace99", "the name"),
    ],
)
def test_passwords_that_are_not_taken(password: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        check_password(password, "ada.lovelace")


@pytest.mark.parametrize(
    "password",
    [
        "four otters under glass", "Tr0ub4dor&3xyz", "kRz8!pQv2#Lm",
        "八匹の猫が庭で静かに眠っている",
        "the lovelace engine hums at night", "8402731599537", "correct horse battery staples",
        "sunshine over seven quiet fjords", " leading and trailing ", "mixed\tcontrol chars ok",
    ],
)  # fmt: skip
def test_passwords_that_are_taken(password: str) -> None:
    check_password(password, "ada.lovelace")


@given(st.text(max_size=1500), st.text(max_size=80))
def test_every_text_is_judged_or_refused(password: str, name: str) -> None:
    try:
        check_password(password, name)
    except PolicyError as error:
        assert str(error)
    else:
        assert len(password) >= 12


def test_a_long_password_is_judged_quickly() -> None:
    with pytest.raises(PolicyError):
        check_password("password" * 128, "ada")


@pytest.mark.parametrize("name", ["ada", "Ada.L", "ada@firm.example", "a-b_c+d", "0day", "ＡＤＡ"])
def test_names_that_are_taken(name: str) -> None:
    assert login_name(f" {name} ") == folded(name) == login_name(login_name(name))


@pytest.mark.parametrize(
    "name", ["", " ", "-ada", "a b", "a\nb", "<ada>", "адa", "a" * 65, "a/b", "é", "\ud800"]
)
def test_names_that_are_not(name: str) -> None:
    with pytest.raises(PolicyError):
        login_name(name)
