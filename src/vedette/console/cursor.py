"""Where a list goes on: an opaque text that stands for the sort key of the last entry shown."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Final, TypeVar

import msgspec

from vedette.console.faults import RequestError

LONGEST: Final = 1_000
Cursor = Annotated[str, msgspec.Meta(max_length=LONGEST, description="`next` of the page before")]
Moment = Annotated[int, msgspec.Meta(ge=-(1 << 62), le=1 << 62)]
"""Microseconds in a sort key: what a database can hold."""
Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="entries on a page")]

_T = TypeVar("_T")


def cursor_of(*key: Any) -> str:
    """The text for a sort key: numbers and texts."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(key)).decode().rstrip("=")


def key_of(cursor: str, kind: type[_T]) -> _T:
    """The sort key, a tuple of type `kind`. Raises RequestError where it is none."""
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        return msgspec.msgpack.decode(data, type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise RequestError("malformed", "cursor: is none; use `next` of a page as it is") from error
