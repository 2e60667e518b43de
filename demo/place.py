"""Where a demonstration happens: a temporary folder, ports on loopback, a configuration."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from demo.firm import DOMAIN, GATEWAY, NAME, REPORTS, WEBSITE, assets, employers

HERE: Final = Path(__file__).parent
HISTORY: Final = "48h"
"""How much must be stored before anything is done without a person; more of it is written."""


@dataclass(frozen=True, slots=True)
class Ports:
    """On loopback: of Vedette's doors. `console` is where people look."""

    mail: int
    web: int
    events: int
    syslog: int
    console: int


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` is all that there is of it on the disk."""

    folder: Path
    ports: Ports
    token: str = field(default_factory=lambda: token_hex(24))

    @property
    def config(self) -> Path:
        return self.folder / "vedette.yml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def access_log(self) -> Path:
        return self.folder / "logs" / "access.log"


def free_ports() -> Ports:
    """Ports that nobody listens at now; the console's own one where it is free."""
    sockets = [socket.socket() for _ in range(4)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        numbers = [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
    mail, web, events, syslog = numbers
    return Ports(mail, web, events, syslog, _console_port())


def _console_port() -> int:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", 8360))
        except OSError:
            one.close()
            with socket.socket() as other:
                other.bind(("127.0.0.1", 0))
                return int(other.getsockname()[1])
        return 8360


def write(place: Place, upstream: int, receiver: tuple[str, str], rules: Path | None) -> None:
    """The configuration and what it names. `upstream` is the website's port, `receiver` the
    address and the secret of the endpoint agent, `rules` a checkout of the Core Rule Set."""
    folder = place.folder
    (folder / "logs").mkdir()
    (folder / "own").mkdir()
    (folder / "own" / "employers.yml").write_text(employers())
    (folder / "assets.yml").write_text(assets())
    for name, secret in (("events.token", place.token), ("receiver.secret", receiver[1])):
        path = folder / name
        path.touch(0o600)
        path.write_text(secret)
    ports = place.ports
    place.config.write_text(
        _CONFIG.format(
            data=json.dumps(str(place.data)),
            folder=json.dumps(str(folder))[1:-1],
            mail=ports.mail,
            web=ports.web,
            events=ports.events,
            syslog=ports.syslog,
            console=ports.console,
            upstream=upstream,
            receiver=receiver[0],
            rules=json.dumps(str(rules or HERE / "rules")),
            playbooks=json.dumps(str(HERE / "playbooks")),
            access_log=json.dumps(str(place.access_log)),
            gateway=GATEWAY,
            domain=DOMAIN,
            website=WEBSITE,
            name=NAME,
            reports=REPORTS,
            history=HISTORY,
        )
    )


_CONFIG: Final = """\
# Halden Optronics (invented). Written by the demonstration; gone when it ends.
data_dir: {data}
sources:
- {{name: mail, kind: milter, listen: "127.0.0.1:{mail}", mode: quarantine}}
- name: website
  kind: shield
  listen: 127.0.0.1:{web}
  rules: {rules}
  trusted_proxies: [127.0.0.1]
  client_from: x-forwarded-for
  access_log: {access_log}
  sites:
  - {{name: www, hosts: [{website}], upstream: "http://127.0.0.1:{upstream}", mode: shadow}}
- {{name: website-log, kind: file, paths: [{access_log}], format: access}}
- name: workstations
  kind: http
  listen: 127.0.0.1:{events}
  tokens: ["file:{folder}/events.token"]
  format: windows
- {{name: servers, kind: syslog, listen: "127.0.0.1:{syslog}", protocol: tcp}}
lures:
  employers: ["{folder}/own"]
  trust: [{gateway}]
  dns: false
rules: {{installed: false}}
correlation: {{lateness: 8s, idle: 3s}}
response:
  assets: "{folder}/assets.yml"
  domains: [{domain}]
  playbooks: [{playbooks}]
  history: {history}
  modes:
    # What is easily taken back and touches nobody else is done at once ...
    hold-message: {{mode: act}}
    refuse-url: {{mode: act}}
    refuse-client: {{mode: act}}
    # ... what loses mail, or costs somebody their computer, waits for a person. All else is shadow.
    refuse-sender: {{mode: ask}}
    isolate-host: {{mode: ask, people: 1}}
  mail: {{postfix: true, spared: [{reports}]}}
  webhooks:
  - name: endpoint-agent
    url: "{receiver}"
    secret: "file:{folder}/receiver.secret"
    kinds: [isolate-host]
    allow_private: true
console: {{listen: "127.0.0.1:{console}", title: "{name}"}}
log: {{level: warning, format: text}}
"""
