"""Events in the native formats of their sources."""

from __future__ import annotations

import calendar
import hashlib
from typing import Any, Final
from xml.sax.saxutils import escape

import orjson

from benchmarks.disruption.event import SECOND, Event
from benchmarks.disruption.firm import DOMAIN, PUBLIC_WEB, Person
from vedette.model.instant import rfc3339

_MONTHS: Final = tuple(calendar.month_abbr)[1:]
SYSMON: Final = "Microsoft-Windows-Sysmon/Operational"


def sysmon(
    time: int,
    host: str,
    account: str,
    number: int,
    *,
    who: str = "",
    label: str = "",
    **fields: Any,
) -> Event:
    """An event of Sysmon on Windows, as a shipper writes it: JSON."""
    stamp = rfc3339(time)
    record = {
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "Channel": SYSMON,
        "EventID": number,
        "Computer": f"{host}.{DOMAIN}",
        "TimeCreated": stamp,
        "UtcTime": stamp[:-4].replace("T", " "),
        "User": account,
        **fields,
    }
    login = account.rpartition("\\")[2].lower()
    keys = [f"host:{host.lower()}", f"account:{login}"]
    if "ProcessId" in fields:
        keys.append(f"pid:{host.lower()}/{fields['ProcessId']}")
    if number == 3:
        keys += [f"to:{fields['DestinationIp']}", f"from:{fields['SourceIp']}"]
    return Event(time, "windows", orjson.dumps(record), tuple(keys), "", who, label)


def started(
    time: int,
    host: str,
    account: str,
    image: str,
    command: str,
    parent: str,
    pid: int,
    *,
    who: str = "",
    label: str = "",
    **more: Any,
) -> Event:
    """A program starts on Windows. A program is the same file wherever it lies."""
    digest = hashlib.sha256(image.rpartition("\\")[2].lower().encode()).hexdigest()
    fields = {
        "Image": image,
        "CommandLine": command,
        "ParentImage": parent,
        "ParentCommandLine": parent,
        "CurrentDirectory": "C:\\Windows\\System32\\",
        "ProcessId": pid,
        "ProcessGuid": guid(host, pid, image),
        "ParentProcessId": 700 + pid % 97,
        "OriginalFileName": image.rpartition("\\")[2],
        "IntegrityLevel": "Medium",
        "Hashes": f"SHA256={digest.upper()}",
        **more,
    }
    return sysmon(time, host, account, 1, who=who, label=label, **fields)


def connected(
    time: int,
    person: Person,
    image: str,
    pid: int,
    to: str,
    port: int,
    *,
    name: str = "",
    who: str = "",
    label: str = "",
    host: str = "",
    address: str = "",
) -> Event:
    """A program on Windows opens a connection."""
    host = host or person.host
    more = {"DestinationHostname": name} if name else {}
    return sysmon(
        time,
        host,
        person.account,
        3,
        who=who,
        label=label,
        Image=image,
        ProcessId=pid,
        ProcessGuid=guid(host, pid, image),
        Protocol="tcp",
        Initiated="true",
        SourceIp=address or person.address,
        SourcePort=49152 + pid % 16000,
        DestinationIp=to,
        DestinationPort=port,
        **more,
    )


def guid(host: str, pid: int, image: str) -> str:
    """Sysmon's name of a process: the same for all its events."""
    digest = hashlib.md5(f"{host}/{pid}/{image}".lower().encode(), usedforsecurity=False)
    text = digest.hexdigest()
    return f"{{{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}}}".upper()


def conn(
    time: int, origin: str, answerer: str, port: int, sent: int, got: int, *, who: str = "",
    label: str = "",
) -> Event:  # fmt: skip
    """A connection, by Zeek."""
    record = {
        "_path": "conn",
        "ts": time / SECOND,
        "uid": f"C{time:x}",
        "id.orig_h": origin,
        "id.orig_p": 30000 + time % 30000,
        "id.resp_h": answerer,
        "id.resp_p": port,
        "proto": "tcp",
        "service": {443: "ssl", 80: "http", 25: "smtp", 445: "smb"}.get(port, "-"),
        "duration": 1.5,
        "orig_bytes": sent,
        "resp_bytes": got,
        "conn_state": "SF",
    }
    keys = (f"from:{origin}", f"to:{answerer}")
    return Event(time, "zeek", orjson.dumps(record), keys, "", who, label)


def looked_up(
    time: int, origin: str, name: str, answer: str, *, who: str = "", label: str = ""
) -> Event:
    """A name looked up, by Zeek."""
    record = {
        "_path": "dns",
        "ts": time / SECOND,
        "uid": f"D{time:x}",
        "id.orig_h": origin,
        "id.orig_p": 20000 + time % 20000,
        "id.resp_h": "10.10.0.2",
        "id.resp_p": 53,
        "proto": "udp",
        "query": name,
        "qtype_name": "A",
        "rcode_name": "NOERROR",
        "answers": [answer],
    }
    keys = (f"from:{origin}", "to:10.10.0.2", f"domain:{name}")
    return Event(time, "zeek", orjson.dumps(record), keys, "", who, label)


def asked(
    time: int,
    client: str,
    method: str,
    target: str,
    status: int,
    size: int,
    agent: str,
    *,
    login: str = "",
    who: str = "",
    label: str = "",
) -> Event:
    """A request in the access log of the website."""
    user = login.replace("\\", "\\\\") or "-"  # as servers escape it
    line = (
        f'{client} - {user} [{_access_time(time)}] "{method} {target} HTTP/1.1" '
        f'{status} {size} "-" "{agent}"'
    )
    keys = [f"client:{client}", f"from:{client}", f"to:{PUBLIC_WEB}"]
    if login:
        keys.append(f"account:{login.rpartition(chr(92))[2].lower()}")
    return Event(time, "web", line.encode(), tuple(keys), target.partition("?")[0], who, label)


def linux(
    time: int,
    host: str,
    user: str,
    image: str,
    command: str,
    parent: str,
    pid: int,
    *,
    who: str = "",
    label: str = "",
) -> Event:
    """A program starts on a Linux server: Sysmon for Linux, as it logs it."""
    stamp = rfc3339(time)
    data = {
        "UtcTime": stamp[:-4].replace("T", " "),
        "ProcessGuid": guid(host, pid, image),
        "ProcessId": pid,
        "Image": image,
        "CommandLine": command,
        "CurrentDirectory": "/",
        "User": user,
        "ParentProcessId": 800 + pid % 50,
        "ParentImage": parent,
        "ParentCommandLine": parent,
    }
    return _linux(time, host, 1, data, pid, user, who, label)


def linux_wrote(
    time: int, host: str, user: str, image: str, name: str, pid: int, *, who: str = "",
    label: str = "",
) -> Event:  # fmt: skip
    """A file is written on a Linux server."""
    data = {
        "UtcTime": rfc3339(time)[:-4].replace("T", " "),
        "ProcessGuid": guid(host, pid, image),
        "ProcessId": pid,
        "Image": image,
        "TargetFilename": name,
        "User": user,
    }
    return _linux(time, host, 11, data, pid, user, who, label)


def linux_connected(
    time: int, host: str, user: str, image: str, pid: int, source: str, to: str, port: int, *,
    who: str = "", label: str = "",
) -> Event:  # fmt: skip
    """A program on a Linux server opens a connection."""
    data = {
        "UtcTime": rfc3339(time)[:-4].replace("T", " "),
        "ProcessGuid": guid(host, pid, image),
        "ProcessId": pid,
        "Image": image,
        "User": user,
        "Protocol": "tcp",
        "Initiated": "true",
        "SourceIp": source,
        "SourcePort": 40000 + pid % 9000,
        "DestinationIp": to,
        "DestinationPort": port,
    }
    made = _linux(time, host, 3, data, pid, user, who, label)
    return made._replace(keys=(*made.keys, f"to:{to}", f"from:{source}"))


def exported(time: int, account: str, mailbox: str, *, who: str = "", label: str = "") -> Event:
    """A mailbox is exported on the mail server, as its management log tells."""
    record = {
        "Provider_Name": "MSExchange CmdletLogs",
        "Channel": "MSExchange Management",
        "EventID": 1,
        "Computer": f"mail-1.{DOMAIN}",
        "TimeCreated": rfc3339(time),
        "User": account,
        "Data": [
            "New-MailboxExportRequest",
            f"-Mailbox {mailbox} -FilePath \\\\files-1\\legal\\{mailbox}.pst",
            account,
        ],
    }
    login = account.rpartition("\\")[2].lower()
    keys = ("host:mail-1", f"account:{login}")
    return Event(time, "windows", orjson.dumps(record), keys, "", who, label)


def _linux(
    time: int, host: str, number: int, data: dict[str, Any], pid: int, user: str, who: str,
    label: str,
) -> Event:  # fmt: skip
    inner = "".join(f'<Data Name="{name}">{escape(str(value))}</Data>'
                    for name, value in data.items())  # fmt: skip
    text = (
        '<Event><System><Provider Name="Linux-Sysmon" '
        'Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/>'
        f"<EventID>{number}</EventID><Version>5</Version><Level>4</Level>"
        f'<TimeCreated SystemTime="{rfc3339(time)}"/><EventRecordID>{time % 10**9}</EventRecordID>'
        "<Channel>Linux-Sysmon/Operational</Channel>"
        f"<Computer>{host}.{DOMAIN}</Computer></System><EventData>{inner}</EventData></Event>"
    )
    keys = (f"host:{host}", f"account:{user}", f"pid:{host}/{pid}")
    return Event(time, "linux", text.encode(), keys, "", who, label)


def _access_time(time: int) -> str:
    stamp = rfc3339(time)
    month = _MONTHS[int(stamp[5:7]) - 1]
    return f"{stamp[8:10]}/{month}/{stamp[:4]}:{stamp[11:19]} +0000"
