"""What authentication found, and what the firm says about its own mail servers."""

from __future__ import annotations

from typing import Literal

import msgspec

SpfResult = Literal[
    "unknown", "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"
]
"""RFC 7208 2.6; `unknown`: nobody looked."""

DmarcResult = Literal["unknown", "none", "pass", "fail", "temperror", "permerror"]
ArcResult = Literal["unknown", "none", "pass", "fail"]
Policy = Literal["", "none", "quarantine", "reject"]


class AuthenticationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to believe and what to check here.

    `authserv_ids` are the names under which the firm's own mail servers write
    Authentication-Results (RFC 8601 obliges them to remove forged ones from outside). `receivers`
    are hosts of the firm's own Received fields (themselves or a domain above them; empty: the
    authserv-ids and what was registered with them); `internal` are networks of its own relays
    besides the private ranges. `sealers` are domains whose ARC seals are
    believed. `verify`: check signatures and records here where trusted headers say nothing and
    DNS can be asked.
    """

    authserv_ids: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    sealers: tuple[str, ...] = ()
    verify: bool = True
    max_signatures: int = 5
    """DKIM signatures of a message that are checked, topmost first."""
    max_lookups: int = 60
    """DNS questions for one message; RFC 7208 allows SPF alone ten that may ask further."""
    max_bytes: int = 30 << 20
    """Larger messages are not hashed here."""


class Connection(msgspec.Struct, frozen=True):
    """The connection that a message came in on: the client's IP address and its HELO name."""

    address: str
    helo: str = ""


class Authentication(msgspec.Struct, frozen=True):
    """What is known of a message's origin.

    `dkim` are the domains (d=) whose signatures hold, `dkim_failed` those whose do not;
    `spf_domain` is what SPF was checked on. `policy` is what the sender's domain asks for when
    DMARC fails ("" where that is not known). `sealer` is the trusted ARC sealer whose word was
    taken. `origin` says where the answers are from: "none" (nobody looked), "headers", "arc",
    "verified" or "mixed". `notes` are for people: what was ignored, and what could not be checked.
    """

    spf: SpfResult = "unknown"
    spf_domain: str = ""
    dkim: tuple[str, ...] = ()
    dkim_failed: tuple[str, ...] = ()
    dmarc: DmarcResult = "unknown"
    policy: Policy = ""
    arc: ArcResult = "unknown"
    sealer: str = ""
    origin: Literal["none", "headers", "arc", "verified", "mixed"] = "none"
    notes: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anybody looked at all."""
        return self.origin != "none"
