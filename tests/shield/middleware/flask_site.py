"""The site in Flask: pages, forms, an API, uploads, events, sockets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, jsonify, request, send_file

LEAKING = "<b>ORA-00933: SQL command not properly ended</b>"


def site() -> Any:
    """A new application."""
    app = Flask("site")

    @app.get("/page")
    def page() -> str:
        return f"<p>Hello {request.args.get('name', '')}</p>"

    @app.post("/form")
    def form() -> Response:
        return jsonify(dict(request.form))

    @app.post("/api")
    def api() -> Response:
        return jsonify(got=request.get_json())

    @app.post("/upload")
    def upload() -> Response:
        content = request.files["file"].read()
        return jsonify(sha256=hashlib.sha256(content).hexdigest(), note=request.form["note"])

    @app.get("/events")
    def stream() -> Response:
        def pieces() -> Iterator[bytes]:
            for number in range(3):
                yield b"data: %d\n\n" % number

        return Response(pieces(), mimetype="text/event-stream")

    @app.get("/leak")
    def leak() -> str:
        return LEAKING

    @app.get("/file")
    def file() -> Response:
        return send_file(__file__)

    @app.get("/boom")
    def boom() -> str:
        raise KeyError("its own")

    return app
