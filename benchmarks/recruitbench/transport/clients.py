"""What mail programs leave in a message: their headers in their order, Message-ID, boundary."""

from __future__ import annotations

import base64
import random
from typing import Final

from benchmarks.recruitbench.transport import services
from benchmarks.recruitbench.transport.mime import words
from benchmarks.recruitbench.transport.origin import FIRM_DOMAIN, Client, Item, Origin
from benchmarks.recruitbench.transport.tokens import HEX, LOWER, MIXED, UPPER, dashed, digits, token
from benchmarks.recruitbench.transport.writing import Writing

Headers = list[tuple[str, str]]

_TAGS: Final = {"de": "de-DE", "fr": "fr-FR", "es": "es-ES", "pl": "pl-PL"} | {
    "en": "en-GB",
    "he": "he-IL",
    "ar": "ar-SA",
    "ko": "ko-KR",
}
_ORDERS: Final[dict[Client, str]] = {
    "outlook": "From To Reply-To In-Reply-To References Subject Date Message-ID MIME-Version"
    " X-Mailer Thread-Topic Thread-Index Content-Language",
    "exchange": "From To Subject Thread-Topic Thread-Index Date Message-ID References In-Reply-To"
    " Reply-To Accept-Language Content-Language X-MS-Has-Attach MIME-Version",
    "gmail": "MIME-Version References In-Reply-To Reply-To From Date Message-ID Subject To",
    "apple": "From MIME-Version Subject Message-ID References In-Reply-To Date To Reply-To"
    " X-Mailer",
    "thunderbird": "Message-ID Date MIME-Version User-Agent Subject To References"
    " Content-Language From Reply-To In-Reply-To",
    "webmail": "Date From Reply-To To Message-ID In-Reply-To References Subject MIME-Version"
    " X-Mailer",
    "roundcube": "MIME-Version Date From To Subject Reply-To In-Reply-To References User-Agent"
    " Message-ID",
    "service": "Date From Reply-To To Message-ID In-Reply-To References Subject MIME-Version",
}


def arranged(client: Client, headers: Headers) -> Headers:
    """The headers in the client's order; those it has none for come last."""
    order = {name: place for place, name in enumerate(_ORDERS[client].split())}
    return sorted(headers, key=lambda header: order.get(header[0], len(order)))


def message_id(origin: Origin, rng: random.Random) -> str:
    """As the client writes it."""
    client, domain = origin.client, origin.domain
    if client == "gmail":
        return f"<CA{token(rng, 48, MIXED)}@mail.gmail.com>"
    if client == "exchange":
        host = f"{token(rng, 12, UPPER)}.eurprd04.prod.outlook.com"
        if domain == FIRM_DOMAIN:
            host = f"exch{rng.randrange(4)}.{FIRM_DOMAIN}"
        return f"<{token(rng, 32, HEX).upper()}@{host}>"
    if client == "outlook":
        name = f"{token(rng, 12, HEX)}$0{token(rng, 7, HEX)}$0{token(rng, 7, HEX)}$"
        return f"<{name}@{domain}>"
    if client == "service":
        return f"<{token(rng, 24, HEX)}.{digits(rng, 8)}@{origin.envelope}>"
    if client == "webmail":
        return f"<{digits(rng, 10)}.{digits(rng, 7)}.{digits(rng, 13)}@{domain}>"
    if client == "roundcube":
        return f"<{token(rng, 32, HEX)}@{domain}>"
    name = dashed(rng)
    return f"<{name.upper() if client == 'apple' else name}@{domain}>"


def habits(origin: Origin, item: Item, written: Writing, rng: random.Random) -> Headers:
    """What the client adds on its own."""
    client = origin.client
    # many never set their Office to their own tongue
    tongue = _TAGS[item.language] if rng.random() < 0.7 else "en-US"
    if client in ("outlook", "exchange"):
        index = base64.b64encode(b"\x01\xda" + rng.randbytes(20)).decode("ascii")
        out = [
            ("Thread-Topic", words(item.subject, written.charset, written.scheme, 14)),
            ("Thread-Index", index),
            ("Content-Language", tongue),
        ]
        if client == "outlook":
            return [*out, ("X-Mailer", "Microsoft Outlook 16.0")]
        accepted = "en-US" if tongue == "en-US" else f"{tongue}, en-US"
        attached = "yes" if item.attached else ""
        return [*out, ("Accept-Language", accepted), ("X-MS-Has-Attach", attached)]
    if client == "apple":
        return [("X-Mailer", f"Apple Mail (2.{rng.randrange(3600, 3830)}.1.{digits(rng, 1)})")]
    if client == "thunderbird":
        spoken = [("Content-Language", tongue)] if rng.random() < 0.6 else []
        return [("User-Agent", "Mozilla Thunderbird"), *spoken]
    if client == "webmail":
        return [("X-Mailer", f"Webmail {rng.randrange(2, 9)}.{rng.randrange(0, 9)}")]
    if client == "roundcube":
        version = f"Roundcube Webmail/1.{rng.randrange(4, 7)}.{rng.randrange(0, 12)}"
        return [("User-Agent", version)]
    return services.habits(origin, rng) if client == "service" else []


def boundary(client: Client, rng: random.Random) -> str:
    """As the client writes them."""
    if client == "outlook":
        moment = f"01D{token(rng, 5, HEX)}.{token(rng, 8, HEX)}".upper()
        return f"----=_NextPart_000_{token(rng, 4, HEX).upper()}_{moment}"
    if client == "exchange":
        return f"_{rng.randrange(4, 12):03d}_{token(rng, 32, HEX).upper()}_"
    if client == "gmail":
        return f"000000000000{token(rng, 16, HEX)}"
    if client == "apple":
        return f"Apple-Mail=_{dashed(rng).upper()}"
    if client == "thunderbird":
        return f"------------{token(rng, 24, MIXED)}"
    if client == "roundcube":
        return f"=_{token(rng, 32, HEX)}"
    if client == "service" and rng.random() < 0.5:
        return token(rng, 60, LOWER)
    return f"----=_Part_{digits(rng, 6)}_{digits(rng, 9)}.{digits(rng, 13)}"
