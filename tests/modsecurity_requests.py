"""libmodsecurity as an oracle for whole requests, by its C interface: any bytes go in."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from modsecurity_library import library_path
from vedette.seclang.request import Request, Response

_ID: Final = re.compile(rb'\[id "(\d+)"\]')
_CALLBACK: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)


class _Intervention(ctypes.Structure):
    """ModSecurityIntervention of its C interface."""

    _fields_ = (
        ("status", ctypes.c_int),
        ("pause", ctypes.c_int),
        ("url", ctypes.c_char_p),
        ("log", ctypes.c_char_p),
        ("disruptive", ctypes.c_int),
    )


@dataclass(frozen=True)
class Heard:
    """`ids` of the rules that were logged, in order; `status` and `url` of the intervention that
    ended the transaction, 0 and "" where none did."""

    ids: tuple[int, ...]
    status: int = 0
    url: str = ""


class ByteOracle:
    """Holds a rule set. The test is skipped without the wheel. It keeps collections like IP for as
    long as the process lives."""

    def __init__(self, files: Sequence[Path] = (), text: str = "") -> None:
        self._c: Any = ctypes.CDLL(str(library_path()))
        # By attribute: what the index gives is another function each time.
        self._c.msc_init.restype = ctypes.c_void_p
        self._c.msc_create_rules_set.restype = ctypes.c_void_p
        self._c.msc_new_transaction.restype = ctypes.c_void_p
        self._lines: list[bytes] = []
        self._heard = _CALLBACK(lambda data, line: self._lines.append(line))
        self._engine = ctypes.c_void_p(self._c.msc_init())
        self._c.msc_set_log_cb(self._engine, self._heard)
        self._rules = ctypes.c_void_p(self._c.msc_create_rules_set())
        fault = ctypes.c_char_p()
        for path in files:
            done = self._c.msc_rules_add_file(self._rules, str(path).encode(), ctypes.byref(fault))
            assert done >= 0, fault.value
        if text:
            done = self._c.msc_rules_add(self._rules, text.encode(), ctypes.byref(fault))
            assert done >= 0, fault.value

    def judge(
        self,
        request: Request,
        body: bytes = b"",
        response: Response | None = None,
        response_body: bytes = b"",
    ) -> Heard:
        """What it says. No NUL may stand in method, target or protocol."""
        self._lines.clear()
        new = self._c.msc_new_transaction(self._engine, self._rules, None)
        transaction = ctypes.c_void_p(new)
        stop = _Intervention()
        try:
            for phase in self._phases(transaction, request, body, response, response_body):
                phase()
                if self._c.msc_intervention(transaction, ctypes.byref(stop)):
                    break
            if stop.log:
                self._lines.append(stop.log)  # what a server is to write of it
            self._c.msc_process_logging(transaction)
        finally:
            self._c.msc_transaction_cleanup(transaction)
        ids = tuple(int(found) for line in self._lines for found in _ID.findall(line))
        url = (stop.url or b"").decode("utf-8", "backslashreplace")
        return Heard(ids, stop.status if stop.disruptive else 0, url if stop.disruptive else "")

    def _phases(
        self,
        transaction: ctypes.c_void_p,
        request: Request,
        body: bytes,
        response: Response | None,
        response_body: bytes,
    ) -> list[Callable[[], None]]:
        c = self._c

        def request_headers() -> None:
            client, server = request.client.encode(), request.server.encode()
            c.msc_process_connection(
                transaction, client, request.client_port, server, request.server_port
            )
            version = request.protocol.removeprefix(b"HTTP/")
            c.msc_process_uri(transaction, request.target, request.method, version)
            for name, value in request.headers:
                c.msc_add_n_request_header(transaction, name, _size(name), value, _size(value))
            c.msc_process_request_headers(transaction)

        def request_body() -> None:
            if body:
                c.msc_append_request_body(transaction, body, _size(body))
            c.msc_process_request_body(transaction)

        phases = [request_headers, request_body]
        if response is None:
            return phases
        answer = response

        def response_headers() -> None:
            for name, value in answer.headers:
                c.msc_add_n_response_header(transaction, name, _size(name), value, _size(value))
            c.msc_process_response_headers(transaction, answer.status, answer.protocol)

        def answered() -> None:
            if response_body:
                c.msc_append_response_body(transaction, response_body, _size(response_body))
            c.msc_process_response_body(transaction)

        return [*phases, response_headers, answered]


def _size(text: bytes) -> ctypes.c_size_t:
    return ctypes.c_size_t(len(text))
