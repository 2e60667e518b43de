"""Questions over HTTP: may this request pass? nginx `auth_request` and Envoy's ext_authz."""

from __future__ import annotations

from typing import Final

from vedette.shield.decision.original import Reader
from vedette.shield.guarding import Block
from vedette.shield.proxy.answers import page
from vedette.shield.proxy.front.incoming import BadChunk, Incoming, Late, Pace
from vedette.shield.proxy.http.refused import Refused
from vedette.shield.proxy.http.request_head import RequestHead
from vedette.shield.proxy.judged import Judged
from vedette.shield.proxy.session import Handle, Session

INCIDENT: Final = b"X-Vedette-Incident"
ALLOWED: Final = Block(200, (), b"", "")
_DENIED: Final = 403


def answering(read: Reader, only_denies: bool) -> Handle:
    """A handle that judges what `read` makes of a question. `only_denies`: every block is a 403,
    for nginx takes any other status for a failure (ngx_http_auth_request_module)."""

    async def handle(session: Session, head: RequestHead, started: float) -> bool:
        modern = head.protocol == b"HTTP/1.1"
        keep = head.keep and not session.context.draining
        try:
            block = await _judge(session, head, read)
        except Refused as refused:
            session.tell(refused)
            session.context.listeners.alarm(
                f"a question that can't be understood: {refused.reason}; see the documentation's"
                " snippet for the proxy in front"
            )
            block, keep = page(refused.status), False
        if only_denies and block.incident:
            block = Block(_DENIED, block.headers, b"", block.incident)
        if block.incident:
            named = (*block.headers, (INCIDENT, block.incident.encode("latin-1", "replace")))
            block = Block(block.status, named, block.body, block.incident)
        await session.answer(block, head.method, modern, keep)
        return keep

    return handle


async def _judge(session: Session, head: RequestHead, read: Reader) -> Block:
    context = session.context
    original = read(session, head)
    data = await _body(session, head)
    judged = Judged(
        context.guard, original.request, context.settings.fail_open, context.listeners.alarm
    )
    try:
        block = judged.headers()
        if block is None:
            wanted = max(judged.body_wanted, 0)
            cut = wanted > 0 and (original.cut or len(data) > wanted)
            block = judged.body(data[:wanted], cut)
        return ALLOWED if block is None else block
    finally:
        judged.end()


async def _body(session: Session, head: RequestHead) -> bytes:
    """The whole body of the question. Raises Refused, Gone."""
    if not head.length:
        return b""
    settings = session.context.settings
    pace = Pace(settings.timeouts.body_grace, settings.timeouts.body_rate)
    body = Incoming(session.context.loop, session.wire, head.length, settings.limits, pace)
    most = settings.limits.body or 0
    if head.length > most:
        raise Refused(413, "body too long")
    try:
        data = await body.gather(most)
    except BadChunk as bad:
        raise Refused(400, str(bad)) from None
    except Late:
        raise Refused(408, "body too slow") from None
    if not body.done:
        raise Refused(413, "body too long")
    return data
