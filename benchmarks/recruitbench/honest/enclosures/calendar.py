"""Calendar invitations (RFC 5545) and business cards (RFC 6350)."""

from __future__ import annotations

from datetime import datetime, timedelta


def ics(
    uid: str,
    summary: str,
    start: datetime,
    organizer: str,
    attendee: str,
    place: str,
    note: str,
    method: str = "REQUEST",
) -> bytes:
    """One event of 45 minutes; `start` in UTC."""
    end = start + timedelta(minutes=45)
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Example Calendar//EN",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{start - timedelta(days=3):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{end:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{_escaped(summary)}",
        f"ORGANIZER:mailto:{organizer}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{attendee}",
        f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(note)}",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def vcard(name: str, org: str, mail: str, phone: str) -> bytes:
    """A business card."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{_escaped(name)}",
        f"N:{_escaped(name)};;;;",
        f"ORG:{_escaped(org)}",
        f"EMAIL;TYPE=WORK:{mail}",
        f"TEL;TYPE=WORK:{phone}",
        "END:VCARD",
    ]
    return b"".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    out = b""
    piece = b""
    for letter in line:
        data = letter.encode()
        if len(piece) + len(data) > 74:
            out += piece + b"\r\n "
            piece = b""
        piece += data
    return out + piece + b"\r\n"
