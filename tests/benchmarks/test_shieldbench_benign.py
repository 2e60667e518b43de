"""The benign traffic: enough of it, the same on every run, well-formed and harmless."""

from __future__ import annotations

import functools
import hashlib
import io
import ipaddress
import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from benchmarks.shieldbench.benign import files
from benchmarks.shieldbench.benign.deflate import deflate, gzipped, zlibbed
from benchmarks.shieldbench.benign.draw import Draw
from benchmarks.shieldbench.benign.site import Site, Visit
from benchmarks.shieldbench.benign.sites import sites
from hypothesis import given
from hypothesis import strategies as st

_SITES = {site.name: site for site in sites()}
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Told in names of XML and in programs' names, never connected to
_STANDARDS = (
    "www.w3.org", "schemas.xmlsoap.org", "calendarserver.org", "owncloud.org", "www.google.com",
    "www.bing.com", "www.apple.com", "duckduckgo.com", "yandex.com", "napoveda.seznam.cz",
    "archive.org", "www.facebook.com", "api.slack.com", "www.linkedin.com", "www.feedly.com",
    "freshrss.org", "netnewswire.com", "tt-rss.org", "www.uptimerobot.com", "www.pingdom.com",
    "stripe.com", "www.paypal.com", "schema.org",
)  # fmt: skip

# Changes with every change to the traffic; must not change with Python's version or the machine
_DIGEST = "ec85950477705da7d44a5008b1781c7c5b9699f463302448a78a9dae0594298a"

each_site = pytest.mark.parametrize("name", _SITES)


@functools.cache
def _visits(name: str) -> tuple[Visit, ...]:
    return tuple(_SITES[name].make())


def _all() -> Iterator[Visit]:
    for name in _SITES:
        yield from _visits(name)


def _header(visit: Visit, name: bytes) -> bytes:
    found = [value for key, value in visit.request.headers if key.lower() == name]
    assert len(found) <= 1, (name, found)
    return found[0] if found else b""


def _media(visit: Visit) -> str:
    return _header(visit, b"content-type").decode().split(";")[0].strip()


def _digest(visits: Iterator[Visit]) -> str:
    summed = hashlib.sha256()
    for visit in visits:
        summed.update(repr((visit.request, visit.client, visit.half, visit.kind)).encode())
        summed.update(visit.body)
    return summed.hexdigest()


def test_as_much_as_promised() -> None:
    assert len(_SITES) == len(sites()) >= 12
    assert sum(1 for _ in _all()) >= 24_000


def test_same_bytes_on_every_python() -> None:
    assert _digest(_all()) == _DIGEST, "changed on purpose? then note the new digest"


@pytest.mark.parametrize("name", ["company", "webdav", "payments"])
def test_same_bytes_on_every_call(name: str) -> None:
    assert _digest(_SITES[name].make()) == _digest(iter(_visits(name)))


@each_site
def test_people_come_and_come_back(name: str) -> None:
    visits = _visits(name)
    assert len(visits) >= 1_200
    clients = Counter(visit.client for visit in visits)
    assert 40 <= len(clients) <= 400
    # one address belongs to one program
    assert len({(v.client, _header(v, b"user-agent")) for v in visits}) <= len(clients) + 12
    seen: dict[str, set[str]] = {}
    for visit in visits:
        seen.setdefault(visit.route, set()).add(visit.client)
    assert max(len(who) for who in seen.values()) >= 20
    assert len({v.client for v in visits if v.half == "judge"} - _early_clients(visits)) >= 5


def _early_clients(visits: tuple[Visit, ...]) -> set[str]:
    return {visit.client for visit in visits if visit.half == "learn"}


@each_site
def test_halves_follow_in_time(name: str) -> None:
    visits = _visits(name)
    halves = [visit.half for visit in visits]
    assert halves == ["learn"] * (len(halves) // 2) + ["judge"] * (len(halves) - len(halves) // 2)
    times = [visit.request.received for visit in visits]
    assert times == sorted(times)
    assert len({visit.request.unique_id for visit in visits}) == len(visits)


@each_site
def test_second_half_brings_news(name: str) -> None:
    learned, judged = (
        [visit for visit in _visits(name) if visit.half == half] for half in ("learn", "judge")
    )
    phrases = {v.body for v in judged if v.body} - {v.body for v in learned}
    assert len(phrases) > 100 or name == "magazine"
    unseen = _names(judged) - _names(learned)
    assert unseen, "no parameter is new"
    assert len(_names(learned) & _names(judged)) > len(unseen) / 4


def test_second_half_brings_new_routes() -> None:
    one_path_for_all = {"webmail", "webdav", "graphql-api"}
    for name in set(_SITES) - one_path_for_all:
        learned = {visit.route for visit in _visits(name) if visit.half == "learn"}
        assert {visit.route for visit in _visits(name)} - learned, name


def _names(visits: list[Visit]) -> set[str]:
    """Of parameters in queries, forms and at the top of JSON, digits aside."""
    found: set[str] = set()
    for visit in visits:
        query = urlsplit(visit.request.target).query.decode()
        found |= {key for key, _ in parse_qsl(query, keep_blank_values=True)}
        media = _media(visit)
        if media == "application/x-www-form-urlencoded":
            found |= {key for key, _ in parse_qsl(visit.body.decode(), keep_blank_values=True)}
        elif media == "multipart/form-data":
            found |= {name.decode() for name in re.findall(rb' name="([^"]*)"', visit.body)}
        elif media == "application/json" and not _header(visit, b"content-encoding"):
            value = json.loads(visit.body)
            found |= set(value) if isinstance(value, dict) else set()
            variables = value.get("variables") if isinstance(value, dict) else None
            found |= set(variables) if isinstance(variables, dict) else set()
    return {re.sub(r"\d+|[0-9a-f]{32}", "0", name) for name in found}


@each_site
def test_heads_are_well_formed(name: str) -> None:
    for visit in _visits(name):
        request = visit.request
        assert _TOKEN.fullmatch(request.method), request.method
        assert re.fullmatch(rb"/[!-~]*", request.target), request.target
        assert b"#" not in request.target
        assert request.protocol in (b"HTTP/1.1", b"HTTP/2.0")
        for key, value in request.headers:
            assert _TOKEN.fullmatch(key), key
            assert re.fullmatch(rb"[!-~](?:[ !-~]*[!-~])?", value), (key, value)
            assert request.protocol == b"HTTP/1.1" or key == key.lower()
        assert _header(visit, b"host").endswith((b".example", b".test"))
        assert _header(visit, b"user-agent")
        length = _header(visit, b"content-length")
        assert length == (str(len(visit.body)).encode() if length or visit.body else b"")
        assert bool(visit.body) <= bool(_header(visit, b"content-type"))
        assert len(visit.body) <= 70_000
        assert sum(len(key) + len(value) for key, value in request.headers) < 12_000


@each_site
def test_routes_are_the_paths_asked_for(name: str) -> None:
    site: Site = _SITES[name]
    patterns = {
        path: re.compile("".join(".*" if n % 2 else re.escape(part)
                                 for n, part in enumerate(re.split(r"\{(\w+)\}", path))))
        for path in site.paths
    }  # fmt: skip
    for visit in _visits(name):
        path = visit.request.target.decode().partition("?")[0]
        assert patterns[visit.route].fullmatch(path), (visit.route, path)
    assert {visit.route for visit in _visits(name)} == set(site.paths)


@each_site
def test_bodies_are_what_they_say(name: str) -> None:
    for visit in _visits(name):
        body = visit.body
        if not body:
            continue
        if _header(visit, b"content-encoding") == b"gzip":
            body = zlib.decompress(body, wbits=31)
        media = _media(visit)
        if media == "application/x-www-form-urlencoded":
            charset = "cp1252" if b"charset=windows-1252" in body else "utf-8"
            parse_qsl(
                body.decode("ascii"), keep_blank_values=True, strict_parsing=True, encoding=charset
            )
        elif media.startswith("multipart/"):
            assert _parts(visit)
        elif media == "application/x-ndjson":
            assert [json.loads(line) for line in body.splitlines()]
        elif media.endswith("json") or media == "application/csp-report":
            json.loads(body)
        elif media.endswith("xml"):
            ElementTree.fromstring(body)


def _parts(visit: Visit) -> list[bytes]:
    """As RFC 2046 divides them, each checked to have a head and, in a form, a name."""
    media, _, boundary = _header(visit, b"content-type").partition(b"; boundary=")
    assert 1 <= len(boundary) <= 70
    first, *between, last = (b"\r\n" + visit.body).split(b"\r\n--" + boundary)
    assert (first, last) == (b"", b"--\r\n")
    contents = []
    for part in between:
        head, mark, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        assert mark
        told = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
        assert not told.defects
        if media == b"multipart/form-data":
            assert str(told["Content-Disposition"]).startswith('form-data; name="')
        contents.append(content)
    return contents


def test_kinds_of_requests() -> None:
    total = sum(1 for _ in _all())
    methods = Counter(visit.request.method for visit in _all())
    assert 0.4 < methods[b"GET"] / total < 0.6
    assert 0.3 < methods[b"POST"] / total < 0.5
    assert {b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS", b"PROPFIND", b"REPORT"} < set(methods)
    media = Counter(_media(visit) for visit in _all())
    assert media["application/x-www-form-urlencoded"] > 3_000
    assert media["application/json"] > 4_000
    assert media["multipart/form-data"] > 1_200
    assert sum(count for kind, count in media.items() if kind.endswith("xml")) > 300
    kinds = Counter(visit.kind for visit in _all())
    assert kinds["plain"] / total > 0.75
    assert min(kinds["code"], kinds["markup"]) > 1_000
    assert 0.05 < sum(visit.request.protocol == b"HTTP/2.0" for visit in _all()) / total < 0.3
    assert sum(bool(_header(visit, b"upgrade")) for visit in _all()) > 50
    sizes = [len(v.body) for v in _all() if _media(v) == "application/json"]
    assert sum(size > 13_000 for size in sizes) > 30
    assert max(sizes) > 40_000
    fields = [
        v.body.count(b"&") + 1 for v in _all() if b"urlencoded" in _header(v, b"content-type")
    ]
    assert min(fields) == 1
    assert max(fields) > 40


def test_people_of_many_languages() -> None:
    told: Counter[str] = Counter()
    for visit in _all():
        if _media(visit).endswith("urlencoded") and b"windows-1252" not in visit.body:
            told.update(set("".join(value for _, value in parse_qsl(visit.body.decode()))))
    assert min(told[letter] for letter in "üéñłאع김😀'(") > 5


@each_site
def test_only_reserved_names_and_addresses(name: str) -> None:
    networks = [
        ipaddress.ip_network(net)
        for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    ]
    for visit in _visits(name):
        address = ipaddress.ip_address(visit.client)
        assert any(address in network for network in networks)
        assert visit.request.client == visit.client
        text = b"\n".join(
            (visit.request.target, *(v for _, v in visit.request.headers), visit.body)
        )
        for host in re.findall(rb"(?:https?://|%3A%2F%2F|@)([\w.-]+\.[a-z]{2,})\b", text):
            known = host.decode(errors="replace").lower()
            reserved = known.endswith((".example", ".test", ".invalid"))
            assert reserved or known in _STANDARDS or not _named(known), known


def _named(host: str) -> bool:
    """Whether it is a host at all, and not the end of a sentence or a file's name."""
    return host.rpartition(".")[2] in {"com", "org", "net", "de", "io", "eu", "info", "fr", "uk"}


@pytest.mark.parametrize("variant", range(files.VARIANTS))
def test_files_are_whole(variant: int) -> None:
    for kind in ("docx", "xlsx", "zip"):
        with zipfile.ZipFile(io.BytesIO(files.contents(kind, variant))) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) >= 2
    png = files.contents("png", variant)
    width, height = struct.unpack(">II", png[16:24])
    size = struct.unpack(">I", png[33:37])[0]
    assert len(zlib.decompress(png[41 : 41 + size])) == height * (width * 3 + 1)
    pdf = files.contents("pdf", variant)
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert pdf[start : start + 4] == b"xref"
    ElementTree.fromstring(files.contents("svg", variant))


@given(st.binary(max_size=300))
def test_compressor_is_understood(data: bytes) -> None:
    assert zlib.decompress(deflate(data), wbits=-15) == data
    assert zlib.decompress(zlibbed(data)) == data
    assert zlib.decompress(gzipped(data), wbits=31) == data


def test_draws_stay_in_their_bounds() -> None:
    draw = Draw("test")
    assert {draw.below(3) for _ in range(200)} == {0, 1, 2}
    assert {draw.between(3, 5) for _ in range(200)} == {3, 4, 5}
    assert all(len(draw.digits(4)) == 4 for _ in range(200))
    assert sorted(draw.some("abc", 9)) == ["a", "b", "c"]
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", draw.uuid()
    )
