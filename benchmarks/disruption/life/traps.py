"""What looks like an attack and is somebody's work. Each trap names whose."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator

from benchmarks.disruption.event import DAY, HOUR, MINUTE, SECOND, START, Event
from benchmarks.disruption.firm import BACKUP, BUILD, PAY, SERVERS, Firm, outside
from benchmarks.disruption.life.hosts import CMD, EXPLORER, POWERSHELL
from benchmarks.disruption.writing import (
    asked,
    connected,
    exported,
    linux,
    linux_connected,
    started,
    sysmon,
)


def week(firm: Firm) -> dict[int, list[Event]]:
    """All traps of the week, by the hour of the week that they begin in."""
    chance = random.Random(f"disruption/traps/{firm.seed}")
    by_hour: dict[int, list[Event]] = defaultdict(list)
    for made in (
        *_login_storms(firm, chance),
        *_scans(firm, chance),
        *_odd_searches(firm, chance),
        *_administrators(firm, chance),
        *_remote_support(firm, chance),
        *_servers(firm, chance),
        *_legal(firm, chance),
        *_payments(firm, chance),
        *_ticket_system(firm),
    ):
        for event in made:
            by_hour[(event.time - START) // HOUR].append(event)
    return by_hour


def _at(day: int, hour: int, chance: random.Random) -> int:
    return START + day * DAY + hour * HOUR + chance.randrange(40 * MINUTE)


def _login_storms(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """On Monday, and when passwords had to be changed, a branch office mistypes them: 25 people
    behind one address."""
    for day in (0, 3):
        time = _at(day, 8, chance)
        made = []
        for number in range(26):
            who = firm.people[60 + number]
            agent = firm.customers[who.number].agent
            for attempt in range(chance.randrange(1, 4)):
                time += chance.randrange(2 * SECOND, 12 * SECOND)
                last = attempt and chance.random() < 0.7
                made.append(
                    asked(time, firm.branch, "POST", "/login.php", 302 if last else 200, 3_000,
                          agent, who=who.who, label="trap:login-storm")
                )  # fmt: skip
        yield made
    for day in range(7):  # the same office otherwise: it orders spare parts
        for _ in range(60 if day < 5 else 2):
            who = firm.people[60 + chance.randrange(26)]
            time = START + day * DAY + chance.randrange(8 * HOUR, 17 * HOUR)
            target = f"/shop?item={chance.randrange(300)}"
            yield [asked(time, firm.branch, "GET", target, 200, 20_000,
                         firm.customers[who.number].agent, who=who.who)]  # fmt: skip


def _scans(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """The nightly scan that the firm pays for: loud, and nothing is broken into."""
    probes = ("/.env", "/.git/config", "/backup.zip", "/wp-login.php", "/download.php?file=../../"
              "../../etc/passwd", "/catalog.php?id=1%27%20or%20%271%27=%271", "/server-status",
              "/search.php?q=%3Cscript%3E", "/cgi-bin/test.cgi")  # fmt: skip
    for day in range(7):
        time = _at(day, 1, chance)
        made = []
        for number in range(240):
            target = probes[number % len(probes)]
            if number % 3 == 0:
                target = f"/dir{number}/"
            status = 404 if target.startswith(("/dir", "/.", "/wp", "/cgi", "/b", "/se")) else 403
            time += chance.randrange(SECOND // 2, 2 * SECOND)
            made.append(
                asked(time, firm.scanner, "GET", target, status, 300,
                      "Mozilla/5.0 (compatible; Nessus)", who="the security scan",
                      label="trap:scan")
            )  # fmt: skip
        yield made


def _odd_searches(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """Customers look for words that are also words of a database: one who comes every day, one
    behind a shared address, one who is new and comes back."""
    regular = firm.customers[3]
    shared = next(one for one in firm.customers if one.through == "nat")
    fresh = outside(chance)
    for day, hour, address, agent, who in (
        (2, 10, regular.address, regular.agent, regular.who),
        (4, 15, shared.address, shared.agent, shared.who),
        (3, 11, fresh, firm.customers[9].agent, "customer new"),
    ):
        time = _at(day, hour, chance)
        yield [
            asked(time, address, "GET", "/search.php?q=union+select+committee+valve", 200, 9_000,
                  agent, who=who, label="trap:odd-search")
        ]  # fmt: skip
        yield [
            asked(time + number * 40 * SECOND, address, "GET", f"/shop?item={number}", 200, 9_000,
                  agent, who=who)
            for number in range(1, 30)
        ]  # fmt: skip
        yield [  # and turns the page
            asked(time + 60 * SECOND, address, "GET",
                  "/search.php?q=union+select+committee+valve&page=2", 200, 9_000, agent, who=who,
                  label="trap:odd-search")
        ]  # fmt: skip


def _administrators(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """Tools of the system, used by those whose tools they are."""
    certutil = "C:\\Windows\\System32\\certutil.exe"
    for day in range(5):
        who = chance.choice(firm.of_role("admin"))
        time, pid = _at(day, 10, chance), chance.randrange(1000, 30_000)
        commands = (
            (certutil, "certutil -urlcache -f https://pki.partner7.example/root.crl C:\\it\\r.crl"),
            (POWERSHELL, 'powershell -NoProfile -Command "Get-Service | Export-Csv C:\\it\\s.csv"'),
            ("C:\\it\\PsExec.exe", "psexec \\\\WS-101 -s cmd /c wmic qfe list"),
        )  # fmt: skip
        image, command = commands[day % 3]
        made = [started(time, who.host, who.account, image, command, CMD, pid, who=who.who,
                        label="trap:administrator")]  # fmt: skip
        if image == certutil:
            to = firm.clouds[5]
            made.append(connected(time + SECOND, who, image, pid, to, 443,
                                  name="pki.partner7.example", who=who.who,
                                  label="trap:administrator"))  # fmt: skip
        yield made


def _remote_support(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """The help desk has people start its tool from the download folder; so does a vendor once."""
    tool = "AnyDesk"
    by_help_desk = ((0, 14), (1, 9), (1, 15), (2, 14), (4, 11))
    sessions = [(day, hour, firm.relay) for day, hour in by_help_desk]
    for day, hour, to in (*sessions, (3, 13, outside(chance))):
        who = chance.choice(firm.of_role("office"))
        time, pid = _at(day, hour, chance), chance.randrange(1000, 30_000)
        image = f"C:\\Users\\{who.login}\\Downloads\\AnyDesk.exe"
        made = [started(time, who.host, who.account, image, f'"{image}"', EXPLORER, pid,
                        Product=tool, Description=tool, who=who.who,
                        label="trap:remote-support")]  # fmt: skip
        made += [
            connected(time + 2 * SECOND + minute * MINUTE, who, image, pid, to, 443,
                      who=who.who, label="" if minute else "trap:remote-support")
            for minute in range(0, 40, 4)
        ]  # fmt: skip
        yield made


def _servers(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """The backup packs and sends; a build pipes a download into a shell."""
    registry = firm.clouds[9]
    for day in range(7):
        time = _at(day, 3, chance)
        pid = chance.randrange(2_000, 60_000)
        yield [
            linux(time, BACKUP, "backup", "/usr/bin/tar", "tar czf /tmp/.night.tgz /srv/config",
                  "/usr/bin/bash", pid, who="service backup-1", label="trap:backup"),
            linux(time + MINUTE, BACKUP, "backup", "/usr/bin/curl",
                  "curl -T /tmp/.night.tgz https://vault.example/night/", "/usr/bin/bash", pid + 1,
                  who="service backup-1", label="trap:backup"),
            linux_connected(time + MINUTE + SECOND, BACKUP, "backup", "/usr/bin/curl", pid + 1,
                            SERVERS[BACKUP], firm.clouds[20], 443, who="service backup-1"),
        ]  # fmt: skip
        if day % 2 == 0:
            time = _at(day, 13, chance)
            yield [
                linux(time, BUILD, "ci", "/usr/bin/bash",
                      "sh -c curl -fsSL https://registry.example/setup.sh | bash",
                      "/usr/bin/node", pid + 5, who="service build-1", label="trap:build"),
                linux_connected(time + SECOND, BUILD, "ci", "/usr/bin/curl", pid + 6,
                                SERVERS[BUILD], registry, 443, who="service build-1"),
            ]  # fmt: skip


def _legal(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """A lawsuit: legal exports seven mailboxes."""
    who = firm.of_role("legal")[0]
    time = _at(3, 10, chance)
    yield [
        exported(time + number * 3 * MINUTE, who.account, firm.people[30 + number].login,
                 who=who.who, label="trap:legal-export")
        for number in range(7)
    ]  # fmt: skip
    for day in range(5):
        for _ in range(40):
            moment = START + day * DAY + chance.randrange(8 * HOUR, 17 * HOUR)
            yield [
                started(moment, who.host, who.account, CMD, "cmd /c echo", EXPLORER,
                        chance.randrange(1000, 30_000), who=who.who)
            ]  # fmt: skip


def _ticket_system(firm: Firm) -> Iterator[Iterable[Event]]:
    """A ticket system elsewhere reads its mailbox by a script; for an hour on Thursday, when its
    password had to be changed, in vain."""
    chance = random.Random(f"disruption/traps/tickets/{firm.seed}")
    address = outside(chance)
    changed = _at(3, 9, chance)
    yield [
        asked(time, address, "POST", "/ews/exchange.asmx",
              401 if changed <= time < changed + HOUR else 200, 4_000, "python-requests/2.31.0",
              login=f"{firm.people[0].account.partition(chr(92))[0]}\\tickets",
              who="service tickets", label="trap:tickets")
        for time in range(START + 7 * MINUTE, START + 7 * DAY, 20 * MINUTE)
    ]  # fmt: skip


def _payments(firm: Firm, chance: random.Random) -> Iterator[Iterable[Event]]:
    """An operator copies a payment file by hand; the help desk clears a printer's queue."""
    operator, desk = firm.of_role("finance")[0], firm.of_role("admin")[0]
    time = _at(1, 11, chance)
    yield [
        sysmon(time, PAY, operator.account, 11, Image=EXPLORER, ProcessId=4100,
               TargetFilename="D:\\swift\\emission\\manual-7.fin", who=operator.who,
               label="trap:payment-by-hand")
    ]  # fmt: skip
    time = _at(2, 9, chance)
    yield [
        started(time, firm.people[70].host, desk.account, "C:\\Windows\\System32\\net.exe",
                "net stop spooler", CMD, 5120, who=desk.who, label="trap:print-queue"),
        started(time + 30 * SECOND, firm.people[70].host, desk.account,
                "C:\\Windows\\System32\\net.exe", "net start spooler", CMD, 5121, who=desk.who),
    ]  # fmt: skip
    for day in range(5):
        for number in range(30):
            moment = START + day * DAY + 8 * HOUR + number * 17 * MINUTE
            yield [
                started(moment, PAY, operator.account, "C:\\swift\\bin\\entry.exe",
                        f"entry.exe /batch {number}", EXPLORER, 4000 + number, who=operator.who)
            ]  # fmt: skip
