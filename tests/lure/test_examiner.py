"""The whole examination: what becomes of a message, a report, files and damage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from email.message import EmailMessage

import msgspec
import pytest

from lure import samples
from lure.attachment.builders.packages import templated
from vedette.lure.examined import MOST_ENTITIES, Examined, entities_of
from vedette.lure.examiner import Examiner, load_knowledge
from vedette.lure.message import Address, Attachment, Message
from vedette.lure.reading import read_mail, read_profile, read_text
from vedette.model.bundled import bundled
from vedette.model.finding import Entity


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Examiner(load_knowledge(bundled("lures"))) as made:
        yield made


def names(examined: Examined) -> set[str]:
    return {shown.name for shown in examined.assessment.features}


def mail(message: EmailMessage) -> Message:
    return read_mail(bytes(message), "a.eml")


def test_a_lure_is_one_and_says_why(examiner: Examiner) -> None:
    examined = examiner.examine(mail(samples.lure()))
    assert examined.assessment.verdict == "lure"
    assert names(examined) >= {"file_double_extension", "program_attached", "claim_freemail"}
    assert Entity("domain", "gmail.com") in examined.entities
    (report,) = examined.reports
    assert Entity("hash", f"sha256:{report.members[0].sha256}") in examined.entities
    assert examiner.examine(mail(samples.ordinary())).assessment.verdict == "unrelated"


def test_a_contradiction_needs_a_job_to_be_a_lure(examiner: Examiner) -> None:
    document = ("minutes.docx", templated("https://files.test/a.dotm"))
    text = "Hello,\n\nhere are the minutes of our meeting.\n"
    told = examiner.examine(mail(samples.mail("bob@friend.example", "Minutes", text, document)))
    assert told.assessment.verdict in ("suspicious", "unrelated")
    assert "remote_template" in names(told)


def test_a_bomb_costs_a_verdict_and_says_what_was_not_seen(examiner: Examiner) -> None:
    examined = examiner.examine(mail(samples.with_bomb()))
    assert examined.assessment.verdict == "lure"
    assert "container_bomb" in names(examined)
    assert examined.reports[0].unseen


@pytest.mark.parametrize("attached", [True, False])
def test_a_report_is_about_what_was_passed_on(examiner: Examiner, attached: bool) -> None:
    report = mail(samples.report(samples.lure(), attached=attached))
    examined = examiner.examine_report(report)
    assert examined.message is report
    assert examined.subject_of is not report
    assert examined.assessment.verdict == "lure"
    assert ("claim_freemail" in names(examined)) is attached


def test_of_several_messages_in_a_report_the_worst_counts(examiner: Examiner) -> None:
    outer = samples.report(samples.ordinary())
    outer.add_attachment(samples.lure())
    examined = examiner.examine_report(mail(outer))
    assert examined.subject_of.subject == samples.LURE_SUBJECT
    assert examined.assessment.verdict == "lure"


def test_a_report_in_html_alone_keeps_its_links(examiner: Examiner) -> None:
    outer = EmailMessage()
    outer["From"] = samples.VICTIM
    outer["To"] = "report@firm.example"
    outer["Subject"] = "strange"
    outer.set_content(
        "<p>I am a recruiter and have a job opportunity for you, an engineer position.</p>"
        '<a href="http://192.0.2.7/offer">www.boeing.com</a>',
        subtype="html",
    )
    examined = examiner.examine_report(mail(outer))
    assert examined.subject_of.kind == "text"
    assert "link_bare_address" in names(examined)


def test_an_empty_report_is_judged_as_it_is(examiner: Examiner) -> None:
    outer = mail(samples.mail(samples.VICTIM, "look", "?\n", to="report@firm.example"))
    examined = examiner.examine_report(outer)
    assert examined.subject_of is outer


def test_texts_and_profiles_are_examined_too(examiner: Examiner) -> None:
    text = read_text(
        "We have a job opportunity for you. Please disable your antivirus first.", "pasted"
    )
    assert names(examiner.examine(text)) >= {"job_theme", "disable_protection"}
    page = "Jane Roe\nRecruiter at Boeing\n12 connections\n\nAbout\nI help.\n"
    profile = examiner.examine(read_profile(page, "page"))
    assert profile.assessment.verdict != "unrelated"
    assert names(profile) & {"profile_thin", "profile_few_connections"}


def test_what_is_inside_counts_and_says_where(examiner: Examiner) -> None:
    outer = samples.mail("Bob <bob@friend.example>", "Fwd", "see below\n")
    outer.add_attachment(samples.lure())
    examined = examiner.examine(mail(outer))
    assert examined.assessment.verdict == "lure"
    parts = {e.part for shown in examined.assessment.features for e in shown.evidence}
    assert any(part.startswith("a.eml#") and part.endswith("/header:from") for part in parts)


def test_damage_never_raises(examiner: Examiner) -> None:
    whole = bytes(samples.lure())
    for cut in range(0, len(whole), 97):
        examiner.examine(read_mail(whole[:cut], "cut"))
        examiner.examine_report(read_mail(whole[cut:], "cut"))


def test_entities_are_bounded_and_sorted() -> None:
    links = [f"https://x.test/{number}" for number in range(400)]
    message = Message("0" * 64, "mail", "x", sender=Address("Jane", "jane@jobs.example"))
    found = entities_of(message, (), {"jobs.example"}, links)
    assert len(found) == MOST_ENTITIES
    assert list(found) == sorted(found)
    assert Entity("person", "jane@jobs.example") in entities_of(message, (), (), ())


def test_own_rules_and_a_closed_examiner() -> None:
    examiner = Examiner(load_knowledge(bundled("lures"), unfitted=True))
    examiner.close()
    examiner.close()
    plain = read_text("hello", "x")
    assert examiner.examine(plain).assessment.verdict == "unrelated"
    held = msgspec.structs.replace(plain, attachments=(Attachment("1", "a", "b", b"c"),))
    with pytest.raises(ValueError, match="closed"):
        examiner.examine(held)


def test_a_prepared_examiner_says_the_same(examiner: Examiner) -> None:
    message = read_mail((b"Subject: x\r\n\r\n" + b"We offer you a job at Boeing. " * 3), "-")
    before = examiner.examine(message)
    try:
        examiner.prepare()
        assert examiner.examine(message) == before
    finally:
        gc.unfreeze()
