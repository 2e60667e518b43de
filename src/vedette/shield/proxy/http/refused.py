"""A message that is not read, and why."""

from __future__ import annotations


class Refused(Exception):
    """What a client sent can't be taken for one request and one only, or breaks a limit.

    `status` is the answer (the connection is closed after it); `reason` is a short fixed phrase for
    logs, without anything the client wrote.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class BadUpstream(Exception):
    """The website's answer can't be read as one response and one only."""
