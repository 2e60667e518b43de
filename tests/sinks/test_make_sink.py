"""Sinks from the sections of a real configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

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


def test_authorities_are_read_when_the_sink_is_made(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    (tmp_path / "bad.pem").write_text("no certificate")
    sinks = """\
sinks:
  - {name: w, kind: webhook, url: "https://soc.example/hook", ca: FILE}
  - {name: s, kind: syslog, host: 127.0.0.1, protocol: tls, ca: FILE}
"""
    for name, fine in (("ca.pem", True), ("bad.pem", False), ("none.pem", False)):
        (tmp_path / "v.yml").write_text(sinks.replace("FILE", name))
        for sink in load_config(tmp_path / "v.yml", {}).sinks:
            if fine:
                assert make_sink(sink).name == sink.name
            else:
                with pytest.raises(ConfigError, match="must be a PEM file"):
                    make_sink(sink)
