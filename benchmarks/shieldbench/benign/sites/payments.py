"""Callbacks of payment services and of the shops' other partners."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchmarks.shieldbench.benign import drafts, encode
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_SERVICE = ("service",)


def _event(scene: Scene) -> Draft:
    draw, person = scene.draw, scene.person
    value: dict[str, object] = {
        "id": "evt_" + draw.word(24),
        "object": "event",
        "api_version": "2025-12-15",
        "created": scene.when,
        "livemode": True,
        "pending_webhooks": 1,
        "type": scene.one(
            (
                "payment_intent.succeeded",
                "charge.refunded",
                "checkout.session.completed",
                "invoice.payment_failed",
                "customer.deleted",
            )
        ),
        "data": {
            "object": {
                "id": "pi_" + draw.word(24),
                "amount": draw.between(100, 99999),
                "currency": "eur",
                "description": scene.say("subjects"),
                "billing_details": {
                    "name": person.full,
                    "email": person.mail,
                    "phone": person.phone,
                    "address": {
                        "line1": person.street,
                        "line2": None,
                        "city": person.city,
                        "postal_code": person.code,
                    },
                },
                "metadata": {
                    "order": scene.fill("‹order›"),
                    "cart": encode.json_js([{"sku": scene.fill("‹part›"), "n": 2}]).decode(),
                },
                "receipt_url": f"https://pay.example/receipts/{draw.b64url(60)}?s=ap",
                "last_payment_error": None,
            }
        },
    }
    if scene.late:
        value["request"] = {
            "id": None,
            "idempotency_key": draw.uuid(),
            "reason": scene.one(
                ("Your card's security code is incorrect.", "Do not honor (05)", "3-D Secure: 'N'")
            ),
        }
    body = encode.json_pretty(value)
    return Draft(
        "/webhooks/stripe",
        "POST",
        "bare",
        body,
        "application/json; charset=utf-8",
        (("Stripe-Signature", f"t={scene.when},v1={draw.hexa(64)},v0={draw.hexa(64)}"),),
    )


def _ipn(scene: Scene) -> Draft:
    draw, person = scene.draw, scene.person
    charset = draw.pick(("windows-1252", "UTF-8"))
    fields = [
        ("mc_gross", scene.fill("‹price›")),
        ("protection_eligibility", "Eligible"),
        ("address_status", "confirmed"),
        ("payer_id", draw.word(13, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789")),
        ("address_street", person.street),
        ("payment_date", "10:12:44 Mar 04, 2026 PST"),
        ("payment_status", scene.one(("Completed", "Refunded", "Pending"))),
        ("charset", charset),
        ("address_zip", person.code),
        ("first_name", person.first),
        ("mc_fee", "1.05"),
        ("address_name", person.full),
        ("notify_version", "3.9"),
        ("custom", encode.json_js({"cart": draw.digits(4), "user": person.login}).decode()),
        ("payer_status", "verified"),
        ("address_city", person.city),
        ("quantity", "1"),
        ("verify_sign", draw.b64url(40) + "." + draw.b64url(8)),
        ("payer_email", person.mail),
        ("txn_id", draw.word(17).upper()),
        ("payment_type", "instant"),
        ("last_name", person.last),
        ("receiver_email", "kasse@moebel.example"),
        ("item_name", scene.say("products")),
        ("item_number", scene.fill("‹part›")),
        ("residence_country", "DE"),
        ("ipn_track_id", draw.hexa(13)),
    ]
    if scene.late:
        fields.append(("memo", scene.say("messages")))
    return Draft(
        "/ipn.php",
        "POST",
        "bare",
        encode.form(fields, charset),
        "application/x-www-form-urlencoded",
    )


def _mollie(scene: Scene) -> Draft:
    return drafts.form("/webhooks/mollie", [("id", "tr_" + scene.draw.word(10))])


def _notice(scene: Scene) -> Draft:
    item = {
        "additionalData": {
            "hmacSignature": scene.draw.b64(32),
            "cardSummary": "1111",
            "expiryDate": "03/2030",
            "cardHolderName": scene.person.full,
            "shopperReference": scene.person.login,
        },
        "amount": {"currency": "EUR", "value": scene.draw.between(100, 99999)},
        "eventCode": "AUTHORISATION",
        "eventDate": "2026-03-04T10:12:44+01:00",
        "merchantAccountCode": "Moebel_DE",
        "merchantReference": scene.fill("‹order›"),
        "paymentMethod": "visa",
        "pspReference": scene.draw.word(16).upper(),
        "reason": "031234:1111:03/2030",
        "success": "true",
    }
    secret = encode.b64(f"psp:{scene.draw.word(20)}".encode())
    return drafts.api(
        scene,
        "POST",
        "/webhooks/adyen",
        {"live": "true", "notificationItems": [{"NotificationRequestItem": item}]},
        extra=(("Authorization", f"Basic {secret}"),),
    )


def _secure(scene: Scene) -> Draft:
    draw = scene.draw
    if draw.chance(0.5):
        value = {
            "threeDSServerTransID": draw.uuid(),
            "acsTransID": draw.uuid(),
            "messageType": "CRes",
            "messageVersion": "2.2.0",
            "transStatus": "Y",
        }
        fields = [
            ("cres", encode.b64url(encode.json_js(value))),
            ("threeDSSessionData", draw.b64url(24)),
        ]
    else:
        fields = [("PaRes", draw.b64(900)), ("MD", draw.b64(60))]
    draft = drafts.form(
        "/checkout/3ds/return?order=" + encode.component(scene.fill("‹order›")), fields
    )
    return Draft(
        draft.target, "POST", "form", draft.body, draft.media, origin="https://acs.bank.example"
    )


def _back(scene: Scene) -> Draft:
    fields = [
        ("token", f"EC-{scene.draw.word(17).upper()}"),
        ("PayerID", scene.draw.word(13).upper()),
        ("status", "ok"),
        ("amount", scene.fill("‹price›")),
        ("desc", scene.say("subjects")),
        ("return", "https://shop.moebel.example/danke?x=1&y=2"),
        ("sig", scene.draw.hexa(64)),
    ]
    return drafts.page("/checkout/return?" + encode.query(fields), origin="https://pay.example")


def _transfer(scene: Scene) -> Draft:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{scene.fill("‹price›")}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{escape(scene.say('subjects'))}</Ustrd></RmtInf>"
        f"<RltdPties><Dbtr><Nm>{escape(scene.fill('‹other›'))}</Nm></Dbtr></RltdPties>"
        "</TxDtls></NtryDtls></Ntry>"
        for _ in range(scene.draw.between(1, 25))
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn'
        f':iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>{entries}'
        "</BkToCstmrDbtCdtNtfctn></Document>"
    )
    return Draft(
        "/webhooks/bank",
        "POST",
        "bare",
        text.encode(),
        "application/xml",
        (("X-Signature", scene.draw.b64(64)),),
    )


def _parcel(scene: Scene) -> Draft:
    value = {
        "tracking": scene.draw.digits(14),
        "events": [
            {
                "code": "DLV",
                "text": scene.one(
                    (
                        "Handed to neighbour: Fr. O'Hara (2nd floor)",
                        "Delivered; signed: ‹last›",
                        "In transit -> ‹city›",
                    )
                ),
                "at": "2026-03-04T10:12:44Z",
            }
        ],
        "weight": "2,5 kg",
        "size": "60x40x30",
    }
    return drafts.api(
        scene, "POST", "/webhooks/parcel", value, extra=(("X-Api-Key", scene.draw.word(32)),)
    )


def _session(scene: Scene) -> Draft:
    value = {
        "amount": scene.draw.between(100, 99999),
        "currency": "EUR",
        "items": [{"name": scene.say("products"), "qty": 1}],
        "returnUrl": f"https://{scene.host}/checkout/return?x=1",
        "device": {"ua": scene.visitor.agent.name, "tz": -60, "lang": scene.person.region},
    }
    return drafts.api(scene, "POST", "/checkout/session", value)


def _mail(scene: Scene) -> Draft:
    events = [
        {
            "email": scene.person.mail,
            "event": scene.one(("delivered", "open", "bounce", "click")),
            "timestamp": scene.when,
            "smtp-id": f"<{scene.draw.b64url(16)}@mail.example>",
            "reason": "550 5.1.1 <x@mail.example>: user unknown; see 'logs'",
            "url": scene.fill("‹url›"),
        }
        for _ in range(scene.draw.between(1, 20))
    ]
    return drafts.api(scene, "POST", "/webhooks/mail", events)


PLAN = Plan(
    "payments",
    "hooks.moebel.example",
    60,
    1300,
    (
        Route("/webhooks/stripe", 20, _event, _SERVICE),
        Route("/ipn.php", 16, _ipn, _SERVICE),
        Route("/webhooks/mollie", 6, _mollie, _SERVICE),
        Route("/webhooks/adyen", 10, _notice, _SERVICE),
        Route("/webhooks/bank", 8, _transfer, _SERVICE),
        Route("/webhooks/parcel", 8, _parcel, _SERVICE),
        Route("/webhooks/mail", 6, _mail, _SERVICE, late=True),
        Route("/checkout/3ds/return", 20, _secure),
        Route("/checkout/return", 20, _back),
        Route("/checkout/session", 14, _session),
    ),
    groups={"service": 60, "browser": 40},
)
