"""DKIM signatures (RFC 6376) and ARC chains (RFC 8617), verified by dkimpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from vedette.lure.identity.authentication.dns import (
    LookupFailedError,
    Resolver,
    TooManyLookupsError,
)
from vedette.lure.identity.authentication.result import ArcResult
from vedette.lure.identity.domains import is_under

MAX_SETS: Final = 15
"""ARC sets of a message; RFC 8617 allows 50, mail passes through fewer hands than this."""

MIN_KEY: Final = 1_024
"""Bits of an RSA key (RFC 8301)."""


class Dkim(NamedTuple):
    """Domains (d=, lower case) whose signatures hold, and those whose do not. `unsure`: one that
    might hold could not be checked."""

    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unsure: bool = False
    notes: tuple[str, ...] = ()


class Arc(NamedTuple):
    """`sealer` is the trusted domain that vouches for the oldest results of the unbroken chain of
    trusted sealers, `results` its ARC-Authentication-Results; "" where none is trusted."""

    result: ArcResult
    sealer: str = ""
    results: str = ""
    notes: tuple[str, ...] = ()


def verify_dkim(raw: bytes, resolver: Resolver, most: int) -> Dkim:
    """Check the first `most` signatures of a message. Counts as failed: a signature that does not
    cover From, covers only a part of the body (l=) or uses SHA-1. Never raises for what a message
    or a key record holds."""
    import dkim

    try:
        signer: Any = dkim.DKIM(raw, minkey=MIN_KEY)
    except dkim.DKIMException as error:
        return Dkim(notes=(f"DKIM: {error}",))
    count = sum(name.lower() == b"dkim-signature" for name, _ in signer.headers)
    passed: list[str] = []
    failed: list[str] = []
    notes: list[str] = []
    unsure = count > most
    if unsure:
        notes.append(f"DKIM: {count} signatures, only the first {most} are checked")
    for index in range(min(count, most)):
        try:
            holds, why = _holds(signer, index, resolver)
        except TooManyLookupsError as error:
            notes.append(f"DKIM: {error}")
            unsure = True
            break
        except LookupFailedError as error:
            notes.append(f"DKIM: {error}")
            unsure = True
            continue
        except Exception as error:  # dkimpy raises whatever its parsing runs into; all is told
            holds, why = False, str(error) or type(error).__name__
            unsure = unsure or _may_hold(why)
        domain = _domain(signer)
        (passed if holds else failed).append(domain)
        if not holds:
            notes.append(f"DKIM: the signature of {domain or 'nobody'} does not hold: {why}")
    return Dkim(_distinct(passed), _distinct(failed), unsure, tuple(notes))


def verify_arc(raw: bytes, resolver: Resolver, sealers: Sequence[str]) -> Arc:
    """Check the chain of a message and whose word it is. Never raises for what it holds."""
    import dkim

    try:
        signer: Any = dkim.ARC(raw, minkey=MIN_KEY)
        if sum(name.lower() == b"arc-seal" for name, _ in signer.headers) > MAX_SETS:
            return Arc("fail", notes=(f"ARC: more than {MAX_SETS} sets",))
        result, sets, why = signer.verify(dnsfunc=_keys(resolver))
    except (LookupFailedError, TooManyLookupsError) as error:
        return Arc("unknown", notes=(f"ARC: {error}",))
    except Exception as error:  # as above
        return Arc("fail", notes=(f"ARC: {error}",))
    if result == dkim.CV_None:
        return Arc("none")
    if result != dkim.CV_Pass:
        return Arc("fail", notes=(f"ARC: {why}",))
    sealer, results = "", ""
    for one in sets:  # newest first
        domain = one["as-domain"].decode("ascii", "replace").lower()
        if not any(is_under(domain, trusted.lower()) for trusted in sealers):
            break
        sealer, results = domain, one["aar-value"].decode("utf-8", "replace")
    return Arc("pass", sealer, results)


def _holds(signer: Any, index: int, resolver: Resolver) -> tuple[bool, str]:
    signer.domain = None
    fields, included, headers = signer.verify_headerprep(index)
    if b"from" not in included:
        return False, "it does not cover From"
    if b"l" in fields:
        return False, "it covers only a part of the body"
    if fields[b"a"].endswith(b"-sha1"):
        return False, "it uses SHA-1"
    return bool(signer.verify_sig(fields, included, headers[index], _keys(resolver))), "it is wrong"


def _may_hold(why: str) -> bool:
    """Whether the fault is not the message's: a signature that has expired since it was sent, or
    an algorithm that is not built in."""
    return "x= value is past" in why or "ed25519" in why.lower() or "nacl" in why.lower()


def _keys(resolver: Resolver) -> Callable[..., bytes | None]:
    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        records = resolver.lookup(name.decode("ascii", "replace"), "TXT")
        keys = [text for text in records if "p=" in text]
        return keys[0].encode("utf-8") if keys else None

    return ask


def _domain(signer: Any) -> str:
    return signer.domain.decode("ascii", "replace").lower() if signer.domain else ""


def _distinct(domains: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, domains)))
