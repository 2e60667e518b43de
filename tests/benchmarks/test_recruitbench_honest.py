"""The legitimate messages of recruitbench: counts, splits, well-formedness, harmlessness."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from benchmarks.recruitbench.family import Family, Sample
from benchmarks.recruitbench.honest import families
from benchmarks.recruitbench.honest.compose import family, sample
from benchmarks.recruitbench.honest.employers import EMPLOYERS
from benchmarks.recruitbench.honest.enclosures.archive import zip_of
from benchmarks.recruitbench.honest.enclosures.macros import project
from benchmarks.recruitbench.honest.enclosures.pdf import pdf
from benchmarks.recruitbench.honest.grammar import templates
from benchmarks.recruitbench.honest.plans import PLANS
from benchmarks.recruitbench.honest.vocabulary import LANGUAGES

Corpus = list[tuple[Family, list[Sample]]]

# every supported Python writes these bytes; a change of text or code changes the digest knowingly
DIGEST = "49fc075f99d06061d086081be78012551d9284e38c54e0fd462bd62d4fe50da6"

RESERVED = (".test", ".example", ".invalid")
# hosts of well-known services; the paths are made up
KNOWN = """
adobe.com adobesign.com alljobs.co.il apec.fr ashbyhq.com bayt.com bit.ly calendly.com
coderpad.io codility.com comeet-notifications.com comeet.com docusign.net dropbox.com
drushim.co.il easychair.org edf.com erecruiter.pl forms.office.com free.fr github.com
gitlab.com gmail.com gmx.de google.com greenhouse-mail.io greenhouse.io greetinghr.com
gulftalent.com hackerrank.com hackerrankforwork.com hanmail.net hellowork.com hireright.com
hotmail.com hubspotlinks.com icims.com icloud.com indeed.com indragroup.com infojobs.net
jobkorea.co.kr kakao.com laposte.net lever.co linkedin.com list-manage.com lnkd.in
lockheedmartin.com mastodon.social microsoft.com myworkday.com myworkdayjobs.com naver.com
northropgrumman.com o2.pl octopus.energy onet.pl orange.fr outlook.com outlook.es
personio.com personio.de pracuj.pl proton.me recruitee.com saramin.co.kr sendgrid.net
sharepoint.com smartrecruiters.com stepstone.de successfactors.eu surveymonkey.com
t-online.de t.me teamtailor.com tecnoempleo.com tinyurl.com totaljobs.com usajobs.gov wa.me
walla.co.il we.tl web.de workable.com wp.pl xing.com yahoo.com zoom.us
"""
NAMESPACES = ("schemas.openxmlformats.org", "purl.org")
SHARE = re.compile(r"file:///\\\\([a-z.-]+)")
ADDRESS = re.compile(rb"(?<![\d.])\d+\.\d+\.\d+\.\d+(?=\])")
URL = re.compile(r"(?:https?|ftp)://([A-Za-z0-9.-]+)")
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\xd0\xcf\x11\xe0",
    b"L\0\0\0",
)
RUNNABLE = re.compile(r"\.(exe|dll|scr|lnk|vbs|hta|ps1|bat|cmd|msi|iso|img|vhdx?|jar|docm)$")
# what honest offices and tasks do send: sums in a workbook, sources with their tests
VBA_PROJECT = re.compile(r"\.xlsm/xl/vbaProject\.bin$")
SOURCES = re.compile(r"\.(zip|tar\.gz)/readings-\d+/(src|test)/[a-z.]+\.js$")
REACHING_OUT = re.compile(rb"child_process|eval|fetch|exec|install|https:|process|Buffer|atob")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return [(item, item.make()) for item in families()]


@dataclass(frozen=True, slots=True)
class Read:
    """A sample as a reader sees it: text, all text parts, files, files within archives."""

    sample: Sample
    message: Message
    text: str
    texts: list[str]
    files: list[tuple[str, bytes]]
    members: list[tuple[str, bytes]]


@pytest.fixture(scope="module")
def read(corpus: Corpus) -> list[Read]:
    return [_read(one) for _, samples in corpus for one in samples]


@pytest.mark.thorough
def test_counts_and_split(corpus: Corpus) -> None:
    sizes = Counter[str]()
    for item, samples in corpus:
        sizes[item.split] += len(samples)
        assert not item.lure
    total = sizes.total()
    kinds = Counter(item.split for item, _ in corpus)
    assert (kinds["fit"], sizes["fit"]) == (48, 2318)
    assert (kinds["test"], sizes["test"]) == (46, 2329)
    assert max(len(samples) for _, samples in corpus) <= 0.08 * total
    names = [item.name for item, _ in corpus]
    assert len(names) == len(set(names))
    messages = [one for _, samples in corpus for one in samples]
    assert len({one.name for one in messages}) == len({one.raw for one in messages}) == total


@pytest.mark.thorough
def test_languages_are_in_both_splits(corpus: Corpus) -> None:
    for split in ("fit", "test"):
        spoken = Counter(
            one.language for item, samples in corpus if item.split == split for one in samples
        )
        assert set(spoken) == set(LANGUAGES)
        assert 0.35 < spoken["en"] / spoken.total() < 0.45
        assert all(spoken[language] / spoken.total() > 0.06 for language in LANGUAGES)


@pytest.mark.thorough
def test_half_carry_attachments(corpus: Corpus) -> None:
    for split in ("fit", "test"):
        kinds = Counter(
            one.container for item, samples in corpus if item.split == split for one in samples
        )
        attached = kinds.total() - kinds["none"] - kinds["link"]
        assert 0.42 < attached / kinds.total() < 0.58


def test_half_of_the_test_families_carry_a_weak_sign() -> None:
    weak = [bool(plan.weak) for plan in PLANS if plan.split == "test"]
    assert sum(weak) >= len(weak) / 2


def test_hard_honest_mail_is_common_in_both_splits() -> None:
    for split in ("fit", "test"):
        messages = [(bool(p.weak), sum(p.counts.values())) for p in PLANS if p.split == split]
        weak = sum(count for hard, count in messages if hard)
        assert weak >= 0.5 * sum(count for _, count in messages)


def test_splits_share_no_sentence() -> None:
    lines: dict[str, set[str]] = {"fit": set(), "test": set()}
    for plan in PLANS:
        for text in templates(plan.name).values():
            lines[plan.split].update(line for line in text.splitlines() if len(line) > 24)
    assert not lines["fit"] & lines["test"]


@pytest.mark.thorough
def test_same_bytes_everywhere(corpus: Corpus) -> None:
    digest = hashlib.sha256()
    for _, samples in corpus:
        for one in samples:
            digest.update(one.raw)
    assert digest.hexdigest() == DIGEST


def test_a_sample_does_not_depend_on_the_others() -> None:
    plan = PLANS[3]
    assert family(plan).make()[5] == sample(plan, "en", 5)


@pytest.mark.thorough
def test_messages_are_well_formed(read: list[Read]) -> None:
    for one in read:
        name, raw, head = one.sample.name, one.sample.raw, one.message
        assert not any(part.defects for part in head.walk()), name
        assert raw.count(b"\n") == raw.count(b"\r\n"), name
        assert max(map(len, raw.split(b"\r\n"))) <= 998, name
        for header in ("From", "To", "Subject", "Date", "Message-ID", "Received", "Return-Path"):
            assert head[header], (name, header)
        assert head["Authentication-Results"].startswith("mx.firm.example")
        assert "@firm.example" in head["To"]
        assert 2024 <= parsedate_to_datetime(head["Date"]).year <= 2026
        assert 60 <= len(one.text.split()) <= 900, name
        assert not re.search(r"\$[a-z]|[{}]|\[\[", one.text), name


@pytest.mark.thorough
def test_a_strict_reader_finds_no_defect(corpus: Corpus) -> None:
    for _, samples in corpus:
        message = message_from_bytes(samples[-1].raw, policy=policy.default)
        for name, value in message.items():
            assert not value.defects, (samples[-1].name, name)


@pytest.mark.thorough
def test_containers_say_what_is_attached(read: list[Read]) -> None:
    for one in read:
        kinds = [name.rpartition(".")[2] for name, _ in one.files if name != "image001.png"]
        said = one.sample.container
        assert kinds[:1] == ([] if said in ("none", "link") else [said]), one.sample.name


@pytest.mark.thorough
def test_few_come_through_forwarders(read: list[Read]) -> None:
    broken = sum("spf=pass smtp" not in one.message["Authentication-Results"] for one in read)
    assert 0.01 < broken / len(read) < 0.05
    listed = sum("List-Id" in one.message for one in read)
    assert 5 < listed < 0.03 * len(read)


@pytest.mark.thorough
def test_attachments_open(read: list[Read]) -> None:
    templated = encrypted = 0
    for one in read:
        for name, data in one.files:
            kind = name.rpartition(".")[2]
            if kind in ("docx", "xlsx", "xlsm", "zip"):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    locked = any(info.flag_bits & 1 for info in archive.infolist())
                    encrypted += locked
                    assert locked or archive.testzip() is None, one.sample.name
                    if kind != "zip":
                        for member in archive.namelist():
                            if member.endswith((".xml", ".rels")):
                                ET.fromstring(archive.read(member))
                        templated += "word/_rels/settings.xml.rels" in archive.namelist()
            elif kind == "pdf":
                assert _objects_lie_where_the_table_says(data), one.sample.name
                encrypted += b"/Encrypt" in data
            elif kind == "gz":
                with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                    assert any(name.endswith("/README.md") for name in tar.getnames())
            elif kind == "png":
                assert data.startswith(b"\x89PNG")
            elif kind == "ics":
                assert data.startswith(b"BEGIN:VCALENDAR\r\n")
            elif kind == "eml":
                assert message_from_bytes(data)["From"]
    assert 0.003 < templated / len(read) < 0.012  # rare, but real offices do this
    assert 0.01 < encrypted / len(read) < 0.04


@pytest.mark.thorough
def test_nothing_runs(read: list[Read]) -> None:
    for one in read:
        for name, data in one.members:
            assert not RUNNABLE.search(name.lower()), (one.sample.name, name)
            if VBA_PROJECT.search(name):
                assert data in (project(True), project(False)), one.sample.name
                continue
            assert not data.startswith(PROGRAMS), (one.sample.name, name)
            if name.endswith(".js"):
                assert SOURCES.search(name), (one.sample.name, name)
            if name.endswith((".js", "/package.json")):
                assert not REACHING_OUT.search(data), (one.sample.name, name)


@pytest.mark.thorough
def test_links_and_senders_are_reserved_or_well_known(read: list[Read]) -> None:
    allowed = {employer.domain for employer in EMPLOYERS} | set(KNOWN.split())
    seen: dict[str, str] = {}
    for one in read:
        contents = [data.decode("latin-1") for _, data in one.members]
        for text in (*one.texts, *contents):
            for host in (*URL.findall(text), *SHARE.findall(text)):
                seen[host] = one.sample.name
        for header in ("From", "Reply-To"):
            for _, address in getaddresses(one.message.get_all(header, [])):
                seen[address.rpartition("@")[2]] = one.sample.name
        for address in ADDRESS.findall(one.sample.raw):
            assert address.startswith((b"192.0.2.", b"198.51.100.", b"203.0.113.", b"10."))
    for host, name in seen.items():
        known = any(host == item or host.endswith("." + item) for item in allowed)
        assert known or host in NAMESPACES or host.endswith(RESERVED), (name, host)


def test_a_locked_archive_opens_with_its_password_alone() -> None:
    data = zip_of([("a.txt", b"hello" * 20)], b"4711ab")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("a.txt", b"4711ab") == b"hello" * 20
        with pytest.raises(RuntimeError):
            archive.read("a.txt", b"wrong")


def test_a_locked_pdf_hides_its_text() -> None:
    assert b"secret line" in pdf("t", ["secret line"])
    assert b"secret line" not in pdf("t", ["secret line"], password=b"x")


def _read(one: Sample) -> Read:
    message = message_from_bytes(one.raw)
    texts: list[str] = []
    bodies: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in message.walk():
        name = part.get_filename()
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            assert isinstance(inner, Message)
            files.append((_shown(name), inner.as_bytes()))
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        if name:
            files.append((_shown(name), data))
        elif part.get_content_maintype() == "text":
            text = data.decode(str(part.get_content_charset()))
            texts.append(text)
            if part.get_content_subtype() == "html":
                text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", text)
            bodies.append(text)
    members = list(files)
    for name, data in files:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members += [
                    (f"{name}/{info.filename}", b"" if info.flag_bits & 1 else archive.read(info))
                    for info in archive.infolist()
                ]
        elif name.endswith(".tar.gz"):
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for item in tar:
                    held = tar.extractfile(item)
                    assert held is not None
                    members.append((f"{name}/{item.name}", held.read()))
    return Read(one, message, bodies[0], texts, files, members)


def _shown(name: str | None) -> str:
    return str(make_header(decode_header(name or "")))


def _objects_lie_where_the_table_says(data: bytes) -> bool:
    start = int(data.rpartition(b"startxref\n")[2].split(b"\n")[0])
    lines = data[start:].split(b"\n")
    count = int(lines[1].split()[1])
    places = [int(line.split()[0]) for line in lines[3 : 2 + count]]
    return lines[0] == b"xref" and all(
        data[place:].startswith(b"%d 0 obj" % number) for number, place in enumerate(places, 1)
    )
