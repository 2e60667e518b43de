"""One request on its way past the guard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from vedette.seclang.request import Request, Response
from vedette.seclang.run.outcome import Intervention, Outcome
from vedette.seclang.run.transaction import Transaction
from vedette.shield.clients import client_key
from vedette.shield.guard.blocking import block_of
from vedette.shield.guard.recording import (
    Action,
    Verdict,
    record_of,
    turned_away_match,
    turned_away_record,
    worth_keeping,
)
from vedette.shield.guard.refusing import Patch, Refused, in_body, in_query
from vedette.shield.guarding import Block
from vedette.shield.policy.ready import Ready, chosen

if TYPE_CHECKING:
    from vedette.shield.guard.guard import ShieldGuard
    from vedette.shield.guard.refusing import Refusing

_UNAVAILABLE: Final = 503
_REFUSED: Final = 403
_TOO_MUCH: Final = {"arguments": 400, "body": 413, "bytes": 413}
"""Budgets that are about size, and the status of an answer that refuses for them; any other is
about what could not be judged in time."""


class ShieldVisit:
    """`vedette.shield.guarding.Visit`. Never raises: what goes wrong in judging is decided by the
    policy's `fail`, and told of."""

    __slots__ = (
        "_client",
        "_cut",
        "_ended",
        "_enforced",
        "_guard",
        "_held",
        "_incident",
        "_patches",
        "_ready",
        "_refused",
        "_request",
        "_response_type",
        "_spent",
        "_standing",
        "_status",
        "_transaction",
        "_turned_away",
        "body_wanted",
    )

    def __init__(self, guard: ShieldGuard, ready: Ready, request: Request) -> None:
        self._guard = guard
        self._ready = ready
        self._request = request
        self._standing = ready.standing(request)
        self._client = client_key(request.client)
        place = self._standing.place
        self._enforced = place.mode == "enforce" and chosen(self._client, place.canary, "canary")
        self._transaction: Transaction | None = None
        self._held: Intervention | None = None
        self._refused: Intervention | None = None
        self._response_type: bytes | None = None
        self._cut = ""
        self._incident = ""
        self._status = 0
        self._spent = 0
        self._ended = False
        self._patches: tuple[Patch, ...] = ()
        self._turned_away: Refused | None = None
        self.body_wanted = 0

    def headers(self) -> Block | None:
        if (refusing := self._guard.refusing) is not None and refusing.any:
            block = self._refused_at_once(refusing)
            if block is not None:
                return block
        if not chosen(self._client, self._standing.place.sample, "sample"):
            return None
        began = time.perf_counter_ns()
        try:
            engine = self._standing.engine
            self._transaction = engine.transaction(self._request)
            stop = self._transaction.request_headers()
            if engine.settings.request_body_access:
                self.body_wanted = self._ready.policy.budgets.body + 1
        except Exception as error:
            return self._broke(error)
        return self._decided(stop, began)

    def body(self, data: bytes, cut: bool) -> Block | None:
        if self._patches:
            try:
                refused = in_body(self._patches, self._request, data, cut)
            except Exception as error:
                return self._broke(error)
            if refused is not None:
                return self._turn_away(refused)
        if self._transaction is None or self._held is not None:
            return None
        began = time.perf_counter_ns()
        budgets = self._ready.policy.budgets
        if cut or len(data) > budgets.body:
            block = self._over("body")
            if block is not None:
                return block
        try:
            stop = self._transaction.request_body(data)
        except Exception as error:
            return self._broke(error)
        return self._decided(stop, began)

    def response(self, response: Response) -> Block | None:
        self._status = response.status
        if self._transaction is None or self._held is not None or not self._ready.policy.responses:
            return None
        began = time.perf_counter_ns()
        try:
            stop = self._transaction.response_headers(response)
            self._response_type = _readable(response)
        except Exception as error:
            return self._broke(error)
        return self._decided(stop, began)

    def response_wanted(self) -> int:
        if self._transaction is None or self._held is not None or self._response_type is None:
            return 0
        try:
            return self._transaction.response_body_wanted(self._response_type)
        except Exception as error:
            self._broke(error)
            return 0

    def response_body(self, data: bytes, cut: bool) -> Block | None:
        if self._transaction is None or self._held is not None:
            return None
        began = time.perf_counter_ns()
        try:
            stop = self._transaction.response_body(data)
        except Exception as error:
            return self._broke(error)
        return self._decided(stop, began)

    def end(self) -> None:
        if self._ended:
            return
        self._ended = True
        guard, request = self._guard, self._request
        transaction, self._transaction = self._transaction, None
        try:
            guard.traffic.count(
                self._standing.site,
                request.target,
                self._client,
                transaction is not None,
                request.received,
            )
            if self._turned_away is not None:
                self._tell_turned_away(self._turned_away)
            if transaction is None:
                return
            began = time.perf_counter_ns()
            outcome = transaction.finish(shared=True)
            self._spent += time.perf_counter_ns() - began
            if guard.log is not None and outcome.matches:
                guard.log.write(request, outcome, self._verdict(outcome.would))
            if not (self._cut or self._refused or worth_keeping(outcome)):
                guard.acquainted.count(self._client)
            else:
                guard.outlet.put(
                    record_of(
                        request,
                        self._standing,
                        outcome,
                        self._verdict(outcome.would),
                        self._ready.policy.unseen,
                    )
                )
        except Exception as error:  # a record is lost; the request is long gone
            guard.alarm(f"a request could not be recorded ({type(error).__name__}: {error})")

    def _refused_at_once(self, refusing: Refusing) -> Block | None:
        """What actions refuse by the client or the query; which parameters of the body to look
        for is noted."""
        request, site = self._request, self._standing.site
        try:
            refused = refusing.client(request, site)
            if refused is None:
                self._patches = refusing.patches(request, site, self._guard.now())
                if self._patches:
                    refused = in_query(self._patches, request)
                    self.body_wanted = self._ready.policy.budgets.body + 1
        except Exception as error:
            return self._broke(error)
        return None if refused is None else self._turn_away(refused)

    def _turn_away(self, refused: Refused) -> Block:
        """Refuse for an action. Nothing more is judged."""
        self._turned_away, self._transaction = refused, None
        self._incident = self._guard.incident()
        block = block_of(self._ready.policy.page, _REFUSED, self._incident)
        self._status = block.status
        return block

    def _tell_turned_away(self, refused: Refused) -> None:
        guard, request = self._guard, self._request
        match = turned_away_match(refused)
        verdict = Verdict(
            action="blocked",
            status=self._status,
            incident=self._incident,
            rule=match.id,
            phase=match.phase,
        )
        if guard.log is not None:
            guard.log.write(request, Outcome((match,), None, None, {}), verdict)
        guard.outlet.put(turned_away_record(request, self._standing, refused, verdict))

    def _decided(self, stop: Intervention | None, began: int) -> Block | None:
        """What the rules asked for, as far as the policy carries it out."""
        self._spent += time.perf_counter_ns() - began
        if stop is not None:
            self._held = stop
            return self._refuse(stop) if self._enforced else None
        transaction = self._transaction
        if transaction is not None and transaction.state.cut and transaction.state.cut != self._cut:
            return self._over(transaction.state.cut)
        return None

    def _over(self, cut: str) -> Block | None:
        """A budget was exceeded: pass and tell, or refuse."""
        policy = self._ready.policy
        self._cut = cut
        about_size = cut in _TOO_MUCH
        rejects = policy.budgets.over == "reject" if about_size else policy.fail == "closed"
        if not rejects:
            if not about_size:
                self._guard.alarm(
                    f"{self._standing.site}: a request passed without being wholly judged: it used"
                    f" up its budget ({cut})"
                )
            return None
        stop = Intervention("deny", _TOO_MUCH.get(cut, _UNAVAILABLE), 2, 0)
        self._held = stop
        return self._refuse(stop) if self._enforced else None

    def _refuse(self, stop: Intervention) -> Block:
        self._refused = stop
        self._incident = self._guard.incident()
        page = self._ready.policy.page
        location = stop.url if stop.kind == "redirect" else ""
        block = block_of(page, stop.status, self._incident, location)
        self._status = block.status
        return block

    def _broke(self, error: Exception) -> Block | None:
        """Judging failed. Nothing more is judged of this request."""
        closed = self._ready.policy.fail == "closed"
        chosen_way = "refused with 503" if closed else "passed unjudged"
        self._guard.alarm(
            f"{self._standing.site}: judging failed ({type(error).__name__}: {error}); requests are"
            f" {chosen_way}"
        )
        self._transaction = None
        if not closed:
            return None
        block = block_of(self._ready.policy.page, _UNAVAILABLE, self._guard.incident())
        return Block(_UNAVAILABLE, block.headers, block.body, block.incident)

    def _verdict(self, would: Intervention | None) -> Verdict:
        stop = self._refused or self._held or would
        action: Action = "passed"
        if self._refused is not None:
            action = "blocked"
        elif stop is not None:
            action = "would_block"
        return Verdict(
            action=action,
            status=self._status,
            incident=self._incident,
            rule=stop.rule if stop is not None else None,
            phase=stop.phase if stop is not None else 0,
            cut=self._cut,
            before=self._guard.acquainted.of(self._client),
            judged_us=self._spent // 1_000,
        )


def _readable(response: Response) -> bytes | None:
    """The Content-Type of a body that rules can read; None of a compressed one."""
    kind = b""
    for name, value in response.headers:
        lower = name.lower()
        if lower == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            return None
        if lower == b"content-type":
            kind = value
    return kind
