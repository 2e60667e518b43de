"""The `sources` of a configuration. Imports pydantic: reach it through `load.py` alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vedette.engine.config.lure_schema import (
    KIND,
    FolderSourceConfig,
    ImapSourceConfig,
    MilterSourceConfig,
)
from vedette.engine.config.section import Section, SourceConfig
from vedette.engine.config.shield_schema import ShieldSourceConfig
from vedette.engine.config.types import (
    ConfigPath,
    Duration,
    Glob,
    Listen,
    Secret,
    Size,
    Text,
)


class TlsConfig(Section):
    """The server's side of TLS (1.2 or newer)."""

    certificate: ConfigPath = Field(description="PEM file with the certificate and its chain.")
    key: ConfigPath = Field(description="PEM file with the certificate's private key.")
    client_ca: ConfigPath | None = Field(
        default=None,
        description="PEM file of the authorities whose clients may connect; left out, clients "
        "need no certificate.",
    )


class FileSourceConfig(SourceConfig):
    """Files and folders that grow."""

    kind: Literal["file"] = Field(description=KIND)
    paths: list[Glob] = Field(description="Files, folders or globs to follow.", min_length=1)
    format: Text | None = Field(
        default=None,
        description="How to read the files; left out, it is recognised from the content.",
    )
    exclude: list[Text] = Field(
        default_factory=list,
        description="Globs of file names (or whole paths) to leave out.",
    )
    recursive: bool = Field(default=False, description="Follow the folders inside of folders too.")
    start: Literal["beginning", "end"] = Field(
        default="beginning",
        alias="from",
        description="Where to begin in files that are there at the very first start; files "
        "that come later are read from their beginning.",
    )
    compressed: bool = Field(
        default=False, description="Read .gz and .zst files too; otherwise they are ignored."
    )
    poll: Duration = Field(
        default=250_000, description="How often files are looked at.", ge=10_000, le=60_000_000
    )
    settle: Duration = Field(
        default=2_000_000,
        description="How long a file that is read as a whole (EVTX, Parquet, a JSON array, a "
        "compressed file) must stay unchanged first.",
    )
    rotate_wait: Duration = Field(
        default=5_000_000,
        description="How long a renamed or deleted file must stay quiet before it is given up "
        "and its last line read even without a line's end.",
    )
    max_open_files: int = Field(default=256, description="Files kept open at once.", ge=1, le=65536)
    max_files: int = Field(default=10_000, description="Files followed at once.", ge=1, le=200_000)


class SyslogSourceConfig(SourceConfig):
    """A listener for syslog, RFC 5424 and RFC 3164."""

    kind: Literal["syslog"] = Field(description=KIND)
    listen: Listen = Field(description="Address and port to listen at: 127.0.0.1:5514.")
    protocol: Literal["udp", "tcp", "tls"] = Field(default="udp", description="The transport.")
    tls: TlsConfig | None = Field(default=None, description="Certificate and key; needed for tls.")
    payload: Literal["auto", "syslog"] = Field(
        default="auto",
        description="auto: a message that carries auditd, Sysmon for Linux or JSON is read as "
        "that; syslog: every message stays a syslog message.",
    )
    max_message: Size = Field(
        default=65_536,
        description="The largest message; longer ones are counted.",
        ge=480,
        le=16_777_216,
    )
    max_connections: int = Field(
        default=1024, description="Senders connected at once.", ge=1, le=65536
    )
    idle_timeout: Duration = Field(
        default=3_600_000_000, description="Close a connection that was silent for this long.", gt=0
    )
    queue: Size = Field(
        default=16_000_000,
        description="Bytes received and not read yet; beyond it TCP waits and UDP drops.",
        ge=65_536,
    )

    @model_validator(mode="after")
    def _tls_is_whole(self) -> SyslogSourceConfig:
        if (self.protocol == "tls") != (self.tls is not None):
            raise ValueError(
                "protocol: tls and tls: {certificate, key} go together; add the one that is missing"
            )
        return self


class HttpSourceConfig(SourceConfig):
    """A listener for events by HTTP POST to /v1/events."""

    kind: Literal["http"] = Field(description=KIND)
    listen: Listen = Field(description="Address and port to listen at: 127.0.0.1:8514.")
    tokens: list[Secret] = Field(
        description="References to the bearer tokens that are accepted.", min_length=1
    )
    tls: TlsConfig | None = Field(default=None, description="Certificate and key, to serve HTTPS.")
    format: Text | None = Field(
        default=None,
        description="What all events are; left out, it is recognised from each event.",
    )
    max_body: Size = Field(
        default=8_000_000, description="The largest body as it is sent.", ge=1024
    )
    max_decompressed: Size = Field(
        default=32_000_000, description="The largest body once decompressed.", ge=1024
    )
    queue: Size = Field(
        default=64_000_000,
        description="Bytes accepted and not stored yet; beyond it senders are told 429.",
        ge=1024,
    )
    max_connections: int = Field(default=1024, description="Connections at once.", ge=1, le=65536)


LogSource = FileSourceConfig | SyslogSourceConfig | HttpSourceConfig
AnySource = Annotated[
    LogSource | MilterSourceConfig | ImapSourceConfig | FolderSourceConfig | ShieldSourceConfig,
    Field(discriminator="kind"),
]
