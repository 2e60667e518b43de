"""Visits of the website and of the mail interface behind it."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.disruption.event import SECOND, Event
from benchmarks.disruption.firm import PUBLIC_WEB, Customer, Firm, outside
from benchmarks.disruption.writing import asked, conn

_WORDS: Final = tuple(
    "valve pump bearing seal union select flange gasket motor spare order delete table drop "  # noqa: SIM905  # reads better
    "manual where from spring set update group".split()
)
_PAGES: Final = ("/", "/shop", "/news", "/contact", "/careers", "/about", "/static/site.css",
                 "/static/logo.png", "/static/app.js")  # fmt: skip
BOT: Final = "Mozilla/5.0 (compatible; Indexer/2.1; +https://indexer.example/bot)"


def customer(firm: Firm, chance: random.Random) -> Customer:
    """Some come every day, most once."""
    at = min(int(chance.paretovariate(0.35)) - 1, len(firm.customers) * 50)
    return firm.customers[at % len(firm.customers)]


def visit(firm: Firm, chance: random.Random, time: int) -> list[Event]:
    """A page with what belongs to it, and the connection that carried it."""
    if chance.random() < 0.04:
        return noise(chance, time)
    who = customer(firm, chance)
    made: list[Event] = []
    for _ in range(1 + int(chance.expovariate(0.5))):
        method, target, status = _request(chance)
        size = chance.randrange(400, 60_000)
        made.append(asked(time, who.address, method, target, status, size, who.agent, who=who.who))
        time += chance.randrange(SECOND // 2, 20 * SECOND)
    made.append(conn(time, who.address, PUBLIC_WEB, 443, 2_000, 80_000, who=who.who))
    return made


def mail(firm: Firm, chance: random.Random, time: int) -> list[Event]:
    """Somebody reads mail on the way, in the browser or on the telephone."""
    travellers = [one for one in firm.people if one.travels]
    who = chance.choice(travellers)
    target, agent = chance.choice((
        ("/owa/", firm.customers[who.number].agent),
        ("/owa/service.svc?action=GetItem", firm.customers[who.number].agent),
        ("/Microsoft-Server-ActiveSync?Cmd=Sync&DeviceType=iPhone", "Apple-iPhone16C1/2204.77"),
    ))  # fmt: skip
    size = chance.randrange(2_000, 90_000)
    return [asked(time, who.travels, "POST", target, 200, size, agent, login=who.account,
                  who=who.who)]  # fmt: skip


def noise(chance: random.Random, time: int) -> list[Event]:
    """What every website hears all day: those who look for holes on the whole Internet, and
    machines that index it. Nobody's work."""
    if chance.random() < 0.6:
        address = f"198.18.250.{chance.randrange(1, 9)}"
        return [asked(time, address, "GET", chance.choice(_PAGES), 200, 9_000, BOT)]
    address = outside(chance)
    target = chance.choice((
        "/wp-login.php", "/.env", "/.git/config", "/phpmyadmin/", "/xmlrpc.php", "/admin.php",
        "/cgi-bin/luci", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/robots.txt",
        "/boaform/admin/formLogin", "/actuator/health", "/solr/admin/info",
    ))  # fmt: skip
    return [asked(time, address, "GET", target, 404, 312, "Mozilla/5.0 zgrab/0.x"
                  if chance.random() < 0.1 else "Mozilla/5.0")]  # fmt: skip


def _request(chance: random.Random) -> tuple[str, str, int]:
    draw = chance.random()
    if draw < 0.45:
        return "GET", chance.choice(_PAGES), 200
    if draw < 0.70:
        return "GET", f"/catalog.php?id={chance.randrange(900)}", 200
    if draw < 0.80:
        words = "+".join(chance.sample(_WORDS, chance.randrange(1, 3)))
        return "GET", f"/search.php?q={words}", 200
    if draw < 0.86:
        return "GET", f"/download.php?file=manual-{chance.randrange(60)}.pdf", 200
    if draw < 0.90:
        return "POST", "/login.php", 302 if chance.random() < 0.85 else 200
    if draw < 0.91:
        return "POST", "/careers/upload.php", 302
    if draw < 0.93:
        return "GET", f"/old/page{chance.randrange(400)}.html", 404
    return "GET", f"/shop?item={chance.randrange(300)}", 200
