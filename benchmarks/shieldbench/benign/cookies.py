"""Cookies as the common shop, analytics and consent programs set them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.shieldbench.benign import encode
from benchmarks.shieldbench.benign.draw import Draw

Cookie = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a site has built in: its identifiers stand in cookies' names, the same for all."""

    consent: Callable[[Draw, int], list[Cookie]]
    analytics: frozenset[str]
    container: str
    number: int
    token: str


@functools.cache
def _tools(host: str) -> _Tools:
    draw = Draw(f"shieldbench/tools/{host}")
    known = (
        "ga",
        "ga",
        "ads",
        "facebook",
        "clarity",
        "matomo",
        "hotjar",
        "mixpanel",
        "sbjs",
        "uet",
    )
    return _Tools(
        draw.pick(_CONSENTS),
        frozenset(draw.some(known, draw.between(3, 7))),
        draw.word(10, "ABCDEFGHJKLMNPQRSTVWXYZ0123456789"),
        draw.between(1, 30),
        draw.hexa(32),
    )


def jar(draw: Draw, stack: str, host: str, when: int) -> tuple[Cookie, ...]:
    """What one browser keeps of one site: the session of the site's `stack` ("php", "java",
    "dotnet", "rails", "node", "django", "laravel", "wordpress", "none"), perhaps consent and
    analytics. `when` is about the first visit, in seconds."""
    tools = _tools(host)
    cookies: list[Cookie] = []
    first = when - draw.below(200 * 86400)
    if draw.chance(0.8):
        cookies += tools.consent(draw, first)
        if draw.chance(0.75):
            cookies += _analytics(draw, tools, host, first)
    if draw.chance(0.85):
        cookies += _session(draw, tools, stack, when)
    if draw.chance(0.3):
        cookies += draw.some(_preferences(draw), draw.between(1, 3))
    if draw.chance(0.3):
        cookies = draw.some(cookies, len(cookies))
    return tuple(cookies)


def session(draw: Draw, stack: str, host: str, when: int) -> tuple[Cookie, ...]:
    """What a program keeps that runs no scripts."""
    return tuple(_session(draw, _tools(host), stack, when)) if draw.chance(0.5) else ()


def _session(draw: Draw, tools: _Tools, stack: str, when: int) -> list[Cookie]:
    match stack:
        case "php":
            return [("PHPSESSID", draw.word(26, "abcdefghijklmnopqrstuv0123456789"))]
        case "java":
            node = draw.pick(("", ".node1", "!-1043521937", ".app-02"))
            return [
                ("JSESSIONID", draw.hexa(32).upper() + node),
                ("BIGipServerpool_www_443", f"{draw.digits(9)}.47873.0000"),
            ]
        case "dotnet":
            return [
                ("ASP.NET_SessionId", draw.word(24, "abcdefghijklmnopqrstuvwxyz012345")),
                (f".AspNetCore.Antiforgery.{tools.token[:11]}", "CfDJ8" + draw.b64url(110)),
                (".AspNetCore.Culture", "c%3Dde-DE%7Cuic%3Dde-DE"),
            ]
        case "rails":
            return [("_app_session", quote(draw.b64(190) + "--" + draw.b64(12), safe="-"))]
        case "node":
            signed = f"s:{draw.b64url(24)}.{draw.b64(32)}"
            return [("connect.sid", quote(signed, safe="")), ("i18next", "de")]
        case "django":
            return [("csrftoken", draw.word(32)), ("sessionid", draw.word(32).lower())]
        case "laravel":
            value = encode.b64(
                encode.json_js(
                    {"iv": draw.b64(16), "value": draw.b64(160), "mac": draw.hexa(64), "tag": ""}
                )
            )
            return [
                ("XSRF-TOKEN", quote(value, safe="")),
                ("laravel_session", quote(value[::-1].strip("="), safe="")),
            ]
        case "wordpress":
            user = f"anna|{when + 172800}|{draw.word(43)}|{draw.hexa(64)}"
            return [
                (f"wordpress_logged_in_{tools.token}", quote(user, safe="")),
                ("wp-settings-2", "libraryContent%3Dbrowse%26editor%3Dtinymce%26hidetb%3D1"),
                ("wp-settings-time-2", str(when)),
            ]
        case _:
            return []


def _cookiebot(draw: Draw, when: int) -> list[Cookie]:
    text = (
        f"{{stamp:'{draw.b64(40)}',necessary:true,preferences:{draw.pick(('true', 'false'))},"
        f"statistics:true,marketing:{draw.pick(('true', 'false'))},method:'explicit',ver:1,"
        f"utc:{when * 1000 + draw.below(1000)},region:'de'}}"
    )
    return [("CookieConsent", quote(text, safe="{}:=!"))]


def _onetrust(draw: Draw, when: int) -> list[Cookie]:
    text = (
        "isGpcEnabled=0&datestamp=Tue+Mar+03+2026+10%3A12%3A44+GMT%2B0100+(Mitteleurop%C3%A4ische"
        "+Normalzeit)&version=202509.1.0&browserGpcFlag=0&isIABGlobal=false&hosts=&consentId="
        f"{draw.uuid()}&interactionCount=1&isAnonUser=1&landingPath=NotLandingPage"
        "&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A1%2CC0004%3A0&intType=3&geolocation=DE%3BBE"
        "&AwaitingReconsent=false"
    )
    return [
        ("OptanonConsent", text),
        ("OptanonAlertBoxClosed", "2026-03-03T09:12:44.193Z"),
    ]


def _json_consent(draw: Draw, when: int) -> list[Cookie]:
    value = {
        "consents": {"essential": ["borlabs-cookie"], "statistics": ["analytics", "hotjar"]},
        "domainPath": "www.example/",
        "expires": "Sat, 05 Sep 2026 08:00:00 GMT",
        "uid": draw.word(8) + "-" + draw.word(8),
        "v3": True,
        "version": draw.between(1, 6),
    }
    return [("borlabs-cookie", encode.component(encode.json_js(value).decode()))]


def _tcf(draw: Draw, when: int) -> list[Cookie]:
    return [
        ("euconsent-v2", "CQ" + draw.b64url(60) + ".YAAAAAAAAAAA"),
        ("addtl_consent", "1~43.3.9.6.9.13.6.4.15.9.5.2.11.8.1.3.2.10.33.4.15.17.2.9.20.7.20"),
    ]


def _plain(draw: Draw, when: int) -> list[Cookie]:
    return [("cookie_consent", draw.pick(("true", "all", "1")))]


def _klaro(draw: Draw, when: int) -> list[Cookie]:
    chosen = draw.pick(("true", "false"))
    return [("klaro", quote(f'{{"matomo":true,"youtube":{chosen}}}', safe=""))]


def _orestbida(draw: Draw, when: int) -> list[Cookie]:
    value = {"categories": ["necessary", "analytics"], "level": [], "revision": 0, "data": None}
    return [("cc_cookie", encode.component(encode.json_js(value).decode()))]


def _cookieyes(draw: Draw, when: int) -> list[Cookie]:
    chosen = "consent:yes,action:yes,necessary:yes,analytics:yes,other:no"
    return [("cookieyes-consent", f"consentid:{draw.word(32)},{chosen}")]


_CONSENTS = (
    _cookiebot, _onetrust, _json_consent, _tcf, _plain, _klaro, _orestbida, _cookieyes,
)  # fmt: skip


def _analytics(draw: Draw, tools: _Tools, host: str, first: int) -> list[Cookie]:
    used = tools.analytics
    now = first + draw.below(86400 * 30)
    cookies: list[Cookie] = []
    if "ga" in used:
        cookies.append(("_ga", f"GA1.1.{draw.digits(9)}.{first}"))
        state = draw.pick(
            (
                f"GS1.1.{now}.{draw.between(1, 40)}.1.{now + 64}.0.0.0",
                f"GS2.1.s{now}$o{draw.between(1, 40)}$g1$t{now + 90}$j{draw.below(60)}$l0$h0",
            )
        )
        cookies.append((f"_ga_{tools.container}", state))
    if "ads" in used:
        cookies.append(("_gcl_au", f"1.1.{draw.digits(10)}.{first}"))
    if "facebook" in used:
        cookies.append(("_fbp", f"fb.1.{first * 1000 + 417}.{draw.digits(18)}"))
    if "clarity" in used:
        cookies += [
            ("_clck", f"{draw.word(6).lower()}%5E2%5Efxs%5E0%5E1851"),
            ("_clsk", f"{draw.word(7).lower()}%5E{now}417%5E4%5E1%5Ek.clarity.ms%2Fcollect"),
        ]
    if "matomo" in used:
        site = f"{tools.number}.{tools.token[:4]}"
        reference = quote(f'["","",{first},"https://www.search.example/"]', safe="")
        cookies += [
            (f"_pk_id.{site}", f"{draw.hexa(16)}.{first}."),
            (f"_pk_ref.{site}", reference),
        ]
    if "hotjar" in used:
        value = encode.b64(
            encode.json_js({"id": draw.uuid(), "created": first * 1000, "existing": True})
        )
        cookies.append((f"_hjSessionUser_{3100000 + tools.number}", value))
    if "mixpanel" in used:
        panel = {
            "distinct_id": f"$device:{draw.uuid()}",
            "$initial_referrer": "$direct",
            "__mps": {},
            "__mpso": {"$initial_referring_domain": "$direct"},
        }
        cookies.append(
            (f"mp_{tools.token}_mixpanel", encode.component(encode.json_js(panel).decode()))
        )
    if "sbjs" in used:
        cookies += [
            ("sbjs_migrations", "1418474375998%3D1"),
            (
                "sbjs_current",
                "typ%3Dorganic%7C%7C%7Csrc%3Dsearch%7C%7C%7Cmdm%3Dorganic%7C%7C%7Ccmp%3D%28none"
                "%29%7C%7C%7Ccnt%3D%28none%29%7C%7C%7Ctrm%3D%28none%29%7C%7C%7Cid%3D%28none%29",
            ),
            ("sbjs_session", f"pgs%3D3%7C%7C%7Ccpg%3Dhttps%3A%2F%2F{host}%2F"),
        ]
    if "uet" in used:
        cookies += [("_uetsid", draw.hexa(32)), ("_uetvid", draw.hexa(32))]
    return cookies


def _preferences(draw: Draw) -> list[Cookie]:
    return [
        ("theme", draw.pick(("dark", "light", "system"))),
        ("lang", draw.pick(("de", "en", "fr", "pl", "ko"))),
        ("recently_viewed", quote(",".join(draw.digits(4) for _ in range(5)), safe="")),
        ("tz", quote(draw.pick(("Europe/Berlin", "Asia/Seoul", "Etc/GMT+2")), safe="")),
        ("AWSALB", draw.b64(90)),
        ("__stripe_mid", draw.uuid() + draw.hexa(6)),
        ("ui-state", encode.component('{"sidebar":{"open":true,"width":280},"cols":["id","up"]}')),
        ("cart", quote(f"a:1:{{i:0;s:{draw.between(2, 9)}:\"{draw.hexa(6)}\";}}", safe="")),
        ("ajs_anonymous_id", f"%22{draw.uuid()}%22"),
        ("__cf_bm", f"{draw.b64url(32)}-1771234567-1.0.1.1-{draw.b64url(96)}"),
        ("lastsearch", quote(draw.pick(("günstige Stühle", "5/8\" hose", "l'été")), safe="")),
    ]  # fmt: skip
