"""Values that look like SQL and HTML, for tests: what the tokens of both are made of."""

from __future__ import annotations

from hypothesis import strategies as st

from vedette.seclang.injection.words import html, sql

SQL = (
    *(b"'", b'"', b"`", b"--", b"-- ", b"#", b"/*", b"*/", b"/*!", b"(", b")", b",", b";", b"."),
    *(b"=", b"<", b">", b"<=>", b"||", b"&&", b"|", b"&", b"@", b"@@", b"$", b"$$", b"$a$", b"?"),
    *(b"1", b"0x1f", b"0x", b"0b1", b"1e5", b"1.e", b"1.5d", b"1f", b"1,000.00", b"\\", b"\\N"),
    *(b"[", b"]", b"{", b"}", b":", b"::", b":=", b"+", b"-", b"*", b"/", b"%", b"^", b"~", b"!"),
    *(b"!!", b" ", b" ", b"  ", b"\n", b"\t", b"\0", b"\xa0", b"\x80", b"\xc3\xa0", b"a", b"foo"),
    *(
        b"x'1f'",
        b"b'01'",
        b"n'a'",
        b"e'a'",
        b"q'(a)'",
        b"nq'[a]'",
        b"u&'a'",
        b"x",
        b"b",
        b"n",
        b"e",
    ),
    *(b"q", b"u", b"select", b"union", b"all", b"from", b"or", b"and", b"like", b"in", b"not"),
    *(
        b"user",
        b"sp_password",
        b"collate",
        b"utf8_bin",
        b"into",
        b"outfile",
        b"int",
        b"if",
        b"case",
    ),
    *(b"when", b"sleep", b"select.1", b"a.b", b"x" * 33, b"group", b"by", b"order", b"null"),
)
HTML = (
    *(
        b"<",
        b">",
        b"/",
        b"=",
        b"'",
        b'"',
        b"`",
        b" ",
        b"\n",
        b"\0",
        b"\v",
        b"<!--",
        b"-->",
        b"--!>",
    ),
    *(
        b"-!>",
        b"<!",
        b"<!doctype",
        b"<![CDATA[",
        b"]]>",
        b"<?",
        b"?>",
        b"<%",
        b"%>",
        b"[if",
        b"xml",
    ),
    *(
        b"import",
        b"entity",
        b"</",
        b"a",
        b"b",
        b"svg",
        b"xsl",
        b"script",
        b"href",
        b"src",
        b"style",
    ),
    *(b"onclick", b"onerror", b"on", b"xmlns", b"xlink:href", b"attributename", b"javascript:"),
    *(
        b"java",
        b"data:",
        b"vbscript:",
        b"view-source:",
        b"&#106;",
        b"&#x6a",
        b"&#x6A;",
        b"&#",
        b"&",
    ),
    *(b"&#x", b"&#x16a;", b"x", b"foo", b"-", b"!", b"%", b"iframe", b"\x80", b"\x7f", b"&#10;"),
    *(b"&#99999999;", b"&#x1000100;", b"ava", b"ata", b"by", b"to", b"onendx", b"ON", b"&#0;"),
)
_WORDS = sorted(word.lower() for word in sql().words)
_NAMES = sorted(html().tags | set(html().attributes) | {b"on" + event for event in html().events})

SQL_VALUES = (
    st.lists(st.sampled_from(SQL), max_size=14).map(b"".join)
    | st.lists(st.sampled_from(SQL), max_size=10).map(b" ".join)
    | st.lists(st.sampled_from(_WORDS) | st.sampled_from(SQL), max_size=8).map(b" ".join)
    | st.binary(max_size=24)
)
HTML_VALUES = (
    st.lists(st.sampled_from(HTML), max_size=14).map(b"".join)
    | st.lists(st.sampled_from(_NAMES) | st.sampled_from(HTML), max_size=10).map(b"".join)
    | st.binary(max_size=24)
)
