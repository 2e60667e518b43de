"""TLS in front of the proxy."""

from __future__ import annotations

import ssl

from vedette.model.errors import ConfigError
from vedette.shield.proxy.settings import Tls


def server_context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.2 and later, HTTP/1.1 alone. Raises ConfigError where the files can't be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(tls.certificate, tls.key)
        if tls.client_ca is not None:
            context.load_verify_locations(tls.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(str(path) for path in (tls.certificate, tls.key, tls.client_ca) if path)
        raise ConfigError([f"TLS: {files}: {error}"]) from error
    return context
