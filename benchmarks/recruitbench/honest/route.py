"""Headers that programs and servers leave: client habits, Received, authentication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from benchmarks.recruitbench.honest import mime
from benchmarks.recruitbench.honest.scene import FIRM_DOMAIN, Scene, Voice

Delivery = Literal["direct", "forwarded", "relisted"]
Headers = list[tuple[str, str]]

_MX = "mx.firm.example"
_FORWARDERS = ("alumni.example", "members.society.example", "oldfirm.example")


def headers(scene: Scene, voice: Voice, subject: str, charset: str, delivery: Delivery) -> Headers:
    """All headers of the outermost message but those of MIME, newest Received first."""
    sent = scene.when
    arrived = sent + timedelta(seconds=scene.rng.randrange(2, 40))
    relay, address = _relay(scene, voice)
    forwarder = _FORWARDERS[scene.rng.randrange(len(_FORWARDERS))]
    last, envelope = (relay, voice.bounce)
    if delivery == "forwarded":
        last, address = f"fwd{scene.rng.randrange(1, 5)}.{forwarder}", _ip(scene)
    elif delivery == "relisted":
        last, address, envelope = f"lists.{forwarder}", _ip(scene), f"lists.{forwarder}"
    out: Headers = [
        ("Return-Path", f"<{_bounce(scene, voice, envelope)}>"),
        ("Delivered-To", scene.to),
        (
            "Received",
            f"from {last} ({last} [{address}])\r\n\tby {_MX} (Postfix) with ESMTPS id "
            f"{scene.token(11, 'ABCDEFGHJKLMNPQRSTVWXYZ0123456789')}\r\n\tfor <{scene.to}>; "
            f"{stamp(arrived.astimezone(UTC))}",
        ),
        ("Authentication-Results", _results(scene, voice, envelope, delivery, forwarder)),
    ]
    if delivery == "forwarded":
        out.append(
            (
                "ARC-Seal",
                f"i=1; a=rsa-sha256; d={forwarder}; s=arc1; cv=none;\r\n\t"
                f"t={scene.digits(10)}; b={scene.token(44)}==",
            )
        )
    if delivery != "direct":
        out.append(_hop(scene, relay, last, sent + timedelta(seconds=1)))
    if voice.signing:
        out.append(
            (
                "DKIM-Signature",
                f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={voice.signing};\r\n\t"
                f"s=s{scene.digits(2)}; h=from:to:subject:date:message-id;\r\n\t"
                f"bh={scene.token(43)}=;\r\n\tb={scene.token(60)}==",
            )
        )
    out.append(_hop(scene, _inside(scene, voice), relay, sent))
    display = voice.display
    mailbox = voice.address
    if delivery == "relisted":
        display, mailbox = f"{display} via {forwarder}", f"jobs@lists.{forwarder}"
    out.append(("From", mime.address(display, mailbox, charset)))
    if voice.reply_to or delivery == "relisted":
        out.append(("Reply-To", voice.reply_to or voice.address))
    out.extend(
        [
            ("To", mime.address(_to_name(scene), scene.to, charset)),
            (
                "Subject",
                mime.folded("Subject", mime.word(subject, charset))
                if subject.isascii()
                else mime.word(subject, charset),
            ),
            ("Date", stamp(sent)),
            ("Message-ID", message_id(scene, voice)),
        ]
    )
    out.extend(_habits(scene, voice, subject, charset))
    if delivery == "relisted":
        out.append(("List-Id", f"<jobs.lists.{forwarder}>"))
        out.append(("List-Post", f"<mailto:jobs@lists.{forwarder}>"))
    return out


def stamp(when: datetime) -> str:
    """A date as RFC 5322 writes it."""
    return format_datetime(when)


def message_id(scene: Scene, voice: Voice) -> str:
    """A Message-ID in the habit of the sender's program."""
    if voice.mailer == "gmail":
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return f"<CA{scene.token(48, letters)}@mail.gmail.com>"
    if voice.mailer == "exchange":
        name = scene.token(12, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")
        return f"<{name}{scene.hexes(20).upper()}@{name}.eurprd04.prod.outlook.com>"
    if voice.mailer == "apple":
        groups = (8, 4, 4, 4, 12)
        return f"<{'-'.join(scene.hexes(n).upper() for n in groups)}@{voice.domain}>"
    if voice.mailer == "service":
        return f"<{scene.hexes(24)}.{scene.digits(8)}@{voice.bounce}>"
    return f"<{scene.hexes(8)}-{scene.hexes(4)}-{scene.hexes(12)}@{voice.domain}>"


def _habits(scene: Scene, voice: Voice, subject: str, charset: str) -> Headers:
    if voice.mailer == "exchange":
        out: Headers = [
            ("Thread-Topic", mime.word(subject, charset)),
            ("Thread-Index", f"Ad{scene.token(28)}=="),
            ("Accept-Language", "en-US, " + scene.language),
            ("Content-Language", scene.language),
            ("X-MS-Has-Attach", ""),
            ("X-MS-Exchange-Organization-SCL", "-1" if voice.domain == FIRM_DOMAIN else "1"),
        ]
        return out
    if voice.mailer == "apple":
        return [
            ("X-Mailer", f"Apple Mail (2.{scene.rng.randrange(3600, 3830)}.1.{scene.digits(1)})")
        ]
    if voice.mailer == "thunderbird":
        return [
            ("User-Agent", "Mozilla Thunderbird"),
            ("Content-Language", scene.language),
        ]
    if voice.mailer == "webmail":
        return [("X-Mailer", f"Webmail {scene.rng.randrange(2, 9)}.{scene.rng.randrange(0, 9)}")]
    if voice.mailer == "service":
        out = [
            ("Feedback-ID", f"{scene.digits(6)}:{scene.digits(4)}:{voice.bounce.split('.')[0]}"),
            ("X-SG-EID" if scene.rng.random() < 0.5 else "X-Entity-ID", scene.token(40)),
        ]
        if voice.bulk:
            page = f"https://{voice.domain}/u/{scene.token(20)}"
            out += [
                ("List-Unsubscribe", f"<{page}>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
                ("Precedence", "bulk"),
            ]
        return out
    return []


def _results(scene: Scene, voice: Voice, envelope: str, delivery: Delivery, forwarder: str) -> str:
    spf, dkim, dmarc, tail = "pass", "pass", "pass", ""
    shown = voice.domain
    signing = voice.signing
    if delivery == "forwarded":
        spf = "softfail" if scene.rng.random() < 0.6 else "fail"
        if scene.rng.random() < 0.35:
            dkim = dmarc = "fail"
        tail = f";\r\n\tarc=pass (i=1 spf=pass dkim=pass) header.d={forwarder}"
    elif delivery == "relisted":
        signing, shown = forwarder, f"lists.{forwarder}"
    elif not signing:
        dkim, dmarc = "none", "none"
    by = f" header.d={signing}" if signing else ""
    return (
        f"{_MX};\r\n\tspf={spf} smtp.mailfrom={envelope};\r\n\tdkim={dkim}{by};"
        f"\r\n\tdmarc={dmarc} header.from={shown}{tail}"
    )


def _relay(scene: Scene, voice: Voice) -> tuple[str, str]:
    number = scene.rng.randrange(1, 90)
    hosts = {
        "gmail": f"mail-ed1-f{number}.google.com",
        "exchange": f"mail-am6eur05on20{number:02d}.outbound.protection.outlook.com",
        "service": f"o{number}.{voice.bounce}",
    }
    host = hosts.get(voice.mailer, f"smtp{number % 9}.{voice.bounce}")
    if voice.domain == FIRM_DOMAIN:
        host = f"exch{number % 4}.firm.example"
    return host, _ip(scene)


def _inside(scene: Scene, voice: Voice) -> str:
    if voice.mailer == "service":
        return f"worker-{scene.hexes(6)}.{voice.bounce}"
    rng = scene.rng
    return f"[10.{rng.randrange(255)}.{rng.randrange(255)}.{rng.randrange(2, 250)}]"


def _hop(scene: Scene, source: str, by: str, when: datetime) -> tuple[str, str]:
    how = ("ESMTPSA", "ESMTPS", "HTTP", "ESMTP")[scene.rng.randrange(4)]
    return (
        "Received",
        f"from {source}\r\n\tby {by} with {how} id {scene.token(12)};\r\n\t"
        f"{stamp(when.astimezone(UTC))}",
    )


def _bounce(scene: Scene, voice: Voice, envelope: str) -> str:
    if voice.mailer == "service" or envelope != voice.bounce:
        return f"bounces+{scene.digits(7)}@{envelope}"
    if envelope == voice.domain:
        return voice.address
    return f"bounce@{envelope}"


def _to_name(scene: Scene) -> str:
    return scene.recipient.full if scene.rng.random() < 0.7 else ""


def _ip(scene: Scene) -> str:
    net = ("192.0.2", "198.51.100", "203.0.113")[scene.rng.randrange(3)]
    return f"{net}.{scene.rng.randrange(2, 254)}"
