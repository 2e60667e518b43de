"""A company's own site: pages, search, contact forms."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_PAGES = (
    "about-us",
    "products/pumps-&-valves",
    "products/op%C3%A9ration",
    "news/2026/03/open-day",
    "team",
    "legal-notice",
    "privacy",
    "downloads/catalogue_2026(en).pdf",
    "references/st.-mary's",
    "%C3%BCber-uns/anfahrt",
    "faq.html",
    "service/select-your-region",
    "company/union-street-site",
)


def _page(scene: Scene) -> Draft:
    language = scene.draw.pick(("en", "de", "fr"))
    target = f"/{language}/{scene.one(_PAGES)}"
    if scene.draw.chance(0.15):
        target += scene.one(
            (
                "?print=1",
                "?tx_news_pi1%5Bnews%5D=218&cHash=" + scene.draw.hexa(32),
                "?no_cache=1",
                "?page=2&sort=date,desc",
            )
        )
    return drafts.page(target)


def _search(scene: Scene) -> Draft:
    words = scene.say("searches")
    fields = [("q", words)]
    if scene.draw.chance(0.4):
        fields += [("filter[type]", scene.one(("pages", "news", "files"))), ("submit", "Go!")]
    if scene.late and scene.draw.chance(0.4):
        fields.append(("tx_solr[sort]", "relevance desc"))
    if scene.draw.chance(0.1):
        return drafts.page(f"/search?q={encode.typed(words)}")
    return drafts.search("/search", fields)


def _contact(scene: Scene) -> Draft:
    draw, person = scene.draw, scene.person
    prefix = "tx_form_formframework[contact-7]"
    fields = [
        (f"{prefix}[__referrer][@extension]", "Form"),
        (f"{prefix}[__referrer][arguments]", draw.b64(30) + draw.hexa(40)),
        (f"{prefix}[__trustedProperties]", f'{{"contact-7":{{"name":1,"mail":1}}}}{draw.hexa(40)}'),
        (f"{prefix}[salutation]", draw.pick(("", "Ms.", "Mr.", "Dr."))),
        (f"{prefix}[name]", person.full),
        (f"{prefix}[company]", person.firm if draw.chance(0.6) else ""),
        (f"{prefix}[mail]", person.mail),
        (f"{prefix}[phone]", person.phone if draw.chance(0.6) else ""),
        (f"{prefix}[subject]", scene.say("subjects")),
        (f"{prefix}[message]", scene.say("odd" if draw.chance(0.1) else "messages")),
        (f"{prefix}[privacy]", "1"),
        (f"{prefix}[url]", ""),
    ]
    if scene.late:
        fields.append((f"{prefix}[heard-of-us]", scene.say("comments")))
    return drafts.form("/contact?tx_form_formframework%5Baction%5D=perform", fields)


def _ajax(scene: Scene) -> Draft:
    person = scene.person
    parts = [
        multipart.text("_wpcf7", scene.draw.digits(4)),
        multipart.text("_wpcf7_locale", person.region.replace("-", "_")),
        multipart.text("your-name", person.full),
        multipart.text("your-email", person.mail),
        multipart.text("your-subject", scene.say("subjects")),
        multipart.text("your-message", scene.say("messages")),
        multipart.text("_wpcf7_recaptcha_response", "03AFcWeA" + scene.draw.b64url(480)),
    ]
    if scene.draw.chance(0.3):
        found = files.file(scene.draw, "jpg")
        name = scene.one(("IMG_4711.JPG", "photo (3).jpg", "Foto vom Zähler.jpg", "l'été.jpg"))
        parts.insert(6, multipart.Part("your-file", found.data, name, found.media))
    return drafts.upload(
        scene, "/wp-json/contact-form-7/v1/contact-forms/42/feedback", parts, script=True
    )


def _newsletter(scene: Scene) -> Draft:
    fields = [("EMAIL", scene.person.mail), ("FNAME", scene.person.first), ("b_4f_9a", "")]
    if scene.late:
        fields.insert(1, ("interests[]", "products & news"))
    return drafts.form("/newsletter/subscribe", fields)


def _call_back(scene: Scene) -> Draft:
    value = {
        "name": scene.person.full,
        "phone": scene.person.phone,
        "when": scene.fill("⟦today|tomorrow|‹date›⟧, ‹time›-18:00"),
        "page": f"https://{scene.host}/de/kontakt?x=1#rückruf",
        "note": scene.say("subjects"),
    }
    return drafts.api(scene, "POST", "/api/callback", value)


def _career(scene: Scene) -> Draft:
    title = scene.one(
        ("mechatroniker-m-w-d", "it-security-engineer-(f/m/x)", "sales+service", "r&d")
    )
    return drafts.page(f"/karriere/jobs/{encode.segment(title)}?ref=xing")


PLAN = Plan(
    "company",
    "www.pumpen-weiss.example",
    160,
    1600,
    (
        *everyday.routes(22, sign_in=False),
        Route("/{language}/{page}", 26, _page),
        Route("/search", 16, _search),
        Route("/contact", 14, _contact),
        Route("/wp-json/contact-form-7/v1/contact-forms/{form}/feedback", 6, _ajax),
        Route("/newsletter/subscribe", 4, _newsletter),
        Route("/api/callback", 4, _call_back, late=True),
        Route("/karriere/jobs/{title}", 5, _career),
    ),
    stack="php",
    languages={"de": 50, "en": 25, "fr": 10, "pl": 8, "es": 4, "ko": 3},
)
