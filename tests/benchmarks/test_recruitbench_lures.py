"""The lures of the bench: as many as promised, the same on every run, and harmless."""

from __future__ import annotations

import base64
import email
import email.policy
import functools
import hashlib
import io
import os
import random
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from benchmarks.recruitbench.family import Sample
from benchmarks.recruitbench.lures import families
from benchmarks.recruitbench.lures.__main__ import main
from benchmarks.recruitbench.lures.catalogue import SCENARIOS
from benchmarks.recruitbench.lures.containers.stubs import LIMIT
from benchmarks.recruitbench.lures.drawing import draw
from benchmarks.recruitbench.lures.employers import EMPLOYERS, FREEMAIL
from benchmarks.recruitbench.lures.wording import LANGUAGES, half, phrases, wordings

RESERVED = ("test", "example", "invalid")
SERVICES = {
    "drive.google.com", "www.dropbox.com", "1drv.ms", "we.tl", "mega.nz",
    "drive.proton.me", "www.mediafire.com",
    "bit.ly", "tinyurl.com", "cutt.ly", "t.ly", "rb.gy", "is.gd", "wa.me", "t.me", "signal.me",
    "github.com", "bitbucket.org", "gitlab.com", "www.linkedin.com", "mail.gmail.com",
    # names of document formats, which nothing fetches
    "schemas.openxmlformats.org", "schemas.microsoft.com", "purl.org",
}  # fmt: skip
# how nobody of the other kind is addressed
WRONG = {
    "woman": {
        "en": r"Dear Mr\b", "de": r"geehrter|Lieber", "fr": r"Monsieur", "es": r"Estimado",
        "pl": r"Szanowny", "he": r"מעוניין\b", "ar": r"عزيزي\b",
    },
    "man": {
        "en": r"Dear Ms\b", "de": r"geehrte Frau|Liebe Frau", "fr": r"Madame", "es": r"Estimada",
        "pl": r"Szanowna|Panią", "he": r"תקבלי|מעוניינת", "ar": r"عزيزتي|ترغبين|السيدة",
    },
}  # fmt: skip
PROGRAM = re.compile(r"\.(exe|dll|scr|com|js)$|MacOS/|[\u2024\uff0e]pdf$")


@functools.cache
def made() -> tuple[tuple[str, str, tuple[Sample, ...]], ...]:
    return tuple((family.name, family.split, tuple(family.make())) for family in families())


def everything() -> list[Sample]:
    return [sample for _, _, samples in made() for sample in samples]


def parsed(sample: Sample) -> EmailMessage:
    return email.message_from_bytes(sample.raw, policy=email.policy.default)


def attached(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in message.walk():
        name, content = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            yield name, content


def inside(data: bytes) -> Iterator[tuple[str, bytes, int]]:
    """Members of an archive with their sizes; the bytes of locked ones are left out."""
    if carried := re.search(rb'carried = "([^"]+)"', data):
        data = base64.b64decode(carried[1])
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                locked = member.flag_bits & 1
                yield member.filename, b"" if locked else archive.read(member), member.file_size
    elif data.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar.getmembers():
                stream = tar.extractfile(entry)
                assert stream is not None
                yield entry.name, stream.read(), entry.size


def test_there_are_enough_and_no_family_outweighs_the_others() -> None:
    counts = {name: len(samples) for name, _, samples in made()}
    total = sum(counts.values())
    by_split = Counter({"fit": 0, "test": 0})
    for _, split, samples in made():
        by_split[split] += len(samples)

    assert len(counts) == len(made()) >= 60
    assert total >= 800
    assert max(counts.values()) <= 0.08 * total
    assert by_split["fit"] >= 500
    assert by_split["test"] >= 299
    assert all(family.lure for family in families())


def test_languages_share_as_agreed() -> None:
    counts = Counter(sample.language for sample in everything())
    total = sum(counts.values())

    assert set(counts) == set(LANGUAGES)
    assert 0.35 <= counts["en"] / total <= 0.45
    assert all(0.06 <= counts[other] / total <= 0.11 for other in LANGUAGES if other != "en")


@pytest.mark.thorough
def test_readers_are_women_and_men_in_every_language_and_are_addressed_as_such() -> None:
    readers: Counter[tuple[str, str]] = Counter()
    for sample in everything():
        message = parsed(sample)
        given = message["To"].addresses[0].username.partition(".")[0]
        reader = "woman" if given in ("ann", "dana", "clara", "mira") else "man"
        readers[sample.language, reader] += 1
        body = message.get_body(("plain", "html"))
        assert body is not None, sample.name
        text = f"{message['Subject']} {body.get_content()}"
        assert not re.search(r"\{[^{}]*~", text), sample.name
        wrong = WRONG[reader].get(sample.language)
        assert not (wrong and re.search(wrong, text)), sample.name

    for language in LANGUAGES:
        women, men = readers[language, "woman"], readers[language, "man"]
        assert 0.35 <= men / (women + men) <= 0.65, language


@pytest.mark.thorough
def test_splits_share_no_scenario_nor_phrase() -> None:
    fit = [each for each in SCENARIOS if each.split == "fit"]
    other = [each for each in SCENARIOS if each.split == "test"]
    looks = ({look for each in split for look in each.looks} for split in (fit, other))
    combined = ({(each.sender, each.delivery) for each in split} for split in (fit, other))
    bodies = (
        {text.body for each in split for texts in wordings(each.name).values() for text in texts}
        for split in (fit, other)
    )

    assert not set.intersection(*combined)
    assert not set.intersection(*bodies)
    assert len(set.intersection(*looks)) <= 7
    for language in LANGUAGES:
        for key, values in phrases(language).items():
            # nothing for testing says what the reader works on, or travels
            if key not in ("quoted", "labels", "topics", "trips"):
                assert not set(half(values, "fit")) & set(half(values, "test")), (language, key)


@pytest.mark.thorough
def test_every_message_is_read_without_a_defect_and_is_unlike_the_others() -> None:
    seen: set[str] = set()
    for sample in everything():
        message = parsed(sample)
        body = message.get_body(("plain", "html"))
        assert body is not None, sample.name
        text = body.get_content()
        for part in message.walk():
            assert not part.defects, (sample.name, part.defects)
        assert message["From"].addresses and message["Subject"] and message["Date"].datetime
        assert message["To"].addresses[0].domain == "firm.example"
        assert message.get_all("Authentication-Results"), sample.name
        assert not re.search(r"<<|>>|\{\w+\}", re.sub(r"(?m)^[> ]+", "", text)), sample.name
        assert b"\n" not in sample.raw.replace(b"\r\n", b"")
        assert max(map(len, sample.raw.split(b"\r\n"))) <= 998
        seen.add(text)
    assert len(seen) == len(everything())


@pytest.mark.thorough
def test_programs_are_headers_without_code() -> None:
    found: Counter[str] = Counter()
    for sample in everything():
        for name, data in attached(parsed(sample)):
            members = list(inside(data))
            for member, _, size in members:
                if PROGRAM.search(member):
                    assert size < LIMIT, (sample.name, member)
            for content in (data, *(content for _, content, _ in members)):
                found.update(_headers(content, f"{sample.name}: {name}"))
    assert found["PE"] > 220
    assert found["ELF"] >= 13
    assert found["Mach-O"] >= 13


def _headers(data: bytes, place: str) -> Iterator[str]:
    """Every program header in the bytes, whatever they are in, says that nothing follows it."""
    for at in (match.start() for match in re.finditer(rb"PE\0\0", data)):
        sections, optional = struct.unpack_from("<2xH12xH", data, at + 4)
        assert (sections, optional) == (0, 0), place
        yield "PE"
    for at in (match.start() for match in re.finditer(rb"\x7fELF", data)):
        entry, programs, tables = struct.unpack_from("<24xQ24xHxxH", data, at)
        assert (entry, programs, tables) == (0, 0, 0), place
        yield "ELF"
    for at in (match.start() for match in re.finditer(rb"\xcf\xfa\xed\xfe", data)):
        assert struct.unpack_from("<16xI", data, at) == (0,), place
        yield "Mach-O"


@pytest.mark.thorough
def test_no_address_leads_to_anybody() -> None:
    employers = {employer.domain for each in EMPLOYERS.values() for employer in each}
    known = employers | {f"www.{domain}" for domain in employers} | SERVICES
    known |= {domain for each in FREEMAIL.values() for domain in each}
    for sample in everything():
        for host in _hosts(sample):
            assert host.rpartition(".")[2] in RESERVED or host in known, (sample.name, host)


def _hosts(sample: Sample) -> Iterator[str]:
    texts: list[bytes] = []
    for part in parsed(sample).walk():
        texts += [str(value).encode() for value in part.values()]
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            unfolded = content.replace(b"\r\n ", b"")  # calendars fold
            texts += [unfolded, *(member for _, member, _ in inside(content))]
    for text in texts:
        for link in re.findall(rb"(?:https?|ftp)://([a-zA-Z0-9.-]+)", text):
            yield link.decode().lower().strip(".")
        for address in re.findall(rb"(?<=[a-z0-9])@([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+)", text):
            yield address.decode()


@pytest.mark.thorough
def test_other_processes_make_the_same_bytes() -> None:
    code = (
        "import hashlib; from benchmarks.recruitbench.lures import families\n"
        "print(hashlib.sha256(b''.join(s.raw for f in families() for s in f.make())).hexdigest())"
    )
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(root), "TZ": "Asia/Seoul"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    own = hashlib.sha256(b"".join(sample.raw for sample in everything())).hexdigest()

    assert told.stdout.strip() == own


def test_the_table_names_every_family_and_writes_every_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path)])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:-2]] == [name for name, _, _ in made()]
    assert len(list(tmp_path.glob("*.eml"))) == len(everything())


def test_a_choice_is_drawn_or_refused() -> None:
    rng = random.Random(1)
    drawn = {draw("a [b|c [d|e]] {x}.", rng, {"x": "y"}) for _ in range(40)}

    assert drawn == {"a b y.", "a c d y.", "a c e y."}
    with pytest.raises(ValueError, match="stays open"):
        draw("a [b", rng, {})
    with pytest.raises(ValueError, match="closes"):
        draw("a b]", rng, {})
    with pytest.raises(KeyError):
        draw("{nobody}", rng, {})
