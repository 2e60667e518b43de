"""Dashboards over metrics, logs and measurements: queries as people and panels write them."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.texts import pool
from benchmarks.shieldbench.benign.traffic import Plan, Route

_BOTH = ("browser", "library")


def _expression(scene: Scene) -> str:
    return scene.fill(scene.one(pool("en_code", "expressions")))


def _panels(scene: Scene) -> Draft:
    queries = [
        {
            "refId": chr(65 + n),
            "datasource": {"type": "prometheus", "uid": scene.draw.word(9)},
            "expr": _expression(scene),
            "legendFormat": "{{instance}} / {{le}}",
            "interval": "",
            "maxDataPoints": 1124,
            "intervalMs": 15000,
        }
        for n in range(scene.draw.between(1, 8))
    ]
    extra = (("x-dashboard-uid", scene.draw.word(9)), ("x-panel-id", scene.draw.digits(2)))
    return drafts.api(
        scene,
        "POST",
        f"/api/ds/query?ds_type=prometheus&requestId=Q{scene.draw.digits(3)}",
        {"queries": queries, "from": f"{scene.when - 21600}000", "to": f"{scene.when}000"},
        kind="code",
        extra=extra,
    )


def _range(scene: Scene) -> Draft:
    fields = [
        ("query", _expression(scene)),
        ("start", str(scene.when - 3600)),
        ("end", f"{scene.when}.417"),
        ("step", "15s"),
    ]
    if scene.draw.chance(0.5):
        return drafts.form("/api/v1/query_range", fields, "code")
    return Draft("/api/v1/query_range?" + encode.query(fields), mode="fetch", kind="code")


def _board(scene: Scene) -> Draft:
    panels = [
        {
            "id": n,
            "type": scene.one(("timeseries", "table", "text", "gauge")),
            "title": scene.say("topics"),
            "gridPos": {"h": 8, "w": 12, "x": 0, "y": n * 8},
            "targets": [{"expr": _expression(scene), "refId": "A"}],
            "options": {
                "content": f"# {scene.say('topics')}\n{scene.say('sentences')}",
                "mode": "markdown",
            },
            "fieldConfig": {
                "defaults": {
                    "unit": "°C",
                    "thresholds": {
                        "steps": [{"color": "green", "value": None}, {"color": "#f00", "value": 80}]
                    },
                },
                "overrides": [],
            },
            "transformations": [
                {"id": "filterByValue", "options": {"expression": "$A > 0.5 || $B == null"}}
            ],
        }
        for n in range(scene.draw.between(2, 45))
    ]
    value = {
        "dashboard": {
            "uid": scene.draw.word(9),
            "title": scene.say("topics"),
            "tags": ["plant/1", "R&D"],
            "templating": {
                "list": [
                    {
                        "name": "host",
                        "query": 'label_values(up{job="web"}, instance)',
                        "regex": "/^(web|db)-\\d+$/",
                    }
                ]
            },
            "panels": panels,
            "schemaVersion": 41,
        },
        "message": scene.say("comments"),
        "overwrite": False,
    }
    return drafts.api(scene, "POST", "/api/dashboards/db", value, kind="code")


def _open(scene: Scene) -> Draft:
    fields = [
        ("orgId", "1"),
        ("from", "now-6h"),
        ("to", "now"),
        ("var-host", "web-01"),
        ("var-host", "$__all"),
        ("var-sensor", scene.one(("T>80", "p<=10 bar", "Halle 3/4", "A-7 (alt)"))),
        ("refresh", "30s"),
    ]
    if scene.late:
        fields.append(("var-filters", f"instance|=~|web-.*{scene.draw.below(9)}"))
    return drafts.page(
        f"/d/{scene.known('board', 30, 'word 9')}/"
        f"{encode.segment(scene.one(('plant-1', 'r-and-d', 'käse-linie', 'web')))}?"
        + encode.query(fields)
    )


def _explore(scene: Scene) -> Draft:
    queries = [{"refId": "A", "expr": _expression(scene)}]
    panes = {"a1": {"datasource": "logs", "queries": queries, "range": {"from": "now-1h"}}}
    packed = encode.component(encode.json_js(panes).decode())
    return Draft(f"/explore?schemaVersion=1&panes={packed}&orgId=1", kind="code")


def _logs(scene: Scene) -> Draft:
    return Draft(
        "/loki/api/v1/query_range?"
        + encode.query(
            [
                ("direction", "backward"),
                ("limit", "1000"),
                (
                    "query",
                    '{app="shop"} |= `'
                    + scene.one(("order failed", "can't connect", "<html>", "SELECT"))
                    + "` | json | status >= 500",
                ),
                ("start", f"{scene.when}000000000"),
            ]
        ),
        mode="fetch",
        kind="code",
    )


def _search(scene: Scene) -> Draft:
    head = {"index": ["logs-*"], "ignore_unavailable": True, "preference": scene.when}
    body = {
        "query": {
            "bool": {
                "must": [{"query_string": {"query": _expression(scene), "analyze_wildcard": True}}],
                "filter": [{"range": {"@timestamp": {"gte": "now-15m", "lte": "now"}}}],
            }
        },
        "size": 500,
        "sort": [{"@timestamp": {"order": "desc"}}],
        "script_fields": {},
        "highlight": {"pre_tags": ["<em>"], "post_tags": ["</em>"], "fields": {"*": {}}},
    }
    return Draft(
        "/elastic/_msearch?rest_total_hits_as_int=true&max_concurrent_shard_requests=5",
        "POST",
        "fetch",
        encode.json_js(head) + b"\n" + encode.json_js(body) + b"\n",
        "application/x-ndjson",
        (("kbn-xsrf", "true"),),
        "code",
    )


def _sql(scene: Scene) -> Draft:
    value = {
        "database": 2,
        "type": "native",
        "native": {
            "query": scene.snippet("code", "sql"),
            "template-tags": {"city": {"name": "city", "type": "text"}},
        },
        "parameters": [
            {
                "type": "category",
                "value": scene.person.city,
                "target": ["variable", ["template-tag", "city"]],
            }
        ],
    }
    return drafts.api(scene, "POST", "/api/dataset", value, kind="code")


def _written(scene: Scene) -> Draft:
    body = "".join(
        f"temperature,room=A-{n},plant=Halle\\ 3 value={scene.draw.between(-400, 900) / 10},"
        f'ok=true,note="{scene.one(("", "n/a", "> 80", "door open"))}" {scene.when}'
        f"00000000{n % 10}\n"
        for n in range(scene.draw.between(5, 120))
    )
    return Draft(
        "/api/v2/write?org=acme&bucket=plant&precision=ns",
        "POST",
        "bare",
        body.encode(),
        "text/plain; charset=utf-8",
        (("Authorization", "Token " + scene.draw.b64url(64) + "=="),),
    )


def _rule(scene: Scene) -> Draft:
    value = {
        "name": scene.say("topics"),
        "condition": "B",
        "data": [
            {"refId": "A", "model": {"expr": _expression(scene)}},
            {"refId": "B", "model": {"type": "math", "expression": "$A > 0.9 && $A < 5"}},
        ],
        "for": "5m",
        "annotations": {
            "summary": '{{ $labels.instance }} is {{ $value | printf "%.1f" }} °C',
            "runbook_url": scene.fill("‹url›"),
        },
    }
    return drafts.api(
        scene,
        "PUT",
        f"/api/v1/provisioning/alert-rules/{scene.known('rule', 25, 'word 14')}",
        value,
        kind="code",
    )


def _annotated(scene: Scene) -> Draft:
    return drafts.api(
        scene,
        "POST",
        "/api/annotations",
        {
            "time": scene.when * 1000,
            "tags": ["deploy", "v4.2"],
            "text": scene.say("sentences") + f' <a href="{scene.fill("‹url›")}">link</a>',
        },
        kind="markup",
    )


PLAN = Plan(
    "dashboards",
    "metrics.werk.example",
    70,
    1400,
    (
        *everyday.routes(8),
        Route("/api/ds/query", 22, _panels),
        Route("/api/v1/query_range", 12, _range, _BOTH),
        Route("/api/dashboards/db", 7, _board),
        Route("/d/{uid}/{name}", 14, _open),
        Route("/explore", 5, _explore),
        Route("/loki/api/v1/query_range", 6, _logs, _BOTH),
        Route("/elastic/_msearch", 6, _search),
        Route("/api/dataset", 5, _sql),
        Route("/api/v2/write", 30, _written, ("library",)),
        Route("/api/v1/provisioning/alert-rules/{uid}", 4, _rule, late=True),
        Route("/api/annotations", 4, _annotated),
    ),
    stack="none",
    languages={"de": 50, "en": 40, "ko": 10},
    groups={"browser": 80, "library": 20},
)
