"""What a visitor asks, before a program gives it its headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.shieldbench.benign import encode, multipart
from benchmarks.shieldbench.benign.multipart import Part
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.site import Kind

Mode = Literal[
    "page", "form", "fetch", "beacon", "image", "style", "script", "font", "video", "socket",
    "preflight", "bare",
]  # fmt: skip
"""How a browser asks; programs know only "bare" and take the others for it."""

Extra = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """`target` as in the request line. `media` is the body's type. `extra` are headers beyond
    those of the program, or instead of them (an empty value removes one). `origin` is another
    site that the request comes from; `referer` instead of the page before, None to keep it."""

    target: str
    method: str = "GET"
    mode: Mode = "page"
    body: bytes = b""
    media: str = ""
    extra: Extra = ()
    kind: Kind = "plain"
    origin: str = ""
    referer: str | None = None
    protocol: str = ""


def page(target: str, extra: Extra = (), *, referer: str | None = None, origin: str = "") -> Draft:
    """A page opened by a link or typed address."""
    return Draft(target, extra=extra, referer=referer, origin=origin)


def search(path: str, fields: encode.Fields, kind: Kind = "plain") -> Draft:
    """A GET form sent off."""
    return Draft(f"{path}?{encode.query(fields)}", kind=kind)


def form(target: str, fields: encode.Fields, kind: Kind = "plain", extra: Extra = ()) -> Draft:
    """A POST form."""
    media = "application/x-www-form-urlencoded"
    return Draft(target, "POST", "form", encode.form(fields), media, extra, kind)


def script_form(
    target: str, fields: encode.Fields, kind: Kind = "plain", extra: Extra = ()
) -> Draft:
    """Fields that a page's script sends off."""
    media = "application/x-www-form-urlencoded; charset=UTF-8"
    asked = (("X-Requested-With", "XMLHttpRequest"), *extra)
    return Draft(target, "POST", "fetch", encode.form(fields), media, asked, kind)


def upload(
    scene: Scene,
    target: str,
    parts: Sequence[Part],
    *,
    script: bool = False,
    kind: Kind = "plain",
    extra: Extra = (),
) -> Draft:
    """A multipart form, by the browser itself or by a script of the page."""
    family = scene.visitor.agent.family
    separator = multipart.boundary(scene.draw, family)
    return Draft(
        target,
        "POST",
        "fetch" if script else "form",
        multipart.body(parts, separator),
        f"multipart/form-data; boundary={separator}",
        extra,
        kind,
    )


def api(
    scene: Scene,
    method: str,
    target: str,
    value: object = None,
    *,
    media: str = "application/json",
    kind: Kind = "plain",
    extra: Extra = (),
) -> Draft:
    """A call with a JSON body (none where `value` is None), written as the program writes it."""
    if value is None:
        return Draft(target, method, "fetch", extra=extra, kind=kind)
    match scene.visitor.agent.family:
        case "python":
            body = encode.json_py(value)
        case "go":
            body = encode.json_go(value)
        case "curl":
            body = encode.json_pretty(value)
        case _:
            body = encode.json_js(value)
    return Draft(target, method, "fetch", body, media, extra, kind)


def bearer(scene: Scene) -> Extra:
    """The visitor's access token."""
    return (("Authorization", f"Bearer {scene.visitor.token}"),)


def asset(target: str, mode: Mode, extra: Extra = ()) -> Draft:
    """A picture, style sheet, script, font or film of a page."""
    return Draft(target, "GET", mode, extra=extra)
