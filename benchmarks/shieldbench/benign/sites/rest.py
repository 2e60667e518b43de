"""A REST API of a business application, called by programs, apps and its own pages."""

from __future__ import annotations

from benchmarks.shieldbench.benign import deflate, drafts, encode
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_ALL = ("browser", "library", "app")


def record(scene: Scene) -> dict[str, object]:
    """One order as business software writes it, about 700 octets of JSON."""
    draw = scene.draw
    return {
        "id": draw.uuid(),
        "number": scene.fill("‹order›"),
        "createdAt": scene.date().strftime("%Y-%m-%dT%H:%M:%S.417Z"),
        "customer": {
            "name": scene.fill("‹other›"),
            "company": scene.fill("‹firm›"),
            "email": scene.person.mail,
            "phones": [scene.person.phone],
            "vatId": None,
            "vip": draw.chance(0.2),
        },
        "address": {
            "street": scene.fill("‹street›"),
            "city": scene.fill("‹city›"),
            "geo": [draw.between(-9000, 9000) / 100, draw.between(-18000, 18000) / 100],
        },
        "lines": [
            {
                "sku": scene.fill("‹part›"),
                "text": scene.say("products"),
                "qty": draw.between(1, 90),
                "price": draw.between(1, 99999) / 100,
                "unit": "m²",
            }
            for _ in range(draw.between(1, 4))
        ],
        "note": scene.say("odd" if draw.chance(0.08) else "sentences"),
        "tags": draw.some(("B2B", "export/EU", "rush!", "50%", "A&B", "on hold"), 2),
    }


def _create(scene: Scene) -> Draft:
    value = record(scene)
    if scene.late:
        value["metadata"] = {
            "source": "import;csv",
            "origin.url": scene.fill("‹url›"),
            "formula": "net*(1+vat)",
        }
    return drafts.api(scene, "POST", "/v1/orders", value, extra=drafts.bearer(scene))


def _bulk(scene: Scene) -> Draft:
    rows = [record(scene) for _ in range(scene.draw.between(5, 55))]
    return drafts.api(
        scene,
        "POST",
        "/v1/orders/bulk",
        {"atomic": False, "items": rows},
        extra=drafts.bearer(scene),
    )


def _packed(scene: Scene) -> Draft:
    # few variants: packing costs more than all the rest
    rows = [
        {"sensor": f"T-{n}", "t": 1772409600 + n, "v": n * 7 % 90 / 4, "unit": "°C"}
        for n in range(scene.draw.below(4) * 10 + 5)
    ]
    body = deflate.gzipped(encode.json_js(rows))
    extra = (*drafts.bearer(scene), ("Content-Encoding", "gzip"))
    return Draft("/v1/measurements", "POST", "fetch", body, "application/json", extra)


def _patch(scene: Scene) -> Draft:
    target = f"/v1/orders/{scene.known('order', 500, 'uuid')}"
    if scene.draw.chance(0.5):
        steps = [
            {
                "op": scene.one(("replace", "add", "remove", "test")),
                "path": f"/lines/{n}/text",
                "value": scene.say("products"),
            }
            for n in range(scene.draw.between(1, 6))
        ]
        return drafts.api(
            scene,
            "PATCH",
            target,
            steps,
            media="application/json-patch+json",
            extra=drafts.bearer(scene),
        )
    value = {
        "note": scene.say("comments"),
        "status": scene.one(("open", "on hold", "cancelled/refunded", "dropped")),
    }
    extra = (*drafts.bearer(scene), ("If-Match", f'"{scene.draw.hexa(16)}"'))
    return drafts.api(
        scene, "PATCH", target, value, media="application/merge-patch+json", extra=extra
    )


def _list(scene: Scene) -> Draft:
    if scene.draw.chance(0.5):
        fields = [
            ("filter[status]", "open,on hold"),
            ("filter[created][gte]", "2026-03-01T00:00:00+01:00"),
            ("page[size]", "100"),
            ("include", "customer,lines.product"),
            ("sort", "-created,name"),
        ]
    else:
        fields = [
            ("q", scene.say("searches")),
            ("fields", "id,name,customer(name,email)"),
            ("limit", "25"),
            ("offset", str(25 * scene.draw.below(9))),
        ]
    if scene.late:
        fields.append(("group[]", scene.one(("city/zip", "tag|month", "year(created)"))))
    return Draft("/v1/orders?" + encode.query(fields), mode="fetch", extra=drafts.bearer(scene))


def _asked_for(scene: Scene) -> Draft:
    """In one of the query languages of such interfaces: OData, MongoDB's, RSQL, PostgREST's."""
    draw = scene.draw
    name = scene.person.last
    match draw.below(4 if scene.late else 3):
        case 0:
            quoted = name.replace("'", "''")
            asked = encode.component(
                f"contains(lastName,'{quoted}') and price gt {draw.below(500)}.5"
            )
            query = f"$filter={asked}&$top=50&$orderby=createdAt%20desc&$expand=lines($select=sku)"
        case 1:
            where = {
                "price": {"$gte": draw.below(90), "$lt": 500},
                "name": {"$regex": "^M.ller", "$options": "i"},
            }
            query = "where=" + encode.component(encode.json_js(where).decode())
        case 2:
            asked = f'name=="{name}*";city=in=({scene.person.city},Köln)'
            query = encode.query([("search", asked), ("tz", "Europe/Berlin")])
        case _:
            query = "select=id,total:sum(lines.price),*&price=gte.10&name=ilike.*m%C3%BCller*"
    target = "/v1/orders/query?" + query
    return Draft(target, mode="fetch", extra=drafts.bearer(scene), kind="code")


def _one(scene: Scene) -> Draft:
    return Draft(
        f"/v1/orders/{scene.known('order', 500, 'uuid')}",
        scene.draw.pick(("GET", "GET", "GET", "DELETE", "HEAD")),
        "fetch",
        extra=drafts.bearer(scene),
    )


def _named(scene: Scene) -> Draft:
    name = scene.one(
        ("O'Brien & Sons", scene.person.firm, "A/B Test", scene.person.full, "C#", "50% Club")
    )
    return Draft(
        f"/v1/customers/by-name/{encode.component(name)}", mode="fetch", extra=drafts.bearer(scene)
    )


def _asked(scene: Scene) -> Draft:
    wanted = "authorization,content-type,x-request-id"
    extra = (
        ("Access-Control-Request-Method", scene.draw.pick(("PUT", "PATCH", "DELETE", "POST"))),
        ("Access-Control-Request-Headers", wanted),
    )
    return Draft(
        "/v1/orders", "OPTIONS", "preflight", extra=extra, origin="https://app.kontor.example"
    )


def _search(scene: Scene) -> Draft:
    value = {
        "query": {
            "bool": {
                "must": [{"match": {"text": {"query": scene.say("searches"), "operator": "and"}}}],
                "filter": [
                    {"range": {"price": {"gte": 10, "lte": 500}}},
                    {"terms": {"tag": ["B2B", "export/EU"]}},
                ],
                "must_not": [{"wildcard": {"name": "test*"}}],
            }
        },
        "aggs": {"by_city": {"terms": {"field": "city.keyword", "size": 20}}},
        "sort": [{"_score": "desc"}],
        "_source": ["id", "text"],
    }
    return drafts.api(scene, "POST", "/v1/search", value, kind="code", extra=drafts.bearer(scene))


def _settings(scene: Scene) -> Draft:
    value = {
        f"ui.{name}": scene.draw.pick(
            (True, None, 0, "", "auto", "1fr 2fr", ["id", "name"], {"w": 280})
        )
        for name in ("sidebar", "columns", "theme", "grid", "sort.order", "filter[0]")
    }
    value["ui.signature"] = f"{scene.person.full}\n{scene.person.firm}\n☎ {scene.person.phone}"
    return drafts.api(scene, "PUT", "/v1/me/settings", value, extra=drafts.bearer(scene))


def _lines(scene: Scene) -> Draft:
    body = (
        b"\n".join(encode.json_js(record(scene)) for _ in range(scene.draw.between(2, 12))) + b"\n"
    )
    return Draft("/v1/import", "POST", "fetch", body, "application/x-ndjson", drafts.bearer(scene))


PLAN = Plan(
    "rest-api",
    "api.kontor.example",
    150,
    1600,
    (
        Route("/v1/orders", 16, _create, _ALL),
        Route("/v1/orders/bulk", 6, _bulk, _ALL),
        Route("/v1/measurements", 5, _packed, ("library", "app")),
        Route("/v1/orders/{id}", 10, _patch, _ALL),
        Route("/v1/orders", 14, _list, _ALL),
        Route("/v1/orders/query", 9, _asked_for, _ALL),
        Route("/v1/orders/{id}", 16, _one, _ALL),
        Route("/v1/customers/by-name/{name}", 6, _named, _ALL),
        Route("/v1/orders", 5, _asked),
        Route("/v1/search", 6, _search, _ALL),
        Route("/v1/me/settings", 5, _settings, ("browser", "app")),
        Route("/v1/import", 4, _lines, ("library",), late=True),
    ),
    stack="none",
    groups={"browser": 35, "library": 40, "app": 25},
)
