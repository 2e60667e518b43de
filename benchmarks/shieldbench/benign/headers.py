"""The headers of a request, in the order and with the values of its program."""

from __future__ import annotations

from benchmarks.shieldbench.benign.agents import Agent
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.people import accepts
from benchmarks.shieldbench.benign.scene import Scene
from vedette.seclang.request import Header

# "*" stands for headers of the page's own, those that no list names
_ORDERS: dict[str, tuple[str, ...]] = {
    name: tuple(order.split())
    for name, order in {
        "chrome": "Host Connection Content-Length Pragma Cache-Control sec-ch-ua-platform *"
        " sec-ch-ua Content-Type sec-ch-ua-mobile Upgrade-Insecure-Requests User-Agent Accept"
        " Origin Range Sec-Fetch-Site Sec-Fetch-Mode Sec-Fetch-User Sec-Fetch-Dest Referer"
        " Accept-Encoding Accept-Language Cookie If-None-Match If-Modified-Since",
        "firefox": "Host User-Agent Accept Accept-Language Accept-Encoding Referer Content-Type *"
        " Content-Length Origin DNT Sec-GPC Connection Range Cookie Upgrade-Insecure-Requests"
        " Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User If-Modified-Since"
        " If-None-Match Priority TE",
        "safari": "Host Content-Type Origin Accept Sec-Fetch-Site Sec-Fetch-Mode Accept-Language"
        " User-Agent Sec-Fetch-Dest Accept-Encoding * Content-Length Connection Range Cookie"
        " Referer Priority",
        "curl": "Host Authorization User-Agent Accept * Content-Length Content-Type",
        "python": "Host User-Agent Accept-Encoding Accept Connection * Content-Length Content-Type",
        "go": "Host User-Agent Content-Length * Content-Type Accept-Encoding",
        "java": "* Content-Type User-Agent Host Accept Connection Content-Length",
        "node": "Accept Content-Type * User-Agent Content-Length Accept-Encoding Host Connection",
        "php": "Host User-Agent * Content-Type Content-Length",
        "okhttp": "* Content-Type Content-Length Host Connection Accept-Encoding Cookie User-Agent",
        "apple": "Host Content-Type Connection * Accept User-Agent Accept-Language Content-Length"
        " Accept-Encoding Cookie",
        "robot": "Host Connection Accept * From User-Agent Accept-Encoding If-Modified-Since",
        "preview": "Host Accept * User-Agent Accept-Encoding Connection",
        "reader": "Host User-Agent Accept * Accept-Encoding If-None-Match If-Modified-Since",
        "monitor": "Host User-Agent Accept * Connection",
        "dav": "Host Authorization User-Agent Accept * Content-Type Cookie Accept-Encoding"
        " Accept-Language Connection Content-Length",
    }.items()
}

_BASE: dict[str, dict[str, str]] = {
    "curl": {"Accept": "*/*"},
    "python": {"Accept-Encoding": "gzip, deflate", "Accept": "*/*", "Connection": "keep-alive"},
    "go": {"Accept-Encoding": "gzip"},
    "java": {"Accept": "*/*", "Connection": "keep-alive"},
    "node": {
        "Accept": "application/json, text/plain, */*",
        "Accept-Encoding": "gzip, compress, deflate, br",
        "Connection": "keep-alive",
    },
    "php": {},
    "okhttp": {"Connection": "Keep-Alive", "Accept-Encoding": "gzip"},
    "apple": {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br",
        "Connection": "keep-alive",
    },
    "robot": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip, deflate, br",
        "Connection": "keep-alive",
    },
    "preview": {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"},
    "reader": {
        "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.8, */*;q=0.1",
        "Accept-Encoding": "gzip",
    },
    "monitor": {"Accept": "*/*", "Connection": "close"},
    "dav": {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "Keep-Alive"},
}

_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,"
_ACCEPT: dict[tuple[str, str], str] = {
    ("chrome", "page"): _PAGE + "image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    ("chrome", "image"): "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    ("firefox", "page"): _PAGE + "*/*;q=0.8",
    ("firefox", "image"): "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    ("safari", "page"): _PAGE + "*/*;q=0.8",
    ("safari", "image"): "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,"
    "video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
}
_DESTINATIONS = {
    "page": "document", "form": "document", "image": "image", "style": "style", "script": "script",
    "font": "font", "video": "video", "socket": "websocket",
}  # fmt: skip


def head(scene: Scene, draft: Draft) -> tuple[Header, ...]:
    """All headers of the draft's request."""
    agent = scene.visitor.agent
    values = {"Host": scene.host, "User-Agent": agent.name}
    if agent.family in _BASE or agent.group != "browser":
        values |= _BASE.get(agent.family, _BASE["apple"])
        if scene.visitor.cookies and agent.family in ("okhttp", "apple", "dav"):
            values["Cookie"] = "; ".join(f"{n}={v}" for n, v in scene.visitor.cookies[:2])
    else:
        values |= _browser(scene, draft, agent)
    if draft.media:
        values["Content-Type"] = draft.media
    if draft.body or draft.method in ("POST", "PUT", "PATCH"):
        values["Content-Length"] = str(len(draft.body))
    own = {name.lower(): (name, value) for name, value in draft.extra}
    for name in list(values):
        if name.lower() in own:
            value = own.pop(name.lower())[1]
            if value:
                values[name] = value
            else:
                del values[name]
    return _ordered(agent, values, [pair for pair in own.values() if pair[1]])


def _ordered(
    agent: Agent, values: dict[str, str], own: list[tuple[str, str]]
) -> tuple[Header, ...]:
    order = _ORDERS[agent.family]
    named = {name.lower() for name in order}
    loose = [pair for pair in own if pair[0].lower() not in named]
    placed = {name.lower(): (name, value) for name, value in own if name.lower() in named}
    written: list[tuple[str, str]] = []
    for name in order:
        if name == "*":
            written += loose
        elif name in values:
            written.append((name, values.pop(name)))
        elif name.lower() in placed:
            written.append(placed[name.lower()])
    written += values.items()
    if agent.h2:
        written = [pair for pair in written if pair[0] != "Connection"]
        return tuple((name.lower().encode(), value.encode()) for name, value in written)
    return tuple((name.encode(), value.encode()) for name, value in written)


def _browser(scene: Scene, draft: Draft, agent: Agent) -> dict[str, str]:
    draw, family, mode = scene.draw, agent.family, draft.mode
    opened = mode in ("page", "form")
    accept = _ACCEPT.get((family, "page" if opened else mode), "*/*")
    values = {
        "Connection": "keep-alive",
        "Accept": "text/css,*/*;q=0.1" if mode == "style" else accept,
        "Accept-Encoding": "gzip, deflate, br" + (", zstd" if family != "safari" else ""),
        "Accept-Language": accepts(scene.person.region, family),
    }
    referer = scene.referer if draft.referer is None else draft.referer
    if draft.origin:
        # other sites see the origin alone (strict-origin-when-cross-origin)
        referer = draft.origin + "/" if draft.referer is None else draft.referer
    if referer:
        values["Referer"] = referer
    if mode == "preflight":
        return values | {"Origin": draft.origin or scene.origin} | _fetched(draft, scene, agent, "")
    if agent.brands:
        values |= {
            "sec-ch-ua": agent.brands,
            "sec-ch-ua-mobile": "?1" if agent.mobile else "?0",
            "sec-ch-ua-platform": f'"{agent.platform}"',
        }
    if opened:
        values["Upgrade-Insecure-Requests"] = "1"
        if family == "chrome" and draw.chance(0.3):
            values["Cache-Control"] = "max-age=0"
    if draft.method not in ("GET", "HEAD") or draft.origin or mode == "font":
        values["Origin"] = draft.origin or scene.origin
        if opened and draft.method == "GET":
            del values["Origin"]
    if family == "firefox":
        values["Priority"] = "u=0, i" if opened else "u=4"
        if agent.h2:
            values["TE"] = "trailers"
        if draw.chance(0.1):
            values |= {"DNT": "1", "Sec-GPC": "1"}
    if scene.visitor.cookies and not (draft.origin and mode == "fetch"):
        values["Cookie"] = "; ".join(f"{name}={value}" for name, value in scene.visitor.cookies)
    if mode == "socket":
        return values | {
            "Connection": "keep-alive, Upgrade" if family == "firefox" else "Upgrade",
            "Upgrade": "websocket",
            "Origin": scene.origin,
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": draw.b64(16),
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
            "Pragma": "no-cache",
            "Cache-Control": "no-cache",
        }
    return values | _fetched(draft, scene, agent, referer)


def _fetched(draft: Draft, scene: Scene, agent: Agent, referer: str) -> dict[str, str]:
    """The fetch metadata (W3C)."""
    mode = draft.mode
    if agent.family == "safari" and scene.number % 7 == 0:
        return {}  # versions before 16.4
    if draft.origin:
        site = "cross-site"
    elif referer.startswith(scene.origin) or mode not in ("page", "form"):
        site = "same-origin"
    else:
        site = "cross-site" if referer else "none"
    opened = mode in ("page", "form")
    told = {
        "Sec-Fetch-Site": site,
        "Sec-Fetch-Mode": "navigate"
        if opened
        else "cors"
        if mode in ("fetch", "preflight", "font")
        else "no-cors",
        "Sec-Fetch-Dest": _DESTINATIONS.get(mode, "empty"),
    }
    if opened and agent.family != "safari":
        told["Sec-Fetch-User"] = "?1"
    return told
