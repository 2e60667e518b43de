"""Which place a path belongs to, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.shield.policy.places import Places, readings

PLACES = Places([("/", 1), ("/admin", 9), ("/admin/help", 2), ("/api/v1/", 5)], lambda each: each)


@pytest.mark.parametrize(
    ("target", "place"),
    [
        (b"/", 1), (b"/x", 1), (b"/admin", 9), (b"/admin/", 9), (b"/admin/x?y=/z", 9),
        (b"/administration", 1), (b"/admin/help", 2), (b"/admin/help/a", 2), (b"/admin/helpme", 9),
        (b"/api/v1", 5), (b"/api/v1/x", 5), (b"/api/v12", 1), (b"*", 1), (b"", 1),
        (b"/x?admin=/admin", 1), (b"/x#/admin", 1),
    ],
)  # fmt: skip
def test_plain_paths_by_the_longest_prefix(target: bytes, place: int) -> None:
    assert PLACES.find(target) == place


@pytest.mark.parametrize(
    "target",
    [
        b"/%61dmin", b"/%2561dmin", b"//admin", b"/./admin", b"/x/../admin", b"/x/%2e%2e/admin",
        b"/x/..%2fadmin", b"/x\\..\\admin", b"/ADMIN", b"/admin;a=b/x", b"/;a/admin", b"/admin%2Fx",
        b"http://shop.example/admin", b"HTTP://shop.example//admin/", b"/admin/help/../x",
        b"/admin/help/..%2fx", b"/x/..;/admin", b"/%5cadmin", b"/admin/./help/.././x",
    ],
)  # fmt: skip
def test_odd_writing_leads_to_no_milder_place(target: bytes) -> None:
    assert PLACES.find(target) == 9


def test_an_odd_path_within_a_mild_place_is_as_strict_as_where_it_may_lead() -> None:
    mild_admin = Places([("/", 9), ("/public", 1)], lambda each: each)
    assert mild_admin.find(b"/public/a") == 1
    assert mild_admin.find(b"/public/../secret") == 9
    assert mild_admin.find(b"/public/%2e%2e/secret") == 9


@given(st.binary(max_size=200))
def test_any_bytes_have_a_place_and_the_plain_reading_is_never_undercut(path: bytes) -> None:
    found = PLACES.find(path)
    plain = path.split(b"?")[0].split(b"#")[0]
    for each in (plain, *readings(plain)):
        naive = max(
            (place for prefix, place in ((b"/admin", 9),) if each == prefix
             or (each.startswith(prefix + b"/") and not each.startswith(b"/admin/help"))),
            default=0,
        )  # fmt: skip
        assert found >= naive
