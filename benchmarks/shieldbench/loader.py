"""Loads a proxy on loopback by wrk, with requests whose values are new each time."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.recruitbench.peer import UnavailableError
from benchmarks.recruitbench.processes import cpu
from benchmarks.shieldbench.servers import OTHER_CORE, program

CONNECTIONS = 16
SCRIPT = """\
local kind = "%(kind)s"
local words = {"alpha", "beta", "gamma", "delta", "order", "item", "price", "customer", "street"}
local random, concat, format = math.random, table.concat, string.format
local headers = {
  ["Host"] = "www.firm.example",
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  ["Accept-Language"] = "en-US,en;q=0.5", ["Accept-Encoding"] = "gzip, deflate",
}
math.randomseed(1)
local function number() return random(0, 999999) end
local function text(n, joined)
  local t = {}
  for i = 1, n do t[i] = words[random(#words)] end
  t[n + 1] = number()
  return concat(t, joined)
end
local makes = {}
function makes.get() return "GET", format("/page/%%d", number()), nil, nil end
function makes.arguments()
  local c = {}
  for i = 1, 5 do c[i] = format("c%%d=%%06x%%06x", i, random(0, 16777215), random(0, 16777215)) end
  headers["Cookie"] = concat(c, "; ")
  return "GET", format("/list?q=%%s&page=%%d&sort=%%s", text(3, "+"), random(99), text(1, ""))
end
function makes.form()
  local f = {}
  for i = 1, 10 do f[i] = format("f%%d=%%s", i, text(random(5), "+")) end
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  return "POST", "/form", concat(f, "&")
end
function makes.json()
  local f = {}
  for i = 1, 9 do
    f[i] = format('{"id": %%d, "name": "%%s", "qty": %%d, "note": "%%s"}', number(), text(1, ""),
      random(9), text(2, " "))
  end
  headers["Content-Type"] = "application/json"
  return "POST", "/api/orders", format('{"items": [%%s], "total": %%d}', concat(f, ", "), number())
end
function request()
  local method, path, body = makes[kind]()
  return wrk.format(method, path, headers, body)
end
"""
KINDS = {
    "GET": "get",
    "GET, 3 arguments, 5 cookies": "arguments",
    "form, 10 fields": "form",
    "JSON, 0.8 kB": "json",
}


class Load(NamedTuple):
    """Requests a second of wall time, CPU microseconds of the proxy for each, latencies in
    milliseconds."""

    rate: float
    cost: float
    p50: float
    p99: float


def load(folder: Path, kind: str, port: int, seconds: int, pid: int) -> Load:
    """Load for so long. Raises UnavailableError where wrk is missing or requests fail."""
    script = folder / f"{kind}.lua"
    script.write_text(SCRIPT % {"kind": kind}, "utf-8")
    command = [
        program("wrk"), "-t1", f"-c{CONNECTIONS}", "--latency", "--timeout", "20s",
        f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}/",
    ]  # fmt: skip
    before = cpu(pid)
    said = subprocess.run(
        ["taskset", "-c", str(OTHER_CORE), *command], capture_output=True, text=True, check=True
    ).stdout
    spent = cpu(pid) - before
    found = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not found or not rate or "Non-2xx" in said or "Socket errors" in said:
        raise UnavailableError(f"wrk was not answered as it should be: {said}")
    return Load(
        float(rate[1]), spent / int(found[1]) * 1e6, _milliseconds("50%", said),
        _milliseconds("99%", said),
    )  # fmt: skip


def _milliseconds(part: str, said: str) -> float:
    found = re.search(rf"{part}\s+([\d.]+)(us|ms|s)", said)
    if not found:
        raise UnavailableError(f"wrk tells no latency: {said}")
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]
