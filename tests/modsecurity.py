"""libmodsecurity (the PyPI wheel, for tests alone) as an oracle: what it says of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from vedette.seclang.request import Request, Response


class Oracle:
    """Holds a rule set. `judge` gives the ids of the rules that matched and logged."""

    def __init__(self, files: Sequence[Path], text: str = "") -> None:
        library = pytest.importorskip("libmodsecurity", reason="needs the wheel libmodsecurity")
        self._library: Any = library
        self._engine: Any = library.ModSecurity()
        self._heard: list[Any] = []
        self._engine.set_rule_message_callback(self._heard.append)
        self._rules: Any = library.RulesSet()
        for path in files:
            if self._rules.load_from_uri(str(path)) < 0:
                raise ValueError(self._rules.get_parser_error())
        if text and self._rules.load(text) < 0:
            raise ValueError(self._rules.get_parser_error())

    def judge(
        self,
        request: Request,
        body: bytes = b"",
        response: Response | None = None,
        response_body: bytes = b"",
    ) -> list[Any]:
        """The messages of the rules that matched, in order (`rule_id`, `match`, `data`, ...)."""
        self._heard.clear()
        transaction: Any = self._library.Transaction(self._engine, self._rules, request.unique_id)
        transaction.process_connection(
            request.client, request.client_port, request.server, request.server_port
        )
        version = request.protocol.removeprefix(b"HTTP/").decode("latin-1")
        transaction.process_uri(
            request.target.decode("utf-8", "surrogateescape"),
            request.method.decode("latin-1"),
            version,
        )
        for name, value in request.headers:
            transaction.add_request_header(name.decode("latin-1"), value.decode("latin-1"))
        transaction.process_request_headers()
        if body:
            transaction.append_request_body(body)
        transaction.process_request_body()
        if response is not None:
            for name, value in response.headers:
                transaction.add_response_header(name.decode("latin-1"), value.decode("latin-1"))
            protocol = response.protocol.decode("latin-1")
            transaction.process_response_headers(response.status, protocol)
            if response_body:
                transaction.append_response_body(response_body)
            transaction.process_response_body()
        transaction.process_logging()
        return list(self._heard)
