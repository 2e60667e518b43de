"""Forms, and the choice of a reader."""

from __future__ import annotations

from vedette.seclang.body import Body, Limits, read_body

FORM = b"application/x-www-form-urlencoded"


def test_a_form() -> None:
    assert read_body("URLENCODED", FORM, b"a=1&b=x+y", Limits()) == Body(
        "URLENCODED", ((b"a", b"1"), (b"b", b"x y")), size_without_files=9
    )


def test_an_invalid_encoding_is_flagged() -> None:
    body = read_body("urlencoded", FORM, b"%zz=1", Limits())
    assert (body.flags, body.error) == ({"URLENCODED_ERROR": 1}, "")


def test_too_many_arguments_are_an_error_and_the_rest_is_named() -> None:
    body = read_body("URLENCODED", FORM, b"a;b;c=1;d", Limits(arguments=2), b";")
    assert body.arguments == ((b"a", b""), (b"b", b""))
    assert body.flags == {"REQBODY_ERROR": 1}
    assert body.unread == b"c=1;d"
    assert body.error


def test_an_unknown_processor_is_an_error() -> None:
    body = read_body("YAML", b"", b"a: 1", Limits())
    assert body.flags == {"REQBODY_ERROR": 1, "REQBODY_PROCESSOR_ERROR": 1}
    assert body.unread == b"a: 1"
    assert "YAML" in body.error
