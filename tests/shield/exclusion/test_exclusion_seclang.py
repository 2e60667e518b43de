"""Exclusions and patches as SecLang: read back by our own parser, understood by libmodsecurity."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsecurity import Oracle
from vedette.seclang.ir import Rule
from vedette.seclang.parse import load_program
from vedette.seclang.request import Request
from vedette.seclang.run.transaction import Engine
from vedette.shield.exclusion.seclang import EXPORTED, IN_FORCE, seclang_of
from vedette.shield.exclusion.settings import Exclusion, Patch
from vedette.shield.exclusion.targets import ending_of, path_expression, target_of, target_text
from vedette.shield.replay.template import parameter_template, path_template
from vedette.shield.shadow.values import SHAPES

RULES = """\
SecRuleEngine On
SecRequestBodyAccess On
SecRule ARGS|REQUEST_COOKIES|REQUEST_HEADERS:Referer "@contains evil" \
"id:942100,phase:2,pass,log,t:none,tag:'attack-sqli',msg:'one'"
SecRule ARGS "@contains evil" "id:942200,phase:2,pass,log,t:none,tag:'attack-sqli',msg:'two'"
SecRule &REQUEST_HEADERS:Accept "@eq 0" "id:920300,phase:1,pass,log,t:none,msg:'no accept'"
"""

EXCLUSIONS = (
    Exclusion(number=1, site="s", path="/item/{number}", target="ARGS:q", rule=942100),
    Exclusion(number=2, site="s", path="/item/{number}", target="ARGS:user[name]", rule=942100),
    Exclusion(number=3, site="s", path="/form", target="ARGS:text", tag="attack-sqli",
              reason="a\n\""),
    Exclusion(number=4, site="s", hosts=("a.example", "*.b.example"), path="/c", target="ARGS:q",
              rule=942200),
    Exclusion(number=5, site="s", target="REQUEST_COOKIES:prefs", rule=942100),
    Exclusion(number=6, site="s", path="/health", rule=920300),
    Exclusion(number=7, site="s", target="ARGS:free", tag="attack-sqli"),
    Exclusion(number=8, site="s", hosts=("a.example",), target="ARGS:all", rule=942100),
    Exclusion(number=9, site="s", path="/n", target="ARGS:note", rules=(942100, 942200),
              only=SHAPES["prose"]),
    Exclusion(number=10, site="s", hosts=("w.example",), target="ARGS", rule=942100,
              only=SHAPES["words"]),
    Exclusion(number=11, site="s", hosts=("w.example",), target="ARGS", rule=942200,
              only=SHAPES["words"]),
    Exclusion(number=12, site="s", target="ARGS:both", rules=(942100, 942200)),
)  # fmt: skip
PATCHES = (
    Patch(number=20, site="s", path="/View.php", target="ARGS:id", only=r"[0-9]{1,9}"),
    Patch(number=21, site="s", hosts=("a.example",), path="/get", target="ARGS:f", never=r"\.\."),
)

CASES = [
    (b"/item/12?q=evil", b"x", {942200}),
    (b"/item/12/x?q=evil", b"x", {942100, 942200}),
    (b"/item/a?q=evil", b"x", {942100, 942200}),
    (b"/item/12?user%5Bname%5D=evil", b"x", {942200}),
    (b"/form?text=evil", b"x", set()),
    (b"/form?texts=evil", b"x", {942100, 942200}),
    (b"/Form?text=evil", b"x", {942100, 942200}),
    (b"/c?q=evil", b"x", {942100, 942200}),
    (b"/c?q=evil", b"a.example", {942100}),
    (b"/c?q=evil", b"A.Example:8080", {942100}),
    (b"/c?q=evil", b"www.b.example", {942100}),
    (b"/c?q=evil", b"b.example", {942100, 942200}),
    (b"/c?q=evil", b"xb.example", {942100, 942200}),
    (b"/x?free=evil", b"x", set()),
    (b"/x?all=evil", b"a.example", {942200}),
    (b"/x?all=evil", b"c.example", {942100, 942200}),
    (b"/n?note=evil+it's+(so):+https://a.example/x?a=b%26c=d%23e", b"x", set()),
    (b"/n?note=evil;id", b"x", {942100, 942200}),
    (b"/n?note=fine&note=evil|id", b"x", {942100, 942200}),
    (b"/n?note=evil&note=|id", b"x", {942100, 942200}),
    (b"/n?note=evil&other=|id", b"x", set()),
    (b"/m?note=evil", b"x", {942100, 942200}),
    (b"/m?note=evil&b=two+words", b"w.example", set()),
    (b"/m?note=evil&b=it's", b"w.example", {942100, 942200}),
    (b"/m?note=evil%00", b"w.example", {942100, 942200}),
    (b"/m?note=evil%0a", b"w.example", {942100, 942200}),
    (b"/m?note=evil%c3%a9%ff", b"w.example", set()),
    (b"/x?both=evil", b"x", set()),
    (b"/view.php?id=12", b"x", set()),
    (b"/view.php?id=12x", b"x", {20020}),
    (b"/x/../%56iew.php?id=12x", b"x", {20020}),
    (b"//VIEW.PHP/more?id=", b"x", {20020}),
    (b"/view.phps?id=12x", b"x", set()),
    (b"/get?f=a/../b", b"a.example", {20021}),
    (b"/get?f=a/../b", b"b.example", set()),
]


def engine(ids: range, patterns: bool = True) -> Engine:
    text = seclang_of(EXCLUSIONS, PATCHES, ids, patterns=patterns)
    assert text.left_out == ()
    data = {"b.conf": text.before, "r.conf": RULES, "a.conf": text.after}
    files = {name: content.encode() for name, content in data.items()}
    return Engine(load_program([Path(name) for name in data], data=files))


@pytest.mark.parametrize(
    ("target", "host", "expected"), CASES, ids=[str(i) for i in range(len(CASES))]
)
def test_each_exclusion_does_what_it_says_and_no_more(
    target: bytes, host: bytes, expected: set[int]
) -> None:
    headers = ((b"Host", host), (b"Accept", b"*/*"))
    request = Request(b"GET", target, b"HTTP/1.1", headers, unique_id="u")
    ours = {match.id for match in engine(EXPORTED).inspect(request).matches}
    assert ours == expected
    text = seclang_of(EXCLUSIONS, PATCHES, EXPORTED, patterns=False)
    rules = RULES.replace("SecRuleEngine On", "SecRuleEngine DetectionOnly")
    oracle = Oracle([], text.before + rules + text.after)
    assert {message.rule_id for message in oracle.judge(request)} == expected


def test_a_rule_that_is_not_run_at_all_at_a_path() -> None:
    def found(target: bytes) -> list[int]:
        return [match.id for match in engine(IN_FORCE).inspect(Request(b"GET", target)).matches]

    assert found(b"/health") == []
    assert found(b"/healthy") == [920300]


def test_the_ids_are_in_the_stated_range_and_told_apart() -> None:
    for ids in (EXPORTED, IN_FORCE):
        program = engine(ids).program
        given_ids = {entry.id for entry in program.entries if isinstance(entry, Rule)}
        own = given_ids - {942100, 942200, 920300}
        assert own == {ids[each] for each in (1, 3, 4, 6, 8, 9, 10, 20, 21)} | {
            ids.stop + each for each in (9, 10)
        }
        assert own <= set(range(ids.start, ids.stop + 100))


@pytest.mark.parametrize(
    "each",
    [
        Exclusion(number=1, site="s", path="/a…", target="ARGS:q", rule=1),
        Exclusion(number=1, site="s", path="/a", target="ARGS:(masked)", rule=1),
        Exclusion(number=1, site="s", path="/a", target="ARGS:it's", rule=1),
        Exclusion(number=1, site="s", path="/a", target="NONSENSE:x", rule=1),
        Exclusion(number=1, site="s", target='ARGS:a"b', rule=1),
    ],
)
def test_what_cant_be_said_is_left_out_with_a_reason(each: Exclusion) -> None:
    text = seclang_of((each,), (), EXPORTED)
    assert (text.before, text.after) == ("", "")
    assert len(text.left_out) == 1
    assert text.left_out[0].startswith("exclusion 1: ")


def test_an_expression_at_one_path_is_nothing_for_modsecurity_3() -> None:
    each = Exclusion(number=1, site="s", path="/a", target="ARGS:items.array_*.name", rule=942100)
    assert seclang_of((each,), (), EXPORTED).left_out == ()
    assert "ModSecurity 3" in seclang_of((each,), (), EXPORTED, patterns=False).left_out[0]


@pytest.mark.parametrize(
    "patch",
    [
        Patch(number=1, site="s", path="/a", target="ARGS:a"),
        Patch(number=1, site="s", path="/a", target="ARGS:a", only="a", never="b"),
        Patch(number=1, site="s", path="/a", target="ARGS:a", only="("),
        Patch(number=1, site="s", path="/a…", target="ARGS:a", only="a"),
    ],
)
def test_a_patch_that_says_nothing_is_left_out(patch: Patch) -> None:
    assert len(seclang_of((), (patch,), EXPORTED).left_out) == 1


SEGMENTS = st.text("abcXYZ0129-._~", min_size=1, max_size=12)


@given(st.lists(SEGMENTS, max_size=5))
def test_the_expression_of_a_template_fits_the_path_it_came_from(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    template = path_template(path.encode())
    found = re.compile(path_expression(template).replace(r"\z", r"\Z"))
    assert found.match(path)
    assert not found.match(path + "\n")
    assert not found.match("/x" + path)


@given(st.text("abc[]*._-:(){}+?^$ ,|#\\/0", max_size=20))
def test_a_target_means_the_parameter_and_no_other(name: str) -> None:
    try:
        target = target_of(f"ARGS:{name}")
    except ValueError:
        return
    assert target_text(f"ARGS:{name}").startswith("ARGS:")
    if target.pattern is None:
        assert target.key == name
    elif "array_*" not in name and "[*]" not in name and not name.startswith("**"):
        found = re.compile(target.pattern)
        assert found.search(name)
        assert not found.search(name + "x")
        assert not found.search("x" + name)


def test_indexes_are_any_number() -> None:
    target = target_of("ARGS:json.items.array_*.a-b")
    assert target.pattern == r"^json\.items\.array_[0-9]+\.a-b$"
    assert target_of("ARGS:f[*][n]").pattern == r"^f\[[0-9]+\]\[n\]$"


NAMES = [
    ("title", "ARGS:**title"),
    ("json.a.title", "ARGS:**title"),
    ("json.array_3.title", "ARGS:**title"),
    ("json.title.array_12", "ARGS:**title"),
    ("issue[title]", "ARGS:**title"),
    ("issue[title][]", "ARGS:**title"),
    ("f[2][title][10]", "ARGS:**title"),
    ("form:title", "ARGS:**title"),
    ("subtitle", "ARGS:**subtitle"),
    ("title.x", "ARGS:**x"),
    ("[]", ""),
]


@pytest.mark.parametrize(("name", "ending"), NAMES)
def test_how_a_name_ends(name: str, ending: str) -> None:
    assert ending_of(parameter_template(f"ARGS:{name}")) == ending
    pattern = target_of("ARGS:**title").pattern
    assert pattern is not None
    assert (re.search(pattern, name) is not None) == (ending == "ARGS:**title")


def test_names_that_end_alike_lose_a_rule_where_values_are_of_a_shape() -> None:
    each = Exclusion(
        number=1, site="s", hosts=("a.example",), target="ARGS:**title", rules=(942100,),
        only=SHAPES["prose"],
    )  # fmt: skip
    text = seclang_of((each,), (), IN_FORCE)
    files = {"b.conf": text.before.encode(), "r.conf": RULES.encode()}
    made = Engine(load_program([Path(name) for name in files], data=files))

    def found(target: bytes, host: bytes = b"a.example") -> set[int]:
        request = Request(b"GET", target, headers=((b"Host", host), (b"Accept", b"*/*")))
        return {match.id for match in made.inspect(request).matches}

    assert found(b"/x?issue[title]=evil") == {942200}
    assert found(b"/x?issue[title]=evil&f.title=a|b") == {942100, 942200}
    assert found(b"/x?issue[title]=evil&f.text=a|b") == {942200}
    assert found(b"/x?issue[title]=evil", b"b.example") == {942100, 942200}
    assert "ModSecurity 3" in seclang_of((each,), (), EXPORTED, patterns=False).left_out[0]


@pytest.mark.parametrize(
    "each",
    [
        Exclusion(number=1, site="s", path="/a", rule=1, only="a"),
        Exclusion(number=1, site="s", path="/a", target="ARGS:q", rule=1, only="("),
        Exclusion(number=10_001, site="s", path="/a", target="ARGS:q", rule=1, only="a"),
    ],
)
def test_a_shape_that_cant_be_said_is_left_out(each: Exclusion) -> None:
    assert len(seclang_of((each,), (), EXPORTED).left_out) == 1


def test_a_token_in_a_name_is_any_token() -> None:
    pattern = target_of("REQUEST_COOKIES:mp_(masked)_mixpanel").pattern
    assert pattern is not None
    assert re.search(pattern, "mp_0123456789abcdef0123456789abcdef_mixpanel")
    for other in ("mp__mixpanel", "mp_short_mixpanel", "x_mp_0123456789abcdef_mixpanel", "mp_0 1"):
        assert not re.search(pattern, other)
    with pytest.raises(ValueError, match="masked"):
        target_of("REQUEST_COOKIES:ab_(masked)")
