"""XML, against ModSecurity's own library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seclang.body.request_oracle import oracle
from vedette.model.errors import ConfigError
from vedette.seclang.body import Body, Limits, compile_xpath, read_body

TYPE = b"text/xml"
ERROR = {"REQBODY_ERROR": 1, "REQBODY_PROCESSOR_ERROR": 1}


def read(body: bytes, **limits: int) -> Body:
    return read_body("XML", TYPE, body, Limits(**limits))


def test_text_and_attributes() -> None:
    body = b'<?xml version="1.0"?><a x="1" y="&lt;2" xmlns="u">t1<b z="3">t2</b>t3'
    body += b"<!-- c --><![CDATA[<]]>&amp;</a>"
    assert read(body) == Body(
        "XML", texts=(b"t1t2t3<&",), attributes=(b"1", b"<2", b"3"), size_without_files=len(body)
    )


PIECES = ["<a>", "</a>", '<b x="1">', "</b>", "<b/>", "text", "&amp;", "&#65;", "&lt;", "é", "\r\n"]
PIECES += ["<![CDATA[cd]]>", "<!-- c -->", "<?pi x?>", "\n", " ", "<c y='&quot;2' z=\"3\"/>", "]]>"]
PIECES += ["&e;", "<", "\x01", "<p:a xmlns:p='u' p:x='1'>", "</p:a>", '<a xmlns="u:d" x="9">t</a>']
documents = st.lists(st.sampled_from(PIECES), max_size=10).map(
    lambda p: f"<a>{''.join(p)}</a>".encode()
)


@given(documents)
def test_as_modsecurity_reads_xml(body: bytes) -> None:
    answer = oracle("XML:/*", "XML://@*", "REQBODY_ERROR").ask(
        headers=[("Content-Type", "text/xml")], body=body
    )
    found = read(body)
    assert (found.flags == ERROR) == (answer["REQBODY_ERROR"] == [b"1"])
    if not found.error:
        assert list(found.texts) == answer["XML:/*"]
        assert list(found.attributes) == answer["XML://@*"]


PATHS = ["//text()", "/a", "//b", "/a/b/text()", "/*/*", "//@x", "/a/@*", "//b//text()", "/a//b"]
PATHS += ["//*", "/*/b/@x", "//*/@x", "//a/b", "//b//@x", "/*", "//@*"]


@given(documents)
def test_as_modsecurity_reads_paths(body: bytes) -> None:
    names = [f"XML:{path}" for path in PATHS]
    answer = oracle(*names, "REQBODY_ERROR").ask(headers=[("Content-Type", "text/xml")], body=body)
    if answer["REQBODY_ERROR"] == [b"0"]:
        found = {f"XML:{path}": compile_xpath(path).values(body, Limits()) for path in PATHS}
        assert found == {name: tuple(answer[name]) for name in names}


def test_paths_with_namespaces() -> None:
    body = b'<s:E xmlns:s="urn:s"><s:B><x s:y="1" y="2">v</x></s:B></s:E>'
    known = {"q": "urn:s"}
    assert compile_xpath("/q:E/q:B/x", known).values(body, Limits()) == (b"v",)
    assert compile_xpath("//@q:y", known).values(body, Limits()) == (b"1",)
    assert compile_xpath("//@y", known).values(body, Limits()) == (b"2",)
    assert compile_xpath("/E").values(body, Limits()) == ()


@pytest.mark.parametrize(
    "expression", ["", "a", "/", "/a[1]", "//a|//b", "count(//a)", "/@x/a", "/a/", "/a/..", "//q:a"]
)
def test_other_expressions_are_refused(expression: str) -> None:
    with pytest.raises(ConfigError, match="XML:"):
        compile_xpath(expression)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>', "é"),
        (b'<?xml version="1.0" encoding="gbk"?><a>\xb0\xa1</a>', "啊"),
        ('<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16"), "é"),
        ("<a>é</a>".encode("utf-16-be"), "é"),
        (b"\xef\xbb\xbf<a>1</a>", "1"),
        (b'<?xml version="1.0" encoding="windows-1252"?><a>\x80</a>', "€"),
    ],
    ids=["latin-1", "gbk", "utf-16", "utf-16-be", "mark", "windows"],
)
def test_encodings(body: bytes, text: str) -> None:
    assert (read(body).texts, read(body).error) == ((text.encode(),), "")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'<?xml version="1.0" encoding="unicode_escape"?><a>x</a>', b"x"),
        (b'<?xml version="1.0" encoding="klingon"?><a>x</a>', b"x"),
        (b'<?xml version="1.0" encoding="utf-16"?><a>x</a>', b"x"),
        (b'<?xml version="1.0" encoding="euc-jp"?><a>x\xff</a>', b"x\xef\xbf\xbd"),
    ],
    ids=["not-of-text", "unknown", "untrue", "invalid"],
)
def test_text_in_a_wrong_encoding_is_seen_and_an_error(body: bytes, text: bytes) -> None:
    assert (read(body).texts, read(body).flags) == ((text,), ERROR)


@pytest.mark.parametrize(
    ("body", "texts", "attributes", "unread"),
    [
        (b'<a x="1">t<b>u</a>', (b"tu",), (b"1",), b"a>"),
        (b"<a>t</a>junk", (b"t",), (), b"junk"),
        (b"<a>t\x01u</a>", (b"t",), (), b"\x01u</a>"),
        (b"<a>&e;x</a>", (b"",), (), b"&e;x</a>"),
        (b"", (), (), b""),
        (b"{}", (), (), b"{}"),
    ],
    ids=["mismatch", "behind", "control", "entity", "empty", "no-xml"],
)
def test_after_an_error(
    body: bytes, texts: tuple[bytes, ...], attributes: tuple[bytes, ...], unread: bytes
) -> None:
    found = read(body)
    assert (found.texts, found.attributes, found.unread) == (texts, attributes, unread)
    assert found.flags == ERROR
    assert found.error.startswith("XML parsing error: XML: Failed to parse document. (")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b'<!DOCTYPE a [<!ENTITY e "v"><!ENTITY f "x&e;y">]><a p="&e;">1&e;2&f;</a>', (b"1v2xvy",)),
        (b'<!DOCTYPE a [<!ENTITY e "<script>">]><a>1</a>', (b"1", b"<script>")),
        (b'<!DOCTYPE a SYSTEM "u" [<!ENTITY e "v">]><a>1&e;2</a>', (b"1v2",)),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>1&e;2</a>', (b"12",)),
        (b'<!DOCTYPE a [<!ATTLIST a q CDATA "def">]><a>1</a>', (b"1",)),
        (b'<!DOCTYPE a [<!ENTITY e "&e;">]><a>1&e;</a>', (b"1&e;",)),
    ],
    ids=["nested", "unused", "with-system", "external", "default", "recursive"],
)
def test_declarations_in_a_document_type_are_errors_and_text(
    body: bytes, texts: tuple[bytes, ...]
) -> None:
    assert (read(body).texts, read(body).flags) == (texts, ERROR)


def test_a_document_type_by_name_is_no_error_and_nothing_is_fetched() -> None:
    found = read(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x"><a>1&e;2</a>')
    assert (found.texts, found.error) == ((b"12",), "")


def test_limits_end_reading() -> None:
    assert "256 levels" in read(b"<a>" * 300 + b"</a>" * 300).error
    assert "9 levels" in read(b"<a>" * 10, depth=9).error
    assert "5 elements" in read(b'<a p="1" q="2"><b/><b/><b/></a>', nodes=5).error
    assert not read(b'<a p="1" q="2"><b/><b/></a>', nodes=5).error


LAUGHS = b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY a0 "lol">' + LAUGHS + b"]><a>&a9;</a>",
        b'<!DOCTYPE a [<!ENTITY a0 "">' + LAUGHS + b"]><a>&a9;</a>",
        b'<!DOCTYPE a [<!ENTITY a0 "lol">' + LAUGHS + b']><a b="&a9;"/>',
        b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 50_000 + b'">]><a>' + b"&b;" * 50_000 + b"</a>",
        b'<!DOCTYPE a [<!ATTLIST b c CDATA "'
        + b"x" * 50_000
        + b'">]><a>'
        + b"<b/>" * 40_000
        + b"</a>",
        b"<!DOCTYPE a [" + b'<!ENTITY b "">' * 200_000 + b"]><a/>",
        b"<a>" + b"\n" * 3_000_000 + b"</a>",
        b"<a>" + b"&#65;" * 600_000 + b"</a>",
        b"<a>" * 1_000_000,
        b"<a " + b'b="' * 1_000_000,
        b"<!DOCTYPE a [" * 200_000,
    ],
    ids=[
        "laughs",
        "empty-laughs",
        "attribute",
        "quadratic",
        "defaults",
        "declarations",
        "feeds",
        "characters",
        "deep",
        "open",
        "types",
    ],
)
def test_large_and_hostile(body: bytes) -> None:
    found = read(body)
    assert sum(map(len, found.texts)) + sum(map(len, found.attributes)) <= 2 * len(body) + 70_000
    compile_xpath("//*").values(body, Limits())


@given(st.binary(), documents)
def test_any_bytes(noise: bytes, document: bytes) -> None:
    for body in (noise, b"<a>" + noise + b"</a>", b"<!DOCTYPE a [" + noise + b"]>" + document):
        read(body)
        for encoding in (b"utf-8", b"utf-7", b"shift_jis", b"utf-16", b"cp1252", noise):
            read(b'<?xml version="1.0" encoding="' + encoding + b'"?>' + body)
        compile_xpath("//b").values(body, Limits())
