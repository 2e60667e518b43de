"""Every modifier: what values become, and which combinations are refused, where."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigma.load.rule_text import line, negated, patterns, why
from vedette.sigma.ir import (
    ANY,
    ONE,
    And,
    Cidr,
    Compare,
    Exists,
    FieldRef,
    Item,
    Not,
    Null,
    Or,
    Pattern,
    Regex,
    Text,
    TimePart,
)
from vedette.sigma.load.patterns import DASHES, ENCODERS, windash


def _texts(*runs: str) -> tuple[Text, ...]:
    return tuple(Text((run,)) for run in runs)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("F|contains: a", (Text((ANY, "a", ANY)),)),
        ("F|contains: '*a'", (Text((ANY, "a", ANY)),)),
        ("F|contains: ''", (Text((ANY,)),)),
        ("F|contains: 12", (Text((ANY, "12", ANY)),)),
        ("F|startswith: a?", (Text(("a", ONE, ANY)),)),
        ("F|endswith: '\\a.exe'", (Text((ANY, "\\a.exe")),)),
        ("F|endswith: ['a', 'b']", (Text((ANY, "a")), Text((ANY, "b")))),
        ("F|cased: Ab", (Text(("Ab",), cased=True),)),
        ("F|contains|cased: Ab", (Text((ANY, "Ab", ANY), cased=True),)),
        ("F|exists: true", (Exists(True),)),
        ("F|exists: no", (Exists(False),)),
        ("F|re: ^a.*$", (Regex("^a.*$"),)),
        ("F|re|i: a", (Regex("a", "i"),)),
        ("F|re|s|i|m: a", (Regex("a", "ims"),)),
        ("F|re: 12", (Regex("12"),)),
        ("F|re: (?<=a)b(?!c)", (Regex("(?<=a)b(?!c)"),)),
        ("F|cidr: 10.0.0.0/8", (Cidr("10.0.0.0/8"),)),
        ("F|cidr: [192.168.0.0/16, 'fe80::/10', '::1']", (
            Cidr("192.168.0.0/16"), Cidr("fe80::/10"), Cidr("::1/128"))),
        ("F|lt: 3", (Compare("lt", 3.0),)),
        ("F|lte: 3.5", (Compare("lte", 3.5),)),
        ("F|gt: -1", (Compare("gt", -1.0),)),
        ("F|gte: 0x10", (Compare("gte", 16.0),)),
        ("F|fieldref: G", (FieldRef("G"),)),
        ("F|fieldref|startswith: G", (FieldRef("G", "startswith"),)),
        ("F|fieldref|endswith: G", (FieldRef("G", "endswith"),)),
        ("F|contains|fieldref: G", (FieldRef("G", "contains"),)),
        ("F|fieldref|cased: G", (FieldRef("G", "equals", True),)),
        ("F|minute: 5", (TimePart("minute", 5),)),
        ("F|hour: [0, 23]", (TimePart("hour", 0), TimePart("hour", 23))),
        ("F|day: 31", (TimePart("day", 31),)),
        ("F|week: 53", (TimePart("week", 53),)),
        ("F|month|gte: 11", (TimePart("month", 11), TimePart("month", 12))),
        ("F|hour|lt: 2", (TimePart("hour", 0), TimePart("hour", 1))),
        ("F|year: 2026", (TimePart("year", 2026),)),
        ("F|base64: foobar", _texts("Zm9vYmFy")),
        ("F|base64: fo\\*", _texts("Zm8q")),
        ("F|base64offset: foobar", _texts("Zm9vYmFy", "Zvb2Jhc", "mb29iYX")),
        ("F|base64offset|contains: foo", (
            Text((ANY, "Zm9v", ANY)), Text((ANY, "Zvb", ANY)), Text((ANY, "mb2", ANY)))),
        ("F|wide: ab", _texts("a\0b\0")),
        ("F|utf16le: ab", _texts("a\0b\0")),
        ("F|utf16be: ab", _texts("\0a\0b")),
        ("F|wide: a*b", (Text(("a\0", ANY, "b\0")),)),
        ("F|wide|base64: ping", _texts("cABpAG4AZwA=")),
        ("F|utf16|base64: ping", _texts("//5wAGkAbgBnAA==")),
        ("F|utf16be|base64: ping", _texts("AHAAaQBuAGc=")),
        ("F|base64|base64: a", _texts("WVE9PQ==")),
    ],
)  # fmt: skip
def test_what_a_value_becomes(tmp_path: Path, yaml: str, expected: tuple[Pattern, ...]) -> None:
    assert patterns(tmp_path, yaml) == expected


def test_windash_writes_a_flag_with_every_dash(tmp_path: Path) -> None:
    found = patterns(tmp_path, "F|contains|windash: ' -enc '")
    assert set(found) == {Text((ANY, f" {dash}enc ", ANY)) for dash in DASHES}
    assert found[0] == Text((ANY, " -enc ", ANY))
    assert patterns(tmp_path, "F|windash|contains: ' -enc '") == found
    both = patterns(tmp_path, "F|windash: '-a /b'")
    assert set(both) == {Text((f"{x}a {y}b",)) for x in DASHES for y in DASHES}
    assert len(both) == 25
    assert patterns(tmp_path, "F|windash: 'foo-bar - x-'") == _texts("foo-bar - x-")
    assert len(patterns(tmp_path, "F|windash: '—a'")) == 5


@given(st.text("ab -/—", max_size=12))
def test_windash_keeps_everything_but_the_dashes(text: str) -> None:
    plain = re.sub(f"[{re.escape(DASHES)}]", "-", text)
    forms = windash((text,) if text else ())
    assert ((text,) if text else ()) in forms
    assert len(set(forms)) == len(forms)
    for form in forms:
        assert re.sub(f"[{re.escape(DASHES)}]", "-", "".join(map(str, form))) == plain


@given(st.binary(max_size=5), st.text("abcXYZ09 é", min_size=3, max_size=12), st.binary(max_size=5))
def test_base64offset_is_found_at_every_offset(before: bytes, value: str, after: bytes) -> None:
    code = base64.b64encode(before + value.encode() + after).decode()
    forms = ["".join(map(str, form)) for form in ENCODERS["base64offset"]((value,))]
    assert forms[len(before) % 3] in code


def test_neq_is_a_negation(tmp_path: Path) -> None:
    assert negated(tmp_path, "F|neq: [a, b]").patterns == _texts("a", "b")
    assert negated(tmp_path, "F|contains|neq: a").patterns == (Text((ANY, "a", ANY)),)
    assert negated(tmp_path, "F|neq: 5").patterns == _texts("5")
    assert negated(tmp_path, "F|neq: null").patterns == (Null(),)
    assert negated(tmp_path, "F|fieldref|neq: G").patterns == (FieldRef("G"),)
    assert negated(tmp_path, "F|re|neq: a").patterns == (Regex("a"),)
    assert negated(tmp_path, "F|hour|neq: 3").patterns == (TimePart("hour", 3),)


def test_all_asks_for_each_value_in_one_of_its_forms(tmp_path: Path) -> None:
    mods = ("contains", "all", "windash")
    found = line(tmp_path, "F|contains|all|windash: [' -a', plain]")
    forms = tuple(Text((ANY, f" {dash}a", ANY)) for dash in DASHES)
    assert found == And(
        (
            Item("F", (Text((ANY, "plain", ANY)),), True, mods, 5),
            Item("F", forms, False, mods, 5),
        )
    )
    assert line(tmp_path, "F|all: [a]") == Item("F", _texts("a"), True, ("all",), 5)


def test_expand_takes_values_as_sigma_strings(tmp_path: Path) -> None:
    values = {"servers": ["srv*", "db1"], "none": [], "one": "x"}
    assert patterns(tmp_path, "F|expand: '%servers%'", expand=values) == (
        Text(("srv", ANY)),
        Text(("db1",)),
    )
    assert patterns(tmp_path, r"F|contains|expand: 'a\%%servers%$'", expand=values) == (
        Text((ANY, "a%srv", ANY, "$", ANY)),
        Text((ANY, "a%db1$", ANY)),
    )
    assert patterns(tmp_path, r"F|expand: '\%plain%one%'", expand=values) == _texts("%plainx")
    assert patterns(tmp_path, "F: '%servers%'", expand=values) == _texts("%servers%")
    assert patterns(tmp_path, "F|re|expand: 'h=%servers%,'", expand=values) == (
        Regex("h=srv.*,"),
        Regex("h=db1,"),
    )
    assert patterns(tmp_path, "F|cidr|expand: '%one%'", expand={"one": ["10.0.0.0/8"]}) == (
        Cidr("10.0.0.0/8"),
    )
    assert line(tmp_path, "F|expand: '%none%'", expand=values) == Or(())
    assert line(tmp_path, "F|expand|all: ['%none%', a]", expand=values) == Or(())
    assert line(tmp_path, "F|expand|neq: '%none%'", expand=values) == Not(Or(()))


@pytest.mark.parametrize(
    ("yaml", "column", "what"),
    [
        ("F|contain: a", 7, "the modifier 'contain' is not known; did you mean 'contains'?"),
        ("F|contains|qqqq: a", 16, "the modifier 'qqqq' is not known; use one of "),
        ("F|: a", 7, "the modifier '' is not known"),
        ("F|re|contains: a", 10, "re with contains; remove contains: re searches anywhere"),
        ("F|contains|re: a", 7, "re with contains; remove contains: re searches anywhere"),
        ("F|i: a", 7, "i belongs right after re; write re|i"),
        ("F|re|all|i: a", 14, "i belongs right after re; write re|i"),
        ("F|all|all: a", 11, "all is there twice; write it once"),
        ("F|startswith|endswith: a", 18, "endswith contradicts startswith; use contains"),
        ("F|lt|gt: 1", 10, "gt contradicts lt; write a line for each"),
        ("F|hour|day: 1", 12, "day contradicts hour; write a line for each"),
        ("F|neq|all: [a, b]", 11, "neq with all is ambiguous; neq alone means: none of"),
        ("F|contains|base64: a", 16, "base64 after contains would encode the wildcards; put"),
        ("F|base64|windash: a", 14, "windash after base64 finds nothing to change; put"),
        ("F|base64|expand: a", 14, "expand after base64 finds nothing to change; put"),
        ("F|cidr|contains: 10.0.0.0/8", 12, "contains does not apply to cidr; remove contains"),
        ("F|exists|all: true", 14, "all does not apply to exists; remove all"),
        ("F|gt|neq: 1", 10, "neq with a comparison; use the opposite comparison"),
        ("F|re|cidr: a", 10, "re with cidr; use one of them, in a line of its own"),
        ("F|re: '['", 11, "not a regular expression: "),
        (f"F|re: '{'(?=a)' + '(' * 9000}'", 11, "the expression nests too deeply; simplify it"),
        ("F|re: ''", 11, "re needs a regular expression; write the expression as text"),
        ("F|re: true", 11, "re needs a regular expression; write the expression as text"),
        ("F|cidr: 10.0.0.1/8", 13, "'10.0.0.1/8' has bits beyond its prefix; write 10.0.0.0/8"),
        ("F|cidr: ten", 13, "'ten' is no network; write it like 10.0.0.0/8 or fe80::/10"),
        ("F|cidr: 10", 13, "cidr needs a network; write it as text, like 10.0.0.0/8"),
        ("F|gt: '5'", 11, "gt needs a number; write a number without quotes"),
        ("F|gt: .nan", 11, "gt needs a number; write a number without quotes"),
        ("F|exists: maybe", 15, "the value of exists is text; write true or false"),
        ("F|fieldref: 5", 17, "fieldref needs a field's name; write the name of the other"),
        ("F|hour: 24", 13, "hour needs a whole number; write one from 0 to 23"),
        ("F|minute: x", 15, "minute needs a whole number; write one from 0 to 59"),
        ("F|contains: null", 17, "contains of null; write '' for an empty text, or quote"),
        ("F|base64: 'a*'", 15, "a value with wildcards can't be encoded in Base64; write"),
        ("F|base64offset: a", 21, "the value is too short to be found inside Base64; write at"),
        ("F|utf16: ab", 14, "the UTF-16 form of the value is no text; encode it further with"),
        ("F|wide: ü", 13, "the UTF-16 form of the value is no text; encode it further with"),
        (f"F|windash: '{' -a' * 9}'", 16, "the value stands for more than 4096 patterns; use"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, yaml: str, column: int, what: str) -> None:
    (told,) = why(tmp_path, yaml)
    assert told.startswith(f"5:{column}: {what}")


def test_a_quoted_key_counts_its_quote(tmp_path: Path) -> None:
    (told,) = why(tmp_path, "'F|contain': a")
    assert told.startswith("5:8: the modifier 'contain' is not known")


def test_all_errors_of_a_line_are_told(tmp_path: Path) -> None:
    assert len(why(tmp_path, "F|gt: [a, b, 3]")) == 2
    assert len(why(tmp_path, "F|foo|bar: a")) == 2
