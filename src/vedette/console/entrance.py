"""Signing in and out, invitations, the provider's return: what has no session yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from vedette.console.access.person import Denied
from vedette.console.access.web import csrf_right, safe_path, same_origin
from vedette.console.bodies import form_pairs
from vedette.console.faults import RequestError
from vedette.console.parameters import from_pairs
from vedette.console.seat import Seat
from vedette.console.table import SMALL_BODY
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.console.access.person import Opened
    from vedette.console.web import Web

DENIED: Final = {
    "wrong": (401, "This name and password do not belong together."),
    "slow": (429, "Too many attempts from your network."),
    "busy": (503, "Too many people are signing in right now."),
    "gone": (410, "This link was used already or is over. Ask for another."),
}


class SignIn(msgspec.Struct, frozen=True):
    """Fields of the form."""

    name: str
    password: str
    next: str = "/"


class Change(msgspec.Struct, frozen=True):
    """Fields of the form by which one's own password is changed; browsers' password keepers want
    `name`."""

    old: str
    new: str
    csrf: str = ""
    name: str = ""


class Join(msgspec.Struct, frozen=True):
    """Fields of the form behind a one-time link."""

    password: str
    again: str
    name: str = ""


class Door(msgspec.Struct, frozen=True):
    """What the page of the sign-in shows."""

    next: str
    provider: str
    said: str = ""
    name: str = ""


class Left(msgspec.Struct, frozen=True):
    """Where the provider ends its own session."""

    provider: str


class Welcome(msgspec.Struct, frozen=True):
    """What the page behind a one-time link shows."""

    token: str
    purpose: str
    role: str
    name: str
    said: str = ""


class Entrance:
    """The endpoints."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._access = web.place.access
        self._cookies = web.callers.cookies

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self._guarded(self._door), methods=["GET"]),
            Route("/sign-in", self._guarded(self._sign_in), methods=["POST"]),
            Route("/sign-in/provider", self._guarded(self._depart), methods=["GET"]),
            Route("/sign-in/return", self._guarded(self._return), methods=["GET"]),
            Route("/sign-out", self._guarded(self._sign_out), methods=["POST"]),
            Route("/settings/me/password", self._guarded(self._password), methods=["POST"]),
            Route("/join/{token}", self._guarded(self._welcome), methods=["GET"]),
            Route("/join/{token}", self._guarded(self._join), methods=["POST"]),
        ]

    def _guarded(self, handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                if request.method == "POST" and not same_origin(
                    "POST", dict(request.headers), self._web.callers.allowed
                ):
                    raise RequestError("cross-site", "the browser says that another site sent it")
                made: Response = await handler(request)
                return made
            except (VedetteError, OSError) as error:
                return self._web.failed_page(request, None, error)

        return endpoint

    async def _door(self, request: Request) -> Response:
        where = safe_path(request.query_params.get("next", ""))
        if await run_in_threadpool(self._web.callers.session, request) is not None:
            return RedirectResponse(where, 303)
        return self._show(request, "sign-in.html", self._door_to(where), "Sign in")

    async def _sign_in(self, request: Request) -> Response:
        asked = from_pairs(SignIn, await form_pairs(request, SMALL_BODY), {})
        client = self._web.callers.client(request)
        outcome = await run_in_threadpool(self._access.login, asked.name, asked.password, client)
        where = safe_path(asked.next)
        if isinstance(outcome, Denied):
            refused = outcome
            door = msgspec.structs.replace(
                self._door_to(where), said=_words(refused), name=asked.name
            )
            return self._refuse(
                self._show(request, "sign-in.html", door, "Sign in", DENIED[refused.reason][0]),
                refused,
            )
        return self._enter(outcome, where)

    async def _depart(self, request: Request) -> Response:
        provider = self._access.oidc
        if provider is None:
            raise RequestError("unknown", "single sign-on is not configured")
        where = safe_path(request.query_params.get("next", ""))
        departure = await run_in_threadpool(provider.begin, where)
        response = RedirectResponse(departure.url, 303)
        response.headers.append("set-cookie", self._cookies.set_flow(departure.flow))
        return response

    async def _return(self, request: Request) -> Response:
        flow = self._cookies.read(request.headers.get("cookie", "")).get(self._cookies.flow, "")
        client = self._web.callers.client(request)
        outcome = await run_in_threadpool(
            self._access.enter, dict(request.query_params), flow, client
        )
        if isinstance(outcome, Denied):
            refused = outcome
            door = msgspec.structs.replace(self._door_to("/"), said=_words(refused))
            shown = self._show(request, "sign-in.html", door, "Sign in", DENIED[refused.reason][0])
            return self._refuse(shown, refused)
        response = self._enter(outcome, safe_path(outcome.back))
        response.headers.append("set-cookie", self._cookies.drop(self._cookies.flow))
        return response

    async def _sign_out(self, request: Request) -> Response:
        callers = self._web.callers
        who = await run_in_threadpool(callers.session, request)
        sent = callers.cookies.read(request.headers.get("cookie", ""))
        token = sent.get(callers.cookies.session, "")
        elsewhere: str | None = None
        if who is not None and token:
            elsewhere = await run_in_threadpool(self._access.logout, token)
        response: Response = RedirectResponse("/sign-in", 303)
        if elsewhere is not None:
            # A form may not lead elsewhere (Content-Security-Policy: form-action); a link may.
            response = self._show(request, "signed-out.html", Left(elsewhere), "Signed out")
        response.headers.append("set-cookie", callers.cookies.drop(callers.cookies.session))
        return response

    async def _password(self, request: Request) -> Response:
        callers = self._web.callers
        who = await run_in_threadpool(callers.session, request)
        if who is None:
            raise RequestError("sign-in", "sign in and try again")
        asked = from_pairs(Change, await form_pairs(request, SMALL_BODY), {})
        if not csrf_right(who, asked.csrf):
            raise RequestError("cross-site", "load the page again, then send it again")
        outcome = await run_in_threadpool(
            self._access.change_password, who, asked.old, asked.new, callers.client(request)
        )
        if isinstance(outcome, Denied):
            kind = "forbidden" if outcome.reason == "wrong" else "too-many"
            raise RequestError(kind, _words(outcome))
        self._web.flash.say(outcome.who.session, "The password is changed; other sessions ended.")
        return self._enter(outcome, "/settings/me")

    async def _welcome(self, request: Request) -> Response:
        return self._show(request, "join.html", await self._link(request), "Welcome")

    async def _join(self, request: Request) -> Response:
        asked = from_pairs(Join, await form_pairs(request, SMALL_BODY), {})
        link = await self._link(request)
        told = ""
        if asked.password != asked.again:
            told = "The two passwords differ."
        else:
            client = self._web.callers.client(request)
            try:
                outcome = await run_in_threadpool(
                    self._access.redeem, link.token, asked.name, asked.password, client
                )
            except VedetteError as error:
                told = str(error)
            else:
                if isinstance(outcome, Denied):
                    refused = outcome
                    raise RequestError(
                        "unknown" if refused.reason == "gone" else "too-many", _words(refused)
                    )
                return self._enter(outcome, "/")
        again = msgspec.structs.replace(link, said=told, name=link.name or asked.name)
        return self._show(request, "join.html", again, "Welcome", 422)

    async def _link(self, request: Request) -> Welcome:
        token = request.path_params["token"]
        link = await run_in_threadpool(self._access.link, token)
        if link is None:
            raise RequestError("unknown", DENIED["gone"][1])
        return Welcome(token, link.purpose, link.role, link.name)

    def _door_to(self, where: str) -> Door:
        provider = self._access.oidc
        return Door(where, "" if provider is None else provider.title)

    def _show(
        self, request: Request, template: str, it: Any, title: str, status: int = 200
    ) -> Response:
        seat = Seat(self._web.place, None)
        return self._web.shown(request, template, it, seat, title, "entrance", status)

    def _enter(self, opened: Opened, where: str) -> Response:
        response = RedirectResponse(where, 303)
        response.headers.append("set-cookie", self._cookies.set_session(opened.token))
        if opened.device:
            response.headers.append("set-cookie", self._cookies.set_device(opened.device))
        return response

    def _refuse(self, response: Response, refused: Denied) -> Response:
        if refused.wait:
            response.headers["retry-after"] = str(refused.wait)
        return response


def _words(refused: Denied) -> str:
    words = DENIED[refused.reason][1]
    return f"{words} Try again in {refused.wait} s." if refused.wait else words
