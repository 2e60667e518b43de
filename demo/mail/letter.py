"""A letter on its way, and how it is written down."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Final

from demo.firm import GATEWAY

SYNTHETIC: Final = "X-Synthetic"
"""A header of every letter: it was written for the demonstration."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Who writes what to whom, at `time` (seconds since the epoch)."""

    name: str
    sender: str
    recipient: str
    subject: str
    text: str
    time: float
    files: tuple[tuple[str, bytes], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def domain(self) -> str:
        return self.sender.partition("@")[2]

    def raw(self) -> bytes:
        """As it comes in at the gateway, which has checked its sender's signature."""
        message = EmailMessage()
        message["Authentication-Results"] = (
            f"{GATEWAY}; spf=pass smtp.mailfrom={self.sender}; "
            f"dkim=pass header.d={self.domain}; dmarc=pass header.from={self.domain}"
        )
        message["From"] = formataddr((self.name, self.sender))
        message["To"] = self.recipient
        message["Subject"] = self.subject
        message["Date"] = formatdate(self.time)
        message["Message-ID"] = f"<{self.key}@{self.domain}>"
        message[SYNTHETIC] = "written for the demonstration of Vedette"
        for name, value in self.headers:
            message[name] = value
        message.set_content(self.text)
        for name, data in self.files:
            kind = "pdf" if name.endswith(".pdf") else "octet-stream"
            message.add_attachment(data, maintype="application", subtype=kind, filename=name)
        if message.is_multipart():
            message.set_boundary(f"=_{self.key}")
        return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    @property
    def key(self) -> str:
        """The same for the same letter."""
        told = f"{self.sender}|{self.recipient}|{self.subject}|{self.time:.3f}"
        return hashlib.sha256(told.encode()).hexdigest()[:20]


def pdf(title: str) -> bytes:
    """A page with a title, and nothing else in it."""
    page = f"BT /F1 18 Tf 72 720 Td ({title}) Tj ET".encode()
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n"
        b"%%%%EOF\n" % (size, table, size, len(made))
    )


def fill(chance: random.Random, text: str, **words: str) -> str:
    """A text with its words, and where it offers a choice (`[a|b]`) one of them."""
    while (end := text.find("]")) >= 0:
        begin = text.rindex("[", 0, end)
        text = text[:begin] + chance.choice(text[begin + 1 : end].split("|")) + text[end + 1 :]
    return text.format(**words)
