from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.identity.mail_maker import mail
from vedette.lure.identity.claims.find import claims
from vedette.lure.identity.fold import fold, folder
from vedette.lure.identity.registry import Registry
from vedette.lure.message import Profile


@pytest.mark.parametrize(
    ("name", "employer"),
    [
        ("Boeing HR", "boeing"),
        ("Boeing", "boeing"),
        ("The Boeing Company", "boeing"),
        ("HR at Lockheed Martin", "lockheed-martin"),
        ("Lockheed\u2011Martin Careers", "lockheed-martin"),
        ("Jane Doe (Airbus)", "airbus"),
        ("Jane Doe | Airbus Defence and Space", "airbus"),
        ("Personalabteilung Rheinmetall", "rheinmetall"),
        ("Rheinmetall AG - Karriere", "rheinmetall"),
        ("Leonardo | Ressources Humaines", "leonardo"),
        ("Recrutement Thales", "thales"),
        ("RRHH Indra", "indra"),
        ("Dział kadr Airbus", "airbus"),
        ("משאבי אנוש אלביט", "elbit"),
        ("התעשייה האווירית", "iai"),
        ("التوظيف في بوينغ", "boeing"),
        ("أرامكو السعودية", "aramco"),
        ("보잉 채용팀", "boeing"),
        ("에어버스 인사팀", "airbus"),
        ("BAE SYSTEMS Recruitment", "bae-systems"),
        ("Saab Recruiting", "saab"),
    ],
)
def test_display_names_that_claim(registry: Registry, name: str, employer: str) -> None:
    found = claims(mail(name), registry)
    assert [(c.employer, c.how, c.strength) for c in found] == [
        (employer, "display_name", "strong")
    ]
    evidence = found[0].evidence
    header = mail(name).header("from")
    assert evidence.part == "header:from"
    assert header[evidence.start : evidence.end] == evidence.text


@pytest.mark.parametrize(
    "name",
    [
        "Leonardo Rossi",
        "Rafael Cohen",
        "Anna Jacobs",
        "Boeing Employees Credit Union",
        "Shell",
        "Kai Schmidt",
        "Saab Owners Club",
        "Jane Doe",
        "Draper James",
        "Indra Nooyi",
        "ex-Boeing Jane",
        "Tomer Levy",
        "esa wahlroos",
        "Suez canal tours",
    ],
)
def test_display_names_that_mean_others(registry: Registry, name: str) -> None:
    found = claims(mail(name), registry)
    assert [c for c in found if c.strength == "strong"] == []


INTRODUCTIONS = {
    "en": [
        ("I am a recruiter at Boeing and found your profile.", "boeing"),
        (
            "My name is Jane Doe and I work in talent acquisition at Lockheed Martin.",
            "lockheed-martin",
        ),
        ("I'm reaching out from the Airbus recruitment team.", "airbus"),
        ("We at Northrop Grumman are impressed by your work.", "northrop-grumman"),
        ("The Boeing recruitment team would like to invite you.", "boeing"),
        ("I'm Jane, technical recruiter with BAE Systems.", "bae-systems"),
    ],
    "de": [
        ("Ich bin Recruiterin bei der Rheinmetall AG.", "rheinmetall"),
        ("Mein Name ist Anna und ich arbeite in der Personalabteilung von Hensoldt.", "hensoldt"),
        ("Ich schreibe Ihnen aus der Personalgewinnung des Airbus Konzerns.", "airbus"),
        ("Als Personalreferentin bei Diehl Defence betreue ich diese Stelle.", "diehl"),
    ],
    "fr": [
        ("Je suis chargée de recrutement chez Thales.", "thales"),
        (
            "Je m'appelle Anne, du service des ressources humaines de Dassault Aviation.",
            "dassault-aviation",
        ),
        ("Je travaille au recrutement au sein du groupe Safran.", "safran"),
        ("En tant que recruteuse chez MBDA, je vous propose un entretien.", "mbda"),
    ],
    "es": [
        ("Soy reclutadora en Indra y me gustaría hablar contigo.", "indra"),
        ("Me llamo Ana, del departamento de RRHH de Navantia.", "navantia"),
        ("Le escribo desde Recursos Humanos de Iberdrola.", "iberdrola"),
        ("Trabajo en selección de personal para Airbus.", "airbus"),
    ],
    "he": [
        ("אני מגייסת בחברת אלביט ורציתי לדבר איתך.", "elbit"),
        ("אני מגייסת באיירבוס.", "airbus"),
        ("שמי דנה ואני ממשאבי אנוש של התעשייה האווירית.", "iai"),
        ("אני עובדת בגיוס ב-Boeing.", "boeing"),
    ],
    "ar": [
        ("أنا مسؤول التوظيف في بوينغ.", "boeing"),
        ("أنا أعمل في قسم الموارد البشرية لدى شركة إيرباص.", "airbus"),
        ("اسمي سارة من فريق استقطاب المواهب في أرامكو.", "aramco"),
        ("أتواصل معك من الموارد البشرية بشركة Boeing.", "boeing"),
    ],
    "ko": [
        ("저는 보잉의 채용 담당자입니다.", "boeing"),
        ("에어버스 채용팀 김민수입니다.", "airbus"),
        ("안녕하세요, 한화에어로스페이스 인사팀에서 연락드립니다.", "hanwha"),
        ("저는 Lockheed Martin 채용팀에서 근무하고 있습니다.", "lockheed-martin"),
    ],
    "pl": [
        ("Jestem rekruterką w Boeingu i chciałabym porozmawiać.", "boeing"),
        ("Pracuję w dziale HR firmy Airbus.", "airbus"),
        ("Nazywam się Anna i zajmuję się rekrutacją w Rheinmetallu.", "rheinmetall"),
        ("Piszę do Pana z działu kadr firmy ORLEN.", "orlen"),
    ],
}


@pytest.mark.parametrize(
    ("text", "employer"), [case for cases in INTRODUCTIONS.values() for case in cases]
)
def test_introductions(registry: Registry, text: str, employer: str) -> None:
    body = f"Hello,\n\n{text}\nMore follows here."
    found = claims(mail(body=body), registry)
    assert [(c.employer, c.how, c.strength) for c in found] == [
        (employer, "introduction", "strong")
    ]
    evidence = found[0].evidence
    assert body[evidence.start : evidence.end] == evidence.text


@pytest.mark.parametrize(
    "text",
    [
        "Boeing is hiring 3000 engineers, the paper says. Airbus follows.",
        "I worked at Boeing for six years and would like to apply with you.",
        "Until 2020 I was a recruiter at Boeing.",
        "My friend is a recruiter at Boeing.",
        "A former recruiter at Airbus told me about you.",
        "I met a recruiter from Lockheed Martin yesterday.",
        "See https://jobs.boeing.com/x and write to hr@boeing.com or x@boeing-hr.example",
        "> I am a recruiter at Boeing\nNo thanks.",
        "Thanks!\n\nOn Mon, 3 Feb 2025 at 10:00, Jane wrote:\nI am a recruiter at Boeing.",
        "I am Leonardo from HR.",
        "Best regards,\nLeonardo\nHR Manager",
        "we manage recruiting for you; Shell scripts matter to us",
        "Ich habe früher bei Airbus gearbeitet und suche eine neue Stelle.",
        "Mein Bruder arbeitet bei Rheinmetall.",
        "J'ai travaillé chez Thales pendant dix ans.",
        "Trabajé en Indra hasta 2020.",
        "Pracowałem w Boeingu przez pięć lat.",
        "עבדתי באלביט שש שנים.",
        "كنت أعمل في بوينغ.",
        "저는 보잉에서 근무했습니다.",
        "The RTX 4090 is a fast card; esa is a word.",
    ],
)
def test_mentions_are_no_claims(registry: Registry, text: str) -> None:
    found = claims(mail(body=text), registry)
    assert [c for c in found if c.strength == "strong"] == []


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("We recruit on behalf of our client Airbus in Toulouse.", "client"),
        ("Unser Kunde Hensoldt sucht einen Entwickler.", "client"),
        ("Notre client Thales recherche un ingénieur.", "client"),
        ("고객사 한화시스템에서 개발자를 찾습니다.", "client"),
        ("I am writing on behalf of Boeing.", "behalf"),
        ("Ich schreibe Ihnen im Auftrag der Rheinmetall AG.", "behalf"),
        ("Piszę w imieniu firmy Airbus.", "behalf"),
        ("אני פונה אליך בשם אלביט.", "behalf"),
        ("보잉을 대신하여 연락드립니다.", "behalf"),
    ],
)
def test_agencies_are_kept_apart(registry: Registry, text: str, how: str) -> None:
    assert [(c.how, c.strength) for c in claims(mail(body=text), registry)] == [(how, "weak")]


@pytest.mark.parametrize(
    ("text", "employer", "strength"),
    [
        (
            "Hi\n\nBest regards,\nJane Doe\nTalent Acquisition\nLockheed Martin\n",
            "lockheed-martin",
            "strong",
        ),
        ("Hi\n\nKind regards\n\nJane Doe | Talent Acquisition | Airbus\n", "airbus", "strong"),
        (
            "Hallo\n\nMit freundlichen Grüßen\nPeter Müller\nPersonalabteilung\nRheinmetall AG",
            "rheinmetall",
            "strong",
        ),
        (
            "Bonjour\n\nCordialement,\nAnne Petit\nChargée de recrutement\nSafran",
            "safran",
            "strong",
        ),
        ("שלום\n\nבברכה,\nדנה כהן\nמשאבי אנוש\nאלביט מערכות", "elbit", "strong"),
        ("안녕하세요\n\n감사합니다.\n김민수 드림\n보잉 채용팀", "boeing", "strong"),
        ("Cześć\n\nZ poważaniem,\nAnna Nowak\nDział rekrutacji, ORLEN", "orlen", "strong"),
        ("Hi\n\nBest,\nJohn\nSystems engineer, Airbus\n", "airbus", "weak"),
    ],
)
def test_signatures(registry: Registry, text: str, employer: str, strength: str) -> None:
    found = claims(mail(body=text), registry)
    assert (employer, strength) in [(c.employer, c.strength) for c in found]


def test_homoglyphs(registry: Registry) -> None:
    for name in (
        "\u0412oeing HR",
        "\U0001d401\U0001d428\U0001d41e\U0001d422\U0001d427\U0001d420 HR",
    ):
        found = claims(mail(name), registry)
        assert [(c.employer, c.homoglyph) for c in found] == [("boeing", True)]
    assert not any(c.homoglyph for c in claims(mail("Boeing HR", body="Привет, Boeing"), registry))


def test_profile_headline(registry: Registry) -> None:
    profile = Profile(name="Jane", headline="Talent Acquisition at Boeing", employer="Airbus")
    found = claims(mail(address="", profile=profile), registry)
    assert {(c.employer, c.how, c.strength) for c in found} == {
        ("boeing", "headline", "strong"),
        ("airbus", "headline", "strong"),
    }


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("HR, Acme Robotics", "Acme Robotics"),
        ("Acme Robotics Careers", "Acme Robotics"),
        ("Recruitment at Globex", "Globex"),
        ("Jane Doe", None),
        ("HR", None),
    ],
)
def test_unknown_employers(registry: Registry, name: str, unknown: str | None) -> None:
    found = [c.name for c in claims(mail(name), registry) if c.how == "unknown"]
    assert found == ([unknown] if unknown else [])


def test_spans_hold_with_silent_characters(registry: Registry) -> None:
    body = "I am a recruit\u00ader at B\u200boe\u200bing now."
    (claim,) = claims(mail(body=body), registry)
    evidence = claim.evidence
    assert evidence.text == "B\u200boe\u200bing" == body[evidence.start : evidence.end]


VOCABULARY = st.sampled_from(
    [
        "I am",
        "a recruiter at",
        "Boeing",
        "Airbus's",
        "HR",
        ".",
        "\n\n",
        "our client",
        "אלביט",
        "ב",
        "보잉의",
        "채용",
        "Regards,\n",
        ">",
        "@",
        "-",
        "\u200b",
        "\u0412oeing",
        "the",
        "بوينغ",
        "é",
        "ﬁ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(VOCABULARY, max_size=25), name=st.text(max_size=40))
def test_any_text_is_taken_and_spans_hold(registry: Registry, words: list[str], name: str) -> None:
    body = " ".join(words)
    for claim in claims(mail(name, body=body), registry):
        evidence = claim.evidence
        if evidence.part == "1":
            assert body[evidence.start : evidence.end] == evidence.text == claim.name


@given(st.text(max_size=60))
def test_folding_keeps_every_character_in_place(text: str) -> None:
    assert len(fold(text, folder())) == len(text)
