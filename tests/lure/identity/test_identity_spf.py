"""SPF by the cases that RFC 7208 names; the circumstances are those of its section 7.4."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.identity.authentication.dns import DictionaryResolver, Kind
from vedette.lure.identity.spf.check import check_host
from vedette.lure.identity.spf.macros import Circumstances, expand
from vedette.lure.identity.spf.record import parse_record

Records = dict[tuple[str, Kind], list[str]]

HOSTS: Records = {
    ("a.example", "A"): ["192.0.2.10"],
    ("a.example", "AAAA"): ["2001:db8::10"],
    ("mx.example", "MX"): ["a.example"],
    ("many.example", "MX"): [f"m{number}.example" for number in range(11)],
    ("10.2.0.192.in-addr.arpa", "PTR"): ["host.a.example", "liar.example"],
    ("host.a.example", "A"): ["192.0.2.10"],
    ("liar.example", "A"): ["203.0.113.1"],
    ("pass.example", "TXT"): ["v=spf1 +all"],
    ("fail.example", "TXT"): ["v=spf1 -all"],
    ("wrong.example", "TXT"): ["v=spf1 nonsense"],
    ("twice.example", "TXT"): ["v=spf1 -all", "v=spf1 +all"],
    ("loop.example", "TXT"): ["v=spf1 include:loop.example"],
    ("jane.192.0.2.10.e.example", "A"): ["127.0.0.2"],
}


def spf(
    record: str | None, address: str = "192.0.2.10", *, failing: list[str] | None = None
) -> str:
    records: Records = dict(HOSTS)
    if record is not None:
        records["d.example", "TXT"] = ["other text", record]
    resolver = DictionaryResolver(records, failing or [])
    return check_host(address, "d.example", "jane@d.example", "helo.example", resolver)


@pytest.mark.parametrize(
    ("record", "result"),
    [
        (None, "none"),
        ("v=spf1", "neutral"),
        ("v=spf10 -all", "none"),
        ("V=SPF1 -ALL", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1 ip4:192.0.2.0/28 -all", "pass"),
        ("v=spf1 ip4:192.0.2.0/29 -all", "fail"),
        ("v=spf1 -ip4:192.0.2.10 +all", "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", "fail"),
        ("v=spf1 a:a.example -all", "pass"),
        ("v=spf1 a:a.example/24//64 -all", "pass"),
        ("v=spf1 mx:mx.example -all", "pass"),
        ("v=spf1 mx:many.example -all", "permerror"),
        ("v=spf1 ptr:a.example -all", "pass"),
        ("v=spf1 ptr:liar.example -all", "fail"),
        ("v=spf1 include:pass.example -all", "pass"),
        ("v=spf1 include:fail.example ~all", "softfail"),
        ("v=spf1 include:nosuch.example +all", "permerror"),
        ("v=spf1 include:wrong.example +all", "permerror"),
        ("v=spf1 include:twice.example +all", "permerror"),
        ("v=spf1 include:loop.example", "permerror"),
        ("v=spf1 redirect=fail.example", "fail"),
        ("v=spf1 redirect=nosuch.example", "permerror"),
        ("v=spf1 redirect=fail.example +all", "pass"),
        ("v=spf1 exists:%{l}.%{i}.e.example -all", "pass"),
        ("v=spf1 unknown=x.example +all", "pass"),
        ("v=spf1 exp=why.example -all", "fail"),
        # limits
        ("v=spf1 " + "a:a.example/32 " * 1 + "include:pass.example", "pass"),
        ("v=spf1 " + "exists:a.example:x " * 1, "permerror"),
        ("v=spf1 " + "-a:mx0.example " * 3 + "+all", "permerror"),
        ("v=spf1 " + "-a:none.example " * 2 + "+all", "pass"),
        ("v=spf1 " + "a:liar.example " * 11 + "+all", "permerror"),
        ("v=spf1 " + "a:liar.example " * 10 + "+all", "pass"),
        # syntax
        ("v=spf1 ip4:192.0.2.0/33 +all", "permerror"),
        ("v=spf1 ip4:192.0.2 +all", "permerror"),
        ("v=spf1 a:a.example/00 +all", "permerror"),
        ("v=spf1 all:x +all", "permerror"),
        ("v=spf1 include +all", "permerror"),
        ("v=spf1 redirect=a.example redirect=a.example", "permerror"),
        ("v=spf1 exists:%(l).e.example +all", "permerror"),
        ("v=spf1 exists:%{z}.e.example +all", "permerror"),
        ("v=spf1 exists:%{c}.e.example +all", "permerror"),
        ("v=spf1 a:nodot +all", "permerror"),
        ("v=spf1 +all and", "permerror"),
    ],
)
def test_records(record: str | None, result: str) -> None:
    assert spf(record) == result


def test_addresses() -> None:
    assert spf("v=spf1 a:a.example -all", "2001:db8::10") == "pass"
    assert spf("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::99") == "pass"
    assert spf("v=spf1 ip4:192.0.2.10 -all", "::ffff:192.0.2.10") == "pass"
    assert spf("v=spf1 +all", "no address") == "none"


def test_temporary_errors() -> None:
    assert spf("v=spf1 a:a.example -all", failing=["a.example"]) == "temperror"
    assert spf("v=spf1 include:pass.example -all", failing=["pass.example"]) == "temperror"
    assert spf("v=spf1 ip4:192.0.2.10 a:a.example -all", failing=["a.example"]) == "pass"


@pytest.mark.parametrize(
    "domain", ["localhost", "a..example", "x" * 64 + ".example", "", "[1.2.3.4]"]
)
def test_domains_that_cannot_have_a_record(domain: str) -> None:
    result = check_host("192.0.2.1", domain, "", "helo.example", DictionaryResolver({}))
    assert result == "none"


WHO = Circumstances(
    ipaddress.ip_address("192.0.2.3"), "strong-bad", "email.example.com", "mx.example.org"
)


@pytest.mark.parametrize(
    ("macro", "text"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{p}.%%x", "unknown.%x"),
        ("%{S}", "strong-bad%40email.example.com"),
    ],
)
def test_macros_of_the_rfc(macro: str, text: str) -> None:
    assert expand(macro, "email.example.com", WHO, lambda: "unknown") == text


def test_macros_of_ipv6() -> None:
    who = Circumstances(ipaddress.ip_address("2001:db8::cb01"), "a", "b.example", "c.example")
    assert expand("%{ir}.%{v}.x", "b.example", who, lambda: "") == (
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.x"
    )


def test_long_names_lose_their_first_labels() -> None:
    who = Circumstances(WHO.address, "x." * 200, "b.example", "c.example")
    assert len(expand("%{l}.b.example", "b.example", who, lambda: "")) <= 253


@given(st.text("aix4ml:/.%{}=-~? redirctnupsv1", max_size=60))
def test_any_record_is_read_or_refused(text: str) -> None:
    try:
        parse_record("v=spf1 " + text)
    except ValueError:
        return
