"""Where links end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.lure.reading.links import urls_in
from vedette.lure.reading.redirects import unwrapped

END = "https://end.test/a?b=1"
QUOTED = "https%3A%2F%2Fend.test%2Fa%3Fb%3D1"


@pytest.mark.parametrize(
    "url",
    [
        f"https://nam02.safelinks.protection.outlook.com/?url={QUOTED}&data=05%7C01",
        f"https://www.google.com/url?sa=t&q={QUOTED}&usg=x",
        f"https://www.google.co.kr/url?url={QUOTED}",
        f"https://l.facebook.com/l.php?u={QUOTED}&h=x",
        f"https://www.linkedin.com/safety/go?url={QUOTED}&trk=x",
        f"https://www.linkedin.com/redir/redirect?url={QUOTED}",
        f"https://www.youtube.com/redirect?q={QUOTED}",
        f"https://duckduckgo.com/l/?uddg={QUOTED}",
        f"https://urldefense.proofpoint.com/v1/url?u={QUOTED}&k=x",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__end.test_a-3Fb-3D1&d=x",
        "https://urldefense.com/v3/__https://end.test/a?b=1__;!!x!y$",
        "https://urldefense.com/v3/__https://end.test/a*b=1__;Pw!!x!y$",
        f"https://secure-web.cisco.com/1abc/{QUOTED}",
        f"https://linkprotect.cudasvc.com/url?a={QUOTED}&c=x",
        f"https://protect2.fireeye.com/v1/url?k=x&u={QUOTED}",
        "https://eu-1.protection.sophos.com/?d=x&u=aHR0cHM6Ly9lbmQudGVzdC9hP2I9MQ==",
        "https://www.bing.com/ck/a?!&&p=x&u=a1aHR0cHM6Ly9lbmQudGVzdC9hP2I9MQ&ntb=1",
        "https://www.google.com/amp/s/end.test/a?b=1",
        "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D"
        "https%253A%252F%252Fend.test%252Fa%253Fb%253D1",
    ],
)
def test_unwrapped(url: str) -> None:
    expected = END.partition("?")[0] if "/amp/" in url else END
    assert unwrapped(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        END,
        "https://google.com.evil.test/url?q=https://x.test",
        "https://evilgoogle.com/url?q=https://x.test",
        "https://www.google.com/url?q=javascript:x",
        "https://www.google.com/search?q=https://x.test",
        "mailto:a@b.test",
        "http://[bad",
        "https://urldefense.com/v3/__nothing",
        "",
    ],
)
def test_left_as_they_are(url: str) -> None:
    assert unwrapped(url) == url


@given(st.text(max_size=100))
def test_never_raises(text: str) -> None:
    unwrapped("https://urldefense.com/v3/__" + text)
    unwrapped("https://www.google.com/url?q=" + text)
    list(urls_in(text))


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://a.test/x.", ["https://a.test/x"]),
        ("(https://a.test/x_(y))", ["https://a.test/x_(y)"]),
        ("<https://a.test/x>", ["https://a.test/x"]),
        ("https://a.test/x\u200b, then", ["https://a.test/x"]),
        ("www.a.test and t.me/someone", ["http://www.a.test", "http://t.me/someone"]),
        ("HTTPS://A.TEST/X", ["HTTPS://A.TEST/X"]),
        ("ask:https://a.test/x", ["https://a.test/x"]),
        ("https://a.test/x,https://b.test/y", ["https://a.test/x,https://b.test/y"]),
        ("https://пример.test/путь", ["https://пример.test/путь"]),
        ("and/or 10/2 a@b.test/c foo.bar e.g./i.e.", []),
        ("mail me at x@www.a.test", []),
        ("«https://a.test/»", ["https://a.test/"]),
        ("http://1.2.3.4:8080/x", ["http://1.2.3.4:8080/x"]),
    ],
)
def test_links_in_text(text: str, urls: list[str]) -> None:
    found = list(urls_in(text))
    assert [url for _, _, url in found] == urls
    for start, end, url in found:
        assert text[start:end] in (url, url.removeprefix("http://"))
