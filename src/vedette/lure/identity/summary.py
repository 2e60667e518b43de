"""What is known about who sent a message, for checks that come after."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from vedette.lure.identity.claims.claim import Claim
from vedette.lure.identity.tenants import Tenancy

SenderKind = Literal[
    "none", "employer", "agency", "network", "system", "freemail", "disposable", "unknown"
]


class Correspondence(Protocol):
    """What the firm knows of its own mail."""

    def has_written_to(self, address: str) -> bool:
        """Whether anybody in the firm wrote to that address (lower case) before."""
        ...


class Identity(msgspec.Struct, frozen=True):
    """`domain` is the sender's organisational domain (A-labels), `kind` whose it is, `employer`
    the key of the employer it belongs to (or whose tenant sent it). `verified`: the From domain
    was authenticated. `failed`: it was, and disowns the message; `broken`: it
    does, as after forwarding. `tenancies` are the tenants of
    applicant-tracking systems that the message is from or leads to."""

    claims: tuple[Claim, ...] = ()
    domain: str = ""
    kind: SenderKind = "none"
    employer: str = ""
    name: str = ""
    """Of the agency, network or application system."""
    partner: bool = False
    verified: bool = False
    failed: bool = False
    broken: bool = False
    tenancies: tuple[Tenancy, ...] = ()
    unmatched: str = ""
    """The name of an unknown employer that the sender claims and that its domain does not bear."""

    @property
    def claimed(self) -> tuple[str, ...]:
        """Keys of the employers that the message strongly claims to speak for."""
        keys = (claim.employer for claim in self.claims if claim.strength == "strong")
        return tuple(dict.fromkeys(key for key in keys if key))
