"""An industrial supplier's order portal: part numbers, drawings, formulas, business messages."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene, part_number
from benchmarks.shieldbench.benign.texts import pool
from benchmarks.shieldbench.benign.traffic import Plan, Route

_BOTH = ("browser", "library")
_NOTES = (
    "Ø 12 H7, Ra <= 0,8 µm, edges broken 0.2x45°",
    "2x M8x1,25-6g; L=80 (+0,1/-0)",
    "acc. to DIN EN 10204-3.1",
    'PN16 / -10...+120 °C / G 1/2"',
    "R = U/I; P(max) < 5 W @ 24 V DC",
    "material: 1.4301 (X5CrNi18-10) or equivalent",
    '"as is" | no substitutes!',
    "qty = 4*(2+1) = 12 pcs",
    'flange 6" 150# RF, ASTM A182 F316/316L',
    "tolerance: |x| < 0.05 && |y| < 0.05",
    "drop-in replacement for union nut; cast iron",
    "50 % now, rest -> CW 22",
    "torque 40 Nm ±10 %; Loctite 243",
    "see drawing 4711-B, sect. A--A",
    "IP67 (not IP65!); cable 3x0,75²",
    "v = s/t -> 1.2 m/s; a=dv/dt",
)


def _note(scene: Scene) -> str:
    return scene.one((*_NOTES, *pool("en_code", "formulas")))


def _quick(scene: Scene) -> Draft:
    fields: list[tuple[str, str]] = [("sid", scene.draw.hexa(32))]
    for row in range(scene.draw.between(3, 15)):
        fields += [
            (f"items[{row}][no]", part_number(scene)),
            (f"items[{row}][qty]", str(scene.draw.between(1, 900))),
            (f"items[{row}][note]", _note(scene) if scene.draw.chance(0.5) else ""),
        ]
        if scene.late:
            fields.append(
                (f"items[{row}][your_ref]", f"{scene.draw.digits(2)}/{scene.draw.hexa(4)}*")
            )
    return drafts.form("/order/quick", fields)


def _pasted(scene: Scene) -> Draft:
    mark = scene.draw.pick(("\t", ";"))
    rows = [
        mark.join((part_number(scene), str(scene.draw.between(1, 90)), _note(scene)))
        for _ in range(scene.draw.between(3, 60))
    ]
    return drafts.script_form(
        "/order/paste",
        [
            ("delimiter", mark),
            ("text", "\n".join(["Art.-Nr." + mark + "Menge" + mark + "Bem.", *rows])),
        ],
    )


def _drawing(scene: Scene) -> Draft:
    kind: FileKind = scene.draw.pick(("dxf", "pdf", "png", "zip", "xlsx", "csv"))
    found = files.file(scene.draw, kind)
    name = scene.one(
        (
            f"4711-B_rev.{scene.draw.digits(1)}",
            "Zeichnung Ø12 (Blatt 2)",
            "part#42 [final]",
            "Welle 20x300",
            "bom 2026;03",
        )
    )
    parts = [
        multipart.text("part", part_number(scene)),
        multipart.text("remark", _note(scene)),
        multipart.text("tolerance", "ISO 2768-mK"),
        multipart.Part("drawing", found.data, f"{name}.{kind}", found.media),
    ]
    return drafts.upload(scene, "/rfq/drawing", parts, script=scene.draw.chance(0.5))


def _request(scene: Scene) -> Draft:
    person = scene.person
    fields = [
        ("firm", person.firm),
        ("contact", person.full),
        ("mail", person.mail),
        ("phone", person.phone),
        ("street", person.street),
        ("city", f"{person.code} {person.city}"),
        ("part", part_number(scene)),
        ("qty", scene.one(("1000", "1-5", ">= 500", "4 x 25", "as req."))),
        ("spec", "\n".join(_note(scene) for _ in range(scene.draw.between(1, 6)))),
        ("message", scene.say("messages")),
        ("incoterm", "DAP (Incoterms® 2020)"),
    ]
    if scene.late:
        fields.append(
            (
                "calculation",
                f"{scene.fill('‹price›')}*1.19 = ? ; " + scene.one(pool("en_code", "formulas")),
            )
        )
    return drafts.form("/rfq", fields)


def _search(scene: Scene) -> Draft:
    words = scene.one((part_number(scene), _note(scene), scene.say("searches")))
    fields = [
        ("q", words),
        ("d", scene.one(("8..12", "<=20", '1/4"-3/4"', "6,35"))),
        ("material", "1.4301|1.4571"),
    ]
    return drafts.search("/catalogue/search", fields)


def _part(scene: Scene) -> Draft:
    return drafts.page(
        f"/part/{encode.component(part_number(scene))}"
        + scene.one(("", "?unit=inch", "?cad=step&rev=B", "?compare=4711;4712"))
    )


def _cxml(scene: Scene) -> Draft:
    lines = "".join(
        f'<ItemOut quantity="{scene.draw.between(1, 90)}" lineNumber="{number}"><ItemID>'
        f"<SupplierPartID>{escape(part_number(scene))}</SupplierPartID></ItemID>"
        f'<ItemDetail><UnitPrice><Money currency="EUR">{scene.fill("‹price›")}</Money></Un'
        f'itPrice><Description xml:lang="en">{escape(_note(scene))}</Description>'
        "<UnitOfMeasure>PCE</UnitOfMeasure></ItemDetail></ItemOut>"
        for number in range(1, scene.draw.between(2, 20))
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<cXML payloadID="{scene.when}'
        f'.{scene.draw.digits(5)}@{scene.host}" timestamp="2026-03-04T10:12:44+01:00">'
        '<Header><Sender><Credential domain="NetworkID"><Identity>AN01000000001</Identity>'
        "</Credential><UserAgent>ERP 9.1</UserAgent></Sender></Header>"
        "<Request><OrderRequest><OrderRequestHeader orderID="
        f'{quoteattr(scene.fill("‹order›"))} type="new"/>{lines}</OrderRequest></Request></cXML>'
    )
    return Draft("/b2b/cxml", "POST", "bare", text.encode(), "text/xml; charset=UTF-8")


def _soap(scene: Scene) -> Draft:
    text = (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="'
        'http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="urn:acme:stock:v2"><soap:Header/>'
        f"<soap:Body><s:GetStock><s:Part>{escape(part_number(scene))}</s:Part><s:Plant>"
        f"1000</s:Plant><s:Remark>{escape(_note(scene))}</s:Remark></s:GetStock></soap:Body>"
        "</soap:Envelope>"
    )
    return Draft(
        "/b2b/ws/stock",
        "POST",
        "bare",
        text.encode(),
        "text/xml; charset=utf-8",
        (("SOAPAction", '"urn:acme:stock:v2/GetStock"'),),
    )


def _edifact(scene: Scene) -> Draft:
    lines = "".join(
        f"LIN+{n}++{part_number(scene).replace('+', '?+').replace(':', '?:')}:SA'\n"
        f"QTY+21:{scene.draw.between(1, 90)}:PCE'\n"
        for n in range(1, scene.draw.between(2, 12))
    )
    text = (
        "UNA:+.? '\nUNB+UNOC:3+4000001000005:14+4000001000012:14+260304:1012+"
        f"{scene.draw.digits(6)}'\nUNH+1+ORDERS:D:96A:UN:EAN008'\n"
        f"BGM+220+{scene.draw.digits(6)}+9'\nDTM+137:20260304:102'\n{lines}UNS+S'\nUNT+9+1'\n"
    )
    return Draft(
        "/b2b/edi",
        "POST",
        "bare",
        text.encode("latin-1", "replace"),
        "application/edifact; charset=iso-8859-1",
    )


def _odata(scene: Scene) -> Draft:
    part = encode.component("'" + part_number(scene).replace("'", "''") + "'")
    target = (
        f"/sap/opu/odata/sap/ZSHOP_SRV/PartSet({part})?$expand=ToPrices,ToStock&"
        "$select=Matnr,Maktx,ToPrices/Netpr&sap-client=100&sap-language=DE&$format=json"
    )
    return Draft(
        target, mode="fetch", extra=(("MaxDataServiceVersion", "2.0"), ("x-csrf-token", "Fetch"))
    )


def _batch(scene: Scene) -> Draft:
    mark = f"batch_{scene.draw.hexa(4)}-{scene.draw.hexa(4)}-{scene.draw.hexa(4)}"
    asked = [
        f"--{mark}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
        "\r\nGET PartSet?$filter=substringof("
        f"'{scene.draw.digits(4)}',Matnr)%20and%20Netpr%20le%20{n}00m&$top=20 HTTP/1.1\r\n"
        "Accept: application/json\r\nAccept-Language: de\r\n\r\n\r\n"
        for n in range(1, scene.draw.between(2, 5))
    ]
    body = "".join([*asked, f"--{mark}--\r\n"]).encode()
    return Draft(
        "/sap/opu/odata/sap/ZSHOP_SRV/$batch?sap-client=100",
        "POST",
        "fetch",
        body,
        f"multipart/mixed; boundary={mark}",
        (("x-csrf-token", scene.draw.b64(18)),),
        "code",
    )


def _configure(scene: Scene) -> Draft:
    value: dict[str, object] = {
        "part": part_number(scene),
        "options": {
            "d": "12 H7",
            "l": 80.0,
            "thread": "M8x1,25",
            "material": "1.4301",
            "coating": None,
        },
        "rules": [{"if": "d <= 12 && l > 60", "then": "price * 1.08"}],
        "note": _note(scene),
        "points": [[n / 8, n * n % 31 / 4] for n in range(scene.draw.between(5, 400))],
    }
    return drafts.api(scene, "POST", "/api/configurator", value)


PLAN = Plan(
    "supplier-portal",
    "portal.antriebe.example",
    100,
    1500,
    (
        *everyday.routes(12),
        Route("/order/quick", 10, _quick),
        Route("/order/paste", 6, _pasted),
        Route("/rfq/drawing", 7, _drawing),
        Route("/rfq", 7, _request),
        Route("/catalogue/search", 14, _search),
        Route("/part/{number}", 14, _part, _BOTH),
        Route("/b2b/cxml", 30, _cxml, ("library",)),
        Route("/b2b/ws/stock", 30, _soap, ("library",)),
        Route("/b2b/edi", 15, _edifact, ("library",)),
        Route("/sap/opu/odata/sap/ZSHOP_SRV/PartSet({part})", 7, _odata),
        Route("/sap/opu/odata/sap/ZSHOP_SRV/$batch", 5, _batch),
        Route("/api/configurator", 5, _configure, _BOTH, late=True),
    ),
    stack="java",
    languages={"de": 50, "en": 20, "fr": 8, "pl": 8, "ko": 8, "es": 6},
    groups={"browser": 80, "library": 20},
)
