"""seccomp: a list of the system calls that are left; all others fail with EPERM.

Sources: seccomp(2); Documentation/userspace-api/seccomp_filter.rst; the kernel's tables of
system call numbers (x86: syscall_64.tbl; aarch64: include/uapi/asm-generic/unistd.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from vedette.lure.attachment.sandbox.kernel import Unavailable, syscall

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER = 1
_ALL_THREADS = 1

_X32 = 0x40000000
_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_ERRNO = 0x00050000

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000  # the last: O_TMPFILE

_FREE: dict[str, tuple[int | None, int | None]] = {
    # in the order of how often they come
    "recvfrom": (45, 207),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "brk": (12, 214),
    "madvise": (28, 233),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "setitimer": (38, 103),
    "futex": (202, 98),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "nanosleep": (35, 101),
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "write": (1, 64),
    "writev": (20, 66),
    "close": (3, 57),
    "lseek": (8, 62),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "getdents64": (217, 61),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "access": (21, None),
    "faccessat": (269, 48),
    "getcwd": (79, 17),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
"""Name: number on x86_64, number on aarch64 (None: not there)."""

_OPENAT = {"x86_64": 257, "aarch64": 56}
_SIGNALS = {"x86_64": (62, 200, 234), "aarch64": (129, 130, 131)}
"""kill, tkill, tgkill: to the process itself only, so that abort() still ends it."""
_PRLIMIT = {"x86_64": 302, "aarch64": 261}
_CLONE3 = 435

_NUMBER, _ARCHITECTURE = 0, 4


def _argument(index: int) -> int:
    return 16 + 8 * index  # the low half: both processors are little-endian


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def restrict(machine: str) -> None:
    """Install the filter for all threads of the process; it can never be taken off.

    Needs no-new-privileges. Raises Unavailable on other processors and without seccomp.
    """
    if machine not in ARCHITECTURES:
        raise Unavailable(f"no table of system calls for {machine}")
    code = program(machine, os.getpid())
    filled = _Program(len(code) // 8, code)
    thread = syscall(_SECCOMP[machine], _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(filled))
    if thread:
        raise Unavailable(f"thread {thread} could not be restricted")


def program(machine: str, own: int) -> bytes:
    """The filter in classic BPF for a process with the id `own`."""
    column = list(ARCHITECTURES).index(machine)
    refuse = _ERRNO | errno.EPERM
    code = [
        _load(_ARCHITECTURE),
        *_equal(ARCHITECTURES[machine], 1, 0),
        _give(_KILL),
        _load(_NUMBER),
    ]
    if machine == "x86_64":
        # the same numbers with a bit set reach the same calls by another door
        code += [_jump(0x35, _X32, 0, 1), _give(refuse)]
    for numbers in _FREE.values():
        number = numbers[column]
        if number is not None:
            code += [*_equal(number, 0, 1), _give(_ALLOW)]
    code += [
        *_equal(_OPENAT[machine], 0, 4),
        _load(_argument(2)),
        _jump(0x45, _WRITES, 0, 1),
        _give(refuse),
        _give(_ALLOW),
        *_equal(_PRLIMIT[machine], 0, 6),
        _load(_argument(2)),  # the address of a new limit, in two halves
        *_equal(0, 0, 2),
        _load(_argument(2) + 4),
        *_equal(0, 1, 0),
        _give(refuse),
        _give(_ALLOW),
    ]
    for number in _SIGNALS[machine]:
        code += [
            *_equal(number, 0, 4),
            _load(_argument(0)),
            *_equal(own, 1, 0),
            _give(refuse),
            _give(_ALLOW),
        ]
    # The C library tries clone3 first and falls back to clone, which then says EPERM.
    code += [*_equal(_CLONE3, 0, 1), _give(_ERRNO | errno.ENOSYS), _give(refuse)]
    return b"".join(code)


def _instruction(code: int, yes: int, no: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)


def _load(offset: int) -> bytes:
    return _instruction(0x20, 0, 0, offset)


def _give(action: int) -> bytes:
    return _instruction(0x06, 0, 0, action)


def _jump(code: int, value: int, yes: int, no: int) -> bytes:
    return _instruction(code, yes, no, value)


def _equal(value: int, yes: int, no: int) -> tuple[bytes]:
    return (_jump(0x15, value, yes, no),)
