"""What is asked of every website: its pages' parts, landing pages, sign-in."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode
from benchmarks.shieldbench.benign.drafts import Draft, Mode
from benchmarks.shieldbench.benign.scene import Scene, password
from benchmarks.shieldbench.benign.traffic import Route

_PARTS: tuple[tuple[Mode, str], ...] = (
    ("script", "/static/js/main.{}.js"),
    ("script", "/static/js/vendors~main.{}.chunk.js"),
    ("script", "/static/vendor/jquery-3.7.1.min.js?ver={}"),
    ("style", "/static/css/site.min.css?v={}"),
    ("style", "/static/css/print.css?_={}"),
    ("font", "/static/fonts/inter-latin-400-normal.woff2?#iefix&v={}"),
    ("image", "/static/img/logo@2x.png?h={}"),
    ("image", "/static/img/hero_(1).{}.webp"),
    ("image", "/static/img/icons/sprite.svg?v={}"),
    ("video", "/static/film/intro.mp4?t={}"),
)
_LATE_PARTS: tuple[tuple[Mode, str], ...] = (
    ("image", "/static/img/resize:fit:640:0/q:80/plain/team%20foto%20{}.jpg@webp"),
    ("script", "/static/??react.js,react-dom.js,app.js?{}"),
    ("style", "/static/css/a,b,c;min=1.css?{}"),
)


def _part(scene: Scene) -> Draft:
    draw = scene.draw
    parts = _PARTS + _LATE_PARTS if scene.late else _PARTS
    mode, pattern = draw.pick(parts)
    target = pattern.replace("{}", draw.hexa(8)).replace("#iefix", "")
    extra: drafts.Extra = ()
    if mode == "video":
        extra = (("Range", f"bytes={draw.pick((0, 0, 65536, 1048576))}-"),)
    elif draw.chance(0.3):
        extra = (("If-None-Match", f'{draw.pick(("", "W/"))}"{draw.hexa(10)}-{draw.hexa(4)}"'),)
        if draw.chance(0.4):
            extra += (("If-Modified-Since", "Tue, 24 Feb 2026 08:11:09 GMT"),)
    return drafts.asset(target, mode, extra)


def _icon(scene: Scene) -> Draft:
    names = ("favicon.ico", "favicon-32x32.png", "apple-touch-icon.png", "site.webmanifest")
    return drafts.asset("/" + scene.one(names), "image")


def _landed(scene: Scene) -> Draft:
    draw = scene.draw
    campaign = scene.one(
        (
            "spring sale 2026",
            "newsletter_03|26",
            "B2B (DACH)",
            "brand+generic",
            "ostern-2026",
            "50% off",
        )
    )
    fields = [
        ("utm_source", scene.one(("newsletter", "google", "social.example", "partner/blog"))),
        ("utm_medium", scene.one(("email", "cpc", "referral", "paid social"))),
        ("utm_campaign", campaign),
    ]
    match draw.below(5):
        case 0:
            fields += [("gad_source", "1"), ("gclid", f"Cj0KCQ{draw.b64url(60)}")]
        case 1:
            fields.append(("fbclid", f"IwZXh0bgNhZW0{draw.b64url(50)}_aem_{draw.b64url(16)}"))
        case 2:
            fields += [("utm_term", scene.say("searches")), ("utm_content", scene.say("products"))]
        case 3:
            fields.append(("mc_eid", draw.hexa(10)))
        case _ if scene.late:
            fields += [("msclkid", draw.hexa(32)), ("li_fat_id", draw.uuid())]
        case _:
            pass
    return drafts.page("/?" + encode.query(fields), referer="")


def _signed_in(scene: Scene) -> Draft:
    draw, person = scene.draw, scene.person
    fields = [
        ("username", draw.pick((person.login, person.mail))),
        ("password", password(draw)),
        ("_token", scene.visitor.csrf),
        ("next", draw.pick(("/", "/account?tab=orders", f"https://{scene.host}/?a=1&b=2"))),
    ]
    if draw.chance(0.4):
        fields.insert(2, ("remember", "on"))
    return drafts.form("/login", fields)


def routes(weight: float = 10, *, sign_in: bool = True) -> tuple[Route, ...]:
    """Parts of pages, icons, landing pages and, perhaps, a sign-in form."""
    own = (
        Route("/static/{part}", weight * 0.62, _part),
        Route("/{icon}", weight * 0.1, _icon),
        Route("/", weight * 0.16, lambda scene: drafts.page("/")),
        Route("/", weight * 0.12, _landed),
    )
    return (*own, Route("/login", weight * 0.1, _signed_in)) if sign_in else own
