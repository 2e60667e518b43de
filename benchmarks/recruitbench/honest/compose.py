"""From a plan to its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from benchmarks.recruitbench.family import Family, Sample
from benchmarks.recruitbench.honest import mime
from benchmarks.recruitbench.honest.employers import employer
from benchmarks.recruitbench.honest.enclosures.files import Enclosure
from benchmarks.recruitbench.honest.enclosures.picture import png
from benchmarks.recruitbench.honest.grammar import Letter, expand, fill, parse, templates
from benchmarks.recruitbench.honest.looks import Page, Style, paint, plain_text
from benchmarks.recruitbench.honest.plan import Plan
from benchmarks.recruitbench.honest.route import Delivery, headers
from benchmarks.recruitbench.honest.scene import Scene, Voice
from benchmarks.recruitbench.honest.slots import slots
from benchmarks.recruitbench.honest.styles import PROGRAMS, SERVICES
from benchmarks.recruitbench.honest.vocabulary import Person, words

_FIRST_DAY = datetime(2024, 1, 8, 6, 0, tzinfo=UTC)
_DAYS = 1010  # until October 2026
_ANN = Person("Ann", "Lee", "Ann", "Lee", "en")

# hours east of Greenwich, as programs put them into Date
_ZONES = {
    "en": (-5, 0, 1),
    "de": (1, 2),
    "fr": (1, 2),
    "es": (1, 2),
    "he": (2, 3),
    "ar": (3, 4),
    "ko": (9,),
    "pl": (1, 2),
}

_CHARSETS = {
    "en": ("utf-8", "us-ascii", "iso-8859-1", "windows-1252"),
    "de": ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"),
    "fr": ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"),
    "es": ("utf-8", "iso-8859-1", "windows-1252"),
    "he": ("utf-8", "windows-1255", "iso-8859-8"),
    "ar": ("utf-8", "windows-1256", "iso-8859-6"),
    "ko": ("utf-8", "euc-kr"),
    "pl": ("utf-8", "iso-8859-2", "windows-1250"),
}


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
    zones = _ZONES[language]
    when = when.astimezone(timezone(timedelta(hours=zones[rng.randrange(len(zones))])))
    recipient = _ANN if language == "en" and rng.random() < 0.3 else table.person(rng)
    firm = employer(rng, language, plan.system, plan.small)
    scene = Scene(rng, language, plan.split, table, recipient, firm, when)
    voice = plan.voice(scene)
    files = _files(plan, scene, voice)
    filled = fill(expand(templates(plan.name)[language], rng), slots(plan, scene, voice, files))
    letter = parse(filled)
    if not plan.tidy and voice.mailer != "service" and rng.random() < 0.12:
        letter = _typo(letter, rng)
    body, charset = _body(plan, scene, voice, letter, bool(files))
    top = body
    if files:
        parts = [body, *(_attached(scene, voice, item) for item in files)]
        top = mime.multipart("mixed", parts, boundary(scene, voice))
    how: Delivery = "direct"
    if rng.random() < plan.relayed:
        how = "relisted" if plan.relay == "relisted" else "forwarded"
    head = headers(scene, voice, letter.subject, charset, how)
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    raw = lines.encode("ascii") + b"MIME-Version: 1.0\r\n" + top.raw()
    return Sample(f"{plan.name}-{language}-{number:03d}", language, _container(files, letter), raw)


def boundary(scene: Scene, voice: Voice) -> str:
    """A boundary in the habit of the sender's program."""
    if voice.mailer == "exchange":
        return f"_{scene.rng.randrange(4, 12):03d}_{scene.hexes(32).upper()}_"
    if voice.mailer == "gmail":
        return f"000000000000{scene.hexes(16)}"
    if voice.mailer == "apple":
        return f"Apple-Mail=_{scene.hexes(8).upper()}-{scene.hexes(12).upper()}"
    if voice.mailer == "thunderbird":
        return f"------------{scene.token(24)}"
    return f"----=_Part_{scene.digits(6)}_{scene.digits(9)}.{scene.digits(13)}"


def _files(plan: Plan, scene: Scene, voice: Voice) -> list[Enclosure]:
    draw = scene.rng.random()
    for share, make in plan.files:
        if draw < share:
            return make(scene, voice)
        draw -= share
    return []


def _body(
    plan: Plan, scene: Scene, voice: Voice, letter: Letter, busy: bool
) -> tuple[mime.Part, str]:
    rng = scene.rng
    charset = _CHARSETS[scene.language][0]
    robot = voice.mailer == "service"
    if rng.random() < (0.15 if robot else 0.45):
        charset = _CHARSETS[scene.language][rng.randrange(len(_CHARSETS[scene.language]))]
    draw = rng.random()
    encoding: mime.Encoding = "auto" if draw < 0.55 else "base64" if draw < 0.9 else "8bit"
    width = 0 if voice.mailer in ("exchange", "apple") else rng.randrange(68, 79)
    logo = f"logo{scene.digits(4)}@{voice.domain}" if rng.random() < plan.logo else ""
    pixel = f"https://{voice.domain}/o/{scene.token(30)}.gif" if voice.bulk else ""
    page = Page(scene.language, voice.org, letter.subject, _older(scene, letter), logo, pixel)
    text = plain_text(letter, page, width)
    flowed = voice.mailer == "thunderbird"
    plain = mime.text_part(text, "plain", charset, encoding, flowed)
    shape = rng.random()
    if plan.look == "plain" or (not robot and shape < 0.35):
        return plain, charset
    style: Style = SERVICES[plan.look] if plan.look in SERVICES else PROGRAMS[voice.mailer]
    html = mime.text_part(paint(style, letter, page), "html", charset, encoding)
    if robot and shape > 0.8:
        rich = html
    else:
        rich = mime.multipart("alternative", [plain, html], boundary(scene, voice))
    if logo:
        picture = mime.file_part(png(rng, 60, 24), "image/png", "image001.png", logo)
        rich = mime.multipart("related", [rich, picture], boundary(scene, voice))
    return rich, charset


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


def _attached(scene: Scene, voice: Voice, item: Enclosure) -> mime.Part:
    if item.kind == "eml":
        return mime.message_part(item.data, item.filename)
    rfc2231 = voice.mailer in ("apple", "thunderbird", "service")
    return mime.file_part(item.data, item.ctype, item.filename, rfc2231=rfc2231)


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
