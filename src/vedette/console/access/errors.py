"""What can be wrong with what somebody asks of `access`."""

from __future__ import annotations

from vedette.model.errors import VedetteError


class PolicyError(VedetteError, ValueError):
    """A name or password that is not taken; the message says why, to whoever chose it."""


class NotFoundError(VedetteError, LookupError):
    """Nobody and nothing has that id or name."""


class SignOnError(VedetteError):
    """Single sign-on did not end in an entry. The message may be shown; it holds no secret."""


class KeyReusedError(VedetteError):
    """An idempotency key that came before with another request."""


class KeyPendingError(VedetteError):
    """The request with this idempotency key is under way, or was cut off: nobody knows whether it
    was done."""
