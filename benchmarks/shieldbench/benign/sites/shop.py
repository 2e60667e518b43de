"""A web shop: facets, cart, checkout, reviews."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_CATEGORIES = (
    "garden-furniture",
    "women/shoes",
    "men%27s-shirts",
    "tools/hex-&-torx",
    "tables/drop-leaf",
    "kids/0-3-years",
    "k%C3%BCche/st%C3%BChle",
    "sale/50%25-off",
    "lights_and_lamps",
)


def _category(scene: Scene) -> Draft:
    draw = scene.draw
    fields: list[tuple[str, str]] = []
    if draw.chance(0.5):
        fields += [
            ("p", str(draw.between(1, 20))),
            ("order", scene.one(("price-asc", "name:desc", "-date"))),
        ]
    if draw.chance(0.4):
        price = f"{draw.below(50)}-{draw.between(60, 900)}"
        fields += [("filter[price]", price), ("filter[colour][]", "black/white")]
        fields.append(("filter[size]", scene.one(("42 1/2", "M|L|XL", "80x200", '6"', "38/39"))))
    if scene.late and draw.chance(0.3):
        fields += [("brand", "O'Neal,D&G"), ("min_rating", ">=4")]
    target = f"/c/{scene.one(_CATEGORIES)}"
    return drafts.page(f"{target}?{encode.query(fields)}" if fields else target)


def _product(scene: Scene) -> Draft:
    slug = encode.segment(scene.say("products").replace(" ", "-").replace("/", "-").lower())
    variant = scene.one(("", "?variant=4711", "?colour=navy%20blue&size=XL", "?number=SW10178.4"))
    return drafts.page(f"/p/{slug}{variant}")


def _search(scene: Scene) -> Draft:
    words = scene.say(scene.draw.pick(("searches", "products")))
    return drafts.search("/search", [("sSearch", words)])


def _suggest(scene: Scene) -> Draft:
    words = scene.say("searches")
    typed = words[: scene.draw.between(3, max(3, len(words)))]
    return Draft(f"/suggest?search={encode.component(typed)}&limit=10", mode="fetch")


def _add(scene: Scene) -> Draft:
    draw = scene.draw
    item = scene.known("product", 150, "hexa 32")
    fields = [
        ("redirectTo", "frontend.detail.page"),
        ("redirectParameters", f'{{"productId":"{item}"}}'),
        (f"lineItems[{item}][id]", item),
        (f"lineItems[{item}][type]", "product"),
        (f"lineItems[{item}][quantity]", str(draw.between(1, 12))),
        ("product-name", scene.say("products")),
        ("brand-name", scene.fill("‹firm›")),
    ]
    if scene.late:
        fields.append(
            (
                f"lineItems[{item}][payload][engraving]",
                f"{scene.person.first} ♥ {scene.fill('‹other›')}",
            )
        )
    return drafts.script_form("/checkout/line-item/add", fields)


def _address(scene: Scene) -> Draft:
    person = scene.person
    fields: list[tuple[str, str]] = []
    for name in ("billingAddress", "shippingAddress"):
        fields += [
            (f"{name}[salutationId]", scene.draw.hexa(32)),
            (f"{name}[title]", ""),
            (f"{name}[firstName]", person.first),
            (f"{name}[lastName]", person.last),
            (f"{name}[company]", person.firm if scene.draw.chance(0.4) else ""),
            (f"{name}[street]", person.street),
            (f"{name}[zipcode]", person.code),
            (f"{name}[city]", person.city),
            (f"{name}[phoneNumber]", person.phone),
            (f"{name}[countryId]", scene.draw.hexa(32)),
        ]
    fields += [
        ("email", person.mail),
        ("acceptedDataProtection", "1"),
        ("errorRoute", "frontend.register"),
    ]
    return drafts.form("/account/register", fields)


def _confirm(scene: Scene) -> Draft:
    note = scene.one(
        (
            "",
            "",
            "Please ring twice, the bell's broken",
            "leave with neighbour (no. 14) / behind the shed",
            "Code 4711#, 3. OG",
            "gift! no invoice please <3",
            "Bitte nicht knicken!!",
            "c/o O'Connell",
        )
    )
    fields = [("tos", "on"), ("customerComment", note), ("paymentMethodId", scene.draw.hexa(32))]
    if scene.late:
        fields.append(("voucher", scene.one(("SPRING-26%", "10€OFF", "A&B/2026"))))
    return drafts.form("/checkout/order", fields)


def _review(scene: Scene) -> Draft:
    parts = [
        multipart.text("title", scene.say("reviews")),
        multipart.text("content", scene.several("reviews", 1, 4)),
        multipart.text("points", str(scene.draw.between(1, 5))),
        multipart.text("nickname", scene.person.full),
    ]
    if scene.draw.chance(0.4):
        found = files.file(scene.draw, "jpg")
        parts.append(multipart.Part("images[]", found.data, "IMG_2026 (1).jpeg", found.media))
    return drafts.upload(scene, f"/product/{scene.known('product', 150, 'digits 5')}/rating", parts)


def _cart(scene: Scene) -> Draft:
    draw = scene.draw
    value: dict[str, object] = {
        "items": [
            {
                "sku": scene.fill("‹part›"),
                "name": scene.say("products"),
                "qty": draw.between(1, 9),
                "price": draw.between(99, 99999) / 100,
                "options": {"size": '6"', "note": "—"},
            }
            for _ in range(draw.between(1, 12))
        ],
        "currency": "EUR",
        "coupon": None,
    }
    if scene.late:
        value["gift"] = {"to": scene.fill("‹other›"), "text": scene.say("comments")}
    method = draw.pick(("POST", "PATCH"))
    return drafts.api(
        scene, method, "/store-api/cart", value, extra=(("sw-context-token", draw.word(32)),)
    )


def _question(scene: Scene) -> Draft:
    fields = [
        ("product", scene.say("products")),
        ("mail", scene.person.mail),
        ("text", scene.say("messages")),
    ]
    return drafts.script_form("/product/ask", fields)


PLAN = Plan(
    "shop",
    "shop.moebel.example",
    320,
    1800,
    (
        *everyday.routes(22),
        Route("/c/{category}", 16, _category),
        Route("/p/{product}", 14, _product),
        Route("/search", 8, _search),
        Route("/suggest", 8, _suggest),
        Route("/checkout/line-item/add", 8, _add),
        Route("/account/register", 6, _address),
        Route("/checkout/order", 6, _confirm),
        Route("/product/{id}/rating", 5, _review),
        Route("/store-api/cart", 6, _cart, ("browser", "app")),
        Route("/product/ask", 3, _question, late=True),
    ),
    groups={"browser": 9, "app": 1},
)
