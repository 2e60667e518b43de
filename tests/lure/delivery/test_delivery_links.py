"""Signs of links: where they lead, and what they show instead."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import REPOSITORY
from vedette.lure.delivery import delivery_signs, load_delivery
from vedette.lure.delivery.shown import shown_host
from vedette.lure.delivery.target import _is_address, target_of
from vedette.lure.message import Address, Link, Message, Text
from vedette.lure.sign import Sign, SignEvidence

LISTS = load_delivery(REPOSITORY / "content" / "lures")


def names(url: str, text: str = "", *, sender: str = "", body: str = "") -> list[str]:
    return [sign.name for sign in signs([(url, text)], sender=sender, body=body)]


def signs(links: list[tuple[str, str]], *, sender: str = "", body: str = "") -> tuple[Sign, ...]:
    message = Message(
        id="0" * 64,
        kind="mail",
        place="-",
        sender=Address("", sender) if sender else None,
        texts=(Text("1", body),),
        links=tuple(Link("1", url, text, 0, len(text)) for url, text in links),
    )
    return delivery_signs(message, LISTS)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.dropbox.com/s/abc/offer.pdf?dl=1", ["link_file_host"]),
        ("https://www.dropbox.com/login", []),
        ("https://drive.google.com/file/d/1/view", ["link_file_host"]),
        ("https://docs.google.com/document/d/1", []),
        ("https://acme-my.sharepoint.com/:w:/g/x", ["link_file_host"]),
        ("https://bucket.s3.eu-west-1.amazonaws.com/a", ["link_file_host"]),
        ("https://mega.nz/file/x#y", ["link_file_host"]),
        ("https://notmega.nz.example/x", []),
        ("https://bit.ly/3abc", ["link_shortener"]),
        ("https://rabbit.ly/3abc", []),
        ("https://wa.me/4912345", ["link_messenger"]),
        ("https://t.me/hr_anna", ["link_messenger"]),
        ("https://at.me/x", []),
        ("tg://resolve?domain=hr_anna", ["link_messenger"]),
        ("skype:anna?chat", ["link_messenger"]),
        ("https://discord.com/invite/x", ["link_messenger"]),
        ("https://discord.com/blog", []),
        ("http://203.0.113.7/offer", ["link_bare_address"]),
        ("http://[2001:db8::1]/offer", ["link_bare_address"]),
        ("http://3405803783/", ["link_bare_address"]),
        ("http://0xcb007107/", ["link_bare_address"]),
        ("http://203.0.113.7.example.test/", []),
        ("https://files.example.test/Offer.EXE", ["link_to_program"]),
        ("https://files.example.test/a/offer%2Eiso", ["link_to_program"]),
        ("https://files.example.test/get?name=offer.zip&x=1", ["link_to_archive"]),
        ("https://files.example.test/t.dotm", ["link_to_program"]),
        ("https://files.example.test/offer.pdf", []),
        ("https://files.example.test/exe", []),
        ("https://files.example.test/zip/about.html", []),
        ("https://linkedin-careers.example/x", ["link_foreign_board"]),
        ("https://indeed.jobs-apply.example/x", ["link_foreign_board"]),
        ("https://ziprecruiter-apply.example/", ["link_foreign_board"]),
        ("https://global-careers-portal.example/", ["link_foreign_board"]),
        ("https://talenthub.example/", ["link_foreign_board"]),
        ("https://jobsportal.example/", ["link_foreign_board"]),
        ("https://www.linkedin.com/jobs/view/1", []),
        ("https://uk.indeed.com/viewjob?jk=1", []),
        ("https://acme.wd3.myworkdayjobs.com/careers", []),
        ("https://jobs.acme.example/", []),
        ("https://hub.example/", []),
        ("https://www.acme.example/careers/portal", []),
        ("mailto:jobs@acme.example", []),
        ("https://[broken", []),
        ("", []),
    ],
)
def test_what_a_link_says_by_itself(url: str, expected: list[str]) -> None:
    assert names(url) == expected


def test_a_board_of_the_senders_own_is_not_foreign() -> None:
    url = "https://acme-careers-portal.example/job/1"
    assert names(url) == ["link_foreign_board"]
    assert names(url, sender="anna@mail.acme-careers-portal.example") == []


@pytest.mark.parametrize(
    ("shown", "url", "differs"),
    [
        ("https://www.acme.example/jobs", "https://evil.test/jobs", True),
        ("www.acme.example", "https://evil.test/", True),
        ("acme.com", "https://evil.test/", True),
        ("Apply at https://acme.example now", "https://evil.test/", True),
        ("https://acme.example@evil.test/", "https://evil.test/", False),
        ("https://www.acme.example/jobs", "https://careers.acme.example/1", False),
        ("www.acme.de", "https://www.acme.com/", False),
        ("Apply now", "https://evil.test/", False),
        ("offer.pdf", "https://evil.test/", False),
        ("Node.js", "https://evil.test/", False),
        ("anna@acme.com", "mailto:other@evil.test", False),
        ("www.acme.example", "https://u1.ct.sendgrid.net/ls/click?upn=x", False),
        ("www.acme.example", "https://acme.us1.list-manage.com/track/click?u=1", False),
        ("www.acme.example", "https://bit.ly/x", False),
        ("https://www.acme.example", "", False),
    ],
)
def test_a_link_that_shows_another_address(shown: str, url: str, differs: bool) -> None:
    assert ("link_text_differs" in names(url, shown)) == differs


def test_a_gateway_that_leads_on_to_what_is_shown_is_no_contradiction() -> None:
    wrapped = ("https://gateway.test/?u=https%3A%2F%2Facme.example%2Fx", "https://acme.example/x")
    assert signs([wrapped, ("https://acme.example/x", wrapped[1])]) == ()
    found = signs([wrapped, ("https://evil.test/x", wrapped[1])])
    assert [(sign.name, dict(sign.detail)) for sign in found] == [
        ("link_text_differs", {"shown": "acme.example", "real": "evil.test"})
    ]


def test_the_senders_own_click_counter_is_no_contradiction() -> None:
    url, shown = "https://click.acme-mail.example/x", "www.acme.example"
    assert names(url, shown) == ["link_text_differs"]
    assert names(url, shown, sender="news@acme-mail.example") == []


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("Please clone it and run the project.", True),
        ("Bitte löse die Programmieraufgabe.", True),
        ("קישור למטלת בית", True),
        ("이 과제를 봐 주세요", True),
        ("My open source work is there.", False),
    ],
)
def test_a_repository_counts_where_work_on_it_is_asked_for(body: str, asked: bool) -> None:
    url = "https://github.com/acme/task"
    assert names(url, body=body) == (["run_repository"] if asked else [])


def test_signs_come_once_with_few_links_and_where_they_stand() -> None:
    links = [(f"https://mega.nz/{number}", "here") for number in range(9)]
    (sign,) = signs(links)
    assert sign == Sign(
        "link_file_host",
        (SignEvidence("1", 0, 4, "here"),),
        (("service", "MEGA"), ("host", "mega.nz")),
    )
    (program,) = signs([("https://files.example.test/a/offer.iso", "")])
    assert program == Sign(
        "link_to_program",
        (SignEvidence("1", 0, 0, "https://files.example.test/a/offer.iso"),),
        (("file", "offer.iso"), ("url", "files.example.test/…/offer.iso")),
    )


@given(st.text(max_size=60))
def test_any_text_is_taken_apart(text: str) -> None:
    for url in (text, f"https://{text}", f"http://a.test/{text}?{text}"):
        target_of(url)
        names(url, text, sender=f"a@{text}")
    assert "/" not in shown_host(text)


def _any_address(host: str) -> bool:
    """The same without a short way for names."""
    if re.fullmatch("0x[0-9a-f]{1,8}|[0-9]{1,10}", host):
        return True
    digits = host.replace(".", "").isdigit()
    if digits and host.count(".") < 4:
        return True
    if digits or ":" in host:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return True
    parts = host.split(".")
    return len(parts) <= 4 and all(
        re.fullmatch("0x[0-9a-f]{1,8}|[0-9]{1,10}", part) for part in parts
    )


@given(
    st.lists(st.sampled_from(["1", "22", "0x", "f", ".", ":", "255", "٣", "²", "-", "x"])).map(
        lambda pieces: "".join(pieces).rstrip(".")
    )
)
def test_names_are_soon_told_from_addresses(host: str) -> None:
    assert not host or _is_address(host) == _any_address(host)
