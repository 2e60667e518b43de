"""A GraphQL API behind a shop's app."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_BOTH = ("browser", "app", "library")
_QUERIES = {
    "Product": "query Product($id: ID!, $first: Int = 10) {\n  product(id: $id) {\n    id\n    "
    "name\n    price { amount currency }\n    reviews(first: $first, orderBy: {field: "
    "DATE, direction: DESC}) {\n      edges { node { ...ReviewParts } }\n    }\n  }\n}\n"
    "\nfragment ReviewParts on Review {\n  id\n  text\n  author { name }\n  __typename\n}\n",
    "Search": "query Search($q: String!, $filter: ProductFilter, $after: String) {\n  "
    "search(query: $q, filter: $filter, first: 20, after: $after) {\n    totalCount\n    "
    "nodes { ... on Product { id name } ... on Article { id title } }\n    pageInfo { en"
    "dCursor hasNextPage }\n  }\n}",
    "Cart": "query Cart { cart { id lines { id qty product { name image(width: 320) } } total } }",
    "Me": "query Me {\n  me {\n    id\n    orders(last: 5, where: {status: {in: [OPEN, SENT]}, "
    'total: {gt: 0}}) { number total }\n    avatar: image(size: "64x64")\n  }\n}',
    "Menu": "query Menu($lang: Lang! = DE) @cached(ttl: 60) { menu(lang: $lang) { title url "
    "children { title url } } }",
}
_MUTATIONS = {
    "AddReview": "mutation AddReview($input: ReviewInput!) {\n  addReview(input: $input) {\n   "
    " review { id text }\n    errors { field message }\n  }\n}",
    "UpdateAddress": "mutation UpdateAddress($a: AddressInput!) { updateAddress(address: $a) { "
    "address { id } } }",
    "Ask": "mutation Ask($product: ID!, $text: String!) { ask(product: $product, text: $text) "
    "{ id } }",
}


def _variables(scene: Scene, name: str) -> dict[str, object]:
    draw, person = scene.draw, scene.person
    match name:
        case "Product":
            return {
                "id": encode.b64(f"Product:{draw.digits(5)}".encode()),
                "first": draw.pick((5, 10, 20)),
            }
        case "Search":
            known: dict[str, object] = {
                "q": scene.say("searches"),
                "filter": {"price": {"gte": 10, "lt": 500}, "tags": ["a&b", "50%"]},
                "after": None,
            }
            return known | (
                {"boost": [{"field": "name^3", "expr": "score * 2"}]} if scene.late else {}
            )
        case "AddReview":
            return {
                "input": {
                    "product": draw.b64(12),
                    "stars": draw.between(1, 5),
                    "title": scene.say("reviews"),
                    "text": scene.several("reviews", 1, 5),
                }
            }
        case "UpdateAddress":
            return {
                "a": {
                    "name": person.full,
                    "street": person.street,
                    "city": person.city,
                    "zip": person.code,
                    "phone": person.phone,
                    "note": scene.say("sentences"),
                }
            }
        case "Ask":
            return {"product": draw.b64(12), "text": scene.say("messages")}
        case "Menu":
            return {"lang": draw.pick(("DE", "EN"))}
        case _:
            return {}


def _operation(scene: Scene, known: dict[str, str]) -> dict[str, object]:
    name = scene.one(tuple(known))
    return {"operationName": name, "variables": _variables(scene, name), "query": known[name]}


def _query(scene: Scene) -> Draft:
    return drafts.api(
        scene,
        "POST",
        "/graphql",
        _operation(scene, _QUERIES),
        kind="code",
        extra=drafts.bearer(scene),
    )


def _mutate(scene: Scene) -> Draft:
    return drafts.api(
        scene,
        "POST",
        "/graphql",
        _operation(scene, _MUTATIONS),
        kind="code",
        extra=drafts.bearer(scene),
    )


def _batch(scene: Scene) -> Draft:
    several = [_operation(scene, _QUERIES) for _ in range(scene.draw.between(2, 6))]
    return drafts.api(
        scene,
        "POST",
        "/graphql",
        several,
        kind="code",
        extra=(("apollographql-client-name", "web"),),
    )


def _kept(scene: Scene) -> Draft:
    name = scene.one(tuple(_QUERIES))
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": scene.draw.hexa(64)}}
    fields = [
        ("operationName", name),
        ("variables", encode.json_js(_variables(scene, name)).decode()),
        ("extensions", encode.json_js(extensions).decode()),
    ]
    return Draft(
        "/graphql?" + encode.query(fields),
        mode="fetch",
        kind="plain",
        extra=(("x-apollo-operation-name", name), *drafts.bearer(scene)),
    )


def _get(scene: Scene) -> Draft:
    name = scene.one(("Cart", "Menu", "Me"))
    return Draft(
        f"/graphql?query={encode.component(_QUERIES[name])}&operationName={name}",
        mode="fetch",
        kind="code",
    )


def _upload(scene: Scene) -> Draft:
    found = files.file(scene.draw, "jpg")
    operation = {
        "query": "mutation ($file: Upload!) { setAvatar(file: $file) { url } }",
        "variables": {"file": None},
    }
    parts = [
        multipart.text("operations", encode.json_js(operation).decode()),
        multipart.text("map", '{"0":["variables.file"]}'),
        multipart.Part(
            "0",
            found.data,
            scene.one(("me & you.jpg", "IMG_4711.jpeg", "Porträt (2).jpg")),
            found.media,
        ),
    ]
    return drafts.upload(
        scene,
        "/graphql",
        parts,
        script=True,
        kind="code",
        extra=(("apollo-require-preflight", "true"),),
    )


def _explorer(scene: Scene) -> Draft:
    query = (
        "query IntrospectionQuery { __schema { queryType { name } types { kind name "
        "fields(includeDeprecated: true) { name args { name type { name } } } } } }"
    )
    return drafts.api(
        scene,
        "POST",
        "/graphql",
        {"query": query, "operationName": "IntrospectionQuery"},
        kind="code",
    )


def _asked(scene: Scene) -> Draft:
    extra = (
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,content-type,x-apollo-operation-name"),
    )
    return Draft("/graphql", "OPTIONS", "preflight", extra=extra, origin="https://m.laden.example")


PLAN = Plan(
    "graphql-api",
    "graph.laden.example",
    130,
    1400,
    (
        Route("/graphql", 34, _query, _BOTH),
        Route("/graphql", 18, _mutate, _BOTH),
        Route("/graphql", 8, _batch, ("browser", "app")),
        Route("/graphql", 18, _kept, ("browser", "app")),
        Route("/graphql", 6, _get, _BOTH),
        Route("/graphql", 4, _upload, ("browser", "app")),
        Route("/graphql", 3, _explorer, ("browser", "library"), late=True),
        Route("/graphql", 8, _asked),
    ),
    stack="node",
    groups={"browser": 55, "app": 35, "library": 10},
)
