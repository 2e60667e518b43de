"""In which language a person is answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vedette.lure.examined import Examined
from vedette.lure.language.recognise import CommonWords, load_common, recognise
from vedette.lure.message import Message, Text
from vedette.lure.reading.header_block import first_block
from vedette.lure.report.answer import Words, load_words

AUTO: Final = "auto"
FALLBACK: Final = "en"

_SIGNATURE: Final = re.compile(r"^-- $", re.M)


def choose_words(content: Path, language: str) -> Callable[[Examined], Words]:
    """What gives each report the words of its answer. `language` is one of those of `load_words`,
    or AUTO; `content` is the bundled folder of lures. Raises ConfigError, UnreadableError."""
    words = load_words(content)
    if language != AUTO:
        chosen = words[language]
        return lambda _: chosen
    common = load_common(content / "phrases")
    return lambda examined: words[language_of(examined, common) or FALLBACK]


def language_of(examined: Examined, common: CommonWords) -> str | None:
    """The language that the person wrote in; where that can't be told, that of the message they
    reported; else None."""
    return recognise(_covering(examined.message), common) or recognise(
        "\n".join(each.text for each in _visible(examined.subject_of)), common
    )


def _covering(report: Message) -> str:
    """What stands before a message that was forwarded inline, without the signature."""
    own: list[str] = []
    for text in _visible(report):
        if text.part == "subject":
            continue  # of a forwarded message it is the subject of that
        block = first_block(text.text)
        before = text.text[: block.start] if block is not None else text.text
        own.append(_SIGNATURE.split(before, 1)[0])
    return "\n".join(own)


def _visible(message: Message) -> list[Text]:
    """The texts that a reader sees, without the HTML twins of plain ones."""
    texts = [text for text in message.texts if not text.part.endswith(".hidden")]
    plain = [text for text in texts if not text.html]
    return plain if any(text.part != "subject" for text in plain) else texts
