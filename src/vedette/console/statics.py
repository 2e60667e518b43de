"""Files that browsers fetch once: each has its content's hash in its address."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class Statics:
    """All files of the folder `static`, in memory (some 250 kB)."""

    def __init__(self) -> None:
        self._bodies: dict[str, tuple[bytes, str]] = {}
        self._addresses: dict[str, str] = {}
        self._take(files("vedette.console") / "static", "")

    def _take(self, folder: Traversable, before: str) -> None:
        for entry in sorted(folder.iterdir(), key=lambda each: each.name):
            name = f"{before}{entry.name}"
            if entry.is_dir():
                self._take(entry, f"{name}/")
                continue
            kind = _TYPES.get("." + entry.name.rpartition(".")[2])
            if kind is None:
                continue
            body = entry.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:12]
            self._addresses[name] = f"/static/{digest}/{name}"
            self._bodies[f"{digest}/{name}"] = (body, kind)

    def address(self, name: str) -> str:
        """Where a file is to be fetched. Raises KeyError."""
        return self._addresses[name]

    async def serve(self, request: Request) -> Response:
        found = self._bodies.get(request.path_params["file"])
        if found is None:
            return PlainTextResponse("no such file\n", status_code=404)
        body, kind = found
        return Response(body, media_type=kind, headers={"cache-control": _FOR_EVER})
