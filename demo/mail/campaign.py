"""The recruiter's campaign: one persona writes to several people, then asks after it.

Invented from beginning to end. The file is a stub: two letters and zeros, nothing that could run.
"""

from __future__ import annotations

import io
import random
import zipfile
from typing import Final

from demo.firm import PARTNER, Person, person
from demo.mail.letter import Letter, fill

PERSONA: Final = "Charlotte Ainsworth"
SENDER_DOMAIN: Final = "meridian-aero-careers.test"
SENDER: Final = f"c.ainsworth@{SENDER_DOMAIN}"
PORTAL: Final = SENDER_DOMAIN
PORTAL_ADDRESS: Final = "203.0.113.24"

TARGETS: Final = (
    ("Ingrid Solberg", "Director of Electro-Optical Systems"),
    ("Amara Okonkwo", "Principal Optical Systems Engineer"),
    ("Yuki Tanabe", "Lead Engineer, Infrared Focal Planes"),
    ("Luca Ferrante", "Principal Lens Designer, Airborne Optics"),
    ("Nadia Benali", "Principal Opto-Mechanical Engineer"),
    ("Tomasz Zielinski", "Lead Infrared Systems Engineer"),
)
"""Whom the persona writes to by mail, and the post that each is offered."""

REACHED: Final = "Jonas Weidmann"
"""Whom the persona had written to before, on a private account that no gateway of the firm sees."""

_LETTERS: Final = (
    """\
Dear {first},

I lead executive hiring at {firm}. Your work on [airborne optics|stabilised sensors|precision
optics] at Halden has been noticed by our Chief Engineer, and I have been asked to approach you in
confidence about the position of {role} ([Bristol|Toulouse|Munich], [GBP 148,000|EUR 165,000|EUR
158,000] and relocation).

The role profile and a short technical assessment are attached. Please complete the assessment on
your company computer, since the viewer needs a workstation with CAD drivers and does not open on a
telephone or a private laptop. The password is {password}. Your personal link:
https://{portal}/assessment/{login}

As the position is not yet public, please do not mention it to colleagues, and do not contact our
reception or the general HR mailbox: they are not informed. [I would need your result by Thursday|
The panel meets on Friday, so time is short].

For anything quick you can reach me on WhatsApp.

With kind regards
{persona}
Senior Talent Acquisition Partner, {firm}
""",
    """\
Hello {first},

we have a confidential opening that fits your profile unusually well: {role} at {firm}. The
hiring manager has read your [conference paper|patent|talk] and would like to skip the usual first
round.

Attached is the assessment package (password {password}). It has to be opened on your work
computer, with your firm's network, because the viewer checks for the engineering licence. If
Windows shows a warning, choose "More info" and "Run anyway". You can also start from your page:
https://{portal}/assessment/{login}

Please keep this between us for now and use a private messenger rather than your work mail for
questions. [We decide this week|Interviews begin on Monday].

Best regards
{persona}
Talent Acquisition, {firm}
""",
)
_SUBJECTS: Final = (
    "{role}: a confidential opportunity",
    "Confidential: {role} at {firm}",
    "{first}, an opening at {firm}",
)
_AFTER: Final = """\
Hello {first},

did my note of this morning reach you? I am in meetings until four and happy to talk after that.

Charlotte
"""


def lures(chance: random.Random, time: float) -> list[Letter]:
    """The letters of the campaign, in their order."""
    made = []
    for number, (name, role) in enumerate(TARGETS):
        to = person(name)
        words = _words(to, role, chance)
        made.append(
            Letter(
                f"{PERSONA} ({PARTNER})",
                SENDER,
                to.mail,
                fill(chance, chance.choice(_SUBJECTS), **words),
                fill(chance, _LETTERS[number % len(_LETTERS)], **words),
                time,
                ((f"Assessment_{to.name.replace(' ', '_')}.zip", package()),),
            )
        )
    return made


def reminder(time: float) -> Letter:
    """What the persona writes to the first of them afterwards: nothing is wrong with it by
    itself."""
    to = person(TARGETS[0][0])
    text = _AFTER.format(first=to.first)
    return Letter(PERSONA, SENDER, to.mail, "My note", text, time)


def package() -> bytes:
    """What is attached: an archive with a file that is not what it is called."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("Technical_Assessment.pdf.exe", (2026, 1, 5, 8, 0, 0))
        archive.writestr(entry, b"MZ" + bytes(1022))
    return packed.getvalue()


def _words(to: Person, role: str, chance: random.Random) -> dict[str, str]:
    return {
        "first": to.first,
        "login": to.login.replace(".", "-"),
        "role": role,
        "firm": PARTNER,
        "persona": PERSONA,
        "portal": PORTAL,
        "password": f"MER-{chance.randrange(1000, 9999)}",
    }
