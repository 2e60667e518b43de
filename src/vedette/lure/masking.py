"""Taking people out of texts that are stored in clear: addresses, names, the subject.

A link may carry the mailbox it was sent to, a file the name of whom it was made for. What is masked
here is what can be found by looking for it: the address as it is, percent-encoded or in Base64, any
other address of the same domain, the parts of a personal local part, and the whole subject. It is
no proof that nothing else tells.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import Final

from vedette.lure.message import Address, Message

MASKED: Final = "(masked)"
SHORTEST_NAME: Final = 5
"""Letters of a local part without a separator that is taken for a name."""
SHORTEST_SUBJECT: Final = 12
"""Characters; shorter ones ("Job offer") are words like others."""
_ROLES: Final = frozenset(
    (
        *(
            "admin",
            "administrator",
            "application",
            "applications",
            "bewerbung",
            "career",
            "careers",
        ),
        *("contact", "contacto", "empleo", "emplois", "hello", "hiring", "hr", "humanresources"),
        *(
            "info",
            "jobs",
            "karriere",
            "kontakt",
            "mail",
            "noreply",
            "no",
            "reply",
            "office",
            "offer",
        ),
        *("people", "recruit", "recruiter", "recruiting", "recruitment", "recrutement", "report"),
        *("reports", "sales", "security", "service", "support", "talent", "talents", "team"),
    )
)
_SEPARATORS: Final = re.compile(r"[._+\-]+")
_REPLY: Final = re.compile(r"^(?:[a-zÀ-ž]{2,6}\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


class Mask:
    """Replaces the addresses of `people` and `senders` by what `pseudonym` says of them, names that
    stand in the addresses of `people`, and the `subjects`."""

    def __init__(
        self,
        people: Iterable[str],
        senders: Iterable[str],
        subjects: Iterable[str],
        pseudonym: Callable[[str], str],
    ) -> None:
        people = [each for each in dict.fromkeys(people) if each]
        exact: dict[str, str] = {}
        folded: dict[str, str] = {}
        for address in (*people, *senders):
            if "@" not in address:
                continue
            name = pseudonym(address)
            folded.setdefault(address.lower(), name)
            folded.setdefault(address.lower().replace("@", "%40"), name)
            exact |= dict.fromkeys(_in_base64(address), MASKED)
        for subject in subjects:
            for text in (subject.strip(), _REPLY.sub("", subject.strip())):
                if len(text) >= SHORTEST_SUBJECT:
                    folded.setdefault(text.lower(), MASKED)
        self._exact, self._folded, self._pseudonym = exact, folded, pseudonym
        self._colleagues = _addresses_at(each.rpartition("@")[2] for each in people if "@" in each)
        self._in_base64 = _any_of(exact, 0)
        self._spelled = _any_of(folded, re.IGNORECASE)
        names = [pattern for each in people if (pattern := _name(each.partition("@")[0]))]
        self._names = (
            re.compile(rf"(?<![^\W_])(?:{'|'.join(names)})(?![^\W_])", re.IGNORECASE)
            if names
            else None
        )

    def text(self, text: str) -> str:
        """The text without them; halves of characters become "?", so that it can be stored."""
        text = text.encode("utf-8", "replace").decode()
        if self._spelled is not None:
            text = self._spelled.sub(
                lambda found: self._folded.get(found.group().lower(), MASKED), text
            )
        if self._colleagues is not None:
            text = self._colleagues.sub(
                lambda found: self._pseudonym(f"{found[1]}@{found[2]}".lower()), text
            )
        if self._in_base64 is not None:
            text = self._in_base64.sub(lambda found: self._exact[found.group()], text)
        return text if self._names is None else self._names.sub(MASKED, text)


def mask_of(
    messages: Iterable[Message], pseudonym: Callable[[str], str], people: Iterable[Address] = ()
) -> Mask:
    """For what these messages, and those within them, show; `people` are more of them."""
    recipients: list[Address] = []
    senders: list[Address] = []
    subjects: list[str] = []
    for each in _all(messages):
        recipients += each.recipients
        senders += [one for one in (each.sender, each.envelope_from) if one is not None]
        senders += each.reply_to
        subjects.append(each.subject)
    recipients += people
    return Mask(_addresses(recipients), _addresses(senders), subjects, pseudonym)


def _all(messages: Iterable[Message]) -> Iterable[Message]:
    for message in messages:
        yield message
        yield from _all(message.nested)


def _addresses(given: Iterable[Address]) -> Iterable[str]:
    return dict.fromkeys(each.address for each in given)


def _any_of(texts: Iterable[str], flags: int) -> re.Pattern[str] | None:
    longest_first = sorted(texts, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), flags) if longest_first else None


def _addresses_at(domains: Iterable[str]) -> re.Pattern[str] | None:
    named = "|".join(map(re.escape, sorted({domain.lower() for domain in domains if domain})))
    if not named:
        return None
    return re.compile(rf"([\w.+~-]{{1,64}})(?:@|%40)({named})(?![\w-])", re.IGNORECASE)


def _in_base64(address: str) -> set[str]:
    """What every Base64 text that holds the address holds, at each of the three offsets."""
    data = address.encode("utf-8", "replace")
    found = set()
    for offset in range(3):
        first = -(-offset * 8 // 6)
        last = (offset + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(bytes(offset) + data).decode()[first:last])
    return found


def _name(local: str) -> str:
    """A pattern for the name in a local part, however it is separated; "" where there is none."""
    parts = [part for part in _SEPARATORS.split(local) if part]
    if all(part.lower() in _ROLES for part in parts):
        return ""
    letters = sum(map(len, parts))
    if letters < SHORTEST_NAME or not any(part.isalpha() for part in parts):
        return ""
    return r"(?:%20|[\W_])*".join(re.escape(part) for part in parts)
