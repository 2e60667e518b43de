"""Messages that people pass on or paste, in the ways of their programs and languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.message import Address, Message
from vedette.lure.reading import forwarded, read_mail, read_text

MARCH_3 = 1740996660_000_000
"""2025-03-03 10:11 UTC"""

GMAIL = "---------- {mark} ---------"
THUNDERBIRD = "-------- {mark} --------"
OUTLOOK = "-----{mark}-----"

# mark, labels of From, Date, To, Subject; the date as written
LANGUAGES = {
    name: tuple(words.split("|"))
    for name, words in {
        "en": "Forwarded message|From|Date|To|Subject|Mon, Mar 3, 2025 at 10:11 AM",
        "de": "Weitergeleitete Nachricht|Von|Datum|An|Betreff|Mo., 3. März 2025 um 10:11 Uhr",
        "fr": "Message transféré|De\u00a0|Date\u00a0|À\u00a0|Objet\u00a0|lun. 3 mars 2025 à 10:11",
        "es": "Mensaje reenviado|De|Fecha|Para|Asunto|lun, 3 mar 2025 a las 10:11",
        "he": "הודעה שהועברה|\u200fמאת|\u200fתאריך|\u200fאל|\u200fנושא|יום ב׳, 3 במרץ 2025 ב-10:11",
        "ar": "رسالة معاد توجيهها|من|التاريخ|إلى|الموضوع|الاثنين، 3 مارس 2025 10:11",
        "ko": "전달된 메시지|보낸사람|날짜|받는사람|제목|2025년 3월 3일 (월) 오전 10:11",
        "pl": "Wiadomość przekazana dalej|Od|Data|Do|Temat|pon., 3 mar 2025 o 10:11",
    }.items()
}


def _forward(body: str, html: bool = False) -> Message:
    kind = "html" if html else "plain"
    head = f"From: me@firm.test\nSubject: Fwd\nContent-Type: text/{kind}; charset=utf-8\n\n"
    return read_mail((head + body).encode(), "t")


def _block(language: str, join: str = "\n") -> str:
    _, sender, date, to, subject, when = LANGUAGES[language]
    return join.join(
        (
            f"{sender}: HR Boeing <hr@evil.test>",
            f"{date}: {when}",
            f"{subject}: Dream job",
            f"{to}: <me@firm.test>",
        )
    )


def _check(inner: Message | None, text: str) -> None:
    assert inner is not None
    assert inner.sender == Address("HR Boeing", "hr@evil.test")
    assert inner.date == MARCH_3
    assert inner.subject == "Dream job"
    assert inner.recipients == (Address("", "me@firm.test"),)
    assert [one.text.strip() for one in inner.texts] == ["Dream job", text]
    for link in inner.links:
        whole = next(one.text for one in inner.texts if one.part == link.part)
        assert whole[link.start : link.end] == link.text
    assert [link.url for link in inner.links] == ["https://evil.test/a"]
    assert inner.place == "t#forwarded"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", [GMAIL, THUNDERBIRD, OUTLOOK])
def test_plain_text(language: str, style: str) -> None:
    mark = style.format(mark=LANGUAGES[language][0])
    body = f"look at https://mine.test/x\n\n{mark}\n{_block(language)}\n\n\nsee https://evil.test/a"
    _check(forwarded(_forward(body)), "see https://evil.test/a")


@pytest.mark.parametrize("language", LANGUAGES)
def test_html(language: str) -> None:
    mark = GMAIL.format(mark=LANGUAGES[language][0])
    block = _block(language).replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    body = (
        f"<div>look <a href='https://mine.test/'>mine</a></div><div>{mark}<br>{block}<br></div>"
        "<br><br><div>see <a href='https://evil.test/a'>the job</a></div>"
    )
    _check(forwarded(_forward(body, html=True)), "see the job")


@pytest.mark.parametrize("language", LANGUAGES)
def test_outlook_without_a_mark(language: str) -> None:
    body = f"please check\n\n________________________________\n{_block(language)}\n\n"
    body += "see https://evil.test/a"
    _check(forwarded(_forward(body)), "see https://evil.test/a")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pasted_with_its_headers(language: str) -> None:
    message = read_text(_block(language) + "\n\nsee https://evil.test/a", "t")
    assert message.kind == "text"
    assert message.sender == Address("HR Boeing", "hr@evil.test")
    assert (message.subject, message.date) == ("Dream job", MARCH_3)
    assert [(one.part, one.text) for one in message.texts] == [
        ("subject", "Dream job"),
        ("pasted", "see https://evil.test/a"),
    ]
    assert [(link.part, link.start) for link in message.links] == [("pasted", 4)]


def test_apple_mail_quotes() -> None:
    lines = ["Begin forwarded message:", "", *_block("en").split("\n"), ""]
    lines.append("see https://evil.test/a")
    body = "fyi\n\n" + "\n".join(f"> {line}" for line in lines)
    _check(forwarded(_forward(body)), "see https://evil.test/a")


def test_outlook_with_bold_labels_and_mailto() -> None:
    body = (
        "*From:* HR Boeing [mailto:hr@evil.test]\n*Sent:* Monday, March 3, 2025 10:11 AM\n"
        "*To:* me@firm.test<mailto:me@firm.test>\n*Subject:* Dream job\n\nsee https://evil.test/a"
    )
    _check(forwarded(_forward("hm\n\n" + body)), "see https://evil.test/a")


def test_long_lists_of_recipients_go_on() -> None:
    body = (
        "-----Original Message-----\nFrom: A <a@x.test>\nTo: B <b@x.test>,\n C <c@x.test>,\n"
        "D <d@x.test>\nSubject: s\n\ntext"
    )
    inner = forwarded(_forward(body))
    assert inner is not None
    assert [one.address for one in inner.recipients] == ["b@x.test", "c@x.test", "d@x.test"]
    assert inner.texts[-1].text == "text"


def test_attached() -> None:
    raw = b"Subject: Fwd\nContent-Type: message/rfc822\n\nSubject: lure\n\nx"
    inner = forwarded(read_mail(raw, "t"))
    assert inner is not None and inner.subject == "lure" and inner.raw


def test_inline_with_attachments_of_its_own() -> None:
    raw = (
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        + GMAIL.format(mark="Forwarded message")
        + "\nFrom: a@x.test\nSubject: s\n\ntext\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: in\n\nx\n"
        "--b\nContent-Type: application/pdf; name=o.pdf\n\n%PDF\n--b--\n"
    )
    inner = forwarded(read_mail(raw.encode(), "t"))
    assert inner is not None
    assert inner.subject == "s"
    assert [one.name for one in inner.attachments] == ["o.pdf"]
    assert [one.subject for one in inner.nested] == ["in"]


@pytest.mark.parametrize(
    "body",
    [
        "nothing forwarded here",
        "From: a colleague\nplain words",
        "Dear Ada,\nSubject: is what we discuss\nregards",
        "To: do\nDate: tomorrow",
        "",
    ],
)
def test_nothing_was_forwarded(body: str) -> None:
    assert forwarded(_forward(body)) is None


def test_pasted_chat_and_source_and_html() -> None:
    chat = read_text("Hi Ada, see t.me/recruiter\r\nBye", "t")
    assert (chat.kind, chat.sender, chat.texts[0].text) == (
        "text",
        None,
        "Hi Ada, see t.me/recruiter\nBye",
    )
    assert [link.url for link in chat.links] == ["http://t.me/recruiter"]
    source = read_text("Received: x\nMIME-Version: 1.0\nSubject: s\n\nb", "t")
    assert (source.kind, source.subject) == ("mail", "s")
    page = read_text("<div>Hi <a href='https://x.test/'>there</a></div>", "t")
    assert page.texts[0].text == "Hi there"
    assert page.texts[0].part == page.links[0].part == "pasted"


def test_a_quotation_is_not_the_message() -> None:
    text = "I answer:\n" + _block("en") + "\n\nquoted"
    message = read_text(text, "t")
    assert message.sender is None
    assert message.texts[0].text == text


@given(st.text(st.sampled_from("From: Subject\n> *-_@<>.א다"), max_size=200))
def test_never_raises(text: str) -> None:
    read_text(text, "t")
    forwarded(_forward(text))
