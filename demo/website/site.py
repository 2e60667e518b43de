"""The firm's website: a few pages, a search, a form for applicants, and two holes.

The holes only look like ones: nothing is read but what stands in this file, nothing is written and
nothing is run. It trusts its reverse proxy, as such sites do.
"""

from __future__ import annotations

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, unquote_plus, urlsplit

from demo.firm import NAME

PRODUCTS: Final = {
    "101": "SWIR zoom objective 25-250 mm",
    "102": "Germanium window, DLC coated",
    "103": "Beam expander 10x, 1064 nm",
    "104": "Laser range finder window",
    "105": "Dual-band dome, zinc sulfide",
}
PAGES: Final = {
    "/": "Optics that hold still",
    "/products": "Products",
    "/about": "About us",
    "/contact": "Contact",
    "/careers": "Careers",
    "/news": "News",
}
EXPORT: Final = "/partners/price-list-2026.csv"
"""What the intruder is after: the price list for partners, meant for those who are signed in."""
SHELL: Final = "/uploads/cv-ainsley.php"
STYLE: Final = b"body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto}"


class Website(ThreadingHTTPServer):
    """The site on a port of its own choice. `goals` is how often somebody got what is not for
    everybody."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.uploaded = threading.Event()
        self.goals = 0
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="website")
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Page(BaseHTTPRequestHandler):
    server: Website
    server_version = "Apache"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        path, query = split.path, parse_qs(split.query)
        if path in PAGES:
            self._answer(200, _page(PAGES[path], _list() if path == "/products" else ""))
        elif path == "/static/site.css":
            self._answer(200, STYLE, "text/css")
        elif path == "/product":
            self._product(query.get("id", [""])[0])
        elif path == "/search":
            words = query.get("q", [""])[0]
            self._answer(200, _page("Search", f"<p>Results for {html.escape(words)}</p>" + _list()))
        elif path == "/datasheet":
            self._datasheet(unquote_plus(query.get("file", [""])[0]))
        elif path == SHELL and self.server.uploaded.is_set():
            self.server.goals += 1
            self._answer(200, b"uid=33(www-data) (synthetic)\n", "text/plain")
        elif path == EXPORT:
            self.server.goals += 1
            self._answer(200, b"article;price\n101;(synthetic)\n", "text/csv")
        else:
            self._answer(404, _page("Not found"))

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), 1 << 20)
        body = self.rfile.read(length)
        if self.path == "/careers/apply":
            if b'.php"' in body:
                self.server.uploaded.set()
            self._answer(200, _page("Thank you", "<p>We have your application.</p>"))
        elif self.path == "/contact":
            self._answer(200, _page("Thank you", "<p>We will answer within two days.</p>"))
        else:
            self._answer(404, _page("Not found"))

    def _product(self, number: str) -> None:
        """A hole that looks as if the number went into a query as it is."""
        if number in PRODUCTS:
            self._answer(200, _page(PRODUCTS[number]))
        elif "union" in number.lower() or "or" in number.lower():
            self._answer(200, _page("Products", _list()))
        else:
            self._answer(404, _page("No such product"))

    def _datasheet(self, name: str) -> None:
        """A hole that looks as if the name went into a path as it is."""
        if ".." in name:
            self._answer(200, b"root:x:0:0:root:/root:/bin/bash (synthetic)\n", "text/plain")
        else:
            self._answer(200, b"%PDF-1.4\n% synthetic\n", "application/pdf")

    def _answer(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """The proxy in front keeps the log."""


def _list() -> str:
    items = "".join(
        f'<li><a href="/product?id={number}">{html.escape(name)}</a></li>'
        for number, name in PRODUCTS.items()
    )
    return f"<ul>{items}</ul>"


def _page(title: str, more: str = "") -> bytes:
    links = " ".join(f'<a href="{path}">{name}</a>' for path, name in PAGES.items())
    return (
        f"<!doctype html><html lang=en><title>{title} - {NAME}</title>"
        f'<link rel=stylesheet href="/static/site.css"><nav>{links}</nav><h1>{title}</h1>{more}'
        f"<p>{NAME} is an invented firm.</p></html>"
    ).encode()
