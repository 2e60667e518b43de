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
