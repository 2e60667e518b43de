"""What only this service can have made, against what strangers make up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.access.access_shapes import START
from vedette.console.access.devices import Devices
from vedette.console.access.signing import decoded, encoded, mac, opened, sealed

KEY = b"k" * 32
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)


@given(TEXT, TEXT)
def test_what_was_sealed_opens_with_the_same_key_and_purpose_alone(text: str, other: str) -> None:
    made = sealed(KEY, "flow", text)
    assert opened(KEY, "flow", made) == text
    assert opened(KEY, "device", made) is None
    assert opened(b"x" * 32, "flow", made) is None
    if other != text:
        body = encoded(other.encode())
        assert opened(KEY, "flow", f"{body}.{made.partition('.')[2]}") is None


@given(st.text(max_size=200))
def test_nothing_made_up_opens(text: str) -> None:
    assert opened(KEY, "flow", text) is None
    assert Devices(KEY).number(text, "p1", START) == ""


@given(st.binary(max_size=100))
def test_base64url_there_and_back(data: bytes) -> None:
    assert decoded(encoded(data)) == data
    assert set(encoded(data)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


@given(TEXT, TEXT)
def test_purposes_and_texts_do_not_run_together(one: str, other: str) -> None:
    assert mac(KEY, "a", f"b{one}") != mac(KEY, "ab", one)
    assert (mac(KEY, "a", one) == mac(KEY, "a", other)) == (one == other)


def test_a_browser_is_one_persons_and_keeps_its_number() -> None:
    devices = Devices(KEY)
    made = devices.make("p1", START)
    number = devices.number(made, "p1", START + 1)
    assert number
    assert devices.number(made, "p2", START + 1) == ""
    assert devices.number(made, "p1", START - 1) == ""  # not made yet
    again = devices.make("p1", START + 1, made)
    assert again != made and devices.number(again, "p1", START + 1) == number
    assert devices.number(devices.make("p2", START, made), "p2", START) != number
