"""The reasons in eight languages: all there, the same blanks, harmless whatever a message says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lure.checks import features
from vedette.lure.report.says import LONGEST, Says, load_says, quoted
from vedette.lure.scoring.verdict import Shown, blanks
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError

FEATURES = features()
TOLD = {each.name: each for each in FEATURES.by_name.values() if each.contradiction}
SAYS = load_says(bundled("lures") / "says", FEATURES)
OTHERS = sorted(SAYS.keys() - {"en"})
RIGHT_TO_LEFT = ("ar", "he")
SCRIPTS = {"ar": "[\u0621-\u064a]", "he": "[\u05d0-\u05ea]", "ko": "[\uac00-\ud7a3]"}
NAMES = {
    "domain": "boeing-jobs.example",
    "employer": "Boeing",
    "file": "offer.zip/offer.pdf.exe",
    "host": "files.example",
    "real": "two.example",
    "rule": "Stager",
    "service": "LinkedIn",
    "shown": "one.example",
    "target": "boeing.com",
    "trigger": "opening the folder",
    "url": "files.example/…/setup.exe",
}


def shown(name: str, **detail: str) -> Shown:
    return Shown(name, 1.0, TOLD[name].says, "", True, (), tuple(detail.items()))


def test_every_language_says_every_contradiction_and_nothing_else() -> None:
    assert set(OTHERS) == {"de", "fr", "es", "he", "ar", "ko", "pl"}
    for says in SAYS.values():
        assert says.sentences.keys() == TOLD.keys()


@pytest.mark.parametrize("language", sorted(SAYS))
def test_reasons_read_as_such_with_and_without_names(language: str) -> None:
    for name in TOLD:
        one_reason(SAYS[language], name, language)


def one_reason(says: Says, name: str, language: str) -> None:
    """Fails where a sentence is none."""
    named, unnamed = says.reason(shown(name, **NAMES)), says.reason(shown(name))
    for reason in (named, unnamed):
        assert reason.strip() == reason
        assert not set(reason) & set("{}\n")
        assert not reason.endswith(".")
        assert "  " not in reason
        if language in SCRIPTS:
            assert re.search(SCRIPTS[language], reason)
    for blank in blanks(says.sentences[name].says):
        assert quoted(blank, NAMES[blank], language) in named
    if blanks(says.sentences[name].says):
        assert named != unnamed
    assert "\u2068" not in unnamed
    if language != "en":
        assert NAMES["trigger"] not in named  # English words


@pytest.mark.parametrize("language", OTHERS)
def test_no_reason_is_left_in_english_or_given_twice_by_mistake(language: str) -> None:
    sentences = SAYS[language].sentences
    english = {each.says for each in TOLD.values()}
    assert not english & {each.says for each in sentences.values()}
    same = [
        name for name in sentences if name not in ("ole_embedded_program", "pdf_embedded_program")
    ]
    assert len({sentences[name].says for name in same}) == len(same)


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_names_from_the_left_do_not_reorder_sentences_from_the_right(language: str) -> None:
    reason = SAYS[language].reason(shown("link_text_differs", shown="a.example", real="b.example"))
    assert "\u2068a[.]example\u2069" in reason
    assert "\u2068b[.]example\u2069" in reason
    file = SAYS[language].reason(shown("lnk_file", file="Offer (2026).pdf.lnk"))
    assert "\u2068Offer (2026).pdf.lnk\u2069" in file


def test_names_from_the_right_do_not_reorder_sentences_from_the_left() -> None:
    name = "\u05d7\u05d5\u05d6\u05d4.exe"
    assert f"\u2068{name}\u2069" in SAYS["en"].reason(shown("lnk_file", file=name))
    assert "\u2068" not in SAYS["en"].reason(shown("lnk_file", file="offer.lnk"))


@pytest.mark.parametrize("language", sorted(SAYS))
@given(st.text(max_size=200), st.sampled_from(["file", "url", "domain", "employer"]))
def test_nothing_in_a_name_leaves_its_place(language: str, value: str, blank: str) -> None:
    name = quoted(blank, value, language)
    inside = name[1:-1] if name.startswith("\u2068") else name
    assert inside.isprintable()  # no line breaks, no marks of direction
    assert len(inside.replace("[.]", ".")) <= LONGEST


def test_an_address_is_no_link_and_a_long_name_keeps_its_end() -> None:
    assert quoted("url", "evil.example/a.b/x.exe", "en") == "evil[.]example/a.b/x.exe"
    assert quoted("domain", "evil.example", "de") == "evil[.]example"
    assert quoted("file", "offer.pdf.exe", "de") == "offer.pdf.exe"
    long = quoted("file", "Offer" + "_" * 500 + ".pdf.exe", "en")
    assert long.startswith("Offer_")
    assert long.endswith(".pdf.exe")
    assert len(long) == LONGEST


def test_what_a_message_says_is_never_filled_in_again() -> None:
    reason = SAYS["de"].reason(shown("claim_domain_mismatch", employer="{domain}", domain="x.test"))
    assert "{domain}" in reason


def changed(tmp_path: Path, old: str, new: str) -> list[str]:
    """The faults of the German file after one change."""
    text = (bundled("lures") / "says" / "de.yml").read_text()
    assert text.count(old) == 1
    (tmp_path / "de.yml").write_text(text.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_says(tmp_path, FEATURES)
    return list(caught.value.faults)


def test_a_feature_without_words_is_told_with_its_place(tmp_path: Path) -> None:
    (fault,) = changed(tmp_path, "  file_confusable_dot:", "  #")
    assert "de.yml:" in fault
    assert "file_confusable_dot is missing; say it: a file's name holds a dot" in fault


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("  lnk_file:", "  lnk_flie:", ["lnk_file is missing", "lnk_flie: is no feature"]),
        ("  lnk_file:", "  job_theme: \"x\"\n  lnk_file:", ["job_theme: is no contradiction"]),
        ("{file} startet ein Programm", "{fiel} startet", ["pdf_launch: should hold {file}"]),
        ("{file} startet ein Programm", "es startet", ["pdf_launch: should hold {file}"]),
        (
            "unnamed: \"ein Dokument startet ein Programm\"",
            "unnamed: \"{file} startet\"",
            ["pdf_launch: `unnamed` should say without blanks"],
        ),
        (", unnamed: \"ein Dokument startet ein Programm\"", "", ["pdf_launch: `unnamed` should"]),
        ("\"sie kommt von einer Wegwerfadresse\"", "\" \"", ["disposable_sender: is empty"]),
        ("language: de", "language: en", ["en is there already"]),
        ("language: de", "language: xx", ["'xx'"]),
    ],
)  # fmt: skip
def test_faults_are_told(tmp_path: Path, old: str, new: str, faults: list[str]) -> None:
    found = changed(tmp_path, old, new)
    assert len(found) == len(faults)
    for fault, expected in zip(found, faults, strict=True):
        assert re.match(r".*de\.yml:\d+:\d+: ", fault)
        assert expected in fault


def test_english_is_that_of_the_features() -> None:
    says: Says = SAYS["en"]
    assert says.reason(shown("pdf_launch", file="a.pdf")) == "a.pdf starts a program"
    assert says.reason(shown("remote_template", file="a.docx")) == (
        "a.docx loads a template from another server"
    )
