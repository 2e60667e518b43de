"""A single-page application with analytics, error reports and consent."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_VIEWS = (
    "/app/dashboard",
    "/app/orders?status=open&sort=-date",
    "/app/people/o'brien",
    "/app/reports/q1#chart=2",
    "/app/settings/table-columns",
    "/app/select/plan",
    "/app/projects/müller & co",
)


def _seen(scene: Scene) -> str:
    return f"https://{scene.host}{scene.one(_VIEWS)}"


def _collect(scene: Scene) -> Draft:
    draw = scene.draw
    fields = [
        ("v", "2"),
        ("tid", "G-" + scene.known("property", 1, "hexa 10").upper()),
        ("gtm", "45je63" + draw.hexa(12)),
        ("_p", f"{scene.when}417"),
        ("gcs", "G111"),
        ("gcd", "13t3t3t3t5l1"),
        ("npa", "0"),
        ("dma", "1"),
        ("cid", f"{draw.digits(9)}.{scene.when - 90000}"),
        ("ul", scene.person.region.lower()),
        ("sr", draw.pick(("1920x1080", "390x844"))),
        ("uaa", "x86"),
        ("uafvl", "Chromium;145.0.7632.46|Not_A%20Brand;24.0.0.0"),
        ("dl", _seen(scene)),
        ("dr", scene.referer),
        ("dt", scene.say("topics") + " | Acme"),
        ("sid", str(scene.when)),
        ("sct", "3"),
        ("seg", "1"),
        ("en", scene.one(("page_view", "scroll", "user_engagement", "select_item", "search"))),
        ("epn.percent_scrolled", "90"),
        ("ep.search_term", scene.say("searches")),
        ("_et", draw.digits(4)),
        ("tfd", draw.digits(4)),
    ]
    return Draft(
        "/stats/g/collect?" + encode.query(fields),
        "POST",
        "beacon",
        extra=(("Content-Type", "text/plain;charset=UTF-8"),),
    )


def _matomo(scene: Scene) -> Draft:
    draw = scene.draw
    fields = [
        ("action_name", scene.say("topics") + " - " + scene.say("products")),
        ("idsite", "3"),
        ("rec", "1"),
        ("r", draw.digits(6)),
        ("h", "10"),
        ("m", "12"),
        ("s", "44"),
        ("url", _seen(scene)),
        ("urlref", scene.referer),
        ("_id", draw.hexa(16)),
        ("_idn", "0"),
        ("send_image", "0"),
        ("_refts", "0"),
        ("pv_id", draw.word(6)),
        ("pf_net", "12"),
        ("res", "1920x1080"),
        ("cookie", "1"),
        (
            "uadata",
            encode.json_js(
                {
                    "fullVersionList": [{"brand": "Chromium", "version": "145.0.7632.46"}],
                    "mobile": False,
                    "model": "",
                    "platform": "Linux",
                    "platformVersion": "6.8.0",
                }
            ).decode(),
        ),
    ]
    if scene.late:
        fields += [
            ("search", scene.say("searches")),
            ("e_c", "Form"),
            ("e_a", "submit (ok)"),
            ("e_n", "select > option 2"),
        ]
    return Draft(
        "/stats/matomo.php?"
        + "&".join(f"{name}={encode.component(value)}" for name, value in fields),
        "POST",
        "beacon",
    )


def _events(scene: Scene) -> Draft:
    draw = scene.draw
    batch = [
        {
            "type": draw.pick(("track", "page", "identify")),
            "event": scene.one(
                ("Button Clicked", "Form Submitted", "Table Dropped Column", "Option Selected")
            ),
            "properties": {
                "label": scene.say("products"),
                "path": scene.one(_VIEWS),
                "selector": "body > div#root:nth-child(2) a[href='/x']",
                "value": draw.between(0, 9999) / 100,
            },
            "anonymousId": draw.uuid(),
            "timestamp": "2026-03-04T10:12:44.193Z",
        }
        for _ in range(draw.between(1, 20))
    ]
    value = {"batch": batch, "sentAt": "2026-03-04T10:12:45.001Z", "writeKey": draw.word(32)}
    return Draft(
        "/stats/v1/batch",
        "POST",
        "beacon",
        encode.json_js(value),
        draw.pick(("text/plain;charset=UTF-8", "application/json")),
    )


def _errors(scene: Scene) -> Draft:
    draw = scene.draw
    event = {
        "event_id": draw.hexa(32),
        "level": "error",
        "platform": "javascript",
        "environment": "production",
        "release": f"web@{draw.hexa(12)}",
        "exception": {
            "values": [
                {
                    "type": "TypeError",
                    "value": scene.one(
                        (
                            "Cannot read properties of undefined (reading 'map')",
                            "Failed to fetch",
                            "e is not a function",
                            "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
                        )
                    ),
                    "stacktrace": {
                        "frames": [
                            {
                                "filename": f"https://{scene.host}/assets/index-{draw.hexa(8)}.js",
                                "function": "Object.<anonymous>",
                                "lineno": 1,
                                "colno": draw.between(1, 90000),
                            }
                            for _ in range(draw.between(2, 20))
                        ]
                    },
                }
            ]
        },
        "request": {"url": _seen(scene), "headers": {"User-Agent": scene.visitor.agent.name}},
        "breadcrumbs": [
            {"category": "ui.click", "message": 'div.card > button.btn[type="submit"]'},
            {
                "category": "fetch",
                "data": {"method": "POST", "url": "/api/orders?x=1", "status_code": 500},
            },
            {"category": "console", "message": scene.say("comments")},
        ],
    }
    lines = (
        {
            "event_id": draw.hexa(32),
            "sent_at": "2026-03-04T10:12:44.193Z",
            "sdk": {"name": "sentry.javascript.react", "version": "9.12.0"},
        },
        {"type": "event"},
        event,
    )
    body = b"\n".join(encode.json_js(line) for line in lines)
    return Draft(
        "/tunnel/api/42/envelope/?sentry_version=7&sentry_key="
        f"{scene.known('project', 1, 'hexa 32')}&sentry_clien"
        "t=sentry.javascript.react%2F9.12.0",
        "POST",
        "beacon",
        body,
        "text/plain;charset=UTF-8",
        kind="code",
    )


def _vitals(scene: Scene) -> Draft:
    value = {
        "name": scene.one(("LCP", "CLS", "INP", "TTFB")),
        "value": scene.draw.between(1, 40000) / 16,
        "id": f"v4-{scene.when}417-{scene.draw.digits(12)}",
        "href": _seen(scene),
        "element": "main>section.hero:nth-of-type(1)>img",
        "speed": "4g",
    }
    return Draft(
        "/stats/vitals", "POST", "beacon", encode.json_js(value), "text/plain;charset=UTF-8"
    )


def _policy(scene: Scene) -> Draft:
    value = {
        "csp-report": {
            "document-uri": _seen(scene),
            "violated-directive": "script-src-elem",
            "original-policy": "default-src 'self'; script-src 'self' 'nonce-4711' "
            "https://stats.acme.example; img-src * data: blob:",
            "blocked-uri": "inline",
            "status-code": 200,
            "script-sample": "",
        }
    }
    return Draft("/csp-report", "POST", "beacon", encode.json_js(value), "application/csp-report")


def _view(scene: Scene) -> Draft:
    path, mark, query = scene.one(_VIEWS).split("#")[0].partition("?")
    return drafts.page(encode.segment(path).replace("%2F", "/") + mark + query)


def _chunk(scene: Scene) -> Draft:
    name = scene.one(
        (
            "index",
            "vendor~charts",
            "(authenticated)-layout",
            "[id]-page",
            "@acme_ui",
            "_app",
            "select-dialog",
        )
    )
    return drafts.asset(f"/assets/{encode.segment(name)}-{scene.draw.b64url(6)}.js", "script")


def _data(scene: Scene) -> Draft:
    match scene.draw.below(4):
        case 0:
            target = "/api/people?" + encode.query(
                [("search", scene.say("searches")), ("include[]", "teams"), ("include[]", "roles")]
            )
        case 1:
            wanted = {
                "0": {"json": {"id": scene.draw.digits(4)}},
                "1": {"json": {"where": {"name": scene.person.last}}},
            }
            packed = encode.component(encode.json_js(wanted).decode())
            target = f"/api/trpc/user.byId,order.list?batch=1&input={packed}"
        case 2:
            target = (
                f"/api/feed?cursor={scene.draw.b64(24).replace('+', '%2B')}&"
                "tz=Europe/Berlin&from=2026-03-01&to=2026-03-31"
            )
        case _:
            target = f"/api/notifications?since={scene.when}&_={scene.when}417"
    return Draft(target, mode="fetch", extra=drafts.bearer(scene))


def _save(scene: Scene) -> Draft:
    cells = [
        {
            "id": scene.draw.hexa(8),
            "x": n % 12,
            "y": n // 12,
            "w": 4,
            "title": scene.say("topics"),
            "text": scene.say("sentences"),
            "color": "#0a5",
            "formula": "sum(a) / count(b)",
        }
        for n in range(scene.draw.between(1, 40))
    ]
    value: dict[str, object] = {"board": {"name": scene.say("topics"), "cells": cells}}
    if scene.late:
        value["history"] = [
            {
                "at": scene.when,
                "by": scene.person.full,
                "diff": f"- {scene.say('sentences')}\n+ {scene.say('sentences')}",
            }
        ]
    return drafts.api(
        scene,
        "PUT",
        f"/api/boards/{scene.known('board', 70, 'uuid')}",
        value,
        extra=drafts.bearer(scene),
    )


def _flight(scene: Scene) -> Draft:
    extra = (
        ("RSC", "1"),
        (
            "Next-Router-State-Tree",
            encode.component(
                '["",{"children":["app",{"children":["__PAGE__",{}]}]},null,null,true]'
            ),
        ),
        ("Next-Url", "/app"),
    )
    return Draft(
        f"/app/orders?status=open&_rsc={scene.draw.word(5).lower()}", mode="fetch", extra=extra
    )


def _action(scene: Scene) -> Draft:
    body = encode.json_js(
        [{"name": scene.person.full, "note": scene.say("messages")}, "$undefined", "$K1"]
    )
    return Draft(
        "/app/people/new",
        "POST",
        "fetch",
        body,
        "text/plain;charset=UTF-8",
        (("Next-Action", scene.draw.hexa(42)),),
    )


PLAN = Plan(
    "single-page",
    "app.acme.example",
    180,
    1500,
    (
        *everyday.routes(10, sign_in=False),
        Route("/stats/g/collect", 12, _collect),
        Route("/stats/matomo.php", 10, _matomo),
        Route("/stats/v1/batch", 8, _events),
        Route("/tunnel/api/{project}/envelope/", 6, _errors),
        Route("/stats/vitals", 5, _vitals),
        Route("/csp-report", 2, _policy),
        Route("/app/{view}", 10, _view),
        Route("/assets/{chunk}", 10, _chunk),
        Route("/api/{data}", 16, _data),
        Route("/api/boards/{id}", 8, _save),
        Route("/app/orders", 5, _flight),
        Route("/app/people/new", 4, _action, late=True),
    ),
    stack="node",
)
