"""A small Django site, for WSGI and ASGI; the settings are made once per process."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="only for tests",
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        INSTALLED_APPS=[],
        USE_TZ=True,
        LOGGING_CONFIG=None,
        FILE_UPLOAD_MAX_MEMORY_SIZE=64 << 10,
    )
    django.setup(set_prefix=False)


def page(request: Any) -> HttpResponse:
    return HttpResponse(f"<p>Hello {request.GET.get('name', '')}</p>")


def form(request: Any) -> HttpResponse:
    return JsonResponse({key: request.POST[key] for key in request.POST})


def api(request: Any) -> HttpResponse:
    return JsonResponse({"got": json.loads(request.body)})


def upload(request: Any) -> HttpResponse:
    digest = hashlib.sha256()
    for piece in request.FILES["file"].chunks():
        digest.update(piece)
    return JsonResponse({"sha256": digest.hexdigest(), "note": request.POST["note"]})


def events(request: Any) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        for number in range(3):
            yield b"data: %d\n\n" % number

    async def later() -> AsyncIterator[bytes]:
        for piece in pieces():
            await asyncio.sleep(0)
            yield piece

    asynchronous = hasattr(request, "scope")
    return StreamingHttpResponse(
        later() if asynchronous else pieces(), content_type="text/event-stream"
    )


def leak(request: Any) -> HttpResponse:
    return HttpResponse("<b>ORA-00933: SQL command not properly ended</b>")


def file(request: Any) -> HttpResponse:
    content = Path(__file__).read_bytes()
    if hasattr(request, "scope"):
        return HttpResponse(content, content_type="text/x-python")
    return FileResponse(io.BytesIO(content), content_type="text/x-python")


def boom(request: Any) -> HttpResponse:
    raise KeyError("its own")


urlpatterns = [
    path("page", page),
    path("form", form),
    path("api", api),
    path("upload", upload),
    path("events", events),
    path("leak", leak),
    path("file", file),
    path("boom", boom),
]


def wsgi() -> Any:
    return get_wsgi_application()


def asgi() -> Any:
    return get_asgi_application()
