"""A visit that can't hurt: what a guard raises in spite of its promise is an alarm, not a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vedette.seclang.request import Request, Response
from vedette.shield.guarding import Block, Guard, Visit
from vedette.shield.proxy.answers import page

Alarm = Callable[[str], None]
"""Is told, in one line, what went wrong inside."""

UNAVAILABLE: Final = page(503)


class Judged:
    """One request's visit. `fail_open`: what is not judged passes, with an alarm; else 503."""

    __slots__ = ("_alarm", "_fail_open", "_failed", "_visit", "body_wanted")

    def __init__(self, guard: Guard, request: Request, fail_open: bool, alarm: Alarm) -> None:
        self._fail_open = fail_open
        self._alarm = alarm
        self._failed = False
        self._visit: Visit | None = None
        self.body_wanted = 0
        try:
            self._visit = guard.visit(request)
        except Exception as error:
            self._broke(error)

    def headers(self) -> Block | None:
        """May change `body_wanted`."""
        if self._visit is None:
            return self._unjudged()
        try:
            block = self._visit.headers()
            self.body_wanted = self._visit.body_wanted
        except Exception as error:
            return self._broke(error)
        return block

    def body(self, data: bytes, cut: bool) -> Block | None:
        if self._visit is None:
            return self._unjudged()
        try:
            return self._visit.body(data, cut)
        except Exception as error:
            return self._broke(error)

    def response(self, response: Response) -> Block | None:
        if self._visit is None:
            return self._unjudged()
        try:
            return self._visit.response(response)
        except Exception as error:
            return self._broke(error)

    def response_wanted(self) -> int:
        if self._visit is None:
            return 0
        try:
            return self._visit.response_wanted()
        except Exception as error:
            # of a response that must not pass unjudged, response_body has the say
            return 0 if self._broke(error) is None else 1

    def response_body(self, data: bytes, cut: bool) -> Block | None:
        if self._visit is None:
            return self._unjudged()
        try:
            return self._visit.response_body(data, cut)
        except Exception as error:
            return self._broke(error)

    def end(self) -> None:
        visit, self._visit = self._visit, None
        if visit is not None:
            try:
                visit.end()
            except Exception as error:
                self._broke(error)

    def _unjudged(self) -> Block | None:
        return None if self._fail_open or not self._failed else UNAVAILABLE

    def _broke(self, error: Exception) -> Block | None:
        self._failed = True
        visit, self._visit = self._visit, None
        chosen = "passed unjudged" if self._fail_open else "refused with 503"
        self._alarm(f"the guard failed ({type(error).__name__}: {error}); the request is {chosen}")
        if visit is not None:
            try:
                visit.end()
            except Exception as again:
                self._alarm(f"the guard failed at the end too ({type(again).__name__})")
        return self._unjudged()
