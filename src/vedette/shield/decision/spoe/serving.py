"""Listening for HAProxy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vedette.shield.decision.spoe.agent import Agent, SpoeSettings
from vedette.shield.guarding import Guard
from vedette.shield.proxy.judged import Alarm

_LOOK = 1.0


class SpoeService:
    """Runs in the loop that `start` is called in."""

    def __init__(
        self, settings: SpoeSettings, guard: Guard, alarm: Alarm, now: Callable[[], int]
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._alarm = alarm
        self._now = now
        self._agents: set[Agent] = set()
        self._server: asyncio.Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.port = 0

    async def start(self) -> None:
        """Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._made, self._settings.host, self._settings.port
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._timer = loop.call_later(_LOOK, self._look, loop)

    async def stop(self) -> None:
        """Say goodbye to all. HAProxy sends its next questions to another agent, or does without,
        as it is configured."""
        if self._server is None:
            return
        self._server.close()
        if self._timer is not None:
            self._timer.cancel()
        for agent in tuple(self._agents):
            agent.goodbye()
        await asyncio.sleep(0.05)
        for agent in tuple(self._agents):
            agent.abort()
        await self._server.wait_closed()

    def _made(self) -> Agent:
        agent = Agent(self._settings, self._guard, self._alarm, self._now, self._agents.discard)
        if len(self._agents) >= self._settings.connections:
            self._alarm("SPOE: too many connections; the one heard least lately is closed")
            min(self._agents, key=lambda known: known.heard).goodbye()
        self._agents.add(agent)
        return agent

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for agent in tuple(self._agents):
            if agent.late(now):
                agent.goodbye(2, "timeout")
        self._timer = loop.call_later(_LOOK, self._look, loop)
