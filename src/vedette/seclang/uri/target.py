"""What stood in the request line, taken apart."""

from __future__ import annotations

import msgspec

from vedette.seclang.uri.percent import decode_path


class Target(msgspec.Struct, frozen=True):
    """The variables of the request line."""

    uri: bytes
    """REQUEST_URI: decoded, with the query, without a fragment, scheme or host."""
    uri_raw: bytes
    """REQUEST_URI_RAW: as it came."""
    filename: bytes
    """REQUEST_FILENAME and PATH_INFO: the decoded path. Of an absolute URI, scheme and host too,
    as in ModSecurity 3."""
    basename: bytes
    """REQUEST_BASENAME: what follows the last slash or backslash; "" where nothing does."""
    query: bytes
    """QUERY_STRING: not decoded, without the fragment."""
    line: bytes
    """REQUEST_LINE."""


def split_target(target: bytes, protocol: bytes, method: bytes) -> Target:
    """The parts of `method target protocol` (libmodsecurity 3.0.15, `Transaction::processURI`).
    `protocol` is written as in the request line ("HTTP/1.1")."""
    line = b"%b %b %b" % (method, target, protocol)
    whole = target.partition(b"#")[0] if b"#" in target else target
    path, _, query = whole.partition(b"?")
    if b"%" in whole:
        path, uri = decode_path(path), decode_path(whole)
    else:
        uri = whole
    slash = max(path.rfind(b"/"), path.rfind(b"\\"))
    basename = path[slash + 1 :] if slash >= 0 else b""
    if uri[:1] != b"/":
        uri = _without_host(uri)
    return Target(uri, target, path, basename, query, line)


def _without_host(uri: bytes) -> bytes:
    """`http://host/path` is `/path`; everything that has not this form stays whole."""
    scheme = uri.find(b":") + 1
    if uri[scheme : scheme + 2] != b"//":
        return uri
    path = uri.find(b"/", scheme + 2)
    return uri if path < 0 else uri[path:]
