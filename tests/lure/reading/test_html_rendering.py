"""What a reader of an HTML mail sees, and what it hides."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.message import Link
from vedette.lure.reading.html import render
from vedette.lure.reading.limits import Limits


def _seen(html: str) -> str:
    return render(html.encode(), "1").text


def _hidden(html: str) -> str:
    return render(html.encode(), "1").hidden


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a b", "a b"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div>b<div>c</div>", "a\nb\nc"),
        ("<div><div>a</div></div>b", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<b>Boe</b>ing  \n jobs&nbsp;&amp; <i> more </i>", "Boeing jobs & more"),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", "a b\nc\nd"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ("<title>t</title><style>x</style><script>y</script>a<!-- c -->", "a"),
        ("<p>a<textarea>b\n c</textarea>", "a b\n c"),
        ("<form><input type=submit value=Go><input value=secret></form>", "Go"),
        ("a<template>b</template>c", "ac"),
        ("<noscript>plain</noscript>", "plain"),
        ("<![if !mso]>a<![endif]><!--[if mso]>b<![endif]-->", "a"),
        ("<svg><text>drawn</text></svg>", "drawn"),
        ("<p>unclosed <b>bold <a href=x.test>link", "unclosed bold link"),
        ("a\0b", "ab"),
        ("", ""),
        ("<html></html>", ""),
        ("<frameset><frame src=//x.test></frameset>", ""),
        ("\ufeff<p>a", "a"),
        ("<p>caf\u00e9 \u200bשלום</p>", "café \u200bשלום"),
    ],
)
def test_text(html: str, text: str) -> None:
    assert _seen(html) == text
    assert _hidden(html) == ""


@pytest.mark.parametrize(
    "hiding",
    [
        'style="display:none"',
        'style="DISPLAY : NONE !important"',
        'style="disp/**/lay:none"',
        'style="d\\69 splay:none"',
        'style="visibility:hidden"',
        'style="opacity:0"',
        'style="font-size:0"',
        'style="font-size:0.5px"',
        'style="font:1px/1 Arial"',
        'style="max-height:0;overflow:hidden"',
        'style="height:0px; width:0px; overflow:hidden"',
        'style="text-indent:-9999px"',
        'style="position:absolute;left:-5000px"',
        "hidden",
        "class=gone",
        "id=away",
    ],
)
def test_hidden_text_is_kept_apart(hiding: str) -> None:
    sheet = "<style>.gone{display:none} #away { font-size:0 }</style>"
    html = f'{sheet}Boe<span {hiding}>xx <a href="https://h.test/">in</a></span>ing'
    rendered = render(html.encode(), "2.1")
    assert rendered.text == "Boeing"
    assert rendered.hidden == "xx in"
    assert rendered.links == [Link("2.1.hidden", "https://h.test/", "in", 3, 5)]
    assert [text.part for text in rendered.texts("2.1")] == ["2.1", "2.1.hidden"]


@pytest.mark.parametrize(
    "hiding",
    [
        'style="color:#ffffff"',
        'style="color:#fefefe"',
        'style="color:white;background:#fff"',
        'style="background:#333;color:rgb(52, 51,50)"',
        'style="color:transparent"',
        'bgcolor="#000" style="color:black"',
    ],
)
def test_text_in_the_colour_of_its_ground(hiding: str) -> None:
    html = f"Boe<span {hiding}>xx</span>ing"
    assert (_seen(html), _hidden(html)) == ("Boeing", "xx")


@pytest.mark.parametrize(
    "html",
    [
        '<table><td bgcolor="#003366"><font color="#ffffff">x</font></td></table>',
        '<p style="color:#fff"><a href=/x>x</a></p>',
        '<div style="background-color:#036"><a href=/x style="color:#fff">x</a></div>',
        '<div style="background-image:url(a.png)"><span style="color:#fff">x</span></div>',
        '<table background="a.png"><tr><td style="color:#fff">x</td></tr></table>',
        "<style>.head{background:#036}</style><div class=head><p style='color:#fff'>x</p></div>",
        '<div style="font-size:0"><span style="font-size:14px">x</span></div>',
        '<style>.x{display:none}</style><p class=x style="display:block">x</p>',
        "<style>@media (max-width:600px){.x{display:none}}</style><p class=x>x</p>",
        '<p style="mso-hide:all">x</p>',
        '<p style="line-height:0">x</p>',
        '<p style="max-height:0">x</p>',
        '<p style="color:#777">x</p>',
        '<body text="#ffffff" bgcolor="#000000">x</body>',
    ],
)
def test_what_only_looks_hidden(html: str) -> None:
    assert _seen(html) == "x"
    assert _hidden(html) == ""


def test_links_have_their_text_and_place() -> None:
    html = (
        '<base href="https://firm.test/jobs/">See <a href="apply?id=1"> the <b>job</b></a>, '
        '<a href="#top">top</a><a href="HTTPS://img.test/x"><img alt="Apply now"></a>'
        '<a href="java\nscript:x()">s</a><map><area href="//area.test/"></map>'
        '<form action="https://form.test/in"></form><iframe src="https://frame.test/"></iframe>'
        "Plain https://plain.test/a. And www.bare.test, not mail@x.test"
    )
    rendered = render(html.encode(), "1")
    found = {link.url: (link.text, rendered.text[link.start : link.end]) for link in rendered.links}
    assert found == {
        "https://firm.test/jobs/apply?id=1": ("the job", "the job"),
        "HTTPS://img.test/x": ("Apply now", ""),
        "javascript:x()": ("s", "s"),
        "https://area.test/": ("", ""),
        "https://form.test/in": ("", ""),
        "https://frame.test/": ("", ""),
        "https://plain.test/a": ("https://plain.test/a",) * 2,
        "http://www.bare.test": ("www.bare.test",) * 2,
    }


def test_refresh_leads_somewhere() -> None:
    for content in ("0;url=https://r.test/", "5; URL='https://r.test/'", "0,https://r.test/"):
        html = f'<meta http-equiv="Refresh" content="{content}">'
        assert [link.url for link in render(html.encode(), "1").links] == ["https://r.test/"]


def test_a_link_whose_text_is_an_address_is_one_link() -> None:
    rendered = render(b"<a href='https://evil.test/'>https://good.test/a</a>", "1")
    assert [link.url for link in rendered.links] == ["https://evil.test/"]


def test_a_hidden_link_without_text_has_its_place() -> None:
    rendered = render(b"<div hidden><a href='https://h.test/'><img src=x></a></div>", "1")
    assert rendered.links == [Link("1.hidden", "https://h.test/", "", 0, 0)]
    assert [(text.part, text.text) for text in rendered.texts("1")] == [("1", ""), ("1.hidden", "")]


def test_too_much_html_is_told() -> None:
    rendered = render(b"<p>x</p>" * 100, "1", Limits(html_bytes=80))
    assert rendered.text == "\n\n".join(["x"] * 10)
    assert "more than 80 bytes" in rendered.fault


def test_deep_html_is_read_without_layout() -> None:
    html = b"<a href='https://x.test/'>" + b"<div>" * 60_000 + b"deep" + b"</div>" * 60_000
    rendered = render(html, "1")
    assert rendered.text == "deep"
    assert [link.url for link in rendered.links] == ["https://x.test/"]
    assert "nested too deep" in rendered.fault


_PIECES = (
    "a|  b |\n| |https://u.test/x|<p>|</p>|<div>|</div>|<a href='https://l.test/'>|</a>|<b>|</b>"
    "|<span style='display:none'>|</span>|<td>|<table>|<tr>|</table>|<br>|<img alt=i>|&amp;"
    "|<font color=white>|</font>|<style>.h{opacity:0}</style>|<i class=h>|</i>|<!--|-->|<pre>"
    "|</pre>|<div hidden>|<td bgcolor=black>|<|>|'"
)
_pieces = st.lists(st.sampled_from(_PIECES.split("|")), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(_pieces)
def test_links_stand_where_they_say(html: str) -> None:
    rendered = render(html.encode(), "1")
    texts = {"1": rendered.text, "1.hidden": rendered.hidden}
    for link in rendered.links:
        assert 0 <= link.start <= link.end <= len(texts[link.part])
        if link.end > link.start:
            assert texts[link.part][link.start : link.end] == link.text
    assert rendered.text == rendered.text.strip() or "<pre>" in html


@settings(max_examples=200, deadline=None)
@given(_pieces)
def test_no_word_is_lost(html: str) -> None:
    """Seen and hidden text together hold every character that the parser's own text holds."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    tree.strip_tags(["style", "script", "title"])
    whole = "" if tree.body is None else tree.body.text()
    rendered = render(html.encode(), "1")
    assert sorted("".join(whole.split())) == sorted(
        "".join((rendered.text + rendered.hidden).split())
    )
