"""The routes of the table as an ASGI application: pages, forms, API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from vedette.console.access.roles import at_least
from vedette.console.access.web import csrf_right, safe_path, same_origin
from vedette.console.bodies import form_pairs, whole
from vedette.console.callers import Callers
from vedette.console.faults import Problem, RequestError, problem, problem_of
from vedette.console.flash import Flash
from vedette.console.pages import Frame, Pages, address
from vedette.console.parameters import from_json, from_pairs
from vedette.console.seat import Seat
from vedette.console.security import Secured
from vedette.console.statics import Statics
from vedette.console.table import API, Act, Table, View
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.console.access.person import Who
    from vedette.console.place import Place

PROBLEM: Final = "application/problem+json"
CSRF: Final = "csrf"
BACK: Final = "back"
"""Fields that every form may have: the session's token; the page to show next."""

SLOW: Final = 8
"""Threads of slow views."""

_log = logging.getLogger(__name__)
_Endpoint = Callable[[Request], Awaitable[Response]]


class Web:
    """Makes endpoints of the entries of a table."""

    def __init__(self, place: Place, table: Table) -> None:
        self.place = place
        self.table = table
        self.statics = Statics()
        self.pages = Pages(self.statics.address)
        self.flash = Flash()
        self.callers = Callers(place)
        self.position: Callable[[], str] = str
        """The last message of the stream, "" where there is none."""
        self._slow = CapacityLimiter(SLOW)

    def app(self, more: list[Route]) -> Secured:
        """The application; `more` are the routes that are neither view nor act."""
        routes = [Route("/static/{file:path}", self.statics.serve, methods=["GET"])]
        routes += more
        pages: dict[str, dict[str, _Endpoint]] = {}
        operations: dict[str, dict[str, _Endpoint]] = {}
        for view in self.table.views:
            if view.template is not None or view.produce is not None:
                pages.setdefault(view.path, {})["GET"] = self._page(view)
            if view.api:
                operations.setdefault(API + view.path, {})["GET"] = self._operation(view)
        for act in self.table.acts:
            if act.page:
                pages.setdefault(act.path, {})["POST"] = self._form(act)
            if act.api:
                operations.setdefault(API + act.path, {})["POST"] = self._write(act)
        for path, methods in {**pages, **operations}.items():
            routes.append(Route(path, _chosen(methods), methods=list(methods)))
        inner = Starlette(
            routes=routes,
            exception_handlers={404: self._missing, 405: self._missing, Exception: self._fault},
        )
        return Secured(inner, self.callers.allowed.allows, self.callers.secure)

    def _page(self, view: View) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            who = await run_in_threadpool(self.callers.session, request)
            try:
                self._allow(view, who)
                query = from_pairs(view.query, request.query_params.multi_items(),
                                   request.path_params)  # fmt: skip
                return await self._awaited(request, view, partial(
                    self._read_page, view=view, who=who, query=query))  # fmt: skip
            except (VedetteError, OSError) as error:
                return self.failed_page(request, who, error)

        return endpoint

    def _read_page(
        self, request: Request, gone: Event, *, view: View, who: Who | None, query: Any
    ) -> Response:
        since = self.position()
        seat = Seat(self.place, who, self.callers.address(request), gone, since)
        try:
            it = view.read(seat, query)
            if view.produce is not None and view.template is None:
                return _produced(view.produce(it))
            return self.shown(request, view.template or "", it, seat, view.title, view.name)
        finally:
            seat.close()

    def shown(
        self,
        request: Request,
        template: str,
        it: Any,
        seat: Seat,
        title: str,
        name: str,
        status: int = 200,
    ) -> Response:
        """A page with its frame."""
        who = seat.known
        query = request.url.query
        preferences = None if who is None else who.person.preferences
        frame = Frame(
            who=who,
            csrf="" if who is None else who.csrf,
            here=request.url.path + (f"?{query}" if query else ""),
            flash=() if who is None else self.flash.take(who.session),
            now=self.place.now(),
            zone=self.place.config.console.time_zone,
            title=title,
            screen=name.partition(".")[0],
            preferences=None if preferences is None else msgspec.to_builtins(preferences),
            since=seat.since,
        )
        return HTMLResponse(self.pages.page(template, it, frame), status)

    def _form(self, act: Act) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            who = await run_in_threadpool(self.callers.session, request)
            back = "/"
            try:
                self._allow(act, who)
                if who is None:
                    raise RequestError("sign-in", "sign in and try again")
                if not same_origin("POST", dict(request.headers), self.callers.allowed):
                    raise RequestError("cross-site", "the browser says that another site sent it")
                pairs = await form_pairs(request, act.limit)
                given = dict(pairs)
                if not csrf_right(who, str(given.pop(CSRF, ""))):
                    raise RequestError("cross-site", "load the page again, then send it again")
                back = safe_path(str(given.get(BACK, "")))
                body = from_pairs(
                    act.body,
                    [pair for pair in pairs if pair[0] not in (CSRF, BACK)],
                    request.path_params,
                )
                asked = bool(given.get(BACK))
                return await to_thread.run_sync(self._do, request, act, who, body,
                                                back if asked else "",
                                                limiter=self._threads(act))  # fmt: skip
            except (VedetteError, OSError) as error:
                return self.failed_page(request, who, error)

        return endpoint

    def _do(self, request: Request, act: Act, who: Who, body: Any, back: str) -> Response:
        seat = Seat(self.place, who, self.callers.address(request), since=self.position())
        try:
            answer = act.do(seat, body)
            if act.template is not None:
                it = answer if act.shown is None else act.shown(body, answer)
                return self.shown(request, act.template, it, seat, act.summary, act.name)
        finally:
            seat.close()
        if act.said is not None:
            self.flash.say(who.session, act.said(answer))
        return RedirectResponse(back or (act.then(answer) if act.then else "/"), 303)

    def _operation(self, view: View) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                who = await run_in_threadpool(self.callers.api, request)
                self._allow(view, who)
                query = from_pairs(view.query, request.query_params.multi_items(),
                                   request.path_params, blanks=False)  # fmt: skip
                return await self._awaited(request, view, partial(
                    self._read_json, view=view, who=who, query=query))  # fmt: skip
            except (VedetteError, OSError) as error:
                return failed_json(error)

        return endpoint

    def _read_json(
        self, request: Request, gone: Event, *, view: View, who: Who, query: Any
    ) -> Response:
        seat = Seat(self.place, who, self.callers.address(request), gone)
        try:
            it = view.read(seat, query)
            return _produced(view.produce(it)) if view.produce else json_response(it)
        finally:
            seat.close()

    def _write(self, act: Act) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                who = await run_in_threadpool(self.callers.api, request)
                self._allow(act, who)
                if who.by == "session" and not (
                    same_origin("POST", dict(request.headers), self.callers.allowed)
                    and csrf_right(who, request.headers.get("x-csrf-token", ""))
                ):
                    raise RequestError("cross-site", "send the session's token as X-CSRF-Token")
                raw = await whole(request, act.limit)
                return await to_thread.run_sync(
                    self._write_once, request, act, who, raw, limiter=self._threads(act)
                )
            except (VedetteError, OSError) as error:
                return failed_json(error)

        return endpoint

    def _write_once(self, request: Request, act: Act, who: Who, raw: bytes) -> Response:
        return self.callers.once(
            request, act.name, who, raw, lambda: self._act(request, act, who, raw)
        )

    def _act(self, request: Request, act: Act, who: Who, raw: bytes) -> Response:
        body = from_json(act.body, raw, request.path_params)
        seat = Seat(self.place, who, self.callers.address(request))
        try:
            return json_response(act.do(seat, body))
        finally:
            seat.close()

    async def _awaited(
        self, request: Request, view: View, read: Callable[[Request, Event], Response]
    ) -> Response:
        """Reads in a thread. Slow views have threads of their own, so that those that wait for
        their turn keep no page waiting, and are told when the browser leaves meanwhile."""
        gone = Event()
        if not view.slow:
            return await run_in_threadpool(read, request, gone)

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            gone.set()

        watching = asyncio.create_task(watch())
        try:
            return await to_thread.run_sync(read, request, gone, limiter=self._threads(view))
        finally:
            watching.cancel()

    def _threads(self, entry: View | Act) -> CapacityLimiter | None:
        return self._slow if entry.slow else None

    def _allow(self, entry: View | Act, who: Who | None) -> None:
        if who is None:
            raise RequestError("sign-in", "sign in and try again")
        if not who.may(entry.role, entry.scope):
            if at_least(who.person.role, entry.role) and who.by == "token":
                raise RequestError("forbidden", f"it takes a token with the scope {entry.scope}")
            raise RequestError("forbidden", f"it takes the role {entry.role}")

    def failed_page(self, request: Request, who: Who | None, error: BaseException) -> Response:
        """A page that says what went wrong; without a session, the way to sign in."""
        told = problem_of(error)
        if told.status == 401 and request.method == "GET":
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(address("/sign-in", next=None if here == "/" else here), 303)
        if told.status >= 500:
            _log.log(logging.ERROR if told.status == 500 else logging.WARNING,
                     "%s %s: %s", request.method, request.url.path, error)  # fmt: skip
        seat = Seat(self.place, who)
        return self.shown(request, "problem.html", told, seat, told.title, "problem", told.status)

    async def _missing(self, request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        kind = "method" if status == 405 else "unknown"
        if request.url.path.startswith(API + "/"):
            made = problem_response(problem(kind, request.url.path))
        else:
            who = await run_in_threadpool(self.callers.session, request)
            made = self.failed_page(request, who, RequestError(kind, request.url.path))
        made.headers.update(getattr(error, "headers", None) or {})  # Allow
        return made

    async def _fault(self, request: Request, error: Exception) -> Response:
        _log.error("%s %s: %r", request.method, request.url.path, error, exc_info=error)
        if request.url.path.startswith(API + "/"):
            return failed_json(error)
        return HTMLResponse(
            self.pages.page("problem.html", problem_of(error), _bare(self.place)), 500
        )


def _bare(place: Place) -> Frame:
    return Frame(None, "", "/", (), place.now(), place.config.console.time_zone, "A fault")


def _chosen(methods: Mapping[str, _Endpoint]) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _produced(made: tuple[bytes, str, str]) -> Response:
    body, kind, name = made
    headers = {"content-disposition": f'attachment; filename="{name}"'} if name else {}
    return Response(body, media_type=kind, headers=headers)


def json_response(it: Any, status: int = 200) -> Response:
    """A Struct as JSON."""
    return Response(msgspec.json.encode(it), status, media_type="application/json")


def problem_response(told: Problem) -> Response:
    """RFC 9457."""
    headers = {"www-authenticate": 'Bearer realm="vedette"'} if told.status == 401 else {}
    return Response(msgspec.json.encode(told), told.status, headers, PROBLEM)


def failed_json(error: BaseException) -> Response:
    """What a program is told of an error."""
    told = problem_of(error)
    if told.status == 503:
        _log.warning("%s", error)
    return problem_response(told)
