"""What the readers of request bodies give."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """What a body may cost. Past a limit, reading ends and `error` says so."""

    arguments: int = 1_000
    depth: int = 512
    parts: int = 1_000
    nodes: int = 50_000
    files: int = 0
    """Past so many files MULTIPART_FILE_LIMIT_EXCEEDED is set (SecUploadFileLimit); 0: never, as
    in ModSecurity 3 where uploads are not kept."""


class File(msgspec.Struct, frozen=True):
    """One uploaded file of a multipart body."""

    field: bytes
    """The part's `name` (FILES_NAMES, key of FILES)."""
    name: bytes
    """The part's `filename` (FILES)."""
    content: bytes
    size: int


class Body(msgspec.Struct, frozen=True):
    """A request body that was read. `processor`: URLENCODED, MULTIPART, JSON or XML.

    `arguments` are ARGS_POST in order, JSON's with keys like `json.user.name` and
    `json.list.array_0` as ModSecurity 3 writes them (which puts those into ARGS alone, not into
    ARGS_POST). `part_headers` are MULTIPART_PART_HEADERS: (part's name, header line). `texts` are
    the text nodes of XML (what `XML:/*` sees, joined as ModSecurity does: one entry for each
    document), `attributes` the attribute values (`XML://@*`), in document order. `flags` are
    variables by name and value: MULTIPART_STRICT_ERROR and all of its parts, REQBODY_ERROR and so
    on, whatever is not 0.
    """

    processor: str
    arguments: tuple[tuple[bytes, bytes], ...] = ()
    files: tuple[File, ...] = ()
    part_headers: tuple[tuple[bytes, bytes], ...] = ()
    texts: tuple[bytes, ...] = ()
    attributes: tuple[bytes, ...] = ()
    flags: dict[str, int] = {}
    error: str = ""
    """REQBODY_ERROR_MSG; "" where all was well."""
    names: tuple[bytes, ...] = ()
    """MULTIPART_NAME: every `name` a Content-Disposition gave, used or not."""
    filenames: tuple[bytes, ...] = ()
    """MULTIPART_FILENAME: every `filename`."""
    unread: bytes = b""
    """After an error, the bytes from it on that became nothing above: what ModSecurity's rules see
    in REQUEST_BODY alone. An application that reads on may see more in them."""
    size_without_files: int = 0
    """Bytes that SecRequestBodyNoFilesLimit counts: all but the content of files."""


PARSE_ERROR = {"REQBODY_ERROR": 1, "REQBODY_PROCESSOR_ERROR": 1}
"""The flags of a body that is not what its processor expects."""
