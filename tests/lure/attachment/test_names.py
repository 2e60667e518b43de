"""What names say, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.attachment import names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("offer.PDF", "pdf"),
        ("offer.exe. ", "exe"),
        ("folder.d/readme", ""),
        ("a\\b.lnk", "lnk"),
        (".profile", ""),
        ("archive.tar.gz", "gz"),
        ("", ""),
    ],
)
def test_extension_is_what_windows_acts_on(name: str, expected: str) -> None:
    assert names.extension(name) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("report.v2.pdf", "pdf"),
        ("name.tar.gz", "gz"),
        ("J.R. Smith CV.pdf", "pdf"),
        ("pdf.js", "js"),
        ("jquery.min.js", "js"),
        ("setup.x64.exe", "pe"),
        ("Angebot 12.03.2026.docx", "docx"),
        ("photo.jpeg", "png"),
        ("letter.doc", "rtf"),
        ("table.xls", "html"),
        ("backup.pdf.zip", "zip"),
        ("notes.txt", "html"),
        ("page.html", "text"),
        ("part.iso", "unknown"),
        ("empty.pdf", "empty"),
        ("secret.pdf", "unread"),
    ],
)
def test_ordinary_names_pass(name: str, kind: str) -> None:
    assert list(names.claims(name, kind)) == []


def test_direction_override_tells_what_is_shown() -> None:
    ((sign, text, detail),) = names.claims("Offer\u202efdp.exe", "pe")
    assert (sign, text, detail) == (
        "file_direction_override",
        "Offer\u202efdp.exe",
        {"shown": "Offerexe.pdf", "true": "exe"},
    )


def test_mark_of_direction_in_an_arabic_name_passes() -> None:
    assert list(names.claims("\u200f\u0639\u0631\u0636 2026.pdf", "pdf")) == []


@given(st.text(max_size=300), st.sampled_from(["pe", "pdf", "unknown", "zip", "text", "unread"]))
def test_any_name_is_judged(name: str, kind: str) -> None:
    for sign, text, detail in names.claims(name, kind):
        assert sign.startswith("file_")
        assert text == name
        assert all(isinstance(value, str) for value in detail.values())
