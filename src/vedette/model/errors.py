"""The one root of every error that Vedette raises on purpose."""

from __future__ import annotations


class VedetteError(Exception):
    """Something the user can act on.

    The message reads `where: what is wrong; what to do`. Children also inherit the standard
    library's error of the same kind, so that callers may catch either.
    """


class ConfigError(VedetteError, ValueError):
    """One or more faults in a configuration or rule file; `faults` holds them all."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UnreadableError(VedetteError, OSError):
    """A file, stream or event that can't be read at all."""


class RefusedError(VedetteError):
    """Raised by a sink: these findings will never be accepted, trying again is of no use."""


class BusyError(VedetteError, BlockingIOError):
    """Something that only one process may use is in use by another."""


class ActuatorError(VedetteError):
    """An action that could not be planned, done, asked for or taken back: why, and what to do."""


class DestinationError(VedetteError):
    """A name that leads where no request may go."""
