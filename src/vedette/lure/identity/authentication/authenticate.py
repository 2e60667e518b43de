"""Puts it together: what trusted servers wrote, and what is checked here."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from vedette.lure.identity.authentication.dmarc import find_record, is_aligned
from vedette.lure.identity.authentication.dns import (
    CountedResolver,
    LookupFailedError,
    Resolver,
    TooManyLookupsError,
)
from vedette.lure.identity.authentication.header import MethodResult, read_results
from vedette.lure.identity.authentication.result import (
    Authentication,
    AuthenticationSettings,
    Connection,
    DmarcResult,
    Policy,
    SpfResult,
)
from vedette.lure.identity.authentication.signatures import Arc, Dkim, verify_arc, verify_dkim
from vedette.lure.identity.authentication.trusted import trusted_headers
from vedette.lure.identity.domains import ascii_host, same_organisation
from vedette.lure.message import Message

Methods = dict[str, tuple[MethodResult, ...]]
Origin = Literal["none", "headers", "arc", "verified", "mixed"]

_SPF: Final = frozenset(get_args(SpfResult))
_DMARC: Final = frozenset(get_args(DmarcResult))
_TEMPORARY: Final = ("temperror", "unknown")


def authenticate(
    message: Message,
    settings: AuthenticationSettings,
    resolver: Resolver | None,
    connection: Connection | None = None,
) -> Authentication:
    """What stands behind the message's From domain.

    Results of trusted headers come first; what they do not say is checked here if `resolver` is
    given (None: offline) and the settings allow it. `connection` is the one that the message
    arrived on, where the caller holds it (otherwise the firm's own Received field tells). A
    trusted ARC sealer's word replaces a failure that forwarding explains. Never raises for
    what a message or a DNS answer holds.
    """
    trusted = trusted_headers(message, settings)
    author = ascii_host(message.sender.domain) if message.sender else ""
    made = _from_methods(trusted.methods, author, trusted.notes)
    if len(message.headers_named("from")) > 1:
        notes = (*made.notes, "more than one From field: nobody can say who is meant")
        return msgspec.structs.replace(made, dmarc="permerror", notes=notes)
    if resolver is not None and settings.verify:
        check = _Check(message, author, settings, CountedResolver(resolver, settings.max_lookups))
        made = check.complete(made, connection or trusted.connection)
    elif made.dmarc == "unknown" and author and _vouched(made, author):
        made = msgspec.structs.replace(made, dmarc="pass")
    return made


def _vouched(made: Authentication, author: str) -> bool:
    return is_aligned(author, made.dkim, made.spf_domain if made.spf == "pass" else "")


def _from_methods(methods: Methods, author: str, notes: tuple[str, ...]) -> Authentication:
    """What Authentication-Results say."""
    if not methods:
        return Authentication(notes=notes)
    spf: SpfResult = "unknown"
    spf_domain = ""
    for result in methods.get("spf", ())[:1]:
        said = "fail" if result.result == "hardfail" else result.result
        spf = said if said in _SPF else "unknown"  # type: ignore[assignment]  # checked against the literals
        named = result.properties.get("smtp.mailfrom") or result.properties.get("smtp.helo", "")
        spf_domain = ascii_host(named.rpartition("@")[2].lower().rstrip("."))
    passed: list[str] = []
    failed: list[str] = []
    for result in methods.get("dkim", ()):
        domain = result.properties.get("header.d") or result.properties.get("header.i", "")
        domain = domain.rpartition("@")[2].lower().rstrip(".")
        if domain:
            (passed if result.result == "pass" else failed).append(domain)
    dmarc: DmarcResult = "unknown"
    policy: Policy = ""
    for result in methods.get("dmarc", ())[:1]:
        meant = result.properties.get("header.from", "").rpartition("@")[2].lower()
        if meant and author and not same_organisation(meant, author):
            notes = (*notes, f"DMARC was checked for {meant}, not for {author}: ignored")
            continue
        dmarc = {"bestguesspass": "none"}.get(result.result, result.result)  # type: ignore[assignment]  # narrowed by the next line
        dmarc = dmarc if dmarc in _DMARC else "unknown"
        policy = result.policy if result.policy in ("none", "quarantine", "reject") else ""  # type: ignore[assignment]  # checked against the literals
    arc = next((result.result for result in methods.get("arc", ())), "unknown")
    return Authentication(
        spf=spf,
        spf_domain=spf_domain,
        dkim=tuple(dict.fromkeys(passed)),
        dkim_failed=tuple(dict.fromkeys(failed)),
        dmarc=dmarc,
        policy=policy,
        arc=arc if arc in ("none", "pass", "fail") else "unknown",  # type: ignore[arg-type]  # checked against the literals
        origin="headers" if methods else "none",
        notes=notes,
    )


class _Check:
    """What is checked here, for one message."""

    def __init__(
        self,
        message: Message,
        author: str,
        settings: AuthenticationSettings,
        resolver: CountedResolver,
    ) -> None:
        self._message = message
        self._author = author
        self._settings = settings
        self._resolver = resolver
        self._notes: list[str] = []
        self._checked = False

    def complete(self, made: Authentication, connection: Connection | None) -> Authentication:
        """`made` with what it leaves open."""
        spf, spf_domain = made.spf, made.spf_domain
        if spf == "unknown":
            spf, spf_domain = self._spf(connection)
        dkim = Dkim(made.dkim, made.dkim_failed, False)
        if not dkim.passed and not dkim.failed:
            dkim = self._dkim()
        dmarc, policy = made.dmarc, made.policy
        if dmarc in _TEMPORARY:
            dmarc, policy = self._dmarc(spf, spf_domain, dkim)
        origin: Origin = made.origin
        if self._checked:
            origin = "verified" if made.origin == "none" else "mixed"
        done = Authentication(
            spf, spf_domain, dkim.passed, dkim.failed, dmarc, policy, made.arc, "", origin,
            (*made.notes, *self._notes),
        )  # fmt: skip
        return self._with_arc(done) if done.dmarc != "pass" else done

    def _spf(self, connection: Connection | None) -> tuple[SpfResult, str]:
        from vedette.lure.identity.spf.check import check_host

        if connection is None:
            return "unknown", ""
        envelope = self._message.envelope_from
        sender = envelope.address if envelope else ""
        domain = ascii_host(sender.rpartition("@")[2] or connection.helo).lower()
        self._checked = True
        try:
            result = check_host(connection.address, domain, sender, connection.helo, self._resolver)
        except TooManyLookupsError as error:
            self._notes.append(f"SPF: {error}")
            result = "permerror"
        return result, domain

    def _dkim(self) -> Dkim:
        raw = self._message.raw
        if not raw or len(raw) > self._settings.max_bytes:
            if raw:
                self._notes.append(f"DKIM: not checked above {self._settings.max_bytes} bytes")
            return Dkim((), (), True)
        found = verify_dkim(raw, self._resolver, self._settings.max_signatures)
        self._checked = True
        self._notes += found.notes
        return Dkim(found.passed, found.failed, found.unsure)

    def _dmarc(self, spf: SpfResult, spf_domain: str, dkim: Dkim) -> tuple[DmarcResult, Policy]:
        if not self._author:
            return "none", ""
        self._checked = True
        try:
            record = find_record(self._author, self._resolver)
        except (LookupFailedError, TooManyLookupsError) as error:
            self._notes.append(f"DMARC: {error}")
            return "temperror", ""
        if record is None:
            return "none", ""
        if is_aligned(self._author, dkim.passed, spf_domain if spf == "pass" else "", record):
            return "pass", record.policy
        if dkim.unsure or spf in _TEMPORARY:
            return "unknown", record.policy
        return "fail", record.policy

    def _with_arc(self, made: Authentication) -> Authentication:
        """With the word of a trusted sealer who saw the message before it was forwarded."""
        raw = self._message.raw
        if not self._settings.sealers or not raw or len(raw) > self._settings.max_bytes:
            return made
        if not self._message.header("arc-seal"):
            return msgspec.structs.replace(made, arc="none")
        arc = verify_arc(raw, self._resolver, self._settings.sealers)
        made = msgspec.structs.replace(made, arc=arc.result, notes=(*made.notes, *arc.notes))
        return self._believing(made, arc) if arc.sealer else made

    def _believing(self, made: Authentication, arc: Arc) -> Authentication:
        results = read_results(arc.results)
        if results is None:
            return made
        methods: Methods = {}
        for result in results.methods:
            methods[result.method] = (*methods.get(result.method, ()), result)
        said = _from_methods(methods, self._author, ())
        if said.dmarc != "pass" and not _vouched(said, self._author):
            return made
        return msgspec.structs.replace(
            made,
            spf=said.spf,
            spf_domain=said.spf_domain,
            dkim=said.dkim or made.dkim,
            dmarc="pass",
            sealer=arc.sealer,
            origin="arc",
        )
