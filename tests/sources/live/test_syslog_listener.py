"""Syslog over real sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from live_running import Running, running
from vedette.model.errors import ConfigError
from vedette.sources.live.payload import Messages
from vedette.sources.live.syslog import Listening, SyslogSource
from vedette.sources.live.tls import Tls


def source(protocol: str = "tcp", **options: Any) -> SyslogSource:
    unwrap = options.pop("unwrap", True)
    return SyslogSource("net", Listening("127.0.0.1", 0, protocol, **options), unwrap=unwrap)


async def send(run: Running, data: bytes, context: ssl.SSLContext | None = None) -> None:
    assert run.source.address is not None
    host, port = run.source.address
    name = "localhost" if context else None
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
    writer.write(data)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def raws(run: Running) -> list[bytes]:
    return [batch.rows.raw(i) for batch in run.batches for i in range(len(batch.rows))]


def test_udp() -> None:
    async def script() -> None:
        async with running(source("udp")) as run:
            assert run.source.address is not None
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                for n in range(50):
                    sock.sendto(
                        b"<34>1 2026-01-02T03:04:05Z h app - - - n=%d\n" % n, run.source.address
                    )
            batches = await run.until(50)
            assert {batch.format for batch in batches} == {"syslog"}
            assert batches[0].source == "syslog:net"
            record = batches[0].rows.record(0)
            assert record["hostname"] == "h"
            assert record["message"] == "n=0"
            places = [b.rows.place(i) for b in batches for i in range(len(b.rows))]
            assert len(set(places)) == 50

    asyncio.run(script())


def test_tcp_with_both_framings() -> None:
    async def script() -> None:
        async with running(source()) as run:
            await send(run, b"<13>Oct 11 22:14:15 h su: one\n<13>Oct 11 22:14:15 h su: two")
            await send(
                run, b"29 <13>Oct 11 22:14:15 h su: abc" + b"29 <13>Oct 11 22:14:15 h su: d\nf"
            )
            await run.until(4)
            assert sorted(raws(run)) == [
                b"<13>Oct 11 22:14:15 h su: abc",
                b"<13>Oct 11 22:14:15 h su: d\nf",
                b"<13>Oct 11 22:14:15 h su: one",
                b"<13>Oct 11 22:14:15 h su: two",
            ]

    asyncio.run(script())


def test_a_sender_waits_while_nothing_is_read() -> None:
    """More than fits is sent at once: the queue stays bounded and everything arrives."""

    async def script() -> None:
        line = b"<13>Oct 11 22:14:15 h su: " + b"x" * 1000 + b"\n"
        async with running(source(queue=65_536)) as run:
            await send(run, line * 3000)
            await run.until(3000, 30)
            assert run.batches[-1].problems == ()

    asyncio.run(script())


def test_too_long_too_many_and_too_quiet() -> None:
    async def script() -> None:
        async with running(source(max_message=500, max_connections=1, idle_timeout=0.5)) as run:
            assert run.source.address is not None
            reader, writer = await asyncio.open_connection(*run.source.address)
            writer.write(b"<13>" + b"x" * 600 + b"\n")
            await run.until(1)
            second, other = await asyncio.open_connection(*run.source.address)
            with pytest.raises(ConnectionResetError):
                if await second.read() == b"":
                    raise ConnectionResetError
            other.close()
            assert "1 connections refused" in await run.until_problem("connections")
            assert "1 messages cut" in await run.until_problem("too long")
            assert await asyncio.wait_for(reader.read(), 5) == b""  # closed for its silence
            writer.close()

    asyncio.run(script())


def test_what_udp_drops_is_counted() -> None:
    async def script() -> None:
        async with running(source("udp", queue=2000)) as run:
            assert run.source.address is not None
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                for _ in range(20):
                    sock.sendto(b"<13>" + b"x" * 400, run.source.address)
            told = await run.until_problem("dropped")
            count = int(told.split(": ")[1].split()[0])
            assert count + sum(len(batch.rows) for batch in run.batches) == 20

    asyncio.run(script())


def test_tls_with_and_without_client_certificates(tmp_path: Path) -> None:
    authority = trustme.CA()
    server = authority.issue_cert("localhost")
    certificate, key, ca = tmp_path / "c.pem", tmp_path / "k.pem", tmp_path / "ca.pem"
    for blob in server.cert_chain_pems:
        blob.write_to_path(certificate, append=True)
    server.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(ca)
    message = b"30 <13>Oct 11 22:14:15 h su: safe"

    async def script() -> None:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        async with running(source(tls=Tls(certificate, key))) as run:
            await send(run, message, context)
            await run.until(1)
        async with running(source(tls=Tls(certificate, key, ca))) as run:
            assert run.source.address is not None
            with pytest.raises((ssl.SSLError, ConnectionError)):
                reader, writer = await asyncio.open_connection(
                    *run.source.address, ssl=context, server_hostname="localhost"
                )
                try:  # TLS 1.3 tells the client only when it reads
                    if await reader.read() == b"":
                        raise ConnectionResetError
                finally:
                    writer.transport.abort()
            known = ssl.create_default_context()
            authority.configure_trust(known)
            authority.issue_cert("client@example.org").configure_cert(known)
            await send(run, message, known)
            await run.until(1)
            told = [problem.what for batch in run.batches for problem in batch.problems]
            assert len(told) == 1, "a sender that is not heard is told of"
            assert "127.0.0.1 refused in the TLS handshake" in told[0]

    asyncio.run(script())


def test_a_useless_certificate_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no-such"):
        Tls(tmp_path / "no-such.pem", tmp_path / "k.pem").context()


HEAD = b"<13>1 2026-01-02T03:04:05Z web1 "


def read(*messages: bytes, unwrap: bool = True) -> list[tuple[str, dict[str, Any], str]]:
    reader = Messages("run", unwrap=unwrap)
    for message in messages:
        reader.add("192.0.2.1", message, 1_767_000_000_000_000)
    return [
        (chunk.format, dict(chunk.rows.record(i)), chunk.rows.place(i))
        for chunk in reader.close()
        for i in range(len(chunk.rows))
    ]


def test_json_inside_of_a_message() -> None:
    eve = b'{"event_type": "alert", "src_ip": "192.0.2.7", "flow_id": 1}'
    ((format, record, place),) = read(HEAD + b"suricata 7 - - " + eve)
    assert (format, place) == ("suricata", "run:1")
    assert record["src_ip"] == "192.0.2.7"
    assert record["syslog"]["hostname"] == "web1"
    ((format, record, _),) = read(HEAD + b"suricata 7 - - " + eve, unwrap=False)
    assert format == "syslog"
    assert record["message"] == eve.decode()


def test_audit_records_inside_of_messages_are_joined_by_sender() -> None:
    def record(host: bytes, kind: bytes, rest: bytes) -> bytes:
        body = b"type=%s msg=audit(1700000000.100:7): %s" % (kind, rest)
        return b"<13>1 2026-01-02T03:04:05Z %s audispd - - - %s" % (host, body)

    events = read(
        record(b"a", b"SYSCALL", b'arch=c000003e syscall=59 exe="/a"'),
        record(b"b", b"SYSCALL", b'arch=c000003e syscall=59 exe="/b"'),
        record(b"a", b"CWD", b'cwd="/home/a"'),
        record(b"b", b"EOE", b""),
        record(b"a", b"EOE", b""),
    )
    assert [
        (format, record["exe"], record.get("cwd"), place) for format, record, place in events
    ] == [
        ("auditd", "/b", None, "run:2"),
        ("auditd", "/a", "/home/a", "run:1"),
    ]


def test_an_audit_record_that_anybody_logged_stays_a_message() -> None:
    forged = b"type=USER_LOGIN msg=audit(1700000000.100:7): res=success"
    ((format, record, _),) = read(HEAD + b"logger - - - " + forged)
    assert format == "syslog"
    assert record["appname"] == "logger"


def test_a_damaged_payload_stays_a_message_and_is_told_of() -> None:
    reader = Messages("run")
    reader.add("192.0.2.1", HEAD + b'app - - - {"a": ', 0)
    (chunk,) = reader.close()
    assert chunk.format == "syslog"
    assert len(chunk.problems) == 1


def test_text_that_is_no_syslog_is_a_message_all_the_same() -> None:
    ((format, record, _),) = read(b"just words")
    assert (format, record) == ("syslog", {"message": "just words"})
