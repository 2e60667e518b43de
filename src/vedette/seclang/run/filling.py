"""From a request and a response to the variables that rules see."""

from __future__ import annotations

from typing import Final

from vedette.seclang.body.parsed import Body, Limits
from vedette.seclang.ir import Settings
from vedette.seclang.parse.names import spelled
from vedette.seclang.request import Header, Request, Response
from vedette.seclang.run.seen import Seen
from vedette.seclang.run.state import State
from vedette.seclang.uri import body_processor, combined_size, full_request, parse_cookies

_EMPTY: Final = dict.fromkeys(
    spelled("""
    AUTH_TYPE REMOTE_USER REQUEST_BODY REQBODY_ERROR_MSG RESPONSE_BODY RESPONSE_CONTENT_LENGTH
    RESPONSE_CONTENT_TYPE RESPONSE_PROTOCOL RESPONSE_STATUS STATUS STATUS_LINE SESSIONID USERID
    WEBAPPID MULTIPART_BOUNDARY_QUOTED MULTIPART_BOUNDARY_WHITESPACE MULTIPART_CRLF_LF_LINES
    MULTIPART_DATA_AFTER MULTIPART_DATA_BEFORE MULTIPART_FILE_LIMIT_EXCEEDED
    MULTIPART_HEADER_FOLDING MULTIPART_INVALID_HEADER_FOLDING MULTIPART_INVALID_PART
    MULTIPART_INVALID_QUOTING MULTIPART_LF_LINE MULTIPART_MISSING_SEMICOLON"""),
    b"",
) | {"MODSEC_BUILD": b"030015100"}
"""Variables of one value that are there all the same where a request has none, as in ModSecurity
3: `!@streq ...` holds for them. The build is the one whose behaviour is followed."""

_START: Final = _EMPTY | {
    **dict.fromkeys(
        spelled("""
        FILES_COMBINED_SIZE REQBODY_ERROR REQBODY_PROCESSOR_ERROR MULTIPART_STRICT_ERROR
        MULTIPART_UNMATCHED_BOUNDARY INBOUND_DATA_ERROR OUTBOUND_DATA_ERROR"""),
        b"0",
    )
}

_SHOWN: Final = ("URLENCODED", "JSON")
"""Processors after which REQUEST_BODY still holds the body."""


def fill_request(state: State, request: Request, settings: Settings, seen: Seen) -> None:
    """Connection, request line and headers: what phase 1 sees."""
    line = state.line = seen.line(request)
    headers = request.headers
    given = [each for each in headers if _is_cookie(each)]
    cookies: list[tuple[bytes, bytes]] = []
    for _, value in given:
        cookies += parse_cookies(value, settings.cookie_format)
    others = tuple([each for each in headers if not _is_cookie(each)]) if given else headers
    head = state.head = seen.head(others)
    state.cookie_headers, state.processor = given, head.processor
    lists = state.lists
    lists["REQUEST_HEADERS"] = list(headers) if given else head.entries
    lists["ARGS"] = lists["ARGS_GET"] = line.arguments
    lists["REQUEST_COOKIES"] = cookies
    scalars = state.scalars = _START.copy()
    target, client = line.target, request.client.encode()
    scalars["REQUEST_METHOD"] = request.method
    scalars["REQUEST_LINE"] = target.line
    scalars["REQUEST_PROTOCOL"] = request.protocol
    scalars["REQUEST_URI"] = target.uri
    scalars["REQUEST_URI_RAW"] = target.uri_raw
    scalars["REQUEST_FILENAME"] = scalars["PATH_INFO"] = target.filename
    scalars["REQUEST_BASENAME"] = target.basename
    scalars["QUERY_STRING"] = target.query
    scalars["REMOTE_ADDR"] = scalars["REMOTE_HOST"] = client
    scalars["REMOTE_PORT"] = b"%d" % request.client_port
    scalars["SERVER_ADDR"] = request.server.encode()
    scalars["SERVER_NAME"] = head.server
    scalars["SERVER_PORT"] = b"%d" % request.server_port
    scalars["UNIQUE_ID"] = request.unique_id.encode()
    scalars["ARGS_COMBINED_SIZE"] = line.size
    scalars["URLENCODED_ERROR"] = line.error
    scalars["REQBODY_PROCESSOR"] = head.processor.encode()
    scalars["AUTH_TYPE"], scalars["REMOTE_USER"] = head.authorization, head.user
    if line.over:
        state.bare = False
        scalars["REQBODY_ERROR_MSG"] = b"SecArgumentsLimit exceeded"
        scalars["REQBODY_ERROR"] = b"1"


def _is_cookie(header: Header) -> bool:
    name = header[0]
    return len(name) == 6 and name.lower() == b"cookie"


def fill_body(state: State, raw: bytes, body: Body | None, *, over: bool, request: Request) -> None:
    """What phase 2 sees besides; `body` is None where no processor read it."""
    scalars, lists = state.scalars, state.lists
    if raw or over or body is not None:
        state.bare = False
    if over:
        scalars["INBOUND_DATA_ERROR"] = b"1"
    if raw and (body is None or body.error or body.processor in _SHOWN or state.body_forced):
        # Files and XML are seen as what they were read into, as CRS's tests expect.
        scalars["REQUEST_BODY"] = raw
    scalars["REQUEST_BODY_LENGTH"] = b"%d" % len(raw)
    whole = full_request(request.headers, raw)
    scalars["FULL_REQUEST"], scalars["FULL_REQUEST_LENGTH"] = whole, b"%d" % len(whole)
    lists["ARGS_POST"] = []
    if body is None:
        return
    for name, flag in body.flags.items():
        scalars[name] = b"%d" % flag
    if body.error:
        text = body.error.encode()
        for name in ("REQBODY_ERROR", "REQBODY_PROCESSOR_ERROR"):
            scalars[name] = b"1"
        scalars["REQBODY_ERROR_MSG"] = scalars["REQBODY_PROCESSOR_ERROR_MSG"] = text
    if body.arguments:
        arguments = list(body.arguments)
        if body.processor != "JSON":  # as ModSecurity 3 has it
            lists["ARGS_POST"] = arguments
        lists["ARGS"] = lists["ARGS"] + arguments
        scalars["ARGS_COMBINED_SIZE"] = b"%d" % combined_size(lists["ARGS"])
    if body.processor == "XML":
        lists["XML"] = [(b"/*", text) for text in body.texts]
        lists["XML"] += [(b"//@*", value) for value in body.attributes]
    if body.files or body.part_headers:
        _files(state, body)


def _files(state: State, body: Body) -> None:
    lists = state.lists
    lists["FILES"] = [(each.field, each.name) for each in body.files]
    lists["FILES_NAMES"] = [(each.field, each.field) for each in body.files]
    lists["FILES_SIZES"] = [(each.field, b"%d" % each.size) for each in body.files]
    lists["FILES_TMP_CONTENT"] = [(each.field, each.content) for each in body.files]
    lists["MULTIPART_FILENAME"] = [(b"", name) for name in body.filenames]
    lists["MULTIPART_NAME"] = [(b"", name) for name in body.names]
    lists["MULTIPART_PART_HEADERS"] = list(body.part_headers)
    state.scalars["FILES_COMBINED_SIZE"] = b"%d" % sum(each.size for each in body.files)


def fill_response(state: State, response: Response) -> None:
    """What phase 3 sees besides."""
    state.lists["RESPONSE_HEADERS"] = list(response.headers)
    kind = next((v for k, v in response.headers if k.lower() == b"content-type"), b"")
    state.scalars.update(
        {
            "RESPONSE_STATUS": b"%d" % response.status,
            "STATUS": b"%d" % response.status,
            "RESPONSE_PROTOCOL": response.protocol,
            "RESPONSE_CONTENT_TYPE": kind,
        }
    )


def fill_response_body(state: State, raw: bytes, *, over: bool) -> None:
    """What phase 4 sees besides."""
    state.scalars["RESPONSE_BODY"] = raw
    state.scalars["RESPONSE_CONTENT_LENGTH"] = b"%d" % len(raw)
    if over:
        state.scalars["OUTBOUND_DATA_ERROR"] = b"1"


def fill_error(state: State, why: str) -> None:
    """A body past SecRequestBodyNoFilesLimit; what was found before stands."""
    state.bare = False
    if state.scalars["REQBODY_ERROR"] != b"1":
        state.scalars["REQBODY_ERROR"], state.scalars["REQBODY_ERROR_MSG"] = b"1", why.encode()


def body_limits(settings: Settings, arguments: int) -> Limits:
    """The limits of body readers that the directives set; the query had so many `arguments`."""
    left = max(settings.arguments_limit - arguments, 0)
    return Limits(arguments=left, depth=settings.request_body_json_depth)


def multipart_type(request: Request) -> bytes:
    """The Content-Type that has the boundary: the first that says multipart, else the first."""
    kinds = [value for name, value in request.headers if name.lower() == b"content-type"]
    named = (kind for kind in kinds if body_processor(kind) == "MULTIPART")
    return next(named, kinds[0] if kinds else b"")
