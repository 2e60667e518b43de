"""What the guides assume is there, in small: logs at the paths they name, and the programs they
pipe from. All of it is invented."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any, Final

COMBINED: Final = '203.0.113.7 - - [02/Mar/2026:09:10:40 +0000] "GET /a HTTP/1.1" 200 5 "-" "b"'
SYSLOG: Final = "<86>Mar  2 09:10:40 web sshd[12]: Failed password for root from 203.0.113.7"
ISO: Final = "2026-03-02T09:10:40+0000 web sshd[12]: Failed password for root"
SYSMON_LINUX: Final = (
    '2026-03-02T09:10:40+00:00 web sysmon: <Event><System><Provider Name="Linux-Sysmon"/>'
    "<EventID>1</EventID><Channel>Linux-Sysmon/Operational</Channel><Computer>web</Computer>"
    '</System><EventData><Data Name="Image">/bin/sh</Data></EventData></Event>'
)
AUDIT: Final = 'type=SYSCALL msg=audit(1772442640.123:42): arch=c000003e syscall=59 comm="sh"'
ZEEK: Final = (
    "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\n#types\ttime\tstring\taddr\n"
    "1772442640.1\tC1\t203.0.113.7"
)
WINDOWS: Final[dict[str, Any]] = {
    "Channel": "Security", "EventID": 4688, "Computer": "pc", "NewProcessName": "C:\\a.exe",
}  # fmt: skip
WINLOG: Final = {
    "@timestamp": "2026-03-02T09:10:40Z",
    "winlog": {"channel": "Security", "event_id": 4688, "event_data": {"CommandLine": "a"}},
}
EVE: Final = {
    "timestamp": "2026-03-02T09:10:40.0+0000",
    "event_type": "dns",
    "dns": {"rrname": "a"},
}
OSQUERY: Final = {
    "name": "q", "hostIdentifier": "pc", "calendarTime": "Mon Mar  2 09:10:40 2026 UTC",
    "unixTime": 1772442640, "columns": {"path": "/bin/sh", "cmdline": "sh"}, "action": "added",
}  # fmt: skip

OFFER: Final = (
    "From: Jane <jane@jobs.example>\nTo: ann@firm.example\nSubject: Job\n\n"
    "We have a job opportunity for you."
)
FIRM: Final = (
    "employers:\n- {key: acme, name: Acme Rotors, country: DE, sector: aerospace,"
    " domains: [acme-rotors.example], own: true}"
)

LINES: Final = {
    "offer.eml": OFFER,
    "page.html": "<html><body><h1>Jane Roe</h1><p>Recruiter at Acme Rotors</p></body></html>",
    "mailbox.mbox": f"From jane@jobs.example Mon Mar  2 09:14:07 2026\n{OFFER}",
    "my-firm/employers.yml": FIRM,
    "/var/log/auth.log": SYSLOG,
    "/var/log/messages": ISO,
    "/var/log/syslog": SYSMON_LINUX,
    "/var/log/audit/audit.log": AUDIT,
    "/var/log/nginx/access.log": COMBINED,
    "/var/log/apache2/other_access.log": COMBINED,
    "/var/log/suricata/eve.json": json.dumps(EVE),
    "/var/log/osquery/osqueryd.results.log": json.dumps(OSQUERY),
    "/opt/zeek/logs/current/conn.log": ZEEK,
    "/opt/zeek/logs/2026-03-02/conn.log": ZEEK,
    "/srv/wef/a.json": json.dumps(WINDOWS),
    "/srv/winlogbeat/a.ndjson": json.dumps(WINLOG),
    "events-1.ndjson": json.dumps(WINLOG),
    "trail.ndjson": json.dumps({"eventName": "ConsoleLogin"}),
    "event.json": json.dumps(WINDOWS),
    "eve.json": json.dumps(EVE),
    "my-rules/own.yml": "title: Part of its title\nid: 8d0b1d0e-6f0c-4d57-8f0f-0b8f6c0c9a11\n"
    "logsource: {product: windows}\ndetection: {a: {EventID: 1}, condition: a}\nlevel: low",
}
"""Path to what is in the file; absolute ones are put below the root of the sandbox."""

PROGRAMS: Final = {"journalctl": ISO, "ausearch": AUDIT, "kubectl": COMBINED}
"""What other programs would print."""


def furnish(folder: Path, root: Path, evtx: bytes) -> None:
    """Write everything: relative paths below `folder`, absolute ones below `root`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, text in LINES.items():
        path = root / name[1:] if name.startswith("/") else folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    (root / "srv/evtx").mkdir()
    for path in (folder / "Security.evtx", root / "srv/evtx/a.evtx", folder / "logs/a.evtx"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(evtx)
    (folder / "C/Windows/System32/winevt").mkdir(parents=True)
    (folder / "logs").rename(folder / "C/Windows/System32/winevt/Logs")
    table = pa.table({name: [value] for name, value in WINDOWS.items()})
    pq.write_table(table, folder / "events.parquet")
    for name, maker in (("events.arrow", pa.ipc.new_file), ("stream.arrows", pa.ipc.new_stream)):
        with maker(str(folder / name), table.schema) as writer:
            writer.write_table(table)
    (folder / "events.json.gz").write_bytes(gzip.compress(json.dumps(WINDOWS).encode()))
    with zipfile.ZipFile(folder / "evidence.zip", "w") as archive:
        archive.writestr("a.log", COMBINED + "\n")
    with zipfile.ZipFile(folder / "sigma.zip", "w") as archive:
        archive.writestr("rules/own.yml", LINES["my-rules/own.yml"])
    _tar(folder / "logs.tar.zst", folder / "event.json")
    for name, text in PROGRAMS.items():
        program = folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n")
        program.chmod(0o755)


def _tar(path: Path, member: Path) -> None:
    import io
    import tarfile

    import pyarrow as pa

    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.add(member, member.name)
    with pa.CompressedOutputStream(str(path), "zstd") as out:
        out.write(held.getvalue())
