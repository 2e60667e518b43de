"""Links read in one go equal links read by the standard library."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.delivery import target
from vedette.lure.delivery.target import ARCHIVES, PROGRAMS, file_shown, is_archive, target_of

_URLS = st.builds(
    lambda scheme, rest: f"{scheme}://{rest}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.lists(
        st.sampled_from([*"abX9.-/?#&=:@[]%\"' é\t", "x.test", "..", "/a.zip", "?f=b.exe", "%2e"]),
        max_size=10,
    ).map("".join),
)


@settings(deadline=None)
@given(_URLS)
def test_plain_links_are_read_as_by_the_standard_library(url: str) -> None:
    found = target._PLAIN.fullmatch(url)
    if found is not None:
        parts = urlsplit(url)
        scheme, host, path, query = found.groups("")
        assert (scheme.lower(), host.lower(), path, query) == (
            parts.scheme,
            parts.hostname,
            parts.path,
            parts.query,
        )


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"ab.-/\\?&=;\"' ", ".exe", ".ZIP", ".library-ms", ".html", "&f=", "é.7z"]
        ),
        max_size=10,
    ).map("".join)
)
def test_a_program_in_a_query_is_never_passed_over(query: str) -> None:
    named = (
        found.group(1)
        for found in target._NAME.finditer(query)
        if found.group(2).lower() in PROGRAMS | ARCHIVES
    )
    assert target._file("", query) == next(named, "")


def test_addresses_in_every_spelling() -> None:
    for host in (
        "192.0.2.1",
        "3221225985",
        "0xc0000201",
        "0xc0.0.2.1",
        "192.0.513",
        "[2001:db8::1]",
    ):
        assert target_of(f"http://{host}/").address, host
    for host in ("example.test", "1.2.3.4.5", "1.2.3.x", "fe80.test", "²³.test"):
        assert not target_of(f"http://{host}/").address, host


def test_files_that_a_link_shows() -> None:
    assert file_shown("Download: Offer letter_7.7z") == "letter_7.7z"
    assert file_shown("setup.EXE).") == "setup.EXE"
    assert is_archive("letter_7.7z")
    assert not is_archive("setup.exe")
    for text in ("Download (zip)", "offer.pdf", ".zip", "the zip", "", "https://a.test/x.html"):
        assert not file_shown(text), text
