"""One request and its response, judged on the way."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from vedette.seclang.request import Request, Response
from vedette.shield.client import client_of
from vedette.shield.guarding import Block
from vedette.shield.proxy.access_log import Entry
from vedette.shield.proxy.answers import CONTINUE, page
from vedette.shield.proxy.forward.back import back_head, switching_head
from vedette.shield.proxy.forward.onward import onward_head
from vedette.shield.proxy.forward.pool import Unreachable
from vedette.shield.proxy.forward.routes import Route
from vedette.shield.proxy.forward.tunnel import Tunnel
from vedette.shield.proxy.forward.upload import Upload
from vedette.shield.proxy.front.incoming import BadChunk, Incoming, Pace
from vedette.shield.proxy.front.wire import LOW, Gone, Late, Wire
from vedette.shield.proxy.http.chunks import LAST, chunk
from vedette.shield.proxy.http.framing import CHUNKED, UNTIL_CLOSE
from vedette.shield.proxy.http.refused import BadUpstream, Refused
from vedette.shield.proxy.http.request_head import RequestHead
from vedette.shield.proxy.http.response_head import ResponseHead, read_response_head
from vedette.shield.proxy.judged import Judged

if TYPE_CHECKING:
    from vedette.shield.proxy.session import Session

# RFC 9110 9.2.2: what may be sent again when a kept connection turns out to be closed
_REPEATABLE: Final = frozenset({b"GET", b"HEAD", b"OPTIONS", b"TRACE", b"PUT", b"DELETE"})
_MOST_INTERIM: Final = 16


async def forward(session: Session, head: RequestHead, started: float) -> bool:
    """Pass a request on. Raises Gone where the client went away."""
    return await Exchange(session, head, started).run()


class Exchange:
    """From a head that was read to an answer that was sent."""

    def __init__(self, session: Session, head: RequestHead, started: float) -> None:
        context = session.context
        times = context.settings.timeouts
        limits = context.settings.limits
        self._session = session
        self._context = context
        self._head = head
        self._wire = session.wire
        self._loop = context.loop
        self._started = started
        self._received = context.listeners.now()
        self._id = context.next_id()
        self._modern = head.protocol == b"HTTP/1.1"
        pace = Pace(times.body_grace, times.body_rate)
        self._body = Incoming(self._loop, self._wire, head.length, limits, pace)
        self._upload: Upload | None = None
        self._link: Wire | None = None
        self._answered = False
        self._status = 0
        self._sent = 0
        self._incident = ""
        self._upstream = ""
        self._client = self._who()
        upgrade = (
            head.upgrade if head.upgrade.decode("latin-1") in context.settings.upgrades else b""
        )
        self._upgrade = upgrade if head.length == 0 and head.method == b"GET" else b""

    async def run(self) -> bool:
        """Whether the connection may be used for another request. Raises Gone where the client
        went away."""
        judged = Judged(
            self._context.guard,
            self._request(),
            self._context.settings.fail_open,
            self._context.listeners.alarm,
        )
        try:
            return await self._through(judged)
        except Refused as refused:
            self._session.tell(refused)
            return await self._page(refused.status)
        except Unreachable as unreachable:
            return await self._page(504 if unreachable.late else 502)
        except BadUpstream as bad:
            return await self._page(504 if isinstance(bad, _UpstreamLate) else 502)
        finally:
            if self._upload is not None:
                await self._upload.stop()
            if self._link is not None:
                self._link.abort()
            judged.end()
            self._log()

    async def _through(self, judged: Judged) -> bool:
        block = judged.headers()
        if block is not None:
            return await self._block(block)
        first, seen, cut = await self._first(judged.body_wanted)
        block = judged.body(seen, cut)
        if block is not None:
            return await self._block(block)
        route = self._context.routes.find(self._head.host, self._head.path)
        if route is None:
            return await self._page(404)
        link, response = await self._ask(route, first)
        block = judged.response(
            Response(response.status, tuple(response.fields), response.protocol)
        )
        if block is not None:
            return await self._block(block)
        if response.status == 101:
            return await self._switch(link, response)
        pace = Pace(self._context.settings.timeouts.between, 0)
        limits = self._context.settings.limits
        body = Incoming(self._loop, link, response.length, limits, pace)
        held = b""
        wanted = judged.response_wanted()
        try:
            if wanted > 0:
                held = await body.gather(wanted)
                block = judged.response_body(held[:wanted], len(held) > wanted)
                if block is not None:
                    return await self._block(block)
            elif not body.done:
                held = body.ready(LOW)
        except Late:
            raise _UpstreamLate from None
        except (BadChunk, Gone):
            raise self._cause("response body") from None
        return await self._pass_on(link, route, response, body, held)

    async def _first(self, wanted: int) -> tuple[bytes, bytes, bool]:
        """The beginning of the body, as far as it was read; what of it is looked at; whether there
        is more of it."""
        body = self._body
        if body.done:
            return b"", b"", False
        most = self._context.settings.limits.body
        if most is not None and self._head.length > most:
            raise Refused(413, "body too long")
        if self._head.continue_wanted and not self._wire.buffer:
            self._wire.write(CONTINUE)
        if wanted <= 0:
            return b"", b"", False
        try:
            data = await body.gather(wanted if most is None else min(wanted, most))
        except BadChunk as bad:
            raise Refused(400, str(bad)) from None
        except Late:
            raise Refused(408, "body too slow") from None
        if most is not None and body.count > most:
            raise Refused(413, "body too long")
        return data, data[:wanted], len(data) > wanted

    async def _ask(self, route: Route, first: bytes) -> tuple[Wire, ResponseHead]:
        """Send the request on, and read the head of the answer."""
        body = self._body
        head = self._head
        self._upstream = f"{route.host}:{route.port}"
        length = len(first) if body.done else head.length
        authority = head.authority if route.keep_host and head.authority else route.authority
        onward = self._session.onward
        message = onward_head(head, onward, authority, length, self._upgrade)
        if first:
            message += chunk(first) if length == CHUNKED else first
        pool = self._context.pool
        link = pool.kept(route)
        kept = link is not None
        while True:
            if link is None:
                link = await pool.fresh(route)
            self._link = link
            link.write(message)
            if not body.done:
                self._upload = self._start_upload(link, length == CHUNKED)
            try:
                return link, await self._answer_head(link)
            except Gone:
                again = kept and self._upload is None and head.method in _REPEATABLE
                if not again or link.buffer:
                    raise self._cause("no answer") from None
                link.abort()
                link, kept = None, False

    def _start_upload(self, link: Wire, chunked: bool) -> Upload:
        times = self._context.settings.timeouts
        return Upload(
            self._loop,
            self._body,
            link,
            chunked,
            self._context.settings.limits.body,
            times.send,
            times.first_byte,
        )

    def _cause(self, reason: str) -> Exception:
        """Why the website's connection ended: its own doing, or the client's."""
        failure = self._upload.failure if self._upload is not None else None
        if isinstance(failure, Refused | Gone):
            return failure
        if isinstance(failure, BadChunk):
            return Refused(400, str(failure))
        if isinstance(failure, Late):
            return Refused(408, "body too slow")
        return BadUpstream(reason)

    async def _answer_head(self, link: Wire) -> ResponseHead:
        """The head of the final answer, or of a 101; interim ones are passed on."""
        limits = self._context.settings.limits
        buffer = link.buffer
        for _ in range(_MOST_INTERIM):
            while (end := buffer.find(b"\r\n\r\n", 0, limits.head)) < 0:
                if len(buffer) >= limits.head:
                    raise BadUpstream("head too long")
                sending = self._upload is not None and not self._upload.done
                wait = inf if sending else self._context.settings.timeouts.first_byte
                try:
                    if not await link.more(self._loop.time() + wait):
                        raise Gone
                except Late:
                    raise _UpstreamLate from None
            raw = bytes(buffer[: end + 4])
            del buffer[: end + 4]
            head = read_response_head(raw, self._head.method, limits)
            if head.status >= 200:
                return head
            if head.status == 101:
                if not self._upgrade:
                    raise BadUpstream("101 without an upgrade")
                return head
            if head.status != 100 and self._modern:
                self._wire.write(back_head(head, self._head.method, True, 0, True))
        raise BadUpstream("too many interim responses")

    async def _pass_on(
        self, link: Wire, route: Route, response: ResponseHead, body: Incoming, held: bytes
    ) -> bool:
        if body.done:
            length = len(held)
        elif response.length >= 0:
            length = response.length
        else:
            length = CHUNKED if self._modern else UNTIL_CLOSE
        keep = self._may_keep() and length != UNTIL_CLOSE
        head = back_head(response, self._head.method, self._modern, length, keep)
        chunked = length == CHUNKED
        self._answered = True
        self._status = response.status
        self._sent = len(held)
        wire = self._wire
        send = self._context.settings.timeouts.send
        try:
            wire.write(head + (chunk(held) if chunked and held else held))
            while not body.done:
                if data := await body.piece(LOW):
                    self._sent += len(data)
                    wire.write(chunk(data) if chunked else data)
                    await wire.drain(self._loop.time() + send)
            if chunked:
                wire.write(LAST)
            await wire.drain(self._loop.time() + send)
        except (Late, Gone, BadChunk):
            wire.abort()  # what was announced can't be kept; nobody may take it for whole
            return False
        if response.keep and (self._upload is None or self._upload.done):
            self._context.pool.give_back(route, link)
            self._link = None
        if not keep and not self._body.done:
            await self._session.linger()
        return keep

    async def _switch(self, link: Wire, response: ResponseHead) -> bool:
        self._answered = True
        self._status = 101
        self._wire.write(switching_head(response, self._upgrade))
        times = self._context.settings.timeouts
        tunnel = Tunnel(self._loop, self._wire, link, times.tunnel, times.send)
        try:
            await tunnel.run()
        finally:
            self._sent = tunnel.sent
        return False

    async def _block(self, block: Block) -> bool:
        """Answer in place of the website."""
        if self._answered:
            self._wire.abort()
            return False
        if self._upload is not None:
            await self._upload.stop()
        self._answered = True
        self._status = block.status
        self._incident = block.incident
        self._sent = len(block.body)
        keep = self._may_keep()
        await self._session.answer(block, self._head.method, self._modern, keep)
        if not keep and not self._body.done:
            await self._session.linger()
        return keep

    async def _page(self, status: int) -> bool:
        return await self._block(page(status))

    def _may_keep(self) -> bool:
        return self._head.keep and self._body.done and not self._context.draining

    def _who(self) -> str:
        """The client's address, as far as trusted peers say it."""
        peer = self._session.peer
        if not peer.trusted:
            return peer.address
        return client_of(peer.address, self._head.fields, self._context.trusted)

    def _request(self) -> Request:
        head = self._head
        peer = self._session.peer
        return Request(
            head.method,
            head.target,
            head.protocol,
            head.fields,
            self._client,
            peer.port if self._client == peer.address else 0,
            peer.server,
            peer.server_port,
            self._id,
            self._received,
        )

    def _log(self) -> None:
        log = self._context.log
        if log is None:
            return
        head = self._head
        log.write(
            Entry(
                received=self._received,
                client=self._client,
                method=head.method,
                target=head.target,
                protocol=head.protocol,
                host=head.host,
                status=self._status or 499,  # as nginx counts clients that went away
                sent=self._sent,
                seconds=self._loop.time() - self._started,
                referer=head.value(b"referer") or b"",
                agent=head.value(b"user-agent") or b"",
                unique_id=self._id,
                upstream=self._upstream,
                incident=self._incident,
            )
        )


class _UpstreamLate(BadUpstream):
    """The website took too long to answer."""
