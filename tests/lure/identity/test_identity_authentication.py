from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.identity.mail_maker import mail
from lure.identity.signing import Records, key_record, sealed, signed
from vedette.lure.identity.authentication.authenticate import authenticate
from vedette.lure.identity.authentication.dmarc import find_record, is_aligned
from vedette.lure.identity.authentication.dns import (
    CountedResolver,
    DictionaryResolver,
    LookupFailedError,
    TooManyLookupsError,
)
from vedette.lure.identity.authentication.header import read_results
from vedette.lure.identity.authentication.result import (
    Authentication,
    AuthenticationSettings,
    Connection,
)
from vedette.lure.identity.authentication.signatures import verify_arc, verify_dkim
from vedette.lure.message import Message
from vedette.lure.reading.mail import read_mail

TRUST = AuthenticationSettings(authserv_ids=("mx.firm.test",))
INTO_FIRM = "from out.boeing.com (out.boeing.com [198.51.100.7]) by mx.firm.test with ESMTPS"
PASS = (
    "mx.firm.test; spf=pass smtp.mailfrom=bounce@boeing.com; dkim=pass header.d=boeing.com;"
    " dmarc=pass (p=REJECT sp=NONE) header.from=boeing.com"
)

RAW = (
    b"From: Jane <jane@sender.example>\r\nTo: bob@firm.test\r\nSubject: A role\r\n"
    b"Date: Mon, 3 Feb 2025 10:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\n\r\nHello.\r\n"
)


def checked(*headers: tuple[str, str], settings: AuthenticationSettings = TRUST) -> Authentication:
    return authenticate(mail("", "jane@boeing.com", headers=headers), settings, None)


def test_results_header() -> None:
    results = read_results(
        'MX.firm.test 1 (a (nested; one) note); spf=pass reason="a; b" smtp.mailfrom=a@b.example;'
        ' dkim/1=fail (bad; key) header.d=C.example header.s="x y"; dmarc=fail (p=quarantine)'
    )
    assert results is not None and results.authserv_id == "mx.firm.test"
    spf, dkim, dmarc = results.methods
    assert (spf.method, spf.result) == ("spf", "pass")
    assert spf.properties == {"reason": "a; b", "smtp.mailfrom": "a@b.example"}
    assert (dkim.method, dkim.result, dkim.properties["header.s"]) == ("dkim", "fail", "x y")
    assert (dmarc.result, dmarc.policy) == ("fail", "quarantine")
    nothing = read_results("mx.firm.test; none")
    assert nothing is not None and nothing.methods == ()
    arc = read_results("i=2; mx.firm.test; arc=pass")
    assert arc is not None and (arc.instance, arc.authserv_id) == (2, "mx.firm.test")
    assert read_results("spf=pass smtp.mailfrom=x") is None
    assert read_results("") is None


@settings(max_examples=200, deadline=None)
@given(st.text('ab=;()"\\ .@/1iI\n', max_size=80))
def test_any_header_is_taken(value: str) -> None:
    read_results(value)


@pytest.mark.parametrize("above", [True, False])
def test_trusted_results(above: bool) -> None:
    fields = [("authentication-results", PASS), ("received", INTO_FIRM)]
    found = checked(*(fields if above else reversed(fields)))
    assert found == Authentication(
        spf="pass",
        spf_domain="boeing.com",
        dkim=("boeing.com",),
        dmarc="pass",
        policy="reject",
        origin="headers",
    )


def test_nobody_is_believed_unasked() -> None:
    fields = [("authentication-results", PASS), ("received", INTO_FIRM)]
    assert checked(*fields, settings=AuthenticationSettings()) == Authentication()


@pytest.mark.parametrize(
    "fields",
    [
        # below a server that is not the firm's
        [
            ("received", INTO_FIRM),
            ("received", "from x by other.example"),
            ("authentication-results", PASS),
        ],
        # with a forged hop of the firm's own name above it
        [
            ("received", INTO_FIRM),
            ("received", "from a [192.0.2.1] by mx.firm.test"),
            ("authentication-results", PASS),
        ],
        # under another name
        [("authentication-results", PASS.replace("mx.firm.test", "mx.firm.test.evil.example"))],
        [
            (
                "authentication-results",
                "(mx.firm.test) " + PASS.replace("mx.firm.test", "evil.example"),
            )
        ],
    ],
)
def test_forged_results_are_ignored(fields: list[tuple[str, str]]) -> None:
    found = checked(*fields)
    assert found.origin == "none" and found.dmarc == "unknown" and found.dkim == ()


def test_the_topmost_word_on_a_method_counts() -> None:
    found = checked(
        ("authentication-results", "mx.firm.test; dmarc=fail (p=reject) header.from=boeing.com"),
        ("received", INTO_FIRM),
        ("authentication-results", PASS),
    )
    assert (found.dmarc, found.policy) == ("fail", "reject")


def test_results_for_another_domain_say_nothing() -> None:
    text = "mx.firm.test; dmarc=pass header.from=evil.example"
    found = checked(("authentication-results", text), ("received", INTO_FIRM))
    assert found.dmarc == "unknown" and "evil.example" in found.notes[0]


def test_two_from_fields() -> None:
    found = checked(("authentication-results", PASS), ("from", "x <x@evil.example>"))
    assert found.dmarc == "permerror"


def test_internal_hops_are_crossed() -> None:
    found = checked(
        ("received", "from relay.firm.test (relay.firm.test [10.0.0.3]) by mx.firm.test"),
        ("received", INTO_FIRM),
        ("authentication-results", PASS),
    )
    assert found.dmarc == "pass"


# --- checked here


def dns(*, dmarc: str = "v=DMARC1; p=reject", **more: list[str]) -> Records:
    records: Records = dict([key_record("sender.example"), key_record("list.example")])
    records["_dmarc.sender.example", "TXT"] = [dmarc]
    records["sender.example", "TXT"] = ["unrelated", "v=spf1 ip4:198.51.100.0/24 -all"]
    return records


def at(raw: bytes) -> Message:
    return read_mail(raw, "test")


def test_dkim_verified() -> None:
    found = authenticate(at(signed(RAW, "sender.example")), TRUST, DictionaryResolver(dns()))
    assert (found.dkim, found.dmarc, found.policy, found.origin) == (
        ("sender.example",),
        "pass",
        "reject",
        "verified",
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"Hello.", b"Hello!"),
        lambda raw: raw.replace(b"A role", b"A rule"),
        lambda raw: raw.replace(b"d=sender.example", b"d=other.example"),
        lambda raw: raw.replace(b"b=", b"b=QUFB", 1),
        lambda raw: raw.replace(b"; h=", b"; hh=", 1),
    ],
)
def test_dkim_spoilt(spoil: object) -> None:
    assert callable(spoil)
    raw = spoil(signed(RAW, "sender.example"))
    found = authenticate(
        at(raw), TRUST, DictionaryResolver(dns()), Connection("192.0.2.1", "x.test")
    )
    assert found.dkim == () and found.dmarc == "fail" and found.notes


def test_weak_signatures_do_not_count() -> None:
    resolver = DictionaryResolver(dns())
    part = verify_dkim(signed(RAW, "sender.example", length=True), resolver, 5)
    assert part.passed == () and "part of the body" in part.notes[0]


def test_limits_of_signatures_and_questions() -> None:
    raw = RAW
    for _ in range(4):
        raw = signed(raw, "sender.example")
    found = verify_dkim(raw, DictionaryResolver(dns()), 2)
    assert found.unsure and "first 2" in found.notes[0]
    counted = CountedResolver(DictionaryResolver({}), 1)
    counted.lookup("a.example", "TXT")
    counted.lookup("A.example.", "TXT")  # remembered
    with pytest.raises(TooManyLookupsError):
        counted.lookup("b.example", "TXT")


def test_dns_that_does_not_answer_proves_nothing() -> None:
    resolver = DictionaryResolver(dns(), failing=["s1._domainkey.sender.example"])
    found = authenticate(at(signed(RAW, "sender.example")), TRUST, resolver)
    assert found.dmarc == "unknown" and found.notes


def test_spf_alone() -> None:
    raw = b"Return-Path: <jane@sender.example>\r\n" + RAW
    resolver = DictionaryResolver(dns())
    good = authenticate(at(raw), TRUST, resolver, Connection("198.51.100.9", "out.sender.example"))
    assert (good.spf, good.dmarc) == ("pass", "pass")
    bad = authenticate(at(raw), TRUST, resolver, Connection("192.0.2.9", "out.sender.example"))
    assert (bad.spf, bad.dmarc) == ("fail", "fail")


def test_connection_from_the_firms_own_received_field() -> None:
    raw = (
        b"Return-Path: <jane@sender.example>\r\n"
        b"Received: from out.sender.example (out.sender.example [198.51.100.9]) by mx.firm.test\r\n"
    ) + RAW
    assert authenticate(at(raw), TRUST, DictionaryResolver(dns())).spf == "pass"


def test_arc_of_a_trusted_list() -> None:
    raw = signed(RAW, "sender.example")
    results = (
        "list.example; dkim=pass header.d=sender.example; dmarc=pass header.from=sender.example"
    )
    changed = raw.replace(b"Subject: A", b"Subject: [list] A")
    through = sealed(changed, "list.example", results)
    resolver = DictionaryResolver(dns())
    assert verify_arc(through, resolver, ["list.example"])[:2] == ("pass", "list.example")
    trusting = AuthenticationSettings(authserv_ids=("mx.firm.test",), sealers=("list.example",))
    connection = Connection("192.0.2.1", "list.example")
    found = authenticate(at(through), trusting, resolver, connection)
    assert (found.dmarc, found.arc, found.sealer, found.origin) == (
        "pass",
        "pass",
        "list.example",
        "arc",
    )
    assert authenticate(at(through), TRUST, resolver, connection).dmarc == "fail"
    broken = through.replace(b"Hello.", b"Hello!")
    assert authenticate(at(broken), trusting, resolver, connection).arc == "fail"


def test_no_arc() -> None:
    assert verify_arc(RAW, DictionaryResolver({}), ["list.example"]).result == "none"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_spoilt_messages_never_raise_and_never_pass(data: st.DataObject) -> None:
    raw = bytearray(sealed(signed(RAW, "sender.example"), "list.example", "list.example; none"))
    resolver = DictionaryResolver(dns())
    for _ in range(data.draw(st.integers(1, 4))):
        at_ = data.draw(st.integers(0, len(raw) - 1))
        raw[at_ : at_ + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    verify_dkim(bytes(raw), resolver, 5)
    verify_arc(bytes(raw), resolver, ["list.example"])


# --- DMARC


def test_policy_by_the_tree() -> None:
    resolver = DictionaryResolver(
        {
            ("_dmarc.example.com", "TXT"): ["v=DMARC1; p=reject; sp=quarantine; np=none; aspf=s"],
            ("mail.example.com", "A"): ["192.0.2.1"],
            ("_dmarc.own.example.com", "TXT"): ["v=DMARC1;p=none"],
            ("_dmarc.two.example", "TXT"): ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            ("_dmarc.test.example", "TXT"): ["v=DMARC1; p=reject; t=y"],
        }
    )
    assert find_record("example.com", resolver).policy == "reject"  # type: ignore[union-attr]  # None fails the test too
    assert find_record("mail.example.com", resolver).policy == "quarantine"  # type: ignore[union-attr]  # as above
    assert find_record("nosuch.example.com", resolver).policy == "none"  # type: ignore[union-attr]  # as above
    assert find_record("own.example.com", resolver).policy == "none"  # type: ignore[union-attr]  # as above
    assert find_record("test.example", resolver).policy == "quarantine"  # type: ignore[union-attr]  # as above
    assert find_record("two.example", resolver) is None
    assert find_record("a.b.c.d.e.f.g.h.i.j.k.example.com", resolver).organisation == "example.com"  # type: ignore[union-attr]  # as above
    with pytest.raises(LookupFailedError):
        find_record("x.example", DictionaryResolver({}, failing=["_dmarc.x.example"]))


def test_alignment() -> None:
    record = find_record(
        "mail.example.com",
        DictionaryResolver({("_dmarc.example.com", "TXT"): ["v=DMARC1; p=reject; aspf=s"]}),
    )
    assert is_aligned("mail.example.com", ["example.com"], "", record)
    assert not is_aligned("mail.example.com", [], "example.com", record)
    assert is_aligned("mail.example.com", [], "mail.example.com", record)
    assert not is_aligned("mail.example.com", ["example.com.evil.example"], "evil.example", record)
    assert not is_aligned("a.github.io", ["b.github.io"], "")
