"""The way a message took: Return-Path, Received, the receiver's checks, signatures."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from benchmarks.recruitbench.transport.clock import utc_stamp
from benchmarks.recruitbench.transport.origin import FIRM_DOMAIN, Item, Origin
from benchmarks.recruitbench.transport.tokens import HEX, MIXED, UPPER, address, digits, token

Headers = list[tuple[str, str]]

RECEIVER: Final = "mx.firm.example"
_FORWARDERS: Final = ("alumni.example", "members.society.example", "oldfirm.example")
_SELECTORS: Final = ("s1", "s2", "default", "mail", "dkim", "k1")


def forwarder(rng: random.Random) -> str:
    """Who passes mail on, or keeps a list."""
    return rng.choice(_FORWARDERS)


def way(origin: Origin, item: Item, through: str, rng: random.Random) -> Headers:
    """What servers put on top, newest first. `through` is who forwards or relists; it says nothing
    of what is delivered directly."""
    relay, source = _relay(origin, rng), address(rng)
    last, envelope = relay, origin.envelope
    if item.delivery == "forwarded":
        last, source = f"fwd{rng.randrange(1, 5)}.{through}", address(rng)
    elif item.delivery == "relisted":
        last = envelope = f"lists.{through}"
        source = address(rng)
    bounce = _bounce(origin, envelope, rng)
    arrived = item.sent + timedelta(seconds=rng.randrange(2, 40))
    out: Headers = [
        ("Return-Path", f"<{bounce}>"),
        ("Delivered-To", item.to_address),
        ("Authentication-Results", _results(origin, item, bounce, through, rng)),
        (
            "Received",
            f"from {last} ({last} [{source}])\r\n\tby {RECEIVER} (Postfix) with ESMTPS id "
            f"{token(rng, 11, UPPER)}\r\n\tfor <{item.to_address}>; {utc_stamp(arrived)}",
        ),
    ]
    if item.delivery == "forwarded":
        out.append(
            (
                "ARC-Seal",
                f"i=1; a=rsa-sha256; d={through}; s=arc1; cv=none;\r\n\t"
                f"t={int(arrived.timestamp())}; b={token(rng, 44, MIXED)}==",
            )
        )
    if item.delivery != "direct":
        out.append(_hop(relay, last, item.sent + timedelta(seconds=1), rng))
    if origin.outcome == "signed":
        out.append(("DKIM-Signature", _signature(origin, rng)))
    out.append(_hop(_inside(origin, rng), relay, item.sent, rng))
    return out


def _results(origin: Origin, item: Item, bounce: str, through: str, rng: random.Random) -> str:
    spf = dkim = dmarc = "pass"
    signing, shown, tail = origin.signing, origin.domain, ""
    draw = rng.random()
    if origin.outcome == "unsigned":
        # with a policy of DMARC, without one, without SPF even
        dkim, dmarc = "none", "pass" if draw < 0.3 else "none"
        spf = "none" if draw > 0.8 else "pass"
    elif origin.outcome == "forged":
        spf, dkim, dmarc = "softfail", "none", "fail"
    if item.delivery == "forwarded":
        sealed = f"(i=1 spf={spf} dkim={dkim})"
        tail = f";\r\n\tarc=pass {sealed} header.d={through}"
        spf = "softfail" if rng.random() < 0.6 else "fail"
        if dkim == "pass" and rng.random() < 0.35:
            dkim = dmarc = "fail"
        elif dkim == "none" and dmarc == "pass":
            dmarc = "fail"
    elif item.delivery == "relisted":
        spf = dkim = dmarc = "pass"
        signing, shown = through, f"lists.{through}"
    by = f" header.d={signing}" if dkim != "none" else ""
    return (
        f"{RECEIVER};\r\n\tspf={spf} smtp.mailfrom={bounce};\r\n\tdkim={dkim}{by};"
        f"\r\n\tdmarc={dmarc} header.from={shown}{tail}"
    )


def _signature(origin: Origin, rng: random.Random) -> str:
    fixed = {"gmail": "20230601", "exchange": "selector1", "service": "s1"}
    selector = fixed.get(origin.client) or rng.choice(_SELECTORS)
    mark = token(rng, 342, MIXED) + "=="
    lines = "\r\n\t ".join(mark[at : at + 72] for at in range(0, len(mark), 72))
    return (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={origin.signing};\r\n\ts={selector};"
        f" h=from:to:subject:date:message-id;\r\n\tbh={token(rng, 43, MIXED)}=;\r\n\tb={lines}"
    )


def _relay(origin: Origin, rng: random.Random) -> str:
    number = rng.randrange(1, 90)
    if origin.domain == FIRM_DOMAIN and origin.envelope == FIRM_DOMAIN:
        return f"exch{number % 4}.{FIRM_DOMAIN}"
    hosts = {
        "gmail": f"mail-ed1-f{number}.google.com",
        "exchange": f"mail-am6eur05on20{number:02d}.outbound.protection.outlook.com",
        "service": f"o{number}.{origin.envelope}",
    }
    return hosts.get(origin.client, f"smtp{number % 9}.{origin.envelope}")


def _inside(origin: Origin, rng: random.Random) -> str:
    if origin.client == "service":
        return f"worker-{token(rng, 6, HEX)}.{origin.envelope}"
    return f"[10.{rng.randrange(255)}.{rng.randrange(255)}.{rng.randrange(2, 250)}]"


def _hop(source: str, by: str, when: datetime, rng: random.Random) -> tuple[str, str]:
    how = rng.choice(("ESMTPSA", "ESMTPS", "HTTP", "ESMTP"))
    return (
        "Received",
        f"from {source}\r\n\tby {by} with {how} id {token(rng, 12)};\r\n\t{utc_stamp(when)}",
    )


def _bounce(origin: Origin, envelope: str, rng: random.Random) -> str:
    number = digits(rng, 7)
    if origin.client != "service" and envelope == origin.domain:
        return origin.address
    return f"bounces+{number}@{envelope}"
