"""A firm all of whose texts are an attacker's, and how one sees that they stayed texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser

from console.firm import NOW, PASSWORD, Firm
from console.ruled import ENCODED, HOUR, at_work, hit, stored
from console.screens import shop
from console.screens.incident_firm import finding
from console.serving import lures, website
from vedette.console.access.person import Client, Opened, Preferences, SavedQuery
from vedette.engine.embedded.status import SourceStatus
from vedette.engine.thwarting.asking import Except, Judge, Refuse, Turn
from vedette.model.finding import Entity, Evidence, Finding
from vedette.model.problem import Problem

SHORT: Final = "\"'><img src=x data-pwned onerror=window.pwned=5>"
PAYLOAD: Final = (
    f"{SHORT}</title></textarea></script></style><script>window.pwned=1</script>"
    "<svg data-pwned onload=window.pwned=3></svg><form data-pwned action=//evil.example>"
    "<a data-pwned href=javascript:window.pwned=4>z</a>{{7*7}}"
    "<b hx-get=/live hx-trigger=load data-pwned>\u202e"
)
LINK: Final = "javascript:window.pwned=6//"
MARK: Final = "data-pwned"
"""Is in what is shown of each payload, and must be no attribute."""

_RULE: Final = {
    "title": PAYLOAD[:250],
    "id": ENCODED,
    "author": PAYLOAD,
    "license": SHORT,
    "description": PAYLOAD,
    "references": [LINK, "https://evil.example/" + SHORT],
    "falsepositives": [PAYLOAD],
    "tags": ["attack.execution", "attack.t1059.001"],
    "logsource": {"product": "windows", "category": "process_creation", "definition": PAYLOAD},
    "detection": {
        PAYLOAD: {"CommandLine|contains": " -enc "}, "condition": "1 of them"
    },
    "fields": [PAYLOAD],
    "level": "high",
    "samples": [
        {"name": PAYLOAD, "match": True, "format": "windows",
         "event": {"Channel": PAYLOAD, "EventID": 1, "CommandLine": PAYLOAD}},
    ],
}  # fmt: skip


def infest(firm: Firm, folder: Path) -> None:
    """Payloads wherever somebody outside, or somebody inside with a bad day, may write a text."""
    at_work(firm, folder, json.dumps(_RULE) + "\n---\n" + json.dumps({"title": PAYLOAD, "id": 1}))
    firm.found(lures(firm, PAYLOAD))
    website(firm, [_refused(number) for number in range(12)])
    keys = stored(
        firm,
        [
            {"at": NOW - HOUR - n, "host": PAYLOAD, PAYLOAD: PAYLOAD, "powershell": 1}
            for n in range(3)
        ],
        f"file:/var/log/{SHORT}#1",
    )
    firm.found(
        hit(n, NOW - HOUR - n, ("host", PAYLOAD), title=PAYLOAD, value=PAYLOAD, key=key)
        for n, key in enumerate(keys)
    )
    firm.found(findings())
    firm.answered()
    with firm.state.transaction() as connection:
        status = SourceStatus(
            SHORT, heartbeat=NOW, events=1, problems=2, last_problems=[Problem(PAYLOAD, PAYLOAD)]
        )
        connection.execute(
            "INSERT OR REPLACE INTO source_status VALUES (?, ?)",
            (status.name, msgspec.json.encode(status)),
        )
    _words(firm)
    _people(firm)


def findings() -> list[Finding]:
    """Entities of every kind; a level, an author and a place that no rule of ours would have."""
    kinds = (
        "host", "account", "address", "domain", "url", "mailbox", "hash", "process", "document",
        "person", "service", "session",
    )  # fmt: skip
    made = [
        finding(
            200 + n, HOUR + n, PAYLOAD, ("host", PAYLOAD), (kind, f"{LINK}{PAYLOAD}"),
            rule=f"hostile {SHORT}", techniques=("T1190", SHORT), message=PAYLOAD,
            level=("critical", "high")[n % 2],
            evidence=(Evidence(PAYLOAD, PAYLOAD * 20, 3, 30, PAYLOAD),),
        )
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    one = made[0]
    rule = replace(one.rule, author=PAYLOAD, licence=SHORT, path=PAYLOAD)
    reference = replace(one.event_ref, source=PAYLOAD, place=PAYLOAD)
    entities = (*one.entities, Entity(SHORT, PAYLOAD))
    return [replace(one, rule=rule, event_ref=reference, entities=entities), *made[1:]]


def _refused(number: int) -> dict[str, Any]:
    """A request to the website whose every text is the client's; rules' texts as well."""
    hit = {"rule": 942100, "msg": PAYLOAD, "severity": 2, "tags": [SHORT], "variable": PAYLOAD,
           "parameter": f"ARGS:{SHORT}", "value": PAYLOAD}  # fmt: skip
    return shop.request(number) | {
        "path": f"/{PAYLOAD}", "template": f"/{SHORT}", "method": SHORT, "hits": [hit],
        "id": f"{SHORT}{number}",
    }  # fmt: skip


def _words(firm: Firm) -> None:
    """What people write, or what somebody with their token writes."""
    roots = firm.state.read(
        lambda reader: [
            str(row[0]) for row in reader.execute("SELECT DISTINCT root FROM incidents")
        ]
    )
    for root in roots:
        firm.desk.ask(SHORT, Judge(root, "true", PAYLOAD))
        firm.desk.ask(SHORT, Turn(root, "note", PAYLOAD))
    firm.desk.ask(
        SHORT, Except(ENCODED, (("host", f"no*{SHORT}"),), PAYLOAD[:90], PAYLOAD, NOW + 24 * HOUR)
    )
    for entry in firm.room.register.in_states(["proposed"])[:1]:
        firm.desk.ask(SHORT, Refuse(entry.action.id, PAYLOAD))


def _people(firm: Firm) -> None:
    """A browser and a token with names of their own; a search that was saved."""
    admin = firm.person("admin")
    opened = firm.access.login("admin", PASSWORD, Client("127.0.0.1", agent=PAYLOAD))
    assert isinstance(opened, Opened)
    firm.access.tokens.make(admin.who, SHORT, ["read"], NOW + 24 * HOUR)
    saved = (SavedQuery(SHORT, f"q={SHORT}"), SavedQuery(PAYLOAD[:100], PAYLOAD))
    firm.access.people.prefer(admin.who.person.id, Preferences(queries=saved))


def injected(page: str) -> list[str]:
    """What a text became in a page that it must not become: an element, a handler, a script, a
    link that runs."""
    tree = LexborHTMLParser(page)
    found = [f"element: {each.html}"[:200] for each in tree.css("[data-pwned]")]
    for each in tree.css("*"):
        names: dict[str, Any] = dict(each.attributes)
        found += [f"handler: {each.html}"[:200] for name in names if name.startswith("on")]
        for name in ("href", "action", "formaction", "src"):
            target = names.get(name)
            if target and not _leads_where_it_may(target.strip().lower()):
                found.append(f"{name}: {each.html}"[:200])
        if (
            each.tag == "script"
            and names.get("src") is None
            and names.get("type") != "application/json"
        ):
            found.append(f"script: {each.html}"[:200])
        if "style" in names:
            found.append(f"style: {each.html}"[:200])
    return found


def _leads_where_it_may(target: str) -> bool:
    return target.startswith(("/", "?", "#", "https://", "http://", "data:image/")) and not (
        target.startswith("//")
    )
