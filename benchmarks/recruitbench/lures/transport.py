"""Headers that mail programs and servers leave: habits of clients, the way taken, the checks."""

from __future__ import annotations

import base64
import random
from datetime import datetime, timedelta
from typing import Literal

from benchmarks.recruitbench.lures.scene import stamp
from benchmarks.recruitbench.lures.senders import Sender

Client = Literal["outlook", "exchange", "gmail", "apple", "thunderbird", "roundcube", "service"]
_HEX = "0123456789abcdef"


def way(
    sender: Sender, to: str, when: datetime, language: str, rng: random.Random
) -> list[tuple[str, str]]:
    """What the receiving side put on top."""
    envelope = sender.envelope or sender.domain
    helo, address = (
        f"{rng.choice(('mail', 'out', 'smtp', 'mx'))}{rng.randrange(1, 30)}.{envelope}",
        _address(rng),
    )
    first = stamp(when + timedelta(seconds=rng.randrange(1, 9)), language)
    last = stamp(when + timedelta(seconds=rng.randrange(9, 25)), "en")
    mailbox = sender.address if not sender.envelope else f"return-{rng.randrange(10**6)}@{envelope}"
    headers = [
        ("Return-Path", f"<{mailbox}>"),
        ("Authentication-Results", _results(sender, envelope, mailbox)),
        (
            "Received",
            f"from {helo} ({helo} [{address}])\r\n\tby mx.firm.example (Postfix)"
            f" with ESMTPS id {_text(rng, 11).upper()}\r\n\tfor <{to}>; {last}",
        ),
        (
            "Received",
            f"from [10.{rng.randrange(99)}.{rng.randrange(99)}.{rng.randrange(2, 99)}]"
            f" by {helo} with ESMTPSA id {_text(rng, 9)};\r\n\t{first}",
        ),
    ]
    if sender.result == "aligned":
        headers.insert(2, ("DKIM-Signature", _signature(sender.domain, rng)))
    return headers


def habits(
    client: Client, sender: Sender, rng: random.Random, attached: bool
) -> list[tuple[str, str]]:
    """Message-ID and what else the client adds."""
    domain = sender.domain
    if client in ("outlook", "exchange"):
        index = base64.b64encode(b"\x01\xda" + rng.randbytes(20)).decode()
        headers = [
            ("Message-ID", f"<{_text(rng, 12).upper()}.{_text(rng, 14).upper()}@{domain}>"),
            ("Thread-Index", index),
            ("Accept-Language", "en-US"),
            ("Content-Language", "en-US"),
        ]
        if client == "exchange":
            headers.append(("X-MS-Has-Attach", "yes" if attached else ""))
            headers.append(("X-Originating-IP", f"[{_address(rng)}]"))
        else:
            headers.append(("X-Mailer", "Microsoft Outlook 16.0"))
        return headers
    if client == "gmail":
        return [("Message-ID", f"<CA{_text(rng, 44)}@mail.gmail.com>")]
    if client == "apple":
        version = rng.choice(("3731.700.6", "3774.500.171.1.1", "3826.400.131"))
        return [
            ("Message-Id", f"<{_dashed(rng).upper()}@{domain}>"),
            ("X-Mailer", f"Apple Mail (2.{version})"),
        ]
    if client == "thunderbird":
        return [
            ("Message-ID", f"<{_dashed(rng)}@{domain}>"),
            ("User-Agent", "Mozilla Thunderbird"),
            ("Content-Language", "en-US"),
        ]
    if client == "roundcube":
        return [
            ("Message-ID", f"<{_text(rng, 32)}@{domain}>"),
            ("User-Agent", "Roundcube Webmail/1.6.5"),
            ("X-Sender", sender.address),
        ]
    out = f"https://{domain}/u/{_text(rng, 24)}"
    return [
        ("Message-ID", f"<{_text(rng, 22)}@geopod-{rng.randrange(40)}.{domain}>"),
        ("List-Unsubscribe", f"<{out}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("X-Entity-ID", base64.b64encode(rng.randbytes(15)).decode()),
        ("Precedence", "bulk"),
    ]


def boundary(client: Client, rng: random.Random) -> str:
    """As the client writes them."""
    if client == "outlook":
        stamped = f"01DA{_text(rng, 4)}.{_text(rng, 8)}".upper()
        return f"----=_NextPart_000_{rng.randrange(16**4):04X}_{stamped}"
    if client == "exchange":
        return f"_{rng.randrange(4, 12):03}_{_text(rng, 32).upper()}_"
    if client == "gmail":
        return f"000000000000{_text(rng, 16)}"
    if client == "apple":
        return f"Apple-Mail=_{_dashed(rng).upper()}"
    if client == "thunderbird":
        return f"------------{_text(rng, 24)}"
    if client == "roundcube":
        return f"=_{_text(rng, 32)}"
    return _text(rng, 60)


def _results(sender: Sender, envelope: str, mailbox: str) -> str:
    domain = sender.domain
    spf, dkim, dmarc = {
        "aligned": ("pass", f"dkim=pass header.d={domain}", "pass"),
        "spf only": ("pass", "dkim=none", "pass"),
        "unsigned": ("none", "dkim=none", "none"),
        "forged": ("softfail", "dkim=none", "fail"),
    }[sender.result]
    return (
        f"mx.firm.example;\r\n\tspf={spf} smtp.mailfrom={mailbox if '@' in mailbox else envelope};"
        f"\r\n\t{dkim};\r\n\tdmarc={dmarc} header.from={domain}"
    )


def _signature(domain: str, rng: random.Random) -> str:
    body = base64.b64encode(rng.randbytes(32)).decode()
    mark = base64.b64encode(rng.randbytes(128)).decode()
    lines = "\r\n\t ".join(mark[at : at + 64] for at in range(0, len(mark), 64))
    selector = rng.choice(("s1", "selector1", "20230601", "mail", "k1"))
    return (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\r\n\ts={selector};"
        f" h=from:to:subject:date:message-id;\r\n\tbh={body};\r\n\tb={lines}"
    )


def _address(rng: random.Random) -> str:
    net = rng.choice(("192.0.2", "198.51.100", "203.0.113"))
    return f"{net}.{rng.randrange(2, 250)}"


def _text(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(_HEX + "ghkmqrvwxz") for _ in range(length))


def _dashed(rng: random.Random) -> str:
    text = "".join(rng.choice(_HEX) for _ in range(32))
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
