"""The resolver against a real server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from vedette.lure.identity.authentication.dns import DnsResolver, LookupFailedError

ZONE = {
    ("txt.example.", "TXT"): ['"v=spf1 " "-all"', '"other"'],
    ("mx.example.", "MX"): ["20 b.example.", "10 a.example."],
    ("a.example.", "A"): ["192.0.2.1"],
}


@pytest.fixture
def port() -> Iterator[int]:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(10)
    thread = threading.Thread(target=_serve, args=(server,))
    thread.start()
    number: int = server.getsockname()[1]
    yield number
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
        stop.sendto(b"", ("127.0.0.1", number))
    thread.join()
    server.close()


def _serve(server: socket.socket) -> None:
    while True:
        data, client = server.recvfrom(4096)
        if not data:
            return
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        reply = dns.message.make_response(query)
        if name == "silent.example.":
            continue
        if name == "broken.example.":
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif records := ZONE.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif not any(known == name for known, _ in ZONE):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(reply.to_wire(), client)


def test_answers(port: int) -> None:
    resolver = DnsResolver(["127.0.0.1"], port=port, timeout=2.0)
    assert sorted(resolver.lookup("txt.example", "TXT")) == ["other", "v=spf1 -all"]
    assert resolver.lookup("mx.example", "MX") == ("a.example", "b.example")
    assert resolver.lookup("a.example.", "A") == ("192.0.2.1",)
    assert resolver.lookup("a.example", "AAAA") == ()
    assert resolver.lookup("nosuch.example", "A") == ()
    assert resolver.lookup("bad..name", "A") == ()
    assert resolver.lookup("x" * 70 + ".example", "A") == ()


def test_no_answer(port: int) -> None:
    resolver = DnsResolver(["127.0.0.1"], port=port, timeout=0.3)
    with pytest.raises(LookupFailedError, match=r"silent\.example"):
        resolver.lookup("silent.example", "A")
    with pytest.raises(LookupFailedError):
        resolver.lookup("broken.example", "A")
