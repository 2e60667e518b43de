"""A message that is handed on as a file, with what was attached to it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from benchmarks.recruitbench.honest import mime
from benchmarks.recruitbench.honest.enclosures.files import Enclosure, MakeFiles
from benchmarks.recruitbench.honest.scene import Scene, Voice
from benchmarks.recruitbench.honest.voices import agency


def handed_on(inner: MakeFiles) -> MakeFiles:
    """An agency's letter of the day before, with its own attachments; two parts of text."""

    def make(scene: Scene, voice: Voice) -> list[Enclosure]:
        rng, table = scene.rng, scene.words
        source = agency(scene)
        role = table.some("roles")[rng.randrange(len(table.some("roles")))]
        city = table.some("cities")[rng.randrange(len(table.some("cities")))]
        duties = table.half("duties", scene.split)
        subject = f"{role}, {city} ({scene.employer.name})"
        lines = [subject, *(f"- {text}" for text in duties), source.link, *source.signature]
        text = "\n\n".join(lines) + "\n"
        items = "".join(f"<li>{text}</li>" for text in duties)
        html = (
            f"<html><body><p><b>{subject}</b></p><ul>{items}</ul>"
            f'<p><a href="{source.link}">{source.org}</a></p>'
            f"<p>{'<br>'.join(source.signature)}</p></body></html>\n"
        )
        written = mime.multipart(
            "alternative",
            [
                mime.text_part(text, "plain", "utf-8", "base64"),
                mime.text_part(html, "html", "utf-8", "base64"),
            ],
            f"=_{scene.hexes(16)}_2",
        )
        files = inner(scene, source)
        parts = [mime.file_part(item.data, item.ctype, item.filename) for item in files]
        top = written
        if parts:
            top = mime.multipart("mixed", [written, *parts], f"=_{scene.hexes(16)}_1")
        sent = scene.when - timedelta(hours=rng.randrange(4, 50))
        head = (
            f"From: {mime.address(source.display, source.address, 'utf-8')}",
            f"To: {mime.address(voice.display, voice.address, 'utf-8')}",
            f"Subject: {mime.word(subject, 'utf-8')}",
            f"Date: {format_datetime(sent)}",
            f"Message-ID: <{scene.hexes(22)}@{source.domain}>",
            "MIME-Version: 1.0",
        )
        raw = "".join(f"{line}\r\n" for line in head).encode("ascii") + top.raw()
        return [Enclosure(f"{table.stem('jd', rng)}.eml", "eml", raw)]

    return make
