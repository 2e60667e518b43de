"""Sysmon for Linux: events as XML, one a line, with or without what syslog puts before them."""

from __future__ import annotations

import re
from typing import Final

from vedette.sources.formats.syslog import FORMAT as SYSLOG
from vedette.sources.formats.syslog import SyslogReader

_EVENT: Final = re.compile(
    # up to the tag this is a syslog line of any dialect
    rb"(?:[^\r\n]{8,512}?\ssysmon(?:\[\d{1,10}\])?(?:: | (?:\d{1,10}|-) \S{1,32} - )\s?)?"
    rb"<Event[ >][^\r\n]{0,200}Linux-Sysmon"
)


class SysmonLinuxFormat:
    """Recognised where the first line is such an event. In a syslog file that begins otherwise
    the syslog format finds the events among the messages; one reader serves both."""

    name = "sysmon-linux"

    def recognises(self, head: bytes) -> bool:
        return _EVENT.match(head.lstrip()) is not None

    def reader(self, state: str = "") -> SyslogReader:
        return SYSLOG.reader(state)


FORMAT: Final = SysmonLinuxFormat()
