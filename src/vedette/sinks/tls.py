"""The client's side of TLS, for sinks that connect to a receiver."""

from __future__ import annotations

import ssl
from pathlib import Path

from vedette.model.errors import ConfigError


def client_context(ca: Path | None) -> ssl.SSLContext:
    """Verifies the receiver and its name, TLS 1.2 or newer; `ca` is a PEM file of authorities
    (None: the system's). Raises ConfigError where the file is of no use."""
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    except (OSError, ValueError) as error:
        fix = "it must be a PEM file of certificates"
        raise ConfigError([f"{ca}: {error}; {fix}"]) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
