"""Documents under a password open with a word of the thread, and only with the right one."""

from __future__ import annotations

import pytest

from lure.attachment.builders import locked
from lure.attachment.builders.macros import project, starting
from lure.attachment.builders.packages import docx
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.report import Report

_WORDS = ("offer", "Tr0mbone!", "2024")
_MACRO = docx(parts={"word/vbaProject.bin": project({"M": starting("AutoOpen")})})


def _report(name: str, data: bytes, words: tuple[str, ...]) -> tuple[Report, set[str]]:
    (report,) = inspect_in_process([(name, data)], words)
    return report, {sign.name for sign in report.signs}


@pytest.mark.parametrize(
    "data", [locked.agile(_MACRO, "Tr0mbone!"), locked.standard(_MACRO, "2024")]
)
def test_office(data: bytes) -> None:
    report, signs = _report("offer.docx", data, _WORDS)
    assert {"archive_encrypted", "archive_password_in_thread", "vba_autostart"} <= signs
    assert report.members[0].encrypted == "opened"
    assert report.complete
    report, signs = _report("offer.docx", data, ("wrong",))
    assert signs == {"archive_encrypted", "not_inspected"}
    assert report.members[0].encrypted == "closed"
    assert not report.complete


def test_office_default_password_needs_no_word() -> None:
    report, signs = _report("salary.xlsx", locked.agile(_MACRO, "VelvetSweatshop"), ())
    assert {"archive_encrypted", "vba_autostart"} <= signs
    assert "archive_password_in_thread" not in signs
    assert report.members[0].encrypted == "opened"


def test_office_rounds_are_bounded() -> None:
    data = locked.agile(b"x", "a", rounds=10).replace(b'spinCount="10"', b'spinCount="99"')
    assert "not_inspected" in _report("a.docx", data, ("a",))[1]


@pytest.mark.parametrize("revision", [3, 4, 5, 6])
def test_pdf(revision: int) -> None:
    data = locked.pdf("Tr0mbone!", "https://docs.example/offer.zip", revision=revision)
    report, signs = _report("offer.pdf", data, _WORDS)
    assert report.urls == (("offer.pdf", "https://docs.example/offer.zip"),)
    assert signs == {"archive_encrypted", "archive_password_in_thread", "pdf_uri_program"}
    report, signs = _report("offer.pdf", data, ("wrong",))
    assert report.urls == ()
    assert signs == {"archive_encrypted", "not_inspected"}


@pytest.mark.parametrize("revision", [3, 4, 5, 6])
def test_pdf_with_an_empty_password_is_read_without_a_word(revision: int) -> None:
    data = locked.pdf("", "https://careers.example/jobs", revision=revision)
    report, signs = _report("offer.pdf", data, ())
    assert report.urls == (("offer.pdf", "https://careers.example/jobs"),)
    assert signs == set()
