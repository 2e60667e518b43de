"""The bench's arithmetic, on cases whose answer is known, and its machinery, on a small bench."""

from __future__ import annotations

import math
import os
import re
import socket
import struct
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from benchmarks.recruitbench import calibration, control, counts, evaluate, peers, speed
from benchmarks.recruitbench.__main__ import PAGE, PARTS
from benchmarks.recruitbench.corpora import PublicMail
from benchmarks.recruitbench.envelope import envelope
from benchmarks.recruitbench.facts import build_of, headers_of, youden
from benchmarks.recruitbench.family import Family, Sample
from benchmarks.recruitbench.material import Material, kept
from benchmarks.recruitbench.page import heard, with_figures
from benchmarks.recruitbench.peer import UnavailableError
from benchmarks.recruitbench.processes import children, memory, with_children
from benchmarks.recruitbench.rspamd import Rspamd
from benchmarks.recruitbench.shares import grouped, share
from benchmarks.recruitbench.spamassassin import SpamAssassin
from benchmarks.recruitbench.stub_dns import OPT, StubDns, answer
from benchmarks.recruitbench.thresholds import above, border
from hypothesis import given
from hypothesis import strategies as st

SCORES = st.lists(st.one_of(st.floats(-9, 9), st.just(-math.inf)), min_size=1, max_size=60)


@given(SCORES, st.sampled_from((0.0, 0.001, 0.01, 0.1, 0.5, 1.0)))
def test_no_more_false_alarms_than_allowed_and_no_lower_border_would_do(
    honest: list[float], allowed: float
) -> None:
    edge = border(honest, allowed)
    assert above(honest, edge) <= allowed * len(honest)
    if edge > -math.inf:
        assert above(honest, math.nextafter(edge, -math.inf)) > allowed * len(honest)


def test_what_can_raise_no_alarm_is_never_one() -> None:
    assert above([-math.inf, 0.0], border([-math.inf] * 5, 0.01)) == 1


def test_shares_carry_their_bounds() -> None:
    assert share(0, 299) == "  0.00 % (0.00 to 1.23), 0 of 299"
    assert share(0, 0) == "none counted"
    odd = grouped(range(5), lambda n: "odd" if n % 2 else "even", lambda n: n > 2)
    assert odd == [("even", 1, 3), ("odd", 1, 2)]


def test_probabilities_that_are_true_have_no_error() -> None:
    # 1 of 10 lures at 0.1 and 9 of 10 at 0.9, lures half of all
    told = [(0.1, n == 0) for n in range(10)] + [(0.9, n > 0) for n in range(10)]
    bins = calibration.reliability(told, 0.5)
    assert [index for index, found in enumerate(bins) if found] == [1, 9]
    assert calibration.expected_error(bins) == pytest.approx(0, abs=1e-9)
    first = bins[1]
    assert first is not None
    assert (first.lures, first.honest) == (1, 9)
    assert first.mass == pytest.approx(0.5)
    assert first.low < first.seen < first.high


def test_kinds_are_weighed_until_lures_are_the_base_rate() -> None:
    # far more lures than honest mail, all told 0.55: 0.45 too much at a base rate of a tenth
    bins = calibration.reliability([(0.55, True)] * 90 + [(0.55, False)] * 10, 0.1)
    found = bins[5]
    assert found is not None
    assert found.seen == pytest.approx(0.1)
    assert found.mass == pytest.approx(1)
    assert calibration.expected_error(bins) == pytest.approx(0.45)
    with pytest.raises(ValueError, match="both"):
        calibration.reliability([(0.5, True)], 0.1)


MAIL = (
    b"Received: from mail.firm.example (mail.firm.example [192.0.2.9])\r\n"
    b"\tby mx.firm.example with ESMTP; Mon, 1 Jul 2024 10:00:01 +0000\r\n"
    b"Received: from out.sender.test (a.sender.test [203.0.113.7]) (using TLS)\r\n"
    b"\tby mail.firm.example with ESMTP; Mon, 1 Jul 2024 10:00:00 +0000\r\n"
    b"From: Robin <robin@sender.test>\r\nTo: ann.lee@firm.example\r\nSubject: x\r\n"
    b'Content-Type: text/plain;\r\n charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n'
    b"\r\nX-Not-A-Header: no\r\n"
)


def test_facts_of_a_message() -> None:
    assert headers_of(MAIL) == {
        "received", "from", "to", "subject", "content-type", "content-transfer-encoding"
    }  # fmt: skip
    assert build_of(MAIL) == {
        "charset utf-8", "encoding 8bit", "part text/plain", "2 or more Received"
    }  # fmt: skip


def test_the_envelope_is_of_the_hop_from_outside() -> None:
    assert envelope(MAIL) == (
        "robin@sender.test", "ann.lee@firm.example", "out.sender.test", "a.sender.test",
        "203.0.113.7",
    )  # fmt: skip
    assert envelope(b"Received: from localhost ([127.0.0.1]) by b\n\n").ip == "127.0.0.1"
    assert envelope(b"\x00\n\n\xff") == ("", "", "", "", "")


@given(st.binary(max_size=400))
def test_no_message_stops_the_looking(raw: bytes) -> None:
    envelope(raw)
    headers_of(raw)
    build_of(raw)


def test_what_betrays_a_collection_is_found() -> None:
    these = [frozenset({"a", "x"})] * 3 + [frozenset({"x"})]
    those = [frozenset({"x"})] * 4
    assert youden(these, those) == [(0.75, "a", 0.75, 0.0), (0.0, "x", 1.0, 1.0)]
    ratios = control.log_ratios(these, those)
    assert control.log_odds(ratios, frozenset({"a"})) > 0 > control.log_odds(ratios, frozenset())
    with pytest.raises(ValueError, match="nothing"):
        youden([], those)


def test_the_stub_knows_no_name() -> None:
    name = b"\x04mail\x06sender\x04test\x00"
    question = b"\xab\xcd\x01\x00" + struct.pack(">4H", 1, 0, 0, 1) + name + b"\0\1\0\1" + OPT
    said = answer(question)
    assert said is not None
    assert said[:4] == b"\xab\xcd\x81\x83"
    assert struct.unpack(">4H", said[4:12]) == (1, 0, 0, 1)
    assert said[12:] == name + b"\0\1\0\1" + OPT
    assert answer(said) is None
    with StubDns() as dns, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.sendto(b"\x00", ("127.0.0.1", dns.port))
        line.sendto(question, ("127.0.0.1", dns.port))
        assert line.recv(512) == said
        assert (dns.asked, dns.refused) == (1, 1)


@given(st.binary(max_size=80))
def test_no_datagram_stops_the_stub(datagram: bytes) -> None:
    said = answer(datagram)
    assert said is None or said[:2] == datagram[:2]


def letter(number: int, *, lure: bool, split: str) -> Sample:
    rng = Random(f"{lure}{split}{number}")
    sender = "robin.boeing@gmail.com" if lure else "jobs@boeing.com"
    text = (
        f"Dear Ann, I am a recruiter at Boeing with a job offer number {rng.randrange(9999)}. "
        "Tell nobody about this position and write me on WhatsApp."
        if lure
        else f"Dear Ann, thank you for your application {rng.randrange(9999)} for the job."
    )
    raw = (
        f"Received: from x.example (x.example [203.0.113.4]) by mx.firm.example; "
        f"Mon, 1 Jul 2024 10:00:00 +0000\r\nFrom: Boeing Talent Acquisition <{sender}>\r\n"
        f"To: ann.lee@firm.example\r\nSubject: Job offer {number}\r\n"
        "Date: Mon, 1 Jul 2024 10:00:00 +0000\r\n"
        f"Message-ID: <{number}.{lure:d}@x.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
    )
    return Sample(f"{split}-{lure:d}-{number}", "en", "none", raw.encode())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Material:
    def family(split: str, lure: bool) -> Family:
        made = [letter(number, lure=lure, split=split) for number in range(6)]
        name = f"{split}-{'lure' if lure else 'honest'}"
        return Family(name, "fit" if split == "fit" else "test", lure, lambda: made)

    families = [family(split, lure) for split in ("fit", "test") for lure in (True, False)]
    folder = tmp_path_factory.mktemp("bench")
    return Material(folder, folder / "pictures", kept(families), PublicMail({}, ("none",)), 4)


def test_a_small_bench_is_counted_and_judged(
    small: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    for run in (
        counts.run,
        counts.families,
        evaluate.run,
        evaluate.missed,
        evaluate.missed_fit,
        calibration.run,
        control.run,
    ):
        run(small)
    said = capsys.readouterr().out
    assert "6 messages of 1 families" in said
    assert [each.lure for each in small.of("test", lure=True)] == [True] * 6
    hits = sum(map(evaluate.alarmed, small.of("test", lure=True)))
    assert f"{hits} of 6" in said
    assert "J of all headers together" in said
    ElementTree.parse(small.pictures / "lures-reliability.svg")


@pytest.mark.thorough
def test_speed_is_taken_in_a_process_of_its_own(
    small: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    before, running = with_children(), children()
    speed.run(small)
    assert with_children() > before
    said = capsys.readouterr().out
    assert "bench, test split: 12 messages" in said
    assert "messages/s CPU" in said
    assert children() == running
    assert 0 < memory()[0] <= memory()[1]


@pytest.mark.thorough
def test_peers_that_are_missing_are_said(
    small: Material, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(small.folder))
    peers.run(small)
    said = capsys.readouterr().out
    assert "6 lures, 4 honest; 0" in said
    assert "apt-get install rspamd" in said
    assert "apt-get install spamassassin" in said
    ElementTree.parse(small.pictures / "lures-peers.svg")


@pytest.mark.thorough
def test_spamassassin_scores_and_is_gone(tmp_path: Path) -> None:
    running = children()
    path = tmp_path / "a.eml"
    path.write_bytes(letter(1, lure=True, split="test").raw)
    with StubDns() as dns:
        try:
            peer = SpamAssassin(tmp_path / "state", dns.port)
        except UnavailableError as why:
            pytest.skip(str(why))
        first, second = peer.scores([path, path])
        assert first == second
        assert peer.cpu() > 0
        peer.close()
        assert dns.asked
    assert children() == running


@pytest.mark.skipif(
    not os.environ.get("VEDETTE_THOROUGH"),
    reason="rspamd compiles its expressions for 20 seconds; set VEDETTE_THOROUGH=1",
)
def test_rspamd_scores_and_is_gone(tmp_path: Path) -> None:
    running = children()
    path = tmp_path / "a.eml"
    path.write_bytes(letter(1, lure=True, split="test").raw)
    with StubDns() as dns:
        try:
            peer = Rspamd(tmp_path / "rspamd", dns.port)
        except UnavailableError as why:
            pytest.skip(str(why))
        try:
            first, second = peer.scores([path, path])
            assert first == second
            assert peer.cpu() > 0
            assert dns.asked
        finally:
            peer.close()
    assert children() == running


def test_figures_go_where_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    with heard() as said:
        print("recall 1")
    assert capsys.readouterr().out == said.getvalue() == "recall 1\n"
    page = "a\n<!-- figures: recall -->\nold\n<!-- end figures -->\nb\n"
    once = with_figures(page, {"recall": said.getvalue()})
    assert once == (
        "a\n<!-- figures: recall -->\n```text\nrecall 1\n```\n<!-- end figures -->\nb\n"
    )
    assert with_figures(once, {"recall": said.getvalue()}) == once
    assert with_figures(once, {"speed": "2"}) == once


def test_the_page_has_room_for_the_figures_of_parts_that_are() -> None:
    blocks = re.findall(r"<!-- figures: (\w+) -->", PAGE.read_text("utf-8"))
    assert set(blocks) <= set(PARTS)
    assert {"recall", "calibration", "control", "phishing", "peers", "speed"} <= set(blocks)
