"""Planned and plain evaluation say the same, in everything."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
import crs
from seclang.plan import seclang_samples
from vedette.seclang.ir import Program
from vedette.seclang.parse import load_program
from vedette.seclang.request import Response
from vedette.seclang.run.transaction import Engine


def _program(text: str) -> Program:
    path = Path("rules.conf")
    return load_program([path], data={str(path): text.encode()})


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**40))
def test_random_rules(seed: int) -> None:
    random = Random(seed)
    text = seclang_samples.rules(random)
    program = _program(text)
    preset = {"score": "1"} if random.random() < 0.2 else {}
    planned, plain = Engine(program, tx=preset), Engine(program, tx=preset, plan=False)
    requests = [seclang_samples.request(random) for _ in range(4)]
    for (request, body), (other, further) in zip(requests, reversed(requests), strict=True):
        headers = msgspec.structs.replace(request, headers=other.headers)
        requests = [*requests, (headers, further), (headers, b""), (request, body)]
    for request, body in requests:  # what was remembered of lines and of headers is used
        assert planned.inspect(request, body) == plain.inspect(request, body), text


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return crs.rule_files(corpora.crs(), tmp_path_factory.mktemp("crs"))


@pytest.mark.parametrize("level", [1, 4])
def test_core_rule_set(files: list[Path], level: int, tmp_path: Path) -> None:
    if level == 1:
        setup = (corpora.crs() / "crs-setup.conf.example").read_text("utf-8")
        files = [files[0], tmp_path / "setup.conf", *files[2:]]
        files[1].write_text(setup, "utf-8")
    program = load_program(files)
    planned, plain = Engine(program), Engine(program, plan=False)
    random = Random(level)
    for number, case in enumerate(crs.cases(corpora.crs())):
        if number % 50 != level:
            continue
        for stage in case.stages:
            request, body = crs.request_of(stage.raw, number)
            answer, content = crs.reflected(request, body)
            for some in (body, _mutated(body, random)):
                mine = planned.inspect(request, some, answer, content)
                assert mine == plain.inspect(request, some, answer, content), case.name


def test_one_value_among_many_is_found(files: list[Path]) -> None:
    program = load_program(files)
    planned = Engine(program)
    for place in (0, 77, 150):
        values = [b"word%d" % index for index in range(151)]
        values[place] = b"<script>alert(1)</script>"
        body = b"&".join(b"f%d=%b" % each for each in enumerate(values))
        request, _ = crs.request_of(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        outcome = planned.inspect(request, body, Response(200))
        hits = {hit.variable for match in outcome.matches for hit in match.hits}
        assert f"ARGS:f{place}" in hits


def _mutated(body: bytes, random: Random) -> bytes:
    if not body:
        return body
    at = random.randrange(len(body))
    return body[:at] + random.choice((b"", b"'", b"%00", b"\xff", b"<", b"\n")) + body[at + 1 :]
