"""A rule pack in the small that scores as the Core Rule Set does, and guards that judge by it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from vedette.seclang.request import Header, Request, Response
from vedette.shield.guard import ShieldGuard
from vedette.shield.guard.outlet import Collected
from vedette.shield.guarding import Block
from vedette.shield.policy.ready import make_ready
from vedette.shield.policy.settings import Pack, Place, Policy, Site

SETUP: Final = """\
SecAction "id:900,phase:1,pass,nolog,t:none,setvar:tx.inbound_anomaly_score_threshold=5"
SecRule &TX:blocking_paranoia_level "@eq 0" \
  "id:901,phase:1,pass,nolog,t:none,setvar:tx.blocking_paranoia_level=1"
"""
RULES: Final = """\
SecRule REQUEST_HEADERS:User-Agent "@contains scanner" "id:913100,phase:1,pass,log,t:none,\
t:lowercase,severity:CRITICAL,tag:'attack-reputation-scanner',tag:'paranoia-level/1',\
msg:'A scanner',setvar:tx.blocking_inbound_anomaly_score=+5"
SecRule ARGS|REQUEST_COOKIES "@rx (?i)union\\s+select" "id:942100,phase:2,pass,log,t:none,\
t:urlDecodeUni,t:replaceComments,severity:CRITICAL,tag:'attack-sqli',tag:'paranoia-level/1',\
tag:'language-multi',msg:'SQL injection',logdata:'%{MATCHED_VAR}',\
setvar:tx.blocking_inbound_anomaly_score=+5"
SecRule ARGS "@rx '\\s*or\\s" "id:942200,phase:2,pass,log,t:none,t:lowercase,\
severity:CRITICAL,tag:'attack-sqli',tag:'paranoia-level/1',msg:'SQL again',\
setvar:tx.blocking_inbound_anomaly_score=+5"
SecRule ARGS "@contains <script" "id:941100,phase:2,pass,log,t:none,t:lowercase,\
severity:CRITICAL,tag:'attack-xss',tag:'paranoia-level/1',msg:'XSS',\
setvar:tx.blocking_inbound_anomaly_score=+5"
SecRule ARGS|REQUEST_FILENAME "@contains ../" "id:930100,phase:2,pass,log,t:none,\
severity:CRITICAL,tag:'attack-lfi',tag:'paranoia-level/1',msg:'Path traversal',\
setvar:tx.blocking_inbound_anomaly_score=+5"
SecRule TX:BLOCKING_PARANOIA_LEVEL "@lt 2" "id:942011,phase:2,pass,nolog,t:none,skipAfter:END-PL1"
SecRule ARGS "@contains '" "id:942500,phase:2,pass,log,t:none,severity:WARNING,\
tag:'attack-sqli',tag:'paranoia-level/2',msg:'A quote',\
setvar:tx.blocking_inbound_anomaly_score=+5"
SecMarker END-PL1
SecRule TX:BLOCKING_INBOUND_ANOMALY_SCORE "@ge %{tx.inbound_anomaly_score_threshold}" \
"id:949110,phase:2,deny,status:403,log,t:none,tag:'anomaly-evaluation',\
msg:'Inbound Anomaly Score Exceeded (Total Score: %{TX.BLOCKING_INBOUND_ANOMALY_SCORE})'"
SecRule RESPONSE_HEADERS:X-Leak "@rx ." "id:950100,phase:3,deny,status:403,log,t:none,\
severity:ERROR,tag:'attack-disclosure',msg:'A header that tells'"
SecRule RESPONSE_BODY "@contains SQL syntax error" "id:951100,phase:4,deny,status:403,log,t:none,\
severity:ERROR,tag:'attack-disclosure',msg:'An error that tells'"
"""
ATTACK: Final = b"/?q=1+union+select+2"
HOST: Final[Header] = (b"Host", b"shop.example")
NOW: Final = 1_772_442_640_000_000


def write_pack(folder: Path, rules: str = RULES) -> Pack:
    """A checkout as CRS's is laid out."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "crs-setup.conf").write_text(SETUP)
    (folder / "rules" / "RULES.conf").write_text(rules)
    return Pack(rules=str(folder))


def policy(folder: Path, *places: Place, **said: Any) -> Policy:
    """A policy of one site with these places (none: all in the shadow)."""
    sites = said.pop("sites", (Site(name="shop", places=places or (Place(),)),))
    return Policy(pack=said.pop("pack", None) or write_pack(folder), sites=sites, **said)


class Guarded:
    """A guard, what it tells, and ways to send it something."""

    def __init__(self, made: Policy, **said: Any) -> None:
        self.policy = made
        self.out = Collected()
        self.time = NOW
        self.guard = ShieldGuard(make_ready(made), self.out, now=lambda: self.time, **said)

    def send(
        self,
        target: bytes = b"/",
        body: bytes = b"",
        *,
        method: bytes = b"",
        headers: Sequence[Header] = (HOST,),
        client: str = "203.0.113.7",
        response: Response | None = None,
        response_body: bytes = b"",
        cut: bool = False,
    ) -> Block | None:
        """A whole visit; the first block ends it, as in the proxy."""
        request = Request(
            method or (b"POST" if body else b"GET"), target, b"HTTP/1.1", tuple(headers), client,
            4711, unique_id=f"u{self.time}", received=self.time,
        )  # fmt: skip
        self.time += 1_000
        visit = self.guard.visit(request)
        try:
            block = visit.headers()
            if block is None:
                wanted = visit.body_wanted
                block = visit.body(body[:wanted], cut or len(body) > wanted)
            if block is None and response is not None:
                block = visit.response(response)
                if block is None and (most := visit.response_wanted()):
                    block = visit.response_body(response_body[:most], len(response_body) > most)
            return block
        finally:
            visit.end()

    def records(self, kind: str = "request") -> list[dict[str, Any]]:
        return [dict(record) for record in self.out.records if record["kind"] == kind]
