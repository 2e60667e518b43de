"""What sinks ask of a configuration. The shapes are those of the sections under `sinks:`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

from vedette.model.finding import Finding

Form = Literal["json", "ocsf"]
"""How a finding is written."""


class SecretPlace(Protocol):
    """Where a secret lies."""

    def resolve(self) -> str:
        """The secret. Raises ConfigError."""
        ...


class FileSettings(Protocol):
    """Findings appended to a file."""

    @property
    def kind(self) -> Literal["file"]: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def format(self) -> Form: ...


class WebhookSettings(Protocol):
    """Findings sent by HTTP; `timeout` in microseconds, `ca` is a PEM file."""

    @property
    def kind(self) -> Literal["webhook"]: ...
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def secret(self) -> SecretPlace | None: ...
    @property
    def headers(self) -> Mapping[str, str | SecretPlace]: ...
    @property
    def timeout(self) -> int: ...
    @property
    def format(self) -> Form: ...
    @property
    def ca(self) -> Path | None: ...
    @property
    def allow_private(self) -> bool: ...


class SyslogSettings(Protocol):
    """Findings sent as syslog; `ca` is a PEM file."""

    @property
    def kind(self) -> Literal["syslog"]: ...
    @property
    def name(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def protocol(self) -> Literal["udp", "tcp", "tls"]: ...
    @property
    def format(self) -> Form: ...
    @property
    def ca(self) -> Path | None: ...


def encoder(form: Form) -> Callable[[Finding], bytes]:
    """What writes a finding as one line of this form."""
    if form == "ocsf":
        from vedette.findings import ocsf

        return ocsf.line
    from vedette.findings import ndjson

    return ndjson.line
