"""A magazine: readers and comments, and search engines, feeds, monitors."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_READERS = ("browser", "robot", "preview")
_ARTICLES = (
    "union-and-select-committees-at-odds",
    "who-killed-script",
    "drop-in-water-table",
    "o'brien-resigns",
    "what's-next-for-c++",
    "exec-pay-doubles",
    "m%C3%BCnchen-sagt-ja",
    "a-waitfor-delay-at-platform-9",
    "sleep-5-hours-or-8",
    "%EC%84%9C%EC%9A%B8-%EB%89%B4%EC%8A%A4",
    "insert-coin--the-arcade-is-back",
    "cast-of-hamlet-(review)",
    "1-in-2-homes",
    "l'%C3%A9t%C3%A9-indien",
)


def _article(scene: Scene) -> Draft:
    target = (
        f"/{scene.draw.pick(('politics', 'science', 'kultur', 'sport'))}"
        f"/{scene.known('day', 90, 'digits 4')}/{scene.one(_ARTICLES)}.html"
    )
    return drafts.page(
        target
        + scene.one(
            (
                "",
                "",
                "?page=2",
                "?amp=1",
                "?utm_source=rss&utm_medium=feed",
                "?cmp=a|b",
                "?reply=4711",
            )
        )
    )


def _list(scene: Scene) -> Draft:
    return drafts.page(
        scene.one(
            (
                "/politics/?page=3",
                "/tag/r%26d",
                "/tag/c%23",
                "/author/siobh%C3%A1n-o'brien",
                "/archive/2026/03/?order=asc",
                "/index.php?option=com_content&view=category&layout=blog&id=8&Itemid=101&lang=en",
            )
        )
    )


def _known(scene: Scene) -> Draft:
    return Draft(
        scene.one(
            (
                "/robots.txt",
                "/sitemap.xml",
                "/sitemap-news.xml.gz",
                "/ads.txt",
                "/.well-known/security.txt",
                "/.well-known/assetlinks.json",
                "/humans.txt",
                "/apple-app-site-association",
            )
        ),
        mode="bare",
    )


def _feed(scene: Scene) -> Draft:
    extra = (
        ("If-None-Match", f'W/"{scene.draw.hexa(16)}"'),
        ("If-Modified-Since", "Wed, 04 Mar 2026 08:00:00 GMT"),
    )
    return Draft(
        scene.one(("/feed/", "/rss.xml?n=50", "/atom.xml", "/podcast/feed.xml?category=a+b")),
        mode="bare",
        extra=extra if scene.draw.chance(0.7) else (),
    )


def _checked(scene: Scene) -> Draft:
    return Draft(
        scene.one(
            (
                "/",
                "/health",
                "/status?verbose=1",
                "/metrics",
                "/api/ping?t=1772409600",
                "/?uptime=1",
            )
        ),
        scene.draw.pick(("GET", "HEAD", "GET")),
        "bare",
    )


def _head(scene: Scene) -> Draft:
    return Draft(
        f"/sport/{scene.known('day', 90, 'digits 4')}/{scene.one(_ARTICLES)}.html", "HEAD", "bare"
    )


def _comment(scene: Scene) -> Draft:
    person = scene.person
    fields = [
        (
            "comment",
            scene.several("comments", 1, 3) if scene.draw.chance(0.85) else scene.say("odd"),
        ),
        ("author", person.full),
        ("email", person.mail),
        ("url", scene.draw.pick(("", scene.fill("‹url›")))),
        ("submit", "Post Comment"),
        ("comment_post_ID", scene.draw.digits(5)),
        ("comment_parent", "0"),
        ("ak_js", f"{scene.when}417"),
        ("ak_hp_textarea", ""),
    ]
    if scene.late:
        fields.insert(4, ("wp-comment-cookies-consent", "yes"))
    return drafts.form("/wp-comments-post.php", fields)


def _search(scene: Scene) -> Draft:
    return drafts.search("/", [("s", scene.say("searches")), ("lang", scene.person.language)])


def _picture(scene: Scene) -> Draft:
    target = scene.one(
        (
            "/media/cache/resolve/teaser/2026/03/o'brien.jpg",
            "/_next/image?url=%2Fmedia%2Fhero%20(1).jpg&w=1200&q=75",
            "/cdn-cgi/image/width=640,format=auto,fit=cover/media/a.jpg",
            "/media/2026/03/foto-640x360.webp",
            "/thumb.php?src=/media/a&b.jpg&w=300&h=200&zc=1",
            "/media/graph.svg?v=1.2",
        )
    )
    return drafts.asset(target, "image")


def _poll(scene: Scene) -> Draft:
    fields = [
        ("action", "polls"),
        ("view", "process"),
        ("poll_id", "7"),
        ("poll_7", scene.one(("21", "22", 'other: "none" of them'))),
        ("poll_7_nonce", scene.draw.hexa(10)),
    ]
    return drafts.script_form("/wp-admin/admin-ajax.php", fields)


def _embedded(scene: Scene) -> Draft:
    target = (
        f"https://www.magazin.example/sport/{scene.known('day', 90, 'digits 4')}"
        f"/{scene.one(_ARTICLES)}"
        ".html?x=1&y=2"
    )
    return Draft(f"/oembed?format=json&maxwidth=600&url={encode.component(target)}", mode="bare")


def _letter(scene: Scene) -> Draft:
    return drafts.script_form(
        "/letters",
        [
            ("name", scene.person.full),
            ("city", scene.person.city),
            ("title", scene.say("subjects")),
            ("text", f"{scene.say('odd')} {scene.several('sentences', 1, 3)}"),
        ],
    )


PLAN = Plan(
    "magazine",
    "www.magazin.example",
    380,
    1800,
    (
        *everyday.routes(12, sign_in=False),
        Route("/{section}/{day}/{article}.html", 26, _article, _READERS),
        Route("/{list}", 8, _list, ("browser", "robot")),
        Route("/{known}", 8, _known, ("robot",)),
        Route("/{feed}", 8, _feed, ("reader",)),
        Route("/{check}", 8, _checked, ("monitor",)),
        Route("/sport/{day}/{article}.html", 4, _head, ("robot", "preview", "monitor")),
        Route("/wp-comments-post.php", 10, _comment),
        Route("/", 8, _search),
        Route("/{picture}", 12, _picture, ("browser", "robot", "preview")),
        Route("/wp-admin/admin-ajax.php", 3, _poll),
        Route("/oembed", 4, _embedded, ("preview",)),
        Route("/letters", 4, _letter, late=True),
    ),
    groups={"browser": 60, "robot": 14, "preview": 6, "reader": 10, "monitor": 10},
)
