"""The whole configuration as types. Imports pydantic: reach it through `load.py` alone.

Durations are int microseconds and sizes int bytes. Every key carries its description; the
reference in the documentation is checked against them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from vedette.engine.config.console_schema import ConsoleConfig
from vedette.engine.config.lure_schema import LuresConfig
from vedette.engine.config.response_schema import ResponseConfig
from vedette.engine.config.section import Section
from vedette.engine.config.source_schema import AnySource
from vedette.engine.config.types import (
    ConfigPath,
    Duration,
    HeaderValue,
    Listen,
    Name,
    Port,
    Secret,
    Size,
    Text,
)

Level = Literal["informational", "low", "medium", "high", "critical"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND

_SECRET_HEADER = re.compile(r"auth|token|secret|cookie|api-?key|password", re.IGNORECASE)


class RulesConfig(Section):
    """Which rules judge the events."""

    paths: list[ConfigPath] = Field(
        default_factory=list, description="Sigma rule files, folders or zips besides the bundled."
    )
    bundled: bool = Field(default=True, description="Use the rules that come with Vedette.")
    installed: bool = Field(default=True, description="Use the rules of `vedette rules install`.")
    mappings: list[ConfigPath] = Field(
        default_factory=list, description="Field mappings of your own (YAML files or folders)."
    )
    expand: dict[str, list[Text]] = Field(
        default_factory=dict,
        description="Values for `|expand` placeholders: name to list of values.",
    )
    exclude_ids: list[Text] = Field(
        default_factory=list, description="Ids of rules that are not to run."
    )
    min_level: Level = Field(
        default="informational", description="Rules below this level do not run."
    )


class CorrelationConfig(Section):
    """How events are put together over time."""

    lateness: Duration = Field(
        default=5 * MINUTE, description="How late an event may come and still count in its window."
    )
    idle: Duration = Field(
        default=MINUTE,
        description="After this long without events a source no longer holds time back.",
    )
    max_groups: int = Field(
        default=100_000,
        description="Groups kept per rule; overflow is an alert.",
        ge=1,
        le=100_000_000,
    )
    max_events_per_group: int = Field(
        default=10_000,
        description="Events kept per group; overflow is an alert.",
        ge=1,
        le=10_000_000,
    )


class RetentionConfig(Section):
    """How much is kept; whichever limit is met first."""

    age: Duration | None = Field(
        default=30 * DAY, description="Events older than this are deleted; null keeps them.", gt=0
    )
    bytes: Size | None = Field(
        default=None, description="The oldest events go when the store is larger than this.", gt=0
    )


class SegmentConfig(Section):
    """When a file of stored events is complete."""

    rows: int = Field(
        default=262_144, description="Events per segment at most.", ge=1, le=16_777_216
    )
    bytes: Size = Field(
        default=128_000_000, description="Bytes of raw events per segment.", ge=65_536
    )
    age: Duration = Field(
        default=60 * SECOND, description="A segment is closed after this long at the latest.", gt=0
    )


class StoreConfig(Section):
    """Where events are kept."""

    path: ConfigPath | None = Field(
        default=None, description="Folder of the stored events; left out, `events` below data_dir."
    )
    retention: RetentionConfig = Field(
        default_factory=RetentionConfig, description="How much is kept."
    )
    segment: SegmentConfig = Field(
        default_factory=SegmentConfig, description="When a file of stored events is complete."
    )


class QueueConfig(Section):
    """What waits between sources and detection."""

    memory_bytes: Size = Field(
        default=256_000_000,
        description="Bytes that wait in memory before they go to disk.",
        ge=1_048_576,
    )
    spill_bytes: Size = Field(
        default=4_000_000_000, description="Bytes that wait on disk before sources are held up."
    )


class SinkConfig(Section):
    """What every kind of sink has."""

    name: Name = Field(description="The sink's name in status and saved positions.")


class FileSinkConfig(SinkConfig):
    """Findings appended to a file, one JSON object a line."""

    kind: Literal["file"] = Field(description="What the sink is: file, webhook or syslog.")
    path: ConfigPath = Field(description="The file to append to.")
    format: Literal["json", "ocsf"] = Field(default="json", description="The form of each finding.")


class WebhookSinkConfig(SinkConfig):
    """Findings sent by signed HTTP POST."""

    kind: Literal["webhook"] = Field(description="What the sink is: file, webhook or syslog.")
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] = Field(
        description="Where to POST to; http:// or https://."
    )
    secret: Secret | None = Field(
        default=None, description="Reference to the key of the HMAC-SHA256 signature."
    )
    headers: dict[str, HeaderValue] = Field(
        default_factory=dict,
        description="More headers; a value that begins with file: or env: is a secret's place.",
    )
    timeout: Duration = Field(default=10 * SECOND, description="How long an answer may take.", gt=0)
    format: Literal["json", "ocsf"] = Field(default="json", description="The form of each finding.")
    ca: ConfigPath | None = Field(
        default=None,
        description="PEM file of the authorities to trust with https; else the system's.",
    )
    allow_private: bool = Field(
        default=False, description="It may have an address of the firm's own network."
    )

    @field_validator("headers")
    @classmethod
    def _no_literal_secrets(cls, headers: dict[str, HeaderValue]) -> dict[str, HeaderValue]:
        for name, value in headers.items():
            if isinstance(value, str) and _SECRET_HEADER.search(name):
                raise ValueError(
                    f"{name} looks like a secret, which may not stand in the configuration "
                    "itself; write file:/path/to/a/file or env:NAME_OF_A_VARIABLE"
                )
        return headers


class SyslogSinkConfig(SinkConfig):
    """Findings sent as RFC 5424 messages."""

    kind: Literal["syslog"] = Field(description="What the sink is: file, webhook or syslog.")
    host: Text = Field(description="Where to send to.")
    port: Port = Field(default=514, description="The receiver's port.")
    protocol: Literal["udp", "tcp", "tls"] = Field(default="udp", description="The transport.")
    format: Literal["json", "ocsf"] = Field(default="json", description="The form of each finding.")
    ca: ConfigPath | None = Field(
        default=None,
        description="PEM file of the authorities to trust with tls; else the system's.",
    )


AnySink = Annotated[
    FileSinkConfig | WebhookSinkConfig | SyslogSinkConfig, Field(discriminator="kind")
]


class MetricsConfig(Section):
    """Figures about Vedette itself."""

    listen: Listen | None = Field(
        default=None,
        description="Serve /metrics, /livez and /readyz at this address; off if left out.",
    )


class LogConfig(Section):
    """Vedette's own log, on stderr."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Messages below this level are left out."
    )
    format: Literal["json", "text"] = Field(
        default="json", description="One JSON object a line, or text."
    )


class Config(Section):
    """Everything `vedette watch` needs to know."""

    data_dir: ConfigPath = Field(
        default=Path("/var/lib/vedette"),
        description="Folder of the store, of state and of what is installed.",
    )
    sources: list[AnySource] = Field(default_factory=list, description="Where events come from.")
    rules: RulesConfig = Field(default_factory=RulesConfig, description="Which rules run.")
    correlation: CorrelationConfig = Field(
        default_factory=CorrelationConfig, description="How events are put together over time."
    )
    store: StoreConfig = Field(default_factory=StoreConfig, description="Where events are kept.")
    queue: QueueConfig = Field(
        default_factory=QueueConfig, description="What waits between sources and detection."
    )
    sinks: list[AnySink] = Field(default_factory=list, description="Where findings go.")
    lures: LuresConfig = Field(
        default_factory=LuresConfig, description="How messages are examined for recruiter lures."
    )
    response: ResponseConfig = Field(
        default_factory=ResponseConfig, description="What is done about incidents."
    )
    console: ConsoleConfig = Field(
        default_factory=ConsoleConfig, description="The console in a browser, and the API."
    )
    metrics: MetricsConfig = Field(
        default_factory=MetricsConfig, description="Figures about Vedette itself."
    )
    log: LogConfig = Field(default_factory=LogConfig, description="Vedette's own log.")

    @property
    def store_path(self) -> Path:
        """The folder of the stored events."""
        return self.store.path or self.data_dir / "events"
