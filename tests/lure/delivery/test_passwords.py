"""Words of a thread that may open an archive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.delivery import thread_words
from vedette.lure.delivery.passwords import LONGEST, MOST
from vedette.lure.message import Message, Text


def words(*texts: str, nested: str = "") -> tuple[str, ...]:
    inner = Message(id="1", kind="mail", place="-", texts=(Text("1", nested),)) if nested else None
    return thread_words(
        Message(
            id="0",
            kind="mail",
            place="-",
            texts=tuple(Text(str(number), text) for number, text in enumerate(texts)),
            nested=(inner,) if inner else (),
        )
    )


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("The password is Offer2024.", "Offer2024"),
        ("Password: Boeing#77!", "Boeing#77"),
        ("PASSWORD - dream", "dream"),
        ("Pass: x9y", "x9y"),
        ("Das Passwort lautet „Traum!99“.", "Traum!99"),
        ("Kennwort für das Archiv: sommer", "sommer"),
        ("Le mot de passe est « reve99 ».", "reve99"),
        ("La contraseña es sueño-99", "sueño-99"),
        ("Clave: carrera1", "carrera1"),
        ("Hasło to Oferta2024", "Oferta2024"),
        ("הסיסמה היא Offer2024", "Offer2024"),
        ("كلمة المرور هي Offer2024", "Offer2024"),
        ("كَلِمة السر: test77", "test77"),
        ("비밀번호는 dream99로 열립니다", "dream99"),
        ("password:\n  Abc-123\n", "Abc-123"),
    ],
)
def test_what_follows_a_word_for_password_comes_first(text: str, password: str) -> None:
    assert password in words("Ref 4711a, room B12.", text)[:3]


def test_then_what_is_quoted_then_what_has_digits() -> None:
    found = words('Open it with "summer breeze". Order A1B2 of 2024, flight LH123.')
    assert found == ("summer breeze", "A1B2", "LH123")


def test_words_of_messages_inside_count() -> None:
    assert words("Hello", nested="password: inner1") == ("inner1",)


def test_nothing_to_find() -> None:
    assert words() == ()
    assert words("Dear reader, all is well.") == ()


@given(st.lists(st.text(max_size=200), max_size=3))
def test_any_text_gives_few_short_words(texts: list[str]) -> None:
    found = words(*texts, "password: " + " ".join(texts))
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(3 <= len(word) <= LONGEST for word in found)


def test_a_flood_of_words_is_cut_off() -> None:
    text = " ".join(f"password: a{number}b" for number in range(5_000))
    assert len(words(text, text, text)) == MOST
