"""Where findings go: files, webhooks, syslog."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vedette.sinks.file import FileSink
    from vedette.sinks.settings import FileSettings, SyslogSettings, WebhookSettings
    from vedette.sinks.syslog import SyslogSink
    from vedette.sinks.webhook import WebhookSink


def make_sink(
    config: FileSettings | WebhookSettings | SyslogSettings,
) -> FileSink | WebhookSink | SyslogSink:
    """The sink of one section of the configuration. Secrets are resolved now. Opens nothing yet.
    Raises ConfigError."""
    if config.kind == "file":
        from vedette.sinks.file import FileSink

        return FileSink(config.name, config.path, config.format)
    if config.kind == "webhook":
        from vedette.sinks.webhook import WebhookSink

        return WebhookSink(
            config.name,
            config.url,
            secret=None if config.secret is None else config.secret.resolve(),
            headers={
                name: value if isinstance(value, str) else value.resolve()
                for name, value in config.headers.items()
            },
            timeout=config.timeout / 1_000_000,
            form=config.format,
            ca=config.ca,
            allow_private=config.allow_private,
        )
    from vedette.sinks.syslog import SyslogSink

    return SyslogSink(
        config.name,
        config.host,
        config.port,
        config.protocol,
        form=config.format,
        ca=config.ca,
    )
