"""Refused parameters against a naive reading; the cost of refusing nothing; hostile bytes."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield.small_pack import NOW, Guarded, policy
from vedette.seclang.request import Request
from vedette.shield.guard.refusing import (
    LATE,
    Refusing,
    below,
    in_body,
    in_query,
    plain_client,
)
from vedette.shield.policy.places import readings
from vedette.store.refusals import Refusal, Refusals

NAMES = ["q", "a.b", "json.x.array_*.y", "list[*]", "q+", "ARGS", "é"]
FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
LATER = NOW + 1_000_000_000


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Refusing:
    refusals = Refusals(tmp_path_factory.mktemp("refused"), lambda: NOW)
    for number, name in enumerate(NAMES):
        scope = (("pattern", "[.]{2}/|é"),) if number % 2 else ()
        refusals.put(Refusal(str(number), "parameter", name, LATER, scope))
    alarms: list[str] = []
    made = Refusing(refusals, alarms.append)
    made.look(NOW)
    assert made.any  # by the file that was there before the first look
    return made


def naive(pairs: list[tuple[bytes, bytes]]) -> set[str]:
    """Ids of the refusals that any pair sets off, without anything prepared."""
    found = set()
    for number, name in enumerate(NAMES):
        for given_name, value in pairs:
            text = given_name.decode("utf-8", "replace")
            as_template = re.sub(r"array_[0-9]+", "array_*", re.sub(r"\[[0-9]+\]", "[*]", text))
            if "*" not in name:
                as_template = text
            elif "array_*" in text or "[*]" in text:
                continue
            shown = value.decode("utf-8", "replace")
            if as_template == name and (number % 2 == 0 or "../" in shown or "é" in shown):
                found.add(str(number))
    return found


names = st.sampled_from(
    [b"q", b"Q", b"a.b", b"axb", b"json.x.array_12.y", b"json.x.array_.y", b"list[3]", b"list[]",
     b"q+", b"\xff", "é".encode(), b"json.x.array_1.yy"]
)  # fmt: skip
values = st.sampled_from([b"", b"1", b"../", b"a../b", b"..", b"\xff../", "é".encode(), b"&%=+"])


@given(st.lists(st.tuples(names, values), max_size=6))
def test_as_a_naive_reading_has_it(refusing: Refusing, pairs: list[tuple[bytes, bytes]]) -> None:
    written = "&".join(f"{quote_from_bytes(a)}={quote_from_bytes(b)}" for a, b in pairs).encode()
    asked = Request(b"GET", b"/?" + written, received=NOW)
    posted = Request(b"POST", b"/", headers=FORM, received=NOW)
    patches = refusing.patches(asked, "shop", NOW)
    expected = naive(pairs)
    for found in (in_query(patches, asked), in_body(patches, posted, written, False)):
        assert (found.id if found else None) == min(expected, default=None)


odd = st.lists(
    st.sampled_from([b"/", b"admin", b"a", b".", b"%2f", b"%61", b"\\", b";x", b"?", b" b", b"x"]),
    max_size=8,
).map(b"".join)


@given(st.one_of(st.binary(max_size=80), odd), st.sampled_from(["/admin", "/a b/", "/", "/a"]))
def test_the_quick_way_is_all_readings(target: bytes, path: str) -> None:
    written = target.partition(b"?")[0].partition(b"#")[0]
    prefix = path.rstrip("/").encode()
    every = {written, *readings(written)}
    slow = not prefix or any(each == prefix or each.startswith(prefix + b"/") for each in every)
    assert below(path, target) == slow


@given(st.binary(max_size=80), st.sampled_from(["/admin", "/a b/", "/", "/é"]))
def test_any_target_is_judged(target: bytes, path: str) -> None:
    found = below(path, target)
    plain = unquote_to_bytes(target.partition(b"?")[0].partition(b"#")[0])
    prefix = path.rstrip("/").encode()
    if plain == prefix or plain.startswith(prefix + b"/"):
        assert found


def test_all_readings_of_a_path_count() -> None:
    for target in (b"/admin", b"/%61dmin/x", b"/x/../admin", b"http://h/admin?q", b"/\\admin"):
        assert below("/admin", target), target
    for target in (b"/administration", b"/x/admin", b"/", b"", b"/x?/admin"):
        assert not below("/admin", target), target


@given(st.text(max_size=40))
def test_a_clients_spelling_never_fails(text: str) -> None:
    assert plain_client(plain_client(text)) == plain_client(text)


def test_addresses_have_one_spelling() -> None:
    assert plain_client("::ffff:192.0.2.1") == "192.0.2.1"
    assert plain_client("2001:DB8::0:1%eth0") == "2001:db8::1"


def test_nothing_is_looked_up_while_nothing_is_refused(tmp_path: Path) -> None:
    class Counting(Refusals):
        """Counts how often it is asked."""

        looked = 0
        asked = 0

        def refresh(self) -> bool:
            self.looked += 1
            return super().refresh()

        def of(self, kind: object, value: str) -> tuple[Refusal, ...]:
            self.asked += 1
            return ()

    refusals = Counting(tmp_path, lambda: NOW)
    guarded = Guarded(policy(tmp_path / "crs"), refusals=refusals)
    for _ in range(1_000):
        guarded.send()
    assert (refusals.looked, refusals.asked) == (1, 0)
    guarded.time += LATE + 1
    guarded.send()
    assert (refusals.looked, refusals.asked) == (2, 0)
    refusals.put(Refusal("h", "hash", "x", LATER))
    guarded.guard.look()
    guarded.send()
    assert refusals.asked == 0


def test_a_pattern_that_cant_be_compiled_is_an_alarm_and_the_others_hold(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path, lambda: NOW)
    refusals.put(Refusal("bad", "parameter", "q", LATER, (("pattern", "("),)))
    refusals.put(Refusal("good", "parameter", "r", LATER))
    guarded = Guarded(policy(tmp_path / "crs"), refusals=refusals)
    assert guarded.send(b"/?q=(") is None
    assert guarded.send(b"/?r=(") is not None
    (alarm,) = guarded.records("alarm")
    assert "action bad refuses nothing" in alarm["sentence"]


def test_a_site_of_its_own(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path, lambda: NOW)
    refusals.put(Refusal("a", "client", "203.0.113.7", LATER, (("site", "blog"),)))
    guarded = Guarded(policy(tmp_path / "crs"), refusals=refusals)
    assert guarded.send() is None
    refusals.put(Refusal("b", "client", "203.0.113.7", LATER, (("site", "shop"),)))
    guarded.guard.look()
    assert guarded.send() is not None
    assert guarded.records("turned_away")[0]["refused_by"] == "b"
