"""What is refused of a message, and that looking it up never stops mail."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import msgspec
import pytest

from lure.checks import by_words
from lure.milter_running import PRIVACY
from vedette.lure.attachment.report import Member, Report
from vedette.lure.fingerprint import fingerprint
from vedette.lure.live.door import HOLDS, LOOK, Door, Look, only_held
from vedette.lure.masking import mask_of
from vedette.lure.message import Address, Link, Message
from vedette.lure.reading import read_mail
from vedette.lure.refusable import url_key
from vedette.store.refusals import NAME, Kind, Refusal, Refusals

RAW = (
    b"From: HR <HR@mail.jobs.example>\r\nReply-To: me@answers.example\r\nTo: ann@firm.example\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nSee https://cdn.Files.example/Offer.zip?a=1#top\r\n"
    b"--b\r\nContent-Type: application/zip; name=o.zip\r\nContent-Disposition: attachment\r\n\r\n"
    b"PK\r\n--b--\r\n"
)
MESSAGE = msgspec.structs.replace(
    read_mail(RAW, "mx:1"),
    envelope_from=Address("", "bounce@sender.example"),
    recipients=(Address("", "ann@firm.example"),),
)
INSIDE = Report(
    (Member("o.zip/a.exe", 1, "pe", 2, "ab" * 32),), urls=(("o", "http://in.example/x"),)
)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def door(folder: Path, *refused: tuple[Kind, str], **more: object) -> Door:
    refusals = Refusals(folder, lambda: 0)
    for number, (kind, value) in enumerate(refused):
        refusals.put(Refusal(f"a{number}", kind, value, 9))
    made = Door(Refusals(folder, lambda: 0), PRIVACY, **more)  # type: ignore[arg-type]  # options
    assert made.refresh() is None
    return made


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("sender", "hr@mail.jobs.example"),
        ("sender", "bounce@sender.example"),
        ("sender", PRIVACY.pseudonym("HR@mail.jobs.example")),
        ("domain", "jobs.example"),
        ("domain", "mail.jobs.example"),
        ("domain", "answers.example"),
        ("domain", "files.example"),
        ("domain", "in.example"),
        ("url", url_key("http://CDN.files.example/offer.zip?a=1")),
        ("url", "in.example/x"),
        ("hash", "sha256:" + hashlib.sha256(MESSAGE.attachments[0].data).hexdigest()),
        ("hash", "sha256:" + "ab" * 32),
        ("message", fingerprint(RAW)),
    ],
)
def test_whatever_of_it_is_refused_refuses_it(tmp_path: Path, kind: Kind, value: str) -> None:
    assert [each.id for each in door(tmp_path, (kind, value)).refused(MESSAGE, [INSIDE])] == ["a0"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("sender", "ann@firm.example"),
        ("sender", "r@mail.jobs.example"),
        ("domain", "obs.example"),
        ("domain", "x.mail.jobs.example"),
        ("domain", "firm.example"),
        ("url", "cdn.files.example"),
        ("hash", "sha256:" + "ac" * 32),
        ("client", "hr@mail.jobs.example"),
        ("message", ""),
    ],
)
def test_nothing_else_does(tmp_path: Path, kind: Kind, value: str) -> None:
    assert door(tmp_path, (kind, value)).refused(MESSAGE, [INSIDE]) == ()


def test_a_link_made_for_one_person_is_known_when_it_is_made_for_another(tmp_path: Path) -> None:
    def to(person: str, path: str = "apply") -> Message:
        link = f"https://jobs.example/{path}?to={person.replace('@', '%40')}#x"
        return msgspec.structs.replace(
            MESSAGE, links=(Link("1", link, "Apply", 0, 0),), recipients=(Address("", person),)
        )

    # as a finding shows it, and as the actuator spells that
    shown = mask_of([to("ann.bo@firm.example")], PRIVACY.pseudonym).text(
        to("ann.bo@firm.example").links[0].url
    )
    assert "ann" not in shown
    refusing = door(tmp_path, ("url", url_key(shown)))
    assert refusing.refused(to("ann.bo@firm.example"))
    assert refusing.refused(to("cid@firm.example"))
    assert not refusing.refused(to("cid@firm.example", "other"))


def test_where_people_report_to_everything_comes_through(tmp_path: Path) -> None:
    refused = ("sender", "hr@mail.jobs.example")
    spared = door(tmp_path, refused, spared={"report@firm.example"})  # type: ignore[arg-type]
    report = Address("", "report@firm.example")
    to_it = msgspec.structs.replace(MESSAGE, recipients=(report,))
    also = msgspec.structs.replace(MESSAGE, recipients=(report, *MESSAGE.recipients))
    assert spared.refused(to_it) == ()
    assert spared.refused(also)


def test_it_looks_once_a_second_and_tells_of_trouble_once(tmp_path: Path) -> None:
    time = Time()
    made = door(tmp_path, elapsed=time)
    Refusals(tmp_path, lambda: 0).put(Refusal("b", "sender", "hr@mail.jobs.example", 9))
    assert made.refresh() is None
    assert not made.refused(MESSAGE)
    time.now += LOOK
    assert made.refresh() is None
    hits = made.refused(MESSAGE)
    assert hits
    (tmp_path / NAME).write_text("broken\n")
    time.now += LOOK
    assert f"{NAME}:1" in str(made.refresh())
    time.now += LOOK
    assert made.refresh() is None
    assert made.refused(MESSAGE) == made.still(hits) == hits  # what was known stays
    (tmp_path / NAME).unlink()
    time.now += LOOK
    assert made.refresh() is None
    assert made.refused(MESSAGE) == made.still(hits) == ()


def test_what_only_holds_never_rejects(tmp_path: Path) -> None:
    made = door(tmp_path, answer="reject")
    holding = Refusal("h", "sender", "x@y.example", 9, (HOLDS,))
    refusing = Refusal("r", "sender", "x@y.example", 9)
    assert made.action([holding]) == "quarantine"
    assert made.action([holding, refusing]) == "reject"
    assert only_held([holding])
    assert not only_held([holding, refusing])


def test_what_breaks_the_examination_is_refused_by_its_envelope(tmp_path: Path) -> None:
    made = door(tmp_path, ("sender", "bounce@sender.example"))
    bare = msgspec.structs.replace(MESSAGE, attachments=(), links=())

    async def run() -> None:
        unread = Look(made, lambda: MESSAGE)
        assert [each.id for each in await unread.unexamined(bare)] == ["a0"]
        assert unread.message is None
        read = Look(made, lambda: MESSAGE)
        read.read()
        assert [each.id for each in await read.unexamined(None)] == ["a0"]
        assert await Look(None, lambda: MESSAGE).unexamined(bare) == ()

    asyncio.run(run())
    look = Look(made, lambda: MESSAGE)
    look.read()
    assert look.examined(by_words(MESSAGE)) == look.again()
    assert look.hits
