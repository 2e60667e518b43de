"""From a plan to its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.recruitbench.family import Family, Sample
from benchmarks.recruitbench.honest import mime
from benchmarks.recruitbench.honest.employers import employer
from benchmarks.recruitbench.honest.enclosures.files import Enclosure
from benchmarks.recruitbench.honest.enclosures.picture import png
from benchmarks.recruitbench.honest.grammar import Letter, expand, fill, parse, templates
from benchmarks.recruitbench.honest.looks import Page, Style, paint, plain_text
from benchmarks.recruitbench.honest.plan import Plan
from benchmarks.recruitbench.honest.route import origin
from benchmarks.recruitbench.honest.scene import Scene, Voice
from benchmarks.recruitbench.honest.slots import slots
from benchmarks.recruitbench.honest.styles import PROGRAMS, SERVICES
from benchmarks.recruitbench.honest.vocabulary import Person, words
from benchmarks.recruitbench.transport.clients import boundary
from benchmarks.recruitbench.transport.clock import local
from benchmarks.recruitbench.transport.heads import headers
from benchmarks.recruitbench.transport.origin import Client, Delivery, Item
from benchmarks.recruitbench.transport.writing import Writing, writing

_FIRST_DAY = datetime(2024, 1, 8, 6, 0, tzinfo=UTC)
_DAYS = 1010  # until October 2026
_ANN = Person("Ann", "Lee", "Ann", "Lee", "en")
_DRAWN_AS: dict[Client, str] = {"outlook": "exchange", "roundcube": "webmail"}


def family(plan: Plan) -> Family:
    """The family of a plan; nothing is composed before `make` is called."""

    def make() -> list[Sample]:
        return [
            sample(plan, language, number)
            for language, count in plan.counts.items()
            for number in range(count)
        ]

    return Family(plan.name, plan.split, False, make)


def sample(plan: Plan, language: str, number: int) -> Sample:
    """One message; the same for the same arguments."""
    rng = Random(f"honest/{plan.name}/{language}/{number}")
    table = words(language)
    when = _FIRST_DAY + timedelta(
        days=rng.randrange(_DAYS), minutes=rng.randrange(60 * 13), seconds=rng.randrange(60)
    )
    when = local(when, language, rng)
    recipient = _ANN if language == "en" and rng.random() < 0.3 else table.person(rng)
    firm = employer(rng, language, plan.system, plan.small)
    scene = Scene(rng, language, plan.split, table, recipient, firm, when)
    voice = plan.voice(scene)
    files = _files(plan, scene, voice)
    filled = fill(expand(templates(plan.name)[language], rng), slots(plan, scene, voice, files))
    letter = parse(filled)
    if not plan.tidy and voice.mailer != "service" and rng.random() < 0.12:
        letter = _typo(letter, rng)
    # servers and programs draw on their own, so that they do not change what is written
    drawn = Random(f"honest/{plan.name}/{language}/{number}/transport")
    sent_by = origin(voice, drawn)
    written = writing(sent_by.client, language, drawn)
    top = _body(plan, scene, voice, sent_by.client, letter, written)
    if files:
        parts = [top, *(_attached(written, item) for item in files)]
        top = mime.multipart("mixed", parts, boundary(sent_by.client, drawn))
    how: Delivery = "direct"
    if rng.random() < plan.relayed:
        how = "relisted" if plan.relay == "relisted" else "forwarded"
    item = Item(
        scene.to,
        letter.subject,
        language,
        when,
        bool(files),
        letter.older_kind == "reply",
        how,
    )
    raw = top.raw(headers(sent_by, item, written, drawn))
    return Sample(f"{plan.name}-{language}-{number:03d}", language, _container(files, letter), raw)


def _files(plan: Plan, scene: Scene, voice: Voice) -> list[Enclosure]:
    draw = scene.rng.random()
    for share, make in plan.files:
        if draw < share:
            return make(scene, voice)
        draw -= share
    return []


def _body(
    plan: Plan, scene: Scene, voice: Voice, client: Client, letter: Letter, written: Writing
) -> mime.Part:
    rng = scene.rng
    robot = voice.mailer == "service"
    charset, transfer = written.charset, written.transfer
    logo = f"logo{scene.digits(4)}@{voice.domain}" if rng.random() < plan.logo else ""
    pixel = f"https://{voice.domain}/o/{scene.token(30)}.gif" if voice.bulk else ""
    page = Page(scene.language, voice.org, letter.subject, _older(scene, letter), logo, pixel)
    text = plain_text(letter, page, written.width)
    plain = mime.text_part(text, "plain", charset, transfer, written.flowed)
    shape = rng.random()
    if plan.look == "plain" or (not robot and shape < 0.35):
        return plain
    style: Style = (
        SERVICES[plan.look] if plan.look in SERVICES else PROGRAMS[_DRAWN_AS.get(client, client)]
    )
    html = mime.text_part(paint(style, letter, page), "html", charset, transfer)
    if robot and shape > 0.8:
        rich = html
    else:
        rich = mime.multipart("alternative", [plain, html], boundary(client, rng))
    if logo:
        picture = mime.file_part(png(rng, 60, 24), "image/png", "image001.png", logo)
        rich = mime.multipart("related", [rich, picture], boundary(client, rng))
    return rich


def _older(scene: Scene, letter: Letter) -> tuple[str, ...]:
    if not letter.older_kind:
        return ()
    table = scene.words.table
    who = scene.words.person(scene.rng)
    when = scene.when - timedelta(hours=scene.rng.randrange(3, 80))
    shown = f"{when:%d.%m.%Y %H:%M}"
    if letter.older_kind == "reply":
        return (str(table["quote"]).replace("$when", shown).replace("$who", who.full),)
    source, sent, to, subject = table["fields"]
    return (
        f"---------- {table['forward']} ----------",
        f"{source}: {who.full}",
        f"{sent}: {shown}",
        f"{subject}: {letter.subject.partition(':')[2].strip() or letter.subject}",
        f"{to}: {scene.recipient.full}",
    )


def _attached(written: Writing, item: Enclosure) -> mime.Part:
    if item.kind == "eml":
        return mime.message_part(item.data, item.filename, written.rfc2231)
    return mime.file_part(item.data, item.ctype, item.filename, rfc2231=written.rfc2231)


def _container(files: list[Enclosure], letter: Letter) -> str:
    if files:
        return files[0].kind
    linked = any("https://" in block.text + block.link for block in letter.blocks)
    return "link" if linked else "none"


def _typo(letter: Letter, rng: Random) -> Letter:
    blocks = list(letter.blocks)
    places = [n for n, b in enumerate(blocks) if b.kind == "paragraph" and "https" not in b.text]
    slips: tuple[Callable[[str], str], ...] = (
        lambda w: w[0] + w[2] + w[1] + w[3:],
        lambda w: w[:2] + w[3:],
        lambda w: w + " " + w,
    )
    for place in places[:2]:
        pieces = blocks[place].text.split(" ")
        long = [n for n, piece in enumerate(pieces) if len(piece) > 4 and piece.isalpha()]
        if long:
            at = long[rng.randrange(len(long))]
            pieces[at] = slips[rng.randrange(len(slips))](pieces[at])
            blocks[place] = type(blocks[place])("paragraph", " ".join(pieces))
    return Letter(letter.subject, tuple(blocks), letter.older, letter.older_kind)
