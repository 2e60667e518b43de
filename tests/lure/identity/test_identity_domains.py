from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.identity.domains import (
    ascii_host,
    domain_of,
    is_under,
    organisational_domain,
    same_organisation,
    unicode_host,
)
from vedette.lure.identity.skeleton import look, skeleton


@pytest.mark.parametrize(
    ("host", "organisation", "label", "suffix", "below"),
    [
        ("jobs.e.example.co.uk", "example.co.uk", "example", "co.uk", ("jobs", "e")),
        ("EXAMPLE.com.", "example.com", "example", "com", ()),
        ("a.b.github.io", "b.github.io", "b", "github.io", ("a",)),  # a private suffix
        ("co.uk", "co.uk", "", "co.uk", ()),
        ("host.unknowntld", "host.unknowntld", "host", "unknowntld", ()),
        ("mail.example.org:8080", "example.org", "example", "org", ("mail",)),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de", "münchen", "de", ()),
        ("münchen.de", "xn--mnchen-3ya.de", "münchen", "de", ()),
        ("192.0.2.1", "", "", "", ()),
        ("[2001:db8::1]", "", "", "", ()),
        ("", "", "", "", ()),
        ("a..b", "", "", "", ()),
    ],
)
def test_parts(
    host: str, organisation: str, label: str, suffix: str, below: tuple[str, ...]
) -> None:
    found = domain_of(host)
    assert (found.organisation, found.label, found.suffix, found.below) == (
        organisation,
        label,
        suffix,
        below,
    )


def test_same_organisation() -> None:
    assert same_organisation("a.example.com", "b.example.com")
    assert not same_organisation("a.github.io", "b.github.io")
    assert not same_organisation("192.0.2.1", "192.0.2.1")
    assert is_under("a.example.com", "example.com")
    assert not is_under("badexample.com", "example.com")


@given(st.text(max_size=80))
def test_any_text_is_taken(host: str) -> None:
    found = domain_of(host)
    assert found.organisation == "" or found.host.endswith(found.organisation)
    assert isinstance(unicode_host(ascii_host(host)), str)
    assert isinstance(organisational_domain(host), str)


@pytest.mark.parametrize(
    ("written", "looks"),
    [
        ("Boeing", "boeing"),
        ("\u0412\u043eeing", "boeing"),  # Cyrillic В and о
        ("\uff22\uff4f\uff45\uff49\uff4e\uff47", "boeing"),  # full width
        ("boe\u0131ng", "boeing"),  # dotless i
        ("boéíng", "boeing"),
        ("보잉", "보잉"),
    ],
)
def test_skeleton(written: str, looks: str) -> None:
    assert skeleton(written) == looks


@pytest.mark.parametrize(
    ("one", "other"),
    [("rheinrnetall", "rheinmetall"), ("b0eing", "boeing"), ("e1bit", "elbit"), ("vvork", "work"),
     ("a1rbus", "airbus"), ("\u0430irbus", "airbus")],
)  # fmt: skip
def test_looks_alike(one: str, other: str) -> None:
    assert look(one) == look(other)


@given(st.text(max_size=30))
def test_skeleton_is_stable(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(skeleton(skeleton(text)))
