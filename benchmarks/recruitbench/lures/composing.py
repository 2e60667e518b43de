"""Messages of a family: wording, sender, delivery and layout put together."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Final

from benchmarks.recruitbench.family import Sample
from benchmarks.recruitbench.lures.containers.pages import picture
from benchmarks.recruitbench.lures.deliveries import Delivery, File
from benchmarks.recruitbench.lures.drawing import draw
from benchmarks.recruitbench.lures.letter import Letter, Quote, html, plain
from benchmarks.recruitbench.lures.scenario import Look, Scenario
from benchmarks.recruitbench.lures.scene import Scene, notices, scene, slug, spoken_date
from benchmarks.recruitbench.lures.senders import Sender
from benchmarks.recruitbench.lures.transport import origin
from benchmarks.recruitbench.lures.wording import Wording, phrases, wordings
from benchmarks.recruitbench.transport.clients import boundary
from benchmarks.recruitbench.transport.clock import local
from benchmarks.recruitbench.transport.heads import headers
from benchmarks.recruitbench.transport.mime import (
    Part,
    file_part,
    message_part,
    multipart,
    text_part,
)
from benchmarks.recruitbench.transport.origin import Item, Origin, passed
from benchmarks.recruitbench.transport.writing import Writing, writing

_ENGLISH: Final = 5
_OTHERS: Final = 4
_REPLY: Final = {"de": "AW: ", "pl": "Odp: ", "fr": "RE: ", "es": "RE: "}


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
    # servers and programs draw on their own, so that they do not change what is written
    drawn = random.Random(rng.getrandbits(64))
    sent_by = origin(sender, look.client, drawn)
    written = writing(sent_by.client, language, drawn)
    small_print = (_small_print(made), "" if made.short else notices(made))
    footer = "\n\n".join(filter(None, small_print))
    if look.client == "service":
        footer = draw(
            made.pick("unsubscribe"),
            rng,
            made.slots | {"out": f"https://{sender.domain}/prefs/{rng.randrange(10**8)}"},
        )
    letter = Letter(text, delivery.link, language, quotes, footer)
    body = _body(drawn, sent_by, look, written, letter)
    parts = [
        message_part(file.data, file.name, written.rfc2231)
        if file.kind == "message/rfc822"
        else file_part(file.data, file.kind, file.name, rfc2231=written.rfc2231)
        for file in delivery.files
    ]
    if parts:
        body = multipart("mixed", [body, *parts], boundary(sent_by.client, drawn))
    item = Item(
        made.to_address,
        subject,
        language,
        local(made.when, language, drawn),
        bool(parts),
        bool(quotes),
        passed(drawn),
    )
    return body.raw(headers(sent_by, item, written, drawn))


def _small_print(made: Scene) -> str:
    return made.pick("disclaimers") if made.rng.random() < 0.4 else ""


def _body(
    rng: random.Random,
    sent_by: Origin,
    look: Look,
    written: Writing,
    letter: Letter,
) -> Part:
    charset, transfer = written.charset, written.transfer
    flat = text_part(plain(letter, written.width), "plain", charset, transfer, written.flowed)
    if look.shape == "plain":
        return flat
    logo = f"logo{rng.randrange(10**4)}@{sent_by.domain}" if look.shape == "related" else ""
    pixel = f"https://{sent_by.domain}/o/{rng.randrange(10**12)}.gif" if sent_by.bulk else ""
    colour = (rng.randrange(130), rng.randrange(130), rng.randrange(60, 180))
    page = text_part(
        html(letter, look.skin, logo, pixel, f"#{bytes(colour).hex()}"), "html", charset, transfer
    )
    if look.shape == "html":
        return page
    both = multipart("alternative", [flat, page], boundary(sent_by.client, rng))
    if not logo:
        return both
    image = file_part(picture(70, 24, colour), "image/png", "image001.png", logo)
    return multipart("related", [both, image], boundary(sent_by.client, rng))
