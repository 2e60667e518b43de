"""What both kinds of middleware are told."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Final

import msgspec

from vedette.shield.client import NOBODY, Trusted

MOST_PIECES: Final = 1_024
"""Pieces of a body that are held one by one; further ones are joined with the last."""


def _now() -> int:
    return time.time_ns() // 1_000


def _new_id() -> str:
    return secrets.token_hex(12)


class Settings(msgspec.Struct, frozen=True):
    """`trusted` peers name the client's address (see `vedette.shield.client`). `websockets`: the
    handshakes of websockets are judged too, their messages never. `thread_over`: request and
    response bodies of more bytes than this are judged in a thread of the loop's executor (ASGI
    only, asyncio only; 0: never), so that other requests go on meanwhile; they wait for the guard
    alone. `clock` gives microseconds since the epoch, `new_id` names a transaction."""

    trusted: Trusted = NOBODY
    websockets: bool = False
    thread_over: int = 0
    clock: Callable[[], int] = _now
    new_id: Callable[[], str] = _new_id
