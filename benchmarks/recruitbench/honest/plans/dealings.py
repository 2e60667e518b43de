"""Families for fitting that look like lures: pay, papers, secrecy, checks, paid advice."""

from __future__ import annotations

from benchmarks.recruitbench.honest.enclosures.files import bundle, document, several
from benchmarks.recruitbench.honest.plan import Plan
from benchmarks.recruitbench.honest.senders import either, second_domain, solo
from benchmarks.recruitbench.honest.voices import agency, employer, organisation

_BUREAUS = (
    ("Lohnwerk Service", "lohnwerk-service.example"),
    ("Tally & Sons Payroll", "tallypayroll.example"),
    ("Kompas Kadry i Place", "kompas-place.example"),
)
_LAWYERS = (
    ("Ashgrove Immigration Law", "ashgrove-law.example"),
    ("Gabinete Puente Legal", "puentelegal.example"),
    ("Nordhafen Relocation", "nordhafen-relocation.example"),
)
_CHECKERS = (
    ("Veritrace Screening", "veritrace.example"),
    ("Plumbline Checks", "plumbline-checks.example"),
)
_NETWORKS = (
    ("Insightline Experts", "insightline.example"),
    ("Fachrat Netzwerk", "fachrat.example"),
    ("Quorum Advisory Calls", "quorumcalls.example"),
)
_FACULTIES = (
    ("Ostrava Bay University", "ostravabay-uni.example"),
    ("Instituto Costa Norte", "institutocostanorte.example"),
    ("Gulf College of Engineering", "gce-college.example"),
)
_PARTNERS = (
    ("Brandt Joint Works", "brandt-jointworks.example"),
    ("Hanbit Systems", "hanbit-systems.example"),
    ("Aqualia Norte", "aqualianorte.example"),
)

DEALINGS = (
    Plan(
        "pay_workbook",
        "fit",
        {"en": 18, "de": 12, "es": 10},
        either((0.7, agency), (0.3, solo)),
        files=((0.6, document("table", "xlsm")), (0.4, document("table", "xlsx"))),
        long=0.25,
        weak="asks to enable macros",
    ),
    Plan(
        "bureau_zip",
        "fit",
        {"en": 20, "de": 12, "ko": 12, "pl": 10},
        organisation(_BUREAUS, "hr"),
        files=((0.55, bundle("offer", (("offer", "pdf"), ("form", "docx")), password=True)),),
        relayed=0.06,
        weak="encrypted archive from a third firm, password in a second message",
    ),
    Plan(
        "sealed_brief",
        "fit",
        {"en": 18, "fr": 10, "he": 12},
        either((0.6, employer), (0.4, second_domain)),
        files=((0.4, document("nda", "pdf")), (0.25, document("nda", "docx"))),
        link=("adobesign", "docusign"),
        long=0.3,
        small=0.6,
        weak="secrecy before details, signature by link",
    ),
    Plan(
        "permit_papers",
        "fit",
        {"en": 18, "ar": 14, "es": 10, "de": 10},
        organisation(_LAWYERS, "staff"),
        files=(
            (0.3, document("form", "pdf")),
            (0.2, bundle("packet", (("form", "pdf"), ("form", "docx")))),
            (0.2, several(document("form", "docx"), document("packet", "pdf"))),
        ),
        weak="a third firm wants passports and certificates",
    ),
    Plan(
        "screening_vendor",
        "fit",
        {"en": 18, "he": 12, "fr": 12, "ko": 8},
        organisation(_CHECKERS, "staff"),
        files=((0.35, document("form", "pdf")), (0.2, document("form", "docx"))),
        relayed=0.06,
        weak="a third firm wants identity papers in an employer's name",
    ),
    Plan(
        "expert_call",
        "fit",
        {"en": 20, "de": 8, "fr": 8, "ko": 8, "he": 10},
        organisation(_NETWORKS, "agent"),
        files=((0.15, document("nda", "pdf")), (0.1, document("flyer", "pdf"))),
        weak="money for knowledge, client not named",
    ),
    Plan(
        "visiting_post",
        "fit",
        {"en": 18, "ar": 14, "es": 10, "pl": 10},
        organisation(_FACULTIES, "academic"),
        files=(
            (0.35, document("form", "pdf")),
            (0.2, document("form", "docx")),
            (0.1, bundle("packet", (("form", "docx"), ("flyer", "pdf")))),
        ),
        long=0.3,
        relayed=0.15,
        weak="money and travel from abroad, passport data",
    ),
    Plan(
        "partner_hr",
        "fit",
        {"en": 18, "ko": 10, "es": 10, "pl": 10},
        organisation(_PARTNERS, "hr"),
        files=(
            (0.4, several(document("form", "docx"), document("table", "xlsx"))),
            (0.3, document("table", "xlsx")),
            (0.15, document("form", "pdf")),
        ),
        link=("onedrive",),
        long=0.25,
        weak="a stranger in the name of a partner, secrecy, identity papers",
    ),
)
