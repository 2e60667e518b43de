"""The reverse proxy in one event loop."""

from __future__ import annotations

import asyncio
import socket

from vedette.model.errors import ConfigError
from vedette.shield.client import trusted_peers
from vedette.shield.guarding import Guard
from vedette.shield.proxy.context import Context, Listeners
from vedette.shield.proxy.exchange import forward
from vedette.shield.proxy.forward.routes import Routes
from vedette.shield.proxy.front.accepting import Accepting
from vedette.shield.proxy.front.tls import server_context
from vedette.shield.proxy.front.wire import Wire
from vedette.shield.proxy.session import Handle, Peer, Session
from vedette.shield.proxy.settings import ProxySettings

_LOOK_AGAIN = 0.05


def listen(settings: ProxySettings) -> socket.socket:
    """The socket to accept from; several processes may have one of their own at the same port.
    Raises OSError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setblocking(False)
        made.bind((settings.host, settings.port))
    except OSError:
        made.close()
        raise
    return made


class Proxy:
    """Runs in the loop that `start` is called in."""

    def __init__(
        self,
        settings: ProxySettings,
        guard: Guard,
        listeners: Listeners,
        handle: Handle | None = None,
    ) -> None:
        """`handle` answers requests otherwise than by passing them on. Raises ConfigError where
        the settings can't be kept."""
        if handle is None and not settings.upstreams:
            raise ConfigError(["no upstream: name at least one website"])
        Routes(settings.upstreams)
        self._handle = handle or forward
        trusted_peers(settings.trusted)
        self._settings = settings
        self._tls = server_context(settings.tls) if settings.tls is not None else None
        self._guard = guard
        self._listeners = listeners
        self._sessions: set[Session] = set()
        self._context: Context | None = None
        self._accepting: Accepting | None = None
        self.port = 0

    async def start(self, listening: socket.socket | None = None) -> None:
        """Accept connections. Raises OSError, ConfigError."""
        context = Context(asyncio.get_running_loop(), self._settings, self._guard, self._listeners)
        made = listening if listening is not None else listen(self._settings)
        made.listen(self._settings.connections.backlog)
        self.port = made.getsockname()[1]
        context.sweep.start()
        self._context = context
        self._accepting = Accepting(context, made, self._tls, self._serve)
        self._accepting.start()

    async def drain(self) -> None:
        """Accept no more, let what is under way end within the time given, then close all."""
        context, accepting = self._context, self._accepting
        if context is None or accepting is None:
            return
        times = self._settings.timeouts
        context.draining = True
        accepting.stop()
        for session in tuple(self._sessions):
            if session.idle:
                session.wire.finish(context.loop.time() + times.send)
        until = context.loop.time() + times.drain
        while accepting.busy and context.loop.time() < until:  # noqa: ASYNC110 - rare and short
            await asyncio.sleep(_LOOK_AGAIN)
        accepting.abort()
        context.pool.close()
        await asyncio.sleep(0)
        while accepting.busy:  # noqa: ASYNC110 - cut connections are gone within a turn or two
            await asyncio.sleep(_LOOK_AGAIN)
        context.sweep.stop()
        if context.log is not None:
            context.log.close()

    @property
    def inside(self) -> int:
        """Connections of clients."""
        return self._context.door.inside if self._context is not None else 0

    @property
    def turned_away(self) -> int:
        """Connections refused so far because there were too many."""
        return self._context.door.turned_away if self._context is not None else 0

    async def _serve(self, wire: Wire, peer: Peer) -> None:
        assert self._context is not None
        session = Session(self._context, wire, peer, self._handle)
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)
