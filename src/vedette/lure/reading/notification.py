"""Mails by which a professional network tells of a message or an invitation that it holds."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from vedette.lure.message import Message, Profile
from vedette.lure.reading.plain import plain
from vedette.lure.reading.profile_labels import CONNECTIONS, NOISE, ROLE_AT

NETWORKS: Final = (
    "linkedin.com",
    "xing.com",
    "indeed.com",
    "indeedemail.com",
    "glassdoor.com",
    "stepstone.de",
    "goldenline.pl",
    "pracuj.pl",
    "infojobs.net",
    "apec.fr",
    "viadeo.com",
    "saramin.co.kr",
    "jobkorea.co.kr",
    "rememberapp.co.kr",
    "bayt.com",
    "alljobs.co.il",
    "welcometothejungle.com",
    "wellfound.com",
    "upwork.com",
    "freelancer.com",
)
"""Organisational domains of networks whose mails are read as notifications."""

_BELOW: Final = tuple(f".{known}" for known in NETWORKS)

MAX_LINES: Final = 400

_NAME: Final = r"(?P<name>[^\W\d_][^:,!?<>@|\n]{1,70}?)"
_VIA: Final = re.compile(
    rf"^{_NAME}\s+(?:\(?(?:via|über|por|przez|durch|through|on)\s|דרך\s|عبر\s|\|\s|· )",
    re.IGNORECASE,
)
_SUBJECTS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_NAME} (?:just )?(?:sent you|messaged you|has sent you|invited you|wants to connect"
        r"|would like to connect|is waiting for|replied to you)",
        rf"(?:message|invitation|inmail|request|note) from {_NAME}$",
        rf"^{_NAME} (?:hat ihnen|hat dir|möchte sich mit|hat sie|lädt sie|schickt ihnen)",
        rf"(?:nachricht|einladung|kontaktanfrage) von {_NAME}$",
        rf"^{_NAME} (?:vous a envoyé|vous a invité|souhaite|vous invite|aimerait)",
        rf"(?:message|invitation) de {_NAME}$",
        rf"^{_NAME} (?:te ha enviado|te ha invitado|quiere|te envió|le ha enviado)",
        rf"(?:mensaje|invitación|solicitud) de {_NAME}$",
        rf"^{_NAME} (?:שלח|שלחה|רוצה|הזמין|הזמינה)",
        rf"(?:הודעה|הזמנה)(?: חדשה)? מאת {_NAME}$",
        rf"^(?:أرسل|أرسلت|دعاك|دعتك)(?: لك| إليك)? {_NAME}(?: رسالة| دعوة|$)",
        rf"^{_NAME} (?:أرسل|أرسلت|يرغب|ترغب|يدعوك|تدعوك)",
        rf"(?:رسالة|دعوة)(?: جديدة)? من {_NAME}$",
        rf"^{_NAME}\s?님(?:이|께서|의)",
        rf"^{_NAME} (?:wysłał|wysłała|wysłał\(a\)|zaprasza|chce|przesyła)",
        rf"(?:wiadomość|zaproszenie) od(?: użytkownika)? {_NAME}$",
    )
)


def is_notification(message: Message) -> bool:
    """True if the message says that it comes from a known network. That it really does is for
    the checks of identity to say."""
    domain = message.sender.domain if message.sender is not None else ""
    return domain in NETWORKS or domain.endswith(_BELOW)


def read_notification(message: Message) -> Message:
    """The message as kind "notification", with what it says about the person who wrote.

    The name is taken from the From field ("Ada Example via LinkedIn"), else from the subject in
    eight languages; headline, employer and location from the lines under the name in the text.
    Never raises.
    """
    name = _name(message)
    headline = location = ""
    connections: int | None = None
    for text in message.texts:
        if text.part == "subject" or text.part.endswith(".hidden") or not name:
            continue
        lines = [plain(line[:1000]) for line in text.text.split("\n")[:MAX_LINES]]
        lines = [line for line in lines if line]
        found = _under(lines, name)
        if found:
            headline = headline or found[0]
            location = location or next((line for line in found[1:] if "," in line), "")
        for line in lines:
            if connections is None and len(line) < 200 and (match := CONNECTIONS.search(line)):
                digits = "".join(c for c in next(g for g in match.groups() if g) if c.isdigit())
                connections = int(digits) if digits else None
    match = ROLE_AT.search(f" {headline}")
    employer = (match[1] or match[2]).strip() if match else ""
    profile = Profile(
        name, headline, employer, location if len(location) <= 80 else "", connections=connections
    )
    return msgspec.structs.replace(message, kind="notification", profile=profile)


def _name(message: Message) -> str:
    shown = plain(message.sender.name) if message.sender is not None else ""
    if match := _VIA.match(shown):
        return match["name"].strip(" \"'")
    subject = plain(message.subject[:300])
    for pattern in _SUBJECTS:
        if match := pattern.search(subject):
            return match["name"].strip(" \"'")
    network = message.sender.domain.split(".")[-2:-1] if message.sender is not None else []
    if shown and network and network[0] not in shown.casefold() and "@" not in shown:
        return shown
    return ""


def _under(lines: list[str], name: str) -> list[str]:
    """Up to two lines under the one that is the name."""
    for at, line in enumerate(lines[:-1]):
        if line == name or (line.startswith(name) and NOISE.match(line[len(name) :].strip())):
            below = [one for one in lines[at + 1 : at + 6] if NOISE.match(one) is None]
            if below and len(below[0]) <= 220 and not below[0].startswith("http"):
                return below[:2]
    return []
