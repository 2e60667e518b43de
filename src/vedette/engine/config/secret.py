"""Secrets are never written into the configuration, only where to find them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vedette.model.errors import ConfigError

MAX_SECRET = 64 << 10
"""Bytes of a secret's file; more is a mistaken path."""

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class SecretRef:
    """`file:/path` or `env:NAME`. Its text names the place, never the secret itself."""

    scheme: str
    place: str

    @classmethod
    def parse(cls, value: object, base: Path | None = None) -> SecretRef:
        """Read a reference; a relative file is below `base`. Raises ValueError without
        repeating the value, which may be the secret itself."""
        if isinstance(value, SecretRef):
            return value
        fix = "write file:/path/to/a/file or env:NAME_OF_A_VARIABLE"
        scheme, colon, place = value.partition(":") if isinstance(value, str) else ("", "", "")
        if not colon or scheme not in ("file", "env"):
            raise ValueError(f"a secret may not stand in the configuration itself; {fix}")
        if scheme == "env" and not _ENV_NAME.match(place):
            raise ValueError(f"env: must be followed by the name of a variable; {fix}")
        if scheme == "file":
            if not place or "\0" in place:
                raise ValueError(f"file: must be followed by a path; {fix}")
            place = str((base or Path()) / place)
        return cls(scheme, place)

    def resolve(self, environ: Mapping[str, str] | None = None) -> str:
        """The secret, without the newline that ends a file. Raises ConfigError where it is
        absent, unreadable, empty or too large."""
        if self.scheme == "env":
            text = (os.environ if environ is None else environ).get(self.place, "")
            if not text:
                raise ConfigError([f"{self}: the variable is not set; set it for this process"])
            return text
        try:
            with Path(self.place).open("rb") as file:
                data = file.read(MAX_SECRET + 1)
        except OSError as error:
            raise ConfigError(
                [f"{self}: can't be read ({error.strerror}); make it readable for this user"]
            ) from error
        if len(data) > MAX_SECRET:
            raise ConfigError([f"{self}: is longer than {MAX_SECRET} bytes; check the path"])
        try:
            text = data.decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise ConfigError([f"{self}: is not UTF-8 text; check the path"]) from error
        if not text:
            raise ConfigError([f"{self}: is empty; write the secret into it"])
        return text

    def __str__(self) -> str:
        return f"{self.scheme}:{self.place}"
