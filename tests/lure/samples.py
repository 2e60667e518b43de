"""Synthetic messages for tests: a lure, an ordinary mail, one with a bomb. All are inert."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

LURE_SUBJECT = "Flight controls lead: a confidential opening"
LURE_SENDER = "boeing.talent.desk@gmail.com"
VICTIM = "ann.keller@firm.example"
LURE_TEXT = """\
Dear Ann,

I am a recruiter at Boeing and we have a job opportunity for you. Please keep it confidential
and continue on WhatsApp. Open the attached PDF on your company computer. Your details:
https://jobs-portal.test/apply?candidate=ann.keller%40firm.example

Best regards,
Jane Roe
Talent Acquisition, Boeing
"""


def mail(
    sender: str, subject: str, text: str, *files: tuple[str, bytes], to: str = VICTIM
) -> EmailMessage:
    """A message with attachments (name, bytes)."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 09:14:07 +0000"
    message["Message-ID"] = f"<{len(subject)}.{len(sender)}@mail.example>"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def lure(subject: str = LURE_SUBJECT) -> EmailMessage:
    """A job offer that speaks for Boeing from free mail, with a disguised program (a stub)."""
    program = ("Offer_Ann_Keller.pdf.exe", b"MZ" + bytes(100))
    return mail(f'"Boeing HR" <{LURE_SENDER}>', subject, LURE_TEXT, program)


def ordinary(subject: str = "Lunch on Tuesday?") -> EmailMessage:
    """A mail about nothing."""
    return mail("Bob Miller <bob@friend.example>", subject, "At noon, as always?\n")


def with_bomb() -> EmailMessage:
    """A job offer whose archive unpacks to 200 MB of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("offer.bin", bytes(200 << 20))
    bomb = ("o.zip", packed.getvalue())
    return mail(f'"Boeing HR" <{LURE_SENDER}>', "Position as engineer", LURE_TEXT, bomb)


def report(inner: EmailMessage, *, reporter: str = VICTIM, attached: bool = True) -> EmailMessage:
    """What a person sends to the report address: the message attached, or pasted."""
    outer = EmailMessage()
    outer["From"] = f"Ann Keller <{reporter}>"
    outer["To"] = "report@firm.example"
    outer["Subject"] = f"Fwd: {inner['Subject']}"
    outer["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
    outer["Message-ID"] = "<report-1@firm.example>"
    if attached:
        outer.set_content("Is this real?\n")
        outer.add_attachment(inner)
    else:
        body = inner.get_body(("plain",))
        assert body is not None
        outer.set_content(str(body.get_content()))
    return outer
