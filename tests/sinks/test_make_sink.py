"""Sinks from the sections of a real configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.engine.config import load_config
from vedette.model.errors import ConfigError
from vedette.sinks import make_sink
from vedette.sinks.file import FileSink
from vedette.sinks.syslog import SyslogSink
from vedette.sinks.webhook import WebhookSink

CONFIG = """\
sinks:
  - {name: a, kind: file, path: out.ndjson, format: ocsf}
  - name: b
    kind: webhook
    url: https://soc.example/hook
    secret: env:HOOK_KEY
    headers: {Authorization: env:HOOK_TOKEN, X-Team: soc}
  - {name: c, kind: syslog, host: 127.0.0.1, protocol: udp}
"""


def test_each_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "v.yml").write_text(CONFIG)
    config = load_config(tmp_path / "v.yml", {})
    monkeypatch.delenv("HOOK_KEY", raising=False)
    with pytest.raises(ConfigError, match="HOOK_KEY"):
        [make_sink(sink) for sink in config.sinks]
    monkeypatch.setenv("HOOK_KEY", "k")
    monkeypatch.setenv("HOOK_TOKEN", "t")
    sinks = [make_sink(sink) for sink in config.sinks]
    assert [(type(sink), sink.name) for sink in sinks] == [
        (FileSink, "a"),
        (WebhookSink, "b"),
        (SyslogSink, "c"),
    ]
