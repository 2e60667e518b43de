"""Signs of the wording: shown on the original text, whatever the script."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.language.phrase_samples import FILES, all_phrases, samples
from vedette.lure.language.concepts import CONCEPTS
from vedette.lure.language.signs import EVIDENCE, MAX_CHARACTERS, language_signs
from vedette.lure.message import Text
from vedette.lure.sign import Sign, SignEvidence


def signs(*texts: Text) -> dict[str, tuple[SignEvidence, ...]]:
    return {sign.name: sign.evidence for sign in language_signs(texts, all_phrases())}


@pytest.mark.parametrize(
    ("text", "concept", "shown"),
    [
        ("Hi! Please message me on Wh\u200bats\u200bApp.", "handoff_messenger",
         "message me on Wh\u200bats\u200bApp"),
        ("Bitte starten Sie das Installationsprogramm.", "run_program",
         "starten Sie das Installationsprogramm"),
        ("N’oubliez pas : écrivez-moi sur WhatsApp.", "handoff_messenger",
         "écrivez-moi sur WhatsApp"),
        ("כְּתוֹב לי בוואטסאפ", "handoff_messenger", "כְּתוֹב לי בוואטסאפ"),
        ("رَاسِلْني على وَاتـسـاب", "handoff_messenger", "رَاسِلْني على وَاتـسـاب"),
        ("제발왓츠앱으로연락주세요", "handoff_messenger", "왓츠앱으로연락"),
        ("Proszę wyłączyć na chwilę Windows Defender.", "disable_protection",
         "wyłączyć na chwilę Windows Defender"),
        ("Por favor, desactive su antivirus.", "disable_protection", "desactive su antivirus"),
    ],
)  # fmt: skip
def test_the_evidence_is_cut_from_the_original(text: str, concept: str, shown: str) -> None:
    start = text.index(shown)
    evidence = signs(Text("1", text))[concept]
    assert SignEvidence("1", start, start + len(shown), shown) in evidence


def test_one_sign_a_concept_with_few_places_that_do_not_overlap() -> None:
    text = "We are hiring. " * 9 + "Your interview is scheduled."
    (theme,) = [
        s for s in language_signs([Text("1", text)], all_phrases()) if s.name == "job_theme"
    ]
    assert len(theme.evidence) == EVIDENCE
    spans = [(each.start, each.end) for each in theme.evidence]
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_what_can_not_be_seen_says_nothing() -> None:
    assert signs(Text("subject", "Hello"), Text("1.hidden", "We are hiring engineers")) == {}


def test_the_same_words_in_plain_and_html_are_looked_at_once() -> None:
    plain, html = Text("1.1", "We are hiring you"), Text("1.2", "We are\nhiring  you", html=True)
    assert {each.part for each in signs(plain, html)["job_theme"]} == {"1.1"}
    other = Text("1.2", "We are hiring you. Message me on Telegram", html=True)
    assert {each.part for each in signs(plain, other)["handoff_messenger"]} == {"1.2"}


def test_a_text_beyond_the_limit_is_said_to_be_unseen() -> None:
    text = "We are hiring. " + "x" * MAX_CHARACTERS
    theme, unseen = language_signs([Text("1", text)], all_phrases())
    assert theme.name == "job_theme"
    assert unseen == Sign(
        "not_inspected",
        (SignEvidence("1", MAX_CHARACTERS, len(text), "x" * 15),),
        (("file", "1"), ("why", "the text is too long")),
    )


def test_nothing_says_nothing() -> None:
    assert language_signs([], all_phrases()) == ()
    assert language_signs([Text("1", "")], all_phrases()) == ()


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_gives_signs_of_concepts_with_their_places(texts: list[str]) -> None:
    given_texts = [Text(str(number), text) for number, text in enumerate(texts)]
    for sign in language_signs(given_texts, all_phrases()):
        assert sign.name in CONCEPTS
        for each in sign.evidence:
            assert texts[int(each.part)][each.start : each.end] == each.text != ""


SENTENCES = [
    text
    for path in FILES
    for sides in samples(path)["samples"].values()
    for text in sides["match"][:2]
]


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5))
@settings(deadline=None)
def test_what_a_sentence_says_it_says_among_others(sentences: list[str]) -> None:
    together = signs(Text("1", "\n\n".join(sentences)))
    for sentence in sentences:
        assert set(signs(Text("1", sentence))) <= set(together)
