"""What servers and mail programs do to the bench's messages: the same whoever wrote them."""

from __future__ import annotations

import email
import email.policy
import random
import re
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from benchmarks.recruitbench.facts import headers_of, youden
from benchmarks.recruitbench.families import all_families
from benchmarks.recruitbench.transport import mime
from benchmarks.recruitbench.transport.clients import boundary
from benchmarks.recruitbench.transport.heads import headers
from benchmarks.recruitbench.transport.origin import (
    Client,
    Delivery,
    Item,
    Origin,
    Outcome,
    settled,
)
from benchmarks.recruitbench.transport.way import RECEIVER
from benchmarks.recruitbench.transport.writing import writing

CLIENTS: tuple[Client, ...] = (
    "outlook",
    "exchange",
    "gmail",
    "apple",
    "thunderbird",
    "webmail",
    "roundcube",
    "service",
)
# only who keeps a list writes these
OF_LISTS = frozenset(("list-id", "list-post"))


def sent(
    client: Client = "apple",
    outcome: Outcome = "signed",
    delivery: Delivery = "direct",
    subject: str = "Stelle frei für Prüfer",
    seed: int = 1,
) -> EmailMessage:
    rng = random.Random(seed)
    origin = Origin(
        "Zoë Klein",
        "zoe@house.example",
        client,
        outcome,
        "house.example",
        "house.example" if outcome == "signed" else "",
        bulk=True,
    )
    when = datetime(2025, 3, 4, 8, 30, tzinfo=UTC)
    item = Item("ann.lee@firm.example", subject, "de", when, True, True, delivery)
    written = writing(client, "de", rng)
    text = mime.text_part("Grüße\n", "plain", written.charset, written.transfer)
    body = mime.multipart("mixed", [text, text], boundary(client, rng))
    raw = body.raw(headers(origin, item, written, rng))
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.thorough
def test_no_header_stands_on_one_side_only() -> None:
    sides: dict[bool, list[frozenset[str]]] = {True: [], False: []}
    for family in all_families():
        sides[family.lure] += [headers_of(sample.raw) for sample in family.make()]
    compared = youden(sides[True], sides[False])

    assert [name for _, name, here, there in compared if not here or not there] == sorted(OF_LISTS)
    assert compared[0][0] < 0.3, compared[0]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_is_read_without_a_defect(client: Client) -> None:
    for seed in range(20):
        message = sent(client, seed=seed)
        assert not message.defects
        assert not any(value.defects for value in message.values())
        assert message["Subject"] == "Stelle frei für Prüfer"
        assert message["From"].addresses[0].display_name == "Zoë Klein"
        assert message["To"].addresses[0].addr_spec == "ann.lee@firm.example"
        assert message["In-Reply-To"] and message["References"] == message["In-Reply-To"]
        assert {part.get_content().strip() for part in message.iter_parts()} == {"Grüße"}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_same_draws_give_the_same_bytes(client: Client) -> None:
    assert sent(client, seed=5).as_bytes() == sent(client, seed=5).as_bytes()
    assert sent(client, seed=5).as_bytes() != sent(client, seed=6).as_bytes()


@pytest.mark.parametrize(
    ("outcome", "delivery", "expected", "signed"),
    [
        ("signed", "direct", {"spf=pass dkim=pass dmarc=pass"}, True),
        (
            "unsigned",
            "direct",
            {
                "spf=pass dkim=none dmarc=none",
                "spf=pass dkim=none dmarc=pass",
                "spf=none dkim=none dmarc=none",
            },
            False,
        ),
        ("forged", "direct", {"spf=softfail dkim=none dmarc=fail"}, False),
        (
            "signed",
            "forwarded",
            {
                f"spf={spf} dkim={other} dmarc={other}"
                for spf in ("softfail", "fail")
                for other in ("pass", "fail")
            },
            True,
        ),
        ("signed", "relisted", {"spf=pass dkim=pass dmarc=pass"}, True),
    ],
)
def test_the_receiver_says_what_came_of_the_checks(
    outcome: Outcome, delivery: Delivery, expected: set[str], signed: bool
) -> None:
    seen: set[str] = set()
    for seed in range(60):
        message = sent(outcome=outcome, delivery=delivery, seed=seed)
        words = re.split(r"\barc=", message["Authentication-Results"])[0].replace(";", "").split()
        assert words[0] == RECEIVER
        seen.add(" ".join(word for word in words if word.startswith(("spf=", "dkim=", "dmarc="))))
        assert ("DKIM-Signature" in message) is signed
        assert ("ARC-Seal" in message) is (delivery == "forwarded")
        assert ("List-Id" in message) is (delivery == "relisted")
        assert len(message.get_all("Received", [])) == (2 if delivery == "direct" else 3)
    assert seen == expected


def test_a_client_fits_its_mailbox() -> None:
    rng = random.Random(3)

    def behind(kind: str, domain: str, outcome: Outcome = "signed") -> set[str]:
        return {settled(kind, domain, outcome, rng) for _ in range(200)}

    assert behind("outlook", "house.example") == behind("exchange", "house.example")
    assert behind("outlook", "house.example", "forged") == {"outlook"}
    assert behind("roundcube", "firm.example") == {"exchange"}
    assert behind("gmail", "outlook.com") == {"exchange"}
    assert behind("roundcube", "gmail.com") == {"gmail", "apple", "thunderbird"}
    assert behind("gmail", "wp.pl") == {"webmail", "apple", "thunderbird"}
    assert behind("gmail", "house.example") == {"gmail"}
    assert behind("service", "firm.example") == {"service"}
    with pytest.raises(ValueError, match="pegasus"):
        settled("pegasus", "house.example", "signed", rng)


def test_text_is_encoded_as_its_bytes_allow() -> None:
    def how(text: str, transfer: mime.Transfer) -> str:
        return mime.text_part(text, "plain", "utf-8", transfer).headers[1][1]

    assert how("plain", "auto") == how("plain", "8bit") == "7bit"
    assert how("eine Prüfung mit wenigen Umlauten", "auto") == "quoted-printable"
    assert how("채용 담당자", "auto") == "base64"
    assert how("Prüfung", "8bit") == "8bit"
    assert how("ü" * 600, "8bit") == "base64"
    assert how("a" * 1200, "auto") == "quoted-printable"
    assert mime.text_part("Łódź", "plain", "iso-8859-1").headers[0][1].endswith('"utf-8"')


@pytest.mark.parametrize("scheme", ["B", "Q"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-2", "euc-kr", "us-ascii"])
def test_long_subjects_come_back_whole(scheme: mime.Scheme, charset: str) -> None:
    rng = random.Random(9)
    lengths = Counter[int]()
    for _ in range(40):
        text = " ".join(rng.choice(("Prüfung", "Łódź", "채용", "role")) for _ in range(30)) + "é"
        folded = mime.words(text, charset, scheme)
        lengths.update(map(len, folded.split("\r\n")))
        raw = b"Subject: " + folded.encode() + b"\r\n\r\n"
        assert email.message_from_bytes(raw, policy=email.policy.default)["Subject"] == text
    assert max(lengths) <= 76
