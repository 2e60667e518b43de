"""Packages and compound files: damaged ones, large streams, texts and links of documents."""

from __future__ import annotations

import pytest

from lure.attachment.builders import binaries, rich_text
from lure.attachment.builders.compounds import compound
from lure.attachment.builders.packages import docx, linked, odt, paragraphs, pptx, templated, xlsx
from vedette.lure.attachment.context import Context, Findings
from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.limits import Budget, Limits
from vedette.lure.attachment.report import Report


def _report(name: str, data: bytes) -> Report:
    (report,) = inspect_in_process([(name, data)])
    return report


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        (
            "a.docx",
            docx(paragraphs("Gehalt &amp; Vertrag", "זוהי הצעה")),
            "Gehalt & Vertrag\nזוהי הצעה",
        ),
        ("a.pptx", pptx("<a:p><a:t>Our</a:t></a:p><a:p><a:t>offer</a:t></a:p>"), "Our\noffer"),
        ("a.xlsx", xlsx(strings=("Level", "7")), "Level\n7"),
        (
            "a.odt",
            odt("<text:p>Eine Stelle</text:p><text:p>für Sie</text:p>"),
            "Eine Stelle\nfür Sie",
        ),
        ("a.doc", binaries.doc("Stelle für Sie\rzweite Zeile\r"), "Stelle für Sie\nzweite Zeile"),
        ("a.xls", binaries.xls(binaries.strings("Level", "seven")), "Level\nseven"),
        ("a.ppt", binaries.ppt(binaries.ppt_text("Unser Angebot")), "Unser Angebot"),
        ("a.rtf", rich_text.rtf("F\\'fcr Sie\\par \\u51060?\\u47492?{\\*\\x no}"), "Für Sie\n이름"),
        (
            "a.html",
            b"<html><style>no</style><p>An &eacute;cole</p>\n<!-- no --><script>no</script>",
            "An école",
        ),
    ],
)
def test_text(name: str, data: bytes, text: str) -> None:
    assert _report(name, data).texts == ((name, text),)


def test_links_are_given_without_a_sign() -> None:
    report = _report("a.docx", linked("hyperlink", "https://careers.example/jobs?a=1&amp;b=2"))
    assert report.urls == (("a.docx", "https://careers.example/jobs?a=1&b=2"),)
    assert report.signs == ()


def test_evidence_names_the_place() -> None:
    (sign,) = _report("a.docx", templated("https://docs.example/x.dotm")).signs
    assert dict(sign.detail) == {
        "file": "a.docx",
        "host": "docs.example",
        "part": "word/_rels/settings.xml.rels",
    }
    assert sign.evidence[0].text == "https://docs.example/x.dotm"


def test_package_without_a_directory_is_read_by_its_headers() -> None:
    data = templated("https://docs.example/x.dotm")
    report = _report("a.docx", data[: data.rfind(b"PK\1\2")].replace(b"PK\1\2", b"PK\1\3"))
    assert "remote_template" in {sign.name for sign in report.signs}
    assert not report.complete


def test_long_text_is_cut_without_a_complaint() -> None:
    report = _report("a.docx", docx(paragraphs(*["word " * 200] * 200)))
    assert len(report.texts[0][1]) == 64 * 1024
    assert report.complete


def _context(limits: Limits | None = None) -> Context:
    findings = Findings(Budget(limits or Limits(), lambda: 0.0))
    return Context(findings, "a.doc", size=0, inspect=lambda context, data: None)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 511, 4095, 4096, 4097, 200_000])
def test_compound_streams(size: int) -> None:
    content = bytes(index * 7 & 0xFF for index in range(size))
    data = compound({"A": b"first", "Folder/B": content, "Folder/Inner/C": b"third" * 900})
    opened = _context()
    read = Compound(data, opened.budget, opened.unseen)
    assert {entry.path for entry in read.streams()} == {"A", "Folder/B", "Folder/Inner/C"}
    assert read.read("folder/b") == content
    assert read.read("A") == b"first"
    assert read.read("Folder/Inner/C") == b"third" * 900
    assert read.read("Folder/B", 10) == content[:10]
    assert read.read("nothing") == b""


def test_compound_chain_that_loops_ends() -> None:
    data = bytearray(compound({"B": b"x" * 20_000}))
    at = data.rfind(b"\xfe\xff\xff\xff")
    first = data.find(b"\1\0\0\0\2\0\0\0\3\0\0\0")
    data[first + 8 : first + 12] = b"\0\0\0\0"
    context = _context()
    assert len(Compound(bytes(data), context.budget, context.unseen).read("B")) <= 20_000
    assert at > first
