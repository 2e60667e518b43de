"""Bodies of requests, read within their limits."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from vedette.console.faults import RequestError

MOST_FIELDS: Final = 2_000
JSON: Final = "application/json"


async def whole(request: Request, limit: int) -> bytes:
    """The body. Raises RequestError where it is longer than `limit` bytes."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            parts.append(part)
    except ClientDisconnect as error:
        raise RequestError("malformed", "the rest of it did not come") from error
    return b"".join(parts)


async def form_pairs(request: Request, limit: int) -> list[tuple[str, Any]]:
    """The fields of a form, those of files as bytes. Raises RequestError."""
    from starlette.datastructures import UploadFile
    from starlette.formparsers import MultiPartException
    from starlette.requests import Request as Again

    body = await whole(request, limit)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise RequestError("malformed", f"{kind or 'no type'}: send a form, or JSON to the API")
    try:
        async with Again(request.scope, receive).form(
            max_files=8, max_fields=MOST_FIELDS, max_part_size=limit
        ) as form:
            return [
                (name, await value.read() if isinstance(value, UploadFile) else value)
                for name, value in form.multi_items()
            ]
    except (MultiPartException, UnicodeDecodeError, ValueError) as error:
        raise RequestError("malformed", f"the form: {error}") from error
    except Exception as error:
        if type(error).__name__ == "HTTPException":  # what starlette makes of a faulty form
            raise RequestError("malformed", f"the form: {error}") from error
        raise


def is_json(request: Request) -> bool:
    """Whether the body says that it is JSON."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON


def _too_large(limit: int) -> RequestError:
    return RequestError("too-large", f"send at most {limit:,} bytes")
