from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.identity.mail_maker import mail
from vedette.lure.identity.authentication.result import Authentication
from vedette.lure.identity.entries import Agency, Employer
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.signs import identity_signs, judge_identity
from vedette.lure.message import Message

OFFLINE = Authentication()
I_AM_BOEING = "I am a recruiter at Boeing and would like to talk.\n"


def proven(domain: str) -> Authentication:
    return Authentication(dkim=(domain,), dmarc="pass", policy="reject", origin="headers")


def names(
    message: Message, registry: Registry, authentication: Authentication = OFFLINE
) -> list[str]:
    return [sign.name for sign in identity_signs(message, registry, authentication)]


@pytest.mark.parametrize(
    ("message", "signs"),
    [
        (mail("Boeing HR", "boeing.hr.team@gmail.com"), {"claim_freemail", "freemail_sender"}),
        (mail("Jane", "boeing.recruitment@outlook.com"), {"claim_freemail", "freemail_sender"}),
        (mail("Jane", "jane@gmail.com", I_AM_BOEING), {"claim_freemail", "freemail_sender"}),
        (
            mail("Jane", "jane@gmail.com", "I write on behalf of Boeing."),
            {"claim_freemail", "freemail_sender"},
        ),
        (mail("Boeing HR", "hr@mailinator.com"), {"claim_domain_mismatch", "disposable_sender"}),
        (mail("Boeing HR", "hr@talent.example"), {"claim_domain_mismatch", "sender_unknown"}),
        (mail("HR", "hr@boeing-careers.example"), {"lookalike_sender", "sender_unknown"}),
        (
            mail("Jane", "jane@boeing.com", reply_to="jane@gmail.com"),
            {"claim_reply_elsewhere", "reply_to_differs", "reply_private"},
        ),
        (
            mail("Jane", "jane@boeing.com", reply_to="jane@boeing-jobs.example"),
            {"claim_reply_elsewhere", "reply_to_differs", "lookalike_reply"},
        ),
        (
            mail("Jane", "jane@work.example", links=("https://a@boe1ng.com/x",)),
            {"lookalike_link", "sender_unknown"},
        ),
        (
            mail("Jane", "jane@work.example", envelope="x@rheinrnetall.com"),
            {"lookalike_sender", "sender_unknown"},
        ),
        (mail("hr@boeing.com", "x@work.example"), {"display_address_differs", "sender_unknown"}),
        (
            mail("\u0412oeing HR", "x@work.example"),
            {"claim_homoglyph", "claim_domain_mismatch", "sender_unknown"},
        ),
        (mail("Airbus HR", "other@myworkday.com"), {"claim_tenant_mismatch"}),
        (
            mail("Airbus HR", "hr@airbus.com.example", links=("https://jobs.lever.co/palantir",)),
            {"claim_tenant_mismatch", "claim_domain_mismatch", "sender_unknown"},
        ),
        (mail("HR, Acme Robotics", "hr@globex.example"), {"claim_unmatched", "sender_unknown"}),
        (
            mail("Jane", "jane@work.example", reply_to="jane@other.example"),
            {"reply_to_differs", "sender_unknown"},
        ),
        (
            mail("Jane", "jane@work.example", "Please write to jane.doe@gmail.com instead."),
            {"answer_private", "sender_unknown"},
        ),
        (
            mail("Jane", "jane@gmail.com", "See you.\n\nBest regards,\nJane Doe\nBoeing\n"),
            {"signed_private", "freemail_sender"},
        ),
        (
            mail("Jane", "jane@x.example", "See you.\n\nBest regards,\nJane Doe\nBoeing\n"),
            {"signed_elsewhere", "sender_unknown"},
        ),
        (
            mail(
                "Jane",
                "jane@work.example",
                "I recruit engineers.\n\nBest regards,\nJane Doe\nGlobex Turbines Ltd\n",
            ),
            {"claim_unmatched", "sender_unknown"},
        ),
    ],
)
def test_contradictions_without_authentication(
    registry: Registry, message: Message, signs: set[str]
) -> None:
    assert set(names(message, registry)) == signs


@pytest.mark.parametrize(
    ("message", "signs"),
    [
        # an honest recruiter on freemail who claims nothing that does not hold
        (
            mail(
                "Jane Doe",
                "jane.doe@gmail.com",
                "I am a freelance recruiter. I have a role for you.",
            ),
            {"freemail_sender"},
        ),
        (
            mail("Jane Doe", "jane.doe@gmail.com", "I recruit for our client Airbus."),
            {"freemail_sender"},
        ),
        # a candidate
        (
            mail("Jane Doe", "jane.doe@gmail.com", "I worked at Boeing and apply for your role."),
            {"freemail_sender"},
        ),
        (
            mail(
                "Jane Doe",
                "jane.doe@gmail.com",
                "I am an engineer at Boeing and apply for your role.",
            ),
            {"freemail_sender"},
        ),
        # agencies, networks, the employers themselves
        (
            mail(
                "Jane | Hays",
                "jane@hays.com",
                "We recruit on behalf of Airbus. I'm hiring for Airbus.",
            ),
            set(),
        ),
        (mail("Jane at Boeing via LinkedIn", "messages-noreply@linkedin.com", I_AM_BOEING), set()),
        (mail("Boeing HR", "hr@boeing.com", I_AM_BOEING), set()),
        (mail("Airbus Careers", "ag@myworkday.com"), set()),
        (
            mail(
                "SpaceX",
                "no-reply@us.greenhouse-mail.io",
                links=("https://boards.greenhouse.io/spacex",),
            ),
            set(),
        ),
        (mail("Acme Robotics Careers", "hr@acme-robotics.example"), {"sender_unknown"}),
        (
            mail("Aviation News", "news@daily.example", "Boeing and Airbus hire recruiters.\n" * 5),
            {"sender_unknown"},
        ),
        (mail("x@work.example via list", "list@other.example"), {"sender_unknown"}),
        # an entry of a list is no signature, a partner no claim, a namesake's name its own
        (
            mail("U", "u@uni.example", "Posts:\n\n- Researcher, Boeing\n- Engineer, Airbus\n"),
            {"sender_unknown"},
        ),
        (
            mail("Jane", "jane@work.example", "I recruit for a partner of Boeing."),
            {"sender_unknown"},
        ),
        (
            mail(
                "Jane",
                "jane@boeing.com",
                reply_to="list@lists.example",
                headers=(("list-id", "<l>"),),
            ),
            set(),
        ),
    ],
)
def test_ordinary_mail(registry: Registry, message: Message, signs: set[str]) -> None:
    assert set(names(message, registry)) == signs


def test_trust_needs_proof(registry: Registry) -> None:
    message = mail("Boeing HR", "hr@boeing.com", I_AM_BOEING)
    assert names(message, registry) == []
    assert names(message, registry, proven("boeing.com")) == ["claim_verified"]
    known = Authentication(spf="none", dmarc="none", origin="headers")
    assert names(message, registry, known) == []


def test_tenant_and_network(registry: Registry) -> None:
    tenant = mail("Airbus Careers", "ag@myworkday.com")
    assert names(tenant, registry, proven("myworkday.com")) == ["tenant_verified"]
    other = mail("Boeing Careers", "ag@myworkday.com")
    assert names(other, registry, proven("myworkday.com")) == ["claim_tenant_mismatch"]
    network = mail("Jane via LinkedIn", "inmail@linkedin.com")
    assert names(network, registry, proven("linkedin.com")) == ["network_verified"]


@pytest.mark.parametrize(
    ("authentication", "failed"),
    [
        (Authentication(dmarc="fail", policy="reject", origin="headers"), True),
        (Authentication(dmarc="fail", origin="headers"), True),
        (Authentication(dmarc="fail", policy="none", origin="headers"), False),
        (Authentication(dmarc="fail", policy="none", spf="fail", origin="headers"), True),
        (Authentication(dmarc="none", spf="fail", origin="headers"), True),
        (Authentication(dmarc="none", spf="fail", dkim=("x.example",), origin="headers"), False),
        (Authentication(dmarc="none", spf="softfail", origin="headers"), False),
        (Authentication(dmarc="temperror", origin="headers"), False),
        (Authentication(), False),
    ],
)
def test_disowned(registry: Registry, authentication: Authentication, failed: bool) -> None:
    found = names(mail("Jane", "jane@boeing.com"), registry, authentication)
    assert ("auth_failed" in found) == failed
    assert "claim_verified" not in found


def test_own_firm_and_partners() -> None:
    own = Employer(
        "acme",
        "Acme Rotors",
        "DE",
        "aerospace",
        ("acme.example",),
        own=True,
        titles=("Acme People Team",),
    )
    partner = Employer("globex", "Globex", "DE", "energy", ("globex.example",), partner=True)
    registry = Registry([own, partner], [Agency("Hunters", ("hunt.example",), partner=True)])
    assert "claim_own_firm" in names(mail("Acme Rotors", "x@gmail.com"), registry)
    signed = mail("Jane", "x@work.example", "Hello\n\nJane\nAcme People Team")
    assert "claim_own_firm" in names(signed, registry)
    answer = mail("Bob", "x@work.example", "Thanks!\n\n> Jane\n> Acme People Team")
    assert names(answer, registry) == ["sender_unknown"]
    assert names(mail("Acme Rotors", "x@acme.example"), registry) == []
    assert "lookalike_sender" in names(mail("Jane", "x@acme-hr.example"), registry)
    # told apart from what it imitates by more than the eye
    (told,) = [
        dict(sign.detail)["domain"]
        for sign in identity_signs(mail("Jane", "x@\u0430cme.example"), registry, OFFLINE)
        if sign.name == "lookalike_sender"
    ]
    assert told == "\u0430cme.example (xn--cme-5cd.example)"
    trust = names(mail("Jane", "x@globex.example"), registry, proven("globex.example"))
    assert trust == ["claim_verified", "partner_verified"]
    trust = names(mail("Jane", "x@hunt.example"), registry, proven("hunt.example"))
    assert trust == ["partner_verified"]


class Letters:
    def has_written_to(self, address: str) -> bool:
        return address == "jane@work.example"


def test_known_thread(registry: Registry) -> None:
    message = mail("Jane", "jane@work.example")
    assert "thread_known" in [s.name for s in identity_signs(message, registry, OFFLINE, Letters())]
    failed = Authentication(dmarc="fail", policy="reject", origin="headers")
    assert "thread_known" not in [
        s.name for s in identity_signs(message, registry, failed, Letters())
    ]


def test_details_fill_the_sentences(registry: Registry) -> None:
    message = mail("Boeing HR", "hr@boeing-careers.example", reply_to="x@gmail.com")
    identity, signs = judge_identity(message, registry, OFFLINE)
    details = {sign.name: dict(sign.detail) for sign in signs}
    assert details["claim_domain_mismatch"] == {
        "employer": "Boeing",
        "domain": "boeing-careers.example",
    }
    assert details["lookalike_sender"]["target"] == "Boeing"
    assert details["claim_reply_elsewhere"]["domain"] == "gmail.com"
    assert (identity.claimed, identity.kind) == (("boeing",), "unknown")
    assert identity.domain == "boeing-careers.example"


@settings(max_examples=80, deadline=None)
@given(
    name=st.text(max_size=30),
    address=st.text(max_size=30),
    body=st.text(max_size=80),
    url=st.text(max_size=40),
)
def test_any_message_is_taken(
    registry: Registry, name: str, address: str, body: str, url: str
) -> None:
    message = mail(name, address, body, reply_to=address, links=(url, f"https://{url}"))
    identity_signs(message, registry, OFFLINE)
