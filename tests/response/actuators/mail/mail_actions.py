"""Actions on mail and the messages they are aimed at, for the tests here."""

from __future__ import annotations

import time

from vedette.model.action import Action
from vedette.model.finding import Entity


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


def action(
    kind: str,
    target: tuple[str, str],
    *scope: tuple[str, str],
    id: str = "a" * 32,
    seconds: float = 600,
) -> Action:
    """One that was decided just now."""
    decided = now()
    return Action(
        id,
        kind,
        Entity(*target),
        tuple(sorted(scope)),
        "i1",
        "a test",
        decided,
        decided + round(seconds * 1e6),
    )


def mail(
    subject: str = "An offer", sender: str = "hr@jobs.example", body: str = "Hello", number: int = 1
) -> bytes:
    """A message as it comes over the wire."""
    return (
        f"From: {sender}\r\nTo: ann@firm.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@jobs.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n"
        f"{body}\r\n"
    ).encode()
