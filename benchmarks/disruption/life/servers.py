"""What runs on the firm's servers."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.disruption.event import Event
from benchmarks.disruption.firm import BACKUP, BUILD, FILES, WEB, Firm
from benchmarks.disruption.writing import linux

_WORK: Final = (
    (WEB, "www-data", "/usr/bin/convert", "convert in-{n}.png -resize 800 out.png",
     "/usr/sbin/php-fpm8.2"),
    (WEB, "root", "/usr/sbin/logrotate", "logrotate /etc/logrotate.conf", "/usr/sbin/cron"),
    (WEB, "root", "/usr/bin/systemctl", "systemctl is-active nginx", "/usr/sbin/zabbix_agentd"),
    (BUILD, "ci", "/usr/bin/git", "git clone ssh://git@files-1/app-{n}.git", "/usr/bin/runner"),
    (BUILD, "ci", "/usr/bin/gcc", "gcc -O2 -c part{n}.c", "/usr/bin/make"),
    (BUILD, "ci", "/usr/bin/npm", "npm ci", "/usr/bin/runner"),
    (BUILD, "ci", "/usr/bin/curl", "curl -fsSL https://registry.example/p{n}.tgz -o p.tgz",
     "/usr/bin/bash"),
    (BACKUP, "backup", "/usr/bin/restic", "restic backup /srv/{n}", "/usr/sbin/cron"),
    (BACKUP, "backup", "/usr/bin/ssh", "ssh files-1 zfs list", "/usr/bin/bash"),
    (FILES, "root", "/usr/sbin/smbd", "smbd --foreground", "/usr/sbin/smbd"),
)  # fmt: skip


def work(_: Firm, chance: random.Random, time: int) -> list[Event]:
    """A program starts on a server."""
    host, user, image, command, parent = chance.choice(_WORK)
    said = command.replace("{n}", str(chance.randrange(1000)))
    pid = chance.randrange(2_000, 60_000)
    return [linux(time, host, user, image, said, parent, pid, who=f"service {host}")]
