"""What is settled before a message is written: who, to whom, about what, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from benchmarks.recruitbench.honest.employers import Employer
from benchmarks.recruitbench.honest.vocabulary import Person, Split, Words

FIRM = "Firm Industries"
FIRM_DOMAIN = "firm.example"


@dataclass(frozen=True, slots=True)
class Voice:
    """The sender as the mail shows it.

    `bounce` is the envelope's domain, `signing` the DKIM domain ("" where nothing is signed),
    `mailer` the habit of its mail program, `link` a page that belongs to the sender's task.
    """

    display: str
    address: str
    signature: tuple[str, ...]
    org: str
    mailer: str
    link: str
    bounce: str
    signing: str
    reply_to: str = ""
    bulk: bool = False
    person: Person | None = None

    @property
    def domain(self) -> str:
        """The domain in From."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Scene:
    """One sample's settled facts; `rng` is its own and is drawn from in a fixed order."""

    rng: Random
    language: str
    split: Split
    words: Words
    recipient: Person
    employer: Employer
    when: datetime

    @property
    def to(self) -> str:
        """The recipient's address."""
        return f"{self.recipient.local}@{FIRM_DOMAIN}"

    def digits(self, count: int) -> str:
        """Some digits, the first not zero."""
        return str(self.rng.randrange(10 ** (count - 1), 10**count))

    def token(self, count: int, letters: str = "abcdefghijkmnpqrstuvwxyz23456789") -> str:
        """Some letters and digits, as in a link."""
        return "".join(letters[self.rng.randrange(len(letters))] for _ in range(count))

    def hexes(self, count: int) -> str:
        """Some hexadecimal digits."""
        return self.token(count, "0123456789abcdef")
