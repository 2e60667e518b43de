"""One moment of one visitor at one site: what a route makes its request of."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from benchmarks.shieldbench.benign.agents import Agent
from benchmarks.shieldbench.benign.draw import Draw
from benchmarks.shieldbench.benign.people import Person
from benchmarks.shieldbench.benign.texts import blocks, has, pool

T = TypeVar("T")

_SLOT = re.compile(r"‹(\w+)›|⟦([^⟦⟧]*)⟧")


@dataclass(slots=True)
class Visitor:
    """Keeps address, program, cookies and tokens over all visits."""

    client: str
    person: Person
    agent: Agent
    cookies: tuple[tuple[str, str], ...]
    token: str
    csrf: str


@functools.lru_cache(maxsize=4096)
def early(items: tuple[T, ...]) -> tuple[T, ...]:
    """What is already said in the learning half: three of five items."""
    return tuple(item for place, item in enumerate(items) if place % 5 not in (1, 3)) or items


@functools.lru_cache(maxsize=65536)
def _identifier(seed: str, shape: str) -> str:
    draw = Draw(f"shieldbench/thing/{seed}")
    match shape.split():
        case ["hexa", width]:
            return draw.hexa(int(width))
        case ["digits", width]:
            return draw.digits(int(width))
        case ["word", width]:
            return draw.word(int(width))
        case _:
            return draw.uuid()


@dataclass(slots=True)
class Scene:
    """`host` is the site's name in URLs, `late` whether this is the judging half, `when` the time
    in seconds, `referer` the page the visitor is on ("" for none)."""

    draw: Draw
    host: str
    visitor: Visitor
    late: bool
    when: int
    referer: str = ""
    number: int = 0

    @property
    def person(self) -> Person:
        """Who sits there."""
        return self.visitor.person

    @property
    def origin(self) -> str:
        """Scheme and host of the site."""
        return f"https://{self.host}"

    def one(self, items: Sequence[T]) -> T:
        """One of the items; some of them only in the judging half."""
        choice: Sequence[T] = items if self.late else early(tuple(items))
        return self.draw.pick(choice)

    def say(self, section: str, language: str = "") -> str:
        """Words of a section in the visitor's language, or English where there are none."""
        language = language or self.person.language
        source = language if has(language, section) else "en"
        return self.fill(self.one(pool(source, section)))

    def several(
        self, section: str, low: int, high: int, joint: str = " ", language: str = ""
    ) -> str:
        """A few items of a section."""
        count = self.draw.between(low, high)
        return joint.join([self.say(section, language) for _ in range(count)])

    def snippet(self, name: str, kind: str = "") -> str:
        """A longer piece of a file, of one kind or any."""
        found = blocks(name)
        kind = kind or self.draw.pick(tuple(found))
        return self.fill(self.one(found[kind]))

    def known(self, kind: str, count: int, shape: str) -> str:
        """One of the `count` things of a kind that the site has, some far more in demand than
        others; `shape` says what its identifier looks like: "uuid", "hexa 32", "digits 6"."""
        place = int(self.draw.random() ** 2 * count)
        return _identifier(f"{self.host}/{kind}/{place}", shape)

    def fill(self, text: str) -> str:
        """⟦a|b⟧ becomes one of both, ‹slot› what stands for it."""
        while (filled := _SLOT.sub(self._filled, text)) != text:
            text = filled
        return text

    def _filled(self, found: re.Match[str]) -> str:
        if found[2] is not None:
            return self.draw.pick(str(found[2]).split("|"))
        return self.slot(str(found[1]))

    def date(self, days: int = 60) -> datetime:
        """A moment up to so many days before now."""
        return datetime.fromtimestamp(self.when - self.draw.below(days * 86400), UTC)

    def slot(self, name: str) -> str:
        """What stands for a slot: a person's detail, a number, a name of the trade."""
        draw, person = self.draw, self.person
        match name:
            case "n":
                return str(draw.between(2, 40))
            case "N":
                return draw.digits(draw.between(3, 5))
            case "price":
                return f"{draw.between(3, 1800)}.{draw.pick(('00', '50', '90', '95', '99'))}"
            case "order":
                return f"{draw.pick(('SO-', 'PO-', 'RE-', '#'))}{draw.digits(6)}"
            case "date":
                return self.date().strftime(draw.pick(("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")))
            case "time":
                return f"{draw.between(7, 19)}:{draw.pick(('00', '15', '30', '45'))}"
            case "url":
                return (
                    f"https://{draw.pick(('www.acme', 'docs.lib', 'blog.maker', 'shop.tools'))}"
                    f".example/{draw.pick(('a', 'p', 'wiki', 'en'))}/{draw.word(6).lower()}"
                    + draw.pick(("", "", f"?id={draw.digits(4)}", "?ref=mail&lang=en#top"))
                )
            case "hex":
                return draw.hexa(draw.pick((7, 8, 12)))
            case "part":
                return part_number(self)
            case "password":
                return password(draw)
            case "product" | "topic" | "emoji" | "noun" | "table":
                return self.say(f"{name}s", "en" if name != "product" else "")
            case "lang":
                return draw.pick(pool("en_code", "langs"))
            case "other":
                return (
                    f"{draw.pick(pool(person.language, 'first'))} "
                    f"{draw.pick(pool(person.language, 'last'))}"
                )
            case _:
                return str(getattr(person, name))


def part_number(scene: Scene) -> str:
    """One of the parts of the trade."""
    return scene.one(_catalogue())


@functools.cache
def _catalogue() -> tuple[str, ...]:
    """Numbered as makers of industrial goods do; only the patterns are theirs."""
    draw = Draw("shieldbench/catalogue")
    return tuple(_numbered(draw, place % 11) for place in range(330))


def _numbered(draw: Draw, pattern: int) -> str:
    return (
        f"6EX7 {draw.digits(3)}-{draw.digits(1)}AG40-0XB0",
        f"DIN 912 M{draw.pick((4, 6, 8, 10, 12))}x{draw.pick((16, 20, 35, 60))}-A2",
        f"{draw.digits(2)}-{draw.digits(4)}/{draw.digits(2)}",
        f"HY-{draw.word(3, 'ABCDEFGHKLMN')}{draw.digits(4)}.{draw.digits(2)}",
        f"{draw.digits(3)}.{draw.digits(3)}.{draw.digits(3)}",
        f"R{draw.digits(3)}#{draw.digits(2)}",
        f"CNMG 12 04 0{draw.digits(1)}-PM {draw.digits(4)}",
        f"ISO 4762-M{draw.pick((5, 6, 8))}x{draw.digits(2)}-12.9",
        f"EN 10305-4 E235+N {draw.digits(2)}x{draw.digits(1)},5",
        f"G1/{draw.pick((2, 4, 8))}\"-{draw.digits(3)}",
        f"({draw.digits(2)}) {draw.digits(4)}*{draw.digits(2)}",
    )[pattern]  # fmt: skip


def password(draw: Draw) -> str:
    """As people and password managers choose them."""
    match draw.below(5):
        case 0:
            return (
                f"{draw.pick(('Sommer', 'kitten', 'Blumen', 'matteo'))}{draw.between(1960, 2026)}!"
            )
        case 1:
            return "-".join(
                draw.pick(("maple", "orbit", "tulip", "crane", "violet", "anchor"))
                for _ in range(4)
            )
        case 2:
            return draw.word(16, "abcdefghkmnpqrstABCDEFGHKMNP23456789!#$%&()*+,-./:;<=>?@[]^_{|}~")
        case 3:
            return f"I <3 {draw.pick(('my dog', 'Köln', 'pizza', 'u & me'))} {draw.digits(2)}"
        case _:
            return draw.word(20)
