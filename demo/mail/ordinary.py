"""The mail of an ordinary working day."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

from demo.firm import DOMAIN, PARTNER, PARTNER_DOMAIN, PEOPLE, Person
from demo.mail.letter import Letter, fill, pdf


class _Kind(NamedTuple):
    teams: str
    name: str
    sender: str
    subject: str
    text: str
    file: str = ""


_KINDS: Final = (
    _Kind(
        "purchasing production", "Nordglas Sales", "orders@nordglas.example",
        "Order confirmation {n}: [N-BK7|fused silica|CaF2|germanium] blanks",
        "Dear {first},\n\nthank you for order {n}. We confirm {small} blanks, diameter "
        "[25|40|62|80] mm, [lambda/10|lambda/4] both sides. Dispatch is planned for calendar week "
        "{week}.\n\nThe confirmation is attached.\n\nKind regards\nNordglas Sales Office\n",
        "Confirmation_{n}.pdf",
    ),
    _Kind(
        "optics mechanics electronics", f"Sarah Whitcombe ({PARTNER})",
        f"s.whitcombe@{PARTNER_DOMAIN}",
        "[Seeker head|Gimbal window|Targeting pod] interface drawing rev [C|D|E]",
        "Hi {first},\n\nrev [C|D|E] of the window interface is on the exchange server. The only "
        "change is the [chamfer|O-ring groove|bolt circle] on sheet {small}. Can you confirm by "
        "[Wednesday|Thursday|Friday] that the [coating|clearance|wedge angle] still holds?\n\n"
        f"Best\nSarah\n\nSarah Whitcombe | Mechanical Interfaces | {PARTNER}\n",
    ),
    _Kind(
        "sales management", "Airfield Systems AS", "procurement@airfield-systems.example",
        "RFQ {n}: [laser range finder windows|SWIR objectives|beam expanders]",
        "Hello {first},\n\nplease find our request for quotation {n} attached: {small} pieces, "
        "delivery in [Q1|Q2|Q3]. Questions until Friday, please.\n\nRegards\nHelge Strand\n"
        "Airfield Systems AS, Procurement\n",
        "RFQ_{n}.pdf",
    ),
    _Kind(
        "finance purchasing", "Fjord Freight Billing", "billing@fjord-freight.example",
        "Invoice {n} for shipment {m}",
        "Dear customer,\n\nplease find attached our invoice {n} for shipment {m} (2 pallets, "
        "temperature logged). Payable within 30 days.\n\nFjord Freight\n",
        "Invoice_{n}.pdf",
    ),
    _Kind(
        "optics", "Photon Society", "news@photon-society.example",
        "[This month|This week] in [thin films|metrology|infrared materials]",
        "Dear member,\n\nin this issue: [ion-beam sputtering at low stress|cleaning without "
        "scatter|how to measure 5 ppm of absorption], reports from the conference in [Jena|Lyon|"
        "Trondheim], and the calendar.\n\nRead it at https://www.photon-society.example/news/{n}\n"
        "\nYou get this as a member. Unsubscribe: https://www.photon-society.example/u/{m}\n",
    ),
    _Kind(
        "", "Nils Eriksen", f"nils.eriksen@{DOMAIN}",
        "[File server|Printer on floor 2|VPN] [tonight|on Thursday]: short interruption",
        "Hello all,\n\nthe service will be away between 18:00 and 18:30 for updates. Nothing to "
        "do on your side.\n\nNils\n",
    ),
    _Kind(
        "", "Katarina Horvat", f"katarina.horvat@{DOMAIN}",
        "[Minutes of Monday|Agenda for Thursday|Visit of the auditors]",
        "Hi {first},\n\nthe [minutes|agenda] [is|are] in the usual folder. Please look at item "
        "{small} before we meet.\n\nThanks\nKatarina\n",
    ),
    _Kind(
        "quality production", "CalLab Services", "certificates@callab.example",
        "Calibration certificate {n}",
        "Dear {first},\n\nthe certificate of your [interferometer|torque driver|spectrophotometer|"
        "height gauge] is attached. Next calibration is due in twelve months.\n\nCalLab Services\n",
        "Certificate_{n}.pdf",
    ),
    _Kind(
        "people", "Elin Torgersen", "elin.torgersen@mailbox-north.example",
        "Application: [optical technician|assembly technician|apprenticeship]",
        "Dear {first},\n\nI would like to apply for the position that is on your website. My CV is "
        "attached. I can start in [January|March|August].\n\nKind regards\nElin Torgersen\n",
        "CV_Torgersen.pdf",
    ),
    _Kind(
        "people", "Nordic Technical Recruitment", "kari.moen@nordic-technical.example",
        "Two candidates for [your coating operator post|the embedded software post]",
        "Hi {first},\n\nas agreed last week, I have two candidates who would like to meet you. "
        "Both are available [in January|after Easter]. Shall I send their profiles, and would "
        "Tuesday at ten suit you for a call?\n\nBest regards\nKari Moen\nNordic Technical "
        "Recruitment, +47 5550 01{small}\n",
    ),
    _Kind(
        "optics electronics", "Photonics Jobs Weekly", "weekly@photonics-jobs.example",
        "{small} new positions in [optics|infrared|lasers] this week",
        "Dear reader,\n\nthis week: optical designer (Jena), test engineer (Glasgow), coating "
        "physicist (Lund), application engineer (Eindhoven).\n\nAll positions: "
        "https://www.photonics-jobs.example/week/{n}\n\nUnsubscribe: "
        "https://www.photonics-jobs.example/u/{m}\n",
    ),
    _Kind(
        "electronics mechanics", "Brightpath Distribution", "shop@brightpath-parts.example",
        "Your basket {n} has shipped",
        "Hello {first},\n\n{small} items of order {n} left our warehouse today. Tracking: "
        "https://track.brightpath-parts.example/{m}\n\nBrightpath Distribution\n",
    ),
    _Kind(
        "sales optics", "Expo Optica Organisers", "exhibitors@expo-optica.example",
        "Booth [B14|C02|A31]: [power order|badges|build-up times]",
        "Dear exhibitor,\n\nplease order [power and light|badges] for your booth by the end of the "
        "month in the exhibitors' portal: https://portal.expo-optica.example/booth/{n}\n\n"
        "Your Expo Optica team\n",
    ),
)  # fmt: skip


def letter(chance: random.Random, time: float) -> Letter:
    """Some letter that comes in at a time."""
    kind = chance.choice(_KINDS)
    to = chance.choice(_readers(kind.teams))
    words = {
        "first": to.first,
        "n": str(chance.randrange(10_000, 99_999)),
        "m": str(chance.randrange(100_000, 999_999)),
        "small": str(chance.randrange(2, 24)),
        "week": str(chance.randrange(1, 52)),
    }
    name = fill(chance, kind.file, **words)
    subject = fill(chance, kind.subject, **words)
    files = ((name, pdf(subject)),) if name else ()
    text = fill(chance, kind.text, **words)
    return Letter(kind.name, kind.sender, to.mail, subject, text, time, files)


def _readers(teams: str) -> list[Person]:
    return [one for one in PEOPLE if not teams or one.team in teams.split()]
