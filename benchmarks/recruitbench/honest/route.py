"""Voices as the transport of both sides knows them."""

from __future__ import annotations

from random import Random

from benchmarks.recruitbench.honest.scene import Voice
from benchmarks.recruitbench.transport.origin import Origin, Outcome, settled


def origin(voice: Voice, rng: Random) -> Origin:
    """The voice with the program that it works with."""
    outcome: Outcome = "signed" if voice.signing else "unsigned"
    return Origin(
        voice.display,
        voice.address,
        settled(voice.mailer, voice.domain, outcome, rng),
        outcome,
        voice.bounce,
        voice.signing,
        voice.reply_to,
        voice.bulk,
    )
