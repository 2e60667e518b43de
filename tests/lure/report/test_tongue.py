"""The language of an answer: that of what the person wrote, or else of what they reported."""

from __future__ import annotations

from email.message import EmailMessage

import msgspec
import pytest

from lure import samples
from lure.checks import by_words
from vedette.lure.examined import Examined
from vedette.lure.language.recognise import load_common
from vedette.lure.reading import forwarded, read_mail, read_text
from vedette.lure.report.answer import answer_text, load_words
from vedette.lure.report.tongue import choose_words, language_of
from vedette.model.bundled import bundled

COMMON = load_common(bundled("lures") / "phrases")
WORDS = load_words(bundled("lures"))
AUTO = choose_words(bundled("lures"), "auto")
FRENCH = choose_words(bundled("lures"), "fr")
COVERS = {
    "en": "Hello, I got this yesterday. Is it real?",
    "de": "Hallo, das habe ich gestern bekommen. Ist das echt?",
    "fr": "Bonjour, j'ai reçu ce message hier. Est-ce que c'est vrai ?",
    "es": "Hola, recibí este mensaje ayer. ¿Es de la empresa o no?",
    "he": "שלום, קיבלתי את זה אתמול. האם זה אמיתי?",
    "ar": "مرحبا، وصلتني هذه الرسالة أمس. هل هي حقيقية؟",
    "ko": "안녕하세요, 어제 이 메일을 받았습니다. 진짜인가요?",
    "pl": "Dzień dobry, przyszło do mnie wczoraj. Czy to jest prawdziwe?",
}
OFFERS = {
    "en": "We have a new position for you and would like to talk with you about it this week.",
    "de": "Wir haben eine neue Stelle für Sie und möchten in dieser Woche mit Ihnen sprechen.",
    "fr": "Nous avons un nouveau poste pour vous et nous aimerions vous en parler cette semaine.",
    "es": "Tenemos un nuevo puesto para usted y nos gustaría hablar con usted de la oferta.",
    "he": "יש לנו משרה חדשה עבורך ונשמח לשוחח איתך השבוע.",
    "ar": "لدينا وظيفة جديدة لك ونود أن نتحدث معك هذا الأسبوع.",
    "ko": "새로운 자리를 제안드리며 이번 주에 이야기를 나누고 싶습니다.",
    "pl": "Mamy dla Państwa nowe stanowisko i chcielibyśmy w tym tygodniu o nim porozmawiać.",
}
LANGUAGES = sorted(COVERS)


def offer(language: str) -> EmailMessage:
    return samples.mail("Jane Roe <jane@jobs.example>", "Boeing", OFFERS[language] + "\n")


def reported(inner: EmailMessage, cover: str, *, attached: bool = True) -> Examined:
    outer = samples.report(inner)
    outer.clear_content()
    if attached:
        outer.set_content(cover + "\n")
        outer.add_attachment(inner)
    else:
        body = inner.get_content()
        outer.set_content(
            f"{cover}\n\n---------- Forwarded message ---------\n"
            f"From: Jane Roe <jane@jobs.example>\nDate: Mon, Mar 2, 2026 at 9:14 AM\n"
            f"Subject: Boeing\nTo: <ann.keller@firm.example>\n\n{body}"
        )
    message = read_mail(bytes(outer), "reports:1")
    inside = forwarded(message)
    assert inside is not None
    subject = msgspec.structs.replace(inside, raw=b"LURE")
    return msgspec.structs.replace(by_words(subject), message=message)


@pytest.mark.parametrize("attached", [True, False], ids=["attached", "inline"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_answered_in_the_language_they_wrote_in(language: str, attached: bool) -> None:
    other = "en" if language != "en" else "de"
    found = reported(offer(other), COVERS[language], attached=attached)
    assert language_of(found, COMMON) == language


@pytest.mark.parametrize("cover", ["", "FYI", "?!", "-- \nThe firm is not at your service in this"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_word_of_theirs_the_reported_message_tells(language: str, cover: str) -> None:
    for attached in (True, False):
        found = reported(offer(language), cover, attached=attached)
        assert language_of(found, COMMON) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_pasted_text_tells_too(language: str) -> None:
    pasted = by_words(read_text(OFFERS[language], "pasted"))
    assert language_of(pasted, COMMON) == language


def test_html_is_read_where_there_is_no_plain_text() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ann <ann@firm.example>", "report@firm.example"
    mail.set_content("<p lang='pl'>" + COVERS["pl"] + "</p>", subtype="html")
    assert language_of(by_words(read_mail(bytes(mail), "1")), COMMON) == "pl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_auto_chooses_and_a_fixed_language_stays(language: str) -> None:
    found = reported(offer("en"), COVERS[language])
    assert AUTO(found).texts == WORDS[language].texts
    assert WORDS[language].texts.thanks in answer_text(found, AUTO(found), "Mia")
    assert FRENCH(found).texts == WORDS["fr"].texts
    unknown = by_words(read_text("12345 67890", "pasted"))
    assert AUTO(unknown).texts == WORDS["en"].texts
