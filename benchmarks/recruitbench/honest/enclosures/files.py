"""The files a message carries, made for its scene: name, kind, type and bytes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import format_datetime

from benchmarks.recruitbench.honest import mime
from benchmarks.recruitbench.honest.enclosures.archive import zip_of
from benchmarks.recruitbench.honest.enclosures.calendar import ics, vcard
from benchmarks.recruitbench.honest.enclosures.macros import project
from benchmarks.recruitbench.honest.enclosures.ooxml import docx, xlsx
from benchmarks.recruitbench.honest.enclosures.pdf import pdf
from benchmarks.recruitbench.honest.enclosures.picture import png
from benchmarks.recruitbench.honest.scene import Scene, Voice
from benchmarks.recruitbench.honest.vocabulary import words

_APPLICATION = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_APPLICATION}.wordprocessingml.document",
    "xlsx": f"{_APPLICATION}.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "zip": "application/zip",
    "gz": "application/gzip",
    "png": "image/png",
    "ics": "text/calendar; method=REQUEST",
    "vcf": "text/vcard",
    "html": "text/html",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "eml": "message/rfc822",
}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file; `password` is what the message may have to tell about it."""

    filename: str
    kind: str
    data: bytes
    password: str = ""

    @property
    def ctype(self) -> str:
        """The media type that the mail declares."""
        return TYPES[self.kind]


MakeFiles = Callable[[Scene, Voice], list[Enclosure]]


def nothing(scene: Scene, voice: Voice) -> list[Enclosure]:
    """No attachment."""
    return []


def document(topic: str, kind: str, password: bool = False) -> MakeFiles:
    """One file of the kind about the topic (a key of `stems`)."""

    def make(scene: Scene, voice: Voice) -> list[Enclosure]:
        secret = scene.digits(4) + scene.token(4) if password else ""
        name = _name(scene, topic, kind)
        return [Enclosure(name, kind, _bytes(scene, voice, topic, kind, secret), secret)]

    return make


def several(*makers: MakeFiles) -> MakeFiles:
    """All the files of several makers."""

    def make(scene: Scene, voice: Voice) -> list[Enclosure]:
        return [item for maker in makers for item in maker(scene, voice)]

    return make


def bundle(topic: str, inside: tuple[tuple[str, str], ...], password: bool = False) -> MakeFiles:
    """A ZIP with files of the given (topic, kind)."""

    def make(scene: Scene, voice: Voice) -> list[Enclosure]:
        secret = scene.token(3).upper() + scene.digits(5) if password else ""
        members: list[tuple[str, bytes]] = []
        folder = scene.words.stem(topic, scene.rng) + "/" if scene.rng.random() < 0.4 else ""
        for number, (part, kind) in enumerate(inside, 1):
            name = _name(scene, part, kind)
            prefix = f"{number:02d}_" if scene.rng.random() < 0.4 else ""
            members.append((folder + prefix + name, _bytes(scene, voice, part, kind, "")))
        name = _name(scene, topic, "zip")
        return [
            Enclosure(name, "zip", zip_of(list(dict(members).items()), secret.encode()), secret)
        ]

    return make


def repository(scene: Scene, voice: Voice) -> list[Enclosure]:
    """A take-home task: sources, a test and a note on how to run it."""
    task = scene.words.stem("task", scene.rng)
    root = "exercise/"
    needs = "\n".join(f"- {item}" for item in scene.words.half("needs", scene.split)[:3])
    members = [
        (root + "README.md", f"# {task}\n\nPlease spend no more than three hours.\n\n{needs}\n"),
        (root + "pyproject.toml", '[project]\nname = "exercise"\nversion = "0.1"\n'),
        (root + "src/flights.py", "def delays(rows):\n    raise NotImplementedError\n"),
        (
            root + "tests/test_flights.py",
            "from flights import delays\n\ndef test_empty():\n    assert delays([]) == []\n",
        ),
        (root + "data/sample.csv", "flight,planned,actual\nXX101,0800,0812\nXX202,0930,0930\n"),
        (
            root + "Dockerfile",
            'FROM python:3.12-slim\nCOPY . /app\nWORKDIR /app\nCMD ["pytest"]\n',
        ),
    ]
    return [Enclosure(task + ".zip", "zip", zip_of([(n, t.encode()) for n, t in members]))]


def invitation(scene: Scene, voice: Voice) -> list[Enclosure]:
    """A calendar event a few days ahead."""
    start = (scene.when.astimezone(UTC) + timedelta(days=scene.rng.randrange(2, 12))).replace(
        hour=scene.rng.randrange(8, 16), minute=30 * scene.rng.randrange(2), second=0
    )
    data = ics(
        f"{scene.hexes(32)}@{voice.domain}",
        f"{voice.org}: {scene.words.some('roles')[0]}",
        start,
        voice.address,
        scene.to,
        "Online",
        voice.link,
    )
    return [Enclosure("invite.ics", "ics", data)]


def card(scene: Scene, voice: Voice) -> list[Enclosure]:
    """The sender's business card."""
    name = voice.person.full if voice.person else voice.display
    return [
        Enclosure("contact.vcf", "vcf", vcard(name, voice.org, voice.address, "+1 202 555 0100"))
    ]


def secure_page(scene: Scene, voice: Voice) -> list[Enclosure]:
    """The HTML file by which encrypting mail gateways hand over a message."""
    page = (
        "<!DOCTYPE html><html><head><title>Secure message</title></head><body>"
        f"<h1>{voice.org}</h1><p>Open this file in a browser and sign in to read the message.</p>"
        f'<form method="post" action="https://securemail.{voice.domain}/open">'
        f'<input type="hidden" name="msg" value="{scene.token(600)}">'
        '<input type="submit" value="Read message"></form></body></html>'
    )
    return [Enclosure("securedoc.html", "html", page.encode())]


def message(scene: Scene, voice: Voice) -> list[Enclosure]:
    """An employer's message as the colleague received it."""
    employer, table, rng = scene.employer, scene.words, scene.rng
    writer = table.person(rng)
    role = rng.choice(table.some("roles"))
    day = format_datetime(scene.when - timedelta(hours=rng.randrange(5, 60)))
    lines = [
        f"From: {mime.address(writer.full, f'{writer.local}@{employer.domain}', 'utf-8')}",
        f"To: {mime.address(voice.display, voice.address, 'utf-8')}",
        f"Subject: {mime.word(role, 'utf-8')}",
        f"Date: {day}",
        f"Message-ID: <{scene.hexes(20)}@{employer.domain}>",
        "MIME-Version: 1.0",
    ]
    text = "\n\n".join([role, *_paragraphs(scene)[:9], writer.full, employer.name]) + "\n"
    body = mime.text_part(text, "plain", "utf-8", "base64")
    raw = "".join(f"{line}\r\n" for line in lines).encode("ascii") + body.raw()
    return [Enclosure(f"{table.stem('jd', rng)}.eml", "eml", raw)]


def templated(topic: str) -> MakeFiles:
    """A document whose template lies on the organisation's own share, as Word leaves it."""

    def make(scene: Scene, voice: Voice) -> list[Enclosure]:
        host = voice.domain
        homes = (
            f"https://share.{host}/sites/templates/Brief.dotx",
            f"file:///\\\\files.{host}\\templates\\Letter.dotx",
            "file:///C:\\Users\\hr\\AppData\\Roaming\\Microsoft\\Templates\\Normal.dotm",
        )
        name = _name(scene, topic, "docx")
        data = docx(
            name[:-5], _paragraphs(scene), voice.org, template=homes[scene.rng.randrange(3)]
        )
        return [Enclosure(name, "docx", data)]

    return make


def _name(scene: Scene, topic: str, kind: str) -> str:
    stem = scene.words.stem(topic, scene.rng)
    draw = scene.rng.random()
    if draw < 0.15:
        stem += f" ({scene.rng.randrange(1, 4)})"
    elif draw < 0.3:
        stem += f"_{scene.when:%Y%m%d}"
    elif draw < 0.4:
        stem += f" - {scene.employer.name}"
    return f"{stem}.{kind}"


def _paragraphs(scene: Scene) -> list[str]:
    table = scene.words
    out = [
        scene.rng.choice(table.half("about", scene.split))
        .replace("$employer", scene.employer.name)
        .replace("$city", scene.rng.choice(table.some("cities")))
    ]
    out += table.half("duties", scene.split) + table.half("needs", scene.split)
    return out * scene.rng.randrange(1, 6)


def _bytes(scene: Scene, voice: Voice, topic: str, kind: str, secret: str) -> bytes:
    title = scene.words.stem(topic, scene.rng)
    if kind == "docx":
        link = voice.link if scene.rng.random() < 0.4 else ""
        picture = png(scene.rng, 80, 40) if scene.rng.random() < 0.4 else b""
        return docx(title, _paragraphs(scene), voice.org, link, picture=picture)
    if kind in ("xlsx", "xlsm"):
        rows = [["", *scene.words.some("months")[:4]]]
        rows += [
            [role, *(str(scene.rng.randrange(30, 170) * 100) for _ in range(4))]
            for role in scene.words.some("roles")
        ]
        macros = project(scene.rng.random() < 0.5) if kind == "xlsm" else b""
        return xlsx(title, rows, voice.org, macros)
    if kind == "png":
        return png(scene.rng, scene.rng.randrange(60, 160), scene.rng.randrange(40, 100))
    if kind == "rtf":
        text = "".join(
            f"\\u{ord(c) - 65536 * (ord(c) > 32767)}?" if ord(c) > 126 else c for c in title
        )
        return ("{\\rtf1\\ansi " + text + "\\par}").encode("ascii")
    if kind == "txt":
        return ("\r\n".join(_paragraphs(scene)) + "\r\n").encode()
    # Helvetica holds no Hebrew, Arabic or Korean: such documents are in English, as is common
    latin = scene.language in ("en", "de", "fr", "es")
    lines: list[str] = []
    source = _paragraphs(scene) if latin else words("en").half("duties", scene.split)
    for text in source:
        lines += [*textwrap.wrap(text, 88), ""]
    link = voice.link if scene.rng.random() < 0.4 else ""
    return pdf(title if latin else "Document", lines, link, secret.encode())
