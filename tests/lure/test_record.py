"""What is stored of a message: enough to act on, nothing that shames."""

from __future__ import annotations

import json

import msgspec
import orjson

from lure.checks import by_words
from lure.checks import read as read_stub
from vedette.lure.examined import Examined
from vedette.lure.masking import MASKED
from vedette.lure.message import Address, Message
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.lure.record import alarm_record, record_of
from vedette.lure.sign import SignEvidence
from vedette.model.problem import Problem

PRIVACY = Privacy(b"k" * KEY_BYTES)
ANN = Address("Ann", "ann.keller@firm.example")
JANE = Address("Jane Roe", "jane@jobs.example")


def examined(word: str) -> Examined:
    message = read_stub(f"x {word}".encode(), "mx:1", JANE, (ANN,))
    return by_words(msgspec.structs.replace(message, sender=JANE))


def test_mail_that_passes_leaves_no_trace_of_people() -> None:
    plain = record_of(examined("x"), PRIVACY, arrival=0, way="mail", action="none")
    job = record_of(examined("JOB"), PRIVACY, arrival=0, way="mail", action="none")
    assert set(plain) == {
        *("kind", "way", "time", "message", "verdict", "action", "traits", "mailboxes")
    }
    assert set(job) == set(plain)
    assert plain["verdict"] == job["verdict"] == "passed"
    assert plain["mailboxes"] == [PRIVACY.pseudonym(ANN.address)]
    for private in ("ann", "jane", "jobs.example", "firm.example"):
        assert private not in orjson.dumps([plain, job]).decode().lower()
    # The same sender and domain, countable by who has the key.
    persona = PRIVACY.pseudonym(JANE.address)
    shared = {PRIVACY.trait("sender", persona), PRIVACY.trait("domain", "jobs.example")}
    assert shared <= set(plain["traits"]) & set(job["traits"])
    reported = record_of(examined("x"), PRIVACY, arrival=0, way="report", action="none")
    assert reported["mailboxes"] == []


def test_a_lure_tells_of_itself_and_hides_whose_it_was() -> None:
    record = record_of(examined("LURE"), PRIVACY, arrival=0, way="mail", action="none")
    text = orjson.dumps(record).decode()
    for private in ("ann", "jane", "A subject that is private"):
        assert private not in text.lower()
    assert record["mailboxes"] == [PRIVACY.pseudonym(ANN.address)]
    assert record["persona"] == PRIVACY.pseudonym(JANE.address)
    assert PRIVACY.open(record["sealed"], record["message"]) == {
        "subject": "A subject that is private",
        "sender": "jane@jobs.example",
        "name": "Jane Roe",
        "recipients": "ann.keller@firm.example",
    }
    again = record_of(examined("LURE"), PRIVACY, arrival=0, way="mail", action="none")
    assert again == record


def test_evidence_from_headers_is_masked_also_in_messages_inside_others() -> None:
    whole = examined("LURE")
    for part, masked in (
        ("subject", True), ("header:from", True), ("envelope:from", True), ("1", False),
        ("mx:1#2/subject", True), ("mx:1#2/header:reply-to", True), ("mx:1#2/1", False),
        ("attachment:offer.zip/subject list.txt", False),
    ):  # fmt: skip
        evidence = (SignEvidence(part, 0, 4, "said"),)
        features = tuple(
            msgspec.structs.replace(shown, evidence=evidence) for shown in whole.assessment.features
        )
        changed = msgspec.structs.replace(
            whole, assessment=msgspec.structs.replace(whole.assessment, features=features)
        )
        record = record_of(changed, PRIVACY, arrival=0, way="mail", action="none")
        assert record["features"][0]["evidence"][0]["text"] == (MASKED if masked else "said"), part


def test_a_report_names_its_reporter_by_pseudonym_alone() -> None:
    lure = examined("LURE")
    report = Message("1" * 64, "mail", "reports:1", sender=ANN, subject="Fwd: something of mine")
    record = record_of(
        msgspec.structs.replace(lure, message=report),
        PRIVACY, arrival=0, way="report", action="none",
    )  # fmt: skip
    assert record["mailboxes"] == [PRIVACY.pseudonym(ANN.address)]
    assert "something of mine" not in json.dumps(record)


def test_what_could_not_be_read_is_said_and_can_be_stored() -> None:
    message = examined("x").message
    torn = msgspec.structs.replace(
        message, problems=(Problem("mx:1", "a part \ud800 is damaged"),) * 50, subject="\ud800"
    )
    for word in ("x", "LURE"):
        done = by_words(msgspec.structs.replace(torn, raw=word.encode()))
        record = record_of(done, PRIVACY, arrival=0, way="mail", action="none")
        assert record["unread"] == ["a part ? is damaged"] * 20
        orjson.dumps(record)
    outer = msgspec.structs.replace(message, nested=(torn,))
    assert record_of(by_words(outer), PRIVACY, arrival=0, way="mail", action="none")["unread"]
    orjson.dumps(alarm_record("x", arrival=0, fix="y"))
