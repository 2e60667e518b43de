"""What a log tells of one request, and what it does not tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from vedette.seclang.request import Request, Response

Missing = frozenset[str]


class Replayed(msgspec.Struct, frozen=True):
    """One request from a log. `place` is `file:line` (`file!member` inside archives, `#entry` in
    HAR files).

    `missing` are the SecLang variables that the log says nothing of, as rules name them:
    `REQUEST_HEADERS` is the whole collection, `!REQUEST_HEADERS:user-agent` beside it one header
    that is known all the same, present or not; `REQUEST_HEADERS:cookie` alone is one that is
    missing where all others are known (keys in lower case). `unknown.unjudgeable` says which rules
    ask for more than that. `response_body` is None where it was not recorded.
    """

    request: Request
    body: bytes
    response: Response | None
    place: str
    missing: Missing
    response_body: bytes | None = None


HEADERS: Final = frozenset(("REQUEST_HEADERS", "REQUEST_COOKIES"))
BODY: Final = frozenset(
    (
        "REQUEST_BODY",
        "REQUEST_BODY_LENGTH",
        "FULL_REQUEST_LENGTH",
        "INBOUND_DATA_ERROR",
        "ARGS_POST",
        "FILES",
        "FILES_NAMES",
        "FILES_SIZES",
        "FILES_COMBINED_SIZE",
        "FILES_TMPNAMES",
        "FILES_TMP_CONTENT",
        "MULTIPART_NAME",
        "MULTIPART_FILENAME",
        "MULTIPART_PART_HEADERS",
        "MULTIPART_STRICT_ERROR",
        "MULTIPART_UNMATCHED_BOUNDARY",
        "XML",
        "JSON",
        "REQBODY_PROCESSOR",
        "REQBODY_ERROR",
        "REQBODY_ERROR_MSG",
        "REQBODY_PROCESSOR_ERROR",
        "REQBODY_PROCESSOR_ERROR_MSG",
    )
)
CLIENT: Final = frozenset(("REMOTE_ADDR", "REMOTE_HOST"))
PROTOCOL: Final = frozenset(("REQUEST_PROTOCOL", "REQUEST_LINE"))
TIME: Final = frozenset(
    ("TIME", "TIME_DAY", "TIME_EPOCH", "TIME_HOUR", "TIME_MIN", "TIME_MON", "TIME_SEC", "TIME_WDAY",
     "TIME_YEAR")
)  # fmt: skip
STATUS: Final = frozenset(("RESPONSE_STATUS", "STATUS"))
RESPONSE_HEADERS: Final = frozenset(
    ("RESPONSE_HEADERS", "RESPONSE_CONTENT_TYPE", "RESPONSE_PROTOCOL")
)
RESPONSE_BODY: Final = frozenset(
    ("RESPONSE_BODY", "RESPONSE_CONTENT_LENGTH", "OUTBOUND_DATA_ERROR")
)
NEVER: Final = frozenset(("SERVER_ADDR", "SERVER_PORT", "REMOTE_PORT", "AUTH_TYPE", "DURATION"))
"""No log of a website is relied on for these."""


def known_headers(names: Iterable[str]) -> Missing:
    """What `missing` says of headers where only these are told."""
    return HEADERS | {f"!REQUEST_HEADERS:{name.lower()}" for name in names}
