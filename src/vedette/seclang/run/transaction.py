"""A rule set ready to judge, and one transaction on its way through the five phases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vedette.seclang.body import read_body
from vedette.seclang.ir import Default, Program
from vedette.seclang.request import Request, Response
from vedette.seclang.run.budget import Budget, Exceeded, Reading, Watch
from vedette.seclang.run.filling import (
    body_limits,
    fill_body,
    fill_error,
    fill_request,
    fill_response,
    fill_response_body,
    multipart_type,
)
from vedette.seclang.run.outcome import Intervention, Outcome
from vedette.seclang.run.persistent import Persistent
from vedette.seclang.run.phases import run_plain
from vedette.seclang.run.seen import Seen
from vedette.seclang.run.state import State
from vedette.seclang.run.steps import Step, make_steps

if TYPE_CHECKING:
    from vedette.seclang.plan.plan import Plan

_CUT: Final = "processpartial"


class Engine:
    """Holds a program ready. Used from one thread at a time; its transactions may interleave.

    `tx` sets variables of the collection TX before phase 1, as a first rule would. Without a
    `plan` every rule is interpreted, with the same results. `cache` is the folder where is
    kept what plans find out about expressions. Past the `budget` of a transaction its evaluation
    ends, and `Outcome.cut` says why.
    """

    def __init__(
        self,
        program: Program,
        *,
        tx: Mapping[str, str] | None = None,
        plan: bool = True,
        cache: Path | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.budget = budget
        self.program = program
        self.settings = program.settings
        self.persistent = Persistent(program.settings.collection_timeout)
        self.seen = Seen(program.settings)
        self.reading = Reading()
        self.phases: list[list[Step | str]] = make_steps(program, self.persistent)
        self.defaults = [program.defaults.get(phase, Default()) for phase in range(6)]
        self.tx = {k.lower().encode(): v.encode() for k, v in (tx or {}).items()}
        self.plan: Plan | None = None
        if plan:
            from vedette.seclang.plan.facts import Facts
            from vedette.seclang.plan.plan import Plan

            facts = Facts(cache, repr(program.sources).encode())
            engine = program.settings.engine
            self.plan = Plan(self.phases, self.defaults, dict(self.tx), engine, facts)
            facts.keep()

    def transaction(self, request: Request, without: frozenset[int] = frozenset()) -> Transaction:
        """Begin, `without` the rules of these ids. Nothing is evaluated yet."""
        return Transaction(self, request, without)

    def aside(self, request: Request) -> object:
        """What else of a request than its line, headers and body has a say in an outcome that is
        `repeatable`, as something to compare; None where no outcome is."""
        return None if self.plan is None else self.plan.aside(request)

    def inspect(
        self,
        request: Request,
        body: bytes = b"",
        response: Response | None = None,
        response_body: bytes = b"",
    ) -> Outcome:
        """A whole transaction at once; it ends where an intervention is asked for."""
        transaction = self.transaction(request)
        stop = transaction.request_headers() or transaction.request_body(body)
        if stop is None and response is not None:
            _ = transaction.response_headers(response) or transaction.response_body(response_body)
        return transaction.finish()


class Transaction:
    """Call the phases in order; each returns what the rules want done instead of going on."""

    def __init__(
        self, engine: Engine, request: Request, without: frozenset[int] = frozenset()
    ) -> None:
        self._engine = engine
        self._request = request
        self.state = State(dict(engine.tx), engine.settings.engine, request.received)
        if engine.plan is not None:
            engine.plan.begin(self.state, without)
        elif without:
            self.state.removed_ids, self.state.removed = set(without), True
        if engine.budget is not None:
            self.state.watch = Watch(engine.budget, engine.reading)

    def request_headers(self) -> Intervention | None:
        """Phase 1."""
        engine = self._engine
        fill_request(self.state, self._request, engine.settings, engine.seen)
        return self._phase(1)

    def request_body(self, raw: bytes) -> Intervention | None:
        """Phase 2, also for a request without a body."""
        state, settings = self.state, self._engine.settings
        access = settings.request_body_access if state.body_access is None else state.body_access
        over = len(raw) > settings.request_body_limit
        if not access:
            raw = b""
        seen = raw[: settings.request_body_limit]
        body = None
        if over and settings.request_body_limit_action == "reject" and access:
            stop = Intervention("deny", 413, 2, 0)
            if state.engine == "on":
                state.intervention = stop
                return stop
            state.would = state.would or stop
        beyond = settings.request_body_no_files_limit
        if seen and state.processor and (state.processor == "MULTIPART" or len(seen) <= beyond):
            kind = multipart_type(self._request) if state.processor == "MULTIPART" else b""
            separator = settings.argument_separator.encode() or b"&"
            limits = body_limits(settings, len(state.lists["ARGS"]))
            body = read_body(state.processor, kind, seen, limits, separator, partial=over)
        fill_body(state, seen, body, over=over, request=self._request)
        if (len(seen) if body is None else body.size_without_files) > beyond:
            fill_error(state, "Request body excluding files is bigger than the maximum expected.")
        return self._phase(2)

    def response_headers(self, response: Response) -> Intervention | None:
        """Phase 3."""
        fill_response(self.state, response)
        return self._phase(3)

    def response_body_wanted(self, content_type: bytes) -> int:
        """Bytes of a response body of this type that phase 4 wants to see."""
        settings = self._engine.settings
        mime = content_type.partition(b";")[0].strip().lower().decode("latin-1")
        wanted = settings.response_body_access and mime in settings.response_body_types
        return settings.response_body_limit if wanted else 0

    def response_body(self, raw: bytes) -> Intervention | None:
        """Phase 4."""
        limit = self._engine.settings.response_body_limit
        fill_response_body(self.state, raw[:limit], over=len(raw) > limit)
        return self._phase(4)

    def finish(self, *, shared: bool = False) -> Outcome:
        """Phase 5, and everything that came of it. `shared`: its `tx` may be another one's too, and
        is not to be changed."""
        self._phase(5)
        state = self.state
        return Outcome(
            tuple(state.matches),
            state.intervention,
            state.would,
            _shown(state, shared),
            state.cut,
        )

    @property
    def repeatable(self) -> bool:
        """Whether the outcome is that of every request with the same request line, headers, body
        and response, and an equal `Engine.aside`."""
        return not (self.state.beyond or self.state.cut)

    def _phase(self, phase: int) -> Intervention | None:
        state = self.state
        if state.engine == "off" or state.cut:
            return None
        if phase < 5:
            if state.intervention is not None:
                return state.intervention
            if state.allow == "all" or (state.allow == "request" and phase <= 2):
                return None
        state.allow = ""
        state.marker, state.skip = "", 0
        plan, watch = self._engine.plan, state.watch
        try:
            if watch is not None:
                watch.start()
                _weigh(state, watch)
            if plan is not None:
                plan.run(phase, state)
            else:
                run_plain(self._engine.phases[phase], 0, state, self._engine.defaults[phase])
        except Exceeded as exceeded:
            state.cut = str(exceeded)
        if watch is not None:
            watch.stop()
        return state.intervention


def _shown(state: State, shared: bool) -> dict[str, bytes]:
    if state.known is not None:
        from vedette.seclang.plan.known import Known

        assert isinstance(state.known, Known)
        return state.known.shown() if shared else state.known.shown().copy()
    return {key.decode("utf-8", "backslashreplace"): value for key, value in state.tx.items()}


def _weigh(state: State, watch: Watch) -> None:
    """Hold the request against its budget. Raises Exceeded."""
    scalars, size = state.scalars, 0
    if watch.counts_bytes:
        size = int(scalars["ARGS_COMBINED_SIZE"]) + len(scalars.get("REQUEST_BODY", b""))
        size += len(scalars.get("RESPONSE_BODY", b""))
    watch.size(len(state.lists["ARGS"]), size)
