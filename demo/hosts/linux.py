"""Events of Sysmon for Linux on the web server, as syslog carries them. Times in seconds."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from demo.firm import DOMAIN, WEB_SERVER

_PHP: Final = "/usr/sbin/php-fpm8.2"
_SHELL: Final = "/usr/bin/dash"
_WORK: Final = (
    ("root", "/usr/lib/sysstat/sa1", "/usr/lib/sysstat/sa1 1 1", "/usr/sbin/cron"),
    ("root", "/usr/sbin/logrotate", "/usr/sbin/logrotate /etc/logrotate.conf", "/usr/sbin/cron"),
    ("backup", "/usr/bin/rsync", "rsync -a /srv/www/ files-01:/backup/www/", "/usr/bin/dash"),
    ("root", "/usr/bin/apt-get", "apt-get -qq update", "/usr/lib/apt/apt.systemd.daily"),
)


def ordinary(chance: random.Random, time: float) -> bytes:
    """Something that the server does by itself."""
    return _line(time, *chance.choice(_WORK))


def shell_ran(time: float, command: str) -> bytes:
    """What the log would say were the intruder's script called."""
    return _line(time, "www-data", _SHELL, f"sh -c {command}", _PHP)


def _line(time: float, user: str, image: str, command: str, parent: str) -> bytes:
    pid = 2000 + int(hashlib.sha256(f"{time}{image}".encode()).hexdigest()[:4], 16) % 40_000
    stamp = datetime.fromtimestamp(time, UTC)
    guid = hashlib.sha256(f"{pid}/{image}/{time}".encode()).hexdigest()
    data: dict[str, Any] = {
        "UtcTime": stamp.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "ProcessGuid": f"{{{guid[:8]}-{guid[8:12]}-{guid[12:16]}-{guid[16:20]}-{guid[20:32]}}}",
        "ProcessId": pid,
        "Image": image,
        "CommandLine": command,
        "CurrentDirectory": "/",
        "User": user,
        "ParentProcessId": 800 + pid % 50,
        "ParentImage": parent,
        "ParentCommandLine": parent,
    }
    rows = "".join(f'<Data Name="{name}">{escape(str(one))}</Data>' for name, one in data.items())
    when = stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    event = (
        '<Event><System><Provider Name="Linux-Sysmon" '
        'Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>1</EventID><Version>5</Version>'
        f'<Level>4</Level><Task>1</Task><TimeCreated SystemTime="{when}"/>'
        "<Channel>Linux-Sysmon/Operational</Channel>"
        f"<Computer>{WEB_SERVER}.{DOMAIN}</Computer></System><EventData>{rows}</EventData></Event>"
    )
    return f"<14>1 {when} {WEB_SERVER} sysmon {pid} - - {event}".encode()
