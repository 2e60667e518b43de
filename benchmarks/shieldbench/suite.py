"""The regression tests of the Core Rule Set, in process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import crs  # lies with the tests
from benchmarks.measure import say
from benchmarks.recruitbench.shares import share
from benchmarks.shieldbench.material import Material, wheel, wheel_version
from benchmarks.shieldbench.quiet import quiet
from vedette.seclang.request import Request, Response
from vedette.seclang.run.lines import log_line
from vedette.seclang.run.transaction import Engine

Said = tuple[set[int], Callable[[], str]]
"""The rules that are in the log, and the log."""
Ask = Callable[[Request, bytes, Response, bytes], Said]


def run(used: Material) -> None:
    """Print what passes, and what does not."""
    files = used.suite()
    listed = list(crs.cases(used.checkout))
    judged = [case for case in listed if case.in_process]
    judged = judged[:: max(1, round(1 / used.part))]
    say("tests in all, and those that an engine alone can judge", f"{len(listed)}, {len(judged)}")
    _print("Vedette", asked(used.engine(files)), judged)
    peer = wheel(files)
    if peer is not None:
        with quiet():
            _print(wheel_version(), _of_peer(peer.judge), judged)


def _print(name: str, ask: Ask, cases: Sequence[crs.Case]) -> None:
    failing = [(case.name, why) for case in cases if (why := fault(case, ask))]
    say(f"{name}: passed", share(len(cases) - len(failing), len(cases)))
    for test, why in failing:
        print(f"  {test}: {why}")


def fault(case: crs.Case, ask: Ask) -> str:
    """Why the first stage that is not as expected is not; "" where all are."""
    for number, stage in enumerate(case.stages):
        request, body = crs.request_of(stage.raw, number)
        try:
            ids, lines = ask(request, body, *crs.reflected(request, body))
        except (UnicodeError, ValueError, RuntimeError) as error:
            return f"{type(error).__name__}"
        if why := crs.fault(stage, ids, lines):
            return why
    return ""


def asked(engine: Engine) -> Ask:
    """How Vedette is asked."""

    def ask(request: Request, body: bytes, response: Response, answered: bytes) -> Said:
        found = engine.inspect(request, body, response, answered)
        logged = [match for match in found.matches if match.logged]

        def lines() -> str:
            uri = request.target.decode("latin-1")
            return "\n".join(
                log_line(match, client=request.client, host="", uri=uri, unique_id="")
                for match in logged
            )

        return {match.id for match in logged}, lines

    return ask


def _of_peer(judge: Callable[..., list[Any]]) -> Ask:
    def ask(request: Request, body: bytes, response: Response, answered: bytes) -> Said:
        heard = judge(request, body, response, answered)

        def lines() -> str:
            return "\n".join(
                f'{each.match} [id "{each.rule_id}"] [msg "{each.message}"] [data "{each.data}"]'
                for each in heard
            )

        return {each.rule_id for each in heard}, lines

    return ask
