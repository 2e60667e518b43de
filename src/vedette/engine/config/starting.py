"""The configuration that `vedette init` writes: short, commented, and right as it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RULES: Final = Path("/opt/coreruleset")
"""Where the guide puts the OWASP Core Rule Set."""

USUAL_LOGS: Final = (
    "/var/log/auth.log",
    "/var/log/secure",
    "/var/log/audit/audit.log",
    "/var/log/nginx/*access*.log",
    "/var/log/apache2/*access*.log",
)
WEB_LOGS: Final = ("access", "nginx", "apache", "httpd")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The answers to the five questions. Empty: not wanted. `listen` is the console's address."""

    data: Path
    domains: Sequence[str] = ()
    logs: Sequence[str] = ()
    mail: bool = False
    website: str = ""
    rules: Path = RULES
    listen: str = "127.0.0.1:8360"


def usual_logs() -> list[str]:
    """Those of the usual log files that are on this machine."""
    return [path for path in USUAL_LOGS if any(Path("/").glob(path.lstrip("/")))]


def starting_config(wishes: Wishes) -> str:
    """Commented YAML that `load_config` takes."""
    return "\n".join(_lines(wishes)) + "\n"


def _lines(wishes: Wishes) -> Iterator[str]:
    yield "# Vedette's configuration, by `vedette init`. All keys: `vedette config example`."
    yield "# After a change: `vedette config check`, then reload the service."
    yield ""
    yield "# The store, the state, accounts and what is installed lie here."
    yield f"data_dir: {_text(str(wishes.data))}"
    yield ""
    yield "console:"
    yield f"  listen: {_text(wishes.listen)}     # beyond this machine: see docs/how-to/console.md"
    yield ""
    yield "sources:"
    web = [path for path in wishes.logs if any(word in path for word in WEB_LOGS)]
    other = [path for path in wishes.logs if path not in web]
    yield from _files("logs", other, "")
    yield from _files("web", web, "    logsource: {category: webserver}")
    yield "  # Programs and other machines send NDJSON here; 200 means that it is stored."
    yield '  # - {kind: http, name: collectors, listen: 127.0.0.1:8514, tokens: ["env:TOKEN"]}'
    if wishes.mail:
        yield from _MAIL
    if wishes.website:
        yield from _website(wishes)
    if not (other or web or wishes.mail or wishes.website):
        yield "  - kind: file"
        yield "    name: logs"
        yield '    paths: ["/var/log/*.log"]'
        yield "    from: end"
    yield ""
    yield "lures:"
    yield "  employers: []      # folders with employers.yml: your firm and its partners"
    yield ""
    yield "# What is done about incidents. As it comes Vedette only writes down what it would do."
    yield "response:"
    domains = ", ".join(_text(domain) for domain in wishes.domains)
    yield f"  domains: [{domains}]"
    yield "  otherwise: {mode: shadow, budget: 0, lasts: 60m}"
    yield "  # modes:"
    yield "  #   hold-message: {mode: ask}      # then act"
    yield ""
    yield "store:"
    yield "  retention: {age: 30d, bytes: 50GB}"
    yield ""
    yield "log: {level: info, format: text}"


def _files(name: str, paths: Sequence[str], more: str) -> Iterator[str]:
    if not paths:
        return
    yield "  - kind: file"
    yield f"    name: {name}"
    yield f"    paths: [{', '.join(_text(path) for path in paths)}]"
    yield "    from: end        # at the very first start; then reading goes on where it was"
    yield "    silence: 24h     # an alarm when nothing has come for this long"
    if more:
        yield more


_MAIL: Final = (
    "  # Postfix: smtpd_milters = inet:127.0.0.1:8891 and milter_default_action = accept.",
    "  - kind: milter",
    "    name: mail",
    "    listen: 127.0.0.1:8891",
    "    mode: shadow       # then header, quarantine or reject",
)


def _website(wishes: Wishes) -> Iterator[str]:
    there = (wishes.rules / "rules").is_dir()
    mark = "  " if there else "  # "
    if not there:
        yield f"  # The website waits for the OWASP Core Rule Set in {wishes.rules}; then take the"
        yield "  # marks away: git clone https://github.com/coreruleset/coreruleset"
    yield f"{mark}- kind: shield"
    yield f"{mark}  name: website"
    yield f"{mark}  listen: 127.0.0.1:8080"
    yield f"{mark}  rules: {_text(str(wishes.rules))}"
    yield f"{mark}  fail: open        # what could not be judged passes, with an alarm"
    yield f"{mark}  sites:"
    yield f"{mark}    - name: website"
    yield f"{mark}      upstream: {_text(wishes.website)}"
    yield f"{mark}      mode: shadow   # then enforce"


def _text(value: str) -> str:
    """A text in YAML, whatever is in it: JSON's strings are YAML's."""
    return json.dumps(value, ensure_ascii=False)
