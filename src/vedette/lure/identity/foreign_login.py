"""Pages at which an employer's candidates are to sign in, and that are not the employer's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from vedette.lure.identity.domains import (
    ascii_host,
    host_of,
    organisational_domain,
    told_host,
)
from vedette.lure.identity.identify import MAX_LINKS
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.summary import Identity
from vedette.lure.message import Link, Message
from vedette.lure.sign import Sign, SignEvidence

MAX_SHOWN: Final = 200

_WORDS: Final = re.compile(
    r"(?<!\w)(?:sign[ -]?in|log[ -]?in|login|sign[ -]?on|candidate (?:portal|profile|area)"
    r"|(?:complete|confirm|verify|upload|submit) (?:my|your|the) "
    r"(?:application|profile|data|details|documents?|identity|cv|résumé|resume)"
    r"|apply(?: now| here| online)?|open (?:my|the|your) (?:invitation|profile|application|portal)"
    r"|go to the [\w &.-]{1,40} portal|anmelden|einloggen|bewerberportal|jetzt bewerben"
    r"|(?:bewerbung|daten|profil|unterlagen) (?:bestätigen|vervollständigen|hochladen|öffnen)"
    r"|se connecter|connectez-vous|espace candidat|postuler|(?:confirmer|compléter|déposer) "
    r"(?:mes|vos|mon|votre|ma) \w+|iniciar sesión|inicie sesión|portal de candidatos|inscribirse"
    r"|(?:confirmar|completar|subir|enviar) (?:mis|sus|mi|su) \w+|zaloguj\w*|logowanie"
    r"|portal kandydata|aplikuj|(?:potwierdź|uzupełnij|prześlij) (?:dane|profil|cv))(?!\w)"
    r"|התחבר(?:ות|ו|י)?|כניסה ל|פורטל המועמדים|הגש(?:ת|ה|י|ו)? מועמדות"
    r"|(?:אישור|עדכון|העלאת) (?:ה)?(?:פרטים|נתונים|מסמכים|קורות)"
    r"|تسجيل الدخول|الدخول إلى|بوابة (?:المرشحين|التوظيف|التقديم)|قدّ?م الآن"
    r"|(?:تأكيد|رفع|استكمال) (?:ال)?(?:بيانات|طلب|ملف|مستندات|سيرة)"
    r"|로그인|지원하기|지원서 (?:제출|작성|확인)|지원자 포털"
    r"|(?:정보|프로필|서류) (?:확인|등록|제출)",
    re.IGNORECASE,
)
_PATH: Final = re.compile(
    r"[/._-](?:login|log-in|signin|sign-in|sso|auth|oauth\d?|apply|candidates?|onboarding|portal"
    r"|upload|invite|invitation|account)(?=[/?._-]|\Z)",
    re.IGNORECASE,
)
ANYBODYS: Final = frozenset(
    """
    google.com gmail.com microsoft.com microsoftonline.com office.com live.com zoom.us zoom.com
    webex.com calendly.com doodle.com docusign.com docusign.net adobesign.com dropboxsign.com
    hellosign.com pandadoc.com apple.com facebook.com twitter.com x.com instagram.com youtube.com
    """.split()  # noqa: SIM905  a block of hosts is easier to read and to change than a list
)
"""Where everybody signs in, whoever wrote."""


def foreign_logins(message: Message, identity: Identity, registry: Registry) -> Iterator[Sign]:
    """`link_foreign_login`, once: the message speaks for employers of the registry, is none of
    theirs, and a link to sign in, apply or hand something in leads to a host of nobody known."""
    if identity.kind not in ("unknown", "freemail", "disposable") or not identity.claimed:
        return
    for link in message.links[:MAX_LINKS]:
        host = ascii_host(host_of(link.url))
        organisation = organisational_domain(host)
        if (
            organisation
            and organisation not in ANYBODYS
            and not registry.is_freemail(host)
            and not registry.is_known(host)
            and _asks(link)
        ):
            evidence = SignEvidence(link.part, link.start, link.end, link.url[:500])
            detail = (
                ("employer", registry.employers[identity.claimed[0]].name),
                ("domain", told_host(organisation)),
            )
            yield Sign("link_foreign_login", (evidence,), detail)
            return


def _asks(link: Link) -> bool:
    shown = link.text[:MAX_SHOWN]
    if shown and "://" not in shown and _WORDS.search(shown):
        return True
    rest = link.url.partition("://")[2][:MAX_SHOWN]
    return _PATH.search(unquote(rest[rest.find("/") :] if "/" in rest else "")) is not None
