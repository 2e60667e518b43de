"""A wiki: wikitext, a rich-text editor, an API."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_TITLES = (
    "Main_Page",
    "AC/DC",
    "Select_committee",
    "Drop_(liquid)",
    "C++",
    "O'Hare",
    "Union_(set_theory)",
    "Müller",
    "Köln",
    "Benutzer:Anna/Entwurf",
    "Talk:Boiling_point",
    "File:Plan_(1986).png",
    "서울특별시",
    "Category:Tables",
    "1=2_(fallacy)",
    "Catch-22",
    "...And_Justice",
    "Where?_(play)",
    "ירושלים",
    "Special:RecentChanges",
    "Help:Magic_words#if",
    "S&P_500",
    "Ich+Ich",
    "Who's_Who",
    "القاهرة",
)


def _view(scene: Scene) -> Draft:
    return drafts.page(
        "/wiki/" + encode.segment(scene.one(_TITLES).split("#")[0]).replace("%2F", "/")
    )


def _old(scene: Scene) -> Draft:
    title = scene.one(_TITLES)
    action = scene.one(
        (
            "action=history&limit=500",
            "action=edit&section=2",
            "diff=prev&oldid=48211",
            "action=raw&ctype=text/css",
            "action=info",
            "veaction=edit",
        )
    )
    return drafts.page(f"/w/index.php?title={encode.component(title)}&{action}")


def _summary(scene: Scene) -> str:
    return scene.one(
        (
            "typo",
            "/* Price list */ updated",
            "Undid revision 48211 by [[Special:Contributions/198.51.100.7|198.51.100.7]]",
            "rv: see talk",
            "+ table; - old links",
            'it\'s "its"',
            scene.say("comments"),
        )
    )


def _save(scene: Scene) -> Draft:
    text = "\n\n".join(
        scene.draw.pick((scene.snippet("markup", "wikitext"), scene.several("sentences", 1, 4)))
        for _ in range(scene.draw.between(1, 7))
    )
    parts = [
        multipart.text("wpUnicodeCheck", "ℳ𝒲♥𝓊𝓃𝒾𝒸ℴ𝒹ℯ"),
        multipart.text("wpAntispam", ""),
        multipart.text("wpSection", scene.draw.pick(("", "2", "new"))),
        multipart.text("wpStarttime", "20260304101244"),
        multipart.text("editRevId", scene.draw.digits(5)),
        multipart.text("wpAutoSummary", scene.draw.hexa(32)),
        multipart.text("model", "wikitext"),
        multipart.text("wpTextbox1", text),
        multipart.text("wpSummary", _summary(scene)),
        multipart.text("wpSave", "Save changes"),
        multipart.text("wpEditToken", scene.draw.hexa(40) + "+\\"),
        multipart.text("wpUltimateParam", "1"),
    ]
    if scene.late:
        parts.insert(9, multipart.text("wpChangeTags", "mobile edit"))
    target = f"/w/index.php?title={encode.component(scene.one(_TITLES))}&action=submit"
    return drafts.upload(scene, target, parts, kind="markup")


def _visual(scene: Scene) -> Draft:
    html = "".join(
        scene.draw.pick(
            (scene.snippet("markup", "html"), f"<p>{scene.several('sentences', 1, 4)}</p>")
        )
        for _ in range(scene.draw.between(1, 6))
    )
    fields = [
        ("action", "visualeditoredit"),
        ("format", "json"),
        ("formatversion", "2"),
        ("errorformat", "html"),
        ("paction", scene.draw.pick(("save", "diff", "serialize"))),
        ("page", scene.one(_TITLES)),
        ("oldid", scene.draw.digits(5)),
        ("basetimestamp", "2026-03-04T10:12:44Z"),
        (
            "html",
            f'<!DOCTYPE html>\n<html><head><base href="//{scene.host}/wiki/"/></head><body id="'
            f'mwAA">{html}</body></html>',
        ),
        ("etag", f'"{scene.draw.digits(5)}/{scene.draw.uuid()}"'),
        ("summary", _summary(scene)),
        ("minor", "true"),
        ("token", scene.draw.hexa(40) + "+\\"),
    ]
    return drafts.script_form("/w/api.php", fields, "markup")


def _api(scene: Scene) -> Draft:
    match scene.draw.below(4):
        case 0:
            fields = [
                ("action", "opensearch"),
                ("search", scene.say("searches")[:24]),
                ("namespace", "0"),
                ("limit", "10"),
            ]
        case 1:
            titles = "|".join(scene.draw.some(_TITLES, 5))
            fields = [
                ("action", "query"),
                ("prop", "info|extracts|pageimages"),
                ("titles", titles),
                ("formatversion", "2"),
            ]
        case 2:
            fields = [
                ("action", "query"),
                ("list", "search"),
                ("srsearch", f'intitle:"{scene.say("topics")}" -incategory:Old'),
            ]
        case _:
            fields = [
                ("action", "query"),
                ("generator", "allpages"),
                ("gapfrom", "Müller"),
                ("continue", "gapcontinue||"),
            ]
    if scene.late:
        fields.append(("uselang", "en-gb"))
    return Draft("/w/api.php?" + encode.query([*fields, ("format", "json")]), mode="fetch")


def _load(scene: Scene) -> Draft:
    modules = scene.one(
        (
            "ext.cite.ux-enhancements,tempUserBanner|jquery|site|mediawiki.base",
            "startup",
            "ext.gadget.a,b,c|user.styles",
        )
    )
    return drafts.asset(
        f"/w/load.php?lang=en&modules={encode.component(modules)}&on"
        f"ly={scene.draw.pick(('styles', 'scripts'))}&skin=vector-2022",
        "script",
    )


def _search(scene: Scene) -> Draft:
    return drafts.search(
        "/w/index.php",
        [
            ("search", scene.say("searches")),
            ("title", "Special:Search"),
            ("go", "Go"),
            ("wprov", "acrw1_-1"),
        ],
    )


def _upload(scene: Scene) -> Draft:
    kind: FileKind = scene.draw.pick(("png", "jpg", "pdf", "svg"))
    found = files.file(scene.draw, kind)
    name = scene.one(("Plan (1986)", "Straße'26", "Map of St. Mary's [north]", "Figure 1=2"))
    parts = [
        multipart.Part("wpUploadFile", found.data, f"{name}.{kind}", found.media),
        multipart.text("wpDestFile", f"{name.replace(' ', '_')}.{kind}"),
        multipart.text("wpUploadDescription", scene.snippet("markup", "wikitext")),
        multipart.text("wpLicense", "cc-by-sa-4.0"),
        multipart.text("wpEditToken", scene.draw.hexa(40) + "+\\"),
        multipart.text("wpUpload", "Upload file"),
    ]
    return drafts.upload(scene, "/wiki/Special:Upload", parts, kind="markup")


def _rich(scene: Scene) -> Draft:
    content = "".join(scene.snippet("markup", "html") for _ in range(scene.draw.between(1, 4)))
    value = {
        "id": scene.draw.digits(8),
        "type": "page",
        "title": scene.say("topics"),
        "body": {
            "editor": {
                "value": f'<ac:structured-macro ac:name="info"><ac:rich-text-body>{content}'
                "</ac:rich-text-body></ac:structured-macro>",
                "representation": "editor",
            }
        },
        "version": {"number": scene.draw.between(1, 99), "message": _summary(scene)},
    }
    return drafts.api(
        scene,
        "PUT",
        f"/rest/api/content/{scene.known('page', 90, 'digits 8')}?status=draft",
        value,
        kind="markup",
    )


PLAN = Plan(
    "wiki",
    "wiki.verein.example",
    140,
    1400,
    (
        *everyday.routes(14),
        Route("/wiki/{title}", 22, _view),
        Route("/w/index.php", 10, _old),
        Route("/w/index.php", 10, _save),
        Route("/w/api.php", 8, _visual),
        Route("/w/api.php", 8, _api),
        Route("/w/load.php", 10, _load),
        Route("/w/index.php", 8, _search),
        Route("/wiki/Special:Upload", 3, _upload),
        Route("/rest/api/content/{id}", 5, _rich, late=True),
    ),
)
