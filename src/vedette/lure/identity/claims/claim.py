"""What a claim is."""

from __future__ import annotations

from typing import Literal

import msgspec

from vedette.lure.sign import SignEvidence

How = Literal[
    "display_name",
    "address",
    "introduction",
    "signature",
    "headline",
    "title",
    "behalf",
    "client",
    "unknown",
]
"""Where and how the claim is made. `address`: the sender's mailbox bears the name. `title`: a
department's or recruiter's name of the own firm without the firm's. `behalf`: "on behalf of X",
as agencies and impostors say alike. `client`: X is called a client, so the writer speaks for an
agency. `unknown`: a name that the registry does not hold."""

Strength = Literal["strong", "weak"]
"""`strong`: the writer says to be X or to recruit for X. `weak`: the name stands where such a claim
would stand, without saying so."""


class Claim(msgspec.Struct, frozen=True):
    """`employer` is a key of the registry ("" for `unknown`), `name` the name as it is written.
    `homoglyph` tells that it is written with letters that only look like those of the name."""

    employer: str
    name: str
    how: How
    strength: Strength
    evidence: SignEvidence
    homoglyph: bool = False
