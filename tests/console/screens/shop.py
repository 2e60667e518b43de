"""A firm with a website: stored records as a shield writes them, and a small pack of rules."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson

from console.firm import NOW, Firm, firm
from shield.small_pack import write_pack
from store.stored import write
from vedette.console.table import API
from vedette.model.batch import Batch, DictRows
from vedette.model.instant import rfc3339
from vedette.shield.live.source import FORMAT, LOGSOURCE

MINUTE: Final = 60_000_000
EVIL: Final = "<b>&\u202e"
CONFIG: Final = """\
data_dir: data
console: {listen: "127.0.0.1:8360"}
response: {domains: [halden.example], otherwise: {mode: ask}}
sources:
- kind: shield
  name: web
  listen: 127.0.0.1:8080
  rules: crs
  sites:
  - {name: shop, hosts: [shop.example], upstream: "http://127.0.0.1:8000",
     paths: [{path: /admin, mode: enforce, paranoia: 2}]}
"""


def hit(value: str, parameter: str = "ARGS:q", rule: int = 942100) -> dict[str, Any]:
    return {
        "rule": rule, "msg": f"SQL {EVIL}", "severity": 2, "tags": ["attack-sqli"],
        "variable": parameter, "parameter": parameter, "value": value,
    }  # fmt: skip


def request(number: int, template: str = "/search", action: str = "would_block") -> dict[str, Any]:
    """One of a visitor's."""
    return {
        "kind": "request", "time": rfc3339(NOW - number * MINUTE), "site": "shop",
        "host": "shop.example", "method": "GET", "path": template, "template": template,
        "client": f"100.{65 + number % 9}.{number % 9}.7", "action": action, "mode": "shadow",
        "status": 200, "score": 5, "before": 9, "threshold": 5, "rule": 949110, "phase": 2,
        "id": f"u{number}{template}", "judged_us": 100, "hits": [hit(f"union {EVIL}")],
    }  # fmt: skip


def traffic(number: int, template: str, requests: int) -> dict[str, Any]:
    return {
        "kind": "traffic", "time": rfc3339(NOW - number * MINUTE),
        "since": rfc3339(NOW - (number + 1) * MINUTE), "site": "shop", "template": template,
        "requests": requests, "judged": requests, "clients": "AQ==",
    }  # fmt: skip


def records() -> list[dict[str, Any]]:
    """Searches for SQL by nine networks, one refused request to /admin/x, their traffic."""
    return [
        *(request(number) for number in range(1, 19)),
        request(30, "/admin/x", "blocked"),
        request(31, f"/{EVIL}"),
        *(traffic(number * 20, "/search", 40) for number in range(10)),
        traffic(5, "/admin/x", 3),
        {"kind": "turned_away", "time": rfc3339(NOW - 3 * MINUTE), "site": "shop"},
    ]


@contextmanager
def shop(folder: Path, config: str = CONFIG) -> Iterator[Firm]:
    """The firm, with its records stored."""
    write_pack(folder / "crs")
    with firm(folder, config) as made:
        made.person("admin")
        given = records()
        rows = DictRows(
            given, [orjson.dumps(each) for each in given], [f"r{n}" for n in range(len(given))]
        )
        batch = Batch("shield:web", FORMAT, rows, LOGSOURCE, NOW, positional=False)
        write(made.config.store_path, made.state, batch)
        yield made


def asked(made: Firm, path: str, role: Any = "viewer") -> dict[str, Any]:
    """What the API answers."""
    told: dict[str, Any] = made.browser(role).get(API + path).json()
    return told


def reported(made: Firm, former: str = "") -> dict[str, Any]:
    """The proposals, once there is a report that is not the former one."""
    end = time.monotonic() + 240
    while True:
        told = asked(made, "/websites/proposals")
        making = told["making"]
        assert making["state"] != "failed", making
        if making["state"] == "ready" and making["report"] != former:
            return told
        assert time.monotonic() < end, making
        time.sleep(0.2)
