"""Messages of a family: wording, sender, delivery and layout put together."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from benchmarks.recruitbench.family import Sample
from benchmarks.recruitbench.lures.catalogue import Look, Scenario
from benchmarks.recruitbench.lures.containers.pages import picture
from benchmarks.recruitbench.lures.deliveries import Delivery, File
from benchmarks.recruitbench.lures.drawing import draw
from benchmarks.recruitbench.lures.employers import FREEMAIL
from benchmarks.recruitbench.lures.letter import Letter, Quote, html, plain
from benchmarks.recruitbench.lures.mime import (
    Naming,
    Part,
    Transfer,
    attachment,
    mailbox,
    message_part,
    multipart,
    rendered,
    text_part,
    words,
)
from benchmarks.recruitbench.lures.scene import Scene, notices, scene, slug, spoken_date, stamp
from benchmarks.recruitbench.lures.senders import Sender
from benchmarks.recruitbench.lures.transport import boundary, habits, way
from benchmarks.recruitbench.lures.wording import Wording, phrases, wordings

_ENGLISH: Final = 5
_OTHERS: Final = 4
_CHARSETS: Final = {
    "en": ("utf-8", "us-ascii", "iso-8859-1", "windows-1252"),
    "de": ("utf-8", "utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"),
    "fr": ("utf-8", "utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"),
    "es": ("utf-8", "utf-8", "iso-8859-1", "windows-1252"),
    "pl": ("utf-8", "utf-8", "iso-8859-2", "windows-1250"),
    "he": ("utf-8", "utf-8", "windows-1255"),
    "ar": ("utf-8", "utf-8", "windows-1256"),
    "ko": ("utf-8", "utf-8", "euc-kr"),
}
_REPLY: Final = {"de": "AW: ", "pl": "Odp: ", "fr": "RE: ", "es": "RE: "}
_TRANSFERS: Final[tuple[Transfer, ...]] = ("quoted-printable", "base64", "8bit", "7bit")


def samples(scenario: Scenario) -> list[Sample]:
    """All messages of a family: five in English and four in each of two other languages."""
    first, second = scenario.languages
    plan = [("en", _ENGLISH), (first, _OTHERS), (second, _OTHERS)]
    return [_sample(scenario, language, n) for language, count in plan for n in range(count)]


def _sample(scenario: Scenario, language: str, number: int) -> Sample:
    name = f"{scenario.name}/{language}-{number}"
    rng = random.Random(f"recruitbench/lures/{name}")
    made = scene(rng, scenario.split, language, number)
    made.short = scenario.short
    sender, delivery = scenario.sender(made), scenario.delivery(made)
    texts = wordings(scenario.name)[language]
    wording, look = (
        texts[number % len(texts)],
        scenario.looks[(number + len(language) + ord(language[0])) % len(scenario.looks)],
    )
    if scenario.nested:
        raw = _passed_on(made, wording, sender, delivery, look)
    else:
        raw = _message(
            made,
            sender,
            delivery,
            look,
            _subject(made, wording),
            draw(wording.body, rng, made.slots),
            _quotes(made, wording),
        )
    return Sample(name, language, delivery.container, raw)


def _subject(made: Scene, wording: Wording) -> str:
    subject = draw(wording.subject, made.rng, made.slots)
    return _REPLY.get(made.language, "Re: ") + subject if wording.earlier else subject


def _quotes(made: Scene, wording: Wording) -> tuple[Quote, ...]:
    """Newest first, one or a few days apart."""
    out, when = [], made.when
    for text in reversed(wording.earlier):
        when -= timedelta(days=made.rng.randrange(1, 5), minutes=made.rng.randrange(-150, 150))
        who, _, body = text.partition("\n")
        name = made.name if who.strip() == "@them" else " ".join(made.to)
        head = phrases(made.language)["quoted"][0].format(
            date=spoken_date(when, made.language), name=name
        )
        out.append(Quote(head, draw(body, made.rng, made.slots)))
    return tuple(out)


def _passed_on(
    made: Scene, wording: Wording, sender: Sender, delivery: Delivery, look: Look
) -> bytes:
    """The lure as attachment of a message from a mailbox of a third firm."""
    rng = made.rng
    inner_text = draw(wording.earlier[0].partition("\n")[2], rng, made.slots)
    subject = draw(wording.subject, rng, made.slots)
    inner = _message(
        made, sender, delivery, replace(look, client="outlook"), subject, inner_text, ()
    )
    friend = phrases("en")
    name = f"{rng.choice(friend['given'])} {rng.choice(friend['family'])}"
    house = rng.choice(("oakley-bearings", "lumen-metrics"))
    outer_sender = Sender(name, f"{slug(name)}@{house}.example", "aligned")
    made.when += timedelta(hours=rng.randrange(1, 30))
    made.slots["friend"] = name
    body = draw(wording.body, rng, made.slots)
    outer = Delivery("eml", (File("forwarded.eml", "message/rfc822", inner),))
    return _message(
        made, outer_sender, outer, look, f"{rng.choice(('Fwd: ', 'FW: '))}{subject}", body, ()
    )


def _message(
    made: Scene,
    sender: Sender,
    delivery: Delivery,
    look: Look,
    subject: str,
    text: str,
    quotes: tuple[Quote, ...],
) -> bytes:
    rng, language = made.rng, made.language
    look = _habitual(look, sender, language)
    charset = rng.choice(_CHARSETS[language])
    small_print = (_small_print(made), "" if made.short else notices(made))
    footer = "\n\n".join(filter(None, small_print))
    if look.client == "service":
        footer = draw(
            made.pick("unsubscribe"),
            rng,
            made.slots | {"out": f"https://{sender.domain}/prefs/{rng.randrange(10**8)}"},
        )
    body = _body(rng, sender, look, charset, Letter(text, delivery.link, language, quotes, footer))
    naming: Naming = "rfc2047" if look.client in ("outlook", "exchange") else "rfc2231"
    parts = [
        message_part(file.data, file.name)
        if file.kind == "message/rfc822"
        else attachment(file.name, file.kind, file.data, naming)
        for file in delivery.files
    ]
    if parts:
        body = multipart("mixed", boundary(look.client, rng), [body, *parts])
    scheme: Literal["B", "Q"] = "B" if rng.random() < 0.5 else "Q"
    headers = [
        ("From", mailbox(sender.display, sender.address, charset)),
        ("To", mailbox(rng.choice(("", " ".join(made.to))), made.to_address)),
        ("Subject", words(subject, charset, scheme)),
        ("Date", stamp(made.when, language)),
        *habits(look.client, sender, rng, bool(parts)),
        *(
            [("Reply-To", mailbox(sender.display, sender.reply_to, charset))]
            if sender.reply_to
            else []
        ),
        *(
            [("In-Reply-To", f"<{rng.randrange(10**12)}.{rng.randrange(10**6)}@firm.example>")]
            if quotes
            else []
        ),
        ("MIME-Version", "1.0"),
    ]
    return rendered(body, (*way(sender, made.to_address, made.when, language, rng), *headers))


def _small_print(made: Scene) -> str:
    return made.pick("disclaimers") if made.rng.random() < 0.4 else ""


def _habitual(look: Look, sender: Sender, language: str) -> Look:
    """Nobody writes from another freemail service in Gmail's own pages."""
    if (
        look.client == "gmail"
        and sender.domain in FREEMAIL[language]
        and sender.domain != "gmail.com"
    ):
        return replace(look, client="thunderbird")
    return look


def _body(rng: random.Random, sender: Sender, look: Look, charset: str, letter: Letter) -> Part:
    transfer = rng.choice(_TRANSFERS)
    width = rng.choice((0, 72, 76))
    if transfer == "7bit" and not width:
        width = 78
    flat = text_part(plain(letter, width), "plain", charset, transfer)
    if look.shape == "plain":
        return flat
    logo = f"logo{rng.randrange(10**6)}@{sender.domain}" if look.shape == "related" else ""
    pixel = (
        f"https://{sender.domain}/o/{rng.randrange(10**12)}.gif" if look.client == "service" else ""
    )
    colour = (rng.randrange(130), rng.randrange(130), rng.randrange(60, 180))
    page = text_part(
        html(letter, look.skin, logo, pixel, f"#{bytes(colour).hex()}"),
        "html",
        charset,
        rng.choice(_TRANSFERS[:3]),
    )
    if look.shape == "html":
        return page
    both = multipart("alternative", boundary(look.client, rng), [flat, page])
    if not logo:
        return both
    image = attachment(
        f"image00{rng.randrange(1, 9)}.png", "image/png", picture(70, 24, colour), content_id=logo
    )
    return multipart(
        "related", boundary(look.client, rng), [both, image], ' type="multipart/alternative";'
    )
