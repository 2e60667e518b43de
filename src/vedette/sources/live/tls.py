"""The server's side of TLS for listeners."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from vedette.model.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files: the certificate with its chain, its key, and the authorities whose clients alone
    may connect (None: clients need no certificate)."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer. Raises ConfigError where a file is missing or of no use."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            fix = "both must be PEM files that belong together"
            raise ConfigError([f"{self.certificate}, {self.key}: {error}; {fix}"]) from error
        if self.client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            try:
                context.load_verify_locations(self.client_ca)
            except (OSError, ValueError) as error:
                fix = "it must be a PEM file of certificates"
                raise ConfigError([f"{self.client_ca}: {error}; {fix}"]) from error
        return context
