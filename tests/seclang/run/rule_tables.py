"""Small rule sets with a request and what should come of it: asked of the plan, of the plain
interpreter and of libmodsecurity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from modsecurity_requests import ByteOracle, Heard
from vedette.seclang.ir import Program
from vedette.seclang.parse import load_program
from vedette.seclang.request import Header, Request, Response
from vedette.seclang.run.outcome import Outcome
from vedette.seclang.run.transaction import Engine

FORM: Final = (b"Content-Type", b"application/x-www-form-urlencoded")
HOST: Final = (b"Host", b"shop.example")
START: Final = (
    "SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\n"
    "SecResponseBodyMimeType text/plain text/html\n"
)


@dataclass(frozen=True)
class Row:
    """`rules` follow START. `ids` are those that are logged, in order, `status` that of the
    intervention. `theirs` says what libmodsecurity has instead, and `why` why that is not
    followed."""

    rules: str
    ids: tuple[int, ...]
    target: bytes = b"/shop/list.php?a=1&b=two"
    body: bytes = b""
    headers: tuple[Header, ...] = (HOST,)
    method: bytes = b"GET"
    response: Response | None = None
    response_body: bytes = b""
    status: int = 0
    url: str = ""
    theirs: tuple[int, ...] | None = None
    why: str = ""
    unread: str = ""
    """Why libmodsecurity can't be asked."""

    @property
    def request(self) -> Request:
        headers = self.headers if not self.body or len(self.headers) > 1 else (*self.headers, FORM)
        return Request(
            self.method if not self.body else b"POST",
            self.target,
            headers=headers,
            client="203.0.113.7",
            client_port=4711,
            server="192.0.2.1",
            unique_id="u1",
            received=1_700_000_000_000_000,
        )


def program_of(text: str) -> Program:
    path = Path("rules.conf")
    return load_program([path], data={str(path): (START + text).encode()})


def heard(outcome: Outcome) -> Heard:
    """An outcome as libmodsecurity would tell it."""
    ids = tuple(match.id for match in outcome.matches if match.logged)
    stop = outcome.intervention
    return Heard(ids) if stop is None else Heard(ids, stop.status, stop.url)


def check(row: Row) -> None:
    """Plan and plain interpreter say what the row says."""
    program = program_of(row.rules)
    said: list[Outcome] = []
    for planned in (True, False):
        engine = Engine(program, plan=planned)
        said += [
            engine.inspect(row.request, row.body, row.response, row.response_body)
            for _ in range(2)  # what was remembered of the first changes nothing
        ]
    assert said[1:] == said[:-1]
    assert heard(said[0]) == Heard(row.ids, row.status, row.url)


def check_oracle(row: Row) -> None:
    """libmodsecurity says it too, or what is known of it."""
    if row.unread:
        pytest.skip(row.unread)
    oracle = ByteOracle(text=START + row.rules)
    said = oracle.judge(row.request, row.body, row.response, row.response_body)
    if row.theirs is None:
        assert said == Heard(row.ids, row.status, row.url)
    else:
        assert row.why
        assert said.ids == row.theirs
        assert said.ids != row.ids
