"""The walk over a page in C equals the one in Python."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from vedette.lure.reading.html import render
from vedette.lure.reading.layout import MARK, laid_out, mark_hidden, walked, walkers

FRAGMENTS = (
    *(b"<div style='display:none'>", b"</div>", b"<a href=x.test>", b"</a>", b"<a href=#top>"),
    *(b"<pre>", b"</pre>", b"<textarea>\n", b"</textarea>", b"<p>", b"</p>", b"<br>", b"<hr>"),
    *(b"<style>.a,p{display:none}</style>", b"<style>#i{font-size:0}</style>", b"<style></style>"),
    *(b"<style>body{background:red}</style>", b"<p style='display:block' class=a>", b"<b id=i>"),
    *(
        b"<span class=a style='font-size:0'>",
        b"</span>",
        b"<font color=white>",
        b"<td bgcolor=#fff>",
    ),
    *(
        b"<body text=white bgcolor=white>",
        b"<hr hidden>",
        b"<tr>",
        b"<table>",
        b"</table>",
        b"<li>",
    ),
    *(b"foo", b" ", b"\t", b"\n", b"\xe2\x80\x8b", b"\xe2\x80\x83", b"&nbsp;", b"\xff", b"\0"),
    *(b"&amp;lt;&quot;", b"&#8195;", b"\xc3\xa9", b"<b>", b"</b>", b"<i>", b"</i>", b"<ul>"),
    *(b"<title>", b"</title>", b"<script>", b"</script>", b"<iframe src=y>", b"</iframe>"),
    *(b"<input type=submit value='x  y'>", b"<input type=Button value='&#8195;v\n'>", b"<col>"),
    *(b"<form action=//x>", b"<base href=http://q.test/>", b"<button formaction=b>", b"</button>"),
    *(b"<img alt=' q ' src=z>", b"<area href=h>", b"<frameset>", b"<frame src=g>", b"<map>"),
    *(b"<meta http-equiv=' Refresh' content='0;url=k'>", b"<meta http-equiv=refresh>", b"<center>"),
    *(
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<?php x>",
        b"<svg>",
        b"</svg>",
        b"<template>",
        b"<noscript>",
    ),
    *(b"<x\"y z='\"' =q>", b"<a href='&quot;>'>", b"<a xlink:href=l>", b"<object>", b"</object>"),
    *(b"<style></,p{display:none}</style>", b"<iframe></p>", b"<title></p>"),
    *(b"<select>", b"<option>", b"</select>", b"<noembed>", b"<plaintext>", b"<xmp>", b"</br>"),
    *(
        b"<wbr>",
        b"<param>",
        b"<keygen>",
        b"<bgsound>",
        b"<basefont>",
        b"<image>",
        b"<h1>",
        b"</h1>",
    ),
)
_PAGES = st.lists(st.sampled_from(FRAGMENTS), max_size=24).map(b"".join)
_DECLARED = (
    b"<div style='color:#777;font-size:%dpx' class=a%d><a href=http://h%d.test/>go</a></div>"
)

needs_c = pytest.mark.skipif(walkers() is None, reason="the walk in C was not built or is off")


def _native(html: bytes) -> tuple[object, ...] | None:
    native = walkers()
    assert native is not None
    tree = LexborHTMLParser(html)
    assert tree.root is not None
    mark_hidden(tree)
    return native[1].walk(tree.root.html or "")


def _agree(html: bytes) -> bool:
    """Both walks, and the way there; whether the page was regular."""
    tree = LexborHTMLParser(html)
    if tree.root is None:
        return False
    naive = walked(LexborHTMLParser(html))
    assert laid_out(tree) == naive
    found = _native(html)
    assert found is None or found == tuple(naive)
    return found is not None


@needs_c
@settings(max_examples=400)
@given(_PAGES)
def test_both_walks_agree(html: bytes) -> None:
    _agree(html)


@needs_c
def test_most_pages_are_walked_in_c() -> None:
    chance = random.Random(7)
    plain = [
        one
        for one in FRAGMENTS
        if not one.startswith((b"<?", b"<svg", b"<template", b"<noscript", b"<plaintext", b"<xmp"))
    ]
    pages = [b"".join(chance.choices(plain, k=chance.randrange(1, 20))) for _ in range(300)]
    assert sum(map(_agree, pages)) > 280


@needs_c
@pytest.mark.parametrize("raw", [b"</,p{display:none}", b"</p{} p{display:none}", b"", b"<p>"])
def test_raw_text_may_begin_like_an_end(raw: bytes) -> None:
    assert _agree(b"<style>" + raw + b"</style><p>foo<a href=x>bar</a>")
    assert _agree(b"<a href=x>a<iframe src=y>" + raw + b"</iframe>b</a>")


@needs_c
def test_a_long_page() -> None:
    many = b"".join(_DECLARED % (n % 30, n % 7, n) for n in range(3_000))
    assert _agree(b"<style>.a3{display:none}</style>" + many)
    assert _agree(b"<div>" * 5_000 + b"x" + b"</div>" * 5_000)
    assert _agree(b"<p " + b" ".join(b"a%d=1" % n for n in range(500)) + b" style=color:white>x")


@settings(max_examples=300)
@given(st.text("/hiden=\"'&#47; >x\t", max_size=20))
def test_no_page_has_our_mark(attributes: str) -> None:
    tree = LexborHTMLParser(f"<p /hidden=1 {attributes} {MARK}='1' {attributes}{MARK}=1>x".encode())
    assert tree.root is not None
    for node in tree.root.traverse():
        assert not any(name.startswith("/") for name in node.attributes)


@needs_c
@pytest.mark.parametrize(
    "html",
    [
        *(
            "<p>",
            "<p>x</b></p>",
            "<p x>",
            "<p x=y></p>",
            '<p x="y></p>',
            "a > b",
            "<",
            "</",
            "<!--",
        ),
        *("<p>&copy;</p>", "<p>&", "<style>", "<1></1>", "<p></p></p>", '<a href="&x"></a>'),
    ],
)
def test_what_is_not_regular_is_given_back(html: str) -> None:
    native = walkers()
    assert native is not None
    assert native[0].walk(html) is None or html == '<a href="&x"></a>'


@needs_c
def test_half_characters_are_given_back() -> None:
    native = walkers()
    assert native is not None
    assert native[0].walk("<p>\ud800</p>") is None


@needs_c
@settings(max_examples=300)
@given(st.text('<>/="&; pastyle!-hrefx\n\0é', max_size=60))
def test_any_text_is_walked_or_given_back(html: str) -> None:
    native = walkers()
    assert native is not None
    native[0].walk(html)


def test_without_c(monkeypatch: pytest.MonkeyPatch) -> None:
    html = b"<a href=http://a.test/>b</a><p hidden>c"
    with_c = render(html, "1")
    monkeypatch.setenv("VEDETTE_NATIVE", "0")
    assert walkers() is None
    without = render(html, "1")
    assert (without.text, without.hidden, without.links) == (
        with_c.text,
        with_c.hidden,
        with_c.links,
    )
