"""Where links lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.attachment.documents.targets import Target, target


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://docs.example/a/b.dotm?x=1.exe", Target("https", "docs.example", "dotm")),
        ("HTTPS://User:Pw@Docs.Example:8080/a.JPG", Target("https", "docs.example", "jpg")),
        ("https://docs.example", Target("https", "docs.example", "")),
        ("https://docs.com", Target("https", "docs.com", "")),
        ("\\\\files.example\\s\\x.dotm", Target("unc", "files.example", "dotm")),
        ("\\\\files.example@SSL@8443\\s\\x.js", Target("unc", "files.example", "js")),
        ("//files.example/s/x.exe", Target("unc", "files.example", "exe")),
        ("file://files.example/x.dotm", Target("file", "files.example", "dotm")),
        ("file:///C:\\t\\Normal.dotm", Target("file", "", "dotm")),
        ("file://C:/t/Normal.dotm", Target("file", "", "dotm")),
        ("file:///\\\\files\\x.dotm", Target("file", "files", "dotm")),
        ("C:\\t\\Normal.dotm", Target("", "", "dotm")),
        ("Normal.dotm", Target("", "", "dotm")),
        ("..\\..\\a.xlsx", Target("", "", "xlsx")),
        ("\\\\?\\C:\\t\\a.exe", Target("unc", "", "exe")),
        ("mhtml:https://docs.example/a.html!x", Target("https", "docs.example", "html")),
        ("ms-msdt:/id PCWDiagnostic", Target("ms-msdt", "", "")),
        ("mailto:hr@careers.com", Target("mailto", "", "")),
        ("%68ttp://docs.example/x.dotm", Target("http", "docs.example", "dotm")),
        ("", Target("", "", "")),
    ],
)
def test_target(url: str, found: Target) -> None:
    assert target(url) == found


@pytest.mark.parametrize("host", ["192.0.2.7", "3221225991", "0xC0000207", "[2001:db8::1]"])
def test_bare_address(host: str) -> None:
    assert target(f"http://{host}/a").bare_address


@given(st.text(max_size=200))
def test_never_raises(url: str) -> None:
    target(url)
