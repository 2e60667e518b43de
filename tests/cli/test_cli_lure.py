"""`vedette lure` as a person uses it."""

from __future__ import annotations

import json
import mailbox
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lure import samples
from lure.reading.outlook_files import Msg

VEDETTE = [sys.executable, "-m", "vedette.cli", "lure"]
NOTIFICATION = """\
From: "Jane Roe via LinkedIn" <inmail-hit-reply@linkedin.com>
To: ann.keller@firm.example
Subject: Jane Roe sent you a message
Content-Type: text/plain; charset=utf-8

New InMail
Jane Roe
Talent Acquisition at Boeing

Hi Ann, I have a job for you: senior engineer. Let us continue on WhatsApp, keep it confidential
and use your company laptop to open the offer.

View profile
"""
PROFILE = """\
Jane Roe
Talent Acquisition at Boeing
Seattle, Washington
12 connections

About
Helping engineers find roles.

Experience
Recruiter
Boeing
2026 - Present
"""


def run(
    *arguments: str | Path, given: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*VEDETTE, *map(str, arguments)], input=given, capture_output=True, timeout=60, cwd=cwd,
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything a person might hand in."""
    made = tmp_path_factory.mktemp("mail")
    lure, plain = bytes(samples.lure()), bytes(samples.ordinary())
    (made / "lure.eml").write_bytes(lure)
    (made / "plain.eml").write_bytes(plain)
    (made / "bomb.eml").write_bytes(bytes(samples.with_bomb()))
    start = b"From a@b.example Mon Mar  2 09:14:07 2026\n"
    (made / "box.mbox").write_bytes(start + lure + b"\n" + start + plain + b"\n")
    box = mailbox.Maildir(str(made / "maildir"), create=True)
    box.add(lure)
    box.add(plain)
    with zipfile.ZipFile(made / "all.zip", "w") as archive:
        archive.writestr("lure.eml", lure)
        archive.writestr("in/plain.eml", plain)
    (made / "note.eml").write_text(NOTIFICATION)
    (made / "profile.txt").write_text(PROFILE)
    saved = Msg(
        texts={0x0037: "Offer", 0x1000: samples.LURE_TEXT, 0x0C1A: "Boeing HR",
               0x5D01: samples.LURE_SENDER},
        files=[("offer.pdf.exe", "application/pdf", b"MZ" + bytes(100))],
    )  # fmt: skip
    (made / "offer.msg").write_bytes(saved.write())
    return made


def judged(*arguments: str | Path, given: bytes = b"", code: int) -> list[dict[str, Any]]:
    found = run("check", "-o", "json", *arguments, given=given)
    assert found.returncode == code, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_everything_that_holds_a_message_is_read(folder: Path) -> None:
    files = ("lure.eml", "offer.msg", "box.mbox", "maildir", "all.zip", "note.eml", "bomb.eml")
    found = judged(*(folder / name for name in files), code=1)
    by_file: dict[str, list[str]] = {}
    for one in found:
        by_file.setdefault(one["file"].removeprefix(f"{folder}/")[:4], []).append(one["verdict"])
    assert by_file == {
        "lure": ["lure"],
        "offe": ["lure"],
        "box.": ["lure", "unrelated"],
        "mail": ["lure", "unrelated"],
        "all.": ["lure", "unrelated"],
        "note": ["lure"],
        "bomb": ["lure"],
    }
    assert [one["kind"] for one in found].count("notification") == 1
    assert "would unpack without end" in repr(found[-1]["features"])
    assert found[-1]["attachments"][0]["unseen"]


def test_the_json_is_as_documented(folder: Path) -> None:
    (one,) = judged("-", given=(folder / "lure.eml").read_bytes(), code=1)
    assert one["file"] == "-"
    assert 0.9 < one["probability"] <= 1
    assert {"name", "weight", "technique", "evidence"} <= set(one["features"][0])
    freemail = next(f for f in one["features"] if f["name"] == "claim_freemail")
    assert freemail["technique"] == "T1585.002"
    assert freemail["evidence"] == {"part": "header:from", "start": 1, "end": 7, "text": "Boeing"}
    assert freemail["more_evidence"][0]["part"] == "1"
    total = one["bias"] + sum(feature["weight"] for feature in one["features"])
    assert (total > 0) is (one["probability"] > 0.5)
    assert {"kind": "domain", "value": "gmail.com"} in one["entities"]
    (attachment,) = one["attachments"]
    (member,) = attachment["members"]
    assert (member["kind"], member["size"]) == ("dos", 102)
    assert attachment["complete"] is True


def test_pasted_texts_and_profiles(folder: Path) -> None:
    (text,) = judged("--text", samples.LURE_TEXT, code=1)
    assert (text["file"], text["kind"]) == ("pasted", "text")
    both = judged(
        "--text", "-", "--profile", folder / "profile.txt",
        given=samples.LURE_TEXT.encode(), code=1,
    )  # fmt: skip
    typed, page = both
    assert typed["features"] == text["features"]
    assert page["kind"] == "profile"
    names = {feature["name"] for feature in page["features"]}
    assert names >= {"profile_thin", "profile_few_connections"}
    assert (
        judged("--profile", "-", given=PROFILE.encode(), code=0)[0]["features"]
        == (page["features"])
    )


def test_one_sentence_for_people_and_the_whole_addition_on_request(folder: Path) -> None:
    said = run("check", folder / "lure.eml", folder / "bomb.eml").stdout.decode()
    assert said.splitlines()[0].startswith("lure  ")
    assert said.splitlines()[1].strip().startswith("This looks like a fake job offer: ")
    assert said.splitlines()[2].startswith("lure  ")
    assert "could not be inspected: o.zip/offer.bin" in said
    shown = run("explain", folder / "lure.eml").stdout.decode()
    assert "base rate" in shown
    assert "claim_freemail" in shown
    assert "header:from 1-7: Boeing" in shown
    assert "log odds; probability" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("plain.eml",), 0, ""),
        (("missing.eml",), 3, "missing.eml: can't be read (No such file or directory)"),
        (("missing.eml", "lure.eml"), 3, "missing.eml"),
        (("profile.txt",), 3, "no message that is known here"),
        (("--profile", "all.zip"), 3, "is no text"),
        (("--profile", "."), 3, "Is a directory"),
        (("--text", " "), 3, "is empty"),
        ((), 2, "give a file"),
        (("-", "--text", "-"), 2, "once only"),
        (("--employers", "lure.eml", "plain.eml"), 2, "lure.eml"),
        (("--no-such",), 2, "No such option"),
    ],
)
def test_exit_codes_and_what_is_said(
    folder: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    found = run("check", *arguments, cwd=folder)
    assert found.returncode == code, found.stderr
    assert says in found.stderr.decode()
    assert b"Traceback" not in found.stderr


def test_what_was_left_out_of_a_message_inside_another_is_said() -> None:
    deep = b"Subject: hello\r\n\r\nhello\r\n"
    for _ in range(30):
        deep = b"Subject: hello\r\nContent-Type: message/rfc822\r\n\r\n" + deep
    found = run("check", "-", given=deep)
    assert b"messages inside one another, not read" in found.stderr
    (told,) = judged("-", given=deep, code=0)
    assert "messages inside one another" in told["problems"][0]


def test_a_long_paste_is_cut_and_that_is_said() -> None:
    found = run("check", "--text", "-", given=b"x" * (5 << 20))
    assert found.returncode == 3
    assert b"only the first" in found.stderr


def test_faults_in_own_employers_are_told_with_their_place(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "employers.yml").write_text("employers:\n- {key: a, nmae: A}\n")
    found = run("check", folder / "plain.eml", "--employers", tmp_path)
    assert found.returncode == 2
    assert f"{tmp_path}/employers.yml:2:" in found.stderr.decode()


def test_own_firm_and_partners_count(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "employers.yml").write_text(
        "employers:\n- {key: rotors, name: Keller Rotors, country: DE, sector: aerospace,"
        " domains: [keller-rotors.example], own: true}\n"
    )
    text = "We have an open position as engineer.\n\nHuman Resources\nKeller Rotors\n"
    (tmp_path / "own.eml").write_bytes(
        bytes(samples.mail("Keller Rotors HR <hr@keller-rotors-jobs.example>", "Job", text))
    )
    (without,) = judged(tmp_path / "own.eml", code=0)
    found = run("check", "-o", "json", tmp_path / "own.eml", "--employers", tmp_path)
    with_own = json.loads(found.stdout)
    names = {feature["name"] for feature in with_own["features"]}
    assert names & {"claim_own_firm", "lookalike_sender"}
    assert without["probability"] < with_own["probability"]


def test_a_report_is_answered_in_the_language_asked_for(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "report.eml").write_bytes(bytes(samples.report(samples.lure())))
    for file in (folder / "lure.eml", tmp_path / "report.eml"):
        found = run("report", file, "--contact", "Mia Weber")
        assert found.returncode == 0
        assert "We think it is a fake job offer." in found.stdout.decode()
        assert "it speaks for Boeing and comes from a free mail address" in found.stdout.decode()
    german = run("report", folder / "lure.eml", "--language", "de", "--contact", "Mia")
    assert "vorgetäuschtes Stellenangebot" in german.stdout.decode()
    assert "- sie spricht für Boeing und kommt von" in german.stdout.decode()
    assert "free mail address" not in german.stdout.decode()
    polish = "Czy to jest prawdziwe? Proszę o sprawdzenie, co to jest."
    auto = run("report", "--text", polish, "--language", "auto")
    assert "Dziękujemy za przesłanie." in auto.stdout.decode()
    assert run("report", folder / "missing.eml").returncode == 3
    assert run("report").returncode == 2


def test_unmask_without_a_store_says_what_is_missing(tmp_path: Path) -> None:
    unmask = ("unmask", "x", "--reason", "a reason", "-c")
    assert run(*unmask, tmp_path / "none.yml").returncode == 2
    (tmp_path / "vedette.yml").write_text("data_dir: data\n")
    found = run(*unmask, tmp_path / "vedette.yml")
    assert found.returncode == 2
    assert b"Traceback" not in found.stderr
    assert run("unmask", "x", "-c", tmp_path / "vedette.yml").returncode == 2  # no reason


def test_interrupted_it_leaves_no_process_behind(folder: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.mbox"
    many.write_bytes((folder / "box.mbox").read_bytes() * 3000)
    process = subprocess.Popen(
        [*VEDETTE, "check", str(many)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        inspectors = [int(each) for each in children.read_text().split()]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert errors.decode().strip().endswith("vedette: interrupted")
    assert b"Traceback" not in errors
    until = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in inspectors):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.skipif(os.geteuid() != 0, reason="a network of its own needs root")
def test_without_a_network_it_works_all_the_same(folder: Path) -> None:
    alone = subprocess.run(
        ["unshare", "-n", *VEDETTE, "check", str(folder / "lure.eml")],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    if b"unshare failed" in alone.stderr:
        pytest.skip("this machine allows no network namespaces")
    assert alone.returncode == 1
    assert alone.stdout.startswith(b"lure")
