"""What is looked for when people are taken out of texts."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.masking import MASKED, Mask

ANN = "ann.keller@firm.example"


def mask(**given: list[str]) -> Mask:
    return Mask(
        given.get("people", [ANN]),
        given.get("senders", ["jane@jobs.example"]),
        given.get("subjects", ["Flight controls lead"]),
        named,
    )


def named(address: str) -> str:
    """A pseudonym that shows in a test whose it is."""
    return "<" + address.lower().replace("@", " at ").replace("ann.keller", "ann k") + ">"


def test_addresses_become_pseudonyms_however_they_are_written() -> None:
    one = mask()
    assert one.text("to Ann.Keller@Firm.example now") == "to <ann k at firm.example> now"
    assert (
        one.text("https://x.test/?e=ann.keller%40firm.example&b")
        == "https://x.test/?e=<ann k at firm.example>&b"
    )
    assert one.text("mailto:jane@jobs.example") == "mailto:<jane at jobs.example>"
    assert one.text("?by=ben%40firm.example") == "?by=<ben at firm.example>"  # a colleague
    assert one.text("ann.keller@firm.example.test") != "ann.keller@firm.example.test"
    assert one.text("bob@friend.example") == "bob@friend.example"


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_base64_hides_no_address(before: bytes, after: bytes) -> None:
    data = before + ANN.encode() + after
    for encoded in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        assert MASKED in mask().text(f"https://x.test/{encoded.decode()}/y")


def test_names_of_people_are_masked_and_roles_are_not() -> None:
    one = mask(people=[ANN, "hr.team@firm.example", "jo@firm.example"])
    for name in ("Offer_Ann_Keller.docx", "offer-annkeller.docx", "CV ANN KELLER.pdf"):
        assert "eller" not in one.text(name).lower()
        assert MASKED in one.text(name)
    assert one.text("HR Team at Keller & Sons, joannkellers") == (
        "HR Team at Keller & Sons, joannkellers"
    )


def test_subjects_are_masked_where_they_are_more_than_a_word() -> None:
    assert mask().text("Re: flight CONTROLS lead.eml") == f"Re: {MASKED}.eml"
    assert mask(subjects=["Fwd: AW: Flight controls lead"]).text("Flight controls lead") == MASKED
    assert mask(subjects=["Job offer"]).text("a job offer") == "a job offer"


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_and_any_names_give_text_that_can_be_stored(text: str, names: list[str]) -> None:
    found = Mask(names, names, names, lambda address: "x").text(text + "\ud800")
    found.encode()


def test_long_texts_take_no_time() -> None:
    assert len(mask().text("a" * 200_000)) == 200_000
