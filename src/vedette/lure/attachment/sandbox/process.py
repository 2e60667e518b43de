"""Limits of a process that every Linux offers: rlimits, prctl(2), capabilities, namespaces."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

from vedette.lure.attachment.sandbox.kernel import Unavailable, prctl, syscall

CPU_SECONDS = 3600
"""Processor time in the life of one process. A single message is held by the clock; this ends
what escaped it."""
FILES = 32
"""Open files: the socket, standard error and what an import needs at a time."""

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION = 0x20080522
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CLONE_NEWIPC = 0x08000000


def die_with_parent(parent: int | None) -> None:
    """Be killed when the parent's thread that started this process ends (prctl(2))."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the call: then nobody would ever send the signal.
    if parent is not None and os.getppid() != parent:
        os._exit(0)


def no_new_privileges() -> None:
    """No program started from here gains rights, and a filter may be installed."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def not_dumpable() -> None:
    """No core, and no other process of the user may trace this one."""
    prctl(_PR_SET_DUMPABLE, 0)


def limit_resources(memory: int) -> None:
    """Address space, processor time, and nothing that writes or multiplies."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def drop_capabilities() -> None:
    """What root may do beyond owning files: gone. (capabilities(7))"""
    number = _CAPSET.get(os.uname().machine)
    if number is None:
        raise Unavailable(f"no system call numbers for {os.uname().machine}")
    if os.geteuid() == 0:
        for capability in range(64):
            try:
                prctl(_PR_CAPBSET_DROP, capability)
            except Unavailable:
                break  # past the last one that this kernel has, or without the right to drop
    header = _Header(_CAPABILITY_VERSION, 0)
    none = (_Sets * 2)()
    syscall(number, ctypes.byref(header), ctypes.byref(none))


def leave_network() -> None:
    """A network namespace with nothing in it, for kernels without seccomp."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) != 0:
        raise Unavailable(f"unshare: {os.strerror(ctypes.get_errno())}")
