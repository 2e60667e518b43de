"""Profiles and notifications, shaped after what such pages say. All people are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.message import Profile
from vedette.lure.reading import is_notification, read_mail, read_notification, read_profile
from vedette.lure.reading.local_dates import parse_local, parse_month

MARCH_2025 = 1740787200_000_000

COPIED = """LinkedIn
Ada Example
(She/Her)
· 2nd
Talent Acquisition at Rheinfels Aerospace | Engineers
Bonn, North Rhine-Westphalia, Germany
Contact info
37 connections
Message
About
About
I look for engineers.
Activity
1,234 followers
Ada hasn't posted yet
Experience
Recruiter
Rheinfels Aerospace · Full-time
Jan 2024 - Present · 1 yr
Assistant
Muster GmbH
2019 – 2023 · 4 yrs
Education
University of Bonn
2015 - 2019
Skills
Hiring
Interviewing
Show all 24 skills
Recommendations
Received
Given
More profiles for you
Somebody Else
Experience
Joined
March 2025
"""


def test_copied_by_hand() -> None:
    message = read_profile(COPIED, "t")
    assert message.kind == "profile"
    assert message.profile == Profile(
        "Ada Example",
        "Talent Acquisition at Rheinfels Aerospace | Engineers",
        "Rheinfels Aerospace",
        "Bonn, North Rhine-Westphalia, Germany",
        "I look for engineers.",
        (
            ("activity", 1),
            ("experience", 2),
            ("education", 1),
            ("skills", 24),
            ("recommendations", 2),
        ),
        37,
        1234,
        None,
        MARCH_2025,
    )
    assert message.texts[0].part == "profile"


# connections, about, experience, present, education, skills, joined, workplace, verified
LANGUAGES = {
    "en": "500+ connections|About|Experience|Present|Education|Skills"
    "|Joined March 2025|Workplace|Verified",
    "de": "500+ Kontakte|Info|Berufserfahrung|Heute|Ausbildung|Kenntnisse"
    "|Beigetreten März 2025|Arbeitsplatz|Verifiziert",
    "fr": "500+ relations|Infos|Expérience|aujourd’hui|Formation|Compétences"
    "|Inscription mars 2025|Lieu de travail|Vérifié",
    "es": "500+ contactos|Acerca de|Experiencia|actualidad|Educación|Aptitudes"
    "|Se unió marzo 2025|Lugar de trabajo|Verificado",
    "he": "500+ קשרים|אודות|ניסיון|היום|השכלה|מיומנויות|הצטרפות מרץ 2025|מקום עבודה|אומת",
    "ar": "500+ جهة اتصال|نبذة عني|الخبرة|الحاضر|التعليم|المهارات"
    "|تاريخ الانضمام مارس 2025|جهة العمل|تم التحقق",
    "ko": "1촌 500+명|소개|경력|현재|학력|보유기술|가입일 2025년 3월|직장|인증됨",
    "pl": "500+ kontaktów|Informacje|Doświadczenie|obecnie|Wykształcenie|Umiejętności"
    "|Dołączyła marzec 2025|Miejsce pracy|Zweryfikowano",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_eight_languages(language: str) -> None:
    words = LANGUAGES[language].split("|")
    connections, about, experience, present, education, skills, joined, workplace, verified = words
    page = (
        f"Ada Example\nRecruiter\nBonn, DE\n{connections}\n{about}\nwords\n{experience}\nRole\n"
        f"Firma · x\n2020 – {present}\n{education}\nA\n2010 – 2014\n{skills}\nx\ny\n{joined}\n"
        f"{workplace}\n{verified}"
    )
    profile = read_profile(page, "t").profile
    assert profile == Profile(
        "Ada Example",
        "Recruiter",
        "Firma",
        "Bonn, DE",
        "words",
        (("experience", 1), ("education", 1), ("skills", 2)),
        500,
        None,
        True,
        MARCH_2025,
    )


def test_saved_page() -> None:
    lines = "".join(f"<div>{line}</div>" for line in COPIED.split("\n")[4:])
    html = (
        "<!DOCTYPE html><html><head><title>(2) Ada Example | LinkedIn</title></head><body>"
        f"<nav><a>Home</a></nav><h1> Ada  Example </h1><script>x</script>{lines}</body></html>"
    )
    profile = read_profile(html, "t").profile
    assert profile is not None
    assert profile.name == "Ada Example"
    assert profile.headline.startswith("Talent Acquisition at")
    assert profile.employer == "Rheinfels Aerospace"
    assert profile.connections == 37


def test_structured_data_is_believed() -> None:
    html = """<html><head><script type="application/ld+json">{"@graph": [{"@type": "WebPage"},
    {"@type": "Person", "name": "Ada Example", "jobTitle": ["Recruiter"],
     "worksFor": [{"@type": "Organization", "name": "Rheinfels Aerospace"}],
     "address": {"addressLocality": "Bonn", "addressCountry": "DE"}, "description": "Hello"}]}
    </script><script type="application/ld+json">{broken</script></head>
    <body><div>Join now</div><div>12 followers</div></body></html>"""
    profile = read_profile(html, "t").profile
    assert profile == Profile(
        "Ada Example", "Recruiter", "Rheinfels Aerospace", "Bonn, DE", "Hello", followers=12
    )


@pytest.mark.parametrize(
    ("line", "verified"),
    [
        ("Work email verified", True),
        ("Verified using work email", True),
        ("Arbeitgeber verifiziert", True),
        ("Ada hasn't verified a workplace", False),
        ("No verifications yet", False),
        ("keine Verifizierungen", False),
        ("I verified many invoices", None),
    ],
)
def test_verification(line: str, verified: bool | None) -> None:
    profile = read_profile(f"Ada Example\nRecruiter\n{line}", "t").profile
    assert profile is not None and profile.verified_employer is verified


@given(st.text(max_size=300))
def test_profiles_never_raise(text: str) -> None:
    read_profile(text, "t")
    read_profile(f"<html>{text}", "t")


def _notification(sender: str, subject: str, body: str = "") -> Profile:
    raw = f"From: {sender}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    message = read_notification(read_mail(raw.encode(), "t"))
    assert message.kind == "notification"
    assert message.profile is not None
    return message.profile


def test_inmail() -> None:
    body = (
        "You have a new message\n\nAda Example\nRecruiter at Rheinfels Aerospace\n"
        "Bonn, Germany\n\nDear Bob, we have a role\nhttps://www.linkedin.com/x\n"
    )
    sender = '"Ada Example via LinkedIn" <inmail-hit-reply@linkedin.com>'
    assert _notification(sender, "A role for you", body) == Profile(
        "Ada Example", "Recruiter at Rheinfels Aerospace", "Rheinfels Aerospace", "Bonn, Germany"
    )


@pytest.mark.parametrize(
    "subject",
    [
        "Ada Example just messaged you",
        "New invitation from Ada Example",
        "Ada Example hat Ihnen eine Nachricht gesendet",
        "Neue Nachricht von Ada Example",
        "Ada Example vous a envoyé un message",
        "Ada Example te ha enviado un mensaje",
        "Ada Example שלחה לך הודעה",
        "أرسل لك Ada Example رسالة",
        "Ada Example님이 메시지를 보냈습니다",
        "Ada Example wysłała Ci wiadomość",
    ],
)
def test_the_name_in_the_subject(subject: str) -> None:
    assert _notification("LinkedIn <messages-noreply@linkedin.com>", subject).name == "Ada Example"


def test_what_says_nothing() -> None:
    assert _notification("LinkedIn <a@linkedin.com>", "Your weekly digest") == Profile()


def test_which_mails_are_notifications() -> None:
    for sender, expected in (
        ("a@linkedin.com", True),
        ("a@e.linkedin.com", True),
        ("a@mail.xing.com", True),
        ("a@linkedin.com.evil.test", False),
        ("a@notlinkedin.com", False),
        ("", False),
    ):
        assert is_notification(read_mail(f"From: {sender}\n\n".encode(), "t")) is expected


@pytest.mark.parametrize(
    "text",
    ["3/4/2025 10:00", "sometime", "31.02.2025", "March 2025", "", "2025", "99:99 3 March 2025"],
)
def test_dates_that_can_not_be_told(text: str) -> None:
    assert parse_local(text) is None


def test_months() -> None:
    assert parse_month("marzo de 2025") == parse_month("2025년 3월") == MARCH_2025
    assert parse_month("2025") is None
