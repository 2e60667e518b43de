"""Which audit records stand alone and which are parts of an event.

The kernel numbers record types in ranges (include/uapi/linux/audit.h): 1000-1099 commands to the
audit system, 1100-1199 and 2100-2999 records that programs send, 1200-1299 those of auditd itself,
1300-1399 parts of a system call's event, 1400-1999 other kernel records, which may come with a
SYSCALL record. What a program or auditd writes is one record with a serial number of its own.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBERED: Final = {
    1006: "LOGIN",
    1300: "SYSCALL",
    1302: "PATH",
    1303: "IPC",
    1304: "SOCKETCALL",
    1305: "CONFIG_CHANGE",
    1306: "SOCKADDR",
    1307: "CWD",
    1309: "EXECVE",
    1311: "IPC_SET_PERM",
    1318: "OBJ_PID",
    1319: "TTY",
    1320: "EOE",
    1321: "BPRM_FCAPS",
    1322: "CAPSET",
    1323: "MMAP",
    1325: "NETFILTER_CFG",
    1326: "SECCOMP",
    1327: "PROCTITLE",
    1330: "KERN_MODULE",
    1331: "FANOTIFY",
    1334: "BPF",
    1335: "EVENT_LISTENER",
    1336: "URINGOP",
    1337: "OPENAT2",
    1400: "AVC",
    1401: "SELINUX_ERR",
    1403: "MAC_POLICY_LOAD",
    1404: "MAC_STATUS",
    1700: "ANOM_PROMISCUOUS",
    1701: "ANOM_ABEND",
    1702: "ANOM_LINK",
}

_NUMBER: Final = re.compile(r"(?:UNKNOWN\[)?(\d{4})\]?", re.ASCII)

_ALONE_PREFIXES: Final = (
    "USER_",
    "SERVICE_",
    "SYSTEM_",
    "CRED_",
    "ADD_",
    "DEL_",
    "GRP_",
    "ACCT_",
    "CRYPTO_",
    "DAEMON_",
    "VIRT_",
    "ANOM_",
    "RESP_",
    "ROLE_",
    "LABEL_",
    "DEV_",
)
_ALONE_NAMES: Final = frozenset(
    (
        "USER",
        "KERNEL",
        "CHGRP_ID",
        "CHUSER_ID",
        "TRUSTED_APP",
        "TEST",
        "FS_RELABEL",
        "USYS_CONFIG",
        "SOFTWARE_UPDATE",
        "MAC_CHECK",
    )
)
# the kernel's own anomalies come with a SYSCALL record
_KERNEL_ANOMALIES: Final = frozenset(("ANOM_PROMISCUOUS", "ANOM_ABEND", "ANOM_LINK", "ANOM_CREAT"))


def type_name(written: str) -> str:
    """The type's name: `1309` and `UNKNOWN[1309]` are what older tools write for EXECVE. A number
    without a name here stays as written."""
    if written.isalpha() or not (match := _NUMBER.fullmatch(written)):
        return written
    return _NUMBERED.get(int(match[1]), written)


def stands_alone(name: str) -> bool:
    """True if no other record shares the event of a record of this type. A type that is not
    known may have company."""
    if name in _ALONE_NAMES:
        return True
    if name.startswith(_ALONE_PREFIXES):
        return name not in _KERNEL_ANOMALIES
    if match := _NUMBER.fullmatch(name):
        number = int(match[1])
        return 1100 <= number < 1300 or 2000 <= number < 3000
    return False
