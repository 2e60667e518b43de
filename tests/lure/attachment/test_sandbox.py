"""The sandbox, tried from inside: what an exploited reader would want to do fails there."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROBE = """
import ctypes, errno, json, os, resource, signal, socket, subprocess, sys, tempfile, threading
from pathlib import Path
from vedette.lure.attachment import sandbox
from vedette.lure.attachment.sandbox import syscalls
machine = {machine!r} or os.uname().machine
readable = [Path(entry) for entry in [*sys.path, sys.prefix, sys.base_prefix] if entry]
unix = socket.socketpair()
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
libc = ctypes.CDLL(None, use_errno=True)
closed = sandbox.enclose(512 << 20, readable, machine=machine)

def tried(action):
    try:
        action()
    except (OSError, RuntimeError, MemoryError, ValueError) as error:
        return type(error).__name__
    return "done"

def raw(number, *arguments):
    ctypes.set_errno(0)
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")

{body}
print(json.dumps({{"result": result, "closed": closed.closed, "missing": closed.missing}}))
"""


def probe(expression: str, *, setup: str = "", machine: str = "") -> tuple[object, list[str]]:
    """What an expression gives inside a closed sandbox, and what is not closed."""
    body = f"{setup}\nresult = {expression}"
    script = PROBE.format(body=body, machine=machine)
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    if not machine and any("seccomp" in why for why in told["missing"]):
        pytest.skip(f"this kernel lacks a measure: {told['missing']}")
    return told["result"], told["missing"]


REFUSED = {
    "making a socket": "tried(lambda: socket.socket())",
    "making a local socket": "tried(lambda: socket.socket(socket.AF_UNIX))",
    "connecting": "tried(lambda: raw(42 if machine == 'x86_64' else 203, 0, 0, 0))",
    "accepting": "tried(lambda: listener.accept())",
    "running a program": "tried(lambda: os.execv('/bin/true', ['true']))",
    "a child process": "tried(lambda: os.fork())",
    "a child by clone": "tried(lambda: subprocess.run(['/bin/true']))",
    "a thread": "tried(lambda: threading.Thread(target=print).start())",
    "a signal to the parent": "tried(lambda: os.kill(os.getppid(), 0))",
    "a signal to all": "tried(lambda: os.kill(-1, 0))",
    "tracing": "tried(lambda: raw(101 if machine == 'x86_64' else 117, 0, 0, 0, 0))",
    "another's memory": "tried(lambda: raw(310 if machine == 'x86_64' else 270, 1, 0, 0, 0, 0))",
    "making a file": "tried(lambda: open('/tmp/vedette-escape', 'w'))",
    "appending to a file": "tried(lambda: open('/dev/null', 'a'))",
    "a temporary file": "tried(lambda: tempfile.TemporaryFile())",
    "a folder": "tried(lambda: os.mkdir('/tmp/vedette-escape'))",
    "removing": "tried(lambda: os.unlink('/tmp/vedette-none'))",
    "linking": "tried(lambda: os.symlink('/etc/passwd', '/tmp/vedette-link'))",
    "rights of a file": "tried(lambda: os.chmod('/tmp', 0o777))",
    "reading elsewhere": "tried(lambda: open('/etc/passwd').read())",
    "reading the own memory": "tried(lambda: open('/proc/self/mem', 'rb').read(1))",
    "listing elsewhere": "tried(lambda: os.listdir('/'))",
    "another limit": "tried(lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))",
    "leaving the filter": "tried(lambda: raw(157 if machine == 'x86_64' else 167, 22, 0, 0, 0, 0))",
    "a namespace": "tried(lambda: raw(272 if machine == 'x86_64' else 97, 0x10000000))",
    "a program in memory": "tried(lambda: os.memfd_create('x'))",
    "kernel programs": "tried(lambda: raw(321 if machine == 'x86_64' else 280, 0, 0, 0))",
    "rings": "tried(lambda: raw(425, 1, 0))",
}


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused(what: str) -> None:
    result, _ = probe(REFUSED[what])
    # a temporary file finds no folder to be made in; a limit is refused as a value
    refusals = {"PermissionError", "OSError", "RuntimeError", "FileNotFoundError", "ValueError"}
    assert result in refusals, result


ALLOWED = {
    "using the socket that is there": "tried(lambda: (unix[0].send(b'x'), unix[1].recv(1)))",
    "importing": "tried(lambda: __import__('encodings.utf_7'))",
    "memory within the limit": "tried(lambda: bytes(64 << 20))",
    "an alarm": "tried(lambda: signal.setitimer(signal.ITIMER_REAL, 0))",
    "random numbers": "tried(lambda: os.urandom(8))",
}


@pytest.mark.parametrize("what", ALLOWED)
def test_is_left(what: str) -> None:
    assert probe(ALLOWED[what])[0] == "done"


def test_memory_ends_at_the_limit() -> None:
    assert probe("tried(lambda: bytes(600 << 20))")[0] == "MemoryError"


def test_limits_are_what_they_are_said_to_be() -> None:
    names = "('AS', 'CPU', 'FSIZE', 'NPROC', 'CORE', 'NOFILE', 'MEMLOCK')"
    result, _ = probe(f"[resource.getrlimit(getattr(resource, 'RLIMIT_' + n)) for n in {names}]")
    assert result == [
        [512 << 20, 512 << 20],
        [3600, 3600],
        [0, 0],
        [0, 0],
        [0, 0],
        [32, 32],
        [0, 0],
    ]


def test_state_of_the_process() -> None:
    # Read before /proc is out of reach: the flags of prctl can be asked beforehand only, so the
    # measures are applied one by one here and asked for in between.
    script = """
import ctypes, json, os, signal
from vedette.lure.attachment.sandbox import process
process.die_with_parent(os.getppid())
process.no_new_privileges()
process.drop_capabilities()
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
process.not_dumpable()
libc = ctypes.CDLL(None)
death = ctypes.c_int()
libc.prctl(2, ctypes.byref(death), 0, 0, 0)
print(json.dumps([death.value, libc.prctl(3, 0, 0, 0, 0), status["NoNewPrivs"].strip(),
    status["CapEff"].strip(), status["CapPrm"].strip(), status["CapInh"].strip()]))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    none = "0" * 16
    assert json.loads(done.stdout) == [9, 0, "1", none, none, none]


def test_without_seccomp_the_rest_is_in_force_and_the_lack_is_told() -> None:
    result, missing = probe("tried(lambda: open('/etc/passwd').read())", machine="riscv64")
    assert any(why.startswith("seccomp: no table of system calls for riscv64") for why in missing)
    if not any("Landlock" in why for why in missing):
        assert result == "PermissionError"
