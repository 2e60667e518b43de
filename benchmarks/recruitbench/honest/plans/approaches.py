"""Families for fitting that look like lures: first contacts, messengers, tests, boards, tools."""

from __future__ import annotations

from benchmarks.recruitbench.honest.enclosures.files import card, document, invitation, nothing
from benchmarks.recruitbench.honest.enclosures.forwards import handed_on
from benchmarks.recruitbench.honest.enclosures.tasks import node_task
from benchmarks.recruitbench.honest.plan import Plan
from benchmarks.recruitbench.honest.senders import (
    either,
    on_leave,
    second_domain,
    solo,
    through_tool,
    with_tenant,
)
from benchmarks.recruitbench.honest.voices import (
    agency,
    by_language,
    employer,
    freemail,
    organisation,
    service,
)

_EXAMS = (
    ("Provaris Assessments", "provaris-exams.example"),
    ("Klarblick Testverfahren", "klarblick-test.example"),
)

APPROACHES = (
    Plan(
        "solo_recruiter",
        "fit",
        {"en": 20, "de": 10, "es": 10, "he": 10},
        solo,
        long=0.0,
        relayed=0.06,
        weak="short first contact, unnamed client, wants a call",
    ),
    Plan(
        "freemail_bigname",
        "fit",
        {"en": 20, "fr": 10, "ko": 10, "pl": 10},
        freemail("agent"),
        files=((0.3, document("jd", "pdf")), (0.2, document("jd", "docx"))),
        long=0.3,
        small=0.0,
        weak="freemail in the name of a large employer",
    ),
    Plan(
        "messenger_time",
        "fit",
        {"en": 18, "ko": 12, "ar": 12, "es": 8},
        either((0.5, agency), (0.3, employer), (0.2, solo)),
        files=((0.25, document("jd", "pdf")), (0.1, card)),
        long=0.3,
        weak="moves to a messenger",
    ),
    Plan(
        "shortlink_advert",
        "fit",
        {"en": 18, "de": 10, "pl": 10, "fr": 8},
        either((0.6, agency), (0.4, freemail("agent"))),
        files=((0.2, document("jd", "pdf")),),
        long=0.25,
        weak="shortened links, one employer not named",
    ),
    Plan(
        "ats_tenant",
        "fit",
        {"en": 20, "de": 8, "fr": 10, "es": 8, "pl": 8},
        with_tenant(either((0.4, employer), (0.3, agency), (0.3, second_domain))),
        files=((0.3, document("jd", "pdf")), (0.15, document("jd", "docx"))),
        relayed=0.12,
        small=0.4,
        weak="link to a third domain, some from a second domain of the employer",
    ),
    Plan(
        "profile_viewed",
        "fit",
        {"en": 14, "de": 6, "fr": 6, "es": 6, "he": 8, "ar": 8, "ko": 6},
        by_language(
            {
                "en": service(
                    "Totaljobs", "alerts@totaljobs.com", "https://www.totaljobs.com/v/NNN"
                ),
                "de": service("StepStone", "info@stepstone.de", "https://www.stepstone.de/v/NNN"),
                "fr": service(
                    "HelloWork", "alerte@hellowork.com", "https://www.hellowork.com/v/XXX"
                ),
                "es": service(
                    "Tecnoempleo", "info@tecnoempleo.com", "https://www.tecnoempleo.com/v/XXX"
                ),
                "he": service("דרושים", "info@drushim.co.il", "https://www.drushim.co.il/v/NNN"),
                "ar": service(
                    "GulfTalent", "info@gulftalent.com", "https://www.gulftalent.com/v/NNN"
                ),
                "ko": service(
                    "잡코리아", "help@jobkorea.co.kr", "https://www.jobkorea.co.kr/v/NNN"
                ),
            }
        ),
        look="frame",
    ),
    Plan(
        "node_kata",
        "fit",
        {"en": 20, "pl": 10, "he": 12, "ko": 12},
        either((0.7, employer), (0.3, second_domain)),
        files=((0.55, node_task("gz")), (0.45, node_task("zip"))),
        long=0.2,
        small=0.7,
        weak="asks to install and run the contents of an archive",
    ),
    Plan(
        "proctor_setup",
        "fit",
        {"en": 18, "fr": 10, "ar": 14},
        either((0.6, organisation(_EXAMS, "hr")), (0.4, second_domain)),
        files=((0.35, document("form", "pdf")), (0.25, invitation)),
        long=0.2,
        small=0.5,
        weak="asks to install programs, administrator rights, exception for the antivirus",
    ),
    Plan(
        "panel_invite",
        "fit",
        {"en": 20, "fr": 10, "ko": 10, "ar": 12},
        either((0.6, employer), (0.4, second_domain)),
        files=((0.75, invitation),),
        long=0.3,
        relayed=0.1,
        small=0.4,
        weak="meeting link with a passcode, some from a second domain",
    ),
    Plan(
        "forwarded_eml",
        "fit",
        {"en": 18, "he": 12, "pl": 10, "es": 8},
        freemail(""),
        files=(
            (0.4, handed_on(document("jd", "pdf"))),
            (0.3, handed_on(document("jd", "docx"))),
            (0.3, handed_on(nothing)),
        ),
        weak="freemail that carries an agency's message as a file",
    ),
    Plan(
        "three_turns",
        "fit",
        {"en": 20, "de": 10, "ar": 12, "ko": 8, "pl": 8},
        either((0.35, agency), (0.25, employer), (0.4, on_leave(agency))),
        files=((0.2, document("offer", "pdf")), (0.15, document("offer", "docx"))),
        weak="a thread about pay, some from a private address",
    ),
    Plan(
        "drip_sequence",
        "fit",
        {"en": 18, "es": 10, "he": 12, "fr": 8},
        through_tool,
        files=((0.1, document("jd", "pdf")),),
        look="note",
        wrap=("sendgrid", "mailchimp"),
        long=0.2,
        weak="tracked links, presses for an answer",
    ),
)
