"""Who sends and what is sent, as far as programs and servers care."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Client = Literal[
    "outlook", "exchange", "gmail", "apple", "thunderbird", "webmail", "roundcube", "service"
]
"""`outlook` hands its mail to any SMTP server, `exchange` to Exchange; `webmail` is the page of a
provider of mailboxes, `roundcube` that of a domain's own host, `service` a program that sends."""
Outcome = Literal["signed", "unsigned", "forged"]
"""Of the checks at the receiver: the domain signs; it does not; somebody else used its name."""
Delivery = Literal["direct", "forwarded", "relisted"]

FIRM_DOMAIN: Final = "firm.example"
"""Where all mail of the bench goes to."""
_MICROSOFT: Final = frozenset(
    ("outlook.com", "outlook.de", "outlook.es", "outlook.fr", "hotmail.com", "live.com")
)
_PROVIDERS: Final = frozenset(
    (
        *("gmail.com", "yahoo.com", "yahoo.es", "proton.me", "aol.com", "icloud.com"),
        *("gmx.de", "web.de", "t-online.de", "orange.fr", "laposte.net", "free.fr"),
        *("walla.co.il", "naver.com", "hanmail.net", "daum.net", "kakao.com"),
        *("wp.pl", "o2.pl", "interia.pl", "onet.pl"),
    )
)
_AS_THEY_ARE: Final[dict[str, Client]] = {
    "apple": "apple",
    "service": "service",
}
_ON_EXCHANGE: Final = 0.7
_BY_PROGRAM: Final = 0.25
_IN_PAGES: Final = 0.35
_UNSIGNED: Final = 0.12
_FORWARDED: Final = 0.03


@dataclass(frozen=True, slots=True)
class Origin:
    """The sender. `envelope` is the domain of the return path, `signing` that of DKIM where the
    outcome is `signed`; `bulk` says that one may unsubscribe."""

    display: str
    address: str
    client: Client
    outcome: Outcome
    envelope: str
    signing: str = ""
    reply_to: str = ""
    bulk: bool = False

    @property
    def domain(self) -> str:
        """The domain in From."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Item:
    """What is sent to whom. `sent` is aware and in the writer's zone; `attached` says that files
    are with it, `threaded` that it answers a message of the recipient's."""

    to_address: str
    subject: str
    language: str
    sent: datetime
    attached: bool = False
    threaded: bool = False
    delivery: Delivery = "direct"


def settled(kind: str, domain: str, outcome: Outcome, rng: random.Random) -> Client:
    """The client behind an author's word for it, which says what somebody likes to work with: users
    of Outlook sit before Exchange or not, those of a domain's own host use a program or its pages,
    a mailbox of a provider is mostly used in that provider's pages, and who forges a name is none
    of Google's or Microsoft's customers. Raises ValueError for a kind that nobody knows."""
    draw = rng.random()
    other: Client = "apple" if rng.random() < 0.5 else "thunderbird"
    if kind in ("apple", "service"):
        return _AS_THEY_ARE[kind]
    if kind in ("outlook", "exchange"):
        hosted = draw < _ON_EXCHANGE and outcome != "forged" and domain not in _PROVIDERS
        return "exchange" if hosted or domain in _MICROSOFT | {FIRM_DOMAIN} else "outlook"
    if domain in _MICROSOFT | {FIRM_DOMAIN}:
        return "exchange"
    if domain in _PROVIDERS:
        if kind == "thunderbird" or draw < _BY_PROGRAM:
            return "thunderbird" if kind == "thunderbird" else other
        return "gmail" if domain == "gmail.com" else "webmail"
    if kind == "gmail" and outcome != "forged":
        return "gmail"
    if kind not in ("gmail", "webmail", "roundcube", "thunderbird"):
        raise ValueError(f"no mail program is called {kind}")
    return "roundcube" if draw < _IN_PAGES else "thunderbird"


def signs(rng: random.Random) -> Outcome:
    """Of a domain of which nothing is said but that it is its sender's own: most sign."""
    return "unsigned" if rng.random() < _UNSIGNED else "signed"


def passed(rng: random.Random) -> Delivery:
    """A few recipients have kept an older address that forwards."""
    return "forwarded" if rng.random() < _FORWARDED else "direct"
