"""Styles read declaration by declaration equal styles read whole; links are found as by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.reading import links, redirects, style
from vedette.lure.reading.mood import FIRST, Mood, under
from vedette.lure.reading.style import Effect, effect_of

_WHOLE = re.compile(
    r"(?:^|[;\s])(display|visibility|opacity|font(?:-size)?|(?:max-)?(?:height|width)|overflow"
    r"|text-indent|position|left|top|clip|color|background(?:-color|-image)?)\s*:\s*([^;]*)",
    re.IGNORECASE,
)
_PIECES = st.sampled_from(
    [
        *(
            "color",
            "display",
            "font-size",
            "background",
            "margin",
            "COLOR",
            "max-width",
            "overflow",
        ),
        *("none", "red", "#fff", "0", "1px", "hidden", "url(x)", "white", "-999px", "!important"),
        *(":", ";", " ", "\n", "\t", "{", "}", "-", "/", "é", "K"),
    ]
)
_STYLES = st.lists(_PIECES, max_size=14).map("".join)
_COLOURS = st.sampled_from([None, (0, 0, 0), (255, 255, 255), (250, 250, 250)])
_EFFECTS = st.builds(
    Effect,
    hidden=st.booleans(),
    tiny=st.sampled_from([None, True, False]),
    colour=_COLOURS,
    background=_COLOURS,
    painted=st.booleans(),
)


@settings(deadline=None)
@given(_STYLES)
def test_declarations_are_what_a_style_says_as_a_whole(text: str) -> None:
    whole = {
        name.lower(): value.partition("!")[0].strip().lower()
        for name, value in _WHOLE.findall(text)
    }
    assert dict(filter(None, map(style._declared, text.split(";")))) == whole
    assert effect_of(text) is effect_of(text)


@settings(deadline=None)
@given(st.lists(_EFFECTS, max_size=6))
def test_moods_add_up(effects: list[Effect]) -> None:
    mood = plain = FIRST
    for effect in effects:
        mood = under(mood, effect)
        plain = Mood(
            plain.hidden or effect.hidden,
            plain.tiny if effect.tiny is None else effect.tiny,
            effect.colour or plain.colour,
            None if effect.painted else effect.background or plain.background,
        )
    for name in Mood.__slots__:
        assert getattr(mood, name) == getattr(plain, name)


_HOSTS = st.sampled_from(
    [
        *(suffix for suffix, _, _ in redirects._PARAMETERS),
        *("urldefense.com", "urldefense.proofpoint.com", "eu.urldefense.us", "www.bing.com"),
        *("secure-web.cisco.com", "google.de", "www.google.co.uk", "example.test", "oogle.com"),
    ]
)
_PATHS = st.sampled_from(
    [
        *(
            "/",
            "/url",
            "/l.php",
            "/redir/x",
            "/v2/url",
            "/v3/__https://x.test__;!!",
            "/amp/s/x.test",
        ),
        *("/ck/a", "/imgres", "/safety/go", "/s/", "/https%3A%2F%2Fx.test"),
    ]
)
_QUERIES = st.sampled_from(
    [
        "",
        "?q=https://x.test/",
        "?url=https%3A%2F%2Fx.test",
        "?u=https-3A__x.test",
        "?u=a1aHR0cHM6Ly94",
    ]
)


@settings(deadline=None)
@given(st.sampled_from(["http", "HTTPS"]), _HOSTS, _PATHS, _QUERIES, st.text("a.@:\t", max_size=3))
def test_no_redirect_is_passed_over(
    scheme: str, host: str, path: str, query: str, before: str
) -> None:
    for name in (host, host.upper(), f"www.{host}", before + host, host[:3] + before + host[3:]):
        url = f"{scheme}://{name}{path}{query}"
        assert redirects._step(url) == redirects._redirect(url)


def _urls_by_hand(text: str) -> Iterator[tuple[int, int, str]]:
    """`urls_in` with the word looked for from its beginning."""
    before_ = re.compile(r"[^\s<>\"\u201c\u201d\u00ab\u00bb]+\Z")
    at = 0
    for mark in links._marks(text):
        if mark < at:
            continue
        before = before_.search(text, max(at, mark - links.MAX_HOST), mark)
        word = links._WORD.match(text, before.start() if before else mark)
        if word is None:
            continue
        at = word.end()
        match = links._URL.search(text, word.start(), at)
        if match is None and (bare := links._BARE.match(text, word.start(), at)) is not None:
            yield links._written(text, bare.start(1), bare.end(1))
        while match is not None:
            start, end, url = links._written(text, *match.span())
            if len(url) > 10:
                yield start, end, url
            match = links._URL.search(text, match.end(), at)


_TEXTS = st.lists(
    st.sampled_from(
        [
            *("https://x.test/a", "www.x.test", "t.me/someone", "and/or", "x" * 300, "/", "//"),
            *(" ", "\n", '"', "<", ">", "«", ".", ",", ")", "http://", "a", "WWW."),
        ]
    ),
    max_size=14,
).map("".join)


@settings(deadline=None)
@given(_TEXTS)
def test_links_of_a_text_are_those_found_by_hand(text: str) -> None:
    assert list(links.urls_in(text)) == list(_urls_by_hand(text))
