"""The kinds of value that stand in a configuration beyond plain text and numbers.

Imports pydantic: only `schema.py` may import this module.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo

from vedette.engine.config.secret import SecretRef
from vedette.engine.config.units import format_duration, format_size, parse_duration, parse_size

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?\Z")


class Address(NamedTuple):
    """Where to listen or to connect to. Port 0 lets the system choose (for tests)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(value: object) -> Address:
    """`127.0.0.1:514`, `[::1]:514` or `name:514`. Raises ValueError that says how to write it."""
    fix = "write host:port, such as 127.0.0.1:6514 or [::]:6514"
    if isinstance(value, Address):
        return value
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{value!r} is not an address; {fix}")
    if host.startswith("[") and host.endswith("]"):
        try:
            return Address(str(ipaddress.IPv6Address(host[1:-1])), int(port))
        except ValueError as error:
            raise ValueError(f"{value!r} is not an address; {fix}") from error
    if not _HOST.match(host):
        raise ValueError(f"{value!r} is not an address; {fix}")
    return Address(host, int(port))


def base_of(info: ValidationInfo) -> Path:
    """The folder that relative paths start from: that of the main configuration file."""
    return Path((info.context or {}).get("base", "."))


def _path(value: Any, info: ValidationInfo) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{value!r} is not a path; write a path such as /var/lib/vedette")
    return base_of(info) / value


def _glob(value: Any, info: ValidationInfo) -> str:
    return str(_path(value, info))


def _secret(value: Any, info: ValidationInfo) -> SecretRef:
    return SecretRef.parse(value, base_of(info))


def _header(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str) and value.startswith(("file:", "env:")):
        return SecretRef.parse(value, base_of(info))
    return value


def _port(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a port; write a number from 1 to 65535")
    return value


Duration = Annotated[
    int, BeforeValidator(parse_duration), PlainSerializer(format_duration, when_used="json")
]
"""Microseconds, written `5m`."""

Size = Annotated[int, BeforeValidator(parse_size), PlainSerializer(format_size, when_used="json")]
"""Bytes, written `512MB`."""

ConfigPath = Annotated[Path, BeforeValidator(_path)]
"""A path; a relative one starts from the folder of the main configuration file."""

Glob = Annotated[str, BeforeValidator(_glob)]
"""A path that may hold `*`, `?`, `[..]` and `**`; relative as above."""

Secret = Annotated[SecretRef, BeforeValidator(_secret)]
HeaderValue = Annotated[str | SecretRef, BeforeValidator(_header)]
"""Plain text, or the reference to a secret."""

Listen = Annotated[Address, BeforeValidator(parse_address)]
Port = Annotated[int, BeforeValidator(_port), Field(ge=1, le=65535)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Text = Annotated[str, Field(min_length=1, max_length=4096)]
