"""The fast reader says what a slow and simple one says."""

from __future__ import annotations

from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import corpora
from lure.reading.naive_reader import fast, naive
from vedette.lure.reading import read_mail

_words = st.text(
    st.sampled_from("abc XYZ,.;:\"'()<>@=?_-äéß שלום مرحبا 안녕 ż🙂"), min_size=1, max_size=30
).map(lambda text: " ".join(text.split()) or "x")
_lines = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x85\u2028\u2029"), max_size=60),
    max_size=8,
).map("\n".join)
_names = st.sampled_from(["offer.pdf", "Lebenslauf Müller.docx", "이력서.zip", 'a "b".txt', "x"])
_local = st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z0-9]", fullmatch=True).filter(
    lambda text: ".." not in text
)


@st.composite
def mails(draw: st.DrawFn, depth: int = 0) -> EmailMessage:
    """Well-formed mails: bodies, alternatives, files, nested messages."""
    mail = EmailMessage()
    mail["From"] = formataddr((draw(_words), f"{draw(_local)}@sender.test"))
    mail["To"] = ", ".join(
        formataddr((draw(_words), f"{draw(_local)}@firm.test"))
        for _ in range(draw(st.integers(1, 3)))
    )
    mail["Subject"] = draw(_words)
    mail["Date"] = format_datetime(
        datetime.fromtimestamp(draw(st.integers(600_000_000, 2_200_000_000)), UTC)
    )
    encoding = draw(st.sampled_from(["base64", "quoted-printable", "8bit"]))
    mail.set_content(draw(_lines) + "\n", cte=encoding)
    if draw(st.booleans()):
        mail.add_alternative(f"<p>{draw(_local)}</p>", subtype="html", cte=encoding)
    for _ in range(draw(st.integers(0, 2))):
        mail.add_attachment(
            draw(st.binary(min_size=1, max_size=200)),
            maintype="application",
            subtype="octet-stream",
            filename=draw(_names),
        )
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        mail.add_attachment(draw(mails(depth + 1)))
    return mail


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mails(), st.booleans())
def test_generated_mails(mail: EmailMessage, crlf: bool) -> None:
    policy = mail.policy.clone(linesep="\r\n" if crlf else "\n", max_line_length=78)
    try:
        raw = mail.as_bytes(policy=policy)
    except (UnicodeError, ValueError, IndexError):
        return  # the library can't write what it was given
    slow = naive(raw)
    assume(slow is not None)
    assert slow is not None
    assert slow.disagreements(fast(read_mail(raw, "t"))) == {}


@given(_words, st.sampled_from(["utf-8", "iso-8859-8", "euc-kr", "iso-2022-kr", "windows-1256"]))
def test_generated_subjects(subject: str, charset: str) -> None:
    try:
        subject.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    raw = b"Subject: " + Header(subject, charset, 76).encode().encode() + b"\n\n"
    assert read_mail(raw, "t").subject == subject


def _agree(files: list[Path], least_sure: float) -> None:
    wrong = []
    sure = 0
    for path in files:
        raw = path.read_bytes()
        slow = naive(raw)
        if slow is None:
            continue
        sure += slow.texts is not None
        if different := slow.disagreements(fast(read_mail(raw, path.name))):
            wrong.append((path.name, different))
    assert not wrong, f"{len(wrong)} of {len(files)}: {wrong[:3]}"
    assert sure >= least_sure * len(files)


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_real_phishing() -> None:
    _agree(sorted(corpora.phishing_pot().glob("*.eml"))[:150], 0.8)


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("group", ["easy-ham-1", "spam-1"])
def test_real_mail_of_2002(group: str) -> None:
    _agree(sorted((corpora.spam_assassin() / group).glob("*.txt"))[:100], 0.6)
