"""One message, one name, whatever servers add; another message, another name."""

from __future__ import annotations

from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.fingerprint import HALF, WRITTEN, fingerprint, is_fingerprint, of_headers

MAIL = (
    b"From: HR <hr@jobs.example>\r\nTo: ann@firm.example\r\nSubject: An offer\r\n of a job\r\n"
    b"Message-ID: <1@jobs.example>\r\n\r\nHello\r\n\r\nBye\r\n"
)


def test_a_copy_is_known_again() -> None:
    name = fingerprint(MAIL)
    assert is_fingerprint(name)
    added = b"Return-Path: <x@y.example>\r\nReceived: from a\r\n\tby b\r\nX-Vedette-Lure: lure\r\n"
    for copy in (
        added + MAIL,
        MAIL.replace(b"\r\n", b"\n"),
        (added + MAIL).replace(b"\r\n", b"\n") + b"\n",
        MAIL.replace(b"\r\n of", b" of"),
        MAIL.replace(b"Subject: ", b"subject:\t "),
        MAIL.replace(b"\r\n\r\nHello", b"\r\nX-Spam: no\r\n\r\nHello"),
    ):
        assert fingerprint(copy) == name
    assert name[:HALF] == of_headers(MAIL.partition(b"\r\n\r\n")[0])


def test_another_message_with_the_same_id_is_another() -> None:
    name = fingerprint(MAIL)
    for other in (
        MAIL.replace(b"Hello", b"Hallo"),
        MAIL.replace(b"An offer", b"No offer"),
        MAIL.replace(b"hr@", b"h@"),
        MAIL.replace(b"To: ann", b"To: ben"),
        MAIL.replace(b"From:", b"From: a@b.example\r\nFrom:"),
        MAIL.replace(b"\r\n\r\nBye", b"\r\nBye"),
    ):
        assert fingerprint(other) != name
        assert is_fingerprint(fingerprint(other))
    assert fingerprint(b"") == fingerprint(b"no mail\n\nat all") == ""


@given(st.binary(max_size=300))
def test_any_bytes_have_a_name_or_none(raw: bytes) -> None:
    name = fingerprint(raw)
    assert name == "" or is_fingerprint(name)
    assert fingerprint(raw.replace(b"\r\n", b"\n")) == name


@given(st.permutations(WRITTEN[:8]))
def test_the_order_of_headers_does_not_count(names: list[str]) -> None:
    made, sorted_one = EmailMessage(), EmailMessage()
    for name in names:
        made[f"{name}"] = f"<{name}@x.example>" if name == "message-id" else "a@x.example"
    for name in sorted(names):
        sorted_one[name] = made[name]
    assert fingerprint(bytes(made)) == fingerprint(bytes(sorted_one))
