"""Further slots: lines for some messages alone, heads of older messages, second links.

They are drawn by a generator of their own, so that what is drawn here moves nothing elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from benchmarks.recruitbench.honest.grammar import SKIP
from benchmarks.recruitbench.honest.links import place
from benchmarks.recruitbench.honest.scene import Scene, Voice
from benchmarks.recruitbench.honest.vocabulary import Person
from benchmarks.recruitbench.honest.voices import FREEMAIL

_CHATS = {"ko": ("kakao",), "ar": ("whatsapp",), "es": ("whatsapp",), "he": ("whatsapp",)}
_CHAT_NAMES = {"kakao": "KakaoTalk", "whatsapp": "WhatsApp", "telegram": "Telegram"}


def asides(
    family: str, scene: Scene, voice: Voice, writer: Person, attached: bool
) -> dict[str, str]:
    """The further slots; `$with`, `$away` and their opposites begin lines for some messages."""
    rng = Random(f"asides/{family}/{scene.language}/{scene.when.isoformat()}/{scene.to}")
    own = replace(scene, rng=rng)
    away = voice.domain in FREEMAIL[scene.language]
    first = rng.random() < 0.5
    chats = _CHATS.get(scene.language, ("whatsapp", "telegram"))
    chat = chats[rng.randrange(len(chats))]
    short = ("bitly", "lnkd", "tinyurl")
    meeting = ("teams", "zoom", "meet")[rng.randrange(3)]
    older = scene.when - timedelta(hours=rng.randrange(2, 30), minutes=rng.randrange(60))
    oldest = older - timedelta(hours=rng.randrange(3, 90), minutes=rng.randrange(60))
    you = (scene.recipient.full, scene.to)
    me = (writer.full, voice.reply_to or voice.address)
    return {
        "with": "" if attached else SKIP,
        "without": SKIP if attached else "",
        "away": "" if away else SKIP,
        "office": SKIP if away else "",
        "one": "" if first else SKIP,
        "two": SKIP if first else "",
        "head_you": _head(scene, you, me, older),
        "head_me": _head(scene, me, you, oldest),
        "chat": place(chat, own, writer.latin_family, voice.domain),
        "chatname": _CHAT_NAMES[chat],
        "short": place(short[rng.randrange(3)], own, "", voice.domain),
        "short2": place(short[rng.randrange(3)], own, "", voice.domain),
        "short3": place(short[rng.randrange(3)], own, "", voice.domain),
        "meet": place(meeting, own, "", voice.domain),
        "code": f"{own.token(4).capitalize()}-{own.digits(4)}-{own.token(3)}",
        "pin": own.digits(6),
    }


def _head(scene: Scene, sender: tuple[str, str], recipient: tuple[str, str], when: datetime) -> str:
    """Four lines as a mail program puts them above the message that is answered."""
    source, sent, to, subject = scene.words.table["fields"]
    return "\n".join(
        (
            f"{source}: {sender[0]} <{sender[1]}>",
            f"{sent}: {when:%d.%m.%Y %H:%M}",
            f"{to}: {recipient[0]} <{recipient[1]}>",
            f"{subject}: $role",
        )
    )
