"""Values that rules see and that stand inside of other headers."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable

_PARAMETER = re.compile(
    rb""";\s*+ ([^=;\s"]++) \s*+ = \s*+ (?: "([^"\\]*(?:\\.[^"\\]*)*)" | ([^;\s]*+) )""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST = 1024
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def content_type(header: bytes) -> tuple[bytes, bytes, bytes]:
    """The media type in lower case, the charset in lower case and the boundary of a Content-Type
    header (RFC 9110 8.3.1); "" where there is none, the first where there are several.

    For display and choice only: the multipart reader reads the boundary itself, strictly.
    """
    mime, _, rest = header[:_LONGEST].partition(b";")
    charset = boundary = b""
    if rest:
        for name, quoted, plain in _PARAMETER.findall(b";" + rest):
            value = _ESCAPED.sub(rb"\1", quoted) if quoted else plain
            name = name.lower()
            if name == b"charset":
                charset = charset or value.lower()
            elif name == b"boundary":
                boundary = boundary or value
    return mime.strip().lower(), charset, boundary


def body_processor(header: bytes) -> str:
    """REQBODY_PROCESSOR before any `ctl:requestBodyProcessor`: MULTIPART or URLENCODED by the
    beginning of the Content-Type, else "" (libmodsecurity 3, `addRequestHeader`)."""
    start = header[:33].lower()
    if start.startswith(b"application/x-www-form-urlencoded"):
        return "URLENCODED"
    if start.startswith(b"multipart/form-data"):
        return "MULTIPART"
    return ""


def auth_type(authorization: bytes) -> bytes:
    """AUTH_TYPE: what stands before the first blank of an Authorization header."""
    return authorization.partition(b" ")[0]


def remote_user(authorization: bytes) -> bytes:
    """REMOTE_USER: the name in an Authorization header of the scheme Basic (RFC 7617), else ""."""
    scheme, _, credentials = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return b""
    try:
        return b64decode(credentials[:_LONGEST]).partition(b":")[0]
    except ValueError:
        return b""


def server_name(host: bytes) -> bytes:
    """SERVER_NAME: the Host header without its port. ModSecurity 3 cuts at the first colon, which
    leaves "[" of an IPv6 address; here the address stays whole."""
    if host[:1] == b"[":
        return host[: host.find(b"]") + 1] or host
    return host.partition(b":")[0]


def full_request(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """FULL_REQUEST of ModSecurity 3: the headers, two line feeds and the body, without the
    request line."""
    lines = [b"%b: %b\n" % header for header in headers]
    return b"".join((*lines, b"\n\n", body))
