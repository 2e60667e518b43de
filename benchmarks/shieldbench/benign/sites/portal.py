"""The citizens' portal of an authority, in eight languages."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.site import Kind
from benchmarks.shieldbench.benign.traffic import Plan, Route

_SERVICES = (
    "passport",
    "residence-permit",
    "dog-licence",
    "parking-permit",
    "birth-certificate",
    "waste/bulky",
    "hundesteuer-anmelden",
    "l'acte-de-naissance",
    "trade-registration",
    "housing-benefit",
    "wahlschein",
)
_REASONS = (
    "I've lost my passport (stolen on the train from ‹city› to ‹city› on ‹date›; police "
    "ref. ‹hex›/26).",
    "Umzug wg. Heirat; alter Name: ‹other› (geb. O'Hara), neuer Name s. Urkunde, Anlage 2-3.",
    "My employer (‹firm›) requires it; see § 4 para. 2 no. 1 & the attached letter.",
    "Der Bescheid vom ‹date› (Az.: 32.1-‹N›/26) ist falsch: Einkommen < 1.200 €, nicht > 2.100 €!",
    "We're two adults and three children; the flat has 48 m² (2 rooms) -- that's not enough.",
    "Le logement n'est plus habitable : l'eau s'infiltre (cf. photos 1 à 5).",
    "Union of the two parishes: please select the form for both & drop the second fee.",
    "Proszę o zwrot opłaty: zapłacono 2 x ‹price› (dowód w załączniku).",
    "El certificado tiene un error: pone 'Munoz' y debe poner \"Muñoz\".",
)


def _iban(scene: Scene) -> str:
    # the account numbers of banks' own examples
    return scene.one(
        (
            "DE89 3704 0044 0532 0130 00",
            "DE02120300000000202051",
            "FR14 2004 1010 0505 0001 3M02 606",
        )
    )


def _application(scene: Scene) -> list[tuple[str, str]]:
    person, draw = scene.person, scene.draw
    fields = [
        ("javax.faces.partial.ajax", "true"),
        ("javax.faces.source", "form:j_idt42:next"),
        ("form", "form"),
    ]
    for number in range(draw.between(1, 5)):
        prefix = f"form:persons:{number}:"
        fields += [
            (prefix + "firstName", person.first),
            (prefix + "lastName", person.last),
            (prefix + "birthName", scene.one(("", "-", "n/a", "O'Hara"))),
            (prefix + "born", person.born),
            (prefix + "birthPlace", scene.fill("‹city›")),
            (prefix + "nationality_input", scene.one(("DE", "IE", "PL", "KR", "IL"))),
            (prefix + "street", person.street),
            (prefix + "zip", person.code),
            (prefix + "city", person.city),
            (prefix + "height", "1,78 m"),
            (prefix + "religion", scene.one(("--", "none", "r.-k."))),
        ]
    fields += [
        ("form:mail", person.mail),
        ("form:phone", person.phone),
        ("form:iban", _iban(scene)),
        ("form:income", scene.one(("1.234,56 €", "< 1000", "0", "2'300.-"))),
        ("form:reason", scene.fill(scene.one(_REASONS))),
        ("form:consent", "on"),
        ("javax.faces.ViewState", f"{draw.digits(18)}:-{draw.digits(18)}"),
    ]
    if scene.late:
        fields += [
            ("form:remarks", scene.say("odd")),
            ("form:contactTime", scene.fill("‹time›-18:00 (Mon/Wed)")),
        ]
    return fields


def _apply(scene: Scene) -> Draft:
    target = (
        f"/{scene.person.language}/service/"
        f"{encode.segment(scene.one(_SERVICES)).replace('%2F', '/')}.xhtml"
    )
    if scene.draw.chance(0.4):
        return drafts.script_form(
            target, _application(scene), extra=(("Faces-Request", "partial/ajax"),)
        )
    return drafts.form(target, _application(scene))


def _attach(scene: Scene) -> Draft:
    parts = [multipart.text(name, value) for name, value in _application(scene)[-9:]]
    for number in range(scene.draw.between(1, 4)):
        kind: FileKind = scene.draw.pick(("pdf", "jpg", "png"))
        found = files.file(scene.draw, kind)
        name = scene.one(
            (
                "Ausweis (Vorderseite)",
                "contrat d'embauche",
                "Geburtsurkunde & Übersetzung",
                "scan 2026-03-04",
                "여권사본",
                "תעודה",
            )
        )
        parts.append(
            multipart.Part(f"form:file{number}", found.data, f"{name}.{kind}", found.media)
        )
    return drafts.upload(scene, f"/{scene.person.language}/attachments", parts)


def _message(scene: Scene) -> Draft:
    fields = [
        ("subject", scene.say("subjects")),
        ("reference", scene.fill("32.1-‹N›/26")),
        ("text", scene.fill(scene.one(_REASONS)) + "\n\n" + scene.say("messages")),
        ("__RequestVerificationToken", "CfDJ8" + scene.draw.b64url(130)),
    ]
    return drafts.form(f"/{scene.person.language}/inbox/new", fields)


def _net(scene: Scene) -> Draft:
    fields = [
        ("__EVENTTARGET", "ctl00$Main$btnNext"),
        ("__EVENTARGUMENT", ""),
        ("__VIEWSTATE", "/wEPDw" + scene.draw.b64(scene.draw.between(300, 4000))),
        ("__VIEWSTATEGENERATOR", scene.draw.hexa(8).upper()),
        ("__EVENTVALIDATION", "/wEdAA" + scene.draw.b64(220)),
        ("ctl00$Main$txtName", scene.person.full),
        ("ctl00$Main$ddlOffice", "Bürgeramt 2 (Mitte)"),
        ("ctl00$Main$txtNote", scene.say("messages")),
    ]
    return drafts.form("/termine/Buchen.aspx", fields)


def _slots(scene: Scene) -> Draft:
    return Draft(
        "/termine/api/slots?office=2&service[]=12&service[]=17&"
        f"from=2026-03-05T00:00:00+01:00&days=14&lang={scene.person.language}",
        mode="fetch",
    )


def _search(scene: Scene) -> Draft:
    return drafts.search(
        f"/{scene.person.language}/search",
        [("q", scene.say("searches")), ("facet", "service|form"), ("size", "20")],
    )


def _page(scene: Scene) -> Draft:
    return drafts.page(
        f"/{scene.person.language}/service/"
        f"{encode.segment(scene.one(_SERVICES)).replace('%2F', '/')}"
        + scene.one(
            ("", "?plain=true", "?_lang=leichte+sprache", "?step=2&back=%2Fen%2Fservice%3Fq%3Dpass")
        )
    )


def _map(scene: Scene) -> Draft:
    fields = [
        ("SERVICE", "WMS"),
        ("REQUEST", "GetMap"),
        ("VERSION", "1.3.0"),
        ("LAYERS", "roads,buildings"),
        ("STYLES", ""),
        ("CRS", "EPSG:25832"),
        (
            "BBOX",
            f"3{scene.draw.digits(5)}.5,56{scene.draw.digits(5)},39{scene.draw.digits(4)}.5,"
            f"57{scene.draw.digits(5)}",
        ),
        ("WIDTH", "256"),
        ("HEIGHT", "256"),
        ("FORMAT", "image/png"),
        ("TRANSPARENT", "TRUE"),
    ]
    kind: Kind = "plain"
    if scene.late and scene.draw.chance(0.3):
        fields.append(("CQL_FILTER", f"kind='park' AND area>{scene.draw.digits(3)}"))
        kind = "code"
    return Draft("/geo/wms?" + encode.query(fields), mode="image", kind=kind)


def _defect(scene: Scene) -> Draft:
    value = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [scene.draw.between(690000, 1300000) / 1e5, 50.9],
                },
                "properties": {
                    "kind": "pothole",
                    "text": scene.say("messages"),
                    "photo": "data:image/jpeg;base64,"
                    + scene.draw.b64(scene.draw.between(600, 9000)),
                },
            }
        ],
    }
    return drafts.api(scene, "POST", "/api/defects", value)


PLAN = Plan(
    "citizen-portal",
    "service.stadt.example",
    260,
    1600,
    (
        *everyday.routes(16),
        Route("/{language}/service/{name}.xhtml", 20, _apply),
        Route("/{language}/attachments", 8, _attach),
        Route("/{language}/inbox/new", 8, _message),
        Route("/termine/Buchen.aspx", 6, _net),
        Route("/termine/api/slots", 6, _slots),
        Route("/{language}/search", 12, _search),
        Route("/{language}/service/{name}", 18, _page),
        Route("/geo/wms", 8, _map),
        Route("/api/defects", 4, _defect, late=True),
    ),
    stack="java",
    languages={"de": 30, "en": 15, "fr": 11, "es": 9, "pl": 11, "he": 7, "ar": 10, "ko": 7},
)
