"""Which part of a mail becomes what."""

from __future__ import annotations

from vedette.lure.message import Attachment, Message
from vedette.lure.reading import read_mail


def _mail(*parts: bytes, kind: bytes = b"mixed") -> Message:
    raw = b"Content-Type: multipart/" + kind + b"; boundary=b\n\n"
    return read_mail(raw + b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n", "t")


def _texts(message: Message) -> list[tuple[str, str]]:
    return [(text.part, text.text) for text in message.texts]


def test_numbers_are_those_of_imap() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--i\n\ntwo\n--i--"
    message = _mail(inner, b"\nthree")
    assert _texts(message) == [("1.1", "one"), ("1.2", "two"), ("2", "three")]
    assert _texts(read_mail(b"\nsingle", "t")) == [("1", "single")]


def test_a_boundary_that_begins_like_another() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--bb--"
    assert _texts(_mail(inner, b"\ny")) == [("1.1", "x"), ("2", "y")]


def test_text_with_a_name() -> None:
    shown = b"Content-Type: text/plain; name=a.txt\nContent-Disposition: inline\n\nx"
    kept = b"Content-Type: text/html\nContent-Disposition: attachment; filename=b.html\n\n<p>y"
    message = _mail(shown, kept)
    assert _texts(message) == [("1", "x")]
    assert message.attachments == (
        Attachment("1", "a.txt", "text/plain", b"x", True),
        Attachment("2", "b.html", "text/html", b"<p>y", False),
    )


def test_a_picture_of_the_text_is_inline() -> None:
    message = _mail(b"Content-Type: image/png\nContent-Id: <a>\n\nPNG", kind=b"related")
    assert message.attachments == (Attachment("1", "", "image/png", b"PNG", True),)


def test_digest() -> None:
    message = _mail(b"\nSubject: a\n\nx", b"\nSubject: b\n\ny", kind=b"digest")
    assert [one.subject for one in message.nested] == ["a", "b"]
    assert message.nested[1].place == "t#2"


def test_attached_mail_by_its_name_alone() -> None:
    head = b"Content-Type: application/octet-stream; name=lure.EML\n\n"
    message = _mail(head + b"Subject: in\n\nx", head + b"MZ no mail")
    assert [one.subject for one in message.nested] == ["in"]
    assert [one.data for one in message.attachments] == [b"MZ no mail"]


def test_boundary_that_was_announced_wrongly() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=other\n\n--real\n\nx\n--real\n\ny\n--real--\n"
    message = read_mail(raw, "t")
    assert _texts(message) == [("1", "x"), ("2", "y")]
    assert "not the one that its header says" in message.problems[0].what


def test_no_boundary_at_all() -> None:
    message = read_mail(b"Content-Type: multipart/mixed\n\nhello", "t")
    assert message.texts[0].text == "hello"
    assert "nowhere to be found" in message.problems[0].what


def test_text_around_the_parts_is_told_where_it_matters() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nx\n--b--\nepilogue"
    message = read_mail(raw, "t")
    assert _texts(message) == [("1", "x")]
    assert [one.what for one in message.problems] == [
        "text after the last part, which mail programs do not show"
    ]
    assert message.problems[0].where == "t"


def test_damaged_base64() -> None:
    head = b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n"
    message = _mail(head + b"YWJj!ZGVm", head + b"YWJ", head + b"YQ==YmM=", head + b"YWJjZ")
    assert [file.data for file in message.attachments] == [b"abcdef", b"ab", b"abc", b"abc"]
    assert [one.where for one in message.problems] == ["t#3", "t#4"]


def test_uuencoded_files_in_the_text() -> None:
    text = b"\nsee\nbegin 644 run.exe\n#86)C\n`\nend\nbye\n"
    message = read_mail(text, "t")
    assert message.texts[0].text == "see\n" + "bye\n"
    assert message.attachments == (
        Attachment("1.uu1", "run.exe", "application/octet-stream", b"abc"),
    )
    assert read_mail(b"\nwe begin 644 things\n", "t").attachments == ()


def test_flowed_text() -> None:
    """RFC 3676: soft breaks, quotes, space-stuffing, the signature's mark."""
    head = b"Content-Type: text/plain; format=flowed\n\n"
    raw = head + b"one \ntwo\n\n> quoted \n> text\n>> deep\n from\n-- \nAda"
    text = "one two\n\n> quoted text\n>> deep\nfrom\n-- \nAda"
    assert read_mail(raw, "t").texts[0].text == text
    raw = b"Content-Type: text/plain; format=flowed; delsp=yes\n\n\xec\x95\x88 \n\xeb\x85\x95"
    assert read_mail(raw, "t").texts[0].text == "안녕"


def test_enriched_text_and_invitations() -> None:
    message = read_mail(b"Content-Type: text/enriched\n\n<bold>a</bold>\nb\n\nc<<", "t")
    assert message.texts[0].text == "a b\nc<"
    ics = (
        b"Content-Type: text/calendar; name=i.ics\n\nBEGIN:VEVENT\nSUMMARY;X=1:Inter\n view\n"
        b"DESCRIPTION:join\\, please\\nhttps://meet.test/a\nEND:VEVENT"
    )
    message = read_mail(ics, "t")
    assert message.texts[0].text == "Interview\njoin, please\nhttps://meet.test/a"
    assert [link.url for link in message.links] == ["https://meet.test/a"]
    assert message.attachments[0].name == "i.ics"


def test_what_a_signature_encloses() -> None:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ada")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    content = b"Content-Type: text/html\r\n\r\n<a href=https://s.test/>signed</a>\r\n"
    der = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\n"
    message = read_mail(head + der, "t")
    assert _texts(message) == [("1.1", "signed")]
    assert [(link.part, link.url) for link in message.links] == [("1.1", "https://s.test/")]
    assert message.attachments == ()
    broken = read_mail(head + der[: len(der) // 4], "t")
    assert broken.attachments[0].name == "smime.p7m"
    assert "encrypted or damaged S/MIME" in broken.problems[0].what


def test_signed_content_in_pieces() -> None:
    """BER of indefinite lengths, as streaming signers write it."""
    from vedette.lure.reading.smime import signed_content

    signed = bytes.fromhex("06092a864886f70d010702")
    data = bytes.fromhex("06092a864886f70d010701")
    octets = b"\x24\x80\x04\x03abc\x04\x03def\0\0"
    inner = b"\x30\x80" + data + b"\xa0\x80" + octets + b"\0\0" + b"\0\0"
    whole = b"\x30\x80" + signed + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + inner + b"\0\0" * 3
    assert signed_content(whole) == b"abcdef"


def test_redirects_are_unwrapped_and_both_kept() -> None:
    wrapped = "https://eu.safelinks.protection.outlook.com/?url=https%3A%2F%2Fend.test%2Fa&data=x"
    message = read_mail(f"\nsee {wrapped} now".encode(), "t")
    assert [(link.url, link.text) for link in message.links] == [
        (wrapped, wrapped),
        ("https://end.test/a", wrapped),
    ]
