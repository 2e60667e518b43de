from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.identity.mail_maker import mail
from vedette.lure.identity.authentication.result import Authentication
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.signs import identity_signs
from vedette.lure.message import Message, Text

OFFLINE = Authentication()
LINK = ("https://mail.work.example/read?id=1",)
POSING = {"network_impersonated", "system_impersonated", "agency_impersonated"}


def notice(subject: str, body: str, **more: object) -> Message:
    """A mail with a subject."""
    made = mail("Jane Doe", "jane@work.example", **{"links": LINK, **more})  # type: ignore[arg-type]  # passed on as they are
    texts = (Text("subject", subject), Text("1", body))
    return Message(**{**{f: getattr(made, f) for f in made.__struct_fields__}, "texts": texts})


def posing(message: Message, registry: Registry) -> set[str]:
    return {sign.name for sign in identity_signs(message, registry, OFFLINE)} & POSING


@pytest.mark.parametrize(
    "message",
    [
        mail("LinkedIn", "messages@work.example", links=LINK),
        mail("Jane Doe via LinkedIn", "messages@work.example"),
        mail("Jane Doe über XING", "messages@work.example"),
        mail("Jane Doe przez LinkedIn", "messages@work.example"),
        mail("דנה דרך לינקדאין", "messages@work.example"),
        mail("Jane عبر لينكد إن", "messages@work.example"),
        mail("김하나 (링크드인)", "messages@work.example"),
        mail("LinkedIn Notifications", "linkedin.notify@gmail.com"),
        mail("Indeed Jobs", "jobs@work.example"),
        mail("Glassdoor", "noreply@work.example", links=("https://glassdoor.com/a", *LINK)),
        mail("Jane", "jane@linkedln.example"),
        mail("Jane", "jane@linkedin-inmail.example"),
        mail("Jane", "jane@work.example", links=("https://linkedin.com.work.example/in/x",)),
        mail("Jane", "jane@work.example", reply_to="jane@glassdoor-jobs.example"),
        mail("Indeed", "jane@indeed-careers.example"),
        notice(
            "Jane Doe sent you a message on LinkedIn",
            "Hi Ada,\nwe are hiring.\nRead message\nThis email was intended for Ada Example.",
        ),
        notice(
            "Sie haben eine neue InMail",
            "Guten Tag, wir suchen Sie.\nDiese E-Mail war für Ada Example bestimmt.",
        ),
        notice(
            "Vous avez un nouveau message",
            "Un recruteur de LinkedIn vous a envoyé un message.\nVous recevez des notifications.",
        ),
        notice(
            "Tiene un nuevo mensaje InMail",
            "Hola.\nEste correo se ha enviado a Ada Example.",
        ),
        notice(
            "Masz nową wiadomość",
            "Jan wysłał Ci wiadomość w LinkedIn.\nOtrzymujesz powiadomienia LinkedIn.",
        ),
        notice("새 InMail 메시지", "채용 제안입니다.\n이 이메일은 Ada 님에게 발송되었습니다."),
        notice("רק בשבילך", "קיבלת הודעה חדשה בלינקדאין\nנשלחות אליך התראות על הודעות."),
        notice("فرصة", "لديك رسالة جديدة في لينكد إن\nهذه الرسالة موجهة إلى آدا."),
    ],
)
def test_posing_as_a_network(registry: Registry, message: Message) -> None:
    assert posing(message, registry) == {"network_impersonated"}


@pytest.mark.parametrize(
    "message",
    [
        mail("Workday", "workday.hr@gmail.com"),
        mail("Boeing via Workday", "jobs@talent-desk.example", "Your application at Boeing."),
        mail("SAP SuccessFactors", "system@talent-desk.example", "Your application."),
        mail("Greenhouse Recruiting", "no-reply@talent-desk.example", "Your application."),
        mail("Jane", "jane@myworkday-careers.example"),
        mail("Jane", "jane@work.example", links=("https://smartrecruiters-apply.example/x",)),
    ],
)
def test_posing_as_an_application_system(registry: Registry, message: Message) -> None:
    assert posing(message, registry) == {"system_impersonated"}


@pytest.mark.parametrize(
    "message",
    [
        mail("Jane Doe | Korn Ferry", "jane@talent-desk.example"),
        mail("Jane Doe | Hays", "jane@hays-hiring.example"),
        mail("Jane", "jane@michaelpage-careers.example"),
        mail("Jane", "jane@gmail.com", "I am a recruiter at Robert Half and have a role."),
        mail("Jane", "jane@gmail.com", "Hello.\n\nKind regards\nJane Doe\nRecruiter, Randstad\n"),
    ],
)
def test_posing_as_an_agency(registry: Registry, message: Message) -> None:
    assert posing(message, registry) == {"agency_impersonated"}


@pytest.mark.parametrize(
    "message",
    [
        # mentions
        mail("Jane", "jane@gmail.com", "I saw your profile on LinkedIn. I sent you a message."),
        mail("Jane", "jane@work.example", "Jane Doe\nRecruiter\nLinkedIn: linkedin.com/in/jane\n"),
        mail("Jane", "jane@work.example", "We use Workday and Greenhouse. Apply via LinkedIn."),
        mail("Jane", "jane@work.example", "We compete with Hays and Randstad for recruiters."),
        notice("Your order", "You have a new message.\nFollow us on LinkedIn.\nManage settings"),
        notice("We met", "I sent you an invitation on LinkedIn. Reply any time."),
        # people and things of the same name
        mail("Donna Reed", "donna@gmail.com"),
        mail("Indeed", "ads@work.example"),
        mail("Monster", "drinks@work.example"),
        mail("Greenhouse", "tomatoes@greenhouse.example"),
        mail("Pierre Lever", "pierre@gmail.com"),
        # the services themselves, unknown employers with a system of theirs
        mail("Jane via LinkedIn", "x@e.linkedin.com", links=LINK),
        mail("Workday", "noreply@otp.workday.com"),
        mail("Jane | Hays", "jane@hays.com"),
        mail("Workday", "workday@globex.example", "Your application at Globex was received."),
        mail("Jane", "jane@work.example", links=("https://workday.jobs.globex.example/x",)),
        # passed on: by a person, by a list, by a relay that changes nothing
        notice(
            "Fwd: Jane sent you a message on LinkedIn", "Look.\nThis email was intended for Ada."
        ),
        notice(
            "Look what came",
            "See below.\n-----Original Message-----\nNew InMail\nThis email was intended for Ada.",
        ),
        mail("LinkedIn", "a@work.example", headers=(("list-id", "<jobs.work.example>"),)),
        mail("LinkedIn", "a@work.example", links=("https://www.linkedin.com/comm/x",)),
    ],
)
def test_what_poses_as_nobody(registry: Registry, message: Message) -> None:
    assert posing(message, registry) == set()


@pytest.mark.parametrize(
    ("subject", "host"),
    [
        ("A post at Shell", "shell-careers.example"),
        ("General Dynamics", "hr-gd.example"),
        ("Leonardo", "leonardorecruitment.example"),
        ("Joining Dubai Electricity and Water Authority", "dewajobs.example"),
    ],
)
def test_a_short_name_counts_beside_the_employers(
    registry: Registry, subject: str, host: str
) -> None:
    sender = mail("Jane", f"jane@{host}", subject)
    other = mail("Jane", f"jane@{host}", "A post for you.")
    assert "lookalike_sender" in {s.name for s in identity_signs(sender, registry, OFFLINE)}
    assert "lookalike_sender" not in {s.name for s in identity_signs(other, registry, OFFLINE)}


@pytest.mark.parametrize(
    ("url", "foreign"),
    [
        ("https://talent-desk.example/login?id=1", True),
        ("https://talent-desk.example/candidate/portal", True),
        ("https://talent-desk.example/brochure", False),
        ("https://boeing.wd1.myworkdayjobs.com/login", False),
        ("https://jobs.boeing.com/apply", False),
        ("https://login.microsoftonline.com/login", False),
    ],
)
def test_a_login_at_nobodys_page(registry: Registry, url: str, foreign: bool) -> None:
    claimed = mail("Boeing HR", "hr@talent-desk.example", links=(url,))
    silent = mail("Jane", "jane@talent-desk.example", links=(url,))
    names = {sign.name for sign in identity_signs(claimed, registry, OFFLINE)}
    assert ("link_foreign_login" in names) == foreign
    assert "link_foreign_login" not in {s.name for s in identity_signs(silent, registry, OFFLINE)}


def test_test_platforms_speak_for_employers(registry: Registry) -> None:
    message = mail("Boeing Hiring Team", "support@hackerrankforwork.com")
    assert not identity_signs(message, registry, OFFLINE)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_marks_are_found_as_by_looking_for_each(registry: Registry, data: st.DataObject) -> None:
    brands = registry.brands
    marks = sorted({mark for network in brands.networks for mark in network.marks})
    pieces = st.sampled_from([*marks, *(mark[1:] for mark in marks), " ", "x", "linkedin "])
    text = data.draw(st.lists(pieces, max_size=6).map("".join))
    naive = [brand for brand in brands.networks if any(mark in text for mark in brand.marks)]
    assert brands.marked(text) == naive
