"""Families for testing: the own firm, campaigns, lists, conferences, partners."""

from __future__ import annotations

from benchmarks.recruitbench.honest.enclosures.files import bundle, document, several, templated
from benchmarks.recruitbench.honest.plan import Plan
from benchmarks.recruitbench.honest.voices import (
    agency,
    employer,
    employer_bulk,
    internal,
    organisation,
)

ORGANISATIONS = (
    Plan(
        "hr_survey",
        "test",
        {"en": 20, "fr": 12, "ko": 14},
        internal("hr"),
        files=((0.3, document("flyer", "png")), (0.2, document("flyer", "pdf"))),
        link=("msform", "survey"),
        relayed=0.0,
        weak="outside form in the name of the own firm",
    ),
    Plan(
        "expenses_training",
        "test",
        {"en": 20, "he": 14, "es": 14},
        internal("staff"),
        files=(
            (0.7, document("table", "xlsx")),
            (0.3, bundle("packet", (("table", "xlsx"), ("form", "pdf")))),
        ),
        relayed=0.0,
        weak="asks to enable editing",
    ),
    Plan(
        "template_pack",
        "test",
        {"en": 7, "de": 6, "fr": 6},
        internal("hr"),
        files=((1.0, templated("offer")),),
        relayed=0.0,
        weak="document with a template on a share",
    ),
    Plan(
        "talent_campaign",
        "test",
        {"en": 22, "ar": 14, "fr": 14},
        employer_bulk,
        look="tiles",
        wrap=("sendgrid", "hubspot"),
        weak="every link goes through a redirector",
    ),
    Plan(
        "alumni_list",
        "test",
        {"en": 22, "fr": 12, "pl": 12},
        employer,
        files=((0.4, document("jd", "pdf")),),
        relayed=0.3,
        relay="relisted",
        weak="some rewritten by a list",
    ),
    Plan(
        "technical_list",
        "test",
        {"en": 34},
        organisation(
            (
                ("Institute for Applied Hydrology", "applied-hydrology.example"),
                ("Open Solver Foundation", "opensolver.example"),
            ),
            "staff",
        ),
        files=((0.15, document("jd", "txt")), (0.15, document("jd", "pdf"))),
        look="plain",
        relayed=0.3,
        relay="relisted",
    ),
    Plan(
        "invited_speaker",
        "test",
        {"en": 22, "es": 14, "he": 14},
        organisation(
            (
                ("Wind & Water Conference", "windandwater.example"),
                ("International Test Colloquium", "test-colloquium.example"),
            ),
            "academic",
        ),
        files=(
            (0.7, bundle("packet", (("form", "docx"), ("flyer", "pdf"), ("flyer", "png")))),
            (0.3, several(document("form", "docx"), document("flyer", "pdf"))),
        ),
        link=("easychair",),
        weak="invitation with an archive of forms",
    ),
    Plan(
        "energy_review",
        "test",
        {"en": 18, "es": 12, "pl": 12, "he": 12, "ko": 12},
        organisation((("Current & Flow", "currentandflow.example"),), "staff", bulk=True),
        files=((0.3, document("flyer", "pdf")),),
        look="column",
        wrap=("own",),
        weak="writes about fake job offers",
    ),
    Plan(
        "bid_profiles",
        "test",
        {"en": 22, "ar": 14, "pl": 14},
        organisation(
            (
                ("Hartwell Consulting Engineers", "hartwell-engineers.example"),
                ("Delta Joint Venture", "delta-jv.example"),
            ),
            "staff",
        ),
        files=(
            (0.7, document("form", "docx")),
            (0.3, several(document("form", "docx"), document("nda", "pdf"))),
        ),
        link=("gdrive", "dropbox"),
        weak="asks for CVs under secrecy, speaks of an employer",
    ),
    Plan(
        "postdoc_call",
        "test",
        {"en": 20, "fr": 12, "de": 12, "ko": 14},
        employer,
        files=((0.6, document("jd", "pdf")),),
        small=0.3,
    ),
    Plan(
        "temp_timesheets",
        "test",
        {"en": 22, "es": 14, "pl": 14},
        agency,
        files=((1.0, document("table", "xlsx")),),
        weak="asks to enable editing in a sheet",
    ),
)
