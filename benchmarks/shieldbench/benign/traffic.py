"""From the plan of a site to its visits."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.shieldbench.benign import cookies, encode
from benchmarks.shieldbench.benign.agents import agent
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.draw import Draw
from benchmarks.shieldbench.benign.headers import head
from benchmarks.shieldbench.benign.people import address, person
from benchmarks.shieldbench.benign.scene import Scene, Visitor
from benchmarks.shieldbench.benign.site import Half, Site, Visit
from vedette.seclang.request import Request

_START = 1_772_409_600  # 2 March 2026, 00:00 UTC
_DAYS = 28  # the first fortnight to learn from


@dataclass(frozen=True, slots=True)
class Route:
    """`weight` is its share of the site's traffic, relative to the others. Only visitors of
    `groups` ask for it, and, where `late`, only in the judging half."""

    path: str
    weight: float
    make: Callable[[Scene], Draft]
    groups: tuple[str, ...] = ("browser",)
    late: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A site to be: `visitors` come, of the `languages` and `groups` by their weights, and make
    `requests` in all. `stack` decides its session cookies (see `cookies.jar`)."""

    name: str
    host: str
    visitors: int
    requests: int
    routes: tuple[Route, ...]
    stack: str = "php"
    languages: Mapping[str, float] | None = None
    groups: Mapping[str, float] | None = None


_LANGUAGES: Mapping[str, float] = {
    "en": 45, "de": 20, "fr": 8, "es": 7, "pl": 7, "he": 4, "ar": 4, "ko": 5,
}  # fmt: skip


def site(plan: Plan) -> Site:
    """The site of a plan; nothing is made before `make` is called."""
    paths = tuple(dict.fromkeys(route.path for route in plan.routes))
    return Site(plan.name, paths, functools.partial(_visits, plan))


def _weighted(draw: Draw, table: Mapping[str, float]) -> str:
    left = draw.random() * sum(table.values())
    for name, weight in table.items():
        left -= weight
        if left < 0:
            return name
    return list(table)[-1]


def _visitor(plan: Plan, place: int) -> Visitor:
    draw = Draw(f"shieldbench/{plan.name}/visitor/{place}")
    language = _weighted(draw, plan.languages or _LANGUAGES)
    used = agent(draw, _weighted(draw, plan.groups or {"browser": 1}))
    who = person(draw, language)
    kept: tuple[cookies.Cookie, ...] = ()
    if used.group == "browser":
        kept = cookies.jar(draw, plan.stack, plan.host, _START)
    elif used.group in ("app", "dav"):
        kept = cookies.session(draw, plan.stack, plan.host, _START)
    return Visitor(
        address(draw, place), who, used, kept, web_token(draw, plan.host, who.login), draw.word(40)
    )


def web_token(draw: Draw, issuer: str, subject: str) -> str:
    """A JSON Web Token (RFC 7519) with a signature nobody made."""
    header = {"alg": "RS256", "typ": "JWT", "kid": draw.hexa(16)}
    claims = {
        "iss": f"https://{issuer}/", "sub": f"user|{subject}", "aud": ["api"], "iat": _START,
        "exp": _START + 36000, "scope": "openid profile email offline_access",
    }  # fmt: skip
    parts = (encode.json_js(header), encode.json_js(claims), draw.raw(256))
    return ".".join(encode.b64url(part) for part in parts)


def _visits(plan: Plan) -> Iterator[Visit]:
    draw = Draw(f"shieldbench/{plan.name}/traffic")
    people = [_visitor(plan, place) for place in range(plan.visitors)]
    # every fourth is seen in the second fortnight only
    known = [each for place, each in enumerate(people) if place % 4 != 3]
    span = _DAYS * 86_400_000_000
    number = 0
    while number < plan.requests:
        late = number >= plan.requests // 2
        visitor = draw.heavy(people if late else known)
        routes = [
            route
            for route in plan.routes
            if visitor.agent.group in route.groups and (late or not route.late)
        ]
        assert routes, f"{plan.name}: nothing for {visitor.agent.group}"
        scene = Scene(draw, plan.host, visitor, late, 0, _entered(draw, plan.host))
        half = plan.requests // 2
        length = 1 + draw.below(14)
        for _ in range(min(length, (plan.requests if late else half) - number)):
            micros = span * number // plan.requests + draw.below(span // plan.requests)
            scene.when = _START + micros // 1_000_000
            scene.number = number
            route = _routed(draw, routes)
            draft = route.make(scene)
            yield _visit(plan, scene, route, draft, _START * 1_000_000 + micros)
            if draft.mode in ("page", "form") and "\r" not in draft.target:
                scene.referer = f"https://{plan.host}{draft.target}"[:2000]
            number += 1


def _routed(draw: Draw, routes: list[Route]) -> Route:
    left = draw.random() * sum(route.weight for route in routes)
    for route in routes:
        left -= route.weight
        if left < 0:
            return route
    return routes[-1]


def _entered(draw: Draw, host: str) -> str:
    """The page that a visit comes from."""
    if draw.chance(0.4):
        return ""
    words = draw.pick(
        ("opening+hours", "m%C3%BCller+gmbh", "how+to+order", "login", "%22site+plan%22+pdf")
    )
    return draw.pick(
        (
            "https://www.search.example/",
            "https://www.search.example/",
            f"https://search.test/search?q={words}&hl=en&source=hp&sclient=gws-wiz",
            f"https://{host}/",
            "https://news.example/2026/03/what-we-know-so-far?utm_source=feed",
            "android-app://com.example.reader/",
            f"https://social.example/l.php?u=https%3A%2F%2F{host}%2F&h=AT0{draw.b64url(24)}",
        )
    )


def _visit(plan: Plan, scene: Scene, route: Route, draft: Draft, received: int) -> Visit:
    client = scene.visitor.client
    half: Half = "judge" if scene.late else "learn"
    h2 = scene.visitor.agent.h2 and draft.mode != "socket"
    request = Request(
        method=draft.method.encode(),
        target=draft.target.encode(),
        protocol=(draft.protocol or ("HTTP/2.0" if h2 else "HTTP/1.1")).encode(),
        headers=head(scene, draft),
        client=client,
        client_port=1024 + scene.draw.below(64000),
        server="192.0.2.80" if ":" not in client else "2001:db8::80",
        server_port=443,
        unique_id=f"{plan.name}-{scene.number:06}",
        received=received,
    )
    return Visit(request, draft.body, client, half, draft.kind, route.path)
